//! The hash of an export, taken while it is written: the journal's key signs it.

use std::io::Write;

use aws_lc_rs::digest::{Context, SHA256};
use domain::journal::tree::Hash;

/// The name under which an export is signed.
pub const NAME: &str = "export";

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
    pub fn finish(self) -> (W, Hash) {
        (self.out, finished(self.hash))
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

/// The hash of all that was fed.
pub(super) fn finished(context: Context) -> Hash {
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}
