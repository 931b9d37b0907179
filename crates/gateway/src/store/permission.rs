//! What permits: people and their consents (hot, one row a person), and the terms, words and signatures (cold).

pub mod evidence;
pub mod person;
pub mod sqlite;
pub mod standing;
