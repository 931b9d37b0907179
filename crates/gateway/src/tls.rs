//! What both ends of TLS need: who this gateway is, and whom it believes. There is one provider, AWS-LC, and two
//! versions, 1.2 and 1.3.

pub mod identity;
pub mod trust;

use std::sync::Arc;

use rustls::SupportedProtocolVersion;
use rustls::crypto::CryptoProvider;
use rustls::version::{TLS12, TLS13};

/// The versions that are spoken.
pub static VERSIONS: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
/// The one protocol inside (RFC 7301).
pub const PROTOCOL: &[u8] = b"http/1.1";

/// The one provider of cryptography.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(rustls::crypto::aws_lc_rs::default_provider())
}
