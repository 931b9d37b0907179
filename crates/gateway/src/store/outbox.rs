//! Text messages that wait to be sent.

pub mod sqlite;
