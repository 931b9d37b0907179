//! The journal's way into the world: batches are settled one after the other on a thread of their own.
pub mod label;
pub mod proofs;
pub mod public;
pub mod publish;
pub mod sequencer;
pub mod witnesses;
