//! Rows about the person as a whole, about times, and about lines that are machines.

use super::super::{
    Case, NOW, case, consent, given, given_from, help, inside, party, place, void, withdrawn, withdrawn_from,
};
use super::row;
use crate::facts::{Day, Line, Never};
use crate::id::AccountId;
use crate::permission::consent::Life;
use crate::permission::evidence::Grade;
use crate::permission::terms::Precision;
use crate::permission::within::Within;
use crate::purpose::Purpose;
use crate::time::{Span, Timestamp};

fn day(from: Timestamp, asks: u32) -> Case {
    help().with(|case| case.person.day = Day { from: Some(from), asks })
}

fn never(never: Never) -> Case {
    help().with(|case| case.person.never = Some(never))
}

pub(super) fn of_the_person() -> Vec<(String, Case)> {
    let later = NOW.after(Span::milliseconds(1));
    vec![
        row(
            "paused this recipient alone",
            help().with(|case| case.person.paused_for.push(party(1))),
        ),
        row(
            "paused another recipient",
            help().with(|case| case.person.paused_for.push(party(9))),
        ),
        row("allows nobody to ask", never(Never::Stands { since: NOW })),
        row(
            "allows again from the next millisecond",
            never(Never::Lifting { since: NOW, at: later }),
        ),
        row("allows again from now", never(Never::Lifting { since: NOW, at: NOW })),
        row("the number changed hands", help().with(|case| case.person.ended = true)),
        row("199 asks within the day, over all parties", day(NOW, 199)),
        row("200 asks within the day, over all parties", day(NOW, 200)),
        row(
            "200 asks within the day before",
            day(NOW.before(Span::seconds(86_400)), 200),
        ),
    ]
}

/// Somebody who watches over a person meets, after the person took it back, what they would have met without that; and at
/// the very end what a phone gives that is off.
pub(super) fn of_personal_safety() -> Vec<(String, Case)> {
    let (before, later) = (NOW.before(Span::seconds(60)), NOW.after(Span::milliseconds(1)));
    type Change = fn(Case) -> Case;
    let meets: [(&str, Change); 8] = [
        ("an ask", |case| case),
        ("an area finer than agreed", |case| {
            case.with(|case| case.question = place(Some(1)))
        }),
        ("a circle smaller than agreed", |case| {
            case.with(|case| case.question = inside(10))
        }),
        ("all asks used", |case| {
            case.consent(|consent| (consent.count, consent.used) = (Some(1), 1))
        }),
        ("too many asks today", |case| {
            case.consent(|consent| consent.recent = vec![NOW; 24])
        }),
        ("200 asks today, over all parties", |case| {
            case.with(|case| {
                case.person.day = Day {
                    from: Some(NOW),
                    asks: 200,
                }
            })
        }),
        ("nobody may ask", |case| {
            case.with(|case| case.person.never = Some(Never::Stands { since: NOW }))
        }),
        ("another question is open", |case| {
            case.with(|case| {
                let mut open = consent(Purpose::PersonalSafety, Precision::Area { metres: 500 });
                open.life = Life::asked(NOW.after(Span::seconds(1)));
                case.consents.push(open);
            })
        }),
    ];
    let lives = [
        ("given", given_from(before, later)),
        ("withdrawn", withdrawn(later)),
        ("void", void(later)),
        ("given, not in force yet", given_from(later, later)),
        ("withdrawn, not in force yet", withdrawn_from(later, later)),
        ("withdrawn, would have ended", withdrawn(NOW)),
    ];
    let safety = || case(Purpose::PersonalSafety, Precision::Area { metres: 500 }, inside(5000));
    let mut rows = Vec::new();
    for (what, change) in meets {
        for (words, life) in lives {
            let case = change(safety().consent(|consent| consent.life = life));
            rows.push((format!("{what}: {words}"), case));
        }
    }
    rows
}

pub(super) fn of_a_schedule() -> Vec<(String, Case)> {
    let window =
        |from: Timestamp, to: Timestamp| help().consent(|consent| consent.within = Some(Within::Window { from, to }));
    let (before, after) = (NOW.before(Span::seconds(1)), NOW.after(Span::seconds(1)));
    // NOW is a Friday, 08:00 in London.
    let weekly = |days: &str, from: &str| {
        let schedule = serde_json::json!({
            "timeZone": "Europe/London",
            "weekly": [{"days": [days], "from": from, "to": "17:00"}],
        });
        help().consent(|consent| consent.within = Within::from_json(&schedule))
    };
    vec![
        row("a window that holds", window(before, after)),
        row(
            "a window that has not begun",
            window(after, after.after(Span::seconds(1))),
        ),
        row("a window that is over", window(before, NOW)),
        row("a shift that holds", weekly("FRI", "08:00")),
        row("a shift that begins in a minute", weekly("FRI", "08:01")),
        row("a shift on another day", weekly("SAT", "08:00")),
    ]
}

pub(super) fn of_a_machine() -> Vec<(String, Case)> {
    let line = Line::Machine {
        account: AccountId::from_bytes([5; 16]),
    };
    let by_account = |case: Case| case.consent(|consent| consent.life = given(Grade::AccountHolder));
    let goods = || case(Purpose::DeliveryOfGoods, Precision::Area { metres: 500 }, inside(5000));
    vec![
        row("goods, the account holder's yes, a machine line", {
            by_account(goods()).with(|case| case.person.line = line)
        }),
        row("goods, the account holder's yes, a personal line", by_account(goods())),
        row("help, the account holder's yes, a machine line", {
            by_account(help()).with(|case| case.person.line = line)
        }),
        row("goods, the driver's own yes, a personal line", {
            goods().consent(|consent| consent.life = given_from(NOW, NOW.after(Span::seconds(1))))
        }),
        row("goods, two yeses, a personal line", {
            by_account(goods()).with(|case| {
                let own = consent(Purpose::DeliveryOfGoods, Precision::Area { metres: 900 });
                case.consents.insert(0, own);
            })
        }),
    ]
}
