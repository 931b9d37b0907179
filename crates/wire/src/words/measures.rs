//! Distances, lengths of time, moments, how often, and what for: the parts of which questions are made.

use domain::purpose::Purpose;
use domain::time::Span;

use super::{Locale, say};

/// A purpose in plain words.
#[must_use]
pub fn purpose_words(locale: Locale, purpose: Purpose) -> String {
    let id = match purpose {
        Purpose::RequestedServiceProvision => "purpose-requested-service-provision",
        Purpose::FraudPreventionAndDetection => "purpose-fraud-prevention-and-detection",
        Purpose::DeliveryOfGoods => "purpose-delivery-of-goods",
        Purpose::PersonalSafety => "purpose-personal-safety",
        Purpose::InmateCommunication => "purpose-inmate-communication",
        Purpose::LegalCompliance => "purpose-legal-compliance",
        Purpose::EmergencyResponse => "purpose-emergency-response",
        Purpose::DirectMarketing => "purpose-direct-marketing",
        Purpose::TargetedAdvertising => "purpose-targeted-advertising",
        Purpose::SellDataToThirdParties => "purpose-sell-data-to-third-parties",
        Purpose::SellInsightsFromData => "purpose-sell-insights-from-data",
    };
    say(locale, id, &[])
}

/// A distance: whole kilometres as such, everything else in metres.
#[must_use]
pub fn distance(locale: Locale, metres: u32) -> String {
    if metres >= 1000 && metres.is_multiple_of(1000) {
        say(locale, "distance-kilometres", &[("kilometres", (metres / 1000).into())])
    } else {
        say(locale, "distance-metres", &[("metres", metres.into())])
    }
}

/// A length of time in full, largest unit first, so that no text says less than is agreed to.
#[must_use]
pub fn duration(locale: Locale, span: Span) -> String {
    const UNITS: [(u64, &str); 6] = [
        (31_536_000, "duration-years"),
        (604_800, "duration-weeks"),
        (86_400, "duration-days"),
        (3600, "duration-hours"),
        (60, "duration-minutes"),
        (1, "duration-seconds"),
    ];
    let mut rest = span.as_seconds().unsigned_abs();
    let mut words = Vec::new();
    for (seconds, unit) in UNITS {
        let count = rest / seconds;
        // Weeks are said only when nothing is left over, since "1 week 3 days" is harder to judge than "10 days".
        if count == 0 || (unit == "duration-weeks" && !rest.is_multiple_of(seconds)) {
            continue;
        }
        rest %= seconds;
        words.push(say(locale, unit, &[("count", count.into())]));
    }
    if words.is_empty() {
        say(locale, "duration-seconds", &[("count", 0_u32.into())])
    } else {
        words.join(" ")
    }
}

/// How often something may be asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frequency {
    /// At most so often in all.
    pub count: Option<u32>,
    /// At most so often within an hour.
    pub per_hour: Option<u32>,
}

impl Frequency {
    /// In words.
    #[must_use]
    pub fn say(self, locale: Locale) -> String {
        let total = match self.count {
            Some(1) => return say(locale, "frequency-once", &[]),
            Some(count) => say(locale, "frequency-count", &[("count", count.into())]),
            None => say(locale, "frequency-any", &[]),
        };
        match self.per_hour {
            Some(per_hour) => {
                let variables = [("total", total.into()), ("count", per_hour.into())];
                say(locale, "frequency-hourly", &variables)
            }
            None => total,
        }
    }
}

/// A point in time on somebody's calendar and clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment<'a> {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// The minute, 0 to 59.
    pub minute: u8,
    /// What the clock's zone is called there: `UTC`, `CET`.
    pub zone: &'a str,
}

/// A moment in words.
///
/// ```
/// use wire::words::{Locale, Moment, moment};
///
/// let at = Moment { year: 2026, month: 11, day: 22, hour: 14, minute: 5, zone: "UTC" };
/// assert_eq!(moment(Locale::English, &at), "22 November 2026, 14:05 UTC");
/// ```
#[must_use]
pub fn moment(locale: Locale, at: &Moment<'_>) -> String {
    let month = say(locale, "month", &[("month", u32::from(at.month).into())]);
    let variables = [
        ("day", u32::from(at.day).into()),
        ("month", month.into()),
        ("year", u64::from(at.year.unsigned_abs()).into()),
        ("time", format!("{:02}:{:02}", at.hour, at.minute).into()),
        ("zone", at.zone.into()),
    ];
    say(locale, "moment", &variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_distances_in_words() {
        for (seconds, words) in [
            (0, "0 seconds"),
            (1, "1 second"),
            (90, "1 minute 30 seconds"),
            (3600, "1 hour"),
            (7200, "2 hours"),
            (9000, "2 hours 30 minutes"),
            (86_400, "1 day"),
            (604_800, "1 week"),
            (864_000, "10 days"),
            (31_536_000, "1 year"),
            (31_536_000 + 86_400, "1 year 1 day"),
            (93_784, "1 day 2 hours 3 minutes 4 seconds"),
        ] {
            assert_eq!(duration(Locale::English, Span::seconds(seconds)), words);
        }
        for (metres, words) in [(50, "50 m"), (1000, "1 km"), (1500, "1500 m"), (2000, "2 km")] {
            assert_eq!(distance(Locale::English, metres), words);
        }
        assert_eq!(duration(Locale::Spanish, Span::seconds(93_600)), "1 día 2 horas");
    }

    #[test]
    fn how_often_in_words() {
        let say = |count, per_hour| Frequency { count, per_hour }.say(Locale::English);
        assert_eq!(say(Some(1), Some(1)), "once");
        assert_eq!(say(Some(12), None), "at most 12 times");
        assert_eq!(say(None, Some(4)), "any number of times, at most 4 an hour");
    }
}
