//! The handshake: bounded in time, and with it what the client showed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::server::NoClientAuth;
use rustls::server::danger::ClientCertVerifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use wire::jose::certificate::CertificateThumbprint;

use super::any_client::AnyClient;
use super::{ClientCertificate, Current};
use crate::tls::{PROTOCOL, VERSIONS, provider};

/// Takes handshakes. Cloning it is cheap.
#[derive(Clone)]
pub struct Acceptor {
    tls: TlsAcceptor,
    within: Duration,
}

/// A connection after its handshake.
pub struct Secured<S> {
    /// The connection.
    pub stream: TlsStream<S>,
    /// What the client showed, if it showed anything.
    pub client: Option<ClientCertificate>,
}

impl Acceptor {
    /// An acceptor that shows whatever `current` holds at the time, and gives a handshake so long. `ask` is whether
    /// clients are asked for a certificate.
    ///
    /// # Errors
    /// Never with the provider that is built in: it speaks both versions.
    pub fn new(current: Arc<Current>, ask: bool, within: Duration) -> Result<Self, rustls::Error> {
        let provider = provider();
        let clients: Arc<dyn ClientCertVerifier> = if ask {
            Arc::new(AnyClient(Arc::clone(&provider)))
        } else {
            Arc::new(NoClientAuth)
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&VERSIONS)?
            .with_client_cert_verifier(clients)
            .with_cert_resolver(current);
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(Self {
            tls: TlsAcceptor::from(Arc::new(config)),
            within,
        })
    }

    /// Takes the handshake of a connection.
    ///
    /// # Errors
    /// When it fails, or takes too long.
    pub async fn accept<S: AsyncRead + AsyncWrite + Unpin>(&self, stream: S) -> io::Result<Secured<S>> {
        let handshake = tokio::time::timeout(self.within, self.tls.accept(stream));
        let stream = handshake.await.map_err(|_| io::ErrorKind::TimedOut)??;
        let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let client = shown.map(|der| ClientCertificate(CertificateThumbprint::of_der(der)));
        Ok(Secured { stream, client })
    }
}
