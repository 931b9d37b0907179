//! The lines of a ledger: CSV (RFC 4180) with a first line that names the columns. Wanted are `time` and `id`; `result` and
//! any other column may be there, and is not read.

use std::io::Read;

use csv::{ByteRecord, ReaderBuilder, Terminator};
use domain::time::Timestamp;

use super::super::RecordsError;
use super::Difference;

/// The longest id that is kept, in characters. Ours have thirty.
const ID_MAX: usize = 200;

/// Hands every query to `put`, with its line, its id and its time, and every line that cannot be read to `note`. How many
/// lines there were, and how many differences were noted.
///
/// # Errors
/// When the ledger cannot be read, lacks a column, or `put` fails.
pub fn load(
    ledger: &mut dyn Read,
    put: &mut dyn FnMut(u64, &str, Timestamp) -> Result<(), RecordsError>,
    note: &mut dyn FnMut(Difference) -> u64,
) -> Result<(u64, u64), RecordsError> {
    // A carriage return before a line's end is trimmed away. The last line may lack its end; with one more, every record has
    // one, and the count of lines is that of the ends. With two, something follows the last record, unless a quotation mark
    // was never closed and took in all of it.
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(ledger.chain(&b"\n\n"[..]));
    let heads = reader.headers().map_err(|error| unusable(&error))?.clone();
    let column = |name: &str| {
        let mut found = heads.iter().enumerate().filter(|(_, head)| head.trim() == name);
        match (found.next(), found.next()) {
            (Some((place, _)), None) => Ok(place),
            _ => Err(RecordsError::Line(
                1,
                format!("expected one column `{name}`, found none or several"),
            )),
        }
    };
    let (time, id) = (column("time")?, column("id")?);
    let (mut lines, mut differences) = (0, 0);
    let mut held: Option<Held> = None;
    loop {
        // As bytes: what is no text has lines to be counted, too.
        let mut record = ByteRecord::new();
        let found = reader.read_byte_record(&mut record).map_err(|error| unusable(&error))?;
        let after = reader.position().line();
        if let Some(held) = held.take().filter(|held| !held.is_blank()) {
            let is_open = after == held.after && !found;
            lines += 1;
            match held.query(is_open, (time, id, heads.len())) {
                Ok((id, time)) => put(held.line(is_open), id, time)?,
                Err(what) => {
                    let line = held.line(is_open);
                    differences += note(Difference::Unreadable { line, what });
                }
            }
        }
        if !found {
            return Ok((lines, differences));
        }
        held = Some(Held { record, after });
    }
}

/// A record that was read, until it is known whether anything follows it.
struct Held {
    record: ByteRecord,
    /// The line on which the reader stood behind it.
    after: u64,
}

impl Held {
    fn is_blank(&self) -> bool {
        let is_blank = |field: &[u8]| std::str::from_utf8(field).is_ok_and(|text| text.trim().is_empty());
        self.record.len() == 1 && self.record.iter().all(is_blank)
    }

    /// The line on which it begins: a record may have line ends of its own, within quotes; blank lines before it are passed
    /// over. One that is open at the end has no line end behind it.
    fn line(&self, is_open: bool) -> u64 {
        let inner = self.record.iter().flatten().filter(|byte| **byte == b'\n').count();
        let ends = u64::try_from(inner).unwrap_or(0) + u64::from(!is_open);
        self.after.saturating_sub(ends)
    }

    fn query(&self, is_open: bool, (time, id, columns): (usize, usize, usize)) -> Result<(&str, Timestamp), String> {
        if is_open {
            return Err("expected a closing quotation mark, found the end of the ledger".to_owned());
        }
        let fields: Result<Vec<&str>, _> = self.record.iter().map(str::from_utf8).collect();
        let fields = fields.map_err(|_| "expected text in UTF-8, found other bytes")?;
        read(&fields, time, id, columns)
    }
}

fn read<'a>(fields: &[&'a str], time: usize, id: usize, columns: usize) -> Result<(&'a str, Timestamp), String> {
    if fields.len() != columns {
        let found = fields.len();
        return Err(format!("expected {columns} columns, found {found}"));
    }
    let field = |place: usize| fields.get(place).map(|field| field.trim());
    let at = field(time).and_then(Timestamp::from_rfc3339);
    let at = at.ok_or("expected `time` as RFC 3339 with its offset, found something else")?;
    match field(id) {
        Some(id) if (1..=ID_MAX).contains(&id.len()) => Ok((id, at)),
        _ => Err(format!("expected an `id` of 1 to {ID_MAX} characters, found another")),
    }
}

fn unusable(error: &csv::Error) -> RecordsError {
    let line = error.position().map_or(1, csv::Position::line);
    RecordsError::Line(line, format!("expected CSV in UTF-8, found other bytes: {error}"))
}
