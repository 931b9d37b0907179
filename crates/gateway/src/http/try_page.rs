//! `/try`: a visitor sees the way of a question on their own phone. The first screen shows a picture to point the phone at;
//! the phone is asked, agrees, and its browser's position appears on the first screen as an area, sealed in between to a
//! key that the first screen made; then it is stopped.
//!
//! It is the one path of every ask: a question is put, agreed to, asked, recorded, minimised, released. Nothing is texted,
//! the number is made up for the visit, and the only source is the browser that opened the link: a visitor reaches the
//! phone in their own hand and no other.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ask::{Ask, Question};
use domain::geo::Area;
use domain::id::{ConsentId, PartyId};
use domain::journal::settle::{Change, Item, Outcome};
use domain::number::Msisdn;
use domain::permission::terms::{CaseReference, Origin, Precision};
use domain::programme::Programme;
use domain::purpose::Purpose;
use domain::reply::{AnswerView, Codec};
use domain::serve::{Docket as _, serve};
use domain::time::{Span, Timestamp};
use qrcode::QrCode;
use qrcode::render::svg;
use serde::{Deserialize, Serialize};
use serde_json::json;
use wire::board::{VisitRequest, read_visit_key};
use wire::camara::error::Problem;
use wire::camara::retrieve;
use wire::consents::ConsentRequest;
use wire::jose::jwe::{Fresh, seal_json};
use wire::jose::jwk::PublicKey;

use super::board::{Look, html, locale};
use super::consents::{find, put_unsent};
use super::extract::Query;
use super::question::is_own_origin;
use super::{authenticate, body, json as answer, problem, reply};
use crate::context::Context;
use crate::pages::try_page as view;
use crate::party::{Binding, PartyRecord};
use crate::seal::ticket::TicketKind;
use crate::store::party::sqlite::by_client;

/// The built-in party that asks on the try page. It has no key, so that nobody can ask in its name from outside.
const CLIENT: &str = "wayleave-try";
/// The name that the phone reads.
const NAME: &str = "The screen in front of you";
const PURPOSE: Purpose = Purpose::RequestedServiceProvision;
/// How exact a visitor is shown, in metres.
const METRES: u32 = 200;
/// How often a visitor may ask.
const ASKS: u32 = 12;
/// How long a visit lasts.
const LIFE: Span = Span::seconds(1800);
/// The purpose wants the phone's own key, and lets a position be a minute old.
const MAX_AGE: Span = Span::seconds(60);

/// A visit, as its sealed ticket holds it.
#[derive(Serialize, Deserialize)]
struct Visit {
    consent: [u8; 16],
    number: String,
    x: [u8; 32],
    y: [u8; 32],
    until_ms: i64,
}

/// Prints an area sealed for the first screen's key.
struct Sealed {
    key: PublicKey,
    consent: ConsentId,
    fresh: Fresh,
}

impl Codec for Sealed {
    fn print(&self, answer: &AnswerView) -> Vec<u8> {
        let Some(area) = answer.area.map(Area::Circle) else {
            return Vec::new();
        };
        let plain = retrieve::print(&area, answer.located_at, None);
        let plain = String::from_utf8_lossy(&plain);
        let apv = self.consent.to_string();
        // An answer that cannot be sealed does not leave.
        seal_json(&plain, &self.key, apv.as_bytes(), self.fresh).map_or_else(|_| Vec::new(), String::into_bytes)
    }
}

/// `GET /try`.
pub async fn show(State(context): State<Arc<Context>>, Query(look): Query<Look>, headers: HeaderMap) -> Response<Body> {
    if !is_open(&context) {
        return problem::response(&Problem::NotFound.into(), false);
    }
    let chosen = look.lang.as_deref();
    let page = view::render(&view::TryView {
        locale: locale(&context, &headers, chosen),
        operator: context.config.gateway.operator.clone(),
        only_here: crate::config::is_loopback(&context.config.gateway.issuer),
        sandbox: context.is_sandbox(),
    });
    html(&context, StatusCode::OK, page, chosen)
}

fn is_open(context: &Context) -> bool {
    context.config.board.has_try_page(context.policy.world)
}

/// `POST /try/begin`: a question is put to whoever opens the link.
pub async fn begin(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    respond(begin_visit(&context, request).await)
}

/// `POST /try/state`: what has become of the question.
pub async fn state(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    respond(tell_state(&context, request).await)
}

/// `POST /try/ask`: where is the phone? The answer is sealed.
pub async fn ask(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    respond(ask_phone(&context, request).await)
}

fn respond(outcome: Result<Response<Body>, Problem>) -> Response<Body> {
    outcome.unwrap_or_else(|error| problem::response(&error.into(), false))
}

async fn read(context: &Context, request: Request) -> Result<bytes::Bytes, Problem> {
    let (parts, bytes) = request.into_parts();
    if !is_open(context) {
        return Err(Problem::NotFound);
    }
    if !is_own_origin(context, &parts.headers) {
        return Err(Problem::PermissionDenied);
    }
    body::read(&context.config.listen, &parts.headers, bytes, "application/json").await
}

async fn begin_visit(context: &Arc<Context>, request: Request) -> Result<Response<Body>, Problem> {
    let bytes = read(context, request).await?;
    let key = read_visit_key(&bytes)?;
    let now = context.now();
    if !context.board.doors.admit_visit(now) {
        return Err(Problem::TooManyRequests);
    }
    let party = party(context, now).await?;
    // Twelve digits of chance in a range that belongs to nobody: each visit has a number of its own.
    let digits = u64::from_be_bytes(context.chance.bytes()) % 1_000_000_000_000;
    let number = Msisdn::parse(&format!("+999{digits:012}")).ok_or(Problem::Internal)?;
    let wish = ConsentRequest {
        number,
        precision: Precision::Area { metres: METRES },
        count: Some(ASKS),
        per_hour: None,
        lasts: LIFE,
        within: None,
        case: CaseReference::new("TRY").ok_or(Problem::Internal)?,
        origin: Origin::Handset,
        locale: None,
    };
    let caller = authenticate::on_behalf_of(party, PURPOSE);
    let put = put_unsent(context, caller, wish, now).await;
    let (consent, _) = put.map_err(|explained| explained.problem)?;
    let visit = Visit {
        consent: consent.to_bytes(),
        number: number.to_e164(),
        x: *key.x(),
        y: *key.y(),
        until_ms: now.after(LIFE).unix_ms(),
    };
    let plain = serde_json::to_vec(&visit).map_err(|_| Problem::Internal)?;
    let ticket = context.sealer.ticket(TicketKind::TryVisit, &plain);
    let token = URL_SAFE_NO_PAD.encode(context.questions.link(consent));
    let link = format!("{}/c/{token}", context.config.gateway.issuer);
    let picture = QrCode::new(link.as_bytes()).map_err(|_| Problem::Internal)?;
    let picture = picture.render::<svg::Color<'_>>().min_dimensions(280, 280).build();
    let body = json!({
        "visit": ticket.map_err(|_| Problem::Internal)?,
        "link": link,
        "picture": picture,
        "apv": consent.to_string(),
    });
    Ok(answer::response(StatusCode::CREATED, body.to_string()))
}

/// The built-in party, enrolled at the first visit.
async fn party(context: &Context, now: Timestamp) -> Result<PartyId, Problem> {
    let _one_at_a_time = context.board.enrolling.lock().await;
    let known = context.reader.read(|store| by_client(store, CLIENT));
    if let Some(listed) = known.map_err(|_| Problem::Unavailable)? {
        return Ok(listed.id);
    }
    let party = PartyId::new(now, context.chance.bytes());
    let record = PartyRecord {
        name: NAME.to_owned(),
        client: CLIENT.to_owned(),
        keys: Vec::new(),
        next_keys: None,
        purposes: vec![PURPOSE],
        scopes: Vec::new(),
        flows: Vec::new(),
        binding: Binding::Dpop,
        redirects: Vec::new(),
        signed_requests: false,
        programmes: Vec::new(),
        sealing: Vec::new(),
        gateway: None,
    };
    let change = Change::Enrol {
        party,
        client: CLIENT.to_owned(),
        record: record.to_json(),
        programmes: vec![Programme::plain(PURPOSE)],
        seal: None,
    };
    match context.docket.settle(Item::Change(change)).await {
        Ok(Outcome::Changed(_)) => Ok(party),
        _ => Err(Problem::Unavailable),
    }
}

async fn tell_state(context: &Context, request: Request) -> Result<Response<Body>, Problem> {
    let bytes = read(context, request).await?;
    let (visit, party) = open(context, &bytes)?;
    let question = find(context, ConsentId::from_bytes(visit.consent), party)?.ok_or(Problem::NotFound)?;
    let body = json!({"state": question.state_at(context.now())});
    Ok(answer::response(StatusCode::OK, body.to_string()))
}

async fn ask_phone(context: &Arc<Context>, request: Request) -> Result<Response<Body>, Problem> {
    let bytes = read(context, request).await?;
    let (visit, party) = open(context, &bytes)?;
    let number = Msisdn::parse(&visit.number).ok_or(Problem::Internal)?;
    let sealed = Sealed {
        key: PublicKey::new(visit.x, visit.y).ok_or(Problem::Internal)?,
        consent: ConsentId::from_bytes(visit.consent),
        fresh: Fresh {
            secret: context.chance.bytes(),
            nonce: context.chance.bytes(),
        },
    };
    let now = context.now();
    let question = Question::Retrieve {
        max_age: Some(MAX_AGE),
        max_surface: None,
    };
    let subject = context.subject(number);
    let ask = Ask::new(context.ask_id(now), subject, party, PURPOSE, question, now);
    let caller = authenticate::on_behalf_of(party, PURPOSE);
    let walked = Arc::clone(context);
    // The road is walked to its end even if the visitor goes away, so that every "asked" gets its end.
    let walk =
        tokio::spawn(async move { serve(&walked.docket, &*walked.source, &walked.grid, &sealed, ask, caller).await });
    let reply = walk.await.map_err(|_| Problem::Internal)?;
    let reply = reply.map_err(|error| {
        tracing::debug!(?error, "a visitor got no answer");
        Problem::PermissionDenied
    })?;
    let mut response = reply::response(reply, &context.clock);
    let sealed = HeaderValue::from_static("application/jose");
    response.headers_mut().insert(CONTENT_TYPE, sealed);
    Ok(response)
}

/// The visit of a ticket, while it lasts.
fn open(context: &Context, bytes: &[u8]) -> Result<(Visit, PartyId), Problem> {
    let VisitRequest { visit } = VisitRequest::parse(bytes)?;
    let plain = context.sealer.open_ticket(TicketKind::TryVisit, &visit);
    let visit: Visit = plain
        .ok()
        .and_then(|plain| serde_json::from_slice(&plain).ok())
        .ok_or(Problem::PermissionDenied)?;
    if context.now().unix_ms() >= visit.until_ms {
        return Err(Problem::Gone);
    }
    let known = context.reader.read(|store| by_client(store, CLIENT));
    let party = known.map_err(|_| Problem::Unavailable)?.ok_or(Problem::NotFound)?;
    Ok((visit, party.id))
}
