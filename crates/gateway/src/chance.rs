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
