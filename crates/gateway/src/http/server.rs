//! The listener: a limit of connections, a time for every handshake and every request's head, and a clean end that
//! finishes what was accepted.

mod connection;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::tls::Acceptor;
use crate::config::listen::Listen;
use connection::Conversation;

/// Serves until `stop` changes, then finishes what was accepted within the configured time. With an acceptor it speaks
/// TLS, without one plain HTTP.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: &Listen,
    acceptor: Option<Acceptor>,
    mut stop: watch::Receiver<bool>,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let conversation = Conversation::new(router, limits, acceptor);
    loop {
        // Beyond the limit nobody is accepted until somebody leaves; the kernel's queue holds the rest.
        let place = tokio::select! {
            place = Arc::clone(&places).acquire_owned() => place,
            _ = stop.changed() => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.changed() => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let held = conversation.clone().hold(stream, graceful.watcher());
        tokio::spawn(async move {
            held.await;
            drop(place);
        });
    }
    let patience = Duration::from_secs(u64::from(limits.drain_s));
    if tokio::time::timeout(patience, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and were cut");
    }
}
