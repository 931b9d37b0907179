//! A bucket over HTTP, at a store that answers as a test wants: it fails, is slow to recover, knows no conditions, sends
//! elsewhere, or says too much. Signatures are checked by the simulated store of the outside tests.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use domain::secret::Secret;

use super::super::bucket::Bucket;
use super::super::bucket::address::Address;
use super::super::bucket::credentials::Credentials;
use super::super::place::{Place as _, PlaceError};
use crate::tls::trust::Trust;

/// What the store does before it does what it is asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mood {
    /// It fails so many times.
    Failing(usize),
    /// It knows no conditions.
    Unconditional,
    /// It sends everybody elsewhere.
    Elsewhere,
    /// It answers reads with more than any file has.
    TooMuch,
    /// It does what it is asked, and says that it failed.
    Unsaid,
}

struct Store {
    mood: Mood,
    files: BTreeMap<String, (Vec<u8>, HeaderMap)>,
    requests: usize,
}

type Shared = Arc<Mutex<Store>>;

async fn answer(State(store): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    store.requests += 1;
    let failure = "<Error><Code>SlowDown</Code><Message>the store's own words</Message></Error>";
    match store.mood {
        Mood::Failing(left) if left > 0 => {
            store.mood = Mood::Failing(left - 1);
            return (StatusCode::SERVICE_UNAVAILABLE, failure).into_response();
        }
        Mood::Unconditional if headers.contains_key("if-none-match") => {
            return StatusCode::NOT_IMPLEMENTED.into_response();
        }
        Mood::Elsewhere => return (StatusCode::MOVED_PERMANENTLY, [("location", "/elsewhere")]).into_response(),
        Mood::TooMuch if method == Method::GET => return vec![0_u8; (1 << 20) + 1].into_response(),
        _ => {}
    }
    let path = uri.path().to_owned();
    if method == Method::GET {
        return match store.files.get(&path) {
            Some((bytes, _)) => bytes.clone().into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        };
    }
    if headers.contains_key("if-none-match") && store.files.contains_key(&path) {
        return StatusCode::PRECONDITION_FAILED.into_response();
    }
    store.files.insert(path, (body.to_vec(), headers));
    if store.mood == Mood::Unsaid {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let tag = HeaderValue::from_static("\"1\"");
    ([("etag", tag)], ()).into_response()
}

/// A store in a mood, and a bucket at it.
async fn store(mood: Mood) -> (Shared, Bucket) {
    let store = Arc::new(Mutex::new(Store {
        mood,
        files: BTreeMap::new(),
        requests: 0,
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}/log/of", listener.local_addr().expect("an address"));
    let routes = Router::new().fallback(answer).with_state(Arc::clone(&store));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (store, bucket(&address))
}

fn bucket(address: &str) -> Bucket {
    let credentials = Credentials {
        id: "aster".to_owned(),
        secret: Secret::new("hush-hush".to_owned()),
        token: Some(Secret::new("for-now".to_owned())),
    };
    let address = Address::parse(address).expect("an address");
    Bucket::new(&address, "here-1", &credentials, Trust::nobody().expect("nobody")).expect("a bucket")
}

fn requests(store: &Shared) -> usize {
    store.lock().expect("a store").requests
}

fn words(error: PlaceError) -> String {
    match error {
        PlaceError::Failed(words) => words,
        PlaceError::Different(path) => panic!("{path} is another"),
    }
}

#[tokio::test]
async fn what_is_written_is_labelled_and_signed() {
    let (store, bucket) = store(Mood::Failing(0)).await;
    bucket.keep("tile/0/000", vec![1]).await.expect("kept");
    bucket.replace("checkpoint", vec![2]).await.expect("replaced");
    let store = store.lock().expect("a store");
    let header = |path: &str, name: &str| {
        let value = store.files[path].1.get(name);
        value.map(|value| value.to_str().expect("text").to_owned())
    };
    let (tile, note) = ("/log/of/tile/0/000", "/log/of/checkpoint");
    assert_eq!(
        header(tile, "content-type").as_deref(),
        Some("application/octet-stream")
    );
    assert_eq!(
        header(tile, "cache-control").as_deref(),
        Some("public, max-age=31536000, immutable")
    );
    assert_eq!(header(tile, "if-none-match").as_deref(), Some("*"));
    assert_eq!(
        header(note, "content-type").as_deref(),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(header(note, "cache-control").as_deref(), Some("no-store"));
    assert_eq!(header(note, "if-none-match"), None);
    for path in [tile, note] {
        assert_eq!(header(path, "x-amz-security-token").as_deref(), Some("for-now"));
        let authorization = header(path, "authorization").expect("signed");
        assert!(
            authorization.contains("Credential=aster/") && authorization.contains("/here-1/s3/"),
            "{authorization}"
        );
    }
}

#[tokio::test]
async fn a_store_that_fails_for_a_moment_is_asked_again_and_one_that_goes_on_is_not() {
    let (store_, bucket) = store(Mood::Failing(2)).await;
    bucket.keep("tile/0/000", vec![1]).await.expect("kept after all");
    assert_eq!(requests(&store_), 3);
    let (store_, bucket) = store(Mood::Failing(usize::MAX)).await;
    let error = words(bucket.read("checkpoint").await.expect_err("it fails"));
    assert_eq!(requests(&store_), 4, "a bounded number of times");
    assert!(error.contains("503") && error.contains("SlowDown"), "{error}");
    assert!(!error.contains("own words") && !error.contains("hush"), "{error}");
}

#[tokio::test]
async fn what_was_written_though_the_store_said_otherwise_is_found() {
    let (store_, bucket) = store(Mood::Unsaid).await;
    bucket.keep("tile/0/000", vec![1]).await.expect("it is there");
    assert_eq!(store_.lock().expect("a store").files["/log/of/tile/0/000"].0, [1]);
    let other = bucket.keep("tile/0/000", vec![2]).await;
    assert!(matches!(other, Err(PlaceError::Different(_))));
}

#[tokio::test]
async fn a_store_without_conditions_is_looked_at_before_it_is_written_to() {
    let (store_, bucket) = store(Mood::Unconditional).await;
    bucket.keep("tile/0/000", vec![1]).await.expect("kept");
    let before = requests(&store_);
    bucket.keep("tile/0/000", vec![1]).await.expect("there already");
    assert_eq!(requests(&store_) - before, 1, "it is not asked for a condition again");
    let other = bucket.keep("tile/0/000", vec![2]).await;
    assert!(matches!(other, Err(PlaceError::Different(_))));
    assert_eq!(store_.lock().expect("a store").files["/log/of/tile/0/000"].0, [1]);
}

#[tokio::test]
async fn nothing_is_followed_elsewhere_and_nothing_endless_is_read() {
    let (store_, bucket) = store(Mood::Elsewhere).await;
    assert!(words(bucket.read("checkpoint").await.expect_err("elsewhere")).contains("301"));
    assert_eq!(requests(&store_), 1);
    let (_, bucket) = store(Mood::TooMuch).await;
    words(bucket.read("checkpoint").await.expect_err("too much"));
}

#[tokio::test]
async fn a_store_that_is_gone_is_said_to_be() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}/log", free.local_addr().expect("an address"));
    drop(free);
    let error = words(bucket(&address).read("checkpoint").await.expect_err("gone"));
    assert!(error.contains("Connection refused"), "{error}");
}
