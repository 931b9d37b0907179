//! When an outsider sees that there is no answer: the time tells as little as the words.
//!
//! Two kinds of silence have a time of their own. *Denied* is one answer for every number, so it has one time for every
//! number: the time in which nearly every carrier that was really asked has said no, lately. *Off* is what a caller sees
//! whom somebody agreed to; a pause takes as long as that source's own failures take, each drawn from them.
//!
//! Everything is seen on a step of one grid after its arrival, so that work which takes a little longer for one number
//! than for another does not show.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The grid's step, in milliseconds.
pub const STEP_MS: u32 = 5;
/// So many times are remembered of each kind: enough to draw from, few enough to follow a carrier's day.
const KEPT: usize = 64;
/// Below so many real denials, the times of answers speak for them.
const DENIALS_TO_KNOW: usize = 8;
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
    DeniedBySource,
    /// The source, named here, says that the phone cannot be located.
    Off(Arc<str>),
    /// It must look as if that source had said so.
    AsIfOff(Arc<str>),
    /// Answered by this source.
    Answered(Arc<str>),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Kind {
    Denied,
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
            End::DeniedBySource => {
                note(&mut rings, Kind::Denied, age, reached);
                self.denial(&rings, age).max(reached)
            }
            End::Off(source) => {
                note(&mut rings, Kind::Off(Arc::clone(source)), age, reached);
                reached
            }
            End::AsIfOff(source) => self.failure(&rings, source, age, chance()).max(reached),
        };
        Duration::from_millis(u64::from(due))
    }

    /// The one time of a denial, in milliseconds: nearly every real one was reached by then.
    fn denial(&self, rings: &Rings<'_>, age: Age) -> u32 {
        let seen = rings.get(&(Kind::Denied, age));
        let known = seen.filter(|ring| ring.len() >= DENIALS_TO_KNOW);
        let nearly_all = known.map(|ring| rank(ring, 95));
        let due = nearly_all.unwrap_or_else(|| {
            let few = seen.map_or(0, |ring| rank(ring, 100));
            let answers = rings.get(&(Kind::AnsweredByAny, age)).map_or(0, |ring| rank(ring, 50));
            few.max(answers)
        });
        step_after(due.clamp(self.floor_ms, self.ceiling_ms).saturating_sub(1))
    }

    /// One of the times in which the source failed lately, in milliseconds.
    fn failure(&self, rings: &Rings<'_>, source: &Arc<str>, age: Age, chance: u32) -> u32 {
        let of = |kind: Kind| rings.get(&(kind, age)).filter(|ring| !ring.is_empty());
        let seen = of(Kind::Off(Arc::clone(source))).or_else(|| of(Kind::Answered(Arc::clone(source))));
        let drawn = seen.and_then(|ring| {
            let index = usize::try_from(chance).unwrap_or_default().checked_rem(ring.len())?;
            ring.get(index).copied()
        });
        drawn.unwrap_or_else(|| step_after(self.floor_ms.saturating_sub(1)))
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

    fn source(name: &str) -> Arc<str> {
        name.into()
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
        for elapsed in [41, 42, 43, 61, 62, 63, 64, 64, 64, 64] {
            let seen = ms(&timing, &End::DeniedBySource, elapsed);
            assert!(seen >= u128::from(elapsed), "{elapsed}");
        }
        assert_eq!(ms(&timing, &End::Denied, 1), 65);
        assert_eq!(
            ms(&timing, &End::DeniedBySource, 41),
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
    fn one_slow_denial_does_not_slow_all() {
        let timing = Timing::new(25, 2000);
        for _ in 0..100 {
            ms(&timing, &End::DeniedBySource, 50);
        }
        assert_eq!(ms(&timing, &End::DeniedBySource, 14_000), 14_005);
        assert_eq!(ms(&timing, &End::Denied, 1), 55);
        let slow = Timing::new(25, 2000);
        for _ in 0..100 {
            ms(&slow, &End::DeniedBySource, 9000);
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
        assert_eq!(ms(&timing, &End::AsIfOff(near), 1), 55);
        let as_if = End::AsIfOff(Arc::clone(&far));
        let drawn = |chance| timing.due(&as_if, Age::Any, 1, &|| chance).as_millis();
        assert_eq!([0, 1, 2, 3].map(drawn), [7005, 9005, 7005, 9005]);
    }

    #[test]
    fn little_is_remembered() {
        let timing = Timing::new(25, 2000);
        for round in 0..2 * RINGS_MAX {
            ms(&timing, &End::Off(source(&round.to_string())), 1);
        }
        for _ in 0..2 * KEPT {
            ms(&timing, &End::DeniedBySource, 1);
        }
        let rings = timing.rings.lock().expect("not poisoned");
        assert!(rings.len() <= RINGS_MAX && rings.values().all(|ring| ring.len() <= KEPT));
    }
}
