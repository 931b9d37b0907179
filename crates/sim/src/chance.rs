//! Chance: unguessable bytes for tokens, and a small seeded generator for the world's movements.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The machine's own randomness.
#[expect(
    clippy::disallowed_methods,
    reason = "other people's systems draw their own randomness, here and only here"
)]
pub fn system() -> SystemRandom {
    SystemRandom::new()
}

/// A token of 24 unguessable bytes, base64url (32 characters).
///
/// # Panics
/// When the system has no randomness left to give, which no simulated system can survive.
pub fn token() -> String {
    let mut bytes = [0_u8; 24];
    let filled = system().fill(&mut bytes);
    assert!(filled.is_ok(), "the system refused to give randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A seeded generator (SplitMix64): the same seed walks the same streets. Never used for secrets.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// A generator that starts at `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// A generator seeded from the system, for what need not be repeatable.
    pub fn from_system() -> Self {
        let mut bytes = [0_u8; 8];
        // A predictable walk is no harm, so a refusal of the system only means seed zero.
        let _ = system().fill(&mut bytes);
        Self::new(u64::from_le_bytes(bytes))
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A whole number in `low..=high`; `low` when the range is empty.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        if high <= low {
            return low;
        }
        low + self.bits() % (high - low + 1)
    }
}
