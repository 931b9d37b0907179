//! How the library that speaks S3 reaches the store: over connections as this gateway opens them to everybody, so with
//! one TLS and one list of roots. Each attempt is bounded in time and size, and never redirected.

use std::error::Error;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::IF_NONE_MATCH;
use http_body_util::{BodyExt as _, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpService,
};

use crate::sources::link::connector::Connector;
use crate::tls::trust::Trust;

/// The longest that one attempt may take.
const ATTEMPT_TIME_MAX: Duration = Duration::from_secs(10);
/// The largest body of an answer, in bytes: a list of a thousand files fits.
const ANSWER_BYTES_MAX: usize = 1 << 20;
/// How long an idle connection is kept.
const IDLE_TIME_MAX: Duration = Duration::from_secs(20);
/// The longest name of an S3 error that is shown.
const CODE_BYTES_MAX: usize = 64;

/// The connections to one store. Cloning it is cheap.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    client: Client<Connector, HttpRequestBody>,
    without_conditions: Arc<AtomicBool>,
    attempt_time_max: Duration,
}

impl Transport {
    pub(super) fn new(trust: Trust) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIME_MAX)
            // The library above repeats, and counts it.
            .retry_canceled_requests(false)
            .build(Connector::new(trust));
        Self {
            client,
            without_conditions: Arc::default(),
            attempt_time_max: ATTEMPT_TIME_MAX,
        }
    }

    /// Whether the store has said that it does not know how to write only what is not there.
    pub(super) fn is_without_conditions(&self) -> bool {
        self.without_conditions.load(Ordering::Relaxed)
    }

    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let conditional = request.headers().contains_key(IF_NONE_MATCH);
        let response = self.client.request(request).await.map_err(|error| {
            // An idle connection may be gone when it is used again. Whatever is asked of the store may be asked twice: what was
            // written by a request that seemed to fail is there, and compared.
            let kind = if error.is_connect() {
                HttpErrorKind::Connect
            } else {
                HttpErrorKind::Request
            };
            failed(kind, &error)
        })?;
        let (head, body) = response.into_parts();
        let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| failed(HttpErrorKind::Interrupted, &*error))?;
        let body = if head.status.is_success() {
            body.to_bytes()
        } else {
            // What a failure says goes to the log, so nothing but its name is kept of it.
            code(&body.to_bytes())
        };
        if conditional && head.status == StatusCode::NOT_IMPLEMENTED {
            self.without_conditions.store(true, Ordering::Relaxed);
        }
        Ok(HttpResponse::from_parts(head, body.into()))
    }
}

impl HttpService for Transport {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        Box::pin(async move {
            let exchange = tokio::time::timeout(self.attempt_time_max, self.exchange(request)).await;
            exchange.unwrap_or_else(|elapsed| Err(HttpError::new(HttpErrorKind::Timeout, elapsed)))
        })
    }
}

impl HttpConnector for Transport {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

/// An error with all its causes in one line: the library shows the first only.
#[derive(Debug)]
struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Failed {}

fn failed(kind: HttpErrorKind, error: &(dyn Error + 'static)) -> HttpError {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    HttpError::new(kind, Failed(words))
}

/// The name of an S3 error: letters between `<Code>` and `</Code>`; nothing if there is none.
fn code(body: &Bytes) -> Bytes {
    let text = std::str::from_utf8(body).unwrap_or_default();
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("", |(code, _)| code);
    if code.len() <= CODE_BYTES_MAX && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        body.slice_ref(code.as_bytes())
    } else {
        Bytes::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use object_store::client::{HttpErrorKind, HttpRequestBody, HttpService as _};

    use super::Transport;
    use crate::tls::trust::Trust;

    #[tokio::test]
    async fn a_connection_that_is_cut_before_an_answer_may_be_made_again() {
        let cutting = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = format!("http://{}/log/checkpoint", cutting.local_addr().expect("an address"));
        tokio::spawn(async move {
            while let Ok((stream, _)) = cutting.accept().await {
                drop(stream)
            }
        });
        let request = http::Request::put(uri)
            .body(HttpRequestBody::empty())
            .expect("a request");
        let transport = Transport::new(Trust::nobody().expect("nobody"));
        let error = transport.call(request).await.expect_err("cut");
        assert_eq!(error.kind(), HttpErrorKind::Request);
    }

    #[tokio::test]
    async fn an_attempt_at_a_store_that_keeps_silent_ends() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let uri = format!("http://{}/log/checkpoint", silent.local_addr().expect("an address"));
        let transport = Transport {
            attempt_time_max: Duration::from_millis(50),
            ..Transport::new(Trust::nobody().expect("nobody"))
        };
        let request = http::Request::get(uri)
            .body(HttpRequestBody::empty())
            .expect("a request");
        let error = transport.call(request).await.expect_err("silence");
        assert_eq!(error.kind(), HttpErrorKind::Timeout);
    }
}
