//! The HTTP side: one file per endpoint, and what they share.

mod allowance;
pub mod authenticate;
pub mod board;
pub mod body;
pub mod carrier_events;
mod consent_info;
pub mod consent_receipt;
pub mod consents;
mod errand;
pub mod extract;
pub mod json;
pub mod lanes;
pub mod locate;
pub mod oauth;
pub mod operations;
pub mod pace;
pub mod patient;
pub mod problem;
pub mod question;
pub mod reply;
pub mod router;
pub mod server;
pub mod stage;
pub mod timing;
pub mod tls;
pub mod tokens;
pub mod try_page;
