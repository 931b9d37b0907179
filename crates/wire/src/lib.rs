//! Bytes to domain types and back: CAMARA's JSON, MLP's XML, OAuth's forms and tokens, signed tokens and proofs, courts' signed
//! orders, text messages.
//!
//! What has passed a reader in this crate is never checked again. Nothing here performs I/O, reads a clock or draws
//! randomness; times and chance come in as arguments. No error of this crate carries a value that it read, since the
//! value may be a number or a position.
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

pub mod asks;
pub mod board;
pub mod camara;
pub mod consent_receipt;
pub mod consents;
pub mod court;
pub mod held;
pub mod hi1;
pub mod jose;
pub mod json;
pub mod mlp;
pub mod oauth;
pub mod sms;
pub mod words;
mod xml;
