//! OAuth: discovery, keys, and the token endpoint. A token says who asks and what for, never that it may.

pub mod discovery;
pub mod token;
