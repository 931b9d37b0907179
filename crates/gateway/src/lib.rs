//! The world around the core: HTTP, pages, the store, sources, messages. It turns bytes into asks, and hands items to
//! the journal; it decides nothing.

pub mod audit;
pub mod backup;
pub mod canaries;
pub mod chance;
pub mod checker;
pub mod clock;
pub mod config;
pub mod context;
pub mod counts;
pub mod data;
pub mod feeds;
pub mod fetch;
pub mod http;
pub mod journal;
pub mod keys;
pub mod measures;
pub mod messages;
pub mod pages;
pub mod party;
pub mod passkeys;
pub mod policy_file;
pub mod receipts;
pub mod records;
pub mod run;
pub mod seal;
pub mod sources;
pub mod store;
pub mod tls;
pub mod whole;
pub mod work;
