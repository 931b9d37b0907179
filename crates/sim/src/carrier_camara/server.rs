//! The carrier's front door: the two location services straight on hyper (they carry the load tests), everything else
//! handed to the control routes.

use super::Carrier;
use super::behaviour::{Behaviour, Misbehaviour};
use super::camara::{self, Fault, Operation, Question};
use super::locate::{self, Outcome};
use super::oauth::Grant;
use crate::area::Circle;
use crate::carrier::body::AnswerBody;
use crate::clock;
use crate::sync::lock;
use axum::Router;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt as _;

/// The largest request body, in bytes.
const BODY_BYTES_MAX: usize = 64 << 10;

/// How long "never" is for a peer that hangs.
const NEVER: Duration = Duration::from_secs(3600);

/// Serves connections for as long as the runtime lives.
pub async fn serve(listener: TcpListener, carrier: Arc<Carrier>, routes: Router) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, Arc::clone(&carrier), routes.clone()));
            }
            // Out of file descriptors, most likely: wait for some to be given back.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(stream: TcpStream, carrier: Arc<Carrier>, routes: Router) {
    // Without it small answers wait for the peer's delayed acknowledgement; a refusal only costs time.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        let (carrier, routes) = (Arc::clone(&carrier), routes.clone());
        async move { Ok::<_, Infallible>(respond(carrier, routes, request).await) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).pipeline_flush(true);
    // A peer that hangs up, or is hung up on, is no event worth a line.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(carrier: Arc<Carrier>, routes: Router, request: Request<Incoming>) -> Response<AnswerBody> {
    match Operation::at(request.uri().path()) {
        Some(operation) => {
            let (head, body) = request.into_parts();
            let behaviour = Arc::clone(&lock(&carrier.behaviour));
            let asked = Asked::receive(&carrier, &behaviour, operation, &head, body).await;
            asked.answer(&carrier, &behaviour, operation).await
        }
        None => match routes.oneshot(request).await {
            Ok(response) => response.map(AnswerBody::Other),
            Err(never) => match never {},
        },
    }
}

/// A question as far as it could be read.
struct Asked {
    correlator: Option<HeaderValue>,
    grant: Option<Arc<Grant>>,
    read: Result<Question, Fault>,
}

impl Asked {
    /// Reads and checks in the order of the CAMARA documents: token, correlator, content, scope, device.
    async fn receive(
        carrier: &Carrier,
        behaviour: &Behaviour,
        operation: Operation,
        head: &Parts,
        body: Incoming,
    ) -> Self {
        let (method, headers) = (&head.method, &head.headers);
        let body = Limited::new(body, BODY_BYTES_MAX)
            .collect()
            .await
            .map(|body| body.to_bytes());
        let correlator = headers.get("x-correlator").filter(|value| !value.is_empty()).cloned();
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = bearer
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let grant = token.and_then(|(_, token)| carrier.oauth.check(token));
        let any_token = behaviour.misbehave == Some(Misbehaviour::AnyToken);
        let grant = grant.or_else(|| any_token.then(|| Arc::new(Grant::of_anybody())));
        let correlator_ok = correlator
            .as_ref()
            .is_none_or(|value| camara::is_correlator(value.as_bytes()));
        let read = check(operation, method, headers, grant.as_deref(), correlator_ok)
            .and_then(|()| body.map_err(|_| Fault::new(400, "INVALID_ARGUMENT", "the body cannot be read")))
            .and_then(|body| read_body(operation, &body, grant.as_deref()));
        Self {
            correlator: correlator.filter(|_| correlator_ok),
            grant,
            read,
        }
    }

    /// Plans, writes the ledger, waits, and answers.
    async fn answer(self, carrier: &Carrier, behaviour: &Behaviour, operation: Operation) -> Response<AnswerBody> {
        let (question, plan) = match self.read {
            Ok(question) => {
                let plan = locate::plan(operation, &question, &carrier.subscribers, behaviour, clock::now_ms());
                (Some(question), plan)
            }
            Err(fault) => (
                None,
                locate::Plan {
                    wait_ms: 0,
                    outcome: Outcome::Failed(fault),
                },
            ),
        };
        let planned = match &plan.outcome {
            Outcome::Failed(fault) => (fault.status, Some(fault.code)),
            Outcome::Known(_) | Outcome::Fresh(..) => (200, None),
        };
        let in_each_error = matches!(
            behaviour.misbehave,
            Some(Misbehaviour::BareErrors | Misbehaviour::Always400)
        );
        let misdeed = behaviour.misbehave.filter(|_| question.is_some() || in_each_error);
        let (status, code) = match misdeed {
            Some(Misbehaviour::Error500) => (500, Some("INTERNAL")),
            Some(Misbehaviour::Redirect) => (307, None),
            _ => planned,
        };
        let entry = Entry {
            correlator: self.correlator.as_ref().and_then(|value| value.to_str().ok()),
            client: self.grant.as_ref().map(|grant| grant.client_id.as_str()),
            number: question.as_ref().map(|question| question.number.as_str()),
            max_age: question.as_ref().and_then(|question| question.max_age_s),
            max_surface: question.as_ref().and_then(|question| question.max_surface_m2),
            area: question.as_ref().and_then(|question| question.area.as_ref()),
            status,
            code,
            misbehave: misdeed,
        };
        // The line is written before the wait: a caller that gives up has asked all the same.
        carrier.ledger.note(operation.word(), &entry);
        if plan.wait_ms > 0 {
            tokio::time::sleep(Duration::from_millis(plan.wait_ms)).await;
        }
        let (status, bytes) = conclude(plan.outcome, question.as_ref(), behaviour, misdeed);
        let response = act(misdeed, status, bytes, &carrier.base, behaviour.late_ms).await;
        with_correlator(response, told_correlator(self.correlator, misdeed))
    }
}

/// A ledger line of a location request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    correlator: Option<&'a str>,
    client: Option<&'a str>,
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_surface: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area: Option<&'a Circle>,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    misbehave: Option<Misbehaviour>,
}

fn check(
    operation: Operation,
    method: &Method,
    headers: &HeaderMap,
    grant: Option<&Grant>,
    correlator_ok: bool,
) -> Result<(), Fault> {
    if method != Method::POST {
        return Err(Fault::new(
            405,
            "METHOD_NOT_ALLOWED",
            format!("expected POST for {}", operation.word()),
        ));
    }
    if grant.is_none() {
        let message = "Request not authenticated due to missing, invalid, or expired credentials.";
        return Err(Fault::new(401, "UNAUTHENTICATED", message));
    }
    if !correlator_ok {
        return Err(Fault::new(
            400,
            "INVALID_ARGUMENT",
            "x-correlator does not match the documented pattern",
        ));
    }
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        return Err(Fault::new(415, "UNSUPPORTED_MEDIA_TYPE", "expected application/json"));
    }
    Ok(())
}

fn read_body(operation: Operation, body: &[u8], grant: Option<&Grant>) -> Result<Question, Fault> {
    // Text that is not JSON at all is a 400 even for a token without the scope; the rest of the schema comes after.
    if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(body) {
        return Err(Fault::new(
            400,
            "INVALID_ARGUMENT",
            format!("the body is not JSON: {error}"),
        ));
    }
    if !grant.is_some_and(|grant| grant.scopes.iter().any(|scope| scope == operation.scope())) {
        let message = "Client does not have sufficient permissions to perform this action.";
        return Err(Fault::new(403, "PERMISSION_DENIED", message));
    }
    Question::read(operation, body)
}

fn conclude(
    outcome: Outcome,
    question: Option<&Question>,
    behaviour: &Behaviour,
    misdeed: Option<Misbehaviour>,
) -> (StatusCode, Vec<u8>) {
    let fix = match outcome {
        Outcome::Known(fix) => fix,
        Outcome::Fresh(subscriber, rung) => lock(&subscriber).locate(clock::now_ms(), rung, behaviour.confidence),
        Outcome::Failed(fault) => return fault_bytes(&deformed(fault, misdeed), misdeed),
    };
    let number = question.map_or("", |question| question.number.as_str());
    let told = match misdeed {
        Some(Misbehaviour::WrongNumber) => other_number(number),
        _ => number.to_owned(),
    };
    let asked = question.and_then(|question| question.area.as_ref());
    (StatusCode::OK, camara::answer(&fix, asked, behaviour.shape, &told))
}

fn deformed(fault: Fault, misdeed: Option<Misbehaviour>) -> Fault {
    match misdeed {
        Some(Misbehaviour::Always400) => Fault::new(400, "INVALID_ARGUMENT", fault.message),
        _ => fault,
    }
}

fn fault_bytes(fault: &Fault, misdeed: Option<Misbehaviour>) -> (StatusCode, Vec<u8>) {
    let status = StatusCode::from_u16(fault.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if misdeed == Some(Misbehaviour::BareErrors) {
        return (status, br#"{"error":"failed"}"#.to_vec());
    }
    (status, serde_json::to_vec(fault).unwrap_or_default())
}

/// A number that differs in its last digit.
fn other_number(number: &str) -> String {
    let mut other = number.to_owned();
    let last = other.pop().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
    other.push_str(&((last + 1) % 10).to_string());
    other
}

/// Sends the answer, or commits the misdeed.
async fn act(
    misdeed: Option<Misbehaviour>,
    status: StatusCode,
    bytes: Vec<u8>,
    base: &str,
    late_ms: u64,
) -> Response<AnswerBody> {
    let body = match misdeed {
        Some(Misbehaviour::Hang) => {
            tokio::time::sleep(NEVER).await;
            AnswerBody::whole(Bytes::new())
        }
        Some(Misbehaviour::Late) => {
            tokio::time::sleep(Duration::from_millis(late_ms)).await;
            AnswerBody::whole(bytes)
        }
        Some(Misbehaviour::Truncate) => AnswerBody::cut(bytes),
        Some(Misbehaviour::Twice) => AnswerBody::whole(bytes.repeat(2)),
        Some(Misbehaviour::Malformed) => {
            AnswerBody::whole("{\"lastLocationTime\": \"yesterday\", \"area\": {\"areaType\"")
        }
        Some(Misbehaviour::SlowBody) => AnswerBody::slow(bytes),
        Some(Misbehaviour::Huge) => AnswerBody::huge("{\"lastLocationTime\":\""),
        Some(Misbehaviour::Error500) => {
            let (status, bytes) = fault_bytes(&Fault::new(500, "INTERNAL", "Unknown server error."), misdeed);
            return json_response(status, AnswerBody::whole(bytes));
        }
        Some(Misbehaviour::Redirect) => {
            let mut response = json_response(StatusCode::TEMPORARY_REDIRECT, AnswerBody::whole(Bytes::new()));
            if let Ok(elsewhere) = HeaderValue::from_str(&format!("{base}/elsewhere")) {
                response.headers_mut().insert(header::LOCATION, elsewhere);
            }
            return response;
        }
        Some(Misbehaviour::WrongType) => {
            let mut response = json_response(status, AnswerBody::whole(bytes));
            let html = HeaderValue::from_static("text/html");
            response.headers_mut().insert(header::CONTENT_TYPE, html);
            return response;
        }
        _ => AnswerBody::whole(bytes),
    };
    json_response(status, body)
}

fn told_correlator(correlator: Option<HeaderValue>, misdeed: Option<Misbehaviour>) -> Option<HeaderValue> {
    match misdeed {
        Some(Misbehaviour::NoCorrelator) => None,
        Some(Misbehaviour::OtherCorrelator) => Some(HeaderValue::from_static("ask_of_somebody_else")),
        _ => correlator,
    }
}

fn json_response(status: StatusCode, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn with_correlator(mut response: Response<AnswerBody>, correlator: Option<HeaderValue>) -> Response<AnswerBody> {
    if let Some(correlator) = correlator {
        response.headers_mut().insert("x-correlator", correlator);
    }
    response
}
