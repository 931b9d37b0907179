//! `/counterparties`: who may still ask here, with whom the agreement ends and since when that is said, and who owes an
//! attestation that it deleted what it received. It is public: whoever was told that a service stopped can look.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Response, StatusCode};
use domain::time::{Span, Timestamp};
use serde_json::{Value, json};
use wire::camara::error::Problem;

use super::board::{Look, html, locale};
use super::extract::Query;
use super::question::unavailable;
use super::{json as answer, problem};
use crate::context::Context;
use crate::counts::day::Day;
use crate::pages::counterparties::{CounterpartiesView, PartyView, Standing, render};
use crate::store::party::ending::every;
use crate::store::party::sqlite::Listed;

/// The same as JSON.
pub const PATH: &str = "/wayleave/v1/counterparties";

const DAY_MS: i64 = 86_400_000;

/// `GET /counterparties`.
pub async fn page(State(context): State<Arc<Context>>, Query(look): Query<Look>, headers: HeaderMap) -> Response<Body> {
    let chosen = look.lang.as_deref();
    match context.reader.read(every) {
        Ok(parties) => {
            let view = CounterpartiesView {
                locale: locale(&context, &headers, chosen),
                operator: context.config.gateway.operator.clone(),
                parties: views(&context, &parties),
                sandbox: context.is_sandbox(),
            };
            html(&context, StatusCode::OK, render(&view), chosen)
        }
        Err(error) => {
            tracing::error!(%error, "the counterparties could not be shown");
            unavailable(&context)
        }
    }
}

/// `GET /wayleave/v1/counterparties`.
pub async fn document(State(context): State<Arc<Context>>) -> Response<Body> {
    match context.reader.read(every) {
        Ok(parties) => {
            let parties: Vec<Value> = views(&context, &parties).iter().map(print).collect();
            answer::response(StatusCode::OK, json!({"parties": parties}).to_string())
        }
        Err(error) => {
            tracing::error!(%error, "the counterparties could not be read");
            problem::response(&Problem::Unavailable.into(), false)
        }
    }
}

fn views(context: &Context, parties: &[Listed]) -> Vec<PartyView> {
    let attest_within = Span::seconds(context.config.notices.attest_within_s);
    let now = context.now();
    let mut views: Vec<PartyView> = parties
        .iter()
        .filter(|party| party.held.ending.is_some() || !rests(party))
        .map(|party| view(party, attest_within, now))
        .collect();
    views.sort_by(|a, b| a.name.cmp(&b.name));
    views
}

/// Whether everything that a party was approved for is suspended: then it may not ask, and nobody says here that it may. Why
/// is not for the public.
fn rests(party: &Listed) -> bool {
    let purposes = &party.record.purposes;
    let none_left = purposes.iter().all(|purpose| party.held.suspended.contains(purpose));
    party.suspended || (none_left && !purposes.is_empty())
}

fn view(party: &Listed, attest_within: Span, now: Timestamp) -> PartyView {
    PartyView {
        name: party.record.name.clone(),
        standing: standing(party, attest_within, now),
    }
}

/// Where the agreement with a party stands.
fn standing(party: &Listed, attest_within: Span, now: Timestamp) -> Standing {
    let Some(ending) = &party.held.ending else {
        return Standing::Live;
    };
    let (since, on) = (day(ending.since), day(ending.on));
    let days = u64::try_from(now.since(ending.since).as_ms() / DAY_MS).unwrap_or(0);
    let keeps = !ending.keeps.is_empty();
    if now < ending.on {
        return Standing::Notice { since, on, days, keeps };
    }
    let due = ending.on.after(attest_within);
    // What came until the very end counts; a word from before says nothing of that.
    match party.held.attested.filter(|until| *until >= ending.on) {
        Some(until) => Standing::Attested {
            on,
            until: day(until),
            keeps,
        },
        None if now < due => Standing::Due {
            on,
            due: day(due),
            keeps,
        },
        None => Standing::Missing {
            on,
            due: day(due),
            keeps,
        },
    }
}

fn day(at: Timestamp) -> String {
    Day::of(at).to_string()
}

fn print(party: &PartyView) -> Value {
    let mut printed = json!({"name": party.name, "standing": party.standing.word()});
    let mut put = |name: &str, value: Value| {
        printed[name] = value;
    };
    match &party.standing {
        Standing::Live => {}
        Standing::Notice { since, on, days, keeps } => {
            put("since", since.as_str().into());
            put("days", (*days).into());
            put("ends", on.as_str().into());
            put("inPart", (*keeps).into());
        }
        Standing::Due { on, due, keeps } | Standing::Missing { on, due, keeps } => {
            put("ends", on.as_str().into());
            put("attestationDue", due.as_str().into());
            put("inPart", (*keeps).into());
        }
        Standing::Attested { on, until, keeps } => {
            put("ends", on.as_str().into());
            put("deletedUntil", until.as_str().into());
            put("inPart", (*keeps).into());
        }
    }
    printed
}

#[cfg(test)]
mod tests {
    use domain::id::PartyId;
    use domain::party::Ending;
    use domain::purpose::Purpose;

    use super::*;
    use crate::party::PartyRecord;
    use crate::store::party::held::Held;

    const ON: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn party(attested: Option<Timestamp>) -> Listed {
        let record = r#"{"name":"Harbour Bank","client":"bank","keys":[],"purposes":[],"scopes":[],"dpop":true}"#;
        Listed {
            id: PartyId::from_bytes([1; 16]),
            record: PartyRecord::from_json(record).expect("a record"),
            suspended: false,
            held: Held {
                suspended: Vec::new(),
                ending: Some(Ending {
                    since: ON.before(Span::seconds(10 * 86_400)),
                    on: ON,
                    keeps: Vec::new(),
                }),
                attested,
            },
        }
    }

    #[test]
    fn an_attestation_is_due_from_the_end_on_and_missing_after_its_time() {
        let within = Span::seconds(86_400);
        let word = |attested, now| standing(&party(attested), within, now).word();
        let before = ON.before(Span::milliseconds(1));
        assert_eq!(word(None, before), "notice");
        assert_eq!(word(Some(before), ON), "attestation-due", "a word from before the end");
        assert_eq!(word(None, ON.after(within)), "attestation-missing");
        assert_eq!(word(Some(ON), ON.after(within)), "attested");
        let Standing::Notice { days, .. } = standing(&party(None), within, before) else {
            panic!("expected a notice")
        };
        assert_eq!(days, 9);
    }

    #[test]
    fn who_is_suspended_may_not_ask() {
        let mut party = party(None);
        assert!(!rests(&party));
        party.suspended = true;
        assert!(rests(&party));
        party.suspended = false;
        party.record.purposes = vec![Purpose::PersonalSafety, Purpose::FraudPreventionAndDetection];
        party.held.suspended = vec![Purpose::PersonalSafety];
        assert!(!rests(&party), "it may ask for the other");
        party.held.suspended = party.record.purposes.clone();
        assert!(rests(&party));
    }
}
