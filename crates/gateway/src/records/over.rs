//! Entries whose time is over: what retention takes away next, person by person, so that the totals of each erasure still
//! say about how many people it was.

use std::collections::{BTreeMap, HashMap};

use domain::facts::{Held, Hold};
use domain::id::ConsentId;
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::journal::settle::{Change, ERASED_MAX};
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::erase::covers_person;
use crate::config::retention::{Class, Retention};
use crate::store::ended::{Ended, ended_before};
use crate::store::holds;
use crate::store::journal::sqlite::read_entries;

/// So many entries are looked at together.
const WINDOW: usize = 20_000;

/// What is to be done now.
#[derive(Debug, Default)]
pub struct Over {
    /// The erasures to settle.
    pub changes: Vec<Change>,
    /// Where to look next; `None` if nothing older is left.
    pub next: Option<Leaf>,
}

/// What keeps an entry of this kind, if it is about a person. What is about nobody stays, and so does what counts what was
/// erased.
#[must_use]
pub const fn class_of(kind: Kind) -> Option<Class> {
    match kind {
        Kind::Asked | Kind::Answered | Kind::Withheld | Kind::Failed | Kind::Abandoned => Some(Class::Ask),
        Kind::Refused | Kind::ConsentNotAsked => Some(Class::Refusal),
        Kind::ConsentAsked
        | Kind::ConsentGiven
        | Kind::ConsentRefused
        | Kind::ConsentWithdrawn
        | Kind::ConsentLapsed
        | Kind::ConsentVoid => Some(Class::Consent),
        Kind::Erased
        | Kind::PolicyChanged
        | Kind::PartyEnrolled
        | Kind::PartySuspended
        | Kind::PartyResumed
        | Kind::PartyKeys
        | Kind::ReportDropped
        | Kind::HoldPlaced
        | Kind::HoldLifted
        | Kind::CountsPublished
        | Kind::JournalChecked
        | Kind::JournalRestored
        | Kind::StartedAlone => None,
        _ => Some(Class::Change),
    }
}

/// Looks for entries whose time is over, from a leaf on.
///
/// # Errors
/// The database's.
pub fn over(connection: &Connection, retention: &Retention, now: Timestamp, from: Leaf) -> Result<Over, StoreError> {
    let before = |class| retention.over_before(class, now);
    let latest = [Class::Ask, Class::Refusal, Class::Consent, Class::Change]
        .into_iter()
        .filter_map(before)
        .max();
    let Some(latest) = latest else {
        return Ok(Over::default());
    };
    let holds = holds::standing(connection)?;
    let ended = match before(Class::Consent) {
        Some(before) => ended_before(connection, before)?,
        None => Ended::default(),
    };
    let entries = read_entries(connection, from, WINDOW)?;
    let more = entries
        .last()
        .filter(|entry| entry.at < latest)
        .map(|entry| entry.leaf + 1);
    let mut people: BTreeMap<SubjectKey, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        let class = class_of(entry.kind);
        let is_over = class.and_then(before).is_some_and(|before| entry.at < before);
        let consent_stands = class == Some(Class::Consent) && !consent_of(&entry).is_none_or(|id| ended.has(id));
        if let Some(subject) = entry.subject
            && is_over
            && !consent_stands
            && !is_held(&holds, subject, &entry)
        {
            people.entry(subject).or_default().push(entry);
        }
    }
    let changes = people
        .into_iter()
        .flat_map(|(subject, entries)| erasures(subject, entries));
    Ok(Over {
        changes: changes.collect(),
        next: more,
    })
}

fn erasures(subject: SubjectKey, mut entries: Vec<Entry>) -> Vec<Change> {
    let mut changes = Vec::new();
    while !entries.is_empty() {
        let rest = entries.split_off(entries.len().min(ERASED_MAX));
        changes.push(Change::Erase {
            subject: Some(subject),
            entries: std::mem::replace(&mut entries, rest),
            last: false,
            why: "retention",
        });
    }
    changes
}

fn consent_of(entry: &Entry) -> Option<ConsentId> {
    let part: Value = serde_json::from_str(&entry.subject_part.text).ok()?;
    part.get("permission")?.as_str()?.parse().ok()
}

fn is_held(holds: &[Hold], subject: SubjectKey, entry: &Entry) -> bool {
    if covers_person(holds, subject) {
        return true;
    }
    let party = holds.iter().filter_map(|hold| match hold.held {
        Held::Party(party) => Some(party.to_string()),
        Held::Everything | Held::Subject(_) => None,
    });
    let parties: Vec<String> = party.collect();
    if parties.is_empty() {
        return false;
    }
    let part: HashMap<String, Value> = serde_json::from_str(&entry.party.text).unwrap_or_default();
    let recipient = part.get("recipient").and_then(Value::as_str);
    parties.iter().any(|party| recipient == Some(party.as_str()))
}

#[cfg(test)]
mod tests;
