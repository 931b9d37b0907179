//! What becomes of a question: the last known position, a fresh one after a while, or a failure.

use super::answer::{Known, Outcome, states_confidence};
use super::behaviour::{Behaviour, Misbehaviour};
use super::question::{LocType, Question};
use super::result::Resid;
use super::shape::report;
use crate::carrier::radio::{self, Fix};
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
    pub end: End,
}

/// What comes of a question.
#[derive(Debug)]
pub enum End {
    /// The network already knows.
    Known(Fix),
    /// The phone is located when the wait is over, with the radius of this rung.
    Fresh(Arc<Mutex<Subscriber>>, u64),
    /// Nothing can be told.
    Failed(Resid),
}

impl End {
    /// The code that the answer will have.
    pub fn resid(&self) -> Resid {
        match self {
            Self::Known(_) | Self::Fresh(..) => Resid::OK,
            Self::Failed(resid) => *resid,
        }
    }
}

/// Decides what becomes of `question` at `now_ms`.
pub fn plan(question: &Question, subscribers: &Subscribers, behaviour: &Behaviour, now_ms: i64) -> Plan {
    let failed = |wait_ms, resid| Plan {
        wait_ms,
        end: End::Failed(resid),
    };
    let Some(subscriber) = subscribers.find(&question.number) else {
        return nobody(behaviour, now_ms);
    };
    let mut line = lock(&subscriber);
    let timer_ms = question.timer_s.map(|seconds| u64::from(seconds) * 1000);
    let too_slow = |wait_ms: u64| timer_ms.filter(|timer| *timer < wait_ms);
    let resid = match line.state {
        LineState::UnknownToCarrier | LineState::Ported => return nobody(behaviour, now_ms),
        LineState::Off => Resid::ABSENT_SUBSCRIBER,
        LineState::Unlocatable => Resid::POSITION_METHOD_FAILURE,
        LineState::On | LineState::Recycled => Resid::OK,
    };
    if resid != Resid::OK {
        if question.loc_type == LocType::Last {
            return failed(behaviour.last_known_ms, resid);
        }
        let (_, wait_ms) = line.prospect(behaviour.fresh_ms);
        return match too_slow(wait_ms) {
            Some(timer_ms) => failed(timer_ms, Resid::TIMEOUT),
            None => failed(wait_ms, resid),
        };
    }
    let last = line.last_known(now_ms, behaviour.confidence);
    let age_ms = now_ms - last.at_ms;
    let young = question.max_age_s.is_none_or(|age| age_ms <= i64::from(age) * 1000);
    let known = |wait_ms| Plan {
        wait_ms,
        end: End::Known(last),
    };
    let plan = match question.loc_type {
        LocType::Last if young => known(behaviour.last_known_ms),
        LocType::Last => failed(behaviour.last_known_ms, Resid::QOP_NOT_ATTAINABLE),
        LocType::LastOrCurrent if young => known(behaviour.last_known_ms),
        LocType::Current | LocType::CurrentOrLast | LocType::LastOrCurrent => {
            let (rung, wait_ms) = line.prospect(behaviour.fresh_ms);
            match too_slow(wait_ms) {
                Some(timer_ms) if question.loc_type == LocType::CurrentOrLast && young => known(timer_ms),
                Some(timer_ms) => failed(timer_ms, Resid::TIMEOUT),
                None => Plan {
                    wait_ms,
                    end: End::Fresh(Arc::clone(&subscriber), rung),
                },
            }
        }
    };
    match (question.accuracy_m, &plan.end) {
        (Some((metres, true)), End::Known(fix)) if fix.area.radius > metres => {
            failed(plan.wait_ms, Resid::QOP_NOT_ATTAINABLE)
        }
        (Some((metres, true)), End::Fresh(_, rung)) if radio::ladder(*rung) > metres => {
            failed(plan.wait_ms, Resid::QOP_NOT_ATTAINABLE)
        }
        _ => plan,
    }
}

/// A number that is no line of this carrier.
fn nobody(behaviour: &Behaviour, now_ms: i64) -> Plan {
    let end = if behaviour.misbehave == Some(Misbehaviour::LocatesNobody) {
        let center = port_aster().center;
        End::Known(radio::fix(
            center,
            30,
            behaviour.confidence,
            now_ms,
            &mut Chance::new(1),
        ))
    } else {
        End::Failed(Resid::UNKNOWN_SUBSCRIBER)
    };
    Plan {
        wait_ms: behaviour.last_known_ms,
        end,
    }
}

/// What is told when the wait is over.
pub fn conclude(end: End, question: &Question, behaviour: &Behaviour, now_ms: i64) -> Outcome {
    let fix = match end {
        End::Known(fix) => fix,
        End::Fresh(subscriber, rung) => lock(&subscriber).locate(now_ms, rung, behaviour.confidence),
        End::Failed(resid) => return Outcome::Failed(resid.into()),
    };
    let kind = behaviour.kind();
    Outcome::Found(Known {
        shape: report(kind, &fix),
        at_ms: fix.at_ms,
        confidence: states_confidence(kind).then_some(fix.confidence),
        coarse: question.accuracy_m.is_some_and(|(metres, _)| fix.area.radius > metres),
    })
}
