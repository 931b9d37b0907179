//! TLS before a carrier: a second address that ends TLS and hands what is inside to the plain one. The control side stays
//! plain, so that a test can look at the ledger whatever certificate the carrier shows.

use crate::life::{StartError, listen};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// How a carrier speaks TLS.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Secured {
    /// The certificate that the carrier shows, PEM. It is not looked at: a wrong one is shown all the same.
    #[arg(long, requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key, PEM.
    #[arg(long, requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Demand a certificate of clients that leads to one of these roots, PEM.
    #[arg(long, requires = "tls_cert")]
    pub tls_client_ca: Option<PathBuf>,
}

/// Opens the TLS side before `plain`, if there is one; the carrier's root as clients reach it.
///
/// # Errors
/// When a file holds no such thing, or no port is free.
pub async fn front(options: &Secured, plain: SocketAddr) -> Result<String, StartError> {
    let (Some(certificate), Some(key)) = (&options.tls_cert, &options.tls_key) else {
        return Ok(format!("http://{plain}"));
    };
    let acceptor = TlsAcceptor::from(Arc::new(config(certificate, key, options.tls_client_ca.as_deref())?));
    let listener = listen(SocketAddr::new(plain.ip(), 0)).await?;
    let base = format!("https://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, acceptor, plain));
    Ok(base)
}

fn config(certificate: &Path, key: &Path, clients: Option<&Path>) -> Result<ServerConfig, StartError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)?.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(path) => {
            let mut roots = RootCertStore::empty();
            for root in CertificateDer::pem_file_iter(path)? {
                roots.add(root?)?;
            }
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
            builder.with_client_cert_verifier(verifier)
        }
    };
    Ok(builder.with_single_cert(chain, key)?)
}

async fn serve(listener: TcpListener, acceptor: TlsAcceptor, plain: SocketAddr) {
    while let Ok((stream, _)) = listener.accept().await {
        let acceptor = acceptor.clone();
        tokio::spawn(async move {
            // A client that does not believe the certificate hangs up, which is no event worth a line.
            let Ok(mut outside) = acceptor.accept(stream).await else {
                return;
            };
            if let Ok(mut inside) = TcpStream::connect(plain).await {
                let _ = inside.set_nodelay(true);
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            }
        });
    }
}
