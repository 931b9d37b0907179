//! Certificates of a test's own making, and a client that believes them.

use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::http::SECURE;

/// What every client of these tests believes.
static BELIEVED: Mutex<Vec<CertificateDer<'static>>> = Mutex::new(Vec::new());

/// Where every server of these tests is.
pub const HERE: &str = "127.0.0.1";

/// A root that signs certificates, and writes what it makes into a folder.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

/// The files of a certificate and its key.
#[derive(Clone)]
pub struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub der: Vec<u8>,
}

impl Authority {
    /// A new root, whose certificate is in `ca.pem` of a folder.
    pub fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        // Two roots of one name would be told apart by their signatures alone.
        params
            .distinguished_name
            .push(DnType::CommonName, format!("Root of {}", folder.display()));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2090, 1, 1);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("a root");
        std::fs::create_dir_all(folder).expect("a folder");
        std::fs::write(folder.join("ca.pem"), issuer.pem()).expect("written");
        Self {
            issuer,
            folder: folder.to_owned(),
        }
    }

    /// Every client of these tests believes it from now on.
    pub fn believe(&self) {
        BELIEVED.lock().expect("a lock").push(self.issuer.der().clone());
        SECURE.get_or_init(|| |stream| Box::new(client(stream)));
    }

    /// The root's file.
    pub fn root(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate for these names that expires at the end of a year, in `FILE.pem` and `FILE.key`.
    pub fn certify(&self, file: &str, names: &[&str], last_year: i32) -> Pair {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).expect("names");
        params.distinguished_name.push(DnType::CommonName, file);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(last_year, 12, 31);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let pair = Pair {
            certificate: self.folder.join(format!("{file}.pem")),
            key: self.folder.join(format!("{file}.key")),
            der: certificate.der().to_vec(),
        };
        put(&pair.certificate, &certificate.pem());
        put(&pair.key, &key.serialize_pem());
        pair
    }
}

/// Puts a secret in its place at once, as a careful tool does.
pub fn put(path: &Path, text: &str) {
    let new = path.with_extension("new");
    std::fs::write(&new, text).expect("written");
    std::fs::set_permissions(&new, std::fs::Permissions::from_mode(0o600)).expect("permissions");
    std::fs::rename(&new, path).expect("renamed");
}

/// A client of everything that is believed.
pub fn client(stream: TcpStream) -> StreamOwned<ClientConnection, TcpStream> {
    let mut roots = RootCertStore::empty();
    for root in BELIEVED.lock().expect("a lock").iter() {
        roots.add(root.clone()).expect("a root");
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(HERE).expect("an address");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    StreamOwned::new(connection, stream)
}

/// The certificate that a server at this address shows.
pub fn shown(address: &str) -> Vec<u8> {
    let mut stream = client(TcpStream::connect(address).expect("a connection"));
    stream.conn.complete_io(&mut stream.sock).expect("a handshake");
    let certificates = stream.conn.peer_certificates().expect("a certificate");
    certificates[0].to_vec()
}
