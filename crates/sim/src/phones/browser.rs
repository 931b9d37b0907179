//! The phone's browser: opens a texted link, signs the terms that it is shown with a key of its own, presses a button.

use super::keyring::Kept;
use super::markup::Question;
use super::{Phones, live, markup};
use crate::fetch::{PATIENCE, Reply, request};
use crate::jwt::{SigningKey, base64url, unbase64url};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// So often, and this far apart, a person who replied looks whether it counts.
const LOOKS: u32 = 100;
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Why a page could not be used: a status for the visitor's page, and a sentence.
pub type Trouble = (StatusCode, String);

/// The two buttons that need no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Button {
    /// No, before an agreement.
    Refuse,
    /// Stop, after one.
    Stop,
}

impl Button {
    /// The button's place under the page's address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Stop => "stop",
        }
    }
}

fn bad_gateway(error: impl std::fmt::Display) -> Trouble {
    (StatusCode::BAD_GATEWAY, error.to_string())
}

/// The link to open: the newest that was texted to the phone, or a given one that was.
///
/// # Errors
/// When there is none. A phone opens only what it was texted.
pub async fn link(phones: &Phones, number: &str, wanted: Option<&str>) -> Result<String, Trouble> {
    let texts = phones.centres.inbox(&phones.fetch, number).await.map_err(bad_gateway)?;
    let links = texts.iter().rev().flat_map(|text| markup::links(&text.text));
    let mut fitting = links.filter(|link| wanted.is_none_or(|wanted| wanted == link));
    fitting
        .next()
        .ok_or_else(|| (StatusCode::NOT_FOUND, "no such link was texted to this phone".into()))
}

/// Opens `link` and reads the question there.
async fn open(phones: &Phones, link: &str) -> Result<Question, Trouble> {
    let open = request("GET", link, None, "").map_err(bad_gateway)?;
    let page = phones.fetch.send(open, PATIENCE).await.map_err(bad_gateway)?;
    if page.status != StatusCode::OK {
        return Err((page.status, format!("the page answered with status {}", page.status)));
    }
    let none = "expected a page with a question, found none";
    markup::question(&page.text()).ok_or((StatusCode::BAD_GATEWAY, none.into()))
}

/// Opens `link`, makes a key, signs the terms that the page shows and presses "agree". Where the page wants a reply by
/// text as well, and `replies`, that is sent too.
///
/// # Errors
/// When the page cannot be opened, shows no open question, or its answer cannot be kept.
pub async fn agree(
    phones: &Arc<Phones>,
    number: &str,
    link: &str,
    replies: bool,
) -> Result<(StatusCode, Value), Trouble> {
    let question = open(phones, link).await?;
    if question.state != "asked" {
        return Err((
            StatusCode::CONFLICT,
            format!("expected an open question, found state `{}`", question.state),
        ));
    }
    let terms = unbase64url(&question.terms).map_err(bad_gateway)?;
    let key = SigningKey::generate().map_err(bad_gateway)?;
    let signature = base64url(key.sign(&terms).map_err(bad_gateway)?);
    let body = json!({"key": key.public, "signature": signature}).to_string();
    let answer = press(phones, link, "agree", "application/json", body).await?;
    let is_live = question.source == "handset";
    if answer.status.is_success() {
        let private = key.private_jwk().map_err(bad_gateway)?;
        let kept = Kept {
            number: number.to_owned(),
            link: link.to_owned(),
            key: private,
            live: is_live,
        };
        phones
            .keyring
            .keep(kept)
            .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
        if is_live {
            tokio::spawn(live::keep_open(Arc::clone(phones), number.to_owned(), link.to_owned()));
        }
    }
    let mut told = answer.json::<Value>().unwrap_or_else(|_| answer.text().into());
    if replies && told == json!({"state": "reply-needed"}) {
        told = json!({"state": reply(phones, number, link).await?});
    }
    let terms: Value = serde_json::from_slice(&terms).unwrap_or(Value::Null);
    let report = json!({
        "link": link, "status": answer.status.as_u16(), "answer": told, "terms": terms, "source": question.source,
    });
    Ok((
        if answer.status.is_success() {
            StatusCode::OK
        } else {
            answer.status
        },
        report,
    ))
}

/// Replies with the code that stands in the text of this link; the state of the question after it.
async fn reply(phones: &Phones, number: &str, link: &str) -> Result<String, Trouble> {
    let texts = phones.centres.inbox(&phones.fetch, number).await.map_err(bad_gateway)?;
    let code = texts.iter().rev().find_map(|text| markup::code(&text.text, link));
    let code = code.ok_or((
        StatusCode::BAD_GATEWAY,
        "expected a code beside the link, found none".to_owned(),
    ))?;
    let to = texts
        .iter()
        .rev()
        .find(|text| markup::links(&text.text).iter().any(|found| found == link));
    let to = to.map(|text| text.from.as_str());
    let yes = format!("YES {code}");
    let sent = phones
        .centres
        .reply(&phones.fetch, number, to, &yes)
        .await
        .map_err(bad_gateway)?;
    if !sent.status.is_success() {
        return Err((sent.status, "the reply could not be sent".to_owned()));
    }
    for _ in 0..LOOKS {
        let state = open(phones, link).await?.state;
        if state != "asked" {
            return Ok(state);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Ok("asked".to_owned())
}

/// Presses a button of the page's plain forms; success is the redirect back to the page.
///
/// # Errors
/// When nobody answers.
pub async fn press_form(phones: &Phones, link: &str, button: Button) -> Result<(StatusCode, Value), Trouble> {
    let form = "application/x-www-form-urlencoded";
    let answer = press(phones, link, button.word(), form, String::new()).await?;
    let done = answer.status == StatusCode::SEE_OTHER;
    let report = json!({"link": link, "status": answer.status.as_u16()});
    Ok((if done { StatusCode::OK } else { answer.status }, report))
}

/// Types a number into the form of a gateway's board. Its page looks the same whoever types whatever number.
///
/// # Errors
/// When nobody answers.
pub async fn ask_for_board(phones: &Phones, number: &str, gateway: &str) -> Result<(StatusCode, Value), Trouble> {
    let form = "application/x-www-form-urlencoded";
    let typed = format!("number=%2B{}", number.trim_start_matches('+'));
    let answer = press(
        phones,
        &format!("{}/me", gateway.trim_end_matches('/')),
        "link",
        form,
        typed,
    )
    .await?;
    Ok((answer.status, json!({"status": answer.status.as_u16()})))
}

async fn press(phones: &Phones, link: &str, button: &str, content_type: &str, body: String) -> Result<Reply, Trouble> {
    let target = format!("{}/{button}", link.trim_end_matches('/'));
    let mut request = request("POST", &target, Some(content_type), body).map_err(bad_gateway)?;
    // A browser names the page's origin with every POST.
    if let Some(origin) = markup::origin(link).and_then(|origin| origin.parse().ok()) {
        request.headers_mut().insert(http::header::ORIGIN, origin);
    }
    phones.fetch.send(request, PATIENCE).await.map_err(bad_gateway)
}
