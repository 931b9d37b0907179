//! What the pages of people keep: links that sign a person in, the keys with which they come back, and the same for the
//! accounts of machine lines.

pub mod accounts;
pub mod erasures;
pub mod keys;
pub mod lines;
pub mod links;
