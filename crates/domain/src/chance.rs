//! Randomness, as an argument: salts and ids are drawn from what the caller hands in.

/// A source of unpredictable bytes.
pub trait Chance: Send {
    /// Fills `bytes`.
    fn fill(&mut self, bytes: &mut [u8]);
}
