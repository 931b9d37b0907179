//! When a consent is brought to mind. Pure: times and chance come in.

use domain::time::{Span, Timestamp};

/// A consent, as far as reminding needs it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// When the person agreed.
    pub(super) at: Timestamp,
    /// From when on it is in force. Before that two texts come at random times.
    pub(super) from: Timestamp,
    /// When it ends.
    pub(super) until: Timestamp,
    /// The mean time between reminders; `None` for no reminders.
    pub(super) mean: Option<Span>,
}

/// What is to be done with a consent that is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    /// Only sets when it is due next; `None` for never.
    Set(Option<Timestamp>),
    /// Sends a text, and sets when it is due next.
    Remind(Option<Timestamp>),
}

impl Plan {
    /// What to do now with what was due at `due`; `chance` is between zero and one. A consent that was just given is due
    /// at the time of the yes, to have its first time chosen.
    pub(super) fn step(&self, due: Timestamp, now: Timestamp, chance: f64) -> Step {
        let is_new = due <= self.at;
        let middle = between(self.at, self.from, 0.5);
        // Late enough to surprise, and early enough to be read before it takes effect.
        let latest = between(self.at, self.from, 11.0 / 12.0);
        let next = if now >= self.from {
            self.later(now, chance)
        } else if is_new {
            Some(between(self.at, middle, chance))
        } else if due < middle {
            Some(between(now.max(middle), latest, chance))
        } else {
            self.later(self.from, chance)
        };
        let next = next.filter(|next| *next < self.until);
        if is_new { Step::Set(next) } else { Step::Remind(next) }
    }

    /// Between half the mean time and one and a half times it.
    fn later(&self, from: Timestamp, chance: f64) -> Option<Timestamp> {
        let mean = self.mean?.as_ms();
        let half = Timestamp::from_unix_ms(from.unix_ms().saturating_add(mean / 2));
        let last = Timestamp::from_unix_ms(from.unix_ms().saturating_add(mean.saturating_mul(3) / 2));
        Some(between(half, last, chance))
    }
}

/// A point in time between two, by a share between zero and one.
fn between(from: Timestamp, to: Timestamp, share: f64) -> Timestamp {
    let length = to.unix_ms().saturating_sub(from.unix_ms()).max(0) as f64;
    Timestamp::from_unix_ms(from.unix_ms().saturating_add((length * share.clamp(0.0, 1.0)) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
    const DAY: Span = Span::seconds(86_400);

    fn hours(hours: u32) -> Timestamp {
        AT.after(Span::seconds(hours * 3600))
    }

    /// Plays a consent's life, with the job looking every minute, and returns when texts came.
    fn play(plan: &Plan, days: u32, seed: u32) -> Vec<Timestamp> {
        let (mut due, mut texts, mut state) = (Some(plan.at), Vec::new(), seed);
        for minute in 0..days * 1440 {
            let now = AT.after(Span::seconds(minute * 60));
            if due.is_none_or(|due| due > now) {
                continue;
            }
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let step = plan.step(due.expect("due"), now, f64::from(state) / f64::from(u32::MAX));
            due = match step {
                Step::Set(next) => next,
                Step::Remind(next) => {
                    texts.push(now);
                    next
                }
            };
        }
        texts
    }

    #[test]
    fn two_texts_come_before_a_waiting_consent_takes_effect() {
        let plan = Plan {
            at: AT,
            from: hours(24),
            until: hours(24 * 30),
            mean: Some(Span::seconds(7 * 86_400)),
        };
        let mut firsts = Vec::new();
        for seed in 0..200 {
            let texts = play(&plan, 30, seed);
            let early: Vec<_> = texts.iter().filter(|at| **at < plan.from).collect();
            assert_eq!(early.len(), 2, "{seed}: {texts:?}");
            assert!(*early[0] <= hours(12).after(Span::seconds(60)) && *early[1] >= hours(12));
            assert!((2..=8).contains(&(texts.len() - 2)), "{seed}: {texts:?}");
            firsts.push(*early[0]);
        }
        firsts.sort_unstable();
        firsts.dedup();
        assert!(firsts.len() > 50, "the times are not the same each time");
    }

    #[test]
    fn reminders_come_until_the_consent_ends_and_not_at_once() {
        let plan = Plan {
            at: AT,
            from: AT,
            until: hours(24 * 90),
            mean: Some(Span::seconds(30 * 86_400)),
        };
        for seed in 0..50 {
            let texts = play(&plan, 100, seed);
            assert!((1..=6).contains(&texts.len()), "{texts:?}");
            assert!(
                texts.iter().all(|at| *at >= hours(24 * 15) && *at < plan.until),
                "{texts:?}"
            );
        }
    }

    #[test]
    fn what_does_not_repeat_is_left_alone() {
        let plan = Plan {
            at: AT,
            from: AT,
            until: AT.after(DAY),
            mean: None,
        };
        assert_eq!(plan.step(AT, AT, 0.5), Step::Set(None));
        assert_eq!(play(&plan, 2, 1), Vec::new());
    }
}
