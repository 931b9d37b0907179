//! Checks an export without the gateway that made it: that the journal's key signed this very file, that every line is in the
//! journal that the key signs for, that nothing is there twice, that nothing is missing which the numbers would show, and
//! that the counts are right.

mod numbering;

use std::collections::HashSet;
use std::io::{BufRead, Read as _};

use aws_lc_rs::digest::{Context, SHA256};
use domain::journal::Leaf;
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::proof::verify_inclusion;
use domain::journal::statement;
use serde_json::Value;

use self::numbering::Numbering;
use super::RecordsError;
use super::line::{Counts, EntryLine, Header, Line, Reader, VERSION, WHAT};
use super::signed::{NAME, finished};

/// The longest line that is read, in bytes. An entry takes two thousand.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// What an export was found to hold.
#[derive(Debug)]
pub struct Checked {
    /// What was asked for, as its first line says.
    pub header: Header,
    /// The signed head under which everything is proved.
    pub checkpoint: Checkpoint,
    /// What was counted.
    pub counts: Counts,
    /// The numbers of a person's own count that were erased.
    pub erased: u64,
}

/// Checks `file` against its signature and the journal's key.
///
/// # Errors
/// The first thing that does not fit, with its line.
pub fn check(file: &mut dyn BufRead, note: &str, key: &VerifierKey) -> Result<Checked, RecordsError> {
    let mut lines = Lines::new(file);
    let first = lines
        .next()?
        .ok_or_else(|| fault(1, "expected an export, found nothing"))?;
    let Line::Header(header) = first else {
        return Err(fault(1, "expected what was asked for, found another line"));
    };
    if header.what != WHAT || header.v != VERSION {
        return Err(fault(1, "expected an export of form 1, found another document"));
    }
    if header.key != key.to_string() {
        return Err(fault(
            1,
            "expected an export of the journal whose key was given, found another's",
        ));
    }
    let checkpoint = key
        .open(&header.checkpoint)
        .map_err(|error| RecordsError::Line(1, error.to_string()))?;
    let mut checking = Checking::new(&header, &checkpoint);
    let stated = loop {
        match lines.next()? {
            Some(Line::Entry(entry)) => checking.entry(&entry).map_err(|what| fault(lines.number, &what))?,
            Some(Line::Shell(shell)) => checking.shell(&shell).map_err(|what| fault(lines.number, &what))?,
            Some(Line::Counts(stated)) => break stated,
            Some(Line::Header(_)) => return Err(fault(lines.number, "expected an entry, found a second first line")),
            None => {
                return Err(fault(
                    lines.number,
                    "expected the counts as the last line, found the end: it was cut",
                ));
            }
        }
    };
    let last = lines.number;
    if lines.next()?.is_some() {
        return Err(fault(last + 1, "expected nothing behind the counts, found more"));
    }
    let (counts, erased) = checking.finish(&stated).map_err(|what| fault(last, &what))?;
    statement::open_hash(key, note, NAME, &finished(lines.hash)).map_err(|error| {
        RecordsError::Differs(format!(
            "expected the signature of this very file, found that of another, or a file that was altered: {error}"
        ))
    })?;
    Ok(Checked {
        header: *header,
        checkpoint,
        counts,
        erased,
    })
}

fn fault(line: u64, what: &str) -> RecordsError {
    RecordsError::Line(line, what.to_owned())
}

/// The lines of a file, one in memory at a time, and the hash of all that was read.
struct Lines<'a> {
    file: &'a mut dyn BufRead,
    number: u64,
    hash: Context,
    text: Vec<u8>,
}

impl<'a> Lines<'a> {
    fn new(file: &'a mut dyn BufRead) -> Self {
        Self {
            file,
            number: 0,
            hash: Context::new(&SHA256),
            text: Vec::new(),
        }
    }

    /// The next line, read to the letter: what the export would not have written is refused, so that no two readers
    /// understand one line differently.
    fn next(&mut self) -> Result<Option<Line>, RecordsError> {
        self.text.clear();
        let number = self.number + 1;
        let unread = |error: std::io::Error| RecordsError::Line(number, error.to_string());
        let read = (&mut *self.file).take(LINE_BYTES_MAX).read_until(b'\n', &mut self.text);
        if read.map_err(unread)? == 0 {
            return Ok(None);
        }
        self.number = number;
        self.hash.update(&self.text);
        let Some(text) = self.text.strip_suffix(b"\n") else {
            return Err(fault(
                number,
                "expected a whole line, found one that is cut or too long",
            ));
        };
        let line: Line = serde_json::from_slice(text)
            .map_err(|_| fault(number, "expected a line of an export, found something else"))?;
        match serde_json::to_vec(&line) {
            Ok(again) if again == text => Ok(Some(line)),
            _ => Err(fault(
                number,
                "expected a line as an export writes it, found another form",
            )),
        }
    }
}

/// What was seen so far.
struct Checking<'a> {
    header: &'a Header,
    checkpoint: &'a Checkpoint,
    next: Leaf,
    counts: Counts,
    people: HashSet<String>,
    numbering: Numbering,
}

impl<'a> Checking<'a> {
    fn new(header: &'a Header, checkpoint: &'a Checkpoint) -> Self {
        Self {
            header,
            checkpoint,
            next: header.leaves.map_or(0, |(first, _)| first),
            counts: Counts::default(),
            people: HashSet::new(),
            numbering: Numbering::default(),
        }
    }

    fn entry(&mut self, entry: &EntryLine) -> Result<(), String> {
        self.place(entry)?;
        let party = opened(entry.party.text())?;
        let kind = party.get("kind").and_then(Value::as_str).unwrap_or_default();
        *self.counts.kinds.entry(kind.to_owned()).or_default() += 1;
        self.counts.entries += 1;
        self.people.extend(entry.person.clone());
        match self.header.reader {
            Reader::Party => {
                if entry.subject.text().is_some() || entry.person.is_some() {
                    return Err("expected nothing about the person, found more".to_owned());
                }
            }
            Reader::Auditor => drop(opened(entry.subject.text())?),
            Reader::Subject => {
                if entry.person != self.header.asked.person {
                    return Err("expected an entry of the one person, found another's".to_owned());
                }
                self.numbering.add(entry.leaf, &party, &opened(entry.subject.text())?)?;
            }
        }
        Ok(())
    }

    fn shell(&mut self, shell: &EntryLine) -> Result<(), String> {
        if shell.party.text().is_some() || shell.subject.text().is_some() || shell.person.is_some() {
            return Err("expected nothing but the public leaf of an erased entry, found more".to_owned());
        }
        self.counts.shells += 1;
        self.place(shell)
    }

    /// Every line is behind the one before it, so that none is there twice; of a span, none is left out; and it is under
    /// the signed head.
    fn place(&mut self, entry: &EntryLine) -> Result<(), String> {
        let (want, found) = (self.next, entry.leaf);
        if found < want || (self.header.leaves.is_some() && found != want) {
            return Err(format!(
                "expected leaf {want} or a later one where leaves are chosen, found leaf {found}"
            ));
        }
        // The largest number has no successor, and is no place in any journal.
        self.next = found.saturating_add(1);
        let hash = entry
            .hash()
            .ok_or("expected salts and hashes in base64url, found others")?;
        let proof = entry.proof().ok_or("expected a proof in base64url, found another")?;
        let Checkpoint { size, root, .. } = self.checkpoint;
        if verify_inclusion(&hash, found, *size, &proof, root) {
            Ok(())
        } else {
            Err(format!(
                "expected leaf {found} under the signed head, found that its proof leads elsewhere"
            ))
        }
    }

    /// Compares what was counted with what the last line says.
    fn finish(mut self, stated: &Counts) -> Result<(Counts, u64), String> {
        if let Some((first, end)) = self.header.leaves
            && self.next != end.max(first)
        {
            let found = self.next;
            return Err(format!("expected every leaf up to {end}, found none from {found} on"));
        }
        let mut erased = 0;
        if self.header.reader == Reader::Subject {
            let numbered = self
                .header
                .numbered
                .ok_or("expected how many entries the person has, found nothing")?;
            erased = self.numbering.finish(numbered)?;
        }
        if self.header.reader == Reader::Auditor {
            self.counts.people = u64::try_from(self.people.len()).ok();
        }
        // How many asks had no answer is the gateway's word: their entries are not told to a party.
        self.counts.unanswered = stated.unanswered;
        if self.counts == *stated {
            Ok((self.counts, erased))
        } else {
            Err("expected the counts of the lines before, found others".to_owned())
        }
    }
}

fn opened(text: Option<&str>) -> Result<Value, String> {
    let text = text.ok_or("expected an opened part, found only its commitment")?;
    serde_json::from_str(text).map_err(|_| "expected a part in JSON, found something else".to_owned())
}

#[cfg(test)]
mod tests;
