//! The pure core of Wayleave: who may learn where a phone is, decided, written down, and only then answered.
//!
//! Start at [`serve`]: the nine steps of a request on one screen. Nothing in this crate performs I/O, reads a clock or
//! draws randomness; times, keys and chance come in as arguments.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::todo,
        clippy::unimplemented
    )
)]

pub mod ask;
pub mod audit;
pub mod chance;
pub mod decide;
pub mod event;
pub mod facts;
#[cfg(doctest)]
mod forge;
pub mod geo;
pub mod id;
pub mod journal;
pub mod locate;
pub mod minimise;
pub mod number;
pub mod party;
pub mod permission;
pub mod policy;
pub mod programme;
pub mod purpose;
pub mod refusal;
pub mod reply;
pub mod secret;
pub mod serve;
pub mod subject;
pub mod time;
