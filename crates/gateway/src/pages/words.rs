//! Measures in the words of a text message: "2 hours", "200 m", "22 November 2026, 14:30 UTC".

use domain::time::Span;
use wire::words::Locale;

/// A distance, in the very words of the text message.
#[must_use]
pub fn distance(metres: u32) -> String {
    wire::words::distance(Locale::English, metres)
}

/// A length of time in full, in the very words of the text message.
#[must_use]
pub fn duration(seconds: u64) -> String {
    wire::words::duration(
        Locale::English,
        Span::seconds(u32::try_from(seconds).unwrap_or(u32::MAX)),
    )
}

/// "once" or "12 times".
#[must_use]
pub fn times(count: u32) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{more} times"),
    }
}

/// A point in time for people, in UTC; a number outside the calendar is said to be unknown.
#[must_use]
pub fn moment(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds).map_or_else(
        |_| "at an unknown time".to_owned(),
        |time| time.strftime("%-d %B %Y, %H:%M UTC").to_string(),
    )
}

/// A point in time for the `datetime` attribute (RFC 3339); empty outside the calendar.
#[must_use]
pub fn moment_attribute(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::{distance, duration, moment, moment_attribute, times};

    #[test]
    fn durations_read_as_people_say_them() {
        let said = [
            (0, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (5400, "1 hour 30 minutes"),
            (7200, "2 hours"),
            (86_400, "1 day"),
            (31_536_000, "1 year"),
            (31_536_061, "1 year 1 minute 1 second"),
        ];
        for (seconds, words) in said {
            assert_eq!(duration(seconds), words);
        }
    }

    #[test]
    fn distances_change_to_kilometres() {
        for (metres, words) in [
            (50, "50 m"),
            (999, "999 m"),
            (1000, "1 km"),
            (1549, "1549 m"),
            (2000, "2 km"),
        ] {
            assert_eq!(distance(metres), words);
        }
    }

    #[test]
    fn small_counts_have_words() {
        assert_eq!([times(1), times(2), times(12)], ["once", "twice", "12 times"]);
    }

    #[test]
    fn moments_are_said_in_utc() {
        assert_eq!(moment(1_795_357_800), "22 November 2026, 14:30 UTC");
        assert_eq!(moment_attribute(1_795_357_800), "2026-11-22T14:30:00Z");
        assert_eq!(moment(i64::MAX), "at an unknown time");
    }
}
