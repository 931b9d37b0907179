//! HELD, by which emergency centres ask where a device is (RFC 5985, RFC 6155, RFC 6753), and PIDF-LO, the document in
//! which a place is told (RFC 4119, RFC 5491, RFC 7459).
//!
//! Requests are read, answers and errors are written; a place is both. What comes is read strictly: whatever of the
//! standards' own namespaces does not belong where it stands is an error, and so is what is there twice. Elements of
//! foreign namespaces are passed over where the standards allow them. No error carries anything that was read.

pub mod confidence;
pub mod error;
pub mod identity;
mod page;
pub mod pidf;
pub mod request;
pub mod response;
mod xml;

/// The largest document that is read, in bytes. A larger one is refused by its length alone.
pub const BYTES_MAX: usize = 64 * 1024;
/// The media type of HELD's requests, answers and errors.
pub const MEDIA_TYPE: &str = "application/held+xml";
/// The media type of a place that stands alone.
pub const PIDF_MEDIA_TYPE: &str = "application/pidf+xml";

#[cfg(test)]
mod tests;
