//! What the board keeps: links that sign a person in, and the keys with which they come back.

pub mod keys;
pub mod links;
