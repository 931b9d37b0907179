//! A certificate with its chain and its key, from PEM files: whole, belonging together, and with the time for which it
//! holds.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use domain::time::Timestamp;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::time::Time;

use crate::keys::read_secret;

/// The most certificates of a chain.
const CHAIN_MAX: usize = 10;

/// The bytes of the two files, so that a change of either is seen. They do not print: one of them is a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Files {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Files(…)")
    }
}

impl Files {
    /// Reads both files.
    ///
    /// # Errors
    /// When one is missing or cannot be read, or others may read the key.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, IdentityError> {
        let chain = std::fs::read(certificate)
            .map_err(|error| IdentityError(format!("cannot read `{}`: {error}", certificate.display())))?;
        let key = read_secret(key).map_err(|error| IdentityError(error.to_string()))?;
        Ok(Self {
            certificate: chain,
            key,
        })
    }
}

/// Who this gateway is to a peer. It prints without its key.
#[derive(Clone)]
pub struct Identity {
    /// What proves it in a handshake.
    pub key: Arc<CertifiedKey>,
    /// From when the certificate holds.
    pub from: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity(until {})", self.until)
    }
}

impl Identity {
    /// What the files hold: the certificate itself first, then those that lead to its root; and its key.
    ///
    /// # Errors
    /// When one of them is not PEM of that, or the key is not the certificate's.
    pub fn new(files: &Files, provider: &CryptoProvider) -> Result<Self, IdentityError> {
        let malformed = |what: &str, error: &dyn fmt::Display| IdentityError(format!("{what}: {error}"));
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&files.certificate)
            .take(CHAIN_MAX + 1)
            .collect::<Result<_, _>>()
            .map_err(|error| malformed("expected certificates in PEM form", &error))?;
        if chain.len() > CHAIN_MAX {
            return Err(IdentityError(format!(
                "expected at most {CHAIN_MAX} certificates, found more"
            )));
        }
        let first = chain
            .first()
            .ok_or_else(|| IdentityError("expected a certificate in PEM form, found none".to_owned()))?;
        let (from, until) = validity(first)?;
        let key = PrivateKeyDer::from_pem_slice(&files.key)
            .map_err(|error| malformed("expected a private key in PEM form", &error))?;
        let key = CertifiedKey::from_der(chain, key, provider)
            .map_err(|error| malformed("expected the certificate's own key", &error))?;
        Ok(Self {
            key: Arc::new(key),
            from,
            until,
        })
    }

    /// Whether the certificate holds now.
    ///
    /// # Errors
    /// Says from when or until when it holds.
    pub fn check_time(&self, now: Timestamp) -> Result<(), IdentityError> {
        if now < self.from {
            return Err(IdentityError(format!(
                "expected a certificate that holds now, found one that begins at {}",
                self.from
            )));
        }
        if now > self.until {
            return Err(IdentityError(format!(
                "expected a certificate that holds now, found one that expired at {}",
                self.until
            )));
        }
        Ok(())
    }
}

/// From when and until when a certificate holds (RFC 5280 §4.1.2.5).
fn validity(der: &CertificateDer<'_>) -> Result<(Timestamp, Timestamp), IdentityError> {
    let certificate = Certificate::from_der(der)
        .map_err(|error| IdentityError(format!("expected an X.509 certificate, found another thing: {error}")))?;
    let validity = certificate.tbs_certificate().validity();
    let at = |time: &Time| {
        let seconds = time.to_unix_duration().as_secs();
        Timestamp::from_unix_ms(i64::try_from(seconds).unwrap_or(i64::MAX / 1000).saturating_mul(1000))
    };
    Ok((at(&validity.not_before), at(&validity.not_after)))
}

/// Why files make no identity. It names paths and reasons, and nothing of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdentityError(pub(super) String);

impl fmt::Display for IdentityError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for IdentityError {}

#[cfg(test)]
mod tests;
