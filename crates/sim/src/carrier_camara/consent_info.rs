//! The carrier's own consent master, as CAMARA consent-info 0.2 tells of it: what each subscriber told the carrier itself.
//! Who has said nothing lets everybody; `PUT /control/consents/{number}` changes what a subscriber said.

use super::Carrier;
use super::camara::{Fault, is_correlator};
use crate::control::Problem;
use crate::sync::lock;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The path of the operation.
pub const PATH: &str = "/consent-info/v0.2/retrieve";

/// The scope that a token must have.
pub const SCOPE: &str = "consent-info:retrieve";

/// What subscribers told the carrier, by number.
pub type Consents = Mutex<BTreeMap<String, Said>>;

/// What a subscriber told the carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Said {
    /// Yes, or nothing.
    Granted,
    /// Nothing, where something is needed.
    Pending,
    /// No.
    Denied,
    /// Yes, and it ran out.
    Expired,
    /// No, where no yes is needed.
    Objected,
}

/// A request's body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Inquiry {
    phone_number: Option<String>,
    scopes: Vec<String>,
    purpose: String,
    #[serde(rename = "requestCaptureUrl")]
    _request_capture_url: bool,
    #[serde(rename = "callbackUrl")]
    _callback_url: Option<String>,
}

/// A change of what a subscriber told the carrier.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    said: Said,
}

/// `GET /control/consents/{number}`.
pub async fn said(State(carrier): State<Arc<Carrier>>, Path(number): Path<String>) -> Json<Change> {
    Json(Change {
        said: of(&carrier, &number),
    })
}

/// `PUT /control/consents/{number}`.
pub async fn change(
    State(carrier): State<Arc<Carrier>>,
    Path(number): Path<String>,
    Json(change): Json<Change>,
) -> Result<Json<Change>, Problem> {
    if carrier.subscribers.find(&number).is_none() {
        return Err(Problem::new(StatusCode::NOT_FOUND, "expected a number of this carrier"));
    }
    lock(&carrier.consents).insert(number, change.said);
    Ok(Json(change))
}

fn of(carrier: &Carrier, number: &str) -> Said {
    lock(&carrier.consents).get(number).copied().unwrap_or(Said::Granted)
}

/// `POST /consent-info/v0.2/retrieve`. Each request is a line of the ledger.
pub async fn retrieve(State(carrier): State<Arc<Carrier>>, headers: HeaderMap, body: Bytes) -> Response {
    let correlator = headers.get("x-correlator").cloned();
    let read = read(&carrier, &headers, correlator.as_ref(), &body);
    let said = read.as_ref().ok().map(|inquiry| of(&carrier, &inquiry.number));
    carrier.ledger.note(
        "consent-info",
        &json!({
            "correlator": correlator.as_ref().and_then(|value| value.to_str().ok()),
            "number": read.as_ref().ok().map(|inquiry| &inquiry.number),
            "scopes": read.as_ref().ok().map(|inquiry| &inquiry.scopes),
            "purpose": read.as_ref().ok().map(|inquiry| &inquiry.purpose),
            "status": read.as_ref().err().map_or(200, |fault| fault.status),
            "said": said,
        }),
    );
    let mut response = match (read, said) {
        (Ok(inquiry), Some(said)) => Json(answer(&inquiry, said)).into_response(),
        (Ok(_), None) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        (Err(fault), _) => {
            let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, Json(fault)).into_response()
        }
    };
    if let Some(correlator) = correlator.filter(|value| is_correlator(value.as_bytes())) {
        response.headers_mut().insert("x-correlator", correlator);
    }
    response
}

/// What was asked, read and checked.
struct Asked {
    number: String,
    scopes: Vec<String>,
    purpose: String,
}

fn read(carrier: &Carrier, headers: &HeaderMap, correlator: Option<&HeaderValue>, body: &[u8]) -> Result<Asked, Fault> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let grant = token.and_then(|token| carrier.oauth.check(token)).ok_or_else(|| {
        let message = "Request not authenticated due to missing, invalid, or expired credentials.";
        Fault::new(401, "UNAUTHENTICATED", message)
    })?;
    if correlator.is_some_and(|value| !is_correlator(value.as_bytes())) {
        let message = "x-correlator does not match the documented pattern";
        return Err(Fault::new(400, "INVALID_ARGUMENT", message));
    }
    let inquiry: Inquiry = serde_json::from_slice(body).map_err(|error| {
        Fault::new(
            400,
            "INVALID_ARGUMENT",
            format!("the body is not as documented: {error}"),
        )
    })?;
    if !grant.scopes.iter().any(|scope| scope == SCOPE) {
        let message = "Client does not have sufficient permissions to perform this action.";
        return Err(Fault::new(403, "PERMISSION_DENIED", message));
    }
    let number = inquiry
        .phone_number
        .ok_or_else(|| Fault::new(422, "MISSING_IDENTIFIER", "The device cannot be identified."))?;
    if carrier.subscribers.find(&number).is_none() {
        return Err(Fault::new(404, "IDENTIFIER_NOT_FOUND", "Device identifier not found."));
    }
    Ok(Asked {
        number,
        scopes: inquiry.scopes,
        purpose: inquiry.purpose,
    })
}

fn answer(asked: &Asked, said: Said) -> Value {
    let mut item = json!({
        "scopes": asked.scopes,
        "purpose": asked.purpose,
        "statusValidForProcessing": said == Said::Granted,
    });
    if said != Said::Granted {
        item["statusReason"] = json!(said);
    }
    json!({ "statusInfo": [item] })
}
