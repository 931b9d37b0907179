//! The append-only, tamper-evident record of every ask, refusal, answer and change of permission. The order of the
//! journal is the order of truth.

pub mod bundle;
pub mod canaries;
pub mod checkpoint;
pub mod contract;
pub mod cosignature;
pub mod edge;
pub mod entry;
pub mod kept;
pub mod keys;
pub mod kind;
pub mod memory;
pub mod note;
pub mod proof;
pub mod proof_text;
pub mod receipt;
pub mod settle;
pub mod statement;
pub mod store;
pub mod submission;
pub mod tile;
pub mod tile_proof;
pub mod tree;
pub mod tree_check;

/// The index of an entry in the journal, from zero.
pub type Leaf = u64;
