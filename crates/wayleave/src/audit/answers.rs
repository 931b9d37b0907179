//! `wayleave audit answers`: the auditor's page. It knows tokens and no number; what was answered is on the disk before
//! anybody is thanked.

mod book;

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use axum::routing::get;
use domain::audit::tally::Said;
use gateway::audit::page::{POLICY, Step, render};
use gateway::audit::report::{TOKENS, Tokens};
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::is_loopback;
use gateway::config::listen::Listen;
use gateway::config::log::Log;
use gateway::http::server;
use serde::Deserialize;
use tokio::sync::watch;
use wire::words::Locale;

use super::read;
use crate::serve::wait_for_end;
use crate::{Failure, log};
use book::Answers;

/// How long a form may take to arrive.
const FORM_TIME_MAX: Duration = Duration::from_secs(10);
/// How large it may be, in bytes.
const FORM_BYTES_MAX: usize = 256;

/// What `audit answers` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Address and port on this machine; a server with a certificate stands before it.
    #[arg(long, default_value = "127.0.0.1:8091")]
    listen: String,
    /// The tokens, as `audit ask` wrote them.
    #[arg(long)]
    tokens: PathBuf,
    /// The file of answers, which is made, or continued.
    #[arg(long)]
    out: PathBuf,
    /// The language for whoever's browser names none that is spoken here.
    #[arg(long, default_value = "en", value_parser = language)]
    lang: Locale,
    /// Connections at a time.
    #[arg(long, default_value_t = 256)]
    connections_max: usize,
    /// Stop when standard input closes.
    #[arg(long)]
    exit_with_stdin: bool,
}

fn language(tag: &str) -> Result<Locale, String> {
    Locale::from_tag(tag).ok_or_else(|| "expected `en` or `es`".to_owned())
}

struct Office {
    tokens: Tokens,
    lang: Locale,
    answers: Mutex<Answers>,
}

/// Serves until it is told to stop.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    log::start(&Log::default())?;
    if !is_loopback(&options.listen) {
        let found = &options.listen;
        return Err(format!(
            "expected an address on loopback, with a server that has a certificate before it, found `{found}`"
        )
        .into());
    }
    let tokens: Tokens = serde_json::from_slice(&read(&options.tokens)?)?;
    if tokens.what != TOKENS {
        return Err(format!("expected the tokens of an audit in `{}`", options.tokens.display()).into());
    }
    let office = Arc::new(Office {
        answers: Mutex::new(Answers::open(&options.out)?),
        tokens,
        lang: options.lang,
    });
    let limits = Listen {
        address: options.listen.clone(),
        connections_max: options.connections_max,
        drain_s: 5,
        ..Listen::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = watch::Sender::new(false);
        let stopped = stop.subscribe();
        tokio::spawn(wait_for_end(stop, options.exit_with_stdin));
        let listener = tokio::net::TcpListener::bind(&limits.address).await;
        let listener = listener.map_err(|error| format!("cannot listen on `{}`: {error}", limits.address))?;
        let _ = writeln!(std::io::stdout(), "ready http://{}", listener.local_addr()?);
        let router = Router::new()
            .route("/a/{token}", get(question).post(answer))
            .with_state(office);
        server::serve(listener, router, &limits, None, stopped).await;
        Ok(())
    })
}

#[derive(Debug, Deserialize)]
struct Wish {
    lang: Option<String>,
}

impl Office {
    /// The language that the address names, or the browser, or else the auditor's.
    fn locale(&self, wish: &Wish, headers: &HeaderMap) -> Locale {
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        let mut tags = accepted.unwrap_or_default().split(',').map(|tag| {
            let tag = tag.split(';').next().unwrap_or_default();
            Locale::from_tag(tag.trim())
        });
        let named = wish.lang.as_deref().and_then(Locale::from_tag);
        named.or_else(|| tags.find_map(|locale| locale)).unwrap_or(self.lang)
    }

    fn page(&self, locale: Locale, status: StatusCode, step: Step) -> Response<Body> {
        let mut response = Response::new(Body::from(render(locale, &self.tokens, step)));
        *response.status_mut() = status;
        let headers: [(HeaderName, &'static str); 7] = [
            (header::CONTENT_TYPE, "text/html; charset=utf-8"),
            (header::CACHE_CONTROL, "no-store"),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::REFERRER_POLICY, "no-referrer"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            (header::VARY, "accept-language"),
        ];
        for (name, value) in headers {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

async fn question(
    State(office): State<Arc<Office>>,
    Path(token): Path<String>,
    Query(wish): Query<Wish>,
    headers: HeaderMap,
) -> Response<Body> {
    let locale = office.locale(&wish, &headers);
    if office.tokens.tokens.contains_key(&token) {
        office.page(locale, StatusCode::OK, Step::Question)
    } else {
        office.page(locale, StatusCode::NOT_FOUND, Step::Unknown)
    }
}

async fn answer(
    State(office): State<Arc<Office>>,
    Path(token): Path<String>,
    Query(wish): Query<Wish>,
    request: Request<Body>,
) -> Response<Body> {
    let locale = office.locale(&wish, request.headers());
    if !office.tokens.tokens.contains_key(&token) {
        return office.page(locale, StatusCode::NOT_FOUND, Step::Unknown);
    }
    let body = tokio::time::timeout(FORM_TIME_MAX, to_bytes(request.into_body(), FORM_BYTES_MAX)).await;
    let said = match &body {
        Ok(Ok(bytes)) => std::str::from_utf8(bytes)
            .ok()
            .and_then(|form| Said::from_word(form.strip_prefix("answer=")?)),
        _ => None,
    };
    let Some(said) = said else {
        return office.page(locale, StatusCode::BAD_REQUEST, Step::Failed);
    };
    let writer = Arc::clone(&office);
    let written = tokio::task::spawn_blocking(move || {
        let mut answers = writer.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.add(&token, said, SystemClock.now())
    });
    match written.await {
        Ok(Ok(())) => office.page(locale, StatusCode::OK, Step::Thanks),
        Ok(Err(error)) => {
            tracing::error!(%error, "an answer could not be written down");
            office.page(locale, StatusCode::INTERNAL_SERVER_ERROR, Step::Failed)
        }
        Err(_) => office.page(locale, StatusCode::INTERNAL_SERVER_ERROR, Step::Failed),
    }
}
