//! The answer to a request: `locationResponse` (RFC 5985 §5.2), with the place, with URIs from which it can be had, or
//! with both.

use std::fmt;

use domain::time::Timestamp;

use super::page::Page;
use super::pidf::{Entity, Place};
use super::xml::Space;

/// The most URIs that an answer gives.
pub const URIS_MAX: usize = 8;
/// No location URI is longer, in bytes.
const URI_LENGTH_MAX: usize = 1024;

/// A location URI. Whoever has it may have the place, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct LocationUri(String);

impl LocationUri {
    /// A URI over TLS (RFC 6753); `None` for another scheme, without a host, over 1,024 bytes, or with characters that
    /// no URI has. That it cannot be guessed, ends, and names nobody is the caller's matter (RFC 5985).
    #[must_use]
    pub fn new(uri: &str) -> Option<Self> {
        let rest = uri.strip_prefix("https://")?;
        let host_begins = rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[');
        let fits = uri.len() <= URI_LENGTH_MAX && uri.bytes().all(|byte| byte.is_ascii_graphic());
        let foreign = uri.contains(['"', '<', '>', '\\', '^', '`', '{', '|', '}', '@']);
        (host_begins && fits && !foreign).then(|| Self(uri.to_owned()))
    }

    /// The URI, as it goes on the wire.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for LocationUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocationUri(…)")
    }
}

/// URIs, and until when they work (`locationUriSet`, RFC 5985 §6.5).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UriSet {
    expires: Timestamp,
    uris: Vec<LocationUri>,
}

impl UriSet {
    /// A set; `None` unless it has 1 to [`URIS_MAX`] URIs.
    #[must_use]
    pub fn new(expires: Timestamp, uris: Vec<LocationUri>) -> Option<Self> {
        (1..=URIS_MAX).contains(&uris.len()).then_some(Self { expires, uris })
    }

    fn write(&self, page: &mut Page) {
        page.open("locationUriSet", &[("expires", &self.expires.rfc3339())]);
        for uri in &self.uris {
            page.text("locationURI", &[], &uri.0);
        }
        page.close("locationUriSet");
    }
}

/// What an answer holds. A request that was sent to a location URI is answered with a place alone (RFC 6753).
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LocationResponse<'a> {
    /// URIs.
    Uris(&'a UriSet),
    /// A place, under a name that tells nothing.
    Place(&'a Entity, &'a Place),
    /// URIs and a place.
    Both(&'a UriSet, &'a Entity, &'a Place),
}

impl LocationResponse<'_> {
    /// The document, in UTF-8, as `application/held+xml`.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        let mut page = Page::document();
        page.open("locationResponse", &[("xmlns", Space::Held.name())]);
        if let Self::Uris(uris) | Self::Both(uris, ..) = self {
            uris.write(&mut page);
        }
        if let Self::Place(entity, place) | Self::Both(_, entity, place) = self {
            place.write(entity, &mut page);
        }
        page.close("locationResponse");
        page.into_bytes()
    }
}
