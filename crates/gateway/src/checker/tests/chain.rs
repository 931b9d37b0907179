//! Signed asks, relays, homes elsewhere, events and suspensions, as the gateway settles them.

use domain::ask::{Ask, Carried};
use domain::event::{Call, Event, EventKey, EventKind, LineKey};
use domain::geo::grid::GridKey;
use domain::id::{AskId, NoticeId};
use domain::journal::settle::{Change, End, HowClosed, Item, Misuse, Outcome, Recorded, StopTold, Word};
use domain::journal::tree::Hash;
use domain::locate::{Found, Sealed};
use domain::minimise::{Answer, minimise};
use domain::party::{Ending, ReplayKey};
use domain::permission::chain::{Chain, Relay};
use domain::subject::Subject;
use domain::time::{Span, Timestamp};

use super::histories::Dice;
use super::world::*;
use crate::keys::SubjectIndex;

/// The key that answers are sealed to, in all records.
pub(super) const SEAL: Hash = [8; 32];
/// A party that carries what the others ask, for the purpose of `HELP`.
pub(super) const RELAY: u8 = 5;
const LINE: LineKey = LineKey::from_bytes([6; 16]);

/// What the home of a number sealed.
pub(super) fn sealed(recorded: Recorded, now: Timestamp) -> Answer {
    let sealed = Sealed::new(&recorded, "the home".into(), "header..nonce.text.tag".into());
    minimise(recorded, Found::Sealed(sealed), &GridKey::new([5; 32]), now).expect("what the home said")
}

/// A consent's chain: by the relay.
pub(super) fn by_relay() -> Chain {
    Chain {
        relays: vec![Relay {
            party: party(RELAY),
            name: "Lantern Relay".to_owned(),
        }],
        seal: Some(SEAL),
        event: None,
    }
}

/// A chain of any shape.
pub(super) fn bound(dice: &mut Dice) -> Chain {
    let mut chain = by_relay();
    if dice.below(4) == 0 {
        chain.event = Some(TICKET.key());
    }
    if dice.below(4) == 0 {
        chain.relays.clear();
    }
    chain
}

/// An event's name.
#[derive(Clone, Copy)]
pub(super) struct Named(pub(super) &'static str);

pub(super) const TICKET: Named = Named("TOW-1");

impl Named {
    pub(super) fn key(self) -> EventKey {
        SubjectIndex::new([7; 32]).event(self.0)
    }
}

impl World {
    /// The relay is enrolled as well.
    pub(super) fn enrol_relay(&mut self) {
        self.changed(enrol(RELAY));
    }

    /// An ask that its recipient signed.
    pub(super) fn signed_ask(&mut self, of: u8, subject: Subject, carried: Carried) -> Item {
        let name = self.id();
        let ask = Ask::new(
            AskId::from_bytes(name),
            subject,
            party(of),
            purpose(of),
            WHERE,
            self.now(),
        );
        let bearer = carried.relays.last().copied().unwrap_or(party(of));
        let proof = ReplayKey {
            until_minute: 40_000_000,
            hash: name,
        };
        Item::Ask(ask.carried(carried), caller(of).carried_by(bearer, proof, None))
    }

    /// The same, covered.
    pub(super) fn carried(&mut self, of: u8, subject: Subject, carried: Carried) -> Recorded {
        let item = self.signed_ask(of, subject, carried);
        match self.one(item) {
            Outcome::Recorded(recorded) => *recorded,
            other => panic!("expected a covered ask, found {other:?}"),
        }
    }

    /// A ticket of a person, for the asks of `HELP`; `count` asks may rest on it.
    pub(super) fn ticket(&mut self, subject: Subject, count: u32) {
        let event = self.event(TICKET, EventKind::Ticket, count);
        self.changed(open_event(subject, event));
    }

    fn event(&self, named: Named, kind: EventKind, count: u32) -> Event {
        Event {
            key: named.key(),
            kind,
            source: party(BANK),
            recipient: party(HELP),
            until: self.now().after(Span::seconds(600)),
            count,
            used: 0,
            line: (kind == EventKind::Call).then_some(LINE),
        }
    }

    /// The agreement with a party ends in an hour.
    pub(super) fn end_agreement(&mut self, of: u8, keeps: bool) -> Outcome {
        let ending = Ending {
            since: self.now(),
            on: self.now().after(Span::seconds(3600)),
            keeps: keeps.then(|| purpose(of)).into_iter().collect(),
        };
        self.change(Change::EndAgreement {
            party: party(of),
            ending,
        })
    }
}

fn open_event(subject: Subject, event: Event) -> Change {
    Change::OpenEvent {
        subject: subject.key,
        event: Box::new(event),
        proofs: vec![],
    }
}

pub(super) fn end_ticket(subject: Subject) -> Change {
    Change::EndEvent {
        subject: subject.key,
        source: party(BANK),
        event: TICKET.key(),
        proofs: vec![],
    }
}

pub(super) fn relayed() -> Carried {
    Carried {
        signed: true,
        relays: vec![party(RELAY)],
        ..Carried::default()
    }
}

pub(super) fn elsewhere() -> Carried {
    Carried {
        elsewhere: true,
        ..relayed()
    }
}

pub(super) fn suspend_programme(of: u8, suspended: bool) -> Change {
    Change::SuspendProgramme {
        party: party(of),
        purpose: purpose(of),
        suspended,
        why: None,
    }
}

/// A step of a history with chains; what was covered by it.
pub(super) fn step(world: &mut World, dice: &mut Dice, subject: Subject) -> Option<Recorded> {
    let of = [HELP, HELP, HELP, BANK][dice.below(4)];
    let key = subject.key;
    let call = Call {
        key: EventKey::from_bytes([4; 16]),
        line: LINE,
        until: world.now().after(Span::seconds(600)),
        over: false,
    };
    let seldom = dice.below(4) == 0;
    let change = match dice.below(16) {
        0..=5 => {
            let mut carried = if seldom { elsewhere() } else { relayed() };
            carried.event = (dice.below(2) == 0).then(|| TICKET.key());
            let item = world.signed_ask(of, subject, carried);
            return match world.one(item) {
                Outcome::Recorded(recorded) => Some(*recorded),
                _ => None,
            };
        }
        6 | 7 => open_event(subject, world.event(TICKET, EventKind::Ticket, 3)),
        8 => open_event(subject, world.event(Named("call-1"), EventKind::Call, 3)),
        9 => end_ticket(subject),
        10 if seldom => Change::EndCall {
            subject: key,
            call: call.key,
            until: call.until,
        },
        10 => Change::BeginCall { subject: key, call },
        11 => suspend_programme(of, seldom),
        12 => suspend_programme(RELAY, seldom),
        13 => Change::SuspendPerson {
            subject: key,
            suspended: seldom,
        },
        14 if seldom => Change::HearStop(Box::new(StopTold {
            subject: key,
            by: party(RELAY),
            end: if dice.below(2) == 0 { End::Hub } else { End::Home },
            recipient: party(of),
            purpose: purpose(of),
            at: world.now(),
            proofs: Vec::new(),
        })),
        14 => Change::StopPassing {
            subject: key,
            party: party(of),
            purpose: purpose(of),
        },
        _ => {
            if dice.below(2) == 0 {
                world.end_agreement(FLEET, seldom);
            }
            Change::Reply {
                subject: key,
                word: Word::Allow,
            }
        }
    };
    world.change(change);
    None
}

pub(super) fn release(world: &mut World, recorded: Recorded) -> Outcome {
    let answer = world.answer(recorded);
    world.one(Item::Release(answer))
}

#[test]
fn what_is_carried_passed_on_and_tied_to_an_event_holds() {
    let mut world = World::new();
    world.enrol_relay();
    let subject = person(1);
    world.ticket(subject, 2);
    world.agreed(HELP, subject, |terms| {
        terms.chain = by_relay();
        terms.chain.event = Some(TICKET.key());
    });
    for carried in [relayed(), elsewhere()] {
        let recorded = world.carried(HELP, subject, carried);
        let outcome = release(&mut world, recorded);
        assert!(matches!(outcome, Outcome::Released(_)), "{outcome:?}");
    }
    let recorded = world.carried(HELP, subject, relayed());
    world.changed(end_ticket(subject));
    let outcome = release(&mut world, recorded);
    assert!(matches!(outcome, Outcome::Withheld { .. }), "{outcome:?}");
    let item = world.signed_ask(HELP, subject, relayed());
    let outcome = world.one(item);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    let report = world.check();
    assert!(report.is_clean() && report.unchecked == 0, "{:#?}", report.found);
}

#[test]
fn suspensions_and_ends_hold_until_they_are_lifted() {
    let mut world = World::new();
    world.enrol_relay();
    let subject = person(1);
    world.agreed(HELP, subject, |terms| {
        (terms.chain, terms.lasts) = (by_relay(), Span::seconds(7200));
    });
    let suspend_person = |suspended| Change::SuspendPerson {
        subject: person(1).key,
        suspended,
    };
    let pairs = [
        [true, false].map(|suspended| suspend_programme(HELP, suspended)),
        [true, false].map(|suspended| suspend_programme(RELAY, suspended)),
        [true, false].map(suspend_person),
    ];
    for [suspend, lift] in pairs {
        let recorded = world.carried(HELP, subject, relayed());
        world.changed(suspend);
        let outcome = release(&mut world, recorded);
        assert!(matches!(outcome, Outcome::Withheld { .. }), "{outcome:?}");
        let item = world.signed_ask(HELP, subject, relayed());
        let outcome = world.one(item);
        assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
        world.changed(lift);
    }
    // So does a programme that allows less from now on.
    let recorded = world.carried(HELP, subject, relayed());
    world.changed(Change::Reapprove {
        party: party(HELP),
        record: record(HELP).replace("\"sources\"", "\"per_hour_max\":50,\"sources\""),
        replaces: domain::journal::tree::sha256(&[record(HELP).as_bytes()]),
    });
    let outcome = release(&mut world, recorded);
    assert!(matches!(outcome, Outcome::Withheld { .. }), "{outcome:?}");
    world.end_agreement(HELP, false);
    let recorded = world.carried(HELP, subject, relayed());
    let outcome = release(&mut world, recorded);
    assert!(matches!(outcome, Outcome::Released(_)), "{outcome:?}");
    let terms = world.terms(HELP);
    let outcome = world.put(person(2), &terms);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    world.wait(3600);
    let item = world.signed_ask(HELP, subject, relayed());
    let outcome = world.one(item);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    let report = world.check();
    assert!(report.is_clean() && report.unchecked == 0, "{:#?}", report.found);
}

#[test]
fn a_stop_that_another_gateway_told_holds() {
    let mut world = World::new();
    world.enrol_relay();
    let at = world.now();
    let told = |end| {
        Change::HearStop(Box::new(StopTold {
            subject: person(1).key,
            by: party(RELAY),
            end,
            recipient: party(HELP),
            purpose: purpose(HELP),
            at,
            proofs: Vec::new(),
        }))
    };
    let recorded = world.carried(HELP, person(1), elsewhere());
    world.changed(told(End::Home));
    // What the home sealed before it told of it is passed on.
    let outcome = release(&mut world, recorded);
    assert!(matches!(outcome, Outcome::Released(_)), "{outcome:?}");
    let item = world.signed_ask(HELP, person(1), elsewhere());
    let outcome = world.one(item);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    world.agreed(HELP, person(1), |_| {});
    world.agreed(HELP, person(1), |terms| terms.chain = by_relay());
    world.changed(told(End::Hub));
    let item = world.signed_ask(HELP, person(1), relayed());
    let outcome = world.one(item);
    assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
    let report = world.check();
    assert!(report.is_clean() && report.unchecked == 0, "{:#?}", report.found);
}

#[test]
fn a_notice_that_is_taken_away_is_missed() {
    let mut world = World::new();
    let notice = |byte: u8, now: Timestamp| Change::ReceiveNotice {
        notice: Box::new(Misuse {
            id: NoticeId::from_bytes([byte; 16]),
            by: party(BANK),
            about: party(HELP),
            purpose: None,
            kind: "misuse",
            text: "signed".to_owned(),
            document: [byte; 32],
            until: Some(now.after(Span::seconds(3600))),
        }),
        proofs: vec![],
    };
    let now = world.now();
    world.changed(notice(1, now));
    world.changed(notice(2, now));
    world.changed(Change::CloseNotice {
        notice: NoticeId::from_bytes([1; 16]),
        about: (party(HELP), None),
        how: HowClosed::Lapsed,
    });
    let report = world.check();
    assert!(report.is_clean(), "{:#?}", report.found);
    world.sql("DELETE FROM notice WHERE id = x'02020202020202020202020202020202'");
    let rules: Vec<_> = world.check().found.iter().map(|found| found.rule).collect();
    assert_eq!(rules, ["notice-row"]);
}
