//! What parties sign beside asks: events, notices, attestations. Each rule a row, and no kind passes for another.

use domain::id::PartyId;
use domain::number::Msisdn;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use serde_json::{Value, json};

use super::{ISSUER, NOW, forge, key};
use crate::asks::EventName;
use crate::jose::deletion::{self, Deletion, UnverifiedDeletion};
use crate::jose::notice::{self, Day, Document, Notice, NoticeKind, SignedNotice, UnverifiedNotice};
use crate::jose::signed_ask::UnverifiedAsk;
use crate::jose::source_event::{self, EventKind, EventState, SourceEvent, UnverifiedSourceEvent};
use crate::jose::stop::{self, SignedStop, Stop, UnverifiedStop};
use crate::jose::{Fault, SigningKey};

fn party(seed: u8) -> PartyId {
    PartyId::from_bytes([seed; 16])
}

fn event_of(text: &str) -> Result<SourceEvent, Fault> {
    UnverifiedSourceEvent::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER], NOW)
}

fn notice_of(text: &str) -> Result<SignedNotice, Fault> {
    UnverifiedNotice::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER], NOW)
}

fn deletion_of(text: &str) -> Result<Deletion, Fault> {
    UnverifiedDeletion::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER], NOW)
}

fn stop_of(text: &str) -> Result<SignedStop, Fault> {
    UnverifiedStop::parse(text)?.verify(&[key(1).public().clone()], &[ISSUER], NOW)
}

/// The claims that all have, with others; `null` removes one.
fn signed(typ: &str, claims: &Value, changes: &Value) -> String {
    let now = NOW.unix_seconds();
    let mut all = json!({ "iss": party(1).to_string(), "aud": ISSUER, "iat": now, "exp": now + 60, "jti": "e-1" });
    for (name, value) in [claims, changes]
        .into_iter()
        .flat_map(|part| part.as_object().expect("an object"))
    {
        all[name] = value.clone();
    }
    let members = all.as_object_mut().expect("an object");
    members.retain(|_, value| !value.is_null());
    forge(&key(1), &json!({ "alg": "ES256", "typ": typ }), &all.to_string())
}

fn event(changes: &Value) -> Result<SourceEvent, Fault> {
    let until = NOW.unix_seconds() + 3600;
    let claims = json!({ "id": "call:1", "kind": "call", "state": "live", "subject": "sealed", "until": until,
        "recipient": party(2).to_string(), "count": 3, "line": "+12025550177" });
    event_of(&signed(source_event::TYPE, &claims, changes))
}

#[test]
fn events_are_read_as_they_are_signed() {
    let line = Msisdn::parse("+12025550177").expect("reserved");
    let until = NOW.after(Span::seconds(3600));
    let name = EventName::parse("call:1").expect("plain");
    for (kind, state) in [
        (EventKind::Call { line }, EventState::Live { until, count: 3 }),
        (EventKind::Call { line }, EventState::Ended),
        (EventKind::Ticket, EventState::Live { until, count: 1000 }),
        (EventKind::Ticket, EventState::Ended),
    ] {
        let draft = source_event::Draft {
            source: party(1),
            audience: ISSUER,
            jti: "e-1",
            name: &name,
            kind,
            state,
            subject: "sealed",
            recipient: party(2),
        };
        let event = event_of(&source_event::sign(&key(1), draft, NOW).expect("signed")).expect("valid");
        assert_eq!((event.kind, event.state), (kind, state));
        assert_eq!(
            (event.source, event.recipient, &event.name),
            (party(1), party(2), &name)
        );
        assert_eq!((event.jti.as_str(), event.subject.as_str()), ("e-1", "sealed"));
    }
}

#[test]
fn rules_of_an_event() {
    let now = NOW.unix_seconds();
    for good in [
        json!({}),
        json!({ "until": now + 86_400, "count": 1000 }),
        json!({ "kind": "ticket", "line": null }),
        json!({ "state": "ended" }),
        json!({ "state": "ended", "until": null, "count": null }),
        json!({ "exp": now + 300 }),
    ] {
        assert!(event(&good).is_ok(), "{good}: {:?}", event(&good));
    }
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), Fault::Audience),
        (json!({ "exp": now }), Fault::Expired),
        (json!({ "exp": now + 301 }), Fault::LivesTooLong),
        (json!({ "iat": now + 11 }), Fault::NotYet),
        (json!({ "until": now }), Fault::Expired),
        (json!({ "until": now + 86_411 }), Fault::LivesTooLong),
    ] {
        assert_eq!(event(&changes), Err(fault), "{changes}");
    }
    for (changes, at) in [
        (json!({ "id": "a b" }), "id"),
        (json!({ "kind": "visit" }), "kind"),
        (json!({ "state": "paused" }), "state"),
        (json!({ "subject": null }), "subject"),
        (json!({ "recipient": "bank" }), "recipient"),
        (json!({ "until": null }), "until"),
        (json!({ "count": 0 }), "count"),
        (json!({ "count": 1001 }), "count"),
        (json!({ "line": null }), "line"),
        (json!({ "line": "12025550177" }), "line"),
        (json!({ "kind": "ticket" }), "line"),
        (json!({ "more": 1 }), "more"),
        (json!({ "jti": null }), "jti"),
    ] {
        let Err(Fault::Malformed(error)) = event(&changes) else {
            panic!("{changes}")
        };
        assert_eq!(error.at, at, "{changes}");
    }
}

fn noticed(changes: &Value) -> Result<SignedNotice, Fault> {
    let claims = json!({ "about": party(2).to_string(), "purpose": "InmateCommunication", "kind": "misuse",
        "text": "Two hundred look-ups\nwithout a call.", "documents": [{ "name": "letter.pdf", "sha256": "ab".repeat(32) }] });
    notice_of(&signed(notice::TYPE, &claims, changes))
}

#[test]
fn notices_are_read_as_they_are_signed() {
    for kind in [
        NoticeKind::Misuse,
        NoticeKind::Resumed,
        NoticeKind::Suspended,
        NoticeKind::Ending {
            on: Day::parse("2028-02-29").expect("a leap day"),
        },
    ] {
        let notice = Notice {
            about: party(2),
            purpose: Some(Purpose::InmateCommunication),
            kind,
            text: "Why.\nAnd how.".to_owned(),
            documents: vec![Document {
                name: "letter.pdf".to_owned(),
                sha256: [0xAB; 32],
            }],
        };
        let text = notice::sign(&key(1), party(1), ISSUER, "n-1", &notice, NOW).expect("signed");
        let read = notice_of(&text).expect("valid");
        assert_eq!((read.sender, read.jti.as_str(), read.notice), (party(1), "n-1", notice));
    }
    let day = Day::parse("2027-01-31").expect("a day");
    assert_eq!(
        day.begins(),
        Timestamp::from_rfc3339("2027-01-31T00:00:00Z").expect("a time")
    );
    for bad in ["", "2027-02-29", "2027-1-31", "2027-01-31T", "20270131--", "+027-01-31"] {
        assert_eq!(Day::parse(bad), None, "{bad}");
    }
}

#[test]
fn rules_of_a_notice() {
    for good in [
        json!({}),
        json!({ "purpose": null }),
        json!({ "documents": null }),
        json!({ "documents": [] }),
        json!({ "text": "x".repeat(4000) }),
        json!({ "text": "\u{1F4CD}".repeat(4000) }),
        json!({ "kind": "ending", "on": "2027-06-30" }),
    ] {
        assert!(noticed(&good).is_ok(), "{good}: {:?}", noticed(&good));
    }
    let document = json!({ "name": "a", "sha256": "ab".repeat(32) });
    for (changes, at) in [
        (json!({ "about": null }), "about"),
        (json!({ "purpose": "Anything" }), "purpose"),
        (json!({ "kind": "rumour" }), "kind"),
        (json!({ "kind": "ending" }), "on"),
        (json!({ "on": "2027-06-30" }), "on"),
        (json!({ "kind": "ending", "on": "30.06.2027" }), "on"),
        (json!({ "text": "" }), "text"),
        (json!({ "text": " \n " }), "text"),
        (json!({ "text": "x".repeat(4001) }), "text"),
        (json!({ "text": "a\u{7}b" }), "text"),
        (json!({ "text": "a\u{202E}b" }), "text"),
        (json!({ "documents": vec![document; 11] }), "documents"),
        (json!({ "documents": [{ "name": "a" }] }), "documents[0].sha256"),
        (
            json!({ "documents": [{ "name": "a\nb", "sha256": "ab".repeat(32) }] }),
            "documents[0].name",
        ),
        (
            json!({ "documents": [{ "name": "a", "sha256": "AB".repeat(32) }] }),
            "documents[0].sha256",
        ),
        (
            json!({ "documents": [{ "name": "a", "sha256": "ab".repeat(31) }] }),
            "documents[0].sha256",
        ),
    ] {
        let Err(Fault::Malformed(error)) = noticed(&changes) else {
            panic!("{changes}")
        };
        assert_eq!(error.at, at, "{changes}");
    }
    assert_eq!(
        noticed(&json!({ "aud": "https://other.example.com" })),
        Err(Fault::Audience)
    );
    assert_eq!(
        noticed(&json!({ "exp": NOW.unix_seconds() + 301 })),
        Err(Fault::LivesTooLong)
    );
}

#[test]
fn attestations_are_about_the_past() {
    let draft = deletion::Draft {
        party: party(1),
        audience: ISSUER,
        jti: "d-1",
        until: NOW,
        statement: "Everything is deleted,\nbackups too.",
    };
    let text = deletion::sign(&key(1), draft, NOW).expect("signed");
    let read = deletion_of(&text).expect("valid");
    assert_eq!((read.party, read.until, read.jti.as_str()), (party(1), NOW, "d-1"));
    assert_eq!(read.statement, draft.statement);
    let now = NOW.unix_seconds();
    let with = |changes: &Value| {
        deletion_of(&signed(
            deletion::TYPE,
            &json!({ "until": now, "statement": "Done." }),
            changes,
        ))
    };
    assert!(with(&json!({ "exp": now + 7 * 86_400 })).is_ok());
    assert_eq!(with(&json!({ "exp": now + 7 * 86_400 + 1 })), Err(Fault::LivesTooLong));
    assert_eq!(with(&json!({ "until": now + 1 })), Err(Fault::NotYet));
    for changes in [
        json!({ "until": null }),
        json!({ "statement": "" }),
        json!({ "statement": "x".repeat(2001) }),
        json!({ "a": 1 }),
    ] {
        assert!(matches!(with(&changes), Err(Fault::Malformed(_))), "{changes}");
    }
}

fn stopped(changes: &Value) -> Result<SignedStop, Fault> {
    let claims = json!({ "subject": "sealed", "recipient": party(2).to_string(), "purpose": "RequestedServiceProvision",
            "stopped": NOW.rfc3339() });
    stop_of(&signed(stop::TYPE, &claims, changes))
}

#[test]
fn rules_of_a_stop() {
    let said = Stop {
        subject: "sealed".to_owned(),
        recipient: party(2),
        purpose: Purpose::RequestedServiceProvision,
        // Told a month late, and to the millisecond.
        stopped: Timestamp::from_unix_ms(NOW.unix_ms() - 2_592_000_001),
    };
    let text = stop::sign(&key(1), party(1), ISSUER, "s-1", &said, NOW).expect("signed");
    let read = stop_of(&text).expect("valid");
    assert_eq!((read.sender, read.jti.as_str(), read.stop), (party(1), "s-1", said));
    let now = NOW.unix_seconds();
    assert!(stopped(&json!({ "exp": now + 300 })).is_ok());
    for (changes, fault) in [
        (json!({ "aud": "https://other.example.com" }), Fault::Audience),
        (json!({ "exp": now }), Fault::Expired),
        (json!({ "exp": now + 301 }), Fault::LivesTooLong),
        (json!({ "iat": now + 11 }), Fault::NotYet),
        (
            json!({ "stopped": NOW.after(Span::seconds(11)).rfc3339() }),
            Fault::NotYet,
        ),
    ] {
        assert_eq!(stopped(&changes), Err(fault), "{changes}");
    }
    for (changes, at) in [
        (json!({ "subject": null }), "subject"),
        (json!({ "subject": 1 }), "subject"),
        (json!({ "recipient": "bank" }), "recipient"),
        (json!({ "purpose": "Sale" }), "purpose"),
        (json!({ "stopped": null }), "stopped"),
        (json!({ "stopped": "2026-11-22T08:30:00" }), "stopped"),
        (json!({ "jti": null }), "jti"),
        (json!({ "more": 1 }), "more"),
    ] {
        let Err(Fault::Malformed(error)) = stopped(&changes) else {
            panic!("{changes}")
        };
        assert_eq!(error.at, at, "{changes}");
    }
}

#[test]
fn no_kind_passes_for_another_and_no_other_key_for_the_makers() {
    let deletion = signed(
        deletion::TYPE,
        &json!({ "until": NOW.unix_seconds(), "statement": "Done." }),
        &json!({}),
    );
    assert_eq!(event_of(&deletion), Err(Fault::Type));
    assert_eq!(notice_of(&deletion), Err(Fault::Type));
    assert_eq!(stop_of(&deletion), Err(Fault::Type));
    assert_eq!(UnverifiedAsk::parse(&deletion).map(|_| ()), Err(Fault::Type));
    assert_eq!(
        deletion_of(&signed(notice::TYPE, &json!({}), &json!({}))).map(|_| ()),
        Err(Fault::Type)
    );
    let foreign = SigningKey::ed25519_from_chance([2; 32]).expect("a key");
    let read = UnverifiedDeletion::parse(&deletion).expect("well-formed");
    assert_eq!(read.party(), party(1));
    assert_eq!(
        read.verify(&[foreign.public().clone()], &[ISSUER], NOW),
        Err(Fault::UnknownKey)
    );
    assert_eq!(
        read.verify(&[key(2).public().clone()], &[ISSUER], NOW),
        Err(Fault::Signature)
    );
}
