//! Whom this gateway believes at the other end of a connection that it opens, and who it is there.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use domain::time::Timestamp;
use rustls::client::WantsClientCert;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::sign::SingleCertAndKey;
use rustls::{CertificateError, ClientConfig, ConfigBuilder, Error, RootCertStore};

use super::identity::{Files, Identity, IdentityError};
use super::{PROTOCOL, VERSIONS, provider};

/// The files that the configuration names for one peer.
#[derive(Clone, Copy, Default, Debug)]
pub struct TrustFiles<'a> {
    /// The roots that are believed, in PEM form; those of the system if there is none.
    pub roots: Option<&'a Path>,
    /// The certificate that is shown when it is asked for, and its key.
    pub own: Option<(&'a Path, &'a Path)>,
}

/// Whom to believe, and who to be. Cloning it is cheap.
#[derive(Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
    until: Option<Timestamp>,
}

impl Trust {
    /// Reads what `files` names. A peer is believed if its certificate leads to one of the roots, holds now, and is for
    /// the name or the address that was called.
    ///
    /// # Errors
    /// When a file cannot be read, holds nothing that can be used, or the system has no roots.
    pub fn read(files: TrustFiles<'_>) -> Result<Self, IdentityError> {
        let roots = match files.roots {
            Some(path) => roots_of(path)?,
            None => roots_of_system()?,
        };
        let builder = believing(roots)?;
        let Some((certificate, key)) = files.own else {
            return Ok(Self::with(builder.with_no_client_auth(), None));
        };
        let identity = Identity::new(&Files::read(certificate, key)?, &provider())?;
        let shown = SingleCertAndKey::from(Arc::clone(&identity.key));
        let config = builder.with_client_cert_resolver(Arc::new(shown));
        Ok(Self::with(config, Some(identity.until)))
    }

    /// Whom to believe at this URL, by these roots; nobody, where TLS is not spoken.
    ///
    /// # Errors
    /// As for [`Trust::read`].
    pub fn at(url: &str, roots: Option<&Path>) -> Result<Self, IdentityError> {
        if url.starts_with("https:") {
            Self::read(TrustFiles { roots, own: None })
        } else {
            Self::nobody()
        }
    }

    /// Believes nobody: for peers that are reached without TLS, on this machine.
    ///
    /// # Errors
    /// Never with the provider that is built in: it speaks both versions.
    pub fn nobody() -> Result<Self, IdentityError> {
        Ok(Self::with(
            believing(RootCertStore::empty())?.with_no_client_auth(),
            None,
        ))
    }

    fn with(mut config: ClientConfig, until: Option<Timestamp>) -> Self {
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Self {
            config: Arc::new(config),
            until,
        }
    }

    /// What the library wants to know.
    #[must_use]
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }

    /// Until when the gateway's own certificate holds, if it shows one.
    #[must_use]
    pub const fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust(…)")
    }
}

fn believing(roots: RootCertStore) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, IdentityError> {
    let builder = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&VERSIONS);
    let builder = builder.map_err(|error| IdentityError(format!("cannot speak TLS: {error}")))?;
    Ok(builder.with_root_certificates(roots))
}

fn roots_of(path: &Path) -> Result<RootCertStore, IdentityError> {
    let fault = |error: &dyn fmt::Display| IdentityError(format!("`{}`: {error}", path.display()));
    let pem = std::fs::read(path).map_err(|error| fault(&error))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| fault(&error))?;
        roots.add(certificate).map_err(|error| fault(&error))?;
    }
    if roots.is_empty() {
        return Err(fault(&"expected at least one certificate in PEM form, found none"));
    }
    Ok(roots)
}

fn roots_of_system() -> Result<RootCertStore, IdentityError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    // One that cannot be read is no root; the others are.
    let (good, _) = roots.add_parsable_certificates(found.certs);
    if good == 0 {
        let want = "expected roots of the system, found none: name a file of them, or install `ca-certificates`";
        return Err(IdentityError(want.to_owned()));
    }
    Ok(roots)
}

/// Why a peer's certificate is not believed, or a handshake failed otherwise; for the log.
#[must_use]
pub fn doubt(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(fault) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "its certificate has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "its certificate does not hold yet"
            }
            CertificateError::UnknownIssuer => "its certificate leads to no root that is believed",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "its certificate is for another name"
            }
            _ => "its certificate cannot be believed",
        },
        Error::AlertReceived(_) => "it broke off the handshake",
        _ => "the TLS handshake failed",
    }
}
