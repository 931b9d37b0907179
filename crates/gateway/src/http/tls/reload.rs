//! The certificate that is shown: read again when its files change, without touching a connection. A new pair that
//! cannot be used is refused, and the old one stays.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use domain::time::Timestamp;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::tls::identity::{Files, Identity, IdentityError};
use crate::tls::provider;

/// The gauge of when the shown certificate expires, in seconds since the Unix epoch.
pub const EXPIRES: &str = "wayleave_tls_certificate_expires_seconds";
/// The counter of changed pairs, by what became of them.
pub const RELOADS_TOTAL: &str = "wayleave_tls_reloads_total";
/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The certificate that is shown now, and where it comes from.
#[derive(Debug)]
pub struct Current {
    door: &'static str,
    certificate: PathBuf,
    key: PathBuf,
    shown: RwLock<Shown>,
}

#[derive(Debug)]
struct Shown {
    key: Arc<CertifiedKey>,
    files: Files,
}

/// What the looks at the files came to so far.
enum Seen {
    /// Nobody looked yet.
    Nothing,
    /// This was there at the last look, and something else before.
    Once(Files),
    /// This was there twice and was tried, whether it could be used or not.
    Tried(Files),
    /// They could not be read, which was said.
    Unreadable,
}

impl Current {
    /// Reads the pair for the first time. One that does not hold now is shown all the same, and said aloud: without it
    /// the rest of the gateway, which people may be sending STOP to, would not run either.
    ///
    /// `door` is the section of the configuration, by which the metrics tell the gateway's addresses apart.
    ///
    /// # Errors
    /// When the files hold no pair.
    pub fn read(door: &'static str, certificate: PathBuf, key: PathBuf, now: Timestamp) -> Result<Self, IdentityError> {
        let files = Files::read(&certificate, &key)?;
        let identity = Identity::new(&files, &provider())?;
        if let Err(error) = identity.check_time(now) {
            tracing::error!(%error, "clients will not believe this certificate");
        }
        metrics::gauge!(EXPIRES, "door" => door).set(identity.until.unix_seconds() as f64);
        Ok(Self {
            door,
            certificate,
            key,
            shown: RwLock::new(Shown {
                key: identity.key,
                files,
            }),
        })
    }

    fn shown(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_shown(&self, files: &Files) -> bool {
        self.shown().files == *files
    }

    fn look(&self) -> Result<Files, IdentityError> {
        Files::read(&self.certificate, &self.key)
    }

    /// Shows a new pair from now on, if it can be used.
    fn replace(&self, files: &Files, now: Timestamp) -> Result<Timestamp, IdentityError> {
        let identity = Identity::new(files, &provider())?;
        identity.check_time(now)?;
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Shown {
            key: identity.key,
            files: files.clone(),
        };
        metrics::gauge!(EXPIRES, "door" => self.door).set(identity.until.unix_seconds() as f64);
        Ok(identity.until)
    }
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.shown().key))
    }
}

/// Looks at the files until `stop` changes. A pair is tried once it was seen the same twice, so that the moment between
/// the writing of one file and of the other is no error.
pub async fn keep_current(current: Arc<Current>, clock: Arc<dyn Clock>, mut stop: watch::Receiver<bool>) {
    let mut seen = Seen::Nothing;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            _ = stop.changed() => return,
        }
        seen = step(&current, seen, clock.now());
    }
}

/// What one look does.
fn step(current: &Current, seen: Seen, now: Timestamp) -> Seen {
    let found = current.look();
    match (found, seen) {
        (Ok(files), Seen::Tried(tried)) if tried == files => Seen::Tried(tried),
        (Ok(files), Seen::Once(once)) if once == files => {
            take(current, &files, now);
            Seen::Tried(files)
        }
        (Ok(files), _) => Seen::Once(files),
        (Err(_), Seen::Unreadable) => Seen::Unreadable,
        (Err(error), _) => {
            tracing::error!(%error, "the certificate's files cannot be read; the one that was read before stays");
            Seen::Unreadable
        }
    }
}

/// Looks as often as it takes until nothing is left to try.
#[cfg(test)]
pub(super) fn step_until_settled(current: &Current, now: Timestamp) {
    (0..3).fold(Seen::Nothing, |seen, _| step(current, seen, now));
}

fn take(current: &Current, files: &Files, now: Timestamp) {
    if current.is_shown(files) {
        return;
    }
    let outcome = match current.replace(files, now) {
        Ok(until) => {
            tracing::info!(%until, "a new certificate is shown from now on");
            "shown"
        }
        Err(error) => {
            tracing::error!(%error, "the new certificate is refused; the old one stays");
            "refused"
        }
    };
    metrics::counter!(RELOADS_TOTAL, "outcome" => outcome).increment(1);
}
