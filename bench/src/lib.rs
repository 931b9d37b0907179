//! What the measuring programs share: a data directory full of people who agreed, an order in which to ask about them,
//! and the arithmetic of the results.

pub mod chain;
pub mod client;
pub mod figures;
pub mod http;
pub mod order;
pub mod people;
pub mod place;

/// Whatever ends a program early.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
