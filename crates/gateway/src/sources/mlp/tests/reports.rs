//! Answers that come later: which reports are taken, and what becomes of all others.

use std::sync::Mutex;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request};
use tower::ServiceExt as _;

use super::*;
use crate::sources::mlp::dropped::Dropped;
use crate::sources::mlp::listener::{Reports, router};
use crate::sources::tests::lock;

/// A listener, and what it dropped.
struct Listener(Router, Arc<Dropped>);

impl Listener {
    fn new(stage: &Stage) -> Self {
        let dropped = Arc::new(Dropped::new());
        let reports = Reports {
            waiting: Arc::clone(&stage.waiting),
            dropped: Arc::clone(&dropped),
            body_bytes_max: 4096,
            body_within: Duration::from_millis(500),
        };
        Self(router(Arc::new(reports)), dropped)
    }

    /// Brings a body to an address; the status of the answer.
    async fn bring(&self, url: &str, body: impl Into<Body>) -> u16 {
        let path = url.trim_start_matches("http://127.0.0.1:8090");
        let request = Request::builder().method(Method::POST).uri(path).body(body.into());
        let answer = self
            .0
            .clone()
            .oneshot(request.expect("a request"))
            .await
            .expect("an answer");
        answer.status().as_u16()
    }

    fn dropped(&self, source: Option<&str>, why: Why) -> u64 {
        self.1.of(source, why)
    }
}

/// What a request says about where and how its report is to come.
#[derive(Clone, Debug)]
struct Push {
    url: String,
    id: String,
    password: String,
}

impl Push {
    fn of(seen: &Seen) -> Self {
        let address = within(&seen.body, "pushaddr");
        let text = |tag| within(address, tag).to_owned();
        Self {
            url: text("url"),
            id: text("id"),
            password: text("pwd"),
        }
    }

    fn report(&self, request: &str, body: &str) -> String {
        let Self { id, password, .. } = self;
        format!(
            r#"<?xml version="1.0"?><svc_result ver="3.2.0"><hdr ver="3.2.0"><client><id>{id}</id><pwd>{password}</pwd></client></hdr><slirep ver="3.2.0"><req_id>{request}</req_id>{body}</slirep></svc_result>"#
        )
    }
}

/// A body that never comes.
struct Never;

impl http_body::Body for Never {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

/// Accepts every request under the id 77.
fn accepts(_: &Seen) -> Act {
    Act::Send(slia("<req_id>77</req_id>"))
}

async fn later() -> (Stage, Listener) {
    let stage = Stage::later(Operator::raw(accepts).await);
    let listener = Listener::new(&stage);
    (stage, listener)
}

/// Waits until the server was asked, and tells where its report is to come.
async fn asked(stage: &Stage) -> Push {
    loop {
        if let Some(seen) = stage.requests().last() {
            // The answer that promises the report is read meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            return Push::of(seen);
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn honest_report(push: &Push) -> String {
    push.report("77", &position(DIGITS, "<lev_conf>95</lev_conf>"))
}

#[tokio::test]
async fn a_report_with_its_login_answers_the_ask_once() {
    let (stage, listener) = later().await;
    let bring = async {
        let push = asked(&stage).await;
        assert!(push.url.starts_with("http://127.0.0.1:8090/mlp/"), "{push:?}");
        assert_eq!((push.url.len(), push.password.len()), (26 + 32, 32));
        (listener.bring(&push.url, honest_report(&push)).await, push)
    };
    let (found, (status, push)) = tokio::join!(stage.ask(), bring);
    assert!(found.is_ok(), "{found:?}");
    assert_eq!(status, 200);
    assert!(stage.requests()[0].body.contains(r#"res_type="ASYNC""#));
    assert_eq!(
        listener.bring(&push.url, honest_report(&push)).await,
        200,
        "a second time"
    );
    assert_eq!(listener.dropped(Some("castor"), Why::Late), 1);
}

#[tokio::test]
async fn each_request_has_an_address_and_a_login_of_its_own() {
    let (stage, _listener) = later().await;
    let short = Duration::from_millis(100);
    let _ = tokio::join!(stage.ask_within(short), stage.ask_within(short));
    let [one, other] = stage.requests().try_into().expect("two requests");
    let (one, other) = (Push::of(&one), Push::of(&other));
    assert!(one.url != other.url && one.password != other.password);
}

#[tokio::test]
async fn what_is_not_the_carriers_leaves_the_ask_waiting() {
    let (stage, listener) = later().await;
    let bring = async {
        let push = asked(&stage).await;
        let with = |id: &str, password: &str| Push {
            id: id.to_owned(),
            password: password.to_owned(),
            ..push.clone()
        };
        let own = honest_report(&push);
        for (why, status, body) in [
            (Why::WrongLogin, 403, honest_report(&with("castor", "guess"))),
            (Why::WrongLogin, 403, honest_report(&with("pollux", &push.password))),
            (Why::WrongLogin, 403, honest_report(&with("", ""))),
            (
                Why::WrongLogin,
                403,
                own.replace("<hdr", "<!--").replace("</hdr>", "-->"),
            ),
            (Why::WrongRequest, 400, push.report("78", &position(DIGITS, ""))),
            (Why::NotBelieved, 400, push.report("77", &position("12025550101", ""))),
            (Why::NotBelieved, 400, push.report("77", "")),
            (Why::NotBelieved, 400, "<x/>".to_owned()),
            (Why::NotBelieved, 400, String::new()),
            (
                Why::TooLarge,
                413,
                own.replace("</svc_result>", &format!("<!--{}--></svc_result>", "x".repeat(9_000))),
            ),
        ] {
            let before = listener.dropped(Some("castor"), why);
            assert_eq!(listener.bring(&push.url, body.clone()).await, status, "{why:?} {body}");
            assert_eq!(listener.dropped(Some("castor"), why), before + 1, "{why:?}");
        }
        let never = Body::new(Never);
        assert_eq!(listener.bring(&push.url, never).await, 408);
        listener.bring(&push.url, own).await
    };
    let (found, status) = tokio::join!(stage.ask_within(Duration::from_secs(20)), bring);
    assert!(found.is_ok(), "{found:?}");
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_carrier_that_says_only_what_cannot_be_believed_did_not_merely_take_too_long() {
    let (stage, listener) = later().await;
    let bring = async {
        let push = asked(&stage).await;
        listener
            .bring(&push.url, push.report("77", &position("12025550101", "")))
            .await
    };
    let (found, status) = tokio::join!(stage.ask_within(Duration::from_secs(1)), bring);
    assert_eq!((found.err(), status), (Some(Failure::Untrustworthy), 400));
}

#[tokio::test]
async fn a_report_that_comes_too_late_or_to_a_guessed_address_is_answered_and_not_looked_at() {
    let (stage, listener) = later().await;
    assert_eq!(
        stage.ask_within(Duration::from_millis(200)).await.err(),
        Some(Failure::Timeout)
    );
    let push = Push::of(&stage.requests()[0]);
    for body in [honest_report(&push), "<x/>".to_owned(), "x".repeat(9_000)] {
        assert_eq!(listener.bring(&push.url, body.clone()).await, 200);
        let guessed = format!("/mlp/{}", "0".repeat(32));
        for guess in [
            &guessed,
            "/mlp/x",
            &push.url.to_uppercase().replace("HTTP", "http").replace("MLP", "mlp"),
        ] {
            assert_eq!(listener.bring(guess, body.clone()).await, 200, "{guess}");
        }
    }
    assert_eq!(listener.dropped(Some("castor"), Why::Late), 3);
    assert_eq!(listener.dropped(None, Why::Unknown), 9);
    for (path, status) in [("/", 404), ("/mlp/", 404), ("/mlp/a/b", 404), ("/metrics", 404)] {
        assert_eq!(listener.bring(path, String::new()).await, status, "{path}");
    }
    assert_eq!(
        listener.bring(&push.url.replace("/mlp/", "/MLP/"), String::new()).await,
        404
    );
}

#[tokio::test]
async fn a_report_that_overtakes_the_promise_is_taken() {
    let slow = |_: &Seen| Act::SendLate(2_000, slia("<req_id>77</req_id>"));
    let stage = Stage::later(Operator::raw(slow).await);
    let listener = Listener::new(&stage);
    let bring = async {
        let push = asked(&stage).await;
        listener.bring(&push.url, honest_report(&push)).await
    };
    let (found, status) = tokio::join!(stage.ask(), bring);
    assert_eq!((found.is_ok(), status), (true, 200));
}

#[tokio::test]
async fn a_server_that_answers_at_once_although_asked_not_to_is_heard() {
    let stage = Stage::later(Operator::raw(honest).await);
    assert!(stage.ask().await.is_ok());
    let push = Push::of(&stage.requests()[0]);
    let listener = Listener::new(&stage);
    assert_eq!(listener.bring(&push.url, honest_report(&push)).await, 200);
    assert_eq!(listener.dropped(Some("castor"), Why::Late), 1);
}

#[tokio::test]
async fn a_reported_refusal_means_what_an_answered_one_means() {
    let (stage, listener) = later().await;
    let bring = async {
        let push = asked(&stage).await;
        let poserr = format!(
            r#"<pos><msid type="MSISDN">{DIGITS}</msid><poserr>{}<time>20261118110638</time></poserr></pos>"#,
            result(5)
        );
        listener.bring(&push.url, push.report("77", &poserr)).await
    };
    let (found, status) = tokio::join!(stage.ask(), bring);
    assert_eq!((found.err(), status), (Some(Failure::Unlocatable), 200));
}

#[tokio::test]
async fn a_login_that_the_carriers_profile_fixes_is_the_one_that_counts() {
    let login = PushLogin {
        id: "gmlc".to_owned(),
        password: domain::secret::Secret::new("aster-02".to_owned()),
    };
    let setup = Setup {
        later: true,
        login: Some(login),
        ..Setup::default()
    };
    let stage = Stage::with(Operator::raw(accepts).await, setup);
    let listener = Listener::new(&stage);
    let seen: Mutex<Option<Push>> = Mutex::default();
    let bring = async {
        let push = asked(&stage).await;
        *lock(&seen) = Some(push.clone());
        listener.bring(&push.url, honest_report(&push)).await
    };
    let (found, status) = tokio::join!(stage.ask(), bring);
    assert_eq!((found.is_ok(), status), (true, 200));
    let push = lock(&seen).clone().expect("an address");
    assert_eq!((push.id.as_str(), push.password.as_str()), ("gmlc", "aster-02"));
}
