//! A day in UTC, as counts are made by.

use std::fmt;

use domain::time::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day in UTC.
///
/// ```
/// use domain::time::Timestamp;
/// use gateway::counts::day::Day;
///
/// let day = Day::parse("2026-11-22").expect("a day");
/// assert!(day.begins() <= Timestamp::from_rfc3339("2026-11-22T23:59:59Z").expect("a time"));
/// assert_eq!(day.next().to_string(), "2026-11-23");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day(Date);

impl Day {
    /// Reads `2026-11-22`, and no other spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let day = Self(text.parse().ok()?);
        (day.to_string() == text).then_some(day)
    }

    /// The day that a moment is in.
    #[must_use]
    pub fn of(moment: Timestamp) -> Self {
        let time = jiff::Timestamp::from_millisecond(moment.unix_ms()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        Self(time.to_zoned(TimeZone::UTC).date())
    }

    /// The day's first moment.
    #[must_use]
    pub fn begins(self) -> Timestamp {
        let first = TimeZone::UTC.to_timestamp(self.0.at(0, 0, 0, 0));
        first.map_or(Timestamp::from_unix_ms(i64::MAX), |time| {
            Timestamp::from_unix_ms(time.as_millisecond())
        })
    }

    /// The day after; the last day there is has none but itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.tomorrow().unwrap_or(self.0))
    }

    /// The day before.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(self.0.yesterday().unwrap_or(self.0))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_one_spelling_and_its_own_moments() {
        let day = Day::parse("2026-02-28").expect("a day");
        let next = Day::parse("2026-03-01").expect("a day");
        assert_eq!((day.next(), next.previous()), (next, day));
        assert_eq!(day.begins().rfc3339(), "2026-02-28T00:00:00.000Z");
        assert_eq!(Day::of(day.begins()), day);
        let last = Timestamp::from_unix_ms(next.begins().unix_ms() - 1);
        assert_eq!(Day::of(last), day);
        for other in ["2026-2-28", "20260228", "2026-02-29", "2026-02-28T00:00", ""] {
            assert_eq!(Day::parse(other), None, "{other}");
        }
    }
}
