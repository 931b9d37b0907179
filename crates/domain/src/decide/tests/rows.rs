//! The rows of the table.

mod chain;
mod person;

use super::{
    Case, FRAUD, HELP, NOW, case, circle, consent, fraud, given, given_from, help, id, inside, party, place, void,
    withdrawn,
};
use crate::ask::Question;
use crate::permission::consent::{Consent, Life};
use crate::permission::evidence::Grade;
use crate::permission::probe::Probe;
use crate::permission::terms::Precision;
use crate::policy::World;
use crate::purpose::Purpose;
use crate::time::{Span, Timestamp};

pub(super) type Rows = Vec<(&'static str, Vec<(String, Case)>)>;

fn row(words: &str, case: Case) -> (String, Case) {
    (words.to_owned(), case)
}

fn of_the_caller() -> Vec<(String, Case)> {
    vec![
        row("all is well", help()),
        row(
            "asks in another party's name",
            help().with(|case| case.asks_for_itself = false),
        ),
        row(
            "its token is for another purpose",
            help().with(|case| case.token_purpose = FRAUD),
        ),
        row("its proof was used before", help().with(|case| case.proof_used = true)),
        row("is not enrolled", help().with(|case| case.standing = None)),
        row(
            "is suspended",
            help().with(|case| case.standing.iter_mut().for_each(|it| it.suspended = true)),
        ),
        row(
            "is approved for nothing",
            help().with(|case| case.standing.iter_mut().for_each(|it| it.programmes.clear())),
        ),
        row(
            "is suspended, and nobody agreed",
            help().with(|case| {
                case.standing.iter_mut().for_each(|it| it.suspended = true);
                case.consents.clear();
            }),
        ),
    ]
}

fn of_the_number() -> Vec<(String, Case)> {
    // Put together, so that no number that may be somebody's stands in the source.
    let ordinary = ["+1", "2025551234"].concat();
    let mut rows = Vec::new();
    for (name, world) in [("sandbox", World::Sandbox), ("live", World::Live)] {
        for (kind, number) in [("reserved", "+12025550123".to_owned()), ("ordinary", ordinary.clone())] {
            let words = format!("{name}, {kind} number");
            rows.push((words, help().with(|case| (case.world, case.number) = (world, number))));
        }
    }
    rows
}

fn of_the_purpose() -> Vec<(String, Case)> {
    Purpose::ALL
        .map(|purpose| {
            let precision = if purpose == FRAUD {
                Precision::YesNo { metres: 2000 }
            } else {
                Precision::Area { metres: 5000 }
            };
            (format!("{purpose}, agreed to"), case(purpose, precision, inside(5000)))
        })
        .into()
}

fn of_the_consent() -> Vec<(String, Case)> {
    let (before, after) = (NOW.before(Span::seconds(1)), NOW.after(Span::milliseconds(1)));
    let asked = Life::asked;
    let until = |until| given_from(before, until);
    let lives = [
        ("question open", asked(after)),
        ("question lapsed by the clock", asked(NOW)),
        ("given, ends in a millisecond", until(after)),
        ("given, ended this millisecond", until(NOW)),
        ("said no", Life::Refused { at: before }),
        ("lapsed", Life::Lapsed { at: before }),
        ("withdrawn", withdrawn(after)),
        ("expired", Life::Expired { at: before }),
        ("void since the number changed hands", void(after)),
        ("given, in force from the next millisecond", given_from(after, after)),
    ];
    let mut rows = vec![row("nothing was ever asked", help().with(|case| case.consents.clear()))];
    for (words, life) in lives {
        rows.push(row(words, help().consent(|consent| consent.life = life)));
    }
    rows.push(row(
        "given to another recipient",
        help().consent(|consent| consent.recipient = party(9)),
    ));
    rows.push(row(
        "given for another purpose",
        help().consent(|consent| consent.purpose = FRAUD),
    ));
    for (words, life) in lives {
        let older = consent(HELP, Precision::Area { metres: 500 });
        let case = help().consent(|consent| consent.life = life);
        rows.push((
            format!("{words}; an older one of 500 m is given"),
            case.with(|case| case.consents.insert(0, older)),
        ));
    }
    rows
}

fn of_a_pause() -> Vec<(String, Case)> {
    let paused = |case: Case| case.with(|case| case.person.paused = true);
    vec![
        row("paused, roadside help agreed to", paused(help())),
        row("paused, card check agreed to", paused(fraud())),
        row(
            "paused, nothing was ever asked",
            paused(help()).with(|case| case.consents.clear()),
        ),
        row(
            "paused, withdrawn",
            paused(help()).consent(|consent| consent.life = withdrawn(NOW)),
        ),
        row(
            "paused, all 12 asks used",
            paused(help()).consent(|consent| consent.used = 12),
        ),
        row(
            "paused, an area finer than allowed",
            paused(help()).with(|case| case.question = place(Some(1))),
        ),
    ]
}

fn of_the_evidence() -> Vec<(String, Case)> {
    let mut rows = Vec::new();
    for (words, make) in [("roadside help", help as fn() -> Case), ("card check", fraud)] {
        for grade in [Grade::SmsReply, Grade::HandsetLink] {
            rows.push((
                format!("{words}, evidence {}", grade.word()),
                make().consent(|consent| consent.life = given(grade)),
            ));
        }
    }
    rows
}

fn of_the_question() -> Vec<(String, Case)> {
    let surface = |metres: f64| (std::f64::consts::PI * metres * metres) as u32;
    let area = |metres| move |consent: &mut Consent| consent.precision = Precision::Area { metres };
    let yes_no = |metres| move |consent: &mut Consent| consent.precision = Precision::YesNo { metres };
    let asks = |question: Question| help().with(|case| case.question = question);
    vec![
        row("help, 200 m agreed: where?", help()),
        row(
            "help, 200 m agreed: where, in an area as large?",
            asks(place(Some(surface(200.0) + 1))),
        ),
        row(
            "help, 200 m agreed: where, in a smaller area?",
            asks(place(Some(surface(200.0)))),
        ),
        row(
            "help, 200 m agreed: where, in an area of nothing?",
            asks(place(Some(0))),
        ),
        row("help, 200 m agreed: inside a circle of 200 m?", asks(inside(200))),
        row("help, 200 m agreed: inside a circle of 199 m?", asks(inside(199))),
        row("help, 10 m agreed, policy 50 m: where?", help().consent(area(10))),
        row("help, yes/no on 200 m agreed: where?", help().consent(yes_no(200))),
        row(
            "help, yes/no on 200 m agreed: inside 200 m?",
            asks(inside(200)).consent(yes_no(200)),
        ),
        row(
            "card, yes/no on 2 km agreed: where?",
            fraud().with(|case| case.question = place(None)),
        ),
        row("card, yes/no on 2 km agreed: inside 2 km?", fraud()),
        row(
            "card, yes/no on 2 km agreed: inside 1,999 m?",
            fraud().with(|case| case.question = inside(1999)),
        ),
        row(
            "card, area of 200 m agreed: where?",
            fraud().consent(area(200)).with(|case| case.question = place(None)),
        ),
        row(
            "card, area of 200 m agreed: inside 200 m?",
            fraud().consent(area(200)).with(|case| case.question = inside(200)),
        ),
        row("card, area of 200 m agreed: inside 2 km?", fraud().consent(area(200))),
        row(
            "card, yes/no on 9 km agreed: inside 2 km?",
            fraud().consent(yes_no(9000)),
        ),
    ]
}

fn of_the_counts() -> Vec<(String, Case)> {
    let ago = |seconds: u32| NOW.before(Span::seconds(seconds));
    let used =
        |used, recent: Vec<Timestamp>| move |consent: &mut Consent| (consent.used, consent.recent) = (used, recent);
    let hourly =
        |recent: Vec<Timestamp>| move |consent: &mut Consent| (consent.per_hour, consent.recent) = (Some(2), recent);
    let endless = |recent: Vec<Timestamp>| {
        move |consent: &mut Consent| (consent.count, consent.used, consent.recent) = (None, 1000, recent)
    };
    let probes = |radii: &[u32], seconds| {
        let probes = radii
            .iter()
            .map(|radius| Probe::new(id(), 2000, &circle(*radius), ago(seconds)));
        probes.collect::<Vec<_>>()
    };
    let probed = |radii: &[u32], seconds| {
        let probes = probes(radii, seconds);
        fraud().consent(|consent| consent.probes = probes)
    };
    vec![
        row("12 asks agreed, 11 used", help().consent(used(11, vec![]))),
        row("12 asks agreed, 12 used", help().consent(used(12, vec![]))),
        row("once agreed, unused", help().consent(|consent| consent.count = Some(1))),
        row(
            "once agreed, used",
            help().consent(|consent| (consent.count, consent.used) = (Some(1), 1)),
        ),
        row(
            "2 an hour agreed, 1 within the hour",
            help().consent(hourly(vec![ago(7200), ago(3600), ago(3599)])),
        ),
        row(
            "2 an hour agreed, 2 within the hour",
            help().consent(hourly(vec![ago(3599), ago(0)])),
        ),
        row(
            "card, any count agreed, 19 within the day",
            fraud().consent(endless(vec![ago(86_399); 19])),
        ),
        row(
            "card, any count agreed, 20 within the day",
            fraud().consent(endless(vec![ago(86_399); 20])),
        ),
        row(
            "card, any count agreed, 20 a day ago",
            fraud().consent(endless(vec![ago(86_400); 20])),
        ),
        row("card, 2 other radii round the place today", probed(&[9000, 7000], 60)),
        row(
            "card, 3 other radii round the place today",
            probed(&[9000, 7000, 5000], 60),
        ),
        row(
            "card, 3 radii round the place today, this one of them",
            probed(&[9000, 7000, 2000], 60),
        ),
        row(
            "card, 3 other radii round the place a day ago",
            probed(&[9000, 7000, 5000], 86_400),
        ),
    ]
}

pub(super) fn rows() -> Rows {
    vec![
        ("The caller", of_the_caller()),
        ("The number", of_the_number()),
        ("The purpose", of_the_purpose()),
        ("The consent", of_the_consent()),
        ("A pause", of_a_pause()),
        ("The person", person::of_the_person()),
        ("Personal safety", person::of_personal_safety()),
        ("A schedule", person::of_a_schedule()),
        ("A machine line", person::of_a_machine()),
        ("The evidence", of_the_evidence()),
        ("The question", of_the_question()),
        ("The counts", of_the_counts()),
        ("A programme", chain::of_the_programme()),
        ("A signed ask, through one relay", chain::of_a_signed_ask()),
        ("A number whose home is elsewhere", chain::of_a_number_elsewhere()),
        ("A call from prison", chain::of_a_call()),
    ]
}
