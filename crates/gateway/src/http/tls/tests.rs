//! Tests of the door: handshakes with a client of rustls, over a pipe.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::time::Timestamp;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;
use wire::jose::certificate::CertificateThumbprint;

use super::reload::step_until_settled;
use super::{Acceptor, ClientCertificate, Current};
use crate::tls::{VERSIONS, provider};

const NAME: &str = "gateway.example.com";
const NOW: Timestamp = Timestamp::from_unix_ms(1_795_000_000_000);

/// A folder with a pair in it, as an operator keeps it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn paths(&self) -> (PathBuf, PathBuf) {
        (self.0.path().join("gateway.pem"), self.0.path().join("gateway.key"))
    }

    /// Writes a new pair that expires at the end of a year; its certificate.
    fn renew(&self, last_year: i32) -> CertificateDer<'static> {
        let (certificate, key) = pair(last_year);
        let (certificate_path, key_path) = self.paths();
        std::fs::write(certificate_path, certificate.pem()).expect("written");
        write_secret(&key_path, &key.serialize_pem());
        certificate.der().clone()
    }

    fn current(&self) -> Arc<Current> {
        let (certificate, key) = self.paths();
        Arc::new(Current::read("listen", certificate, key, NOW).expect("a pair"))
    }
}

fn pair(last_year: i32) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec![NAME.to_owned()]).expect("a name");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(last_year, 12, 31);
    (params.self_signed(&key).expect("a certificate"), key)
}

fn write_secret(path: &Path, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text).expect("written");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("permissions");
}

fn acceptor(current: Arc<Current>) -> Acceptor {
    Acceptor::new(current, true, Duration::from_millis(300)).expect("both versions")
}

/// A client that believes `server` and shows a certificate of its own, if it has one.
fn client(server: CertificateDer<'static>, own: Option<(CertificateDer<'static>, &KeyPair)>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(server).expect("a root");
    let config = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&VERSIONS)
        .expect("versions")
        .with_root_certificates(roots);
    let config = match own {
        Some((certificate, key)) => {
            let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
            config.with_client_auth_cert(vec![certificate], key).expect("a pair")
        }
        None => config.with_no_client_auth(),
    };
    TlsConnector::from(Arc::new(config))
}

/// One connection with a word each way; what the client showed.
async fn meet(acceptor: &Acceptor, client: &TlsConnector) -> std::io::Result<Option<ClientCertificate>> {
    let (near, far) = tokio::io::duplex(1 << 16);
    let name = ServerName::try_from(NAME).expect("a name");
    let (accepted, connected) = tokio::join!(acceptor.accept(near), client.connect(name, far));
    let (mut accepted, mut connected) = (accepted?, connected?);
    accepted.stream.write_all(b"hello").await?;
    let mut word = [0; 5];
    connected.read_exact(&mut word).await?;
    assert_eq!(&word, b"hello");
    Ok(accepted.client)
}

#[tokio::test]
async fn a_client_may_show_any_certificate_or_none() {
    let folder = Folder::new();
    let server = folder.renew(2030);
    let acceptor = acceptor(folder.current());
    let shown = meet(&acceptor, &client(server.clone(), None))
        .await
        .expect("a handshake");
    assert_eq!(shown, None);
    let (certificate, key) = pair(2021);
    let own = Some((certificate.der().clone(), &key));
    let shown = meet(&acceptor, &client(server, own)).await.expect("a handshake");
    let thumbprint = CertificateThumbprint::of_der(certificate.der());
    assert_eq!(
        shown,
        Some(ClientCertificate(thumbprint)),
        "even an expired one: it binds, it does not say who"
    );
}

#[tokio::test]
async fn a_client_that_is_not_asked_shows_nothing() {
    let folder = Folder::new();
    let server = folder.renew(2030);
    let acceptor = Acceptor::new(folder.current(), false, Duration::from_secs(1)).expect("both versions");
    let (certificate, key) = pair(2030);
    let own = Some((certificate.der().clone(), &key));
    assert_eq!(meet(&acceptor, &client(server, own)).await.expect("a handshake"), None);
}

#[tokio::test]
async fn a_certificate_without_its_key_is_not_taken() {
    let folder = Folder::new();
    let server = folder.renew(2030);
    let acceptor = acceptor(folder.current());
    let ((certificate, _), (_, other)) = (pair(2030), pair(2030));
    let mut roots = RootCertStore::empty();
    roots.add(server).expect("a root");
    let provider = provider();
    let key = provider
        .key_provider
        .load_private_key(PrivateKeyDer::try_from(other.serialize_der()).expect("a key"))
        .expect("a key");
    let stolen = rustls::sign::CertifiedKey::new(vec![certificate.der().clone()], key);
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&VERSIONS)
        .expect("versions")
        .with_root_certificates(roots)
        .with_client_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(stolen)));
    let thief = TlsConnector::from(Arc::new(config));
    assert!(meet(&acceptor, &thief).await.is_err());
}

#[tokio::test]
async fn a_handshake_has_its_time() {
    let folder = Folder::new();
    folder.renew(2030);
    let acceptor = acceptor(folder.current());
    let (near, _silent) = tokio::io::duplex(1 << 16);
    let Err(error) = acceptor.accept(near).await else {
        panic!("nobody spoke");
    };
    assert_eq!(error.kind(), std::io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn a_new_pair_is_shown_and_a_bad_one_is_not() {
    let folder = Folder::new();
    let first = folder.renew(2030);
    let current = folder.current();
    let acceptor = acceptor(Arc::clone(&current));
    let second = folder.renew(2031);
    let good = async |server: &CertificateDer<'static>| meet(&acceptor, &client(server.clone(), None)).await.is_ok();
    assert!(good(&first).await, "nobody looked yet");
    step_until_settled(&current, NOW);
    assert!(good(&second).await && !good(&first).await);
    let expired = folder.renew(2025);
    step_until_settled(&current, NOW);
    assert!(good(&second).await && !good(&expired).await);
    let (certificate, key) = folder.paths();
    write_secret(&key, &pair(2030).1.serialize_pem());
    step_until_settled(&current, NOW);
    assert!(good(&second).await, "a key of another certificate");
    std::fs::write(certificate, "nothing").expect("written");
    step_until_settled(&current, NOW);
    assert!(good(&second).await, "no certificate");
    let third = folder.renew(2032);
    step_until_settled(&current, NOW);
    assert!(good(&third).await && !good(&second).await);
}
