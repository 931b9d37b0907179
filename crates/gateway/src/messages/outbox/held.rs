//! The texts that the worker has in mind: under way, or waiting for another attempt. They stay in the outbox meanwhile,
//! and are known by their ids when it gives them again.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::time::{Span, Timestamp};

use super::{Queued, Sent};

/// What may be done next.
pub(super) enum Next {
    /// Send this text.
    Send(Queued),
    /// Mark this one, which is sent already.
    Mark(i64, Sent),
}

enum State {
    /// Not begun, or to be tried again at a time.
    Waiting(Timestamp),
    /// Being sent, or being marked.
    UnderWay,
    /// Sent, but the outbox could not be told; to be tried again at a time.
    Unmarked(Sent, Timestamp),
}

struct One {
    queued: Queued,
    state: State,
    failures: u32,
}

/// The texts in mind.
#[derive(Default)]
pub(super) struct Held(BTreeMap<i64, One>);

impl Held {
    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes in what the outbox gave, at most `room` that are new.
    pub(super) fn meet(&mut self, queued: Vec<Queued>, room: usize) {
        let new: Vec<Queued> = queued
            .into_iter()
            .filter(|queued| !self.0.contains_key(&queued.id))
            .collect();
        for queued in new.into_iter().take(room) {
            let state = State::Waiting(Timestamp::from_unix_ms(i64::MIN));
            let one = One {
                queued,
                state,
                failures: 0,
            };
            self.0.insert(one.queued.id, one);
        }
    }

    /// The oldest that may go on now; it is under way from here.
    pub(super) fn next(&mut self, now: Timestamp) -> Option<Next> {
        let ready = |one: &&mut One| one.when().is_some_and(|when| when <= now);
        let one = self.0.values_mut().find(ready)?;
        match std::mem::replace(&mut one.state, State::UnderWay) {
            State::Waiting(_) => Some(Next::Send(one.queued.clone())),
            State::Unmarked(outcome, _) => Some(Next::Mark(one.queued.id, outcome)),
            State::UnderWay => None,
        }
    }

    /// How long until one of them may go on.
    pub(super) fn wait(&self, now: Timestamp) -> Option<Duration> {
        let soonest = self.0.values().filter_map(One::when).min()?;
        let wait_ms = u64::try_from(soonest.since(now).as_ms()).unwrap_or_default();
        // A little more, so that the clock has surely reached it.
        Some(Duration::from_millis(wait_ms.saturating_add(1)))
    }

    /// How often it failed so far.
    pub(super) fn failures(&self, id: i64) -> u32 {
        self.0.get(&id).map_or(0, |one| one.failures)
    }

    /// It is to be tried again after `wait`; with an outcome, only the marking.
    pub(super) fn put_off(&mut self, id: i64, outcome: Option<Sent>, now: Timestamp, wait: Duration) {
        let Some(one) = self.0.get_mut(&id) else {
            return;
        };
        let wait = Span::milliseconds(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX));
        let when = now.after(wait);
        one.failures = one.failures.saturating_add(1);
        one.state = match outcome {
            Some(outcome) => State::Unmarked(outcome, when),
            // Once its time is over there is nothing to wait for but to say so.
            None => State::Waiting(when.min(one.queued.until)),
        };
    }

    /// It is done.
    pub(super) fn forget(&mut self, id: i64) {
        self.0.remove(&id);
    }
}

impl One {
    fn when(&self) -> Option<Timestamp> {
        match self.state {
            State::Waiting(when) | State::Unmarked(_, when) => Some(when),
            State::UnderWay => None,
        }
    }
}
