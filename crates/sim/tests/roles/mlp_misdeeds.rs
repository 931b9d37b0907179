//! The MLP carrier when it is told to be wrong, and its reports, honest and otherwise.

use crate::common::eventually;
use crate::mlp::{LOGIN, Mlp, Slir, find};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use serde_json::{Value, json};
use sim::carrier_mlp::dialect::Dialect;
use sim::carrier_mlp::xml::read;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

/// A client's address for reports: what came, and under which name.
#[derive(Clone, Default)]
struct Reports(Arc<Mutex<Vec<(String, Bytes)>>>);

impl Reports {
    async fn listen(&self) -> String {
        let take = async |State(reports): State<Reports>, Path(name): Path<String>, body: Bytes| {
            reports.0.lock().unwrap().push((name, body));
        };
        let routes = Router::new().route("/mlp/{name}", post(take)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/mlp", listener.local_addr().unwrap());
        sim::control::spawn_server(listener, routes);
        url
    }

    fn all(&self) -> Vec<(String, Bytes)> {
        self.0.lock().unwrap().clone()
    }
}

async fn ask_later(mlp: &Mlp, url: &str) -> String {
    let rest = format!(
        "<loc_type type=\"LAST\"/><pushaddr><url>{url}/mine</url><id>castor</id><pwd>push password</pwd></pushaddr>"
    );
    let slir = Slir {
        rest: &rest,
        kind: "ASYNC",
        ..Slir::default()
    };
    let answer = mlp.ask(&slir).await;
    assert!(find(&answer, "pd").is_none());
    find(&answer, "req_id").unwrap().text.clone()
}

#[tokio::test]
async fn a_report_comes_later_and_logs_in() {
    for dialect in [Dialect::V3_0, Dialect::V3_2, Dialect::V3_5] {
        let dir = tempfile::tempdir().unwrap();
        let mlp = Mlp::start(dir.path(), dialect).await;
        let reports = Reports::default();
        let request = ask_later(&mlp, &reports.listen().await).await;
        let came = eventually("a report", async || reports.all().pop()).await;
        assert_eq!(came.0, "mine");
        let report = read(&came.1).unwrap();
        assert_eq!(
            find(&report, "slirep").unwrap().child_text("req_id"),
            Some(request.as_str())
        );
        let login = find(&report, "client").unwrap();
        assert_eq!(
            (login.child_text("id"), login.child_text("pwd")),
            (Some("castor"), Some("push password"))
        );
        assert!(find(&report, "pd").is_some());
        let line = eventually("the line of it", async || mlp.lines("push").await.pop()).await;
        assert_eq!((&line["status"], &line["requestor"]), (&json!(200), &json!("ask_1")));
        let asked = mlp.lines("slir").await.pop().unwrap();
        assert_eq!((&asked["mode"], &asked["request"]), (&json!("async"), &json!(request)));
    }
}

#[tokio::test]
async fn reports_go_wrong_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_5).await;
    let reports = Reports::default();
    let url = reports.listen().await;
    for (misdeed, count) in [
        ("push-twice", 2),
        ("push-to-nobody", 1),
        ("push-wrong-login", 1),
        ("push-without-login", 1),
        ("push-wrong-request", 1),
        ("late-push", 1),
        ("wrong-number", 1),
        ("entity-bomb", 1),
    ] {
        reports.0.lock().unwrap().clear();
        mlp.behave(json!({"misbehave": misdeed, "late_ms": 700})).await;
        let began = sim::clock::now_ms();
        let request = ask_later(&mlp, &url).await;
        let came = eventually(misdeed, async || {
            let all = reports.all();
            (all.len() == count).then_some(all)
        })
        .await;
        let (name, body) = &came[0];
        let text = String::from_utf8_lossy(body);
        assert_eq!(name == "mine", misdeed != "push-to-nobody", "{misdeed}");
        assert_eq!(
            text.contains("<pwd>push password</pwd>"),
            !misdeed.ends_with("login"),
            "{misdeed}"
        );
        assert_eq!(text.contains("<client>"), misdeed != "push-without-login", "{misdeed}");
        assert_eq!(text.contains(&request), misdeed != "push-wrong-request", "{misdeed}");
        assert_eq!(sim::clock::now_ms() - began >= 700, misdeed == "late-push", "{misdeed}");
        assert_eq!(
            text.contains("12025550140<"),
            misdeed != "wrong-number" && misdeed != "entity-bomb"
        );
    }
    mlp.behave(json!({"misbehave": "never-push"})).await;
    reports.0.lock().unwrap().clear();
    ask_later(&mlp, &url).await;
    mlp.behave(json!({"misbehave": null, "quirk": "sync-to-async"})).await;
    let slir = Slir {
        rest: "<pushaddr><url>http://127.0.0.1:1/</url></pushaddr>",
        kind: "ASYNC",
        ..Slir::default()
    };
    assert!(find(&mlp.ask(&slir).await, "pd").is_some());
    assert_eq!(reports.all().len(), 0);
}

#[tokio::test]
async fn answers_go_wrong_on_demand() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_5).await;
    let ask = async |how: &str, patience| {
        mlp.behave(json!({"misbehave": how, "late_ms": 1500})).await;
        mlp.post(mlp.document(&Slir::default()), patience).await
    };
    for silent in ["hang", "slow-body", "late"] {
        let error = ask(silent, Duration::from_millis(900)).await.unwrap_err();
        assert!(error.contains("no answer within"), "{silent}: {error}");
    }
    assert_eq!(ask("late", PATIENCE).await.unwrap().status, 200);
    for broken in ["truncate", "huge", "endless"] {
        assert!(ask(broken, PATIENCE).await.is_err(), "{broken}");
    }
    for garbage in ["twice", "malformed", "entity-bomb", "doctype", "deep-nesting"] {
        let reply = ask(garbage, PATIENCE).await.unwrap();
        assert!(reply.status == 200 && read(&reply.body).is_err(), "{garbage}");
    }
    assert_eq!(ask("error-500", PATIENCE).await.unwrap().status, 500);
    assert_eq!(ask("redirect", PATIENCE).await.unwrap().status, 307);
    assert_eq!(
        ask("wrong-type", PATIENCE).await.unwrap().headers["content-type"],
        "text/html"
    );
    let told = async |how: &str| read(&ask(how, PATIENCE).await.unwrap().body).unwrap();
    let result = told("unknown-result").await;
    assert_eq!(find(&result, "result").unwrap().value("resid"), Some("999"));
    assert_eq!(find(&told("wrong-number").await, "msid").unwrap().text, "12025550141");
    let time = async |how: &str| find(&told(how).await, "time").unwrap().text[..8].to_owned();
    let (stale, honest, future) = (
        time("stale-time").await,
        time("any-version").await,
        time("future-time").await,
    );
    assert!(stale < honest && honest < future, "{stale} {honest} {future}");
    let disagree = told("disagree").await;
    assert_eq!(find(&disagree, "slia").unwrap().children.len(), 2);
}

#[tokio::test]
async fn laxity_is_on_demand_too() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_0).await;
    let located = async |misdeed: Value, slir: Slir<'_>| {
        mlp.behave(json!({"misbehave": misdeed})).await;
        find(&mlp.ask(&slir).await, "pd").is_some()
    };
    let guessed = || Slir {
        password: "guessed",
        ..Slir::default()
    };
    let newer = || Slir {
        version: "9.9.0",
        ..Slir::default()
    };
    let nobody = || Slir {
        number: "99999999999",
        ..Slir::default()
    };
    for honest in [guessed(), newer(), nobody()] {
        assert!(!located(Value::Null, honest).await);
    }
    assert!(located(json!("any-password"), guessed()).await);
    assert!(located(json!("any-version"), newer()).await);
    assert!(located(json!("locates-nobody"), nobody()).await);
    mlp.behave(json!({"misbehave": "always-ok"})).await;
    let other = mlp.document(&Slir::default()).replace("slir", "hlir");
    assert_eq!(mlp.post(other, PATIENCE).await.unwrap().status, 200);
    assert_eq!(LOGIN.0, mlp.lines("slir").await[0]["client"]);
}
