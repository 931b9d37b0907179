//! When an outsider sees that there is no answer: the time tells as little as the words.
//!
//! Two kinds of silence have a time of their own. *Denied* is one answer for every number, so it has one time for every
//! number: the time in which the slowest carrier, really asked, nearly always said no, lately. *Off* is what a caller sees
//! whom somebody agreed to; a pause takes as long as that source's own failures take, each drawn from them.
//!
//! Everything is seen on a step of one grid after its arrival, so that work which takes a little longer for one number
//! than for another does not show.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::sources::handset;

/// The grid's step, in milliseconds.
pub const STEP_MS: u32 = 5;
/// So many times are remembered of each kind: enough to draw from, few enough to follow a carrier's day.
const KEPT: usize = 64;
/// The most kinds that are remembered: sources, each in three ages and three ends.
const RINGS_MAX: usize = 4096;

/// How fresh a position the caller wants, which it chose itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Age {
    /// Any.
    Any,
    /// Not older than so much.
    Within,
    /// New.
    Fresh,
}

/// How a road ended, as far as its time may tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// Nothing hangs on when it is seen.
    Open,
    /// Denied before any source was asked.
    Denied,
    /// Denied because of what this source said.
    DeniedBySource(Arc<str>),
    /// The source, named here, says that the phone cannot be located.
    Off(Arc<str>),
    /// It must look as if that source had said so, within the time in milliseconds that it had for this ask.
    AsIfOff(Arc<str>, u32),
    /// Answered by this source.
    Answered(Arc<str>),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Denied(Arc<str>),
    AnsweredByAny,
    Off(Arc<str>),
    Answered(Arc<str>),
}

/// What was seen lately.
#[derive(Debug)]
pub struct Timing {
    floor_ms: u32,
    ceiling_ms: u32,
    rings: Mutex<HashMap<(Kind, Age), VecDeque<u32>>>,
}

impl Timing {
    /// Nothing seen yet: no denial earlier than `floor_ms`, none held back longer than `ceiling_ms`.
    #[must_use]
    pub fn new(floor_ms: u32, ceiling_ms: u32) -> Self {
        Self {
            floor_ms,
            ceiling_ms: ceiling_ms.max(floor_ms),
            rings: Mutex::default(),
        }
    }

    /// How long after its arrival an end may be seen that was reached after `elapsed_ms`. `chance` picks among what was
    /// seen.
    #[must_use]
    pub fn due(&self, end: &End, age: Age, elapsed_ms: u32, chance: &dyn Fn() -> u32) -> Duration {
        let mut rings = self.rings.lock().unwrap_or_else(PoisonError::into_inner);
        let reached = step_after(elapsed_ms);
        let due = match end {
            End::Open => return Duration::ZERO,
            End::Answered(source) => {
                note(&mut rings, Kind::Answered(Arc::clone(source)), age, reached);
                note(&mut rings, Kind::AnsweredByAny, age, reached);
                return Duration::ZERO;
            }
            End::Denied => self.denial(&rings, age).max(reached),
            End::DeniedBySource(source) => {
                note(&mut rings, Kind::Denied(Arc::clone(source)), age, reached);
                self.denial(&rings, age).max(reached)
            }
            End::Off(source) => {
                note(&mut rings, Kind::Off(Arc::clone(source)), age, reached);
                reached
            }
            End::AsIfOff(source, within_ms) => self.failure(&rings, (source, *within_ms), age, chance()).max(reached),
        };
        Duration::from_millis(u64::from(due))
    }

    /// The one time of a denial, in milliseconds: nearly every real one was reached by then, whichever source it came
    /// from. One source alone must not stand out because others deny more often.
    fn denial(&self, rings: &Rings<'_>, age: Age) -> u32 {
        let seen = rings
            .iter()
            .filter(|((kind, seen), _)| matches!(kind, Kind::Denied(_)) && *seen == age);
        let nearly_all = seen.map(|(_, ring)| rank(ring, 95)).max();
        let answers = || rings.get(&(Kind::AnsweredByAny, age)).map(|ring| rank(ring, 50));
        let due = nearly_all.or_else(answers).unwrap_or_default();
        step_after(due.clamp(self.floor_ms, self.ceiling_ms).saturating_sub(1))
    }

    /// One of the times in which the source failed lately, in milliseconds; of its failures at another age, or of its
    /// answers, where none is known. A purpose that waits for long says nothing about one that waits briefly: only what
    /// came within this ask's time counts.
    fn failure(&self, rings: &Rings<'_>, (source, within_ms): (&Arc<str>, u32), age: Age, chance: u32) -> u32 {
        let of = |kind: Kind, age| rings.get(&(kind, age)).filter(|ring| !ring.is_empty());
        let off = |age| of(Kind::Off(Arc::clone(source)), age);
        let seen = off(age)
            .or_else(|| [Age::Within, Age::Fresh, Age::Any].into_iter().find_map(off))
            .or_else(|| of(Kind::Answered(Arc::clone(source)), age));
        let drawn = seen.and_then(|ring| {
            let fits = || ring.iter().copied().filter(|took| *took <= within_ms);
            let index = usize::try_from(chance)
                .unwrap_or_default()
                .checked_rem(fits().count())?;
            fits().nth(index)
        });
        // A page that is closed is waited for, which no pause may be quicker than.
        let least = match &**source {
            handset::NAME => u32::try_from(handset::PAGE_GRACE.as_millis()).unwrap_or(u32::MAX),
            _ => self.floor_ms,
        };
        drawn.unwrap_or_default().max(step_after(least.saturating_sub(1)))
    }
}

type Rings<'a> = MutexGuard<'a, HashMap<(Kind, Age), VecDeque<u32>>>;

fn note(rings: &mut Rings<'_>, kind: Kind, age: Age, reached: u32) {
    let key = (kind, age);
    if rings.len() >= RINGS_MAX && !rings.contains_key(&key) {
        return;
    }
    let ring = rings.entry(key).or_default();
    if ring.len() >= KEPT {
        ring.pop_front();
    }
    ring.push_back(reached);
}

/// The first step of the grid after a time, so that what is reached on a step is not seen on it.
const fn step_after(elapsed_ms: u32) -> u32 {
    (elapsed_ms / STEP_MS + 1) * STEP_MS
}

/// The smallest of the times that so many per cent of them do not pass.
fn rank(ring: &VecDeque<u32>, per_cent: usize) -> u32 {
    let mut sorted: Vec<u32> = ring.iter().copied().collect();
    sorted.sort_unstable();
    let index = (sorted.len() * per_cent).div_ceil(100).saturating_sub(1);
    sorted.get(index).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time of an ask that waits for long.
    const LONG: u32 = 60_000;

    fn source(name: &str) -> Arc<str> {
        name.into()
    }

    fn denied(name: &str) -> End {
        End::DeniedBySource(source(name))
    }

    fn ms(timing: &Timing, end: &End, elapsed_ms: u32) -> u128 {
        timing.due(end, Age::Any, elapsed_ms, &|| 0).as_millis()
    }

    #[test]
    fn every_denial_has_the_time_of_the_real_ones() {
        let timing = Timing::new(25, 2000);
        assert_eq!(ms(&timing, &End::Denied, 1), 25, "nothing is known yet");
        assert_eq!(
            ms(&timing, &End::Answered(source("a")), 52),
            0,
            "an answer waits for nothing"
        );
        assert_eq!(ms(&timing, &End::Denied, 1), 55, "answers speak for denials");
        for elapsed in [41, 42, 43, 61, 62, 63, 64] {
            let seen = ms(&timing, &denied("a"), elapsed);
            assert!(seen >= u128::from(elapsed), "{elapsed}");
        }
        assert_eq!(ms(&timing, &End::Denied, 1), 65);
        assert_eq!(
            ms(&timing, &denied("a"), 41),
            65,
            "a quick carrier is not told from a slow one"
        );
        assert_eq!(
            timing.due(&End::Denied, Age::Fresh, 1, &|| 0).as_millis(),
            25,
            "each age for itself"
        );
    }

    #[test]
    fn a_carrier_that_denies_seldom_and_slowly_does_not_stand_out() {
        let timing = Timing::new(25, 2000);
        for round in 0..200 {
            ms(&timing, &denied("quick"), 30);
            if round % 40 == 0 {
                assert_eq!(ms(&timing, &denied("slow"), 800), 805);
            }
        }
        for end in [End::Denied, denied("quick")] {
            assert_eq!(ms(&timing, &end, 30), 805);
        }
    }

    #[test]
    fn one_slow_denial_does_not_slow_all() {
        let timing = Timing::new(25, 2000);
        for _ in 0..100 {
            ms(&timing, &denied("a"), 50);
        }
        assert_eq!(ms(&timing, &denied("a"), 14_000), 14_005);
        assert_eq!(ms(&timing, &End::Denied, 1), 55);
        let slow = Timing::new(25, 2000);
        for _ in 0..100 {
            ms(&slow, &denied("a"), 9000);
        }
        assert_eq!(ms(&slow, &End::Denied, 1), 2000, "and never past the ceiling");
    }

    #[test]
    fn a_pause_takes_what_that_source_took() {
        let timing = Timing::new(25, 2000);
        let (near, far) = (source("near"), source("far"));
        for elapsed in [50, 51, 52] {
            assert_eq!(ms(&timing, &End::Off(Arc::clone(&near)), elapsed), 55);
        }
        for elapsed in [7000, 9000] {
            ms(&timing, &End::Off(Arc::clone(&far)), elapsed);
        }
        assert_eq!(ms(&timing, &End::AsIfOff(near, LONG), 1), 55);
        let drawn = |chance, within| {
            let as_if = End::AsIfOff(Arc::clone(&far), within);
            timing.due(&as_if, Age::Any, 1, &|| chance).as_millis()
        };
        assert_eq!([0, 1, 2, 3].map(|chance| drawn(chance, LONG)), [7005, 9005, 7005, 9005]);
        assert_eq!(
            [0, 1].map(|chance| drawn(chance, 8000)),
            [7005, 7005],
            "9 s is too long for it"
        );
        assert_eq!(drawn(0, 3000), 25, "nothing is known that fits");
    }

    #[test]
    fn a_pause_is_never_quicker_than_its_source_can_fail() {
        let timing = Timing::new(25, 2000);
        let page = source(handset::NAME);
        assert_eq!(ms(&timing, &End::AsIfOff(Arc::clone(&page), LONG), 1), 3000);
        ms(&timing, &End::Answered(Arc::clone(&page)), 180);
        assert_eq!(ms(&timing, &End::AsIfOff(page, LONG), 1), 3000);
        let carrier = source("carrier");
        let _ = timing.due(&End::Off(Arc::clone(&carrier)), Age::Within, 7000, &|| 0);
        assert_eq!(
            ms(&timing, &End::AsIfOff(carrier, LONG), 1),
            7005,
            "another age tells more than nothing"
        );
    }

    #[test]
    fn little_is_remembered() {
        let timing = Timing::new(25, 2000);
        for round in 0..2 * RINGS_MAX {
            ms(&timing, &End::Off(source(&round.to_string())), 1);
        }
        for _ in 0..2 * KEPT {
            ms(&timing, &denied("a"), 1);
        }
        let rings = timing.rings.lock().expect("not poisoned");
        assert!(rings.len() <= RINGS_MAX && rings.values().all(|ring| ring.len() <= KEPT));
    }
}
