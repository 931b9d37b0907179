//! TLS at the gateway's own door: the handshake, the certificate that a client may show, and the files that are read
//! again when they change.

mod acceptor;
mod any_client;
mod reload;

pub use acceptor::{Acceptor, Secured};
pub use reload::{Current, keep_current};

use wire::jose::certificate::CertificateThumbprint;

/// The certificate that a client showed, whose key it proved to hold in the handshake. It says nothing about who the
/// client is: a token can be bound to it (RFC 8705), and that is all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClientCertificate(pub CertificateThumbprint);

#[cfg(test)]
mod tests;
