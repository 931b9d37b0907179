//! An export: the entries of one person, of one party, or of a span of time, each with its proof, in lines that are checked
//! without this gateway.

use std::collections::HashSet;
use std::io::Write;

use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::entry::{Entry, Kind};
use domain::journal::kept::Kept;
use domain::number::Msisdn;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use serde_json::Value;

use super::RecordsError;
use super::book::{Book, Prover};
use super::line::{Asked, Counts, EntryLine, Header, Line, Reader, VERSION, WHAT};
use crate::config::gateway::Gateway;

/// So many entries are proved together.
const PROVED_TOGETHER: usize = 256;

/// Whose entries are wanted.
#[derive(Debug, Clone, Copy)]
pub enum Whose {
    /// One person's.
    Subject(SubjectKey, Msisdn),
    /// Those that name one party.
    Party(PartyId),
    /// Everybody's.
    Everybody,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Whose entries.
    pub whose: Whose,
    /// From this time on.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
    /// Who reads it.
    pub reader: Reader,
}

impl Wanted {
    fn asked(&self, book: &Book) -> Result<Asked, RecordsError> {
        let mut asked = Asked {
            from: self.from.map(Timestamp::rfc3339),
            to: self.to.map(Timestamp::rfc3339),
            ..Asked::default()
        };
        match self.whose {
            Whose::Subject(subject, number) => {
                asked.number = Some(number.to_e164());
                asked.person = Some(book.person(subject));
            }
            Whose::Party(party) => {
                asked.party = Some(party.to_string());
                asked.name = Some(book.party_name(party)?);
            }
            Whose::Everybody => {}
        }
        Ok(asked)
    }

    /// Whether an entry is one of these. A shell says nothing of whose it was, so only a span has shells.
    fn takes(&self, kept: &Kept) -> bool {
        match (self.whose, kept.entry()) {
            (Whose::Everybody, _) => true,
            (_, None) => false,
            (Whose::Subject(subject, _), Some(entry)) => entry.subject == Some(subject),
            (Whose::Party(party), Some(entry)) => names(entry, party),
        }
    }
}

/// Whether the party's part names this party.
fn names(entry: &Entry, party: PartyId) -> bool {
    let id = party.to_string();
    // Most entries name another: looking for the id is quicker than reading each.
    if !entry.party.text.contains(&id) {
        return false;
    }
    let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
    let is = |key| part.get(key).and_then(Value::as_str) == Some(id.as_str());
    is("recipient") || is("party")
}

/// Whether the party itself was told of such an entry before. Of everything else it must not learn which it was: a phone
/// that is off, a pause and a withdrawal look alike to it. A question that is missing here would say that it was held back,
/// a yes that is there how a consent ended, and a suspension by which number it came about.
const fn was_told(kind: Kind) -> bool {
    matches!(kind, Kind::Answered | Kind::PartyEnrolled | Kind::PartyKeys)
}

/// Writes an export, verifying the whole journal on the way.
///
/// # Errors
/// When the journal does not verify, or the file cannot be written.
pub fn write(
    book: &Book,
    gateway: &Gateway,
    wanted: &Wanted,
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Counts, RecordsError> {
    let leaves = book.span(wanted.from, wanted.to)?;
    let numbered = match wanted.whose {
        Whose::Subject(subject, _) => Some(book.facts(subject)?.count),
        Whose::Party(_) | Whose::Everybody => None,
    };
    let mut writer = Writer::start(
        book,
        wanted.reader,
        Header {
            leaves: matches!(wanted.whose, Whose::Everybody).then_some((leaves.start, leaves.end)),
            numbered,
            ..header(book, gateway, wanted.asked(book)?, wanted.reader, now)
        },
        out,
    )?;
    book.read(&[], &mut |kept| {
        if leaves.contains(&kept.leaf()) && wanted.takes(&kept) {
            writer.add(kept)?;
        }
        Ok(())
    })?;
    writer.finish()
}

/// The first line of any export.
#[must_use]
pub fn header(book: &Book, gateway: &Gateway, asked: Asked, reader: Reader, now: Timestamp) -> Header {
    Header {
        what: WHAT.to_owned(),
        v: VERSION,
        asked,
        reader,
        gateway: gateway.issuer.clone(),
        operator: gateway.operator.clone(),
        made_at: now.rfc3339(),
        key: VerifierKey::of(book.keys()).to_string(),
        checkpoint: book.note().to_owned(),
        leaves: None,
        numbered: None,
    }
}

/// Writes the lines of one export, in the order of their leaves.
pub struct Writer<'a> {
    book: &'a Book,
    prover: Prover<'a>,
    reader: Reader,
    out: &'a mut dyn Write,
    waiting: Vec<Kept>,
    counts: Counts,
    people: HashSet<SubjectKey>,
}

impl<'a> Writer<'a> {
    /// Writes the first line.
    ///
    /// # Errors
    /// When the file cannot be written, or the journal not be read for proofs.
    pub fn start(book: &'a Book, reader: Reader, header: Header, out: &'a mut dyn Write) -> Result<Self, RecordsError> {
        let mut writer = Self {
            prover: book.prover()?,
            book,
            reader,
            out,
            waiting: Vec::new(),
            counts: Counts::default(),
            people: HashSet::new(),
        };
        if reader == Reader::Party {
            writer.counts.unanswered = Some(0);
        }
        writer.line(&Line::Header(Box::new(header)))?;
        Ok(writer)
    }

    /// Adds an entry or a shell; of what a party was never told, only the count.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, kept: Kept) -> Result<(), RecordsError> {
        if let (Some(unanswered), Some(kind)) = (&mut self.counts.unanswered, kept.entry().map(|entry| entry.kind))
            && !was_told(kind)
        {
            let ends = [Kind::Refused, Kind::Withheld, Kind::Failed, Kind::Abandoned];
            *unanswered += u64::from(ends.contains(&kind));
            return Ok(());
        }
        self.waiting.push(kept);
        if self.waiting.len() >= PROVED_TOGETHER {
            self.flush()?;
        }
        Ok(())
    }

    /// Writes the last line.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn finish(mut self) -> Result<Counts, RecordsError> {
        self.flush()?;
        if self.reader == Reader::Auditor {
            self.counts.people = u64::try_from(self.people.len()).ok();
        }
        let counts = std::mem::take(&mut self.counts);
        let line = Line::Counts(counts);
        self.line(&line)?;
        self.out.flush().map_err(writing)?;
        match line {
            Line::Counts(counts) => Ok(counts),
            Line::Header(_) | Line::Entry(_) | Line::Shell(_) => Ok(Counts::default()),
        }
    }

    fn flush(&mut self) -> Result<(), RecordsError> {
        let waiting = std::mem::take(&mut self.waiting);
        let proofs = self.prover.inclusion(&waiting)?;
        for (kept, proof) in waiting.iter().zip(&proofs) {
            let subject = kept.entry().and_then(|entry| entry.subject);
            let named = subject.filter(|_| self.reader != Reader::Party);
            let line = EntryLine::of(kept, self.reader, named.map(|key| self.book.person(key)), proof);
            match kept {
                Kept::Entry(entry) => {
                    self.counts.entries += 1;
                    *self.counts.kinds.entry(entry.kind.word().to_owned()).or_default() += 1;
                    self.people.extend(named);
                    self.line(&Line::Entry(line))?;
                }
                Kept::Shell(_) => {
                    self.counts.shells += 1;
                    self.line(&Line::Shell(line))?;
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<(), RecordsError> {
        let text = serde_json::to_string(line).map_err(|error| writing(error.into()))?;
        writeln!(self.out, "{text}").map_err(writing)
    }
}

fn writing(error: std::io::Error) -> RecordsError {
    RecordsError::Io("the export".into(), error)
}
