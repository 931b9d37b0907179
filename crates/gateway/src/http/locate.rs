//! CAMARA's two location interfaces. They differ in how bytes become a question and an answer becomes bytes; the road
//! between is one.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use domain::ask::{Ask, Question};
use domain::geo::Area;
use domain::geo::overlap::Overlap;
use domain::number::Msisdn;
use domain::permission::terms::Precision;
use domain::policy::{Policy, Rule};
use domain::purpose::Purpose;
use domain::reply::{AnswerView, Codec, Reply};
use domain::serve::{ServeError, serve};
use domain::time::{Span, Timestamp};
use wire::camara::error::Problem;
use wire::camara::{retrieve, verify};
use wire::oauth::scope::Api;

use super::problem::{Asked, Explained, explain};
use super::{authenticate, body, problem, reply};
use crate::context::Context;

/// Turns a body into a question and the number that it is about.
type Parse = fn(&[u8]) -> Result<(Question, Msisdn), Problem>;

/// One of the two interfaces.
struct Interface {
    api: Api,
    path: &'static str,
    parse: Parse,
    codec: &'static dyn Codec,
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
        Ok((request.question(), request.number?))
    },
    codec: &RetrieveCodec,
};

const VERIFY: Interface = Interface {
    api: Api::Verify,
    path: VERIFY_PATH,
    parse: |bytes| {
        let request = verify::VerifyRequest::parse(bytes)?;
        Ok((request.question(), request.number?))
    },
    codec: &VerifyCodec,
};

struct RetrieveCodec;

impl Codec for RetrieveCodec {
    fn print(&self, answer: &AnswerView) -> Vec<u8> {
        let area = answer.area.map(Area::Circle);
        area.map_or_else(Vec::new, |area| {
            retrieve::print(&area, answer.located_at, answer.number)
        })
    }
}

struct VerifyCodec;

impl Codec for VerifyCodec {
    fn print(&self, answer: &AnswerView) -> Vec<u8> {
        let result = match answer.verdict {
            Some(Overlap::Inside) => verify::VerificationResult::True,
            Some(Overlap::Partly(rate)) => verify::VerificationResult::Partial { match_rate: rate },
            Some(Overlap::Outside) => verify::VerificationResult::False,
            None => return Vec::new(),
        };
        verify::print(result, answer.located_at, answer.number)
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
        .map_or_else(|explained| explained.problem.code(), |_| "OK");
    metrics::counter!("wayleave_asks_total", "interface" => interface.path, "outcome" => label).increment(1);
    match outcome {
        Ok(reply) => reply::response(reply, &context.clock),
        Err(explained) => {
            wait_for_floor(&context, &explained, received).await;
            problem::response(&explained, context.is_sandbox())
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
) -> Result<Reply, Explained> {
    let (parts, bytes) = request.into_parts();
    let authenticated = authenticate::authenticate(context, "POST", interface.path, &parts.headers, received)?;
    super::router::check_correlator(&parts.headers)?;
    let bytes = body::read(&context.config.listen, &parts.headers, bytes, "application/json").await?;
    let caller = authenticated.open_with(interface.api, &bytes)?;
    let (question, number) = (interface.parse)(&bytes)?;
    check_circle(&context.policy, caller.purpose(), &question)?;
    let asked = Asked::of(&question);
    let subject = context.subject(number);
    let (party, purpose) = (caller.party(), caller.purpose());
    let ask = Ask::new(context.ask_id(received), subject, party, purpose, question, received);
    // The road is walked to its end even if the caller hangs up, so that every "asked" gets its end.
    let road = tokio::spawn({
        let context = Arc::clone(context);
        async move {
            let (docket, source) = (&context.docket, &*context.source);
            serve(docket, source, &context.grid, interface.codec, ask, caller).await
        }
    });
    let outcome = road.await.unwrap_or(Err(ServeError::Mixed));
    outcome.map_err(|error| {
        tracing::debug!(party = %party, error = ?kind(&error), "no answer");
        explain(&error, asked)
    })
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

/// The smallest circle of a yes-or-no purpose is public, so it is checked before anybody is looked up.
fn check_circle(policy: &Policy, purpose: Purpose, question: &Question) -> Result<(), Problem> {
    let (Rule::Consent(rule), Question::Verify { circle, .. }) = (policy.rule(purpose), question) else {
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

/// No refusal is seen sooner than so long after its request arrived, whatever was looked up for it.
async fn wait_for_floor(context: &Context, explained: &Explained, received: Timestamp) {
    if explained.problem != Problem::PermissionDenied {
        return;
    }
    let due = received.after(Span::milliseconds(context.config.questions.refusal_floor_ms));
    let left = u64::try_from(due.since(context.now()).as_ms()).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(left)).await;
}
