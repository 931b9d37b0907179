//! One connection, from its handshake to its end.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::awaited::Awaited;
use super::places::{Neighbour, Place};
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
            // It holds for the wait before a head, too: a connection is not idle for longer.
            .header_read_timeout(Duration::from_millis(u64::from(limits.header_timeout_ms)))
            .max_buf_size(HEAD_BYTES_MAX)
            .max_headers(HEADERS_MAX);
        Self {
            router,
            protocol,
            acceptor,
        }
    }

    /// Serves a connection to its end, or until its place is needed while it is waited for.
    pub(super) async fn hold(self, stream: TcpStream, place: Place, watcher: Watcher) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection could not be set up");
        }
        let place = Arc::new(place);
        tokio::select! {
            biased;
            () = place.closed() => tracing::debug!("a connection was closed for a newcomer"),
            () = self.converse(stream, Arc::clone(&place), watcher) => {}
        }
    }

    async fn converse(&self, stream: TcpStream, place: Arc<Place>, watcher: Watcher) {
        // Without TLS every connection comes from the proxy, which says nothing of who is behind it.
        let neighbour = stream.peer_addr().ok().map(|address| Neighbour::of(address.ip()));
        let stream = Patient::new(stream, UNREAD_FOR_MOST);
        match &self.acceptor {
            None => self.serve(stream, place, (None, None), watcher).await,
            Some(acceptor) => match acceptor.accept(stream).await {
                Ok(secured) => {
                    self.serve(secured.stream, place, (secured.client, neighbour), watcher)
                        .await
                }
                Err(error) => {
                    metrics::counter!("wayleave_tls_handshakes_failed_total").increment(1);
                    tracing::debug!(%error, "a handshake failed");
                }
            },
        }
    }

    async fn serve<S>(
        &self,
        stream: S,
        place: Arc<Place>,
        (client, neighbour): (Option<ClientCertificate>, Option<Neighbour>),
        watcher: Watcher,
    ) where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let talk = Talk {
            router: self.router.clone(),
            place,
            client,
            neighbour,
        };
        let connection = self.protocol.serve_connection(TokioIo::new(stream), talk);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

/// The requests of one connection.
struct Talk {
    router: Router,
    place: Arc<Place>,
    client: Option<ClientCertificate>,
    neighbour: Option<Neighbour>,
}

impl Service<Request<Incoming>> for Talk {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let place = Arc::clone(&self.place);
        if !place.serve() {
            // The connection is about to be dropped, and with it this.
            return Box::pin(std::future::pending());
        }
        let mut request = request.map(|body| Body::new(Awaited::new(body, Arc::clone(&place))));
        if let Some(client) = self.client {
            request.extensions_mut().insert(client);
        }
        if let Some(neighbour) = self.neighbour {
            request.extensions_mut().insert(neighbour);
        }
        let answered = tower::Service::call(&mut self.router.clone(), request);
        Box::pin(async move {
            let response = answered.await;
            // From here on it is the client's turn: to read, and to send the next request.
            place.wait();
            response
        })
    }
}
