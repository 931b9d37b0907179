//! The world around the core: HTTP, pages, the store, sources, messages. It turns bytes into asks, and hands items to
//! the journal; it decides nothing.

pub mod chance;
pub mod clock;
pub mod messages;
pub mod pages;
pub mod sources;
