//! Connections that know whether an answer has begun. A request may be sent again only if nothing of its answer came,
//! and the HTTP library does not tell that apart from an answer that was cut short.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tower::Service;

use crate::tls::trust::Trust;

/// How long a connection may take to come about, and as long again its handshake.
const CONNECT_TIME_MAX: Duration = Duration::from_secs(3);

/// Whether anything came on a connection since something was last sent on it.
#[derive(Clone, Default, Debug)]
pub struct Heard(Arc<AtomicBool>);

impl Heard {
    /// Whether anything came.
    #[must_use]
    pub fn anything(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Opens watched connections: plain ones, or with TLS where the address begins with `https`.
#[derive(Clone, Debug)]
pub struct Connector {
    http: HttpConnector,
    trust: Trust,
}

impl Connector {
    /// A connector that believes whom `trust` believes.
    #[must_use]
    pub fn new(trust: Trust) -> Self {
        let mut http = HttpConnector::new();
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_TIME_MAX));
        http.enforce_http(false);
        Self { http, trust }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Watched>;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<Watched>, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.http.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let secured = uri.scheme() == Some(&Scheme::HTTPS);
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let trust = self.trust.clone();
        let connecting = self.http.call(uri);
        Box::pin(async move {
            let stream = connecting.await?.into_inner();
            let stream = if secured {
                Stream::Secured(Box::new(secure(stream, host, &trust).await?))
            } else {
                Stream::Plain(stream)
            };
            Ok(TokioIo::new(Watched {
                stream,
                heard: Heard::default(),
            }))
        })
    }
}

/// The handshake, in its time.
async fn secure(stream: TcpStream, host: String, trust: &Trust) -> Result<TlsStream<TcpStream>, io::Error> {
    let name = ServerName::try_from(host).map_err(io::Error::other)?;
    let handshake = TlsConnector::from(trust.config()).connect(name, stream);
    tokio::time::timeout(CONNECT_TIME_MAX, handshake)
        .await
        .map_err(|_| io::ErrorKind::TimedOut)?
}

/// A connection that keeps its [`Heard`] true. What the handshake itself sends and receives is not counted.
#[derive(Debug)]
pub struct Watched {
    stream: Stream,
    heard: Heard,
}

#[derive(Debug)]
enum Stream {
    Plain(TcpStream),
    Secured(Box<TlsStream<TcpStream>>),
}

/// Whatever a connection is made of.
trait Wire: AsyncRead + AsyncWrite + Unpin {}

impl<T: AsyncRead + AsyncWrite + Unpin> Wire for T {}

impl Stream {
    fn wire(&mut self) -> Pin<&mut dyn Wire> {
        match self {
            Self::Plain(stream) => Pin::new(stream),
            Self::Secured(stream) => Pin::new(&mut **stream),
        }
    }
}

impl Connection for Watched {
    fn connected(&self) -> Connected {
        let stream = match &self.stream {
            Stream::Plain(stream) => stream,
            Stream::Secured(stream) => stream.get_ref().0,
        };
        stream.connected().extra(self.heard.clone())
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = self.stream.wire().poll_read(context, into);
        if into.filled().len() > before {
            self.heard.0.store(true, Ordering::Release);
        }
        read
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.heard.0.store(false, Ordering::Release);
        self.stream.wire().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.wire().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.wire().poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        match &self.stream {
            Stream::Plain(stream) => stream.is_write_vectored(),
            Stream::Secured(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.heard.0.store(false, Ordering::Release);
        self.stream.wire().poll_write_vectored(context, parts)
    }
}
