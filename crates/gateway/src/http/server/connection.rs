//! One connection, from its handshake to its end.

use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use crate::config::listen::Listen;
use crate::http::patient::Patient;
use crate::http::tls::{Acceptor, ClientCertificate};

/// The most bytes of a request's head; hyper wants at least 8 KiB.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// The most headers of a request.
const HEADERS_MAX: usize = 64;
/// How long a client may leave what was written to it unread.
const UNREAD_FOR_MOST: Duration = Duration::from_secs(10);

/// How connections are served. Cloning it is cheap.
#[derive(Clone)]
pub(super) struct Conversation {
    router: Router,
    protocol: http1::Builder,
    acceptor: Option<Acceptor>,
}

impl Conversation {
    pub(super) fn new(router: Router, limits: &Listen, acceptor: Option<Acceptor>) -> Self {
        let mut protocol = http1::Builder::new();
        protocol
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_millis(u64::from(limits.header_timeout_ms)))
            .max_buf_size(HEAD_BYTES_MAX)
            .max_headers(HEADERS_MAX);
        Self {
            router,
            protocol,
            acceptor,
        }
    }

    /// Serves a connection to its end.
    pub(super) async fn hold(self, stream: TcpStream, watcher: Watcher) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection could not be set up");
        }
        let stream = Patient::new(stream, UNREAD_FOR_MOST);
        match &self.acceptor {
            None => self.serve(stream, None, watcher).await,
            Some(acceptor) => match acceptor.accept(stream).await {
                Ok(secured) => self.serve(secured.stream, secured.client, watcher).await,
                Err(error) => {
                    metrics::counter!("wayleave_tls_handshakes_failed_total").increment(1);
                    tracing::debug!(%error, "a handshake failed");
                }
            },
        }
    }

    async fn serve<S>(&self, stream: S, client: Option<ClientCertificate>, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let router = self.router.clone();
        let service = tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
            if let Some(client) = client {
                request.extensions_mut().insert(client);
            }
            tower::ServiceExt::oneshot(router.clone(), request)
        });
        let connection = self
            .protocol
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
