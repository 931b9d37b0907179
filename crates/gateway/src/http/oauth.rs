//! OAuth: discovery, keys, the token endpoint with its flows, and the backchannel endpoint. A token says who asks,
//! what for and perhaps about whom, never that it may.

pub mod answer;
pub mod backchannel;
pub mod bearer;
pub mod binding;
pub mod client;
pub mod code;
pub mod discovery;
pub mod issue;
pub mod person;
pub mod poll;
pub mod refresh;
pub mod token;
