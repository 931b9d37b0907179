//! The road as a request walks it, and how it ended, as far as its time may tell.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use domain::ask::{Ask, Question};
use domain::journal::Leaf;
use domain::journal::settle::{Recorded, Refused};
use domain::locate::{Failure, Found, Source, Wait};
use domain::minimise::Answer;
use domain::number::Msisdn;
use domain::party::Caller;
use domain::policy::Rule;
use domain::refusal::{Refusal, Shown};
use domain::reply::{Codec, Reply};
use domain::serve::{self, ServeError};
use domain::time::{Span, Timestamp};

use super::timing::{Age, End};
use crate::context::Context;
use crate::store::stops::is_untold;

/// Which way an ask went.
#[derive(Debug)]
pub(super) struct Way {
    number: Msisdn,
    asked: Option<Arc<str>>,
    recorded: Option<Leaf>,
    /// How long its source may take, in milliseconds.
    within_ms: u32,
}

/// Walks up to the answer that wants to leave.
pub(super) async fn find(context: &Context, ask: Ask, caller: Caller) -> (Result<Answer, ServeError>, Way) {
    let number = ask.subject().number;
    let within_ms = within_ms(context, &ask);
    let routed = Routed {
        context,
        asked: OnceLock::new(),
        recorded: OnceLock::new(),
    };
    let found = serve::find(&context.docket, &routed, &context.grid, ask, caller).await;
    let way = Way {
        number,
        asked: routed.asked.get().cloned(),
        recorded: routed.recorded.get().copied(),
        within_ms,
    };
    (found.map_err(|error| way.seen(context, error)), way)
}

/// Walks to the reply. To be called where it goes on even if the caller hangs up, so that every "asked" gets its end.
pub(super) async fn walk(
    context: &Context,
    codec: &dyn Codec,
    ask: Ask,
    caller: Caller,
) -> (Result<Reply, ServeError>, End) {
    let (found, way) = find(context, ask, caller).await;
    let outcome = match found {
        Ok(answer) => serve::release(&context.docket, codec, answer).await,
        Err(error) => Err(error),
    };
    let end = way.end(context, &outcome);
    (outcome, end)
}

/// How long a source may take about an ask, in milliseconds.
fn within_ms(context: &Context, ask: &Ask) -> u32 {
    let most = match context.policy.rule(ask.purpose()) {
        Rule::Consent(rule) => rule.deadline,
        Rule::Unavailable | Rule::Forbidden => Span::default(),
    };
    u32::try_from(ask.deadline(most, context.now()).as_ms()).unwrap_or_default()
}

impl Way {
    /// The ask's first entry, if it has one.
    pub(super) const fn first_leaf(&self, error: Option<&ServeError>) -> Option<Leaf> {
        match error {
            Some(ServeError::Refused(refused)) => Some(refused.leaf),
            _ => self.recorded,
        }
    }

    fn seen(&self, context: &Context, error: ServeError) -> ServeError {
        match error {
            // A source that is left alone answers about nobody, paused or not.
            ServeError::Refused(Refused {
                reason: Refusal::Paused { origin, .. } | Refusal::WithdrawnUnseen { origin, .. },
                ..
            }) if context.is_left_alone(&context.source.name(origin, self.number)) => ServeError::Failed(Failure::Busy),
            other => other,
        }
    }

    /// How it ended.
    pub(super) fn end<T>(&self, context: &Context, outcome: &Result<T, ServeError>) -> End {
        let asked = || self.asked.clone();
        match outcome {
            Ok(_) => asked().map_or(End::Open, End::Answered),
            Err(ServeError::Refused(Refused { reason, .. }) | ServeError::Withheld(reason)) => match reason {
                Refusal::Paused { origin, .. } | Refusal::WithdrawnUnseen { origin, .. } => {
                    End::AsIfOff(context.source.name(*origin, self.number), self.within_ms)
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
        }
    }
}

/// The sources, which of them was asked, and under which entry.
struct Routed<'a> {
    context: &'a Context,
    asked: OnceLock<Arc<str>>,
    recorded: OnceLock<Leaf>,
}

impl Source for Routed<'_> {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        let number = recorded.ask().subject().number;
        self.recorded.get_or_init(|| recorded.leaf());
        self.asked
            .get_or_init(|| self.context.source.name(recorded.grant().origin, number));
        if is_held(self.context, recorded.ask()) {
            return Box::pin(async { Err(Failure::Unavailable) });
        }
        self.context.source.locate(recorded)
    }
}

/// Whether a home that was not told yet of a stop would answer. Nothing is passed on to it until it was: till then it looks
/// as if it did not answer, as it does whenever it cannot be told because it is away.
fn is_held(context: &Context, ask: &Ask) -> bool {
    if !ask.how().elsewhere || !ask.purpose().ends_unseen() {
        return false;
    }
    let stopped = (ask.subject().key, ask.recipient(), ask.purpose());
    let held = context.reader.read(|store| is_untold(store, stopped));
    held.unwrap_or_else(|error| {
        tracing::warn!(%error, "whether a stop waits to be told could not be read; nothing is passed on");
        true
    })
}

/// The age that a question wants.
pub(super) fn age(question: &Question) -> Age {
    match question.max_age() {
        None => Age::Any,
        Some(most) if most.as_ms() == 0 => Age::Fresh,
        Some(_) => Age::Within,
    }
}

/// What the log says of an ask that got no reply.
pub(super) fn word(error: &ServeError) -> &'static str {
    match error {
        ServeError::Refused(refused) => refused.reason.code(),
        ServeError::Withheld(reason) => reason.code(),
        ServeError::Failed(failure) => failure.code(),
        ServeError::Store(_) => "store",
        ServeError::Mixed => "mixed",
    }
}

/// When this end may be seen, counted from the request's arrival.
pub(super) fn due(context: &Context, end: &End, age: Age, received: Timestamp) -> Duration {
    let elapsed = u32::try_from(context.now().since(received).as_ms()).unwrap_or(u32::MAX);
    let chance = || u32::from_be_bytes(context.chance.bytes());
    context.timing.due(end, age, elapsed, &chance)
}

/// Waits until an end that is due so long after the request's arrival may be seen.
pub(super) async fn wait_until(context: &Context, due: Duration, received: Timestamp) {
    let elapsed = u64::try_from(context.now().since(received).as_ms()).unwrap_or_default();
    tokio::time::sleep(due.saturating_sub(Duration::from_millis(elapsed))).await;
}
