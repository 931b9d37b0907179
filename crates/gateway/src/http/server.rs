//! The listener: places for connections, a time for every handshake and every request's head, and a clean end that
//! finishes what was accepted.

mod awaited;
mod connection;
mod places;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::tls::Acceptor;
use crate::config::listen::Listen;
use connection::Conversation;
pub use places::Neighbour;
use places::{Full, Place, Places};

/// How long the listener waits before it looks for a place again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(50);

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
    let places = places(limits, acceptor.is_some());
    let conversation = Conversation::new(router, limits, acceptor);
    loop {
        let next = tokio::select! {
            next = next(&listener, &places) => next,
            _ = stop.changed() => break,
        };
        if let Some((stream, place)) = next {
            tokio::spawn(conversation.clone().hold(stream, place, graceful.watcher()));
        }
    }
    let patience = Duration::from_secs(u64::from(limits.drain_s));
    if tokio::time::timeout(patience, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and were cut");
    }
}

/// Without TLS all connections come from the proxy that ends it, and how many one client has is the proxy's to say.
fn places(limits: &Listen, tls: bool) -> Arc<Places> {
    let most = limits.connections_max;
    let per_neighbour = if tls { limits.connections_per_address_max } else { most };
    Places::new(most, per_neighbour)
}

/// The next connection, with its place.
async fn next(listener: &TcpListener, places: &Arc<Places>) -> Option<(TcpStream, Place)> {
    let (stream, address) = match listener.accept().await {
        Ok(accepted) => accepted,
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
            return None;
        }
    };
    let neighbour = Neighbour::of(address.ip());
    loop {
        match places.take(neighbour) {
            Ok(place) => return Some((stream, place)),
            Err(Full::ForNeighbour) => {
                metrics::counter!("wayleave_connections_refused_total").increment(1);
                return None;
            }
            // Everybody is being served. This one waits for the first to leave, and the kernel's queue holds the rest.
            Err(Full::Everywhere) => {
                let _ = tokio::time::timeout(LOOK_AGAIN_AFTER, places.freed()).await;
            }
        }
    }
}
