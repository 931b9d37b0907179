//! The one source of randomness of the process: the cryptographic library's.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use domain::chance::Chance;

/// The operating system's randomness, by way of the cryptographic library.
#[derive(Debug)]
pub struct SystemChance(SystemRandom);

impl SystemChance {
    /// A source of randomness.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws randomness")]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }

    /// So many random bytes.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // The library fails only if the operating system has no randomness at all; nothing may go on then.
        if self.0.fill(&mut bytes).is_err() {
            std::process::abort();
        }
        bytes
    }
}

/// Bytes of the same randomness, drawn many at a time, for one owner who needs a few of them very often.
pub struct PooledChance {
    source: SystemChance,
    pool: Box<[u8; POOL_BYTES]>,
    used: usize,
}

/// How many bytes are drawn at a time.
const POOL_BYTES: usize = 8192;

impl PooledChance {
    /// An empty pool over a source.
    #[must_use]
    pub fn new(source: SystemChance) -> Self {
        Self {
            source,
            pool: Box::new([0; POOL_BYTES]),
            used: POOL_BYTES,
        }
    }
}

impl std::fmt::Debug for PooledChance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PooledChance(…)")
    }
}

impl Chance for PooledChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        if bytes.len() > POOL_BYTES {
            return self.source.fill(bytes);
        }
        if self.used + bytes.len() > POOL_BYTES {
            self.source.fill(&mut self.pool[..]);
            self.used = 0;
        }
        let (_, rest) = self.pool.split_at_mut(self.used);
        let (taken, _) = rest.split_at_mut(bytes.len());
        bytes.copy_from_slice(taken);
        // What was handed out is kept by nobody else.
        taken.fill(0);
        self.used += bytes.len();
    }
}

impl Default for SystemChance {
    fn default() -> Self {
        Self::new()
    }
}

impl Chance for SystemChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            std::process::abort();
        }
    }
}
