//! A carrier's own ledger against the journal: every query that a carrier got bears the ask's opaque id, so that a query
//! without an ask, and an ask without a query, have a line each. Both lists are read as streams, into a file of the
//! database's own that goes with the process; it holds ids and times, nothing about people.

pub mod lines;

use std::collections::HashMap;
use std::io::Read;

use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::time::{Span, Timestamp};
use rusqlite::{Connection, Row};
use serde_json::Value;

use super::RecordsError;
use super::book::Book;
use crate::sources::handset;
use crate::store::sqlite::failed;

/// One query may be repeated once, when a carrier does not answer; what comes more often is not ours.
const SENT_MAX: u32 = 2;

/// What is compared.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The source whose ledger it is, as the configuration names it; without one the ledger is that of every source.
    pub source: Option<String>,
    /// Whether there is no other source to which a question without an answer could have gone.
    pub only_source: bool,
    /// How far the two clocks may be apart.
    pub tolerance: Span,
    /// Only what was asked from this time on.
    pub from: Option<Timestamp>,
    /// Only what was asked before.
    pub to: Option<Timestamp>,
}

impl Comparison {
    fn covers(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A line of the ledger that cannot be read.
    Unreadable {
        /// The line.
        line: u64,
        /// What was expected.
        what: String,
    },
    /// A query that the journal does not have.
    LedgerOnly {
        /// The line.
        line: u64,
        /// The id that the query bears.
        id: String,
        /// When, by the ledger.
        time: Timestamp,
        /// What the journal says of that id.
        why: &'static str,
    },
    /// A query at another time than the ask.
    Time {
        /// The line.
        line: u64,
        /// The id.
        id: String,
        /// When, by the ledger.
        time: Timestamp,
        /// When it was asked.
        asked: Timestamp,
        /// When the ask ended.
        ended: Timestamp,
    },
    /// A query that came once more than a question is ever sent.
    Repeated {
        /// The line.
        line: u64,
        /// The id.
        id: String,
        /// When, by the ledger.
        time: Timestamp,
    },
    /// An ask that a source answered, by the journal, and that its ledger does not have.
    JournalOnly {
        /// The leaf of the *asked* entry.
        leaf: Leaf,
        /// The id.
        id: String,
        /// When it was asked.
        asked: Timestamp,
    },
}

/// What was compared.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Compared {
    /// How many lines the ledger has.
    pub lines: u64,
    /// How many of its queries are in the journal.
    pub matched: u64,
    /// How many of those came a second time, as a question may.
    pub again: u64,
    /// How many asks the journal has that a source was asked for.
    pub asks: u64,
    /// Asks that may or may not have reached this source, and are not in its ledger.
    pub unsure: u64,
    /// How many asks were erased: their queries look as if they were in the ledger only.
    pub erased: u64,
    /// How many differences there are.
    pub differences: u64,
}

/// Whether a source has to have a query for an ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sent {
    /// No source was asked.
    No = 0,
    /// Perhaps: it was asked and did not answer, or a crash came between.
    Perhaps = 1,
    /// It answered.
    Yes = 2,
    /// Another source answered.
    Elsewhere = 3,
}

/// Compares `ledger`, a CSV document, with the journal; each difference is handed to `each`, in the order of the ledger's
/// lines and then of the journal's leaves.
///
/// # Errors
/// When the journal does not verify, or the ledger cannot be read at all.
pub fn compare(
    book: &Book,
    comparison: &Comparison,
    ledger: &mut dyn Read,
    each: &mut dyn FnMut(&Difference),
) -> Result<Compared, RecordsError> {
    // A private file on the disk, which goes with the connection.
    let table = Connection::open("").map_err(failed)?;
    table
        .execute_batch(
            "CREATE TABLE query (line INTEGER PRIMARY KEY, id TEXT NOT NULL, time INTEGER NOT NULL);
             CREATE TABLE ask (id TEXT PRIMARY KEY, leaf INTEGER NOT NULL, at INTEGER NOT NULL, ended INTEGER NOT NULL,
                               sent INTEGER NOT NULL) WITHOUT ROWID;
             BEGIN",
        )
        .map_err(failed)?;
    let mut compared = Compared::default();
    let mut note = |difference: Difference| {
        each(&difference);
        1
    };
    let (lines, unreadable) = load_queries(&table, ledger, &mut note)?;
    compared.lines = lines;
    compared.differences += unreadable;
    compared.erased = load_asks(&table, book, comparison)?;
    table
        .execute_batch("CREATE INDEX query_id ON query (id, line); COMMIT")
        .map_err(failed)?;
    go_through_queries(&table, comparison, &mut compared, &mut note)?;
    go_through_asks(&table, comparison, &mut compared, &mut note)?;
    Ok(compared)
}

/// Puts every query of the ledger into the table; how many lines it has, and how many cannot be read.
fn load_queries(
    table: &Connection,
    ledger: &mut dyn Read,
    note: &mut dyn FnMut(Difference) -> u64,
) -> Result<(u64, u64), RecordsError> {
    let mut insert = table
        .prepare("INSERT INTO query (line, id, time) VALUES (?1, ?2, ?3)")
        .map_err(failed)?;
    let mut put = |line: u64, id: &str, time: Timestamp| {
        let line = i64::try_from(line).unwrap_or(i64::MAX);
        insert.execute((line, id, time.unix_ms())).map(drop).map_err(failed)?;
        Ok(())
    };
    lines::load(ledger, &mut put, note)
}

/// Puts every ask of the journal into the table; how many asks were erased.
fn load_asks(table: &Connection, book: &Book, comparison: &Comparison) -> Result<u64, RecordsError> {
    let mut open: HashMap<Leaf, (String, Timestamp)> = HashMap::new();
    let mut insert = table
        .prepare("INSERT OR IGNORE INTO ask (id, leaf, at, ended, sent) VALUES (?1, ?2, ?3, ?4, ?5)")
        .map_err(failed)?;
    let mut put = |id: &str, leaf: Leaf, at: Timestamp, ended: Timestamp, sent: Sent| -> Result<(), RecordsError> {
        let leaf = i64::try_from(leaf).unwrap_or(i64::MAX);
        let row = (id, leaf, at.unix_ms(), ended.unix_ms(), sent as u8);
        insert.execute(row).map(drop).map_err(failed)?;
        Ok(())
    };
    let mut erased = 0;
    let mut latest = Timestamp::from_unix_ms(0);
    book.read(&[], &mut |kept| {
        let Some(entry) = kept.entry() else { return Ok(()) };
        latest = entry.at;
        let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
        let id = part.get("ask").and_then(Value::as_str).unwrap_or_default();
        match (entry.kind, entry.closes) {
            (Kind::Asked, _) => drop(open.insert(entry.leaf, (id.to_owned(), entry.at))),
            (Kind::Refused, _) => put(id, entry.leaf, entry.at, entry.at, Sent::No)?,
            (Kind::Erased, _) => erased += asks_in(&part),
            (_, Some(asked)) => {
                let (leaf, at) = open
                    .remove(&asked)
                    .map_or((entry.leaf, entry.at), |(_, at)| (asked, at));
                put(id, leaf, at, entry.at, comparison.sent(entry))?;
            }
            (_, None) => {}
        }
        Ok(())
    })?;
    for (leaf, (id, at)) in open {
        put(&id, leaf, at, latest, Sent::Perhaps)?;
    }
    Ok(erased)
}

fn asks_in(part: &Value) -> u64 {
    let totals = part.get("totals").and_then(Value::as_array);
    let counted = totals.into_iter().flatten().filter_map(|total| {
        let is_ask = total.get("kind")?.as_str()? == Kind::Asked.word();
        is_ask.then_some(total.get("n")?.as_u64()?)
    });
    counted.sum()
}

impl Comparison {
    /// What the entry that ends an ask says of its query.
    fn sent(&self, end: &Entry) -> Sent {
        let own: Value = serde_json::from_str(&end.subject_part.text).unwrap_or_default();
        let word = |key| own.get(key).and_then(Value::as_str);
        match (end.kind, word("carrier"), word("reason").unwrap_or_default()) {
            // The handset is no carrier, and has no ledger.
            (_, Some(handset::NAME), _) => Sent::No,
            (_, Some(carrier), _) if self.source.as_deref().is_some_and(|source| source != carrier) => Sent::Elsewhere,
            (_, Some(_), _) => Sent::Yes,
            (Kind::Failed, None, "no-source" | "source-busy") => Sent::No,
            (
                Kind::Failed,
                None,
                "unknown-to-source"
                | "denied-by-source"
                | "unlocatable"
                | "too-old"
                | "surface-not-met"
                | "source-untrustworthy"
                | "beyond-grid",
            ) if self.only_source => Sent::Yes,
            _ => Sent::Perhaps,
        }
    }
}

type Found = (u64, String, Timestamp, Option<(Timestamp, Timestamp, u8)>, u32);

fn read_query(row: &Row<'_>) -> rusqlite::Result<Found> {
    let time = |column| {
        row.get::<_, Option<i64>>(column)
            .map(|at| at.map(Timestamp::from_unix_ms))
    };
    let ask = match (time(3)?, time(4)?, row.get::<_, Option<u8>>(5)?) {
        (Some(at), Some(ended), Some(sent)) => Some((at, ended, sent)),
        _ => None,
    };
    Ok((
        row.get::<_, i64>(0)?.unsigned_abs(),
        row.get(1)?,
        Timestamp::from_unix_ms(row.get(2)?),
        ask,
        row.get(6)?,
    ))
}

/// Every query of the ledger, in order of its lines.
fn go_through_queries(
    table: &Connection,
    comparison: &Comparison,
    compared: &mut Compared,
    note: &mut dyn FnMut(Difference) -> u64,
) -> Result<(), RecordsError> {
    let mut select = table
        .prepare(
            "SELECT query.line, query.id, query.time, ask.at, ask.ended, ask.sent,
                    (SELECT count(*) FROM
                     (SELECT 1 FROM query AS before WHERE before.id = query.id AND before.line < query.line LIMIT 2))
             FROM query LEFT JOIN ask ON ask.id = query.id ORDER BY query.line",
        )
        .map_err(failed)?;
    let mut rows = select.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let (line, id, time, ask, before) = read_query(row).map_err(failed)?;
        if !comparison.covers(ask.map_or(time, |(asked, ..)| asked)) {
            continue;
        }
        let unasked = |why| Difference::LedgerOnly {
            line,
            id: id.clone(),
            time,
            why,
        };
        let difference = match ask {
            None => unasked("the journal has no such ask"),
            Some((.., sent)) if sent == Sent::No as u8 => unasked("the journal says that no source was asked for it"),
            Some((.., sent)) if sent == Sent::Elsewhere as u8 => {
                unasked("the journal says that another source answered it")
            }
            Some((asked, ended, _))
                if time < asked.before(comparison.tolerance) || time > ended.after(comparison.tolerance) =>
            {
                Difference::Time {
                    line,
                    id,
                    time,
                    asked,
                    ended,
                }
            }
            Some(_) if before >= SENT_MAX => Difference::Repeated { line, id, time },
            Some(_) => {
                compared.matched += u64::from(before == 0);
                compared.again += u64::from(before > 0);
                continue;
            }
        };
        compared.differences += note(difference);
    }
    Ok(())
}

/// Every ask that is in no line of the ledger.
fn go_through_asks(
    table: &Connection,
    comparison: &Comparison,
    compared: &mut Compared,
    note: &mut dyn FnMut(Difference) -> u64,
) -> Result<(), RecordsError> {
    let mut select = table
        .prepare(
            "SELECT leaf, id, at, sent, EXISTS (SELECT 1 FROM query WHERE query.id = ask.id)
             FROM ask WHERE sent IN (1, 2) ORDER BY leaf",
        )
        .map_err(failed)?;
    let mut rows = select.query([]).map_err(failed)?;
    while let Some(row) = rows.next().map_err(failed)? {
        let read = || -> rusqlite::Result<(i64, String, i64, u8, bool)> {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        };
        let (leaf, id, at, sent, found) = read().map_err(failed)?;
        let asked = Timestamp::from_unix_ms(at);
        if !comparison.covers(asked) {
            continue;
        }
        compared.asks += 1;
        match (found, sent == Sent::Yes as u8) {
            (true, _) => {}
            (false, false) => compared.unsure += 1,
            (false, true) => {
                compared.differences += note(Difference::JournalOnly {
                    leaf: leaf.unsigned_abs(),
                    id,
                    asked,
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
