//! What people are told in answer to a text, from the catalogues. Each begins with the name of who speaks.

use domain::journal::settle::Replied;
use domain::permission::terms::{Precision, Terms};
use domain::time::Timestamp;
use wire::sms::split::split;
use wire::sms::words::{Particulars, agreed, refused};
use wire::words::{Locale, Moment, distance, moment, say};

use super::Voice;
use super::sight::{Ask, Ending, Live, OpenQuestion, Sight};

/// How much of an answer to WHO is told, of permissions and of asks: as much as fits into one text.
const WHO_TELLS: [(usize, usize); 6] = [(3, 3), (2, 3), (1, 3), (1, 2), (1, 1), (1, 0)];

/// The one answer to what a text did, with the company's name where the terms are at hand.
pub(super) fn confirmation(voice: &Voice, locale: Locale, replied: Replied, terms: Option<&Terms>) -> String {
    let id = match (replied, terms) {
        (Replied::Given(_), Some(terms)) => return spoken(voice, &agreed(&Particulars::from(terms))),
        (Replied::Given(_), None) => "agreed-unnamed",
        (Replied::Refused(_), Some(terms)) => return spoken(voice, &refused(locale, &terms.recipient_name)),
        (Replied::Refused(_), None) => "refused-unnamed",
        // True whether something ended now or nothing was left to end: a STOP that comes twice is answered alike.
        (Replied::Stopped(_), _) => "stopped",
        (Replied::Ambiguous, _) => "ambiguous-unnamed",
        (Replied::NothingOpen, _) => "not-open",
        (Replied::WrongCode, _) => "wrong-code",
        (Replied::LinkNeeded(_), _) => "link-needed",
        (Replied::Paused, _) => "paused",
        (Replied::Resumed, _) => "resumed",
        (Replied::Never, _) => "never",
        (Replied::Lifting(at), _) => {
            let at = moment_words(voice, locale, at);
            return spoken(voice, &say(locale, "lifting", &[("moment", at.into())]));
        }
        (Replied::NothingForbidden, _) => "nothing-forbidden",
    };
    spoken(voice, &say(locale, id, &[]))
}

/// The text that confirms what a person agreed to on the page.
#[must_use]
pub fn agreed_by_link(operator: &str, terms: &Terms) -> String {
    spoken_by(operator, &agreed(&Particulars::from(terms)))
}

/// Several questions are open: which companies ask, and what to reply to each.
pub(super) fn ambiguous(voice: &Voice, locale: Locale, open: &[OpenQuestion]) -> String {
    if open.is_empty() {
        return spoken(voice, &say(locale, "ambiguous-unnamed", &[]));
    }
    spoken(
        voice,
        &say(locale, "ambiguous", &[("questions", listed(locale, open).into())]),
    )
}

/// Something like yes came without a code: which company asks, and what to reply.
pub(super) fn code_missing(voice: &Voice, locale: Locale, open: &[OpenQuestion]) -> String {
    match open {
        [] => spoken(voice, &say(locale, "not-open", &[])),
        [_] => spoken(
            voice,
            &say(locale, "code-missing", &[("questions", listed(locale, open).into())]),
        ),
        _ => ambiguous(voice, locale, open),
    }
}

fn listed(locale: Locale, open: &[OpenQuestion]) -> String {
    let lines = open.iter().map(|question| {
        let id = if question.by_reply {
            "open-question"
        } else {
            "open-page-question"
        };
        let variables = [
            ("company", (&question.company).into()),
            ("code", question.code.to_string().into()),
        ];
        say(locale, id, &variables)
    });
    lines.collect::<Vec<_>>().join(" ")
}

/// The answer to WHO: who can see the person now, and the last asks with what became of each.
pub(super) fn who(voice: &Voice, locale: Locale, sight: &Sight) -> String {
    let mut tellings = WHO_TELLS
        .iter()
        .map(|(live, asks)| spoken(voice, &told(voice, locale, sight, (*live, *asks))));
    let fitting = tellings.find(|words| split(words, 0, &[]).is_ok());
    fitting.unwrap_or_else(|| spoken(voice, &first_line(locale, sight)))
}

fn told(voice: &Voice, locale: Locale, sight: &Sight, (live, asks): (usize, usize)) -> String {
    let mut parts = vec![first_line(locale, sight)];
    parts.extend(sight.live.iter().take(live).map(|live| live_words(voice, locale, live)));
    let more = sight.live.len().saturating_sub(live);
    if more > 0 {
        let count = u32::try_from(more).unwrap_or(u32::MAX);
        parts.push(say(locale, "who-more", &[("count", count.into())]));
    }
    if sight.asks.is_empty() {
        parts.push(say(locale, "who-never-asked", &[]));
    } else if asks > 0 {
        let asks: Vec<String> = sight
            .asks
            .iter()
            .take(asks)
            .map(|ask| ask_words(voice, locale, ask))
            .collect();
        parts.push(say(locale, "who-asked", &[("asks", asks.join("; ").into())]));
    }
    parts.retain(|part| !part.is_empty());
    parts.join(" ")
}

/// What holds for everybody; nothing where the permissions speak for themselves.
fn first_line(locale: Locale, sight: &Sight) -> String {
    if sight.never {
        say(locale, "who-never", &[])
    } else if sight.live.is_empty() {
        say(locale, "who-nobody", &[])
    } else if sight.paused {
        say(locale, "who-paused", &[])
    } else {
        String::new()
    }
}

fn live_words(voice: &Voice, locale: Locale, live: &Live) -> String {
    let company = ("company", (&live.company).into());
    let until = ("moment", moment_words(voice, locale, live.until).into());
    match live.precision {
        Precision::Area { metres } => {
            let distance = ("distance", distance(locale, metres).into());
            say(locale, "who-area", &[company, distance, until])
        }
        Precision::YesNo { .. } => say(locale, "who-yes-no", &[company, until]),
    }
}

fn ask_words(voice: &Voice, locale: Locale, ask: &Ask) -> String {
    let ending = match ask.ending {
        Ending::Answered => "ending-answered",
        Ending::Refused => "ending-refused",
        Ending::Withheld => "ending-withheld",
        Ending::NoPosition => "ending-failed",
        Ending::UnderWay => "ending-open",
    };
    let company = ask.company.clone().unwrap_or_else(|| say(locale, "who-unnamed", &[]));
    let variables = [
        ("company", company.into()),
        ("moment", moment_words(voice, locale, ask.at).into()),
        ("outcome", say(locale, ending, &[]).into()),
    ];
    say(locale, "who-ask", &variables)
}

/// A point in time on the clock of the people here.
pub(super) fn moment_words(voice: &Voice, locale: Locale, at: Timestamp) -> String {
    let Ok(instant) = jiff::Timestamp::from_millisecond(at.unix_ms()) else {
        return at.rfc3339();
    };
    let local = instant.to_zoned(voice.zone.clone());
    let small = |value: i8| u8::try_from(value).unwrap_or_default();
    let on_the_clock = Moment {
        year: local.year(),
        month: small(local.month()),
        day: small(local.day()),
        hour: small(local.hour()),
        minute: small(local.minute()),
        zone: &local.strftime("%Z").to_string(),
    };
    moment(locale, &on_the_clock)
}

/// The answer to HELP, which is given to everybody.
pub(super) fn help(voice: &Voice, locale: Locale) -> String {
    let mut words = vec![say(locale, "help", &[]), say(locale, "help-words", &[])];
    if !voice.help.is_empty() {
        words.push(say(locale, "help-more", &[("help", (&voice.help).into())]));
    }
    spoken(voice, &words.join(" "))
}

/// The answer to a text that is none of the words.
pub(super) fn unclear(voice: &Voice, locale: Locale) -> String {
    spoken(voice, &say(locale, "unclear", &[]))
}

fn spoken(voice: &Voice, words: &str) -> String {
    spoken_by(&voice.name, words)
}

fn spoken_by(name: &str, words: &str) -> String {
    if name.is_empty() {
        words.to_owned()
    } else {
        format!("{name}: {words}")
    }
}

#[cfg(test)]
mod tests {
    use domain::id::ConsentId;
    use wire::sms::split::split;

    use super::*;

    fn voice() -> Voice {
        Voice {
            name: "Aster Wayleave".to_owned(),
            help: "help@example.com".to_owned(),
            locale: Locale::English,
            zone: jiff::tz::TimeZone::UTC,
        }
    }

    #[test]
    fn every_answer_is_its_own_and_short() {
        let consent: ConsentId = ConsentId::new(domain::time::Timestamp::from_unix_ms(0), [0; 10]);
        let mut all: Vec<String> = [
            Replied::Given(consent),
            Replied::Refused(consent),
            Replied::Stopped(2),
            Replied::Ambiguous,
            Replied::NothingOpen,
            Replied::WrongCode,
            Replied::LinkNeeded(consent),
            Replied::Paused,
            Replied::Resumed,
            Replied::Never,
            Replied::Lifting(domain::time::Timestamp::from_unix_ms(0)),
            Replied::NothingForbidden,
        ]
        .map(|replied| confirmation(&voice(), Locale::English, replied, None))
        .to_vec();
        all.extend([help(&voice(), Locale::English), unclear(&voice(), Locale::English)]);
        for words in &all {
            let message = split(words, 1, &[]).expect("short enough");
            assert_eq!(message.coding.data_coding(), 0, "{words}");
            // HELP names every word there is.
            let most = if words.contains("WHO") { 3 } else { 2 };
            assert!(message.segments.len() <= most, "{words}");
            assert!(words.starts_with("Aster Wayleave: "), "{words}");
        }
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 14);
        let stopped = |ended| confirmation(&voice(), Locale::English, Replied::Stopped(ended), None);
        assert_eq!(stopped(0), stopped(2));
    }

    fn open(company: &str, code: &str, by_reply: bool) -> OpenQuestion {
        OpenQuestion {
            consent: ConsentId::from_bytes([1; 16]),
            company: company.to_owned(),
            code: wire::sms::Code::parse(code).expect("four digits"),
            by_reply,
            locale: Locale::English,
        }
    }

    #[test]
    fn an_undecided_reply_is_told_what_to_send() {
        let both = [
            open("Aster Roadside Help", "4821", true),
            open("Harbour Bank", "0007", false),
        ];
        assert_eq!(
            ambiguous(&voice(), Locale::English, &both),
            "Aster Wayleave: You have more than one question, so nothing has changed. Aster Roadside Help: reply YES 4821 \
             or NO 4821. Harbour Bank: answer on the page you opened, or reply NO 0007. STOP ends all."
        );
        assert_eq!(
            code_missing(&voice(), Locale::English, &both),
            ambiguous(&voice(), Locale::English, &both)
        );
        assert_eq!(
            code_missing(&voice(), Locale::Spanish, &both[..1]),
            "Aster Wayleave: Aún no ha cambiado nada. Aster Roadside Help: conteste SI 4821 o NO 4821. STOP termina todo."
        );
        let none = code_missing(&voice(), Locale::English, &[]);
        assert!(none.contains("not open any more"), "{none}");
    }

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_unix_seconds(1_795_357_800 + hours * 3600)
    }

    fn sight() -> Sight {
        Sight {
            paused: false,
            never: false,
            live: vec![
                Live {
                    company: "Aster Roadside Help".to_owned(),
                    precision: Precision::Area { metres: 200 },
                    until: at(2),
                },
                Live {
                    company: "Harbour Bank".to_owned(),
                    precision: Precision::YesNo { metres: 2000 },
                    until: at(24),
                },
            ],
            asks: vec![
                Ask {
                    company: Some("Harbour Bank".to_owned()),
                    at: at(0),
                    ending: Ending::Answered,
                },
                Ask {
                    company: None,
                    at: at(-3),
                    ending: Ending::Refused,
                },
            ],
        }
    }

    #[test]
    fn who_tells_who_can_see_and_who_asked() {
        assert_eq!(
            who(&voice(), Locale::English, &sight()),
            "Aster Wayleave: Aster Roadside Help can ask where your phone is (area of 200 m) until 22 November 2026, \
             16:30 UTC. Harbour Bank can ask if your phone is near a place until 23 November 2026, 14:30 UTC. \
             Last: Harbour Bank, 22 November 2026, 14:30 UTC, answered; a company, 22 November 2026, 11:30 UTC, refused."
        );
        assert_eq!(
            who(&voice(), Locale::Spanish, &Sight::default()),
            "Aster Wayleave: Nadie puede ver dónde está su teléfono. Nadie ha preguntado todavía."
        );
        let paused = Sight {
            paused: true,
            ..sight()
        };
        let words = who(&voice(), Locale::English, &paused);
        assert!(words.contains("You paused: nobody is told"), "{words}");
    }

    #[test]
    fn whoever_is_seen_by_many_is_told_as_much_as_fits() {
        let mut many = sight();
        many.live = vec![many.live[0].clone(); 16];
        many.live.iter_mut().for_each(|live| live.company = "N".repeat(60));
        many.asks = vec![many.asks[0].clone(); 3];
        many.asks.iter_mut().for_each(|ask| ask.company = Some("N".repeat(60)));
        let english = who(&voice(), Locale::English, &many);
        assert!(english.contains("13 more companies can ask."), "{english}");
        let spanish = who(&voice(), Locale::Spanish, &many);
        assert!(spanish.contains("empresas más pueden preguntar."), "{spanish}");
        for words in [english, spanish] {
            split(&words, 1, &[]).expect("it fits");
        }
    }

    #[test]
    fn times_are_those_of_the_people_here() {
        let there = Voice {
            zone: jiff::tz::TimeZone::get("Europe/Madrid").expect("a zone"),
            ..voice()
        };
        assert_eq!(
            moment_words(&there, Locale::Spanish, at(0)),
            "22 de noviembre de 2026, 15:30 CET"
        );
    }
}
