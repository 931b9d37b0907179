//! Text messages: those that wait to be sent, what became of those that were, and what people wrote last.

pub mod heard;
pub mod sqlite;
pub mod submitted;

#[cfg(test)]
mod tests;
