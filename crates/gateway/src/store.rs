//! The embedded store: SQLite, one file. A family of tables has a folder, a backend a file in it.

pub mod board;
pub mod cosigned;
pub mod ended;
pub mod forget;
pub mod history;
pub mod holds;
pub mod journal;
pub mod life;
pub mod outbox;
pub mod own;
pub mod party;
pub mod permission;
pub mod spent;
pub mod sqlite;
pub mod stops;
