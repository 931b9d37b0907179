//! What becomes of a question: the last known position, a fresh one after a while, or a failure.

use super::behaviour::{Behaviour, Misbehaviour};
use super::camara::{Fault, Operation, Question};
use crate::carrier::radio::{self, Fix, ladder};
use crate::carrier::subscriber::{Subscriber, Subscribers};
use crate::chance::Chance;
use crate::city::port_aster;
use crate::roster::LineState;
use crate::sync::lock;
use std::sync::{Arc, Mutex};

/// What will be done, known before it is done so that the ledger can say it at once.
#[derive(Debug)]
pub struct Plan {
    /// How long it takes, in milliseconds.
    pub wait_ms: u64,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of a question.
#[derive(Debug)]
pub enum Outcome {
    /// The network already knows.
    Known(Fix),
    /// The phone is located when the wait is over, with the radius of this rung.
    Fresh(Arc<Mutex<Subscriber>>, u64),
    /// Nothing can be told.
    Failed(Fault),
}

/// Decides what becomes of `question` at `now_ms`.
pub fn plan(
    operation: Operation,
    question: &Question,
    subscribers: &Subscribers,
    behaviour: &Behaviour,
    now_ms: i64,
) -> Plan {
    let failed = |wait_ms, fault| Plan {
        wait_ms,
        outcome: Outcome::Failed(fault),
    };
    let unknown = || Fault::new(404, "IDENTIFIER_NOT_FOUND", "Device identifier not found.");
    let located = behaviour.misbehave == Some(Misbehaviour::LocatesNobody);
    let Some(subscriber) = subscribers.find(&question.number) else {
        return match located {
            true => nobody(behaviour, now_ms),
            false => failed(behaviour.last_known_ms, unknown()),
        };
    };
    let mut line = lock(&subscriber);
    match line.state {
        LineState::UnknownToCarrier | LineState::Ported => failed(behaviour.last_known_ms, unknown()),
        LineState::Off | LineState::Unlocatable if question.max_age_s.is_none() => {
            failed(behaviour.last_known_ms, operation.unable_to_locate())
        }
        LineState::Off | LineState::Unlocatable => {
            let (_, wait_ms) = line.prospect(behaviour.fresh_ms);
            failed(wait_ms, operation.unable_to_fulfill_max_age())
        }
        LineState::On | LineState::Recycled => {
            let last = line.last_known(now_ms, behaviour.confidence);
            let young_enough = question
                .max_age_s
                .is_none_or(|age| age > 0 && now_ms - last.at_ms <= i64::from(age) * 1000);
            let (wait_ms, radius_m, outcome) = if young_enough {
                (behaviour.last_known_ms, last.area.radius, Outcome::Known(last))
            } else {
                let (rung, wait_ms) = line.prospect(behaviour.fresh_ms);
                (wait_ms, ladder(rung), Outcome::Fresh(Arc::clone(&subscriber), rung))
            };
            let surface_m2 = std::f64::consts::PI * radius_m * radius_m;
            if question.max_surface_m2.is_some_and(|most| surface_m2 > f64::from(most)) {
                let code = "LOCATION_RETRIEVAL.UNABLE_TO_FULFILL_MAX_SURFACE";
                let message = "Unable to provide accurate acceptable surface for location request";
                return failed(wait_ms, Fault::new(422, code, message));
            }
            Plan { wait_ms, outcome }
        }
    }
}

/// The middle of the city, for a number that is nobody's.
fn nobody(behaviour: &Behaviour, now_ms: i64) -> Plan {
    let (center, chance) = (port_aster().center, &mut Chance::new(1));
    let fix = radio::fix(center, 30, behaviour.confidence, now_ms, chance);
    Plan {
        wait_ms: behaviour.last_known_ms,
        outcome: Outcome::Known(fix),
    }
}
