//! What the journal's key signs for an export: the SHA-256 of the whole file, taken while it is written.

use std::io::Write;

use aws_lc_rs::digest::{Context, SHA256};
use domain::journal::entry::hex;

use super::line::WHAT;

/// The text that is signed for a file with this SHA-256.
#[must_use]
pub fn statement_of(sha256: &[u8]) -> String {
    format!("{WHAT}\nsha256 {}\n", hex(sha256))
}

/// Hashes what is written.
pub struct Hashing<W> {
    out: W,
    hash: Context,
}

impl<W: Write> Hashing<W> {
    /// Nothing written yet.
    pub fn new(out: W) -> Self {
        Self {
            out,
            hash: Context::new(&SHA256),
        }
    }

    /// Where it was written, and the SHA-256 of all of it.
    pub fn finish(self) -> (W, Vec<u8>) {
        (self.out, self.hash.finish().as_ref().to_vec())
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
