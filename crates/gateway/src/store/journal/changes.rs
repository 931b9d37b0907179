//! What ended a permission, by its leaf: for releases that are in flight.

use domain::event::EventKey;
use domain::facts::Scope;
use domain::id::{ConsentId, PartyId};
use domain::journal::Leaf;
use domain::journal::store::StoreError;
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};
use rusqlite::Transaction;

use super::entries::{signed, unsigned};
use super::times::first_not_before;
use crate::store::sqlite::failed;

/// Changes are kept so long for releases in flight; no ask takes longer than this.
const CHANGES_KEPT: Span = Span::seconds(3600);

/// The changes after a leaf, in order.
///
/// # Errors
/// When a row cannot be read.
pub(super) fn read(transaction: &Transaction<'_>, after: Leaf) -> Result<Vec<(Leaf, Scope)>, StoreError> {
    let mut statement = transaction
        .prepare_cached("SELECT leaf, scope, id FROM change WHERE leaf > ?1 ORDER BY leaf")
        .map_err(failed)?;
    let rows = statement
        .query_map([signed(after)], |row| {
            Ok((
                row.get::<_, i64>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, Vec<u8>>(2)?,
            ))
        })
        .map_err(failed)?;
    rows.map(|row| {
        let (leaf, scope, id) = row.map_err(failed)?;
        let scope = read_scope(&scope, &id).ok_or_else(|| {
            StoreError::Corrupt("expected a change as this gateway wrote it, found another".to_owned())
        })?;
        Ok((unsigned(leaf), scope))
    })
    .collect()
}

fn read_scope(word: &str, id: &[u8]) -> Option<Scope> {
    let (first, rest) = id.split_first_chunk::<16>()?;
    match (word, rest.len()) {
        ("consent", 0) => Some(Scope::Consent(ConsentId::from_bytes(*first))),
        ("party", 0) => Some(Scope::Party(PartyId::from_bytes(*first))),
        ("person", 0) => Some(Scope::Person(SubjectKey::from_bytes(*first))),
        ("suspended", 0) => Some(Scope::Suspended(SubjectKey::from_bytes(*first))),
        ("programme", _) => {
            let purpose = Purpose::from_term(std::str::from_utf8(rest).ok()?)?;
            Some(Scope::Programme(PartyId::from_bytes(*first), purpose))
        }
        ("event", _) => {
            let event = EventKey::from_bytes(rest.try_into().ok()?);
            Some(Scope::Event(SubjectKey::from_bytes(*first), event))
        }
        ("pair", _) => {
            let party = PartyId::from_bytes(rest.try_into().ok()?);
            Some(Scope::Pair(SubjectKey::from_bytes(*first), party))
        }
        _ => None,
    }
}

/// Adds changes, and forgets old ones.
///
/// # Errors
/// The database's.
pub(super) fn write(
    transaction: &Transaction<'_>,
    changes: &[(Leaf, Scope)],
    now: Timestamp,
) -> Result<(), StoreError> {
    for (leaf, scope) in changes {
        let (word, id) = match scope {
            Scope::Consent(id) => ("consent", id.to_bytes().to_vec()),
            Scope::Party(id) => ("party", id.to_bytes().to_vec()),
            Scope::Person(key) => ("person", key.to_bytes().to_vec()),
            Scope::Pair(key, party) => ("pair", [key.to_bytes(), party.to_bytes()].concat()),
            Scope::Programme(party, purpose) => {
                ("programme", [&party.to_bytes()[..], purpose.term().as_bytes()].concat())
            }
            Scope::Event(key, event) => ("event", [key.to_bytes(), event.to_bytes()].concat()),
            Scope::Suspended(key) => ("suspended", key.to_bytes().to_vec()),
        };
        transaction
            .prepare_cached("INSERT INTO change (leaf, scope, id) VALUES (?1, ?2, ?3)")
            .and_then(|mut insert| insert.execute((signed(*leaf), word, id)))
            .map_err(failed)?;
    }
    if !changes.is_empty() {
        // No release in flight is older than this; the entries themselves stay. They go by their place, since an entry
        // that was erased meanwhile tells no time.
        let kept_from = first_not_before(transaction, now.before(CHANGES_KEPT))?;
        transaction
            .execute(
                "DELETE FROM change WHERE leaf IN (SELECT leaf FROM change WHERE leaf < ?1 ORDER BY leaf LIMIT 100)",
                [signed(kept_from)],
            )
            .map_err(failed)?;
    }
    Ok(())
}
