//! The file of answers: one line of JSON for each that counts, never altered, only added to.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use domain::audit::tally::Said;
use domain::time::Timestamp;
use gateway::audit::report::{AnswerLine, read_answers};

use crate::Failure;

/// The answers so far.
pub(super) struct Answers {
    file: File,
    said: BTreeMap<String, Said>,
    /// Where the last whole line ends: what a failed write left behind it is cut off first.
    end: u64,
}

impl Answers {
    /// Opens the file, alone.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let unusable = |error: &dyn std::fmt::Display| format!("cannot use `{}`: {error}", path.display());
        let mut options = OpenOptions::new();
        let file = options
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(path);
        let mut file = file.map_err(|error| unusable(&error))?;
        file.try_lock().map_err(|error| unusable(&error))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| unusable(&error))?;
        // A machine that stopped in the middle of a line thanked nobody for it.
        let whole = text
            .rfind('\n')
            .map_or("", |last| text.get(..=last).unwrap_or_default());
        Ok(Self {
            said: read_answers(whole).map_err(|error| unusable(&error))?,
            end: u64::try_from(whole.len())?,
            file,
        })
    }

    /// Writes an answer down, durably, unless it changes nothing: the first counts, or a later no.
    pub(super) fn add(&mut self, token: &str, said: Said, now: Timestamp) -> Result<(), Failure> {
        let before = self.said.get(token).copied();
        if before.is_some_and(|first| first.after(said) == first) {
            return Ok(());
        }
        let line = AnswerLine {
            token: token.to_owned(),
            answer: said.word().to_owned(),
            at: now.rfc3339(),
        };
        let line = format!("{}\n", serde_json::to_string(&line)?);
        self.file.set_len(self.end)?;
        std::io::Seek::seek(&mut self.file, std::io::SeekFrom::Start(self.end))?;
        self.file.write_all(line.as_bytes())?;
        self.file.sync_all()?;
        self.end += u64::try_from(line.len())?;
        self.said.insert(token.to_owned(), said);
        Ok(())
    }
}
