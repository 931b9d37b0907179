//! The times within which a permission holds, in words.

use domain::permission::within::{Within, clock};
use wire::words::{Locale, say};

use crate::pages::happened::capitalised;
use crate::pages::words;

/// The times of a window or of a week, in words.
#[must_use]
pub fn within_words(locale: Locale, within: &Within) -> String {
    match within {
        Within::Window { from, to } => {
            let moment = |at: &domain::time::Timestamp| words::moment(locale, at.unix_seconds());
            let variables = [("from", moment(from).into()), ("until", moment(to).into())];
            say(locale, "question-window", &variables)
        }
        Within::Weekly(weekly) => {
            let slots: Vec<String> = weekly
                .slots()
                .iter()
                .map(|slot| {
                    let days: Vec<String> = slot.days().words().map(|day| words::day(locale, day)).collect();
                    let variables = [
                        ("days", days.join(", ").into()),
                        ("from", clock(slot.from_minute()).into()),
                        ("to", clock(slot.to_minute()).into()),
                    ];
                    say(locale, "question-slot", &variables)
                })
                .collect();
            let slots = capitalised(&slots.join("; "));
            let variables = [("slots", slots.into()), ("zone", weekly.zone().name().into())];
            say(locale, "question-weekly", &variables)
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::permission::within::{Days, Slot, Weekly, Zone};

    use super::*;

    #[test]
    fn a_week_is_said_in_words() {
        let days = Days::from_words(["MON", "FRI"]).expect("days");
        let slot = Slot::new(days, 8 * 60, 17 * 60 + 30).expect("a slot");
        let zone = Zone::new("Europe/Madrid").expect("a zone");
        let weekly = Within::Weekly(Weekly::new(zone, vec![slot]).expect("a week"));
        assert_eq!(
            within_words(Locale::English, &weekly),
            "Monday, Friday, 08:00 to 17:30 (Europe/Madrid)"
        );
        assert_eq!(
            within_words(Locale::Spanish, &weekly),
            "Lunes, viernes, de 08:00 a 17:30 (Europe/Madrid)"
        );
    }
}
