//! The rows about programmes, signed asks, numbers whose home is elsewhere, and calls.

use super::super::{Case, HELP, NOW, case, help, id, party, place};
use super::row;
use crate::ask::{Carried, Question};
use crate::event::{Call, Event, EventKey, EventKind, LineKey};
use crate::facts::Passing;
use crate::party::{Ending, Standing};
use crate::permission::consent::Consent;
use crate::permission::terms::Precision;
use crate::programme::{Hour, Programme, Region};
use crate::purpose::Purpose;
use crate::refusal::Carriage;
use crate::time::Span;

const PINNED: [u8; 32] = [8; 32];
const NEXT: [u8; 32] = [9; 32];
const FACILITY: LineKey = LineKey::from_bytes([6; 16]);

fn programme(change: impl FnOnce(&mut Programme)) -> Case {
    help().with(|case| {
        let standing = case.standing.as_mut().expect("enrolled");
        change(standing.programmes.first_mut().expect("one programme"));
    })
}

fn ending(hours_ahead: i8, keeps: &[Purpose]) -> Case {
    let away = Span::seconds(3600);
    let on = if hours_ahead > 0 { NOW.after(away) } else { NOW };
    let (since, keeps) = (NOW.before(away), keeps.to_vec());
    help().with(|case| {
        case.standing.as_mut().expect("enrolled").ending = Some(Ending { since, on, keeps });
    })
}

pub(super) fn of_the_programme() -> Vec<(String, Case)> {
    let hour = |asks, minutes: u32| Hour {
        from: Some(NOW.before(Span::seconds(minutes * 60))),
        asks,
    };
    let ticket = |recipient, used, until| Event {
        key: EventKey::from_bytes([1; 16]),
        kind: EventKind::Ticket,
        source: party(4),
        recipient: party(recipient),
        until,
        count: 2,
        used,
        line: None,
    };
    let later = NOW.after(Span::seconds(1));
    let with = |events: Vec<Event>| {
        let wanted = |programme: &mut Programme| {
            (programme.events, programme.sources) = (vec![EventKind::Ticket], vec![party(4)]);
        };
        programme(wanted).with(|case| case.person.events = events)
    };
    let told_itself = Event {
        source: party(1),
        ..ticket(1, 0, later)
    };
    vec![
        row("is suspended", programme(|it| it.suspended = true)),
        row(
            "covers other numbers",
            programme(|it| it.regions = vec![Region::new("999").expect("digits")]),
        ),
        row(
            "covers the number",
            programme(|it| it.regions = vec![Region::new("1202").expect("digits")]),
        ),
        row(
            "5 an hour, 4 within the hour",
            programme(|it| (it.per_hour_max, it.hour) = (Some(5), hour(4, 59))),
        ),
        row(
            "5 an hour, 5 within the hour",
            programme(|it| (it.per_hour_max, it.hour) = (Some(5), hour(5, 59))),
        ),
        row(
            "5 an hour, 5 in the hour before",
            programme(|it| (it.per_hour_max, it.hour) = (Some(5), hour(5, 60))),
        ),
        row("its agreement ends in an hour", ending(1, &[])),
        row("its agreement has ended", ending(0, &[])),
        row("its agreement has ended, save for this purpose", ending(0, &[HELP])),
        row("needs a ticket, and there is none", with(vec![])),
        row("needs a ticket, and there is one", with(vec![ticket(1, 1, later)])),
        row(
            "needs a ticket; the one there is is used",
            with(vec![ticket(1, 2, later)]),
        ),
        row(
            "needs a ticket; the one there is is over",
            with(vec![ticket(1, 0, NOW)]),
        ),
        row(
            "needs a ticket; the one there is is another party's",
            with(vec![ticket(2, 0, later)]),
        ),
        row("needs a ticket, and told of one itself", with(vec![told_itself])),
        row(
            "needs a ticket, and somebody told of one who is no source of its",
            with(vec![ticket(1, 0, later)]).with(|case| {
                let programmes = &mut case.standing.as_mut().expect("enrolled").programmes;
                programmes.iter_mut().for_each(|programme| programme.sources.clear());
            }),
        ),
        row(
            "the operator suspended the person",
            help().with(|case| case.person.suspended = true),
        ),
    ]
}

/// Roadside help through the relay, on a consent that names it and the key.
fn signed() -> Case {
    let pinned = |consent: &mut Consent| (consent.relays, consent.seal) = (vec![party(3)], Some(PINNED));
    help().consent(pinned).with(|case| {
        case.carried = Carried {
            signed: true,
            relays: vec![party(3)],
            ..Carried::default()
        };
        case.bearer = Some(party(3));
        case.standing.as_mut().expect("enrolled").seals = vec![PINNED];
    })
}

pub(super) fn of_a_signed_ask() -> Vec<(String, Case)> {
    let seals = |seals: &[[u8; 32]]| {
        let seals = seals.to_vec();
        signed().with(|case| case.standing.as_mut().expect("enrolled").seals = seals)
    };
    let faulty = |fault| signed().with(|case| case.fault = Some(fault));
    vec![
        row("all is well", signed()),
        row(
            "brought by the recipient itself",
            signed().with(|case| case.bearer = None),
        ),
        row(
            "brought by somebody whom it does not name",
            signed().with(|case| case.bearer = Some(party(4))),
        ),
        row(
            "names a relay that is not enrolled",
            signed().with(|case| case.carried.relays.push(party(5))),
        ),
        row(
            "the relay is suspended",
            signed().with(|case| case.relay.suspended = true),
        ),
        row(
            "the relay is not approved for the purpose",
            signed().with(|case| case.relay.programmes.clear()),
        ),
        row(
            "the consent names no relay",
            signed().consent(|consent| consent.relays.clear()),
        ),
        row(
            "the consent pins no key",
            signed().consent(|consent| consent.seal = None),
        ),
        row("the party has no key", seals(&[])),
        row("the party has another key", seals(&[NEXT])),
        row(
            "the party's key took the place of the pinned one",
            seals(&[NEXT, PINNED]),
        ),
        row("not signed by the recipient", faulty(Carriage::NotSigned)),
        row("made for another gateway", faulty(Carriage::WrongAudience)),
        row("too old", faulty(Carriage::Stale)),
        row(
            "not signed, and the consent names a relay and a key",
            signed().with(|case| case.carried = Carried::default()),
        ),
    ]
}

pub(super) fn of_a_number_elsewhere() -> Vec<(String, Case)> {
    let elsewhere = || signed().with(|case| case.carried.elsewhere = true);
    let ended = || {
        elsewhere().with(|case| {
            case.person.pass(party(1), HELP);
            case.person.passed.iter_mut().for_each(|it| it.state = Passing::Ended);
        })
    };
    let unseen = |state| {
        elsewhere().with(|case| {
            let purpose = Purpose::PersonalSafety;
            (case.purpose, case.token_purpose) = (purpose, purpose);
            for standing in [case.standing.as_mut().expect("enrolled"), &mut case.relay] {
                standing.programmes = Standing::approved(&[purpose]).programmes;
            }
            case.person.pass(party(1), purpose);
            case.person.passed.iter_mut().for_each(|it| it.state = state);
        })
    };
    vec![
        row("signed", elsewhere()),
        row(
            "signed, nothing is known of the person",
            elsewhere().with(|case| case.consents.clear()),
        ),
        row("not signed", elsewhere().with(|case| case.carried.signed = false)),
        row(
            "the person stopped it here",
            elsewhere().with(|case| {
                case.person.pass(party(1), HELP);
                case.person.passed.iter_mut().for_each(|it| it.state = Passing::Stopped);
            }),
        ),
        row("the home says that it ended there", ended()),
        row(
            "the home says that it ended there, and a new consent is asked for",
            ended().with(|case| case.question = Question::PassOn { class: "consent" }),
        ),
        row(
            "the person paused here",
            elsewhere().with(|case| case.person.paused = true),
        ),
        row("stopped here, and who asks must not notice", unseen(Passing::Stopped)),
        row(
            "stopped unseen, and a new consent is asked for",
            unseen(Passing::Stopped).with(|case| case.question = Question::PassOn { class: "consent" }),
        ),
        row(
            "ended at the home, and who asks must not notice",
            unseen(Passing::Ended),
        ),
        row(
            "paused here, and who asks must not notice",
            unseen(Passing::Going).with(|case| case.person.paused = true),
        ),
        row(
            "stopped and paused here, and who asks must not notice",
            unseen(Passing::Stopped).with(|case| case.person.paused = true),
        ),
        row(
            "the operator suspended the person",
            elsewhere().with(|case| case.person.suspended = true),
        ),
        row(
            "the relay is suspended",
            elsewhere().with(|case| case.relay.suspended = true),
        ),
    ]
}

/// A call from a listed number goes on, its platform told of it, and the called person said yes to it.
fn call() -> Case {
    let key = EventKey::from_bytes([2; 16]);
    let until = NOW.after(Span::seconds(600));
    case(
        Purpose::InmateCommunication,
        Precision::Area { metres: 500 },
        place(None),
    )
    .consent(|consent| consent.event = Some(key))
    .with(|case| {
        let programmes = &mut case.standing.as_mut().expect("enrolled").programmes;
        programmes.first_mut().expect("one programme").lines = vec![FACILITY];
        case.person.events = vec![Event {
            key,
            kind: EventKind::Call,
            source: party(1),
            recipient: party(1),
            until,
            count: 100,
            used: 0,
            line: Some(FACILITY),
        }];
        case.person.calls = vec![Call {
            key: EventKey::from_bytes([4; 16]),
            line: FACILITY,
            until,
            over: false,
        }];
    })
}

pub(super) fn of_a_call() -> Vec<(String, Case)> {
    let other_call = EventKey::from_bytes([3; 16]);
    vec![
        row("agreed to during the call", call()),
        row("nobody agreed", call().with(|case| case.consents.clear())),
        row(
            "agreed to during another call",
            call().consent(|consent| consent.event = Some(other_call)),
        ),
        row(
            "the ask names another call",
            call().with(|case| case.carried.event = Some(other_call)),
        ),
        row(
            "the platform told of no call",
            call().with(|case| case.person.events.clear()),
        ),
        row(
            "the carrier knows no call",
            call().with(|case| case.person.calls.clear()),
        ),
        row(
            "the carrier knows a call from another number",
            call().with(|case| {
                case.person
                    .calls
                    .iter_mut()
                    .for_each(|it| it.line = LineKey::from_bytes([7; 16]))
            }),
        ),
        row(
            "the number that calls is not listed",
            call().with(|case| {
                let standing = case.standing.as_mut().expect("enrolled");
                standing.programmes.iter_mut().for_each(|it| it.lines.clear());
            }),
        ),
        row(
            "agreed to for calls at large",
            call().consent(|consent| (consent.event, consent.id) = (None, id())),
        ),
    ]
}
