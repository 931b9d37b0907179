//! Long random histories, settled as the gateway settles them: the check must agree with every decision.

use domain::facts::Line;
use domain::id::{AccountId, ConsentId};
use domain::journal::entry::Kind;
use domain::journal::settle::{Change, Closing, Item, Outcome, Recorded, Word};
use domain::locate::Failure;
use domain::permission::terms::{Precision, Terms};
use domain::permission::within::Within;
use domain::subject::Subject;
use domain::time::Span;

use super::chain;
use super::world::*;

/// Chance that can be repeated (xorshift).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % most as u64) as usize
    }

    fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

const PEOPLE: usize = 5;

/// What a history has under way.
#[derive(Default)]
struct Under {
    terms: Vec<(Subject, Terms)>,
    recorded: Vec<Recorded>,
}

fn somebody(dice: &mut Dice) -> Subject {
    person(u8::try_from(dice.below(PEOPLE)).expect("small"))
}

fn someone(dice: &mut Dice) -> u8 {
    *dice.pick(&[HELP, HELP, BANK, GUARD, FLEET])
}

/// Terms of every shape, some of them too wide.
fn any_terms(world: &mut World, dice: &mut Dice) -> Terms {
    let of = someone(dice);
    let mut terms = world.terms(of);
    if dice.below(3) == 0 {
        terms.count = *dice.pick(&[None, Some(1), Some(2), Some(30)]);
    }
    terms.per_hour = *dice.pick(&[None, None, Some(1), Some(3)]);
    terms.lasts = Span::seconds(*dice.pick(&[60, 3600, 7200, 86_400, 200_000]));
    if dice.below(4) == 0 {
        let metres = *dice.pick(&[20, 100, 2000, 9000]);
        terms.precision = if dice.below(2) == 0 {
            Precision::Area { metres }
        } else {
            Precision::YesNo { metres }
        };
    }
    let now = world.now();
    let window = |from: u32, to: u32| {
        let (from, to) = (
            now.after(Span::seconds(from)).rfc3339(),
            now.after(Span::seconds(to)).rfc3339(),
        );
        Within::from_json(&serde_json::json!({"from": from, "to": to}))
    };
    let weekly = || {
        Within::from_json(&serde_json::json!({"timeZone": "Europe/Berlin", "weekly": [
            {"days": ["MON", "WED", "FRI", "SUN"], "from": "00:00", "to": "24:00"},
            {"days": ["TUE", "THU"], "from": "08:00", "to": "09:30"},
        ]}))
    };
    if dice.below(4) == 0 {
        terms.chain = chain::bound(dice);
    }
    terms.within = match dice.below(8) {
        0 => window(0, 500),
        1 => window(300, 4000),
        2 => weekly(),
        _ => None,
    };
    terms
}

fn change(world: &mut World, dice: &mut Dice, under: &mut Under) {
    let subject = somebody(dice);
    let key = subject.key;
    let consent = match under.terms.is_empty() {
        true => ConsentId::from_bytes([9; 16]),
        false => dice.pick(&under.terms).1.consent,
    };
    let machine = Line::Machine {
        account: AccountId::from_bytes([6; 16]),
    };
    let of = party(someone(dice));
    let suspended = dice.below(3) == 0;
    let change = match dice.below(14) {
        0 | 1 => Change::Withdraw { subject: key, consent },
        2 => Change::Refuse { subject: key, consent },
        3 => Change::Close {
            subject: key,
            consent,
            why: Closing::Undelivered,
        },
        4 => Change::PauseParty {
            subject: key,
            party: of,
            paused: dice.below(2) == 0,
        },
        5 => Change::SimChanged { subject: key },
        6 => Change::AttestLine {
            subject: key,
            line: *dice.pick(&[machine, Line::Personal]),
        },
        7 | 8 => Change::Suspend {
            party: of,
            suspended,
            why: None,
        },
        9 => Change::EndTenure {
            subject: person(90).key,
            number: [5; 16],
            tenure: 1,
        },
        10 => Change::DropReports {
            source: None,
            why: "late",
            count: 2,
        },
        _ => {
            let words = [
                Word::Pause,
                Word::Resume,
                Word::Resume,
                Word::Stop,
                Word::No,
                Word::Never,
                Word::Allow,
            ];
            let word = dice.pick(&words).clone();
            Change::Reply { subject: key, word }
        }
    };
    world.change(change);
}

/// One step of a history.
fn step(world: &mut World, dice: &mut Dice, under: &mut Under) {
    match dice.below(24) {
        0..=2 => {
            let (subject, terms) = (somebody(dice), any_terms(world, dice));
            world.put(subject, &terms);
            under.terms.push((subject, terms));
        }
        3..=5 if !under.terms.is_empty() => {
            let latest = &under.terms[under.terms.len().saturating_sub(4)..];
            let (subject, terms) = dice.pick(latest).clone();
            match dice.below(3) {
                0 => drop(world.reply_yes(subject, &terms)),
                _ => drop(world.agree(subject, &terms)),
            }
        }
        6..=11 => {
            let asks: Vec<Item> = (0..=dice.below(4))
                .map(|_| {
                    let question = [WHERE, inside(2500), inside(300 + dice.below(9) as u32 * 1000)];
                    let (of, subject) = (someone(dice), somebody(dice));
                    world.ask(of, subject, dice.pick(&question).clone())
                })
                .collect();
            for outcome in world.settle(asks) {
                if let Outcome::Recorded(recorded) = outcome {
                    let recorded = *recorded;
                    under.recorded.push(recorded);
                }
            }
        }
        12..=15 if !under.recorded.is_empty() => {
            let recorded = under.recorded.swap_remove(dice.below(under.recorded.len()));
            let item = match dice.below(5) {
                0 => Item::Fail(recorded, *dice.pick(&[Failure::NoSource, Failure::Timeout])),
                _ => Item::Release(world.answer(recorded)),
            };
            world.one(item);
        }
        16..=18 => {
            let subject = somebody(dice);
            under.recorded.extend(chain::step(world, dice, subject));
        }
        19 => world.wait(*dice.pick(&[1, 10, 60, 700, 4000, 90_000])),
        _ => change(world, dice, under),
    }
}

fn kinds(world: &World) -> std::collections::BTreeSet<String> {
    let store = crate::store::sqlite::open_reader(&world.path()).expect("opens");
    let mut select = store.prepare("SELECT DISTINCT kind FROM entry").expect("a statement");
    let kinds = select.query_map([], |row| row.get(0)).expect("rows");
    kinds.map(|kind| kind.expect("a word")).collect()
}

#[test]
fn the_check_agrees_with_every_decision_of_any_history() {
    let mut seen = std::collections::BTreeSet::new();
    let mut decisions = 0;
    for seed in 1..=16_u64 {
        let (mut world, mut dice, mut under) = (World::new(), Dice(seed * 7919), Under::default());
        world.enrol_relay();
        for number in 0..400 {
            step(&mut world, &mut dice, &mut under);
            if number % 50 == 49 {
                // The gateway stops, asks are left open, and it starts again.
                under.recorded.clear();
                world.restart(patient());
            }
        }
        let report = world.check();
        assert!(report.is_clean(), "seed {seed}: {report}\n{:#?}", report.found);
        assert_eq!(report.unchecked, 0, "seed {seed}");
        decisions += report.decisions;
        seen.extend(kinds(&world));
    }
    assert!(decisions > 2_000, "{decisions}");
    let wanted = [
        Kind::Asked,
        Kind::Refused,
        Kind::Answered,
        Kind::Withheld,
        Kind::Failed,
        Kind::Abandoned,
        Kind::ConsentAsked,
        Kind::ConsentNotAsked,
        Kind::ConsentGiven,
        Kind::ConsentRefused,
        Kind::ConsentWithdrawn,
        Kind::ConsentLapsed,
        Kind::ConsentVoid,
        Kind::PersonPaused,
        Kind::PersonResumed,
        Kind::PersonNever,
        Kind::PersonAllowed,
        Kind::SimChanged,
        Kind::LineAttested,
        Kind::PartySuspended,
        Kind::PartyResumed,
        Kind::PartyEnding,
        Kind::PersonSuspended,
        Kind::PersonReleased,
        Kind::EventOpened,
        Kind::EventEnded,
        Kind::PassingStopped,
    ];
    for kind in wanted {
        assert!(seen.contains(kind.word()), "no history has `{}`: {seen:?}", kind.word());
    }
}

#[test]
fn circles_of_asks_that_were_given_back_stay_known() {
    let mut world = World::new();
    world.agreed(BANK, person(1), |_| ());
    for radius in [2500, 3000, 3500] {
        let recorded = world.recorded(BANK, person(1), inside(radius));
        world.one(Item::Fail(recorded, Failure::NoSource));
    }
    let ask = world.ask(BANK, person(1), inside(4000));
    let outcome = world.one(ask);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    let report = world.check();
    assert!(report.is_clean(), "{:#?}", report.found);
}
