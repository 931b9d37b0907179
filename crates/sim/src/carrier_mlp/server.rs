//! The carrier's front door: the location service straight on hyper, everything else handed to the control routes.

use super::Carrier;
use super::answer::Pen;
use super::behaviour::{Behaviour, Misbehaviour};
use super::dialect::Dialect;
use super::geometry::Form;
use super::locate::{Plan, conclude, plan};
use super::misdeed::deform;
use super::push::{Accepted, report};
use super::question::{LocType, Question, Subclient};
use super::quirk::Quirk;
use super::received::{Received, without_passwords};
use super::result::Resid;
use crate::carrier::body::AnswerBody;
use crate::sync::lock;
use crate::{chance, clock};
use axum::Router;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
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

/// Where requests are taken.
pub const PATH: &str = "/LocationQueryService/";

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
    // Without `pipeline_flush`, which would gather an endless body in memory before it sends any of it.
    http.timer(TokioTimer::new());
    // A peer that hangs up, or is hung up on, is no event worth a line.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn respond(carrier: Arc<Carrier>, routes: Router, request: Request<Incoming>) -> Response<AnswerBody> {
    if request.method() == http::Method::POST && request.uri().path() == PATH {
        let (head, body) = request.into_parts();
        return take(carrier, &head.headers, body).await;
    }
    match routes.oneshot(request).await {
        Ok(response) => response.map(AnswerBody::Other),
        Err(never) => match never {},
    }
}

async fn take(carrier: Arc<Carrier>, headers: &HeaderMap, body: Incoming) -> Response<AnswerBody> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !["text/xml", "application/xml"].contains(&media_type) {
        return plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "expected text/xml or application/xml",
        );
    }
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => answer(carrier, body.to_bytes()).await,
        Err(_) => plain(StatusCode::BAD_REQUEST, "the body cannot be read"),
    }
}

/// A ledger line of a request.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    service: &'a str,
    version: Option<&'a str>,
    client: Option<&'a str>,
    client_service: Option<&'a str>,
    chain: &'a [Subclient],
    requestor: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requestor_type: Option<&'a str>,
    number: Option<&'a str>,
    mode: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    loc_type: Option<LocType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_age: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resp_timer: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accuracy: Option<f64>,
    resid: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    info: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a str>,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    misbehave: Option<Misbehaviour>,
}

impl<'a> Entry<'a> {
    fn new(received: &'a Received, body: &[u8], behaviour: &Behaviour, plan: Option<&Plan>) -> Self {
        let chain = received.chain.as_ref();
        let question = received.question.as_ref();
        let refusal = received.refusal.as_ref();
        let requestor = chain.and_then(|chain| chain.requestor.as_ref());
        let planned = plan.map_or(Resid::OK, |plan| plan.end.resid());
        Self {
            service: &received.service,
            version: received.version.as_deref(),
            client: chain.map(|chain| chain.login.id.as_str()),
            client_service: chain.and_then(|chain| chain.login.service.as_deref()),
            chain: chain.map_or(&[], |chain| &chain.subclients),
            requestor: requestor.map(|(id, _)| id.as_str()),
            requestor_type: requestor.and_then(|(_, kind)| kind.as_deref()),
            number: question.map(|question| question.number.as_str()),
            mode: question.map(|question| if question.push.is_some() { "async" } else { "sync" }),
            loc_type: question.map(|question| question.loc_type),
            max_age: question.and_then(|question| question.max_age_s),
            resp_timer: question.and_then(|question| question.timer_s),
            accuracy: question
                .and_then(|question| question.accuracy_m)
                .map(|(metres, _)| metres),
            resid: refusal.map_or(planned, |refusal| refusal.resid).0,
            info: refusal.and_then(|refusal| refusal.info.as_deref()),
            request: None,
            bytes: body.len(),
            document: behaviour.documents.then(|| without_passwords(body)),
            misbehave: behaviour.misbehave,
        }
    }
}

/// Reads, writes the ledger, waits, and answers.
async fn answer(carrier: Arc<Carrier>, body: Bytes) -> Response<AnswerBody> {
    let behaviour = Arc::clone(&lock(&carrier.behaviour));
    let received = Received::read(&body, carrier.dialect, &carrier.client, &behaviour);
    let pen = Pen {
        form: Form {
            dialect: carrier.dialect,
            quirk: behaviour.quirk,
        },
        misdeed: behaviour.misbehave,
    };
    let (refusal, question) = (received.refusal.clone(), received.question.clone());
    let (None, Some(question)) = (&refusal, question) else {
        carrier
            .ledger
            .note(kind(&received), &Entry::new(&received, &body, &behaviour, None));
        let refusal = refusal.unwrap_or_else(|| Resid::SYNTAX_ERROR.into());
        if received.is_slir() {
            return document(pen, StatusCode::OK, pen.refusal(&refusal));
        }
        let unknown = refusal.resid == Resid::SERVICE_NOT_SUPPORTED && pen.misdeed != Some(Misbehaviour::AlwaysOk);
        let status = if unknown { StatusCode::NOT_FOUND } else { StatusCode::OK };
        return document(pen, status, pen.general_error(&refusal));
    };
    let plan = plan(&question, &carrier.subscribers, &behaviour, clock::now_ms());
    let at_once = plan.end.resid() == Resid::UNKNOWN_SUBSCRIBER && carrier.dialect != Dialect::V3_5;
    let pushed = question.push.is_some() && behaviour.quirk != Some(Quirk::SyncToAsync) && !at_once;
    let request = pushed.then(chance::token);
    let mut entry = Entry::new(&received, &body, &behaviour, Some(&plan));
    entry.request = request.as_deref();
    // The line is written before the wait: a caller that gives up has asked all the same.
    carrier.ledger.note(kind(&received), &entry);
    let bytes = match request {
        Some(request) => {
            let bytes = pen.accepted(&request);
            let requestor = received.chain.and_then(|chain| chain.requestor).map(|(id, _)| id);
            let accepted = Accepted {
                request,
                requestor,
                question,
                plan,
            };
            tokio::spawn(report(Arc::clone(&carrier), Arc::clone(&behaviour), pen, accepted));
            bytes
        }
        None => deform(
            pen.misdeed,
            located(&behaviour, pen, plan, &question).await,
            &carrier.base,
        ),
    };
    act(&carrier, &behaviour, pen, bytes).await
}

fn kind(received: &Received) -> &'static str {
    if received.is_slir() { "slir" } else { "other" }
}

/// Waits for the outcome, and prints it.
async fn located(behaviour: &Behaviour, pen: Pen, plan: Plan, question: &Question) -> Vec<u8> {
    if plan.wait_ms > 0 {
        tokio::time::sleep(Duration::from_millis(plan.wait_ms)).await;
    }
    pen.answer(
        &question.number,
        &conclude(plan.end, question, behaviour, clock::now_ms()),
    )
}

/// Sends the answer, or commits the misdeed.
async fn act(carrier: &Carrier, behaviour: &Behaviour, pen: Pen, bytes: Vec<u8>) -> Response<AnswerBody> {
    let body = match behaviour.misbehave {
        Some(Misbehaviour::Hang) => {
            tokio::time::sleep(NEVER).await;
            AnswerBody::whole(Bytes::new())
        }
        Some(Misbehaviour::Late) => {
            tokio::time::sleep(Duration::from_millis(behaviour.late_ms)).await;
            AnswerBody::whole(bytes)
        }
        Some(Misbehaviour::Truncate) => AnswerBody::cut(bytes),
        Some(Misbehaviour::SlowBody) => AnswerBody::slow(bytes),
        Some(Misbehaviour::Huge) => AnswerBody::huge("<svc_result><!--"),
        Some(Misbehaviour::Endless) => AnswerBody::endless("<svc_result><!--"),
        Some(Misbehaviour::Error500) => {
            return plain(StatusCode::INTERNAL_SERVER_ERROR, "<h1>Location server failure</h1>");
        }
        Some(Misbehaviour::Redirect) => {
            let mut response = plain(StatusCode::TEMPORARY_REDIRECT, "");
            if let Ok(elsewhere) = HeaderValue::from_str(&format!("{}/elsewhere", carrier.base)) {
                response.headers_mut().insert(header::LOCATION, elsewhere);
            }
            return response;
        }
        Some(Misbehaviour::WrongType) => {
            let mut response = document(pen, StatusCode::OK, bytes);
            let html = HeaderValue::from_static("text/html");
            response.headers_mut().insert(header::CONTENT_TYPE, html);
            return response;
        }
        _ => AnswerBody::whole(bytes),
    };
    typed(pen, StatusCode::OK, body)
}

fn document(pen: Pen, status: StatusCode, bytes: Vec<u8>) -> Response<AnswerBody> {
    typed(pen, status, AnswerBody::whole(bytes))
}

fn typed(pen: Pen, status: StatusCode, body: AnswerBody) -> Response<AnswerBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if pen.form.quirk != Some(Quirk::NoContentType) {
        let media_type = HeaderValue::from_static(pen.form.dialect.media_type());
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    }
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(text));
    *response.status_mut() = status;
    let media_type = HeaderValue::from_static("text/html");
    response.headers_mut().insert(header::CONTENT_TYPE, media_type);
    response
}
