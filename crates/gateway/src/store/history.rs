//! What the journal holds about one person, newest first: the chain of their entries, each of which names the one
//! before it. Read only: pages and texts show it, and no decision rests on it.

use domain::id::{ConsentId, PartyId};
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::journal::store::StoreError;
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};
use serde_json::Value;

use super::journal::shells::is_erased;
use super::journal::sqlite::read_entries;
use super::permission::sqlite::person_of;
use super::sqlite::failed;
use crate::seal::Sealer;

/// How many entries behind an *asked* are searched for its end. An ask ends within seconds; a table that has an index on
/// its ends would pay for each ask with another random page.
const END_WITHIN: i64 = 50_000;

/// One entry of a person's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its place in the journal.
    pub leaf: Leaf,
    /// Its number in the person's own count.
    pub number: Option<u64>,
    /// When it was recorded.
    pub at: Timestamp,
    /// What it records.
    pub kind: Kind,
    /// Who asked, or whom the change is about.
    pub recipient: Option<PartyId>,
    /// What for.
    pub purpose: Option<Purpose>,
    /// How exact, in metres.
    pub metres: Option<u32>,
    /// The consent that it rests on, or that it changes.
    pub consent: Option<ConsentId>,
    /// The exact reason, of a refusal or an end.
    pub reason: Option<String>,
    /// How an ask ended; `None` for what has no end, and for an ask that is still under way.
    pub end: Option<End>,
    /// The whole entry, for whoever shows its receipt.
    pub entry: Entry,
}

impl Seen {
    /// Who carried what was asked, from the company outward.
    #[must_use]
    pub fn relays(&self) -> Vec<PartyId> {
        let party: Value = serde_json::from_str(&self.entry.party.text).unwrap_or_default();
        let relays = party.get("relays").and_then(Value::as_array).into_iter().flatten();
        relays.filter_map(|relay| relay.as_str()?.parse().ok()).collect()
    }
}

/// How an ask ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// *answered*, *withheld*, *failed* or *abandoned*.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// The coarse outcome: what was answered.
    pub outcome: Option<String>,
    /// How exact the answer was, in metres.
    pub metres: Option<u32>,
    /// Why there was none.
    pub reason: Option<String>,
    /// The whole entry.
    pub entry: Entry,
}

/// The latest entries about a person, at most `limit`, newest first; only those before leaf `before` if it is given,
/// which must itself be one of theirs.
///
/// # Errors
/// When the store cannot be read, or the chain of entries contradicts itself.
pub fn latest(
    connection: &Connection,
    subject: SubjectKey,
    limit: usize,
    before: Option<Leaf>,
    sealer: &Sealer,
) -> Result<Vec<Seen>, StoreError> {
    read_back(connection, subject, limit, before, (sealer, Ends::Searched))
}

/// As [`latest`] from the end of the history, for whoever wants no ends of asks: none is searched for, which is most of
/// the work.
///
/// # Errors
/// As [`latest`].
pub fn without_ends(
    connection: &Connection,
    subject: SubjectKey,
    limit: usize,
    sealer: &Sealer,
) -> Result<Vec<Seen>, StoreError> {
    read_back(connection, subject, limit, None, (sealer, Ends::LeftOut))
}

/// Whether the ends of asks are searched for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    Searched,
    LeftOut,
}

fn read_back(
    connection: &Connection,
    subject: SubjectKey,
    limit: usize,
    before: Option<Leaf>,
    (sealer, ends): (&Sealer, Ends),
) -> Result<Vec<Seen>, StoreError> {
    let mut next = match before {
        None => person_of(connection, subject, sealer)?.last_leaf,
        Some(leaf) => own(connection, subject, leaf)?.previous,
    };
    let mut seen = Vec::new();
    while let Some(leaf) = next
        && seen.len() < limit
    {
        // What was erased ends what can be shown.
        if is_erased(connection, leaf)? {
            break;
        }
        let entry = own(connection, subject, leaf)?;
        // INVARIANT: an entry names one before it, so the chain ends.
        if entry.previous.is_some_and(|previous| previous >= leaf) {
            return Err(broken("an earlier entry before it"));
        }
        next = entry.previous;
        seen.push(seen_of(connection, entry, ends)?);
    }
    Ok(seen)
}

/// One entry of a person's own.
fn own(connection: &Connection, subject: SubjectKey, leaf: Leaf) -> Result<Entry, StoreError> {
    let entry = read_entries(connection, leaf, 1)?.pop();
    entry
        .filter(|entry| entry.leaf == leaf && entry.subject == Some(subject) && entry.closes.is_none())
        .ok_or_else(|| broken("an entry of the same person"))
}

fn broken(want: &str) -> StoreError {
    StoreError::Corrupt(format!("expected {want} in a person's history, found another"))
}

fn seen_of(connection: &Connection, entry: Entry, ends: Ends) -> Result<Seen, StoreError> {
    let (party, own) = parts(&entry)?;
    let end = if entry.kind == Kind::Asked && ends == Ends::Searched {
        end_of(connection, entry.leaf)?
    } else {
        None
    };
    Ok(Seen {
        leaf: entry.leaf,
        number: own.get("n").and_then(Value::as_u64),
        at: entry.at,
        kind: entry.kind,
        recipient: word(&party, "recipient").and_then(|id| id.parse().ok()),
        purpose: word(&party, "purpose").and_then(Purpose::from_term),
        metres: metres(&party),
        consent: word(&own, "permission").and_then(|id| id.parse().ok()),
        reason: word(&own, "reason").map(str::to_owned),
        end,
        entry,
    })
}

fn end_of(connection: &Connection, asked: Leaf) -> Result<Option<End>, StoreError> {
    let first = i64::try_from(asked).unwrap_or(i64::MAX).saturating_add(1);
    let found: Option<i64> = connection
        .prepare_cached("SELECT leaf FROM entry WHERE leaf BETWEEN ?1 AND ?2 AND closes = ?3 LIMIT 1")
        .and_then(|mut select| {
            let range = (first, first.saturating_add(END_WITHIN), first - 1);
            select.query_row(range, |row| row.get(0)).optional()
        })
        .map_err(failed)?;
    let Some(leaf) = found.and_then(|leaf| Leaf::try_from(leaf).ok()) else {
        return Ok(None);
    };
    let Some(entry) = read_entries(connection, leaf, 1)?.pop() else {
        return Ok(None);
    };
    let (party, own) = parts(&entry)?;
    Ok(Some(End {
        kind: entry.kind,
        at: entry.at,
        outcome: word(&party, "outcome").map(str::to_owned),
        metres: metres(&party),
        reason: word(&own, "reason").map(str::to_owned),
        entry,
    }))
}

fn parts(entry: &Entry) -> Result<(Value, Value), StoreError> {
    let read = |text: &str| serde_json::from_str(text).map_err(|_| broken("well-formed parts"));
    Ok((read(&entry.party.text)?, read(&entry.subject_part.text)?))
}

fn word<'a>(part: &'a Value, key: &str) -> Option<&'a str> {
    part.get(key)?.as_str()
}

fn metres(part: &Value) -> Option<u32> {
    u32::try_from(part.get("metres")?.as_u64()?).ok()
}

#[cfg(test)]
mod tests {
    use domain::facts::Person;
    use domain::secret::Secret;

    use super::*;
    use crate::store::permission::person;
    use crate::store::sqlite::open_writer;

    const ANA: SubjectKey = SubjectKey::from_bytes([1; 16]);
    const BEN: SubjectKey = SubjectKey::from_bytes([2; 16]);

    fn sealer() -> Sealer {
        Sealer::new(Secret::new([5; 32]))
    }

    /// Leaf, kind, whose, the one before, what it closes, the party part.
    type Line = (i64, &'static str, SubjectKey, Option<i64>, Option<i64>, &'static str);

    fn write(connection: &Connection, lines: &[Line], last: Option<u64>) {
        for (leaf, kind, subject, previous, closes, party) in lines {
            let bytes = subject.to_bytes();
            connection
                .execute(
                    "INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5, ?6, zeroblob(32), zeroblob(16), ?7, zeroblob(16), ?8)",
                    rusqlite::params![leaf, kind, leaf * 1000, &bytes[..], previous, closes, party, r#"{"n":1,"reason":"told"}"#],
                )
                .expect("an entry");
        }
        let person = Person {
            last_leaf: last,
            ..Person::default()
        };
        let row = person::write(ANA, &person, &sealer());
        connection
            .execute(
                "INSERT OR REPLACE INTO person VALUES (?1, ?2)",
                (&ANA.to_bytes()[..], row),
            )
            .expect("a person");
    }

    const ASKED: &str = r#"{"metres":200,"purpose":"RequestedServiceProvision"}"#;
    const LINES: [Line; 5] = [
        (0, "consent-given", ANA, None, None, "{}"),
        (1, "asked", ANA, Some(0), None, ASKED),
        (2, "asked", BEN, None, None, ASKED),
        (
            3,
            "answered",
            ANA,
            Some(1),
            Some(1),
            r#"{"metres":200,"outcome":"area"}"#,
        ),
        (4, "refused", ANA, Some(1), None, ASKED),
    ];

    #[test]
    fn a_history_is_read_from_its_end_and_page_by_page() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open_writer(&folder.path().join("store.db")).expect("opens");
        write(&connection, &LINES, Some(4));
        let page = |limit, before| latest(&connection, ANA, limit, before, &sealer()).expect("a history");
        let kinds: Vec<Kind> = page(10, None).iter().map(|seen| seen.kind).collect();
        assert_eq!(kinds, [Kind::Refused, Kind::Asked, Kind::ConsentGiven]);
        let first = page(2, None);
        assert_eq!(first.len(), 2);
        let asked = &first[1];
        let end = asked.end.as_ref().expect("it was answered");
        assert_eq!((end.kind, end.outcome.as_deref()), (Kind::Answered, Some("area")));
        assert_eq!(asked.purpose, Some(Purpose::RequestedServiceProvision));
        let bare = without_ends(&connection, ANA, 2, &sealer()).expect("a history");
        assert_eq!((bare[1].leaf, bare[1].end.is_none()), (asked.leaf, true));
        let rest = page(2, Some(asked.leaf));
        assert_eq!(rest.len(), 1);
        assert_eq!((rest[0].leaf, rest[0].end.clone()), (0, None));
        assert!(latest(&connection, BEN, 5, None, &sealer()).expect("nobody").is_empty());
    }

    #[test]
    fn a_chain_that_leads_to_somebody_else_or_round_in_a_circle_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let connection = open_writer(&folder.path().join("store.db")).expect("opens");
        write(&connection, &LINES, Some(2));
        assert!(matches!(
            latest(&connection, ANA, 5, None, &sealer()),
            Err(StoreError::Corrupt(_))
        ));
        assert!(matches!(
            latest(&connection, ANA, 5, Some(2), &sealer()),
            Err(StoreError::Corrupt(_))
        ));
        write(&connection, &[(5, "asked", ANA, Some(5), None, ASKED)], Some(5));
        assert!(matches!(
            latest(&connection, ANA, 5, None, &sealer()),
            Err(StoreError::Corrupt(_))
        ));
    }
}
