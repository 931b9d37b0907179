//! The few operations of S3 that a publisher needs: read, write, write only what is not there, list, remove.

use super::Bucket;
use super::object::{Object, failure, xml};
use super::signature::{self, Doubt};
use crate::clock;
use crate::sync::lock;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The largest file that it takes, in bytes.
const BYTES_MAX: usize = 1 << 20;
/// The most files in one list.
const LISTED_MAX: usize = 1000;

/// Answers one request, and notes it.
pub async fn answer(State(bucket): State<Arc<Bucket>>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, BYTES_MAX).await else {
        return failure(StatusCode::BAD_REQUEST, "EntityTooLarge");
    };
    let signed = parts.headers.contains_key(header::AUTHORIZATION);
    let response = serve(&bucket, &parts, &body, signed);
    let conditional = parts.headers.contains_key(header::IF_NONE_MATCH);
    let noted = json!({
        "method": parts.method.as_str(), "path": parts.uri.path(), "signed": signed, "conditional": conditional,
        "status": response.status().as_u16(),
    });
    bucket.ledger.note("request", &noted);
    response
}

fn serve(bucket: &Bucket, parts: &Parts, body: &Bytes, signed: bool) -> Response<Body> {
    if bucket.behaviour().away {
        return failure(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable");
    }
    if signed && let Err(doubt) = signature::check(&bucket.key, parts, body, clock::now_s()) {
        return refuse(doubt);
    }
    let path = parts.uri.path().strip_prefix('/').unwrap_or_default();
    let (name, key) = path.split_once('/').unwrap_or((path, ""));
    if name != bucket.name {
        return failure(StatusCode::NOT_FOUND, "NoSuchBucket");
    }
    // Everybody may read a file whose name they know; nobody else may do anything.
    match (&parts.method, key) {
        (&Method::GET, key) if !key.is_empty() => match lock(&bucket.objects).get(key) {
            Some(object) => object.show(),
            None => failure(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        _ if !signed => failure(StatusCode::FORBIDDEN, "AccessDenied"),
        (&Method::GET, _) => list(bucket, parts.uri.query().unwrap_or_default()),
        (&Method::PUT, key) if !key.is_empty() => write(bucket, key, parts, body),
        (&Method::DELETE, key) if !key.is_empty() => {
            lock(&bucket.objects).remove(key);
            empty(StatusCode::NO_CONTENT)
        }
        _ => failure(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

fn refuse(doubt: Doubt) -> Response<Body> {
    let status = match doubt {
        Doubt::Malformed => StatusCode::BAD_REQUEST,
        Doubt::UnknownKey | Doubt::WrongSignature | Doubt::WrongTime => StatusCode::FORBIDDEN,
        Doubt::WrongBody => StatusCode::BAD_REQUEST,
    };
    failure(status, doubt.code())
}

fn write(bucket: &Bucket, key: &str, parts: &Parts, body: &Bytes) -> Response<Body> {
    let condition = parts.headers.get(header::IF_NONE_MATCH);
    let mut objects = lock(&bucket.objects);
    match condition.map(HeaderValue::as_bytes) {
        Some(_) if !bucket.behaviour().conditions => {
            return failure(StatusCode::NOT_IMPLEMENTED, "NotImplemented");
        }
        Some(b"*") if objects.contains_key(key) => {
            return failure(StatusCode::PRECONDITION_FAILED, "PreconditionFailed");
        }
        Some(b"*") | None => {}
        Some(_) => return failure(StatusCode::BAD_REQUEST, "InvalidArgument"),
    }
    let object = Object::new(body.to_vec(), &parts.headers);
    let mut response = empty(StatusCode::OK);
    if let Ok(tag) = HeaderValue::from_str(&object.tag()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    objects.insert(key.to_owned(), object);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// `ListObjectsV2`: the files under a prefix, those below the delimiter as folders.
fn list(bucket: &Bucket, query: &str) -> Response<Body> {
    let asked = signature::pairs(query);
    let of = |name: &str| {
        asked
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, value)| value)
    };
    if of("list-type") != "2" {
        return failure(StatusCode::NOT_IMPLEMENTED, "NotImplemented");
    }
    let (prefix, delimiter) = (of("prefix"), of("delimiter"));
    let objects = lock(&bucket.objects);
    let (mut lines, mut folders) = (String::new(), BTreeSet::new());
    let mut count = 0;
    for (key, object) in objects.iter().filter(|(key, _)| key.starts_with(prefix)) {
        let rest = &key[prefix.len()..];
        match rest.find(delimiter).filter(|_| !delimiter.is_empty()) {
            Some(end) => {
                folders.insert(format!("{prefix}{}{delimiter}", &rest[..end]));
            }
            None if count < LISTED_MAX => {
                lines.push_str(&object.line(key));
                count += 1;
            }
            // A publisher clears at most the 255 beginnings of one tile.
            None => return failure(StatusCode::NOT_IMPLEMENTED, "NotImplemented"),
        }
    }
    let folders: String = folders
        .iter()
        .map(|folder| format!("<CommonPrefixes><Prefix>{folder}</Prefix></CommonPrefixes>"))
        .collect();
    xml(
        StatusCode::OK,
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult><Name>{}</Name><Prefix>{prefix}</Prefix>\
             <KeyCount>{count}</KeyCount><MaxKeys>{LISTED_MAX}</MaxKeys><IsTruncated>false</IsTruncated>{lines}{folders}\
             </ListBucketResult>",
            bucket.name
        ),
    )
}
