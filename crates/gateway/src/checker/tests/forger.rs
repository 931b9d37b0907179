//! A corrupt operator, who has every key and writes entries by hand: numbered, tagged and chained as they should be, unless
//! the forgery is about that.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::facts::{Needs, Person};
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind, Part};
use domain::journal::store::{Head, Store as _, Writes};
use domain::subject::{Subject, SubjectKey};
use serde_json::{Value, json};

use super::world::{MASTER, World, party, purpose};
use crate::checker::tags::Tags;

/// An entry to be written.
pub(super) struct Forged {
    pub(super) kind: Kind,
    pub(super) subject: Option<SubjectKey>,
    /// The entry that it ends, and its number.
    pub(super) closes: Option<(Leaf, u64)>,
    /// The party's part, but `at`, `kind` and `v`.
    pub(super) party: Value,
    pub(super) permission: Value,
    pub(super) reason: Value,
    pub(super) carrier: Value,
    /// Last changes before it is written.
    pub(super) alter: fn(&mut Entry),
    /// Whether it is counted in the person's row.
    pub(super) counted: bool,
}

impl Forged {
    pub(super) fn of(kind: Kind, subject: Option<Subject>, party: Value) -> Self {
        Self {
            kind,
            subject: subject.map(|subject| subject.key),
            closes: None,
            party,
            permission: Value::Null,
            reason: Value::Null,
            carrier: Value::Null,
            alter: |_| (),
            counted: true,
        }
    }
}

impl World {
    /// Writes an entry past the journal's deciding; its place.
    pub(super) fn forge(&self, forged: &Forged) -> Leaf {
        self.forge_and(forged, &mut |_| ())
    }

    /// The same, and alters the person's facts with it.
    pub(super) fn forge_and(&self, forged: &Forged, facts_of: &mut dyn FnMut(&mut Person)) -> Leaf {
        let needs = Needs {
            people: forged.subject.into_iter().collect(),
            ..Needs::default()
        };
        let mut leaf = 0;
        let mut store = self.store();
        let written = store.transact("forge", &needs, &mut |head, now, mut facts| {
            leaf = head.frontier.size();
            let mut person = forged.subject.map(|key| facts.people.remove(&key).unwrap_or_default());
            let entry = entry_of(forged, leaf, now, person.as_ref());
            if let Some(person) = &mut person {
                if forged.counted && forged.closes.is_none() {
                    person.count += 1;
                    person.last_leaf = Some(leaf);
                }
                facts_of(person);
            }
            let mut frontier = head.frontier.clone();
            let entry_hash = entry.hash();
            frontier.push(entry_hash);
            Writes {
                entries: Arc::new(vec![entry]),
                people: forged.subject.into_iter().zip(person).collect(),
                leaves: vec![entry_hash],
                head: Head {
                    frontier,
                    at: now,
                    closed_below: head.closed_below,
                },
                checkpoint: Some("forged".into()),
                ..nothing(head)
            }
        });
        written.expect("the store works");
        leaf
    }

    /// Writes somebody's facts as they should not be, and no entry about it.
    pub(super) fn alter_facts(&self, subject: Subject, alter: &mut dyn FnMut(&mut Person)) {
        let needs = Needs {
            people: vec![subject.key],
            ..Needs::default()
        };
        let written = self.store().transact("alter", &needs, &mut |head, _, mut facts| {
            let mut person = facts.people.remove(&subject.key).unwrap_or_default();
            alter(&mut person);
            Writes {
                people: vec![(subject.key, person)],
                ..nothing(head)
            }
        });
        written.expect("the store works");
    }

    /// The party's part of an ask, or of its end.
    pub(super) fn ask_part(&self, of: u8, question: &str) -> Value {
        json!({
            "answer": null, "ask": "ask_0000000000000000000000ZZZZ", "asked": null, "metres": null, "outcome": null,
            "policy": domain::journal::entry::hex(&self.policy.hash()), "purpose": purpose(of).term(),
            "question": question, "recipient": party(of).to_string(), "relays": [],
        })
    }

    /// The party's part of what happened to a consent.
    pub(super) fn consent_part(&self, of: u8, consent: &str, metres: u32) -> Value {
        json!({
            "consent": consent, "evidence": null, "metres": metres,
            "policy": domain::journal::entry::hex(&self.policy.hash()), "purpose": purpose(of).term(),
            "recipient": party(of).to_string(), "relays": [], "terms": null,
        })
    }
}

fn nothing(head: &Head) -> Writes {
    Writes {
        entries: Arc::default(),
        people: Vec::new(),
        changes: Vec::new(),
        spent: Vec::new(),
        cold: Vec::new(),
        erased: Vec::new(),
        leaves: Vec::new(),
        head: head.clone(),
        checkpoint: None,
    }
}

fn entry_of(forged: &Forged, leaf: Leaf, now: domain::time::Timestamp, person: Option<&Person>) -> Entry {
    let tags = Tags::new(&MASTER);
    let n = match (forged.closes, person) {
        (Some((_, n)), _) => Some(n),
        (None, Some(person)) => Some(person.count + 1),
        (None, None) => None,
    };
    let tag = match (forged.subject, n) {
        (Some(subject), Some(n)) => tags.of(subject.to_bytes(), n, forged.closes.is_some()),
        _ => tags.of_nobody(leaf),
    };
    let previous = match forged.closes {
        Some((asked, _)) => Some(asked),
        None => person.and_then(|person| person.last_leaf),
    };
    let mut party = forged.party.clone();
    party["at"] = json!(now.rfc3339());
    party["kind"] = json!(forged.kind.word());
    party["v"] = json!(1);
    if let Some((asked, _)) = forged.closes {
        party["asked"] = json!(asked);
    }
    let own = json!({
        "carrier": forged.carrier, "n": n, "permission": forged.permission, "reason": forged.reason, "v": 1,
    });
    let mut entry = Entry {
        leaf,
        kind: forged.kind,
        at: now,
        subject: forged.subject,
        previous,
        closes: forged.closes.map(|(asked, _)| asked),
        tag,
        party: part(&party),
        subject_part: part(&own),
    };
    (forged.alter)(&mut entry);
    entry
}

pub(super) fn part(value: &Value) -> Part {
    let sorted: BTreeMap<String, Value> = serde_json::from_value(value.clone()).expect("an object");
    Part {
        salt: [7; 16],
        text: serde_json::to_string(&sorted).expect("JSON"),
    }
}
