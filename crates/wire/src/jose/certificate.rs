//! The name of a client's certificate, to which an access token can be bound (RFC 8705 §3.1).

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// SHA-256 over a certificate's DER form. It prints as base64url, as `x5t#S256` carries it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CertificateThumbprint([u8; 32]);

impl CertificateThumbprint {
    /// The thumbprint of a certificate in DER form.
    #[must_use]
    pub fn of_der(der: &[u8]) -> Self {
        Self(digest(&SHA256, der).as_ref().try_into().unwrap_or_default())
    }

    /// Reads the base64url form: 43 characters without padding.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl fmt::Display for CertificateThumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hash_of_the_bytes_and_reads_back() {
        // FIPS 180-2, appendix B.1: SHA-256 of `abc`.
        let thumbprint = CertificateThumbprint::of_der(b"abc");
        let text = thumbprint.to_string();
        assert_eq!(text, "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(CertificateThumbprint::parse(&text), Some(thumbprint));
    }

    #[test]
    fn other_texts_are_none() {
        let text = CertificateThumbprint::of_der(b"abc").to_string();
        for bad in ["", "abc", &text[1..], &format!("{text}="), &format!("{text}A")] {
            assert_eq!(CertificateThumbprint::parse(bad), None, "{bad}");
        }
    }
}
