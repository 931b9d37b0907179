//! The lines of a ledger: CSV (RFC 4180) with a first line that names the columns. Wanted are `time` and `id`; `result` and
//! any other column may be there, and is not read.

use std::io::Read;

use csv::{ReaderBuilder, StringRecord, Terminator};
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
    // one, and the count of lines is that of the ends.
    let mut reader = ReaderBuilder::new()
        .flexible(true)
        .terminator(Terminator::Any(b'\n'))
        .from_reader(ledger.chain(&b"\n"[..]));
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
    let mut record = StringRecord::new();
    loop {
        let query = match reader.read_record(&mut record) {
            Ok(false) => return Ok((lines, differences)),
            Ok(true) if record.len() == 1 && record.get(0).is_some_and(|field| field.trim().is_empty()) => continue,
            Ok(true) => read(&record, time, id, heads.len()),
            Err(error) if error.is_io_error() => return Err(unusable(&error)),
            Err(_) => Err("expected text in UTF-8, found other bytes".to_owned()),
        };
        // A record may have line ends of its own, within quotes; blank lines before it are passed over.
        let inner = record.iter().map(|field| field.matches('\n').count()).sum::<usize>();
        let line = reader
            .position()
            .line()
            .saturating_sub(1 + u64::try_from(inner).unwrap_or(0));
        lines += 1;
        match query {
            Ok((id, time)) => put(line, id, time)?,
            Err(what) => differences += note(Difference::Unreadable { line, what }),
        }
    }
}

fn read(record: &StringRecord, time: usize, id: usize, columns: usize) -> Result<(&str, Timestamp), String> {
    if record.len() != columns {
        let found = record.len();
        return Err(format!("expected {columns} columns, found {found}"));
    }
    let at = record.get(time).map(str::trim).and_then(Timestamp::from_rfc3339);
    let at = at.ok_or("expected `time` as RFC 3339 with its offset, found something else")?;
    match record.get(id).map(str::trim) {
        Some(id) if (1..=ID_MAX).contains(&id.len()) => Ok((id, at)),
        _ => Err(format!("expected an `id` of 1 to {ID_MAX} characters, found another")),
    }
}

fn unusable(error: &csv::Error) -> RecordsError {
    let line = error.position().map_or(1, csv::Position::line);
    RecordsError::Line(line, format!("expected CSV in UTF-8, found other bytes: {error}"))
}
