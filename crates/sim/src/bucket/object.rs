//! A file in the store, and the store's words about it.

use crate::clock;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use jiff::Timestamp;

/// The headers that are kept with a file and given with it.
const KEPT: [HeaderName; 2] = [header::CONTENT_TYPE, header::CACHE_CONTROL];

/// A file.
#[derive(Debug, Clone)]
pub struct Object {
    /// What it holds.
    pub bytes: Vec<u8>,
    /// The headers that it is given with.
    pub headers: HeaderMap,
    /// When it was written, in milliseconds since 1970.
    pub at_ms: i64,
}

impl Object {
    /// A file that is written now, with those headers of its request that are kept.
    pub fn new(bytes: Vec<u8>, request: &HeaderMap) -> Self {
        let kept = KEPT
            .iter()
            .filter_map(|name| Some((name.clone(), request.get(name)?.clone())));
        Self {
            bytes,
            headers: kept.collect(),
            at_ms: clock::now_ms(),
        }
    }

    /// Its entity tag.
    pub fn tag(&self) -> String {
        format!("\"{}\"", hex(&digest(&SHA256, &self.bytes).as_ref()[..16]))
    }

    /// It as an answer.
    pub fn show(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.bytes.clone()));
        response.headers_mut().extend(self.headers.clone());
        let at = Timestamp::from_millisecond(self.at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        let at = at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        for (name, value) in [(header::ETAG, self.tag()), (header::LAST_MODIFIED, at)] {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// Its line in a list.
    pub fn line(&self, key: &str) -> String {
        format!(
            "<Contents><Key>{key}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size>\
             <StorageClass>STANDARD</StorageClass></Contents>",
            clock::rfc3339(self.at_ms),
            self.tag().replace('"', "&quot;"),
            self.bytes.len(),
        )
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A failure, as the store words it.
pub fn failure(status: StatusCode, code: &str) -> Response<Body> {
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>The harbour's store says \
         no.</Message></Error>"
    );
    xml(status, text)
}

/// An answer in XML.
pub fn xml(status: StatusCode, text: String) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/xml");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
