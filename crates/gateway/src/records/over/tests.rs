use domain::time::Span;

use super::super::count::{Question, count};
use super::super::tests::{DEPOT, End, Office, ROADSIDE, party};
use super::*;
use crate::store::ended::wipe_before;
use crate::store::sqlite::open_writer;

const DAY: u32 = 86_400;

fn short() -> Retention {
    Retention {
        asks_days: 30,
        refusals_days: 60,
        consents_days: 90,
        changes_days: 0,
    }
}

/// Carries one round out, as the job does; how many entries went.
fn round(office: &mut Office, retention: &Retention) -> usize {
    let (mut from, mut gone) = (Some(0), 0);
    while let Some(leaf) = from {
        let now = office.now();
        let found = office
            .data
            .reader
            .read(|store| over(store, retention, now, leaf))
            .expect("looked");
        for change in found.changes {
            if let Change::Erase { entries, .. } = &change {
                gone += entries.len();
            }
            office.change(change);
        }
        from = found.next;
    }
    gone
}

fn figures(office: &Office) -> (u64, usize, u64) {
    let answer = count(&office.book(), &Question::default(), &[]).expect("counted");
    (answer.asks(), answer.people.len(), answer.erased)
}

/// In November one person is asked about twice, and another refused; in December the first once more.
fn office() -> Office {
    let mut office = Office::new();
    office.agree(1, ROADSIDE);
    office.ask(1, ROADSIDE, End::Answered);
    office.ask(1, ROADSIDE, End::Failed);
    office.ask(2, DEPOT, End::Answered);
    office.wait(20 * DAY);
    office.agree(1, ROADSIDE);
    office.ask(1, ROADSIDE, End::Answered);
    office
}

#[test]
fn each_kind_goes_at_its_time_by_whole_months_and_counts_on() {
    let mut office = office();
    assert_eq!(figures(&office), (4, 2, 0));
    assert_eq!(round(&mut office, &short()), 0, "too young");
    // Thirty days after the end of November.
    office.wait(25 * DAY);
    assert_eq!(round(&mut office, &short()), 4, "two asks and their ends");
    assert_eq!(figures(&office), (4, 2, 2));
    assert_eq!(round(&mut office, &short()), 0, "once");
    office.wait(30 * DAY);
    assert_eq!(round(&mut office, &short()), 3, "December's ask, November's refusal");
    office.wait(60 * DAY);
    assert_eq!(round(&mut office, &short()), 4, "both consents, asked and given");
    assert_eq!(figures(&office), (4, 2, 4));
    assert_eq!(
        round(
            &mut office,
            &Retention {
                asks_days: 0,
                refusals_days: 0,
                consents_days: 0,
                changes_days: 0
            }
        ),
        0
    );
}

#[test]
fn a_hold_keeps_what_it_covers() {
    let mut office = office();
    office.wait(400 * DAY);
    let hold = |name: &str, held| Change::PlaceHold {
        name: name.to_owned(),
        held,
        why: "lawsuit".to_owned(),
    };
    let lift = |name: &str| Change::LiftHold { name: name.to_owned() };
    office.change(hold("all", Held::Everything));
    assert_eq!(round(&mut office, &short()), 0);
    office.change(lift("all"));
    office.change(hold("one", Held::Subject(office.subject(1).key)));
    assert_eq!(round(&mut office, &short()), 1, "the refusal of another person's");
    office.change(lift("one"));
    office.change(hold("party", Held::Party(party(ROADSIDE))));
    assert_eq!(round(&mut office, &short()), 0);
    let before = office.now().before(Span::seconds(90 * DAY));
    let mut writer = open_writer(&office.data.store).expect("opens");
    assert_eq!(wipe_before(&mut writer, before).ok(), Some(0), "held");
    office.change(lift("party"));
    assert_eq!(round(&mut office, &short()), 10);
    assert_eq!(wipe_before(&mut writer, before).ok(), Some(2), "words and evidence");
}

#[test]
fn a_consent_that_stands_keeps_its_entries_and_its_words() {
    let mut office = Office::new();
    office.agree(1, ROADSIDE);
    let none = Retention {
        asks_days: 30,
        ..short()
    };
    let now = office.now();
    let store = open_writer(&office.data.store).expect("opens");
    let stands = ended_before(&store, now).expect("read");
    let looked = over(&store, &none, now.after(Span::seconds(10 * DAY)), 0).expect("looked");
    assert!(looked.changes.is_empty() && looked.next.is_none());
    let person = office.book().facts(office.subject(1).key).expect("a person");
    assert!(!stands.has(person.consents[0].id));
    let long_after = now.after(Span::seconds(10 * DAY));
    assert!(
        ended_before(&store, long_after)
            .expect("read")
            .has(person.consents[0].id)
    );
}
