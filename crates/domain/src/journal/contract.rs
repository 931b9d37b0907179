//! What every [`Store`] must keep to, as checks that any store can be put through: in memory here, on a database where
//! that database is.

mod kept;
mod programmes;
mod samples;

use std::sync::Arc;

use super::entry::{Entry, Kind, Part};
use super::kept::Kept;
use super::store::{Cold, Head, Store, StoreError, Writes};
use super::tree::{Frontier, Hash};
use crate::facts::{Facts, Needs, Person, Scope};
use crate::id::{ConsentId, PartyId};
use crate::party::{ReplayKey, Tally};
use crate::programme::Programme;
use crate::purpose::Purpose;
use crate::subject::SubjectKey;
use crate::time::{Span, Timestamp};
use kept::{holds_come_back, shells_take_places, tiles_come_back};
use programmes::{notices_come_back, programmes_come_back, scopes_come_back};
use samples::person;

/// Makes a new, empty store.
pub type Make<'a> = dyn FnMut() -> Box<dyn Store> + 'a;

/// One check: what it holds a store to, and the check. The error says what was expected and what was found.
pub type Check = (&'static str, fn(&mut dyn Store) -> Result<(), String>);

/// Every check. Each wants a new, empty store.
pub const CHECKS: [Check; 15] = [
    ("a new store is empty", new_is_empty),
    ("what is written is read back", entries_come_back),
    (
        "what is erased leaves its shell, and the tree as it was",
        shells_take_places,
    ),
    ("full tiles are kept as they fill, and read in order", tiles_come_back),
    ("holds are told when they are wanted", holds_come_back),
    ("the head follows the entries", head_follows),
    ("a batch without entries leaves the head alone", head_stays),
    (
        "facts are what was last written, and no more than was wanted",
        people_come_back,
    ),
    ("changes are told from the wanted leaf on, in order", changes_come_back),
    ("a spent proof is known again", proofs_come_back),
    (
        "a party's standing follows its record and its suspension",
        parties_come_back,
    ),
    (
        "programmes, endings and keys are what was last written",
        programmes_come_back,
    ),
    ("notices are open until they are closed", notices_come_back),
    (
        "every scope of a change is told as it was written, several of one entry too",
        scopes_come_back,
    ),
    ("time never runs backwards", time_stands_or_advances),
];

/// Puts a store through every check.
///
/// # Errors
/// All that failed, one line each.
pub fn run(make: &mut Make<'_>) -> Result<(), String> {
    let failed: Vec<String> = CHECKS
        .iter()
        .filter_map(|(name, check)| check(&mut *make()).err().map(|why| format!("{name}: {why}")))
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(failed.join("\n"))
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: &T, want: &T) -> Result<(), String> {
    if found == want {
        Ok(())
    } else {
        Err(format!("{what}: expected {want:?}, found {found:?}"))
    }
}

fn store_error(error: StoreError) -> String {
    format!("expected the store to work, found that {error}")
}

/// An entry of which every column is filled, or every optional one is empty.
fn entry(leaf: u64, full: bool, at: Timestamp) -> Entry {
    let byte = u8::try_from(leaf % 251).unwrap_or(0);
    let kinds = Kind::ALL.iter().copied();
    Entry {
        leaf,
        kind: kinds.cycle().nth(usize::from(byte)).unwrap_or(Kind::Asked),
        at,
        subject: full.then(|| SubjectKey::from_bytes([byte; 16])),
        previous: full.then(|| leaf.saturating_sub(1)),
        closes: full.then_some(leaf / 2),
        tag: [byte; 32],
        party: Part {
            salt: [byte; 16],
            text: format!("{{\"kind\":\"party {leaf}\",\"text\":\"Größe\\n\"}}"),
        },
        subject_part: Part {
            salt: [byte ^ 255; 16],
            text: format!("{{\"n\":{leaf}}}"),
        },
    }
}

/// One transaction: `fill` says what is written besides the entries; what it read comes back.
fn commit(
    store: &mut dyn Store,
    needs: &Needs,
    entries: u64,
    fill: &dyn Fn(&mut Writes),
) -> Result<(Head, Timestamp, Facts), String> {
    let mut seen = None;
    store
        .transact("contract", needs, &mut |head, now, facts| {
            let size = head.frontier.size();
            let entries: Vec<Entry> = (size..size + entries)
                .map(|leaf| entry(leaf, leaf % 2 == 0, now))
                .collect();
            let mut frontier = head.frontier.clone();
            let leaves: Vec<Hash> = entries.iter().map(Entry::hash).collect();
            leaves.iter().for_each(|leaf| frontier.push(*leaf));
            let checkpoint = (!entries.is_empty()).then(|| Arc::from(format!("checkpoint {}", frontier.size())));
            let at = if entries.is_empty() { head.at } else { now };
            let mut writes = Writes {
                entries: Arc::new(entries),
                people: Vec::new(),
                changes: Vec::new(),
                spent: Vec::new(),
                cold: Vec::new(),
                erased: Vec::new(),
                leaves,
                head: Head {
                    frontier,
                    at,
                    closed_below: head.closed_below,
                },
                checkpoint,
            };
            fill(&mut writes);
            seen = Some((head.clone(), now, facts));
            writes
        })
        .map_err(store_error)?;
    seen.ok_or_else(|| "expected the body to be called, found that it was not".to_owned())
}

fn nothing(_: &mut Writes) {}

fn new_is_empty(store: &mut dyn Store) -> Result<(), String> {
    let head = store.head().map_err(store_error)?;
    same("head", &head.frontier, &Frontier::default())?;
    let entries = store.kept(0, 10).map_err(store_error)?;
    same("entries", &entries.len(), &0)
}

fn entries_come_back(store: &mut dyn Store) -> Result<(), String> {
    let needs = Needs::default();
    let (_, first, _) = commit(store, &needs, 30, &nothing)?;
    let (_, second, _) = commit(store, &needs, 3, &nothing)?;
    let at = |leaf| if leaf < 30 { first } else { second };
    let want: Vec<Kept> = (0..33)
        .map(|leaf| entry(leaf, leaf % 2 == 0, at(leaf)).into())
        .collect();
    same("all", &store.kept(0, 100).map_err(store_error)?, &want)?;
    let window: Vec<Kept> = want.iter().skip(28).take(4).cloned().collect();
    same("a window", &store.kept(28, 4).map_err(store_error)?, &window)?;
    same("beyond the end", &store.kept(33, 4).map_err(store_error)?, &Vec::new())
}

fn head_follows(store: &mut dyn Store) -> Result<(), String> {
    let mut want = Frontier::default();
    for entries in [1, 2, 5, 1] {
        let (before, now, _) = commit(store, &Needs::default(), entries, &nothing)?;
        same("head in the transaction", &before.frontier, &want)?;
        let size = want.size();
        (size..size + entries).for_each(|leaf| want.push(entry(leaf, leaf % 2 == 0, now).hash()));
        let head = store.head().map_err(store_error)?;
        same("head afterwards", &head.frontier, &want)?;
        same("time of the head", &head.at, &now)?;
    }
    Ok(())
}

fn head_stays(store: &mut dyn Store) -> Result<(), String> {
    commit(store, &Needs::default(), 3, &nothing)?;
    let before = store.head().map_err(store_error)?;
    commit(store, &Needs::default(), 0, &|writes| writes.spent.push(proof(1)))?;
    same("head", &store.head().map_err(store_error)?, &before)
}

fn people_come_back(store: &mut dyn Store) -> Result<(), String> {
    let [one, other, stranger] = [1, 2, 3].map(|byte| SubjectKey::from_bytes([byte; 16]));
    let full = person(Timestamp::from_unix_ms(1_800_000_000_123));
    let empty = Person::default();
    let write = |writes: &mut Writes| writes.people = vec![(one, full.clone()), (other, empty.clone())];
    commit(store, &Needs::default(), 1, &write)?;
    let wanted = |people: &[SubjectKey]| Needs {
        people: people.to_vec(),
        ..Needs::default()
    };
    let (_, _, facts) = commit(store, &wanted(&[one, other, stranger]), 0, &nothing)?;
    same("the full person", &facts.people.get(&one), &Some(&full))?;
    same("the empty person", &facts.people.get(&other), &Some(&empty))?;
    same("somebody never heard of", &facts.people.get(&stranger), &None)?;
    // A batch that adds no entry may still change a person: a wrong code is counted so.
    let mut fewer = full.clone();
    fewer.consents.truncate(2);
    commit(store, &Needs::default(), 0, &|writes| {
        writes.people = vec![(one, fewer.clone())]
    })?;
    let (_, _, facts) = commit(store, &wanted(&[one]), 0, &nothing)?;
    same("the changed person", &facts.people.get(&one), &Some(&fewer))?;
    same("who was not wanted", &facts.people.len(), &1)
}

fn changes_come_back(store: &mut dyn Store) -> Result<(), String> {
    let party = Scope::Party(PartyId::from_bytes([7; 16]));
    let person = Scope::Person(SubjectKey::from_bytes([8; 16]));
    let consents = [1, 2, 3].map(|byte| Scope::Consent(ConsentId::from_bytes([byte; 16])));
    let pair = Scope::Pair(SubjectKey::from_bytes([8; 16]), PartyId::from_bytes([7; 16]));
    let all: Vec<(u64, Scope)> = (0..).zip(consents.into_iter().chain([party, person, pair])).collect();
    commit(store, &Needs::default(), 2, &|writes| {
        writes.changes = all.iter().take(2).copied().collect()
    })?;
    commit(store, &Needs::default(), 4, &|writes| {
        writes.changes = all.iter().skip(2).copied().collect()
    })?;
    for after in 0..6 {
        let needs = Needs {
            changes_after: Some(after),
            ..Needs::default()
        };
        let (_, _, facts) = commit(store, &needs, 0, &nothing)?;
        let want: Vec<_> = all.iter().filter(|(leaf, _)| *leaf > after).copied().collect();
        same("changes", &facts.changes, &want)?;
    }
    let (_, _, facts) = commit(store, &Needs::default(), 0, &nothing)?;
    same("changes that nobody wanted", &facts.changes, &Vec::new())?;
    let twice = commit(store, &Needs::default(), 1, &|writes| {
        writes.changes = [party, party].map(|scope| (6, scope)).to_vec()
    });
    same("one change twice at one leaf is refused", &twice.is_err(), &true)
}

fn proof(byte: u8) -> ReplayKey {
    ReplayKey {
        until_minute: u32::MAX - 1,
        hash: [byte; 16],
    }
}

fn proofs_come_back(store: &mut dyn Store) -> Result<(), String> {
    commit(store, &Needs::default(), 0, &|writes| {
        writes.spent = vec![proof(1), proof(2)]
    })?;
    let needs = Needs {
        proofs: vec![proof(1), proof(3)],
        ..Needs::default()
    };
    let (_, _, facts) = commit(store, &needs, 0, &nothing)?;
    same("a spent proof", &facts.spent.contains(&proof(1)), &true)?;
    same("an unspent proof", &facts.spent.contains(&proof(3)), &false)
}

fn parties_come_back(store: &mut dyn Store) -> Result<(), String> {
    let [known, stranger] = [1, 2].map(|byte| PartyId::from_bytes([byte; 16]));
    let record = concat!(
        "{\"name\":\"Aster Roadside Help\",\"client\":\"roadside\",\"keys\":[],",
        "\"purposes\":[\"RequestedServiceProvision\"],\"scopes\":[],\"dpop\":true}"
    );
    commit(store, &Needs::default(), 1, &|writes| {
        writes.cold.push(Cold::Party {
            party: known,
            client: "roadside".to_owned(),
            record: record.to_owned(),
        });
    })?;
    let needs = Needs {
        parties: vec![known, stranger],
        ..Needs::default()
    };
    for suspended in [false, true, false] {
        commit(store, &Needs::default(), 1, &|writes| {
            writes.cold.push(Cold::Suspended {
                party: known,
                suspended,
            });
        })?;
        let (_, _, facts) = commit(store, &needs, 0, &nothing)?;
        let standing = facts
            .parties
            .get(&known)
            .map(|it| (it.programmes.clone(), it.suspended));
        same(
            "standing",
            &standing,
            &Some((vec![Programme::plain(Purpose::RequestedServiceProvision)], suspended)),
        )?;
        let tally = facts.parties.get(&known).map(|it| it.tally);
        same("a tally that begins anew", &tally, &Some(Tally::default()))?;
        commit(store, &Needs::default(), 0, &|writes| {
            let answers = [true, false, false].map(|given| Cold::Tally { party: known, given });
            writes.cold.extend(answers);
        })?;
        let (_, _, facts) = commit(store, &needs, 0, &nothing)?;
        let tally = facts.parties.get(&known).map(|it| it.tally);
        same("the tally", &tally, &Some(Tally { given: 1, refused: 2 }))?;
        same("a stranger", &facts.parties.contains_key(&stranger), &false)?;
    }
    Ok(())
}

fn time_stands_or_advances(store: &mut dyn Store) -> Result<(), String> {
    let (_, first, _) = commit(store, &Needs::default(), 1, &nothing)?;
    let ahead = first.after(Span::seconds(3600));
    commit(store, &Needs::default(), 1, &|writes| writes.head.at = ahead)?;
    let (head, now, _) = commit(store, &Needs::default(), 1, &nothing)?;
    same("time of the head", &head.at, &ahead)?;
    same("a clock that is behind the head", &(now >= ahead), &true)
}

#[cfg(test)]
mod tests;
