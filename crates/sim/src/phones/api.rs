//! The phones' side for visitors and tests: the page, and what it calls.

use super::browser::{self, Button, Trouble};
use super::{Phone, Phones};
use crate::control::{Problem, with_ledger};
use crate::fetch::{FetchError, PATIENCE, Reply, request};
use crate::smsc::inbox::Received;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post, put};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

const PAGE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// Nothing from elsewhere; the page's own files and its own origin only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'self' http://127.0.0.1:* http://localhost:*";

/// The page and the API.
pub fn routes(phones: &Arc<Phones>) -> Router {
    let routes = Router::new()
        .route("/", get(|| async { Redirect::to("/phones") }))
        .route("/phones", get(|| async { file("text/html; charset=utf-8", PAGE) }))
        .route(
            "/phones/page.js",
            get(|| async { file("text/javascript; charset=utf-8", SCRIPT) }),
        )
        .route(
            "/phones/page.css",
            get(|| async { file("text/css; charset=utf-8", STYLE) }),
        )
        .route("/api/world", get(world))
        .route("/api/phones", get(list))
        .route("/api/phones/{number}/inbox", get(inbox))
        .route("/api/phones/{number}/reply", post(reply))
        .route("/api/phones/{number}/state", put(change_state))
        .route("/api/phones/{number}/agree", post(agree))
        .route("/api/phones/{number}/refuse", post(refuse))
        .route("/api/phones/{number}/stop", post(stop))
        .route("/api/phones/{number}/board", post(board))
        .with_state(Arc::clone(phones));
    with_ledger(routes, Arc::clone(&phones.ledger))
}

fn file(content_type: &'static str, text: &'static str) -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text)
}

fn unreachable(error: FetchError) -> Problem {
    Problem::new(StatusCode::BAD_GATEWAY, error.0)
}

/// Every phone with its texts, for the page.
async fn world(State(phones): State<Arc<Phones>>) -> Result<Json<Vec<Value>>, Problem> {
    let (all, inboxes) = tokio::try_join!(phones.all(), phones.centres.inboxes(&phones.fetch)).map_err(unreachable)?;
    let with_texts = |phone: Phone| {
        let texts = inboxes.get(&phone.number);
        json!({
            "number": phone.number, "name": phone.name, "carrier": phone.carrier, "state": phone.state, "texts": texts,
        })
    };
    Ok(Json(all.into_iter().map(with_texts).collect()))
}

async fn list(State(phones): State<Arc<Phones>>) -> Result<Json<Vec<Value>>, Problem> {
    let all = phones.all().await.map_err(unreachable)?;
    let base = &phones.base;
    let described = |phone: Phone| {
        let path = format!("{base}/api/phones/{}", phone.number.trim_start_matches('+'));
        json!({
            "number": phone.number, "name": phone.name, "carrier": phone.carrier, "state": phone.state,
            "inbox": format!("{path}/inbox"), "reply": format!("{path}/reply"),
        })
    };
    Ok(Json(all.into_iter().map(described).collect()))
}

async fn inbox(State(phones): State<Arc<Phones>>, Path(number): Path<String>) -> Result<Json<Vec<Received>>, Problem> {
    Ok(Json(
        phones
            .centres
            .inbox(&phones.fetch, &number)
            .await
            .map_err(unreachable)?,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
    to: Option<String>,
}

async fn reply(
    State(phones): State<Arc<Phones>>,
    Path(number): Path<String>,
    Json(reply): Json<Text>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let number = with_plus(&number);
    phones
        .ledger
        .note("reply", &json!({"number": number, "text": reply.text}));
    let sent = phones
        .centres
        .reply(&phones.fetch, &number, reply.to.as_deref(), &reply.text);
    Ok(told(sent.await.map_err(unreachable)?))
}

async fn change_state(
    State(phones): State<Arc<Phones>>,
    Path(number): Path<String>,
    Json(change): Json<Value>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let number = with_plus(&number);
    phones
        .ledger
        .note("state", &json!({"number": number, "change": change}));
    let owner = phones.owner(&number).await.map_err(unreachable)?;
    let (carrier, _) = owner.ok_or_else(|| Problem::new(StatusCode::NOT_FOUND, "no carrier has such a phone"))?;
    forward(&phones, "PUT", &format!("{carrier}/phones/{number}"), &change).await
}

async fn forward(phones: &Phones, method: &str, url: &str, body: &Value) -> Result<(StatusCode, Json<Value>), Problem> {
    let asked = request(method, url, Some("application/json"), body.to_string()).map_err(unreachable)?;
    let answer = phones.fetch.send(asked, PATIENCE).await.map_err(unreachable)?;
    Ok(told(answer))
}

/// What another system answered, as it answered.
fn told(answer: Reply) -> (StatusCode, Json<Value>) {
    let body = answer.json::<Value>().unwrap_or_else(|_| answer.text().into());
    (answer.status, Json(body))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Which {
    link: Option<String>,
    /// Whether a reply by text is sent too, where the page wants one; it is unless this says no.
    reply: Option<bool>,
}

async fn agree(
    State(phones): State<Arc<Phones>>,
    Path(number): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let number = with_plus(&number);
    let which: Which = optional(&body)?;
    let outcome = async {
        let link = browser::link(&phones, &number, which.link.as_deref()).await?;
        browser::agree(&phones, &number, &link, which.reply.unwrap_or(true)).await
    };
    report(&phones, "agree", &number, outcome.await)
}

async fn refuse(
    State(phones): State<Arc<Phones>>,
    Path(number): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    press(&phones, &number, &body, Button::Refuse).await
}

async fn stop(
    State(phones): State<Arc<Phones>>,
    Path(number): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    press(&phones, &number, &body, Button::Stop).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Gateway {
    gateway: String,
}

/// Types its number at a gateway's board, which texts a link to it.
async fn board(
    State(phones): State<Arc<Phones>>,
    Path(number): Path<String>,
    Json(at): Json<Gateway>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let number = with_plus(&number);
    let outcome = browser::ask_for_board(&phones, &number, &at.gateway).await;
    report(&phones, "board", &number, outcome)
}

async fn press(
    phones: &Arc<Phones>,
    number: &str,
    body: &[u8],
    button: Button,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let number = with_plus(number);
    let which: Which = optional(body)?;
    let outcome = async {
        let link = browser::link(phones, &number, which.link.as_deref()).await?;
        browser::press_form(phones, &link, button).await
    };
    report(phones, button.word(), &number, outcome.await)
}

fn report(
    phones: &Phones,
    kind: &str,
    number: &str,
    outcome: Result<(StatusCode, Value), Trouble>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let status = outcome
        .as_ref()
        .map_or_else(|(status, _)| *status, |(status, _)| *status);
    phones
        .ledger
        .note(kind, &json!({"number": number, "status": status.as_u16()}));
    outcome
        .map(|(status, told)| (status, Json(told)))
        .map_err(|(status, message)| Problem::new(status, message))
}

/// A JSON body that may be left out.
fn optional<T: Default + DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(body).map_err(|error| Problem::new(StatusCode::BAD_REQUEST, error.to_string()))
}

fn with_plus(number: &str) -> String {
    format!("+{}", number.trim_start_matches(['+', ' ']))
}
