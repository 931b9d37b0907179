//! The hours in which nobody is reminded of anything. Questions and answers to people are never held back: a person may
//! wait for them.

use domain::time::{Span, Timestamp};
use jiff::civil::Time;
use jiff::tz::TimeZone;

/// No quiet lasts longer; the rest is a slip of the clock.
const QUIET_MOST: Span = Span::seconds(26 * 3600);

/// A daily span of hours on the clock of one zone; it may go over midnight.
#[derive(Debug, Clone)]
pub struct Quiet {
    /// When it begins.
    pub from: Time,
    /// When it is over. The same as the beginning for no quiet at all.
    pub to: Time,
    /// Where the clock is.
    pub zone: TimeZone,
}

impl Quiet {
    /// When a reminder that is due now may be sent: now, or once the quiet is over. Where the clock is set forward over
    /// the end of the quiet, it is over then; where it is set back, it is over at the later of both.
    #[must_use]
    pub fn over(&self, now: Timestamp) -> Timestamp {
        let Ok(instant) = jiff::Timestamp::from_millisecond(now.unix_ms()) else {
            return now;
        };
        let local = instant.to_zoned(self.zone.clone()).datetime();
        if !self.covers(local.time()) {
            return now;
        }
        let day = if local.time() < self.to {
            Ok(local.date())
        } else {
            local.date().tomorrow()
        };
        let end = day.and_then(|day| {
            let end = self.zone.to_ambiguous_zoned(day.to_datetime(self.to));
            end.later()
        });
        end.map_or(now, |end| {
            let end = Timestamp::from_unix_ms(end.timestamp().as_millisecond());
            end.clamp(now, now.after(QUIET_MOST))
        })
    }

    fn covers(&self, time: Time) -> bool {
        if self.from <= self.to {
            (self.from..self.to).contains(&time)
        } else {
            time >= self.from || time < self.to
        }
    }
}

/// A time of day as `21:00`; `None` for anything else.
#[must_use]
pub fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from: &str, to: &str, zone: &str) -> Quiet {
        Quiet {
            from: time_of_day(from).expect("a time"),
            to: time_of_day(to).expect("a time"),
            zone: TimeZone::get(zone).expect("a zone"),
        }
    }

    fn over(quiet: &Quiet, now: &str) -> String {
        quiet.over(Timestamp::from_rfc3339(now).expect("a time")).rfc3339()
    }

    #[test]
    fn nobody_is_reminded_at_night() {
        let night = quiet("21:00", "08:00", "UTC");
        for (now, sent) in [
            ("2026-11-22T12:00:00Z", "2026-11-22T12:00:00.000Z"),
            ("2026-11-22T20:59:59Z", "2026-11-22T20:59:59.000Z"),
            ("2026-11-22T21:00:00Z", "2026-11-23T08:00:00.000Z"),
            ("2026-11-22T23:59:00Z", "2026-11-23T08:00:00.000Z"),
            ("2026-11-23T00:00:00Z", "2026-11-23T08:00:00.000Z"),
            ("2026-11-23T07:59:59Z", "2026-11-23T08:00:00.000Z"),
            ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00.000Z"),
        ] {
            assert_eq!(over(&night, now), sent, "{now}");
        }
    }

    #[test]
    fn the_clock_is_the_zones_and_may_be_set() {
        let night = quiet("22:00", "07:30", "Europe/Berlin");
        assert_eq!(over(&night, "2026-11-22T20:30:00Z"), "2026-11-22T20:30:00.000Z");
        assert_eq!(over(&night, "2026-11-22T21:00:00Z"), "2026-11-23T06:30:00.000Z");
        // The night of 29 March 2026 is an hour shorter there: the end, 02:30, does not exist.
        let short = quiet("22:00", "02:30", "Europe/Berlin");
        assert_eq!(over(&short, "2026-03-29T00:00:00Z"), "2026-03-29T01:30:00.000Z");
        // The night of 25 October 2026 is an hour longer: 02:30 comes twice.
        assert_eq!(over(&short, "2026-10-24T23:00:00Z"), "2026-10-25T01:30:00.000Z");
    }

    #[test]
    fn noon_can_be_quiet_and_so_can_nothing() {
        let noon = quiet("12:00", "14:00", "UTC");
        assert_eq!(over(&noon, "2026-11-22T13:00:00Z"), "2026-11-22T14:00:00.000Z");
        assert_eq!(over(&noon, "2026-11-22T11:00:00Z"), "2026-11-22T11:00:00.000Z");
        let none = quiet("00:00", "00:00", "UTC");
        assert_eq!(over(&none, "2026-11-22T13:00:00Z"), "2026-11-22T13:00:00.000Z");
    }

    #[test]
    fn a_time_of_day_has_one_form() {
        for bad in ["", "9:00", "24:00", "12:60", "12:00:00", "1200", "+1:00", "aa:bb"] {
            assert_eq!(time_of_day(bad), None, "{bad}");
        }
    }
}
