//! The link to another operator's system, whatever protocol it speaks: where it is, its connections, one request on
//! them, and how many requests it takes.

pub mod ceiling;
pub(crate) mod client;
pub(crate) mod connector;
pub mod endpoint;
pub mod line;
