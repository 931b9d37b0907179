//! A consent page that stays open: waits until the gateway wants a position, and gives the phone's own.

use super::{Phones, markup};
use crate::area::Point;
use crate::chance::Chance;
use crate::clock;
use crate::fetch::{FetchError, request};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The gateway holds the question for up to 25 s.
const WANTED_PATIENCE: Duration = Duration::from_secs(40);

/// How long the page waits after a failure, or after an answer that came at once.
const PAUSE: Duration = Duration::from_secs(1);

/// What the browser states as its accuracy: the radius, in metres, that contains the truth in 95 of 100 cases.
const ACCURACY_M: f64 = 12.0;

#[derive(Deserialize)]
struct Wanted {
    request: String,
}

enum Round {
    Idle,
    Answered,
    Closed,
}

/// Answers for as long as the page is good for anything.
pub async fn keep_open(phones: Arc<Phones>, number: String, link: String) {
    loop {
        match round(&phones, &number, &link).await {
            Ok(Round::Answered) => {}
            Ok(Round::Idle) | Err(_) => tokio::time::sleep(PAUSE).await,
            Ok(Round::Closed) => break,
        }
    }
    if let Err(error) = phones.keyring.close(&link) {
        eprintln!("wayleave-sim: cannot note that a page was closed: {error}");
    }
    phones.ledger.note("page-closed", &json!({"number": number}));
}

async fn round(phones: &Phones, number: &str, link: &str) -> Result<Round, FetchError> {
    let base = link.trim_end_matches('/');
    let wanted = phones
        .fetch
        .send(request("POST", &format!("{base}/wanted"), None, "")?, WANTED_PATIENCE)
        .await?;
    match wanted.status {
        StatusCode::NO_CONTENT => return Ok(Round::Idle),
        StatusCode::OK => {}
        status if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS => return Ok(Round::Closed),
        status => return Err(FetchError(format!("the page answered with status {status}"))),
    }
    let wanted: Wanted = wanted.json()?;
    let Some((_, phone)) = phones.owner(number).await? else {
        return Ok(Round::Closed);
    };
    if phone.state != "on" && phone.state != "recycled" {
        // A phone that is off shows no page.
        return Ok(Round::Idle);
    }
    let truth: Point = serde_json::from_value(phone.truth).map_err(|error| FetchError(error.to_string()))?;
    let told = crate::carrier::radio::blurred(truth, ACCURACY_M, 95, &mut Chance::from_system());
    let body = json!({
        "request": wanted.request, "latitude": told.latitude, "longitude": told.longitude, "accuracy": ACCURACY_M,
        "timestamp": clock::now_ms(),
    });
    let mut post = request(
        "POST",
        &format!("{base}/position"),
        Some("application/json"),
        body.to_string(),
    )?;
    if let Some(origin) = markup::origin(link).and_then(|origin| origin.parse().ok()) {
        post.headers_mut().insert(http::header::ORIGIN, origin);
    }
    let taken = phones.fetch.send(post, crate::fetch::PATIENCE).await?;
    phones.ledger.note(
        "position-given",
        &json!({"number": number, "status": taken.status.as_u16()}),
    );
    Ok(if taken.status.is_success() {
        Round::Answered
    } else {
        Round::Idle
    })
}
