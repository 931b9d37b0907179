//! `/me`: the subscriber's own page. Who can ask where I am, who asked, what they were told, and stop.
//!
//! A person signs in by a link that is texted to their number, and sees what is live. The past, and new keys, wait until a
//! key has stood for 72 hours: whoever takes a number over for an evening learns nothing of it. Everything but making a
//! key is a plain form and works without JavaScript.

pub mod actions;
pub mod doors;
pub mod entries;
pub mod export;
pub mod head;
pub mod history;
pub mod keys;
pub mod notices;
mod opened;
mod page;
pub mod session;
pub mod sign_in;
mod trust;

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use domain::journal::store::StoreError;
use serde::Deserialize;
use wire::words::Locale;

use super::question::with_headers;
use crate::config::board::Board as BoardConfig;
use crate::context::Context;
use crate::seal::Sealer;
use crate::store::board::links::SqliteBoard;
use doors::Doors;

/// What the board keeps beside the context.
pub struct Board {
    /// Links and keys.
    pub store: SqliteBoard,
    /// Who may ask for links, and how often.
    pub doors: Doors,
    /// Held while the try page's own party is enrolled.
    pub enrolling: tokio::sync::Mutex<()>,
}

impl Board {
    /// Opens the board of a store that exists.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(store: &Path, sealer: &Arc<Sealer>, config: &BoardConfig) -> Result<Self, StoreError> {
        Ok(Self {
            store: SqliteBoard::open(store, Arc::clone(sealer))?,
            doors: Doors::new(config),
            enrolling: tokio::sync::Mutex::default(),
        })
    }
}

/// The query of every page here: the language that the person chose, and where a list continues.
#[derive(Debug, Default, Deserialize)]
pub struct Look {
    /// The language's tag.
    pub lang: Option<String>,
    /// The entry behind which a list continues.
    pub before: Option<u64>,
}

/// The cookie of the chosen language. It says nothing else.
const LANGUAGE: &str = "wayleave-lang";

/// The value of a cookie of this name.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = headers.get_all("cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The language of a page: as just chosen, as chosen before, as the browser likes it, as the gateway speaks.
pub(crate) fn locale(context: &Context, headers: &HeaderMap, chosen: Option<&str>) -> Locale {
    let liked = || {
        let accept = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        accept
            .split(',')
            .find_map(|part| Locale::from_tag(part.split(';').next().unwrap_or_default().trim()))
    };
    chosen
        .and_then(Locale::from_tag)
        .or_else(|| Locale::from_tag(cookie(headers, LANGUAGE)?))
        .or_else(liked)
        .unwrap_or(context.config.gateway.locale())
}

/// A page, with the chosen language kept for the next one.
pub(crate) fn html(context: &Context, status: StatusCode, page: String, chosen: Option<&str>) -> Response<Body> {
    let mut response = with_headers(status, page, context.page_policy());
    if let Some(locale) = chosen.and_then(Locale::from_tag) {
        let kept = format!("{LANGUAGE}={}; Path=/; Max-Age=31536000; SameSite=Lax", locale.tag());
        append_cookie(&mut response, context, &kept);
    }
    response
}

/// Adds a cookie; under TLS it never travels without.
pub(super) fn append_cookie(response: &mut Response<Body>, context: &Context, cookie: &str) {
    let secure = if context.config.gateway.issuer.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    if let Ok(value) = HeaderValue::from_str(&format!("{cookie}{secure}")) {
        response.headers_mut().append(SET_COOKIE, value);
    }
}

/// Sends the browser on, so that a second press of *reload* repeats nothing.
pub(super) fn see_other(path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
        .headers_mut()
        .insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", HeaderValue::from_static("a=1; wayleave-lang=es"));
        headers.append("cookie", HeaderValue::from_static("b=2"));
        assert_eq!(cookie(&headers, LANGUAGE), Some("es"));
        assert_eq!(cookie(&headers, "b"), Some("2"));
        assert_eq!(cookie(&headers, "wayleave"), None, "a name is whole");
    }
}
