//! The gateway's own words: what a person reads before they answer. A partner never writes them; it supplies a case
//! reference of a narrow form, and its name is the registered one.

use domain::permission::terms::{Origin, Precision, Terms};
use domain::purpose::Purpose;
use domain::time::Span;

use super::Code;

/// The language of these words, as BCP 47 has it.
pub const LOCALE: &str = "en";

/// What a question is about: everything in the terms that a person can judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Particulars<'a> {
    /// The registered name of the company that asks.
    pub recipient_name: &'a str,
    /// What for.
    pub purpose: Purpose,
    /// How exact.
    pub precision: Precision,
    /// Where the position comes from.
    pub origin: Origin,
    /// At most so many asks in all.
    pub count: Option<u32>,
    /// At most so many asks within an hour.
    pub per_hour: Option<u32>,
    /// How long.
    pub lasts: Span,
    /// The company's case reference.
    pub case: &'a str,
}

impl<'a> From<&'a Terms> for Particulars<'a> {
    fn from(terms: &'a Terms) -> Self {
        Self {
            recipient_name: &terms.recipient_name,
            purpose: terms.purpose,
            precision: terms.precision,
            origin: terms.origin,
            count: terms.count,
            per_hour: terms.per_hour,
            lasts: terms.lasts,
            case: terms.case.as_str(),
        }
    }
}

/// What a reply of `YES` does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplyRole {
    /// It agrees by itself.
    Agrees,
    /// It is wanted beside the button on the page.
    Confirms,
}

/// The question in one sentence: who, why, how exact, how long, how often. The page shows it, and the text begins with it.
#[must_use]
pub fn statement(particulars: &Particulars<'_>) -> String {
    let Particulars {
        recipient_name,
        purpose,
        precision,
        origin,
        lasts,
        case,
        ..
    } = *particulars;
    let (question, exactness) = match precision {
        Precision::Area { metres } => ("where your phone is", format!("area of {}", distance(metres))),
        Precision::YesNo { metres } => (
            "if your phone is near a place",
            format!("yes or no only, no finer than {}", distance(metres)),
        ),
    };
    let by = match origin {
        Origin::Network => "",
        Origin::Handset => ", from your browser while the page is open",
    };
    format!(
        "{recipient_name} asks {question}: {} ({case}), {exactness}, {}, {}{by}.",
        purpose_words(purpose),
        duration(lasts),
        frequency(particulars),
    )
}

/// The text message that asks. The link is a word of its own; `YES` and the code must stay together.
#[must_use]
pub fn question(particulars: &Particulars<'_>, link: &str, code: Code, role: ReplyRole) -> String {
    let statement = statement(particulars);
    let answer = match role {
        ReplyRole::Agrees => format!("Read and answer: {link} or reply YES {code} or NO."),
        ReplyRole::Confirms => format!("Read and answer: {link} and confirm by reply YES {code}, or reply NO."),
    };
    format!("{statement} {answer} STOP ends all. HELP for help. Msg&data rates may apply.")
}

/// The text after a person agreed.
#[must_use]
pub fn agreed(particulars: &Particulars<'_>) -> String {
    let what = match particulars.precision {
        Precision::Area { metres } => format!("where your phone is (area of {})", distance(metres)),
        Precision::YesNo { metres } => {
            format!(
                "if your phone is near a place (yes or no only, no finer than {})",
                distance(metres)
            )
        }
    };
    format!(
        "You agreed: {} may ask {what}, {}, {}. Reply STOP to end this at any time.",
        particulars.recipient_name,
        duration(particulars.lasts),
        frequency(particulars),
    )
}

/// The text after a person said no.
#[must_use]
pub fn refused(recipient_name: &str) -> String {
    format!("You said no. {recipient_name} may not ask where your phone is.")
}

/// The text after a person ended one permission.
#[must_use]
pub fn withdrawn(recipient_name: &str) -> String {
    format!("Stopped. {recipient_name} may no longer ask where your phone is.")
}

/// The one text after STOP: 47 CFR 64.1200(a)(12) allows exactly one, without advertising.
pub const STOPPED: &str = "Stopped. All your permissions have ended: nobody may ask here where your phone is.";

/// The text after PAUSE.
pub const PAUSED: &str = "Paused. Nobody is told where your phone is, and nobody is told that you paused. What you agreed to \
stays agreed: reply RESUME to go on, or STOP to end it.";

/// The text after RESUME.
pub const RESUMED: &str =
    "Resumed. Whoever you agreed to may ask again where your phone is. PAUSE or STOP at any time.";

/// The text after HELP.
pub const HELP: &str = "This service asks you before anyone may learn where your phone is. Open the link in the question, \
or reply YES with its code, or NO. PAUSE answers nobody until you RESUME. STOP ends all permissions. Msg&data rates may apply.";

/// The text after a reply that could not be understood.
pub const UNCLEAR: &str = "Not understood, so nothing has changed. To agree, reply YES and the four digits of the question. \
To refuse, reply NO. STOP ends all. HELP for help.";

/// The text after an answer to a question that is not open any more.
pub const NOT_OPEN: &str = "That question is not open any more, so nothing has changed. STOP ends all. HELP for help.";

/// A purpose in plain words.
#[must_use]
pub const fn purpose_words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::RequestedServiceProvision => "for the help you requested",
        Purpose::FraudPreventionAndDetection => "to protect your account from fraud",
        Purpose::DeliveryOfGoods => "to deliver goods",
        Purpose::PersonalSafety => "for your safety",
        Purpose::InmateCommunication => "for a call from a prison",
        Purpose::LegalCompliance => "because the law demands it",
        Purpose::EmergencyResponse => "for an emergency",
        Purpose::DirectMarketing => "for advertising",
        Purpose::TargetedAdvertising => "for advertising that is chosen for you",
        Purpose::SellDataToThirdParties => "to sell data about you",
        Purpose::SellInsightsFromData => "to sell what they learn about you",
    }
}

/// A distance: whole kilometres as such, everything else in metres.
#[must_use]
pub fn distance(metres: u32) -> String {
    if metres >= 1000 && metres.is_multiple_of(1000) {
        format!("{} km", metres / 1000)
    } else {
        format!("{metres} m")
    }
}

/// A length of time in full, largest unit first, so that no text says less than is agreed to.
#[must_use]
pub fn duration(span: Span) -> String {
    const UNITS: [(u64, &str); 6] = [
        (31_536_000, "year"),
        (604_800, "week"),
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let mut rest = span.as_seconds().unsigned_abs();
    let mut words = Vec::new();
    for (seconds, unit) in UNITS {
        let count = rest / seconds;
        // Weeks are said only when nothing is left over, since "1 week 3 days" is harder to judge than "10 days".
        if count == 0 || (unit == "week" && !rest.is_multiple_of(seconds)) {
            continue;
        }
        rest %= seconds;
        words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
    }
    if words.is_empty() {
        "0 seconds".to_owned()
    } else {
        words.join(" ")
    }
}

/// How often, in words.
fn frequency(particulars: &Particulars<'_>) -> String {
    let total = match particulars.count {
        Some(1) => "once".to_owned(),
        Some(count) => format!("at most {count} times"),
        None => "any number of times".to_owned(),
    };
    match particulars.per_hour {
        Some(per_hour) if particulars.count != Some(1) => format!("{total}, at most {per_hour} an hour"),
        _ => total,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::coding::Coding;
    use crate::sms::split::split;

    const LINK: &str = "http://127.0.0.1:8080/c/AbCdEfGhIjKlMnOpQrStUv";

    fn roadside() -> Particulars<'static> {
        Particulars {
            recipient_name: "Aster Roadside Help",
            purpose: Purpose::RequestedServiceProvision,
            precision: Precision::Area { metres: 200 },
            origin: Origin::Network,
            count: Some(12),
            per_hour: None,
            lasts: Span::seconds(7200),
            case: "TOW-8841",
        }
    }

    fn bank() -> Particulars<'static> {
        Particulars {
            recipient_name: "Harbour Bank",
            purpose: Purpose::FraudPreventionAndDetection,
            precision: Precision::YesNo { metres: 2000 },
            origin: Origin::Network,
            count: None,
            per_hour: Some(4),
            lasts: Span::seconds(31_536_000),
            case: "CARD-2207",
        }
    }

    fn code() -> Code {
        Code::parse("4821").expect("four digits")
    }

    #[test]
    fn the_texts_to_the_letter() {
        assert_eq!(
            question(&roadside(), LINK, code(), ReplyRole::Agrees),
            "Aster Roadside Help asks where your phone is: for the help you requested (TOW-8841), area of 200 m, \
             2 hours, at most 12 times. Read and answer: http://127.0.0.1:8080/c/AbCdEfGhIjKlMnOpQrStUv or reply \
             YES 4821 or NO. STOP ends all. HELP for help. Msg&data rates may apply."
        );
        assert_eq!(
            question(&bank(), LINK, code(), ReplyRole::Confirms),
            "Harbour Bank asks if your phone is near a place: to protect your account from fraud (CARD-2207), yes or no \
             only, no finer than 2 km, 1 year, any number of times, at most 4 an hour. Read and answer: \
             http://127.0.0.1:8080/c/AbCdEfGhIjKlMnOpQrStUv and confirm by reply YES 4821, or reply NO. STOP ends all. \
             HELP for help. Msg&data rates may apply."
        );
        assert_eq!(
            agreed(&roadside()),
            "You agreed: Aster Roadside Help may ask where your phone is (area of 200 m), 2 hours, at most 12 times. \
             Reply STOP to end this at any time."
        );
    }

    #[test]
    fn the_longest_question_fits() {
        let name = "N".repeat(domain::party::NAME_CHARACTERS_MAX);
        let widest = Particulars {
            recipient_name: &name,
            origin: Origin::Handset,
            count: Some(u32::MAX),
            per_hour: Some(u32::MAX),
            case: "12345678901234567890123456789012",
            ..bank()
        };
        let text = question(&widest, LINK, code(), ReplyRole::Confirms);
        let message = split(&text, 1, &["YES 4821"]).expect("short enough");
        assert_eq!(message.coding, Coding::Gsm7);
        assert!(message.segments.len() <= 4, "{} parts", message.segments.len());
        let usual = question(&roadside(), LINK, code(), ReplyRole::Agrees);
        assert_eq!(split(&usual, 1, &["YES 4821"]).expect("short enough").segments.len(), 2);
        for text in [HELP, UNCLEAR, NOT_OPEN, STOPPED, PAUSED, RESUMED] {
            assert_eq!(split(text, 1, &[]).expect("short enough").coding, Coding::Gsm7);
        }
    }

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
            assert_eq!(duration(Span::seconds(seconds)), words);
        }
        for (metres, words) in [(50, "50 m"), (1000, "1 km"), (1500, "1500 m"), (2000, "2 km")] {
            assert_eq!(distance(metres), words);
        }
    }
}
