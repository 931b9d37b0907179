//! Parties: their records and their standing.

pub mod sqlite;
