//! Rows about the person as a whole, about times, and about lines that are machines.

use super::super::{Case, NOW, case, consent, given, given_from, help, inside, party, withdrawn};
use super::row;
use crate::facts::{Day, Line, Never};
use crate::id::AccountId;
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
    let safety = || case(Purpose::PersonalSafety, Precision::Area { metres: 500 }, inside(5000));
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
        row(
            "personal safety, withdrawn, would end in a millisecond",
            safety().consent(|consent| consent.life = withdrawn(later)),
        ),
        row(
            "personal safety, withdrawn, would have ended",
            safety().consent(|consent| consent.life = withdrawn(NOW)),
        ),
    ]
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
