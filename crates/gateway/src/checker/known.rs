//! What the check knows of one person: what their entries have said so far.

use domain::journal::Leaf;
use serde::{Deserialize, Serialize};

use super::events::{Call, Event};
use super::terms::Terms;

/// So many consents and questions are at hand for one person; ended ones make room.
const HELD_MAX: usize = 16;
/// So many circles are remembered for one consent.
const CIRCLES: usize = 3;
pub(super) const HOUR_MS: i64 = 3_600_000;
pub(super) const DAY_MS: i64 = 86_400_000;
/// The one purpose whose end must not be noticed by whom it ends for.
pub(super) const SAFETY: &str = "PersonalSafety";

/// Where a consent stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Life {
    /// Put, and open until a time.
    Open {
        until: i64,
    },
    /// Given: in force from, until, and on which evidence.
    Given {
        from: i64,
        until: i64,
        evidence: u8,
    },
    Refused,
    Lapsed,
    /// Taken back, or void, with the span in which it would have been in force.
    Withdrawn {
        from: i64,
        until: i64,
    },
    Void {
        from: i64,
        until: i64,
    },
}

/// One ask that was spent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Spent {
    pub(super) leaf: Leaf,
    pub(super) at: i64,
    /// Whether it was about a circle.
    pub(super) circle: bool,
}

/// A consent or an open question.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Held {
    pub(super) id: String,
    pub(super) recipient: String,
    pub(super) purpose: String,
    /// The entry by which it was put, or given.
    pub(super) put: Leaf,
    /// `None` if they were erased.
    pub(super) terms: Option<Terms>,
    pub(super) life: Life,
    /// Whether its twin was withdrawn, so that it must end with it.
    pub(super) must_end: bool,
    pub(super) used: u32,
    /// The asks of the last day.
    pub(super) spent: Vec<Spent>,
    /// When circles were asked about in the last day, those of asks that were given back as well.
    pub(super) circles: Vec<i64>,
}

/// A standing *never*, and when it ends once it was lifted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) struct Never {
    pub(super) until: Option<i64>,
}

/// Whether something is passed on to the home of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(super) enum Passing {
    Going,
    /// The person stopped it here.
    Stopped,
    /// The home says that it ended there.
    Ended,
}

/// One person.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) n: u64,
    pub(super) last: Option<Leaf>,
    /// The latest of the entries that were erased: of what was before it, less is known than there was.
    pub(super) hole: Option<Leaf>,
    pub(super) held: Vec<Held>,
    pub(super) paused: bool,
    pub(super) paused_for: Vec<String>,
    pub(super) never: Option<Never>,
    pub(super) questions: Vec<i64>,
    /// Whose questions were answered with no, or not at all, and when.
    pub(super) noes: Vec<(String, i64)>,
    pub(super) day_from: Option<i64>,
    pub(super) day_asks: u32,
    pub(super) sim_changed: Option<i64>,
    pub(super) ended: bool,
    /// The account that holds the line, if it is a machine's.
    pub(super) account: Option<String>,
    /// The entry by which the operator suspended everything about the person.
    pub(super) suspended: Option<Leaf>,
    pub(super) events: Vec<Event>,
    pub(super) calls: Vec<Call>,
    /// What was passed on to the home of the number: for whom, what for, and whether it still is.
    pub(super) passed: Vec<(String, String, Passing)>,
}

impl Held {
    /// Whether nothing can happen to it any more.
    pub(super) fn is_over(&self, now: i64) -> bool {
        match self.life {
            Life::Open { .. } => false,
            Life::Given { until, .. } => now >= until,
            Life::Refused | Life::Lapsed | Life::Withdrawn { .. } | Life::Void { .. } => true,
        }
    }

    /// Whether it is an open question, or a consent that the clock has not ended.
    pub(super) fn is_live(&self, now: i64) -> bool {
        matches!(self.life, Life::Open { until } | Life::Given { until, .. } if now < until)
    }

    /// Whether its recipient must still believe that it is given.
    pub(super) fn seems_given(&self, now: i64) -> bool {
        let ended = matches!(self.life, Life::Withdrawn { until, .. } | Life::Void { until, .. } if now < until);
        ended && self.purpose == SAFETY
    }

    /// How many asks lie within the last so many milliseconds.
    pub(super) fn asks_within(&self, span_ms: i64, now: i64) -> usize {
        self.spent.iter().filter(|spent| spent.at > now - span_ms).count()
    }

    /// Whether circles were asked about so often that the next may be one too many.
    pub(super) fn may_be_probing(&self, now: i64) -> bool {
        self.circles.iter().filter(|at| **at > now - DAY_MS).count() >= CIRCLES
    }
}

impl Known {
    /// Whether all is known of a consent: nothing was erased since it was put.
    pub(super) fn knows_all_of(&self, id: &str) -> bool {
        self.hole
            .is_none_or(|hole| self.held(id).is_some_and(|held| held.put > hole))
    }

    pub(super) fn held(&self, id: &str) -> Option<&Held> {
        self.held.iter().find(|held| held.id == id)
    }

    pub(super) fn held_mut(&mut self, id: &str) -> Option<&mut Held> {
        self.held.iter_mut().find(|held| held.id == id)
    }

    /// Whether nobody may ask now.
    pub(super) fn allows_nobody(&self, now: i64) -> bool {
        self.never
            .is_some_and(|never| never.until.is_none_or(|until| now < until))
    }

    pub(super) fn is_paused_for(&self, recipient: &str) -> bool {
        self.paused || self.paused_for.iter().any(|paused| paused == recipient)
    }

    /// Whether the operator suspended everything about the person; not if that may have been lifted by an erased entry.
    pub(super) fn is_suspended(&self) -> bool {
        self.suspended
            .is_some_and(|leaf| self.hole.is_none_or(|hole| leaf > hole))
    }

    /// How many asks the person's day has by now. A day begins with its first ask.
    pub(super) fn asks_today(&self, now: i64) -> u32 {
        match self.day_from {
            Some(from) if now < from + DAY_MS => self.day_asks,
            _ => 0,
        }
    }

    pub(super) fn questions_today(&self, now: i64) -> usize {
        self.questions.iter().filter(|at| **at > now - DAY_MS).count()
    }

    pub(super) fn open_questions(&self, now: i64) -> usize {
        let open = |held: &&Held| matches!(held.life, Life::Open { until } if now < until);
        self.held.iter().filter(open).count()
    }

    /// Spends one ask of a consent.
    pub(super) fn spend(&mut self, id: &str, spent: Spent) {
        let now = spent.at;
        let asks = self.asks_today(now);
        if asks == 0 {
            self.day_from = Some(now);
        }
        self.day_asks = asks + 1;
        if let Some(held) = self.held_mut(id) {
            held.used += 1;
            held.spent.retain(|old| old.at > now - DAY_MS);
            held.circles.retain(|at| *at > now - DAY_MS);
            held.circles.extend(spent.circle.then_some(now));
            held.spent.push(spent);
        }
    }

    /// Gives one ask back, for which no source was contacted. That its circle was asked about stays known, as to the gateway.
    pub(super) fn give_back(&mut self, id: &str, asked: Leaf, asked_at: i64) {
        if self.day_from.is_some_and(|from| asked_at >= from) {
            self.day_asks = self.day_asks.saturating_sub(1);
        }
        if let Some(held) = self.held_mut(id) {
            held.used = held.used.saturating_sub(1);
            held.spent.retain(|spent| spent.leaf != asked);
        }
    }

    /// Whether there is room for one more question.
    pub(super) fn has_room(&self, now: i64) -> bool {
        self.held.len() < HELD_MAX || self.oldest_over(now).is_some()
    }

    fn oldest_over(&self, now: i64) -> Option<usize> {
        self.held
            .iter()
            .position(|held| held.is_over(now) && !held.seems_given(now) || self.is_over_with_its_event(held, now))
    }

    /// Whether it was given for an event that is no more.
    fn is_over_with_its_event(&self, held: &Held, now: i64) -> bool {
        let bound = held.terms.as_ref().and_then(|terms| terms.event.as_deref());
        matches!(held.life, Life::Given { .. }) && bound.is_some_and(|key| !self.event_goes_on(key, now))
    }

    /// Adds a consent or question, in the place of the oldest that is over if there are too many.
    pub(super) fn add(&mut self, held: Held, now: i64) {
        if self.held.len() >= HELD_MAX
            && let Some(over) = self.oldest_over(now)
        {
            self.held.remove(over);
        }
        self.held.push(held);
    }
}
