//! CAMARA's two location interfaces. They differ in how bytes become a question and an answer becomes bytes; the road
//! between is one.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use domain::ask::{Ask, Carried, Question};
use domain::geo::Area;
use domain::geo::grid::reaches;
use domain::geo::overlap::Overlap;
use domain::permission::terms::Precision;
use domain::policy::{Policy, Rule};
use domain::purpose::Purpose;
use domain::reply::{AnswerView, Codec, Reply};
use domain::serve::ServeError;
use domain::time::Timestamp;
use wire::camara::device::{Device, identify};
use wire::camara::error::Problem;
use wire::camara::{retrieve, verify};
use wire::oauth::scope::Api;

use super::problem::{Asked, Explained, explain};
use super::timing::{Age, End};
use super::walk::{age, due, wait_until, walk, word};
use super::{authenticate, body, problem, reply};
use crate::context::Context;

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

/// Prints a place, without naming the device.
pub(super) const PLACE: &dyn Codec = &RetrieveCodec { names_device: false };
/// Prints yes, no or partly, without naming the device.
pub(super) const VERDICT: &dyn Codec = &VerifyCodec { names_device: false };

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
    fn print(&self, answer: &AnswerView<'_>) -> Vec<u8> {
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
    fn print(&self, answer: &AnswerView<'_>) -> Vec<u8> {
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
            let due = due(&context, &silence.end, silence.age, received);
            wait_until(&context, due, received).await;
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
    let ask = ask.carried(Carried {
        elsewhere: context.source.is_elsewhere(number),
        ..Carried::default()
    });
    // The road is walked to its end even if the caller hangs up, so that every "asked" gets its end.
    let walked = Arc::clone(context);
    let walked = tokio::spawn(async move { walk(&walked, codec, ask, caller).await });
    let (outcome, end) = walked.await.unwrap_or((Err(ServeError::Mixed), End::Open));
    if outcome.is_ok() {
        let _at_once = due(context, &end, age, received);
    }
    outcome.map_err(|error| {
        tracing::debug!(party = %party, error = word(&error), "no answer");
        let explained = explain(&error, asked);
        Silence { explained, end, age }
    })
}

/// Where the gateway can answer at all, and the smallest circle of a purpose, are public, so they are checked before
/// anybody is looked up.
pub(super) fn check_circle(policy: &Policy, purpose: Purpose, question: &Question) -> Result<(), Problem> {
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
