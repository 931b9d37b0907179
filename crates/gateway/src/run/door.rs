//! The gateway's own doors at start: with TLS where a certificate is configured, and said aloud where there is none.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{RunError, other};
use crate::clock::Clock;
use crate::config::is_loopback;
use crate::config::listen::Listen;
use crate::context::Context;
use crate::http::tls::{Acceptor, Current, keep_current};
use crate::http::{router, server};

/// What takes handshakes, if the configuration names a certificate; its files are looked at until `stop` changes.
pub(super) fn acceptor(
    section: &'static str,
    listen: &Listen,
    clock: &Arc<dyn Clock>,
    stop: &watch::Receiver<bool>,
) -> Result<Option<Acceptor>, RunError> {
    let Some((certificate, key)) = listen.pair() else {
        if !is_loopback(&listen.address) {
            tracing::warn!(
                address = %listen.address,
                "PLAIN HTTP OFF THIS MACHINE, as `{section}.plain_http_elsewhere` wants it: whoever is on the way reads \
                 tokens, links and positions"
            );
        }
        return Ok(None);
    };
    let current = Current::read(section, certificate.to_owned(), key.to_owned(), clock.now());
    let current = Arc::new(current.map_err(|error| other(&format!("the certificate of `{section}`"), error))?);
    let within = Duration::from_millis(u64::from(listen.handshake_timeout_ms));
    let acceptor = Acceptor::new(Arc::clone(&current), listen.ask_client_certificate, within);
    let acceptor = acceptor.map_err(|error| other("cannot speak TLS", error))?;
    tokio::spawn(keep_current(current, Arc::clone(clock), stop.clone()));
    Ok(Some(acceptor))
}

/// The operator's own door, if the configuration has one: on loopback, and nothing but readiness and metrics behind it.
pub(super) async fn operators(
    listen: &Listen,
    context: Arc<Context>,
    stop: &watch::Receiver<bool>,
) -> Result<Option<JoinHandle<()>>, RunError> {
    let Some(address) = listen.operators_address.clone() else {
        return Ok(None);
    };
    let bound = TcpListener::bind(&address).await;
    let listener = bound.map_err(|error| RunError::Listen(address, error))?;
    let (limits, stop) = (listen.clone(), stop.clone());
    let router = router::operators(context);
    Ok(Some(tokio::spawn(async move {
        server::serve(listener, router, &limits, None, stop).await;
    })))
}
