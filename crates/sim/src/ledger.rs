//! A peer's ledger: everything that it received, in order, one JSON object per line, on its own disk.

use crate::clock;
use crate::sync::lock;
use serde::Serialize;
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// How a ledger reaches the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Each line is handed to the operating system before [`Ledger::note`] returns.
    EachLine,
    /// Lines are gathered and handed over by [`Ledger::flush`], for peers under load.
    Buffered,
}

/// An append-only file `ledger.jsonl`; line k has `"seq":k`.
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    durability: Durability,
    tail: Mutex<Tail>,
}

#[derive(Debug)]
struct Tail {
    file: BufWriter<File>,
    next: u64,
}

impl Ledger {
    /// Opens `dir/ledger.jsonl`, continuing its numbering; a torn last line of an interrupted run is cut off.
    ///
    /// # Errors
    /// When the folder or file cannot be made, read or written.
    pub fn open(dir: &Path, durability: Durability) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let path = dir.join("ledger.jsonl");
        let mut next = 1;
        if path.exists() {
            let text = std::fs::read(&path)?;
            let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
            if whole < text.len() {
                OpenOptions::new().write(true).open(&path)?.set_len(whole as u64)?;
            }
            next += text.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let tail = Mutex::new(Tail {
            file: BufWriter::with_capacity(1 << 16, file),
            next,
        });
        Ok(Self { path, durability, tail })
    }

    /// Appends a line `{"seq","at","kind",…detail}` and returns its number. `detail` must serialise to an object.
    ///
    /// A full disk is reported on standard error: a peer goes on serving, as real ones do.
    pub fn note<T: Serialize>(&self, kind: &str, detail: &T) -> u64 {
        let at = clock::rfc3339(clock::now_ms());
        let detail = serde_json::to_string(detail).unwrap_or_default();
        let rest = detail.strip_prefix('{').filter(|rest| *rest != "}");
        let mut tail = lock(&self.tail);
        let seq = tail.next;
        tail.next += 1;
        let written = match rest {
            Some(rest) => writeln!(tail.file, r#"{{"seq":{seq},"at":"{at}","kind":"{kind}",{rest}"#),
            None => writeln!(tail.file, r#"{{"seq":{seq},"at":"{at}","kind":"{kind}"}}"#),
        };
        let written = match self.durability {
            Durability::EachLine => written.and_then(|()| tail.file.flush()),
            Durability::Buffered => written,
        };
        if let Err(error) = written {
            eprintln!("wayleave-sim: cannot write the ledger: {error}");
        }
        seq
    }

    /// Hands every line to the operating system.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn flush(&self) -> io::Result<()> {
        lock(&self.tail).file.flush()
    }

    /// The whole lines after number `after` (0 for all), as they stand on the disk.
    ///
    /// # Errors
    /// When the file cannot be written or read.
    pub fn text(&self, after: u64) -> io::Result<Vec<u8>> {
        self.flush()?;
        let mut text = std::fs::read(&self.path)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        text.truncate(whole);
        if after > 0 {
            let mut ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
            let skip = usize::try_from(after - 1).ok().and_then(|lines| ends.nth(lines));
            let start = skip.map_or(text.len(), |(end, _)| end + 1);
            text.drain(..start);
        }
        Ok(text)
    }

    /// Every line as a JSON value, for peers that rebuild their state from what they received.
    ///
    /// # Errors
    /// When the file cannot be read or a line is not JSON.
    pub fn entries(&self) -> io::Result<Vec<Value>> {
        let text = self.text(0)?;
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).map_err(io::Error::other))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn continues_numbering_and_cuts_a_torn_line() {
        let dir = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(dir.path(), Durability::Buffered).unwrap();
        assert_eq!(ledger.note("a", &json!({"x": 1})), 1);
        assert_eq!(ledger.note("b", &json!({})), 2);
        ledger.flush().unwrap();
        drop(ledger);
        let path = dir.path().join("ledger.jsonl");
        let mut text = std::fs::read(&path).unwrap();
        text.extend_from_slice(b"{\"seq\":3,\"at");
        std::fs::write(&path, text).unwrap();

        let ledger = Ledger::open(dir.path(), Durability::EachLine).unwrap();
        assert_eq!(ledger.note("c", &json!({"y": "z"})), 3);
        let entries = ledger.entries().unwrap();
        let kinds: Vec<_> = entries.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["a", "b", "c"]);
        let after_two = String::from_utf8(ledger.text(2).unwrap()).unwrap();
        assert!(after_two.starts_with("{\"seq\":3,"), "found {after_two}");
        assert_eq!(ledger.text(3).unwrap(), b"");
    }
}
