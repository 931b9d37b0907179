//! Parties: their records and their standing.

pub mod ending;
pub mod held;
pub mod notices;
pub mod sqlite;
pub mod tellings;
