//! The journal's own tables: head, entries, changes, used proofs.

pub mod shells;
pub mod sqlite;
