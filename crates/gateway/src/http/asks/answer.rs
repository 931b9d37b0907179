//! From an ask that was heard to its sealed outcome: the answers of a batch are found, wait for each other, and are
//! released together.

use std::sync::Arc;

use domain::id::{ConsentId, PartyId};
use domain::journal::Leaf;
use domain::journal::settle::{Item, Outcome};
use domain::minimise::Answer;
use domain::number::Msisdn;
use domain::party::Caller;
use domain::purpose::Purpose;
use domain::refusal::Shown;
use domain::reply::{AnswerView, Codec};
use domain::serve::{self, Docket as _, ServeError};
use domain::time::Timestamp;
use wire::asks::outcome::Told;
use wire::camara::error::{Problem, SandboxNote};
use wire::consents::print_state;

use super::addressee::Addressee;
use super::hear::{Heard, Work};
use crate::context::Context;
use crate::http::consents::{find as find_consent, put_signed, status_of};
use crate::http::locate::{PLACE, VERDICT};
use crate::http::problem::{Asked, Explained, explain};
use crate::http::timing::{Age, End};
use crate::http::walk::{self, Way, age, due, wait_until, word};
use crate::store::party::sqlite::by_id;

/// A sealed outcome on its way out.
pub(super) struct Answered {
    /// The compact JWE.
    pub(super) sealed: String,
    /// When its first byte must have left, if it is an answer.
    pub(super) leave_by: Option<Timestamp>,
    /// Whom it is for, if it is an answer.
    to: Option<Box<Addressee>>,
}

impl Answered {
    /// The same, unless it is an answer whose first byte may not leave any more: then it is lost, the rest of its batch is
    /// not, and whoever brought it sees no difference.
    pub(super) fn in_time(self, context: &Context) -> Self {
        match (self.leave_by, &self.to) {
            (Some(leave_by), Some(to)) if context.now() > leave_by => {
                metrics::counter!("wayleave_answers_too_late_total").increment(1);
                Self::told(to.seal(context, None, Told::Failed(&Problem::Unavailable, None)))
            }
            _ => self,
        }
    }
}

/// What was found, before anything is released.
pub(super) enum Found {
    /// An answer that wants to leave.
    Answer(Box<(Addressee, Answer, Way, Asked)>),
    /// What holds no position.
    Told(Answered),
}

impl Answered {
    fn told(sealed: String) -> Self {
        Self {
            sealed,
            leave_by: None,
            to: None,
        }
    }

    /// For an ask that this program lost.
    pub(super) fn lost(context: &Context) -> Self {
        tracing::error!("an ask was lost on its way");
        let nobody = Addressee::new(domain::id::PartyId::from_bytes([0; 16]), None, context.now());
        Self::told(nobody.seal(context, None, Told::Failed(&Problem::Internal, None)))
    }
}

/// Does what an ask wants, up to the release. What holds no position is sealed when it may be seen.
pub(super) async fn find(context: &Arc<Context>, heard: Heard, received: Timestamp) -> Found {
    let Heard { to, work } = heard;
    match work {
        Work::Ask(ask, caller) => {
            let (asked, age) = (Asked::of(ask.question()), age(ask.question()));
            let (found, way) = walk::find(context, *ask, caller).await;
            match found {
                Ok(answer) => {
                    let outcome: Result<(), ServeError> = Ok(());
                    let _at_once = due(context, &way.end(context, &outcome), age, received);
                    Found::Answer(Box::new((to, answer, way, asked)))
                }
                Err(error) => {
                    let outcome: Result<(), ServeError> = Err(error);
                    let due = due(context, &way.end(context, &outcome), age, received);
                    let sealed = silence(context, &to, &way, outcome, asked);
                    wait_until(context, due, received).await;
                    Found::Told(Answered::told(sealed))
                }
            }
        }
        Work::Put(put) => {
            let (caller, wish, chain) = *put;
            let told = put_signed(context, caller, wish, chain, received).await;
            let sealed = match told {
                Ok(put) => {
                    let (consent, expires) = (put.consent, put.until);
                    to.seal(context, Some(put.leaf), Told::Asked { consent, expires })
                }
                Err(not_put) => refused(context, &to, not_put.leaf, &not_put.explained),
            };
            // Whether it was put is not to be told by the time it took.
            let due = due(context, &End::Denied, Age::Any, received);
            wait_until(context, due, received).await;
            Found::Told(Answered::told(sealed))
        }
        Work::Tell(caller, number, consent) => {
            let sealed = match state(context, caller, number, consent, received).await {
                Ok(body) => to.seal(context, None, Told::State(&body)),
                Err(problem) => refused(context, &to, None, &problem.into()),
            };
            let due = due(context, &End::Denied, Age::Any, received);
            wait_until(context, due, received).await;
            Found::Told(Answered::told(sealed))
        }
        Work::Nothing(problem) => {
            let due = due(context, &End::Denied, Age::Any, received);
            let sealed = refused(context, &to, None, &problem.into());
            wait_until(context, due, received).await;
            Found::Told(Answered::told(sealed))
        }
    }
}

impl Found {
    /// Releases an answer, if it is one.
    pub(super) async fn release(self, context: &Arc<Context>) -> Answered {
        let (to, answer, way, asked) = match self {
            Self::Told(answered) => return answered,
            Self::Answer(found) => *found,
        };
        let codec = SealingCodec {
            context,
            to: &to,
            inner: if asked.is_verify() { VERDICT } else { PLACE },
        };
        match serve::release(&context.docket, &codec, answer).await {
            Ok(reply) => {
                let (body, _, leave_by) = reply.into_parts();
                match String::from_utf8(body) {
                    Ok(sealed) if !sealed.is_empty() => Answered {
                        sealed,
                        leave_by: Some(leave_by),
                        to: Some(Box::new(to)),
                    },
                    _ => {
                        let told = Told::Failed(&Problem::Internal, None);
                        Answered::told(to.seal(context, way.first_leaf(None), told))
                    }
                }
            }
            Err(error) => Answered::told(silence(context, &to, &way, Err(error), asked)),
        }
    }
}

/// What is sealed where there is no answer.
fn silence(context: &Context, to: &Addressee, way: &Way, outcome: Result<(), ServeError>, asked: Asked) -> String {
    let Err(error) = outcome else {
        return to.seal(context, way.first_leaf(None), Told::Failed(&Problem::Internal, None));
    };
    tracing::debug!(party = %to.recipient, error = word(&error), "no answer");
    let explained = explain(&error, asked);
    let leaf = way.first_leaf(Some(&error));
    let reason = match &error {
        ServeError::Refused(refused) => Some(refused.reason),
        ServeError::Withheld(reason) => Some(*reason),
        ServeError::Failed(_) | ServeError::Store(_) | ServeError::Mixed => None,
    };
    // What looks like a source that does not answer is a failure in every part of what is sealed.
    if reason.is_some_and(|reason| reason.shown() != Shown::Away) {
        refused(context, to, leaf, &explained)
    } else {
        let note = note(context, &explained);
        to.seal(context, leaf, Told::Failed(&explained.problem, note))
    }
}

fn refused(context: &Context, to: &Addressee, leaf: Option<Leaf>, explained: &Explained) -> String {
    // Credentials that are not fresh are the ask's own here, and not the bearer's: one refusal for all of them.
    let problem = match explained.problem {
        Problem::Unauthenticated => &Problem::PermissionDenied,
        _ => &explained.problem,
    };
    to.seal(context, leaf, Told::Refused(problem, note(context, explained)))
}

fn note(context: &Context, explained: &Explained) -> Option<SandboxNote<'static>> {
    let note = explained.note.filter(|_| context.is_sandbox());
    note.map(|(reason, next_step)| SandboxNote { reason, next_step })
}

/// What became of one of the recipient's own consents, about this number.
async fn state(
    context: &Context,
    caller: Caller,
    number: Msisdn,
    consent: ConsentId,
    now: Timestamp,
) -> Result<Vec<u8>, Problem> {
    if caller.fault().is_some() {
        return Err(Problem::PermissionDenied);
    }
    for proof in caller.proofs() {
        match context.docket.settle(Item::Spend(proof)).await {
            Ok(Outcome::Done) => {}
            Ok(_) => return Err(Problem::PermissionDenied),
            Err(_) => return Err(Problem::Unavailable),
        }
    }
    for party in [caller.party(), caller.bearer()] {
        if !stands(context, party, caller.purpose(), now)? {
            return Err(Problem::PermissionDenied);
        }
    }
    let subject = context.subject(number).key;
    let question = find_consent(context, consent, caller.party())?
        .filter(|question| question.subject == subject && question.terms.purpose == caller.purpose())
        .ok_or(Problem::NotFound)?;
    Ok(print_state(&question.terms, status_of(&question, now)))
}

/// Whether a party is neither suspended nor at the end of its agreement, for a purpose.
fn stands(context: &Context, party: PartyId, purpose: Purpose, now: Timestamp) -> Result<bool, Problem> {
    let found = context.reader.read(|store| by_id(store, party, &context.sealer));
    let listed = found.map_err(|_| Problem::Unavailable)?;
    Ok(listed.is_some_and(|listed| {
        let ended = listed.held.ending.as_ref().is_some_and(|ending| now >= ending.on);
        !listed.suspended && !listed.held.suspended.contains(&purpose) && !ended
    }))
}

/// Prints an answer as CAMARA would, and seals it to the key that the consent allows. What another gateway sealed goes on
/// as it is.
struct SealingCodec<'a> {
    context: &'a Context,
    to: &'a Addressee,
    inner: &'static dyn Codec,
}

impl Codec for SealingCodec<'_> {
    fn print(&self, answer: &AnswerView<'_>) -> Vec<u8> {
        if let Some(sealed) = answer.sealed {
            return sealed.as_bytes().to_vec();
        }
        // Without the one key there is no answer: an empty text is never sent.
        let Some(key) = answer.seal.and_then(|seal| self.to.key(seal)) else {
            return Vec::new();
        };
        let body = self.inner.print(answer);
        let told = Told::Answered {
            answer: &body,
            receipt: answer.receipt,
        };
        self.to.seal_to(key, self.context, Some(answer.leaf), told).into_bytes()
    }
}
