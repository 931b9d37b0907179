//! The journal's own tables: head, entries, changes, used proofs.

mod changes;
pub mod entries;
pub mod shells;
pub mod sqlite;
pub mod tiles;
pub mod times;
