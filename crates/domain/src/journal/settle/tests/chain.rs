//! Programmes, events, calls, notices, endings and signed asks, as they pass through the journal.

use super::world::*;
use crate::ask::{Ask, Carried};
use crate::event::{Call, Event, EventKey, EventKind, LineKey};
use crate::id::{AskId, NoticeId, PartyId};
use crate::journal::entry::Kind;
use crate::journal::settle::{Change, HowClosed, Item, Misuse, Notice, Outcome, Recorded};
use crate::locate::{Found, Sealed};
use crate::minimise::minimise;
use crate::party::{Ending, ReplayKey};
use crate::permission::chain::{Chain, Relay};
use crate::permission::terms::Terms;
use crate::purpose::Purpose;
use crate::subject::Subject;
use crate::time::Span;

pub(super) const FACILITY: LineKey = LineKey::from_bytes([6; 16]);
pub(super) const HELP: Purpose = Purpose::RequestedServiceProvision;

pub(super) fn proof(byte: u8) -> ReplayKey {
    ReplayKey {
        until_minute: 40_000_000,
        hash: [byte; 16],
    }
}

/// The key of an event, where no gateway makes one: the name itself, cut or filled.
pub(super) fn key(name: &str) -> EventKey {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(name.bytes()).for_each(|(to, from)| *to = from);
    EventKey::from_bytes(bytes)
}

pub(super) fn event(world: &World, name: &str, kind: EventKind) -> Event {
    Event {
        key: key(name),
        kind,
        source: party(BANK),
        recipient: party(ROADSIDE),
        until: world.now().after(Span::seconds(600)),
        count: 2,
        used: 0,
        line: (kind == EventKind::Call).then_some(FACILITY),
    }
}

pub(super) fn open(subject: Subject, event: Event, proofs: Vec<ReplayKey>) -> Item {
    Item::Change(Change::OpenEvent {
        subject: subject.key,
        event: Box::new(event),
        proofs,
    })
}

fn notice(world: &World, byte: u8, purpose: Option<Purpose>) -> Misuse {
    Misuse {
        id: NoticeId::from_bytes([byte; 16]),
        by: party(BANK),
        about: party(ROADSIDE),
        purpose,
        kind: "misuse",
        text: "signed".to_owned(),
        document: [byte; 32],
        until: Some(world.now().after(Span::seconds(3600))),
    }
}

fn receive(notice: Misuse) -> Item {
    Item::Change(Change::ReceiveNotice {
        notice: Box::new(notice),
        proofs: vec![],
    })
}

fn close(byte: u8, purpose: Option<Purpose>, how: HowClosed) -> Item {
    Item::Change(Change::CloseNotice {
        notice: NoticeId::from_bytes([byte; 16]),
        about: (party(ROADSIDE), purpose),
        how,
    })
}

/// Every kind of entry that this file is about, for the history that holds them all.
pub(super) fn every_change_of_a_chain(world: &mut World) {
    let subject = person(8);
    let call = Call {
        key: key("switch-1"),
        line: FACILITY,
        until: world.now().after(Span::seconds(600)),
        over: false,
    };
    let ticket = event(world, "TOW-1", EventKind::Ticket);
    changed(world.one(open(subject, ticket.clone(), vec![proof(1)])));
    for change in [
        Change::BeginCall {
            subject: subject.key,
            call,
        },
        Change::EndCall {
            subject: subject.key,
            call: call.key,
            until: call.until,
        },
        Change::EndEvent {
            subject: subject.key,
            source: party(BANK),
            event: ticket.key,
            proofs: vec![proof(2)],
        },
        Change::StopPassing {
            subject: subject.key,
            party: party(ROADSIDE),
            purpose: HELP,
        },
        Change::SuspendPerson {
            subject: subject.key,
            suspended: true,
        },
        Change::SuspendPerson {
            subject: subject.key,
            suspended: false,
        },
        Change::Reapprove {
            party: party(ROADSIDE),
            record: format!("{{\"purposes\":[\"{HELP}\"]}}"),
            replaces: [0; 32],
        },
        Change::AttestDeletion {
            party: party(BANK),
            until: world.now(),
            statement: [1; 32],
            proofs: vec![proof(3)],
        },
        Change::Notice(Box::new(Notice::CredentialMisused {
            owner: party(BANK),
            bearer: None,
            what: "token",
        })),
    ] {
        changed(world.one(Item::Change(change)));
    }
    let [who, because] = ["Officer".to_owned(), "nothing in it".to_owned()];
    changed(world.one(receive(notice(world, 1, None))));
    changed(world.one(close(1, None, HowClosed::Dismissed { who, because })));
    let ending = Ending {
        since: world.now(),
        on: world.now().after(Span::seconds(86_400)),
        keeps: vec![HELP],
    };
    changed(world.one(Item::Change(Change::EndAgreement {
        party: party(ROADSIDE),
        ending,
    })));
}

/// A party that may carry asks, and the key of the roadside's answers.
pub(super) fn with_relay(world: &mut World) -> PartyId {
    let relay = party(9);
    let enrol = |of: PartyId, record: String| Change::Enrol {
        party: of,
        client: format!("client-{}", of.to_bytes()[0]),
        record,
        programmes: vec![],
        seal: None,
    };
    let record = format!("{{\"purposes\":[\"{HELP}\"]}}");
    changed(world.one(Item::Change(enrol(relay, record))));
    let seal = crate::journal::entry::hex(&[8; 32]);
    let record = format!("{{\"purposes\":[\"{HELP}\"],\"sealing\":[{{\"thumbprint\":\"{seal}\",\"from_ms\":0}}]}}");
    changed(world.one(Item::Change(Change::Reapprove {
        party: party(ROADSIDE),
        record,
        replaces: [0; 32],
    })));
    relay
}

pub(super) fn through(relay: PartyId) -> impl Fn(&mut Terms) {
    move |terms| {
        terms.chain = Chain {
            relays: vec![Relay {
                party: relay,
                name: "Lantern Relay".to_owned(),
            }],
            seal: Some([8; 32]),
            event: None,
        };
    }
}

pub(super) fn signed_ask(world: &mut World, relay: PartyId, subject: Subject, name: u8, elsewhere: bool) -> Item {
    let id = AskId::from_bytes([name; 16]);
    let ask = Ask::new(id, subject, party(ROADSIDE), HELP, WHERE, world.now()).carried(Carried {
        signed: true,
        relays: vec![relay],
        elsewhere,
        ..Carried::default()
    });
    Item::Ask(ask, caller(ROADSIDE, None).carried_by(relay, proof(name), None))
}

#[test]
fn a_signed_ask_is_carried_once_and_its_relays_are_written_down() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    world.agreed(ROADSIDE, person(1), through(relay));
    let ask = signed_ask(&mut world, relay, person(1), 1, false);
    let granted = recorded(world.one(ask));
    assert_eq!(granted.grant().seal, Some([8; 32]));
    let again = signed_ask(&mut world, relay, person(1), 1, false);
    assert_eq!(word(&world.one(again)), "replayed");
    let content = world.store.content();
    let text = &content.entries[usize::try_from(granted.leaf()).expect("small")]
        .party
        .text;
    assert!(text.contains(&format!("\"relays\":[\"{relay}\"]")), "{text}");
}

#[test]
fn suspending_a_relay_or_a_programme_holds_back_what_is_in_flight() {
    for (name, change) in [
        (
            2,
            Change::Suspend {
                party: party(9),
                suspended: true,
                why: None,
            },
        ),
        (
            3,
            Change::SuspendProgramme {
                party: party(ROADSIDE),
                purpose: HELP,
                suspended: true,
                why: None,
            },
        ),
        (
            4,
            Change::SuspendPerson {
                subject: person(1).key,
                suspended: true,
            },
        ),
    ] {
        let mut world = World::new();
        let relay = with_relay(&mut world);
        world.agreed(ROADSIDE, person(1), through(relay));
        let ask = signed_ask(&mut world, relay, person(1), name, false);
        let granted = recorded(world.one(ask));
        let answer = world.answer(granted);
        let want = match change {
            Change::Suspend { .. } => "relay-suspended",
            Change::SuspendProgramme { .. } => "programme-suspended",
            _ => "person-suspended",
        };
        changed(world.one(Item::Change(change)));
        assert_eq!(word(&world.one(Item::Release(answer))), want);
        let next = signed_ask(&mut world, relay, person(1), name + 10, false);
        assert_eq!(word(&world.one(next)), want);
    }
}

pub(super) fn passed_on(recorded: Recorded) -> Item {
    let sealed = Sealed::new(&recorded, "the home".into(), "header..nonce.text.tag".into());
    let answer = minimise(recorded, Found::Sealed(sealed), &grid(), START);
    Item::Release(answer.expect("what the home said"))
}

#[test]
fn a_position_is_never_taken_for_what_a_home_sealed_nor_the_other_way_round() {
    let mut world = World::new();
    let relay = with_relay(&mut world);
    world.agreed(ROADSIDE, person(1), through(relay));
    let ask = signed_ask(&mut world, relay, person(1), 1, false);
    let here = recorded(world.one(ask));
    let sealed = Found::Sealed(Sealed::new(&here, "the home".into(), "x".into()));
    assert!(minimise(here, sealed, &grid(), START).is_err());
    let ask = signed_ask(&mut world, relay, person(1), 2, true);
    let elsewhere = recorded(world.one(ask));
    let fix = world.found(&elsewhere);
    assert!(minimise(elsewhere, fix, &grid(), START).is_err());
}

#[test]
fn a_notice_that_nobody_acts_on_suspends_the_programme_and_is_closed_once() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |_| ());
    for (byte, how, want) in [
        (
            1,
            HowClosed::Dismissed {
                who: "Officer".to_owned(),
                because: "nothing in it".to_owned(),
            },
            "recorded",
        ),
        (3, HowClosed::Lapsed, "recorded"),
        (2, HowClosed::Overdue, "programme-suspended"),
    ] {
        changed(world.one(receive(notice(&world, byte, Some(HELP)))));
        changed(world.one(close(byte, Some(HELP), how.clone())));
        let twice = world.one(close(byte, Some(HELP), how));
        assert!(matches!(twice, Outcome::NotApplicable), "{twice:?}");
        let ask = world.ask(ROADSIDE, person(1), WHERE);
        assert_eq!(word(&world.one(ask)), want);
    }
    let entries = world.store.content().entries.clone();
    let last = entries.iter().rfind(|entry| entry.kind == Kind::PartySuspended);
    assert!(last.is_some_and(|entry| entry.party.text.contains("notice-unanswered")));
}

#[test]
fn an_agreement_that_ends_asks_nobody_and_is_never_put_off() {
    let mut world = World::new();
    world.agreed(ROADSIDE, person(1), |terms| terms.lasts = Span::seconds(7200));
    let day = Span::seconds(3600);
    let end = |world: &World, after: Span, keeps: Vec<Purpose>| {
        Item::Change(Change::EndAgreement {
            party: party(ROADSIDE),
            ending: Ending {
                since: world.now(),
                on: world.now().after(after),
                keeps,
            },
        })
    };
    let item = end(&world, day, vec![]);
    changed(world.one(item));
    for (after, keeps) in [(Span::seconds(3601), vec![]), (day, vec![HELP])] {
        let item = end(&world, after, keeps);
        let later = world.one(item);
        assert!(matches!(later, Outcome::NotApplicable), "{later:?}");
    }
    let terms = world.usual(ROADSIDE);
    assert_eq!(word(&world.put(person(2), &terms, None)), "agreement-ending");
    drop(released(world.answered(ROADSIDE, person(1), WHERE)));
    world.wait(3600);
    let ask = world.ask(ROADSIDE, person(1), WHERE);
    assert_eq!(word(&world.one(ask)), "agreement-ended");
}
