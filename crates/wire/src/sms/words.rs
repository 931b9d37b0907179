//! The gateway's own texts: what a person reads before they answer, and after. A partner never writes them; it supplies
//! a case reference of a narrow form, and its name is the registered one. The words are in the catalogues of
//! [`crate::words`], in every language.

use domain::permission::chain::Relay;
use domain::permission::terms::{Origin, Precision, Terms};
use domain::purpose::Purpose;
use domain::time::Span;

use super::Code;
use crate::words::{Frequency, Locale, distance, duration, purpose_words, say};

/// What a question is about: everything in the terms that a person can judge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Particulars<'a> {
    /// The language of everything about this question.
    pub locale: Locale,
    /// The registered name of the company that asks.
    pub recipient_name: &'a str,
    /// The companies through which asks and answers may go.
    pub relays: &'a [Relay],
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
            locale: locale_of(terms),
            recipient_name: &terms.recipient_name,
            relays: &terms.chain.relays,
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

/// The language that a question was put in; English if it is not spoken here any more.
#[must_use]
pub fn locale_of(terms: &Terms) -> Locale {
    Locale::from_tag(&terms.locale).unwrap_or_default()
}

/// What everybody reads who agreed to something that ends with a company's agreement; `day` is `2027-01-31`.
#[must_use]
pub fn party_ends(locale: Locale, operator: &str, company: &str, day: &str) -> String {
    let variables = [
        ("operator", operator.into()),
        ("company", company.into()),
        ("day", day.into()),
    ];
    say(locale, "party-ends", &variables)
}

/// What a reply of `YES` does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReplyRole {
    /// It agrees by itself.
    Agrees,
    /// It is wanted beside the button on the page.
    Confirms,
}

impl Particulars<'_> {
    /// Who asks, and through whom: whoever agrees by a reply reads no more than the text.
    fn company(&self) -> String {
        let names: Vec<&str> = self.relays.iter().map(|relay| relay.name.as_str()).collect();
        if names.is_empty() {
            return self.recipient_name.to_owned();
        }
        let variables = [
            ("company", self.recipient_name.into()),
            ("relays", names.join(", ").into()),
        ];
        say(self.locale, "company-through", &variables)
    }

    fn frequency(&self) -> String {
        let frequency = Frequency {
            count: self.count,
            per_hour: self.per_hour,
        };
        frequency.say(self.locale)
    }
}

/// The question in one sentence: who, why, how exact, how long, how often. The page shows it, and the text begins with it.
#[must_use]
pub fn statement(particulars: &Particulars<'_>) -> String {
    let locale = particulars.locale;
    let id = match particulars.precision {
        Precision::Area { .. } => "statement-area",
        Precision::YesNo { .. } => "statement-yes-no",
    };
    let by = match particulars.origin {
        Origin::Network => String::new(),
        Origin::Handset => say(locale, "origin-handset", &[]),
    };
    let variables = [
        ("company", particulars.company().into()),
        ("purpose", purpose_words(locale, particulars.purpose).into()),
        ("case", particulars.case.into()),
        ("distance", distance(locale, particulars.precision.metres()).into()),
        ("duration", duration(locale, particulars.lasts).into()),
        ("frequency", particulars.frequency().into()),
        ("by", by.into()),
    ];
    say(locale, id, &variables)
}

/// The text message that asks. The link is a word of its own; `YES` and the code must stay together.
#[must_use]
pub fn question(particulars: &Particulars<'_>, link: &str, code: Code, role: ReplyRole) -> String {
    let id = match role {
        ReplyRole::Agrees => "question-agrees",
        ReplyRole::Confirms => "question-confirms",
    };
    let variables = [
        ("statement", statement(particulars).into()),
        ("link", link.into()),
        ("code", code.to_string().into()),
    ];
    say(particulars.locale, id, &variables)
}

/// The text message about a page that a partner opened: the person enters `page_code` there, and so shows that the
/// page is in the hands of whoever has the phone. It carries no link. `confirmed_by` is the code of the reply, if a
/// reply from the number is needed too.
#[must_use]
pub fn page_question(particulars: &Particulars<'_>, page_code: &str, confirmed_by: Option<Code>) -> String {
    let statement = statement(particulars);
    let (statement, page_code) = (("statement", statement.into()), ("page_code", page_code.into()));
    match confirmed_by {
        None => say(particulars.locale, "question-page", &[statement, page_code]),
        Some(code) => {
            let code = code.to_string();
            let variables = [statement, page_code, ("code", code.into())];
            say(particulars.locale, "question-page-confirms", &variables)
        }
    }
}

/// The text after a person agreed.
#[must_use]
pub fn agreed(particulars: &Particulars<'_>) -> String {
    let locale = particulars.locale;
    let id = match particulars.precision {
        Precision::Area { .. } => "agreed-area",
        Precision::YesNo { .. } => "agreed-yes-no",
    };
    let variables = [
        ("company", particulars.recipient_name.into()),
        ("distance", distance(locale, particulars.precision.metres()).into()),
        ("duration", duration(locale, particulars.lasts).into()),
        ("frequency", particulars.frequency().into()),
    ];
    say(locale, id, &variables)
}

/// The text after a person said no.
#[must_use]
pub fn refused(locale: Locale, recipient_name: &str) -> String {
    say(locale, "refused", &[("company", recipient_name.into())])
}

/// The text after a person ended one permission.
#[must_use]
pub fn withdrawn(locale: Locale, recipient_name: &str) -> String {
    say(locale, "withdrawn", &[("company", recipient_name.into())])
}

/// The text after the gateway's records went back to an earlier day.
#[must_use]
pub fn restored(locale: Locale) -> String {
    say(locale, "restored", &[])
}

/// The text that reminds of a permission that goes on until `until`, a moment in words.
#[must_use]
pub fn reminder(particulars: &Particulars<'_>, until: &str) -> String {
    let locale = particulars.locale;
    let purpose = purpose_words(locale, particulars.purpose);
    let variables = [
        ("company", particulars.recipient_name.into()),
        ("purpose", purpose.into()),
        ("moment", until.into()),
    ];
    match particulars.precision {
        Precision::Area { metres } => {
            let [company, purpose, moment] = variables;
            let distance = distance(locale, metres);
            let variables = [company, purpose, ("distance", distance.into()), moment];
            say(locale, "reminder-area", &variables)
        }
        Precision::YesNo { .. } => say(locale, "reminder-yes-no", &variables),
    }
}

/// A month in words: `November 2026`.
#[must_use]
pub fn month_words(locale: Locale, year: u32, month: u32) -> String {
    let month = say(locale, "month", &[("month", month.into())]);
    // A year is a name, not a quantity: it has no separators.
    let variables = [("month", month.into()), ("year", year.to_string().into())];
    say(locale, "audit-month", &variables)
}

/// The text that asks a person for an auditor whether they agreed; `month` is in words.
#[must_use]
pub fn audit_question(locale: Locale, company: &str, month: &str, link: &str) -> String {
    let variables = [
        ("company", company.into()),
        ("month", month.into()),
        ("link", link.into()),
    ];
    say(locale, "audit-question", &variables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::coding::Coding;
    use crate::sms::split::split;

    const LINK: &str = "http://127.0.0.1:8080/c/AbCdEfGhIjKlMnOpQrStUv";

    fn roadside() -> Particulars<'static> {
        Particulars {
            locale: Locale::English,
            recipient_name: "Aster Roadside Help",
            relays: &[],
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
            locale: Locale::English,
            recipient_name: "Harbour Bank",
            relays: &[],
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
    fn the_texts_to_the_letter_in_spanish() {
        let spanish = |particulars: Particulars<'static>| Particulars {
            locale: Locale::Spanish,
            ..particulars
        };
        assert_eq!(
            question(&spanish(roadside()), LINK, code(), ReplyRole::Agrees),
            "Aster Roadside Help pregunta dónde está su teléfono: para la ayuda solicitada (TOW-8841), zona de 200 m, \
             2 horas, hasta 12 veces. Lea y responda: http://127.0.0.1:8080/c/AbCdEfGhIjKlMnOpQrStUv o conteste \
             SI 4821 o NO. STOP termina todo. AYUDA para ayuda. Pueden aplicarse tarifas de mensajes y datos."
        );
        assert_eq!(
            agreed(&spanish(bank())),
            "Ha aceptado: Harbour Bank puede preguntar si su teléfono está cerca de un lugar (solo sí o no, no más \
             exacto que 2 km), 1 año, sin límite de veces, hasta 4 por hora. Conteste STOP para terminarlo cuando quiera."
        );
    }

    #[test]
    fn whoever_carries_asks_is_named_before_anybody_agrees() {
        let relays = ["Copper Reach Resale", "Breakwater Hub"].map(|name| Relay {
            party: domain::id::PartyId::from_bytes([1; 16]),
            name: name.to_owned(),
        });
        for (locale, want) in [
            (
                Locale::English,
                "Aster Roadside Help (through Copper Reach Resale, Breakwater Hub) asks",
            ),
            (
                Locale::Spanish,
                "Aster Roadside Help (a través de Copper Reach Resale, Breakwater Hub) pregunta",
            ),
        ] {
            let particulars = Particulars {
                locale,
                relays: &relays,
                ..roadside()
            };
            let text = question(&particulars, LINK, code(), ReplyRole::Agrees);
            assert!(text.starts_with(want), "{text}");
        }
    }

    #[test]
    fn a_page_that_a_partner_opened_wants_its_code_and_has_no_link() {
        for locale in Locale::ALL {
            let particulars = Particulars { locale, ..bank() };
            let text = page_question(&particulars, "204816", None);
            assert!(text.contains(" 204816 ") && !text.contains("http"), "{text}");
            assert!(!text.contains("4821"), "{text}");
            let text = page_question(&particulars, "204816", Some(code()));
            assert!(text.contains(" 204816 ") && text.contains(" 4821, "), "{text}");
        }
    }

    #[test]
    fn the_longest_question_fits() {
        let name = "N".repeat(domain::party::NAME_CHARACTERS_MAX);
        for (locale, coding, parts, usually) in [
            (Locale::English, Coding::Gsm7, 4, 2),
            (Locale::Spanish, Coding::Ucs2, 8, 5),
        ] {
            let widest = Particulars {
                locale,
                recipient_name: &name,
                origin: Origin::Handset,
                count: Some(u32::MAX),
                per_hour: Some(u32::MAX),
                case: "12345678901234567890123456789012",
                ..bank()
            };
            let text = question(&widest, LINK, code(), ReplyRole::Confirms);
            let message = split(&text, 1, &["YES 4821", "SI 4821"]).expect("short enough");
            assert_eq!(message.coding, coding);
            assert!(message.segments.len() <= parts, "{} parts", message.segments.len());
            let text = page_question(&widest, "204816", Some(code()));
            split(&text, 1, &["YES 4821", "SI 4821"]).expect("short enough");
            let relay = Relay {
                party: domain::id::PartyId::from_bytes([1; 16]),
                name: name.clone(),
            };
            let relays = vec![relay; 4];
            let widest = Particulars {
                relays: &relays,
                ..widest
            };
            let text = page_question(&widest, "204816", Some(code()));
            split(&text, 1, &["YES 4821", "SI 4821"]).expect("short enough");
            let usual = Particulars { locale, ..roadside() };
            let usual = question(&usual, LINK, code(), ReplyRole::Agrees);
            let message = split(&usual, 1, &["YES 4821", "SI 4821"]).expect("short enough");
            assert_eq!(message.segments.len(), usually);
        }
    }
}
