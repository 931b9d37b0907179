//! Moments and small counts as pages say them: "22 November 2026, 14:30 UTC", "twice".

use wire::words::{Locale, Moment, say};

/// "once", "twice" or "12 times".
#[must_use]
pub fn times(locale: Locale, count: u32) -> String {
    match count {
        1 => say(locale, "times-once", &[]),
        2 => say(locale, "times-twice", &[]),
        more => say(locale, "times-many", &[("count", more.into())]),
    }
}

/// A day of the week, by the word that the terms have for it.
#[must_use]
pub fn day(locale: Locale, word: &str) -> String {
    let id = match word {
        "MON" => "day-monday",
        "TUE" => "day-tuesday",
        "WED" => "day-wednesday",
        "THU" => "day-thursday",
        "FRI" => "day-friday",
        "SAT" => "day-saturday",
        _ => "day-sunday",
    };
    say(locale, id, &[])
}

/// A point in time for people, in UTC; a number outside the calendar is said to be unknown.
#[must_use]
pub fn moment(locale: Locale, unix_seconds: i64) -> String {
    let Ok(time) = jiff::Timestamp::from_second(unix_seconds) else {
        return say(locale, "moment-unknown", &[]);
    };
    let civil = jiff::tz::Offset::UTC.to_datetime(time);
    let part = |number: i8| u8::try_from(number).unwrap_or_default();
    let at = Moment {
        year: civil.year(),
        month: part(civil.month()),
        day: part(civil.day()),
        hour: part(civil.hour()),
        minute: part(civil.minute()),
        zone: "UTC",
    };
    wire::words::moment(locale, &at)
}

/// A point in time for the `datetime` attribute (RFC 3339); empty outside the calendar.
#[must_use]
pub fn moment_attribute(unix_seconds: i64) -> String {
    jiff::Timestamp::from_second(unix_seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use wire::words::Locale;

    use super::{moment, moment_attribute, times};

    #[test]
    fn small_counts_have_words() {
        let said = |count| times(Locale::English, count);
        assert_eq!([said(1), said(2), said(12)], ["once", "twice", "12 times"]);
        assert_eq!(times(Locale::Spanish, 12), "12 veces");
    }

    #[test]
    fn moments_are_said_in_utc() {
        assert_eq!(moment(Locale::English, 1_795_357_800), "22 November 2026, 14:30 UTC");
        assert_eq!(moment_attribute(1_795_357_800), "2026-11-22T14:30:00Z");
        assert_eq!(moment(Locale::English, i64::MAX), "at an unknown time");
    }
}
