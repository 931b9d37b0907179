//! CAMARA's two location interfaces. They differ in how bytes become a question and an answer becomes bytes; the road
//! between is one.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use domain::ask::{Ask, Question};
use domain::geo::Area;
use domain::geo::grid::reaches;
use domain::geo::overlap::Overlap;
use domain::journal::settle::{Recorded, Refused};
use domain::locate::{Failure, Found, Source, Wait};
use domain::party::Caller;
use domain::permission::terms::Precision;
use domain::policy::{Policy, Rule};
use domain::purpose::Purpose;
use domain::refusal::{Refusal, Shown};
use domain::reply::{AnswerView, Codec, Reply};
use domain::serve::{ServeError, serve};
use domain::time::Timestamp;
use wire::camara::device::{Device, identify};
use wire::camara::error::Problem;
use wire::camara::{retrieve, verify};
use wire::oauth::scope::Api;

use super::problem::{Asked, Explained, explain};
use super::timing::{Age, End};
use super::{authenticate, body, problem, reply};
use crate::context::Context;
use crate::sources::route::Routes;

/// Turns a body into a question and the device that it names, if it names one.
type Parse = fn(&[u8]) -> Result<(Question, Option<Device>), Problem>;

/// One of the two interfaces.
struct Interface {
    api: Api,
    path: &'static str,
    parse: Parse,
    /// For an answer that names the device, as its request did.
    codec: &'static dyn Codec,
    /// For an answer to a request whose token named the device.
    nameless: &'static dyn Codec,
}

/// `POST /location-retrieval/v0.5/retrieve`
pub const RETRIEVE_PATH: &str = "/location-retrieval/v0.5/retrieve";
/// `POST /location-verification/v3/verify`
pub const VERIFY_PATH: &str = "/location-verification/v3/verify";

const RETRIEVE: Interface = Interface {
    api: Api::Retrieve,
    path: RETRIEVE_PATH,
    parse: |bytes| {
        let request = retrieve::RetrieveRequest::parse(bytes)?;
        Ok((request.question(), request.device))
    },
    codec: &RetrieveCodec { names_device: true },
    nameless: &RetrieveCodec { names_device: false },
};

const VERIFY: Interface = Interface {
    api: Api::Verify,
    path: VERIFY_PATH,
    parse: |bytes| {
        let request = verify::VerifyRequest::parse(bytes)?;
        Ok((request.question(), request.device))
    },
    codec: &VerifyCodec { names_device: true },
    nameless: &VerifyCodec { names_device: false },
};

struct RetrieveCodec {
    names_device: bool,
}

impl Codec for RetrieveCodec {
    fn print(&self, answer: &AnswerView) -> Vec<u8> {
        let area = answer.area.map(Area::Circle);
        area.map_or_else(Vec::new, |area| {
            retrieve::print(&area, answer.located_at, self.names_device.then_some(answer.number))
        })
    }
}

struct VerifyCodec {
    names_device: bool,
}

impl Codec for VerifyCodec {
    fn print(&self, answer: &AnswerView) -> Vec<u8> {
        let result = match answer.verdict {
            Some(Overlap::Inside) => verify::VerificationResult::True,
            Some(Overlap::Partly(rate)) => verify::VerificationResult::Partial { match_rate: rate },
            Some(Overlap::Outside) => verify::VerificationResult::False,
            None => return Vec::new(),
        };
        verify::print(result, answer.located_at, self.names_device.then_some(answer.number))
    }
}

/// Where is the phone?
pub async fn retrieve(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    answer(context, request, &RETRIEVE).await
}

/// Is the phone inside this circle?
pub async fn verify(State(context): State<Arc<Context>>, request: Request) -> Response<Body> {
    answer(context, request, &VERIFY).await
}

async fn answer(context: Arc<Context>, request: Request, interface: &'static Interface) -> Response<Body> {
    let received = context.now();
    let outcome = road(&context, request, interface, received).await;
    let label = outcome
        .as_ref()
        .map_or_else(|silence| silence.explained.problem.code(), |_| "OK");
    metrics::counter!("wayleave_asks_total", "interface" => interface.path, "outcome" => label).increment(1);
    let response = match outcome {
        Ok(reply) => reply::response(reply, &context.clock),
        Err(silence) => {
            wait(&context, &silence.end, silence.age, received).await;
            problem::response(&silence.explained, context.is_sandbox())
        }
    };
    let took_ms = context.now().since(received).as_ms();
    metrics::histogram!("wayleave_ask_seconds", "interface" => interface.path).record(took_ms as f64 / 1000.0);
    response
}

/// Why there is no answer: what an outsider may see of it, and when.
struct Silence {
    explained: Explained,
    end: End,
    age: Age,
}

impl From<Problem> for Silence {
    /// What is wrong with the request itself.
    fn from(problem: Problem) -> Self {
        let denied = problem == Problem::PermissionDenied;
        Self {
            end: if denied { End::Denied } else { End::Open },
            explained: problem.into(),
            age: Age::Any,
        }
    }
}

/// The validation order of CAMARA's own test scenarios: token, then body, then scope, then schema, then identifier, then
/// area; and only then the road itself.
async fn road(
    context: &Arc<Context>,
    request: Request,
    interface: &'static Interface,
    received: Timestamp,
) -> Result<Reply, Silence> {
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, &parts, interface.path, received)?;
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let named = authenticated.subject();
    let caller = authenticated.open_with(interface.api, &bytes)?;
    let (question, device) = (interface.parse)(&bytes)?;
    let number = identify(named, device).map_err(Problem::from)?;
    let codec = if named.is_some() {
        interface.nameless
    } else {
        interface.codec
    };
    check_circle(&context.policy, caller.purpose(), &question)?;
    let (asked, age) = (Asked::of(&question), age(&question));
    let subject = context.subject(number);
    let (party, purpose) = (caller.party(), caller.purpose());
    let ask = Ask::new(context.ask_id(received), subject, party, purpose, question, received);
    // The road is walked to its end even if the caller hangs up, so that every "asked" gets its end.
    let walk = tokio::spawn(walk(Arc::clone(context), codec, ask, caller));
    let (outcome, end) = walk.await.unwrap_or((Err(ServeError::Mixed), End::Open));
    if outcome.is_ok() {
        let _at_once = due(context, &end, age, received);
    }
    outcome.map_err(|error| {
        tracing::debug!(party = %party, error = ?kind(&error), "no answer");
        let explained = explain(&error, asked);
        Silence { explained, end, age }
    })
}

/// Walks the road, and says how it ended as far as its time may tell.
async fn walk(
    context: Arc<Context>,
    codec: &'static dyn Codec,
    ask: Ask,
    caller: Caller,
) -> (Result<Reply, ServeError>, End) {
    let number = ask.subject().number;
    let routed = Routed {
        routes: &context.source,
        asked: OnceLock::new(),
    };
    let would_ask = |origin| context.source.name(origin, number);
    let served = serve(&context.docket, &routed, &context.grid, codec, ask, caller).await;
    let outcome = served.map_err(|error| match error {
        // A source that is left alone answers about nobody, paused or not.
        ServeError::Refused(Refused {
            reason: Refusal::Paused { origin, .. } | Refusal::WithdrawnUnseen { origin, .. },
            ..
        }) if context.is_left_alone(&would_ask(origin)) => ServeError::Failed(Failure::Busy),
        other => other,
    });
    let asked = || routed.asked.get().cloned();
    let end = match &outcome {
        Ok(_) => asked().map_or(End::Open, End::Answered),
        Err(ServeError::Refused(Refused { reason, .. }) | ServeError::Withheld(reason)) => match reason {
            Refusal::Paused { origin, .. } | Refusal::WithdrawnUnseen { origin, .. } => {
                End::AsIfOff(would_ask(*origin))
            }
            other if other.shown() == Shown::Denied => End::Denied,
            _ => End::Open,
        },
        Err(ServeError::Failed(failure)) => match failure {
            Failure::NoSource => End::Denied,
            Failure::UnknownToSource | Failure::DeniedBySource | Failure::Vetoed => {
                asked().map_or(End::Open, End::DeniedBySource)
            }
            Failure::Unlocatable => asked().map_or(End::Open, End::Off),
            // The first two use the same words for a phone that is on: their time says nothing about one that is off.
            Failure::TooOld
            | Failure::BeyondGrid
            | Failure::SurfaceNotMet
            | Failure::Busy
            | Failure::Unavailable
            | Failure::Untrustworthy
            | Failure::Timeout => End::Open,
        },
        Err(ServeError::Store(_) | ServeError::Mixed) => End::Open,
    };
    (outcome, end)
}

/// The sources, and which of them was asked.
struct Routed<'a> {
    routes: &'a Routes,
    asked: OnceLock<Arc<str>>,
}

impl Source for Routed<'_> {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        let number = recorded.ask().subject().number;
        self.asked
            .get_or_init(|| self.routes.name(recorded.grant().origin, number));
        self.routes.locate(recorded)
    }
}

fn age(question: &Question) -> Age {
    match question.max_age() {
        None => Age::Any,
        Some(most) if most.as_ms() == 0 => Age::Fresh,
        Some(_) => Age::Within,
    }
}

/// What the log says of an ask that got no reply.
fn kind(error: &ServeError) -> &'static str {
    match error {
        ServeError::Refused(refused) => refused.reason.code(),
        ServeError::Withheld(reason) => reason.code(),
        ServeError::Failed(failure) => failure.code(),
        ServeError::Store(_) => "store",
        ServeError::Mixed => "mixed",
    }
}

/// Where the gateway can answer at all, and the smallest circle of a purpose, are public, so they are checked before
/// anybody is looked up.
fn check_circle(policy: &Policy, purpose: Purpose, question: &Question) -> Result<(), Problem> {
    let Question::Verify { circle, .. } = question else {
        return Ok(());
    };
    if !reaches(circle) {
        return Err(Problem::VerificationAreaNotCovered);
    }
    let Rule::Consent(rule) = policy.rule(purpose) else {
        return Ok(());
    };
    let least = match rule.finest {
        Precision::YesNo { metres } | Precision::Area { metres } => f64::from(metres),
    };
    if circle.radius.value() < least {
        Err(Problem::VerificationInvalidArea)
    } else {
        Ok(())
    }
}

/// When this end may be seen, counted from the request's arrival.
fn due(context: &Context, end: &End, age: Age, received: Timestamp) -> Duration {
    let elapsed = u32::try_from(context.now().since(received).as_ms()).unwrap_or(u32::MAX);
    let chance = || u32::from_be_bytes(context.chance.bytes());
    context.timing.due(end, age, elapsed, &chance)
}

async fn wait(context: &Context, end: &End, age: Age, received: Timestamp) {
    let due = due(context, end, age, received);
    let elapsed = u64::try_from(context.now().since(received).as_ms()).unwrap_or_default();
    tokio::time::sleep(due.saturating_sub(Duration::from_millis(elapsed))).await;
}
