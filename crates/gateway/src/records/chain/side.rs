//! One end's side of a chain, out of its own journal.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;

use domain::id::PartyId;
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Kind};
use domain::time::Timestamp;
use serde_json::Value;

use super::{Header, Line, Reached, Role, VERSION, WHAT};
use crate::records::RecordsError;
use crate::records::book::Book;

/// Which asks are compared.
#[derive(Debug, Clone)]
pub enum Side {
    /// What this hub passes on to the source of this name.
    Hub {
        /// The source.
        source: Arc<str>,
    },
    /// What this home has as brought by this party.
    Home {
        /// The hub.
        hub: PartyId,
    },
}

/// What a part of an entry says.
struct Said(Value);

impl Said {
    fn of(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }
}

impl Side {
    /// Which end this is.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Hub { .. } => Role::Hub,
            Self::Home { .. } => Role::Home,
        }
    }

    /// Hands over each ask of this side, when it has ended, and those that have not at last.
    ///
    /// # Errors
    /// When the journal does not verify.
    pub fn each(&self, book: &Book, each: &mut dyn FnMut(Line)) -> Result<(), RecordsError> {
        let mut open: HashMap<Leaf, Line> = HashMap::new();
        book.read(&[], &mut |kept| {
            let Some(entry) = kept.entry() else { return Ok(()) };
            match (entry.kind, entry.closes) {
                (Kind::Asked, _) => {
                    open.extend(self.asked(entry).map(|line| (entry.leaf, line)));
                }
                (Kind::Refused, _) => self.refused(entry).into_iter().for_each(&mut *each),
                (_, Some(asked)) => {
                    let ended = open.remove(&asked).and_then(|line| self.ended(line, entry));
                    ended.into_iter().for_each(&mut *each);
                }
                (_, None) => {}
            }
            Ok(())
        })?;
        open.into_values().for_each(each);
        Ok(())
    }

    /// An ask that was recorded, if it may be one of this side.
    fn asked(&self, entry: &Entry) -> Option<Line> {
        let (party, own) = (Said::of(&entry.party.text), Said::of(&entry.subject_part.text));
        let of_side = match self {
            // Nothing here covers what is passed on.
            Self::Hub { .. } => own.text("permission").is_none(),
            Self::Home { hub } => party.text("bearer") == Some(&hub.to_string()),
        };
        let reached = match self {
            Self::Hub { .. } => Reached::Perhaps,
            Self::Home { .. } => Reached::Yes,
        };
        line(&party, entry.at, reached).filter(|_| of_side)
    }

    /// One that was refused: a hub did not pass it on; a home has it all the same.
    fn refused(&self, entry: &Entry) -> Option<Line> {
        let (party, own) = (Said::of(&entry.party.text), Said::of(&entry.subject_part.text));
        let reached = match self {
            Self::Hub { .. } => Reached::No,
            Self::Home { hub } if party.text("bearer") == Some(&hub.to_string()) => Reached::Yes,
            Self::Home { .. } => return None,
        };
        if own.text("reason") == Some("replayed") {
            return None;
        }
        let line = line(&party, entry.at, reached)?;
        Some(self.with_end(line, entry))
    }

    /// The ask with its end; `None` if it went to another home.
    fn ended(&self, line: Line, end: &Entry) -> Option<Line> {
        let own = Said::of(&end.subject_part.text);
        let reached = match self {
            Self::Home { .. } => Reached::Yes,
            Self::Hub { source } => match (own.text("carrier"), own.text("reason")) {
                (Some(carrier), _) if carrier == &**source => Reached::Yes,
                (Some(_), _) => return None,
                (None, Some("no-source" | "source-busy")) => Reached::No,
                // Where there are several homes nothing says which one it went to: the other's file tells.
                (None, _) => Reached::Perhaps,
            },
        };
        Some(self.with_end(Line { reached, ..line }, end))
    }

    /// A home says that an ask ended, and neither how nor when: the time alone would tell a refusal.
    fn with_end(&self, line: Line, end: &Entry) -> Line {
        let (word, ended) = match (self, end.kind) {
            (Self::Hub { .. }, kind) => (kind.word(), Some(end.at.rfc3339())),
            (Self::Home { .. }, Kind::Abandoned) => (Kind::Abandoned.word(), None),
            (Self::Home { .. }, _) => ("ended", None),
        };
        Line {
            end: word.to_owned(),
            ended,
            ..line
        }
    }
}

/// The line of an ask that its recipient signed.
fn line(party: &Said, at: Timestamp, reached: Reached) -> Option<Line> {
    let text = |key| party.text(key).unwrap_or_default().to_owned();
    Some(Line {
        letter: party.text("letter")?.to_owned(),
        at: at.rfc3339(),
        ended: None,
        end: "open".to_owned(),
        reached,
        recipient: text("recipient"),
        purpose: text("purpose"),
        question: text("question"),
    })
}

/// Writes this side down, for the operator of the other end; how many asks it has. What a hub did not pass on is not in it:
/// that may be about the numbers of another home.
///
/// # Errors
/// When the journal does not verify, or the file cannot be written.
pub fn write(
    book: &Book,
    side: &Side,
    (gateway, now): (&str, Timestamp),
    out: &mut dyn Write,
) -> Result<u64, RecordsError> {
    let failed = |error: std::io::Error| RecordsError::Io(std::path::PathBuf::from("the file"), error);
    let header = Header {
        what: WHAT.to_owned(),
        v: VERSION,
        role: side.role(),
        gateway: gateway.to_owned(),
        made: now.rfc3339(),
        size: book.head().size,
    };
    let mut put = |text: Result<String, serde_json::Error>| {
        let text = text.map_err(std::io::Error::from)?;
        writeln!(out, "{text}")
    };
    put(serde_json::to_string(&header)).map_err(failed)?;
    let (mut written, mut trouble) = (0, None);
    side.each(book, &mut |line| {
        if trouble.is_none() && line.reached != Reached::No {
            written += 1;
            trouble = put(serde_json::to_string(&line)).err();
        }
    })?;
    match trouble {
        Some(error) => Err(failed(error)),
        None => Ok(written),
    }
}
