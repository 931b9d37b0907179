//! What is public, fetched: one GET, bounded in time and size, never redirected. Whoever uses it verifies what comes.

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::sources::link::connector::Connector;
use crate::tls::trust::{Trust, TrustFiles};

/// The longest wait for a whole answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an idle connection is kept.
const IDLE_TIME_MAX: Duration = Duration::from_secs(20);

/// A client for one host. Cloning it is cheap.
#[derive(Clone, Debug)]
pub struct Fetch(Client<Connector, Empty<Bytes>>);

impl Fetch {
    /// A client for what lies below `base`. With TLS the host must show a certificate that leads to one of `roots`, or of
    /// the system's.
    ///
    /// # Errors
    /// When there are no roots to believe; says so in words.
    pub fn new(base: &str, roots: Option<&Path>) -> Result<Self, String> {
        let trust = if base.starts_with("https://") {
            Trust::read(TrustFiles { roots, own: None })
        } else {
            Trust::nobody()
        };
        let trust = trust.map_err(|error| error.to_string())?;
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME_MAX)
            .build(Connector::new(trust));
        Ok(Self(client))
    }

    /// The body under a URL, of at most so many bytes; `None` if there is nothing.
    ///
    /// # Errors
    /// When no answer came, or one that is neither that; says why in words.
    pub async fn get(&self, url: &str, bytes_max: usize) -> Result<Option<Bytes>, String> {
        let uri: Uri = url.parse().map_err(|_| format!("expected a URL, found `{url}`"))?;
        let mut request = Request::new(Empty::new());
        *request.uri_mut() = uri;
        let exchange = async {
            let (head, body) = self
                .0
                .request(request)
                .await
                .map_err(|error| error.to_string())?
                .into_parts();
            match head.status {
                StatusCode::OK => {}
                StatusCode::NOT_FOUND | StatusCode::GONE => return Ok(None),
                status => return Err(format!("expected status 200, found {}", status.as_u16())),
            }
            let body = Limited::new(body, bytes_max)
                .collect()
                .await
                .map_err(|error| error.to_string())?;
            Ok(Some(body.to_bytes()))
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(why)) => Err(format!("`{url}`: {why}")),
            Err(_) => Err(format!(
                "`{url}`: expected an answer within {} s, found none",
                PATIENCE.as_secs()
            )),
        }
    }
}
