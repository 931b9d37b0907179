//! The listener: a limit of connections, a time for every request's head, and a clean end that finishes what was
//! accepted.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

use super::patient::Patient;
use crate::config::listen::Listen;

/// The most bytes of a request's head; hyper wants at least 8 KiB.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// How long a client may leave what was written to it unread.
const UNREAD_FOR_MOST: Duration = Duration::from_secs(10);
/// The most headers of a request.
const HEADERS_MAX: usize = 64;

/// Serves until `stop` changes, then finishes what was accepted within the configured time.
pub async fn serve(listener: TcpListener, router: Router, limits: &Listen, mut stop: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(u64::from(limits.header_timeout_ms)))
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX);
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
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection could not be set up");
        }
        let service = TowerToHyperService::new(router.clone());
        let connection =
            graceful.watch(protocol.serve_connection(TokioIo::new(Patient::new(stream, UNREAD_FOR_MOST)), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    let patience = Duration::from_secs(u64::from(limits.drain_s));
    if tokio::time::timeout(patience, graceful.shutdown()).await.is_err() {
        tracing::warn!("some connections did not end in time and were cut");
    }
}
