//! What no policy loosens. A sandbox has invented people, so that its waits may be short enough to try things out.

use std::ops::RangeInclusive;

use domain::facts::QUESTIONS_MAX;
use domain::permission::consent::RECENT_MAX;
use domain::policy::World;
use domain::purpose::Purpose;

const HOUR_S: u32 = 3600;
const DAY_S: u32 = 24 * HOUR_S;
/// No deadline toward a source is longer: the gateway's own end waits for asks under way.
const DEADLINE_S_MAX: u32 = 15;
/// A position within less than this is a door, not an area; the network's own answers are seldom finer.
const FINEST_M_LEAST: u32 = 50;
/// Wider than this the grid's cells are larger than what anybody asks about.
const FINEST_M_MOST: u32 = 100_000;
/// A yes is asked for again at least once in so long.
const LONGEST_S_MOST: u32 = 366 * DAY_S;

/// Limits of `[questions]`. Lengths of time are in seconds.
pub(super) struct OfQuestions {
    pub(super) open: RangeInclusive<u32>,
    pub(super) per_day: RangeInclusive<u32>,
    pub(super) cooling_off: RangeInclusive<u32>,
    pub(super) review_after: RangeInclusive<u32>,
}

/// What protects a person from questions. In a live world it may be made stricter; looser only a little.
pub(super) fn of_questions(world: World) -> OfQuestions {
    let remembered = u32::try_from(QUESTIONS_MAX).unwrap_or(u32::MAX);
    match world {
        World::Live => OfQuestions {
            open: 1..=2,
            per_day: 1..=3,
            cooling_off: DAY_S..=366 * DAY_S,
            review_after: 3..=100,
        },
        World::Sandbox => OfQuestions {
            open: 1..=16,
            per_day: 1..=remembered,
            cooling_off: 0..=366 * DAY_S,
            review_after: 1..=1_000_000,
        },
    }
}

/// Limits of `[person]`. Lengths of time are in seconds.
pub(super) struct OfPerson {
    pub(super) asks_per_day: RangeInclusive<u32>,
    pub(super) sim_change_wait: RangeInclusive<u32>,
    pub(super) never_lift_wait: RangeInclusive<u32>,
}

/// What protects a person over all parties.
pub(super) fn of_person(world: World) -> OfPerson {
    match world {
        World::Live => OfPerson {
            asks_per_day: 1..=1000,
            sim_change_wait: DAY_S..=366 * DAY_S,
            never_lift_wait: HOUR_S..=366 * DAY_S,
        },
        World::Sandbox => OfPerson {
            asks_per_day: 1..=1_000_000,
            sim_change_wait: 0..=366 * DAY_S,
            never_lift_wait: 0..=366 * DAY_S,
        },
    }
}

/// Limits of a purpose. Lengths of time are in seconds.
pub(super) struct OfRule {
    pub(super) finest_m: RangeInclusive<u32>,
    pub(super) longest: RangeInclusive<u32>,
    pub(super) count: RangeInclusive<u32>,
    pub(super) per_day: RangeInclusive<u32>,
    pub(super) deadline: RangeInclusive<u32>,
    pub(super) waits: RangeInclusive<u32>,
    pub(super) reminders: RangeInclusive<u32>,
    pub(super) machines: bool,
}

/// What one yes may allow at most.
pub(super) fn of_rule(world: World, purpose: Purpose) -> OfRule {
    // So many asks of a consent are remembered; a rate beyond that could not be held.
    let remembered = u32::try_from(RECENT_MAX).unwrap_or(u32::MAX);
    let live = world == World::Live;
    OfRule {
        finest_m: FINEST_M_LEAST..=FINEST_M_MOST,
        longest: 60..=LONGEST_S_MOST,
        count: 1..=1_000_000,
        per_day: 1..=remembered,
        deadline: 1..=DEADLINE_S_MAX,
        waits: if live && purpose == Purpose::PersonalSafety {
            DAY_S..=30 * DAY_S
        } else {
            0..=30 * DAY_S
        },
        reminders: if live { DAY_S..=92 * DAY_S } else { 1..=92 * DAY_S },
        machines: purpose == Purpose::DeliveryOfGoods,
    }
}
