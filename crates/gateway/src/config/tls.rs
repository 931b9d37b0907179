//! The keys of `[[source]]` that say whom to believe at a carrier's end of TLS, and who to be there. They are read once,
//! at start.

use std::path::{Path, PathBuf};

use super::{ConfigError, Key};
use crate::tls::trust::TrustFiles;

/// The key that names the roots.
pub(super) const CA_FILE: Key = Key {
    name: "ca_file",
    default: "none",
    about: "the roots that its certificate must lead to, PEM, where its address begins with `https://`; those of the system if none is given",
    example: "ca_file = \"tls/meridian-ca.pem\"",
};

/// The key that names our own certificate.
pub(super) const CLIENT_CERTIFICATE_FILE: Key = Key {
    name: "client_certificate_file",
    default: "none",
    about: "our own certificate for it and those that lead to its root, PEM, if it asks for one",
    example: "client_certificate_file = \"tls/meridian-client.pem\"",
};

/// The key that names our own certificate's key.
pub(super) const CLIENT_KEY_FILE: Key = Key {
    name: "client_key_file",
    default: "none",
    about: "that certificate's key, PEM, readable by its owner only",
    example: "client_key_file = \"tls/meridian-client.key\"",
};

/// The files, as a section holds them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Files<'a> {
    pub(super) roots: &'a Option<PathBuf>,
    pub(super) certificate: &'a Option<PathBuf>,
    pub(super) key: &'a Option<PathBuf>,
}

impl<'a> Files<'a> {
    /// Half a pair is none.
    pub(super) fn check(self) -> Result<(), ConfigError> {
        if self.certificate.is_some() == self.key.is_some() {
            return Ok(());
        }
        let want = "`client_certificate_file` and `client_key_file` together, or neither";
        let found = "one of them".to_owned();
        Err(ConfigError::Unfit("source.client_certificate_file", want, found))
    }

    /// The files, for whoever reads them.
    pub(super) fn trusted(self) -> TrustFiles<'a> {
        TrustFiles {
            roots: self.roots.as_deref(),
            own: self.certificate.as_deref().zip(self.key.as_deref()),
        }
    }
}

/// Lets relative paths start at the configuration's folder.
pub(super) fn resolve(folder: &Path, files: [&mut Option<PathBuf>; 3]) {
    for file in files.into_iter().flatten() {
        *file = folder.join(&file);
    }
}
