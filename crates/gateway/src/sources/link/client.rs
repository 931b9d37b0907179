//! One POST to an operator, and what came back: bounded in size, never redirected, never silently repeated.

use std::error::Error;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, StatusCode, Uri};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::connector::{Connector, Heard};
use crate::tls::trust::{Trust, doubt};

/// The largest body of an answer, in bytes.
pub const BODY_BYTES_MAX: usize = 64 << 10;
/// The most header lines of an answer.
const HEADERS_MAX: usize = 64;
/// The most bytes that are read ahead on one connection; the head of an answer must fit.
const BUFFER_BYTES_MAX: usize = 32 << 10;
/// How long an idle connection is kept.
const IDLE_TIME_MAX: Duration = Duration::from_secs(20);
/// The header in which the ask's opaque id travels.
const CORRELATOR: HeaderName = HeaderName::from_static(wire::camara::correlator::HEADER);

/// What is sent. It does not print: the body may hold a number or an assertion.
pub struct Post {
    /// Where to.
    pub uri: Uri,
    /// The kind of the body.
    pub content_type: HeaderValue,
    /// The kinds of body that an answer may have.
    pub accept: HeaderValue,
    /// The access token, as the header bears it.
    pub authorization: Option<HeaderValue>,
    /// The ask's opaque id.
    pub correlator: Option<HeaderValue>,
    /// The body.
    pub body: Bytes,
}

impl Post {
    /// Plain JSON both ways, to whoever authenticates what the body says.
    #[must_use]
    pub fn json(uri: Uri, body: &serde_json::Value) -> Self {
        let json = HeaderValue::from_static("application/json");
        Self {
            uri,
            content_type: json.clone(),
            accept: json,
            authorization: None,
            correlator: None,
            body: Bytes::from(body.to_string()),
        }
    }
}

/// An answer, read to its end. It does not print: the body may hold a position or a token.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallError {
    /// No byte of an answer came: the request may be sent once more.
    Unheard,
    /// The handshake failed, and nothing was sent; says why.
    Untrusted(&'static str),
    /// The answer began, and is no whole HTTP answer.
    Broken,
    /// The answer is larger than is read here.
    TooLarge,
}

impl CallError {
    /// What happened, for the log.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unheard => "the connection failed before an answer began",
            Self::Untrusted(reason) => reason,
            Self::Broken => "the answer was cut short or is not HTTP",
            Self::TooLarge => "the answer is larger than is read here",
        }
    }
}

/// A client with connections of its own, for one operator.
#[derive(Clone, Debug)]
pub struct Http(Client<Connector, Full<Bytes>>);

impl Http {
    /// A client that keeps at most `idle_max` connections open for later, and with TLS talks to whom `trust` believes.
    #[must_use]
    pub fn new(idle_max: usize, trust: Trust) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME_MAX)
            .pool_max_idle_per_host(idle_max)
            .http1_max_headers(HEADERS_MAX)
            .http1_max_buf_size(BUFFER_BYTES_MAX)
            // The library would repeat without a bound; the caller repeats once, and counts it.
            .retry_canceled_requests(false)
            .build(Connector::new(trust));
        Self(client)
    }

    /// Sends one request, once, and reads the answer.
    ///
    /// # Errors
    /// Whatever is no whole answer. There is no timeout in here: the caller drops the future, which closes the
    /// connection.
    pub async fn post(&self, post: &Post) -> Result<Answer, CallError> {
        let response = self.0.request(request(post)).await.map_err(|error| {
            if let Some(reason) = distrust(&error) {
                return CallError::Untrusted(reason);
            }
            let heard = error.connect_info().is_some_and(|info| {
                let mut extras = http::Extensions::new();
                info.get_extras(&mut extras);
                extras.get::<Heard>().is_none_or(Heard::anything)
            });
            if heard { CallError::Broken } else { CallError::Unheard }
        })?;
        let (head, body) = response.into_parts();
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body: read(head.status, body).await?,
        })
    }
}

/// Why a handshake failed, if that is what happened.
fn distrust(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(fault) = inner.and_then(|inner| inner.downcast_ref()) {
            return Some(doubt(fault));
        }
        cause = error.source();
    }
    None
}

fn request(post: &Post) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(post.body.clone()));
    *request.method_mut() = http::Method::POST;
    *request.uri_mut() = post.uri.clone();
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, post.content_type.clone());
    headers.insert(ACCEPT, post.accept.clone());
    if let Some(authorization) = &post.authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    if let Some(correlator) = &post.correlator {
        headers.insert(CORRELATOR, correlator.clone());
    }
    request
}

/// Reads a body that means something. Those of redirects and of failed systems do not, and are not waited for.
async fn read(status: StatusCode, body: Incoming) -> Result<Bytes, CallError> {
    if status.is_redirection() || status.is_server_error() {
        return Ok(Bytes::new());
    }
    if body.size_hint().lower() > BODY_BYTES_MAX as u64 {
        return Err(CallError::TooLarge);
    }
    match Limited::new(body, BODY_BYTES_MAX).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(CallError::TooLarge),
        Err(_) => Err(CallError::Broken),
    }
}

/// There is more than one where one is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Several;

impl Answer {
    /// Whether the body is plain JSON: one content type, and no compression, which was not asked for.
    #[must_use]
    pub fn is_json(&self) -> bool {
        let mut types = self.headers.get_all(CONTENT_TYPE).iter();
        let (Some(only), None) = (types.next(), types.next()) else {
            return false;
        };
        let media = only.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        media.trim().eq_ignore_ascii_case("application/json") && !self.headers.contains_key(CONTENT_ENCODING)
    }

    /// The correlator that the answer bears: `Ok(None)` for none.
    ///
    /// # Errors
    /// If there are several.
    pub fn correlator(&self) -> Result<Option<&HeaderValue>, Several> {
        let mut correlators = self.headers.get_all(&CORRELATOR).iter();
        match (correlators.next(), correlators.next()) {
            (found, None) => Ok(found),
            (_, Some(_)) => Err(Several),
        }
    }
}
