//! When asks are covered within the life of a consent: the terms' own words, and the clock of a place.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

/// As the terms have it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(super) enum Schedule {
    /// From one time to another.
    Window { from: String, to: String },
    /// The same times every week.
    Weekly {
        #[serde(rename = "timeZone")]
        time_zone: String,
        weekly: Vec<Slot>,
    },
}

/// Some hours of some days.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slot {
    days: Vec<String>,
    from: String,
    to: String,
}

const DAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

impl Schedule {
    /// The first and the last moment of a window.
    pub(super) fn window(&self) -> Option<(i64, i64)> {
        match self {
            Self::Window { from, to } => Some((super::statement::time(from)?, super::statement::time(to)?)),
            Self::Weekly { .. } => None,
        }
    }

    /// Whether it comes back every week.
    pub(super) const fn is_weekly(&self) -> bool {
        matches!(self, Self::Weekly { .. })
    }

    /// The end of what holds at a time; `None` if nothing holds then.
    pub(super) fn holds_until(&self, now: i64) -> Option<i64> {
        match self {
            Self::Window { .. } => self
                .window()
                .filter(|(from, to)| (*from..*to).contains(&now))
                .map(|(_, to)| to),
            Self::Weekly { time_zone, weekly } => {
                let zone = TimeZoneDatabase::bundled().get(time_zone).ok()?;
                let today = Timestamp::from_millisecond(now).ok()?.to_zoned(zone.clone()).date();
                // One that ends at midnight began the day before, on the clock of a place that has just moved it.
                let mut ends = Vec::new();
                for date in [today.yesterday().ok(), Some(today)].into_iter().flatten() {
                    let slots = weekly.iter().filter_map(|slot| slot.of(date, &zone));
                    ends.extend(slots.filter(|(from, to)| (*from..*to).contains(&now)).map(|(_, to)| to));
                }
                ends.into_iter().max()
            }
        }
    }
}

impl Slot {
    /// From when to when it holds on a day.
    fn of(&self, date: Date, zone: &TimeZone) -> Option<(i64, i64)> {
        let day = DAYS.get(usize::try_from(date.weekday().to_monday_zero_offset()).ok()?)?;
        let listed = self.days.iter().any(|listed| listed == day);
        listed.then_some((moment(date, &self.from, zone)?, moment(date, &self.to, zone)?))
    }
}

/// The time at which the clocks of a place show this; `24:00` is the next day's beginning.
fn moment(date: Date, clock: &str, zone: &TimeZone) -> Option<i64> {
    let (hour, minute) = clock.split_once(':')?;
    let (date, hour) = match hour {
        "24" => (date.tomorrow().ok()?, 0),
        hour => (date, hour.parse().ok()?),
    };
    let shown = date.at(hour, minute.parse().ok()?, 0, 0);
    let zoned = zone.to_ambiguous_zoned(shown).compatible().ok()?;
    Some(zoned.timestamp().as_millisecond())
}
