//! A small HTTP client for the simulated people and companies: loopback HTTP, no redirects, bodies and waits bounded.

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The largest answer that is read, in bytes.
const BODY_BYTES_MAX: usize = 4 << 20;

/// How long an ordinary request may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Why no answer came; a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchError(pub String);

impl std::fmt::Display for FetchError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for FetchError {}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// The body as JSON of a known form.
    ///
    /// # Errors
    /// When it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FetchError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| FetchError(format!("expected JSON with status {}, found: {error}", self.status)))
    }

    /// The body as text; what is not UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// The client. Clones share their connections.
#[derive(Debug, Clone)]
pub struct Fetch {
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Default for Fetch {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(Duration::from_secs(5)));
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
        }
    }
}

impl Fetch {
    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// When nobody answers, `patience` runs out, or the body is too large.
    pub async fn send(&self, request: Request<Full<Bytes>>, patience: Duration) -> Result<Reply, FetchError> {
        let target = format!("{} {}", request.method(), request.uri());
        let failed = |error: &dyn std::fmt::Display| FetchError(format!("{target}: {error}"));
        let exchange = async {
            let response = self.client.request(request).await.map_err(|error| failed(&error))?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, BODY_BYTES_MAX)
                .collect()
                .await
                .map_err(|error| failed(&error))?;
            Ok(Reply {
                status: head.status,
                headers: head.headers,
                body: body.to_bytes(),
            })
        };
        match tokio::time::timeout(patience, exchange).await {
            Ok(outcome) => outcome,
            Err(_) => Err(failed(&format_args!("no answer within {} s", patience.as_secs()))),
        }
    }

    /// `GET url`, as JSON of a known form.
    ///
    /// # Errors
    /// As [`Fetch::send`], and when the status is not 200 or the body something else.
    pub async fn read_json<T: DeserializeOwned>(&self, url: &str) -> Result<T, FetchError> {
        let reply = self.send(request("GET", url, None, Bytes::new())?, PATIENCE).await?;
        if reply.status != StatusCode::OK {
            return Err(FetchError(format!(
                "GET {url}: expected status 200, found {}",
                reply.status
            )));
        }
        reply.json()
    }
}

/// Builds a request; `content_type` describes `body`.
///
/// # Errors
/// When the URL or content type is not one.
pub fn request(
    method: &str,
    url: &str,
    content_type: Option<&str>,
    body: impl Into<Bytes>,
) -> Result<Request<Full<Bytes>>, FetchError> {
    let mut builder = Request::builder().method(method).uri(url);
    if let Some(content_type) = content_type {
        builder = builder.header(http::header::CONTENT_TYPE, content_type);
    }
    builder
        .body(Full::new(body.into()))
        .map_err(|error| FetchError(format!("`{url}` cannot be asked: {error}")))
}

/// An `application/x-www-form-urlencoded` body.
pub fn form(fields: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{}={}", percent(name), percent(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn forms_are_escaped() {
        assert_eq!(
            super::form(&[("scope", "dpv:X a:b"), ("n", "+1")]),
            "scope=dpv%3AX%20a%3Ab&n=%2B1"
        );
    }
}
