//! The simulated world around the gateway, and the gateway as a process that is killed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How long a process may take until it is ready.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// The first number of the block of the carrier that speaks CAMARA.
const FIRST_NUMBER: u64 = 99_920_000_000;
/// The first number of the block of the carrier that speaks MLP, and brings its answers later.
const FIRST_CASTOR_NUMBER: u64 = 99_910_000_000;
/// So many numbers each of them has.
const NUMBERS: u64 = 1_000_000;

/// The number of the `nth` person: every other one is the second carrier's.
pub fn number(nth: u64) -> String {
    assert!(nth / 2 < NUMBERS, "the carriers have no more numbers");
    let first = if nth.is_multiple_of(2) {
        FIRST_NUMBER
    } else {
        FIRST_CASTOR_NUMBER
    };
    format!("+{}", first + nth / 2)
}

/// The systems that are not killed, and where everything lies.
pub struct World {
    /// A folder that goes with the test.
    folder: tempfile::TempDir,
    /// The gateway's address.
    pub gateway: String,
    /// The phones' address.
    pub phones: String,
    /// The partners' backend.
    pub partner: String,
    carriers: [String; 2],
    roles: Vec<Child>,
}

impl World {
    /// Lets `wayleave demo` make keys and clients, ends it, and starts the simulated systems again by hand.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        make_data(data).await;
        let numbers = json!({"blocks": [{"first": format!("+{FIRST_NUMBER}"), "count": NUMBERS, "state": "on"}]});
        std::fs::write(data.join("numbers.json"), numbers.to_string()).expect("a file of numbers");
        let path = |name: &str| data.join(name).to_string_lossy().into_owned();
        let mut roles = Vec::new();
        let client = ["--client-id", "wayleave", "--client-jwk", &path("carrier.pub.jwk")];
        let numbers = ["--world", &path("numbers.json")];
        let carrier = role(data, "carrier-camara", &[&client[..], &numbers].concat(), &mut roles).await;
        let client = [
            "--client-id",
            "wayleave",
            "--client-password-file",
            &path("castor.password"),
        ];
        let castor = role(data, "carrier-mlp", &client, &mut roles).await;
        let password = ["--system-id", "wayleave", "--password-file", &path("smpp.password")];
        let smsc = role(
            data,
            "smsc",
            &[&password[..], &["--smpp", "127.0.0.1:0"]].concat(),
            &mut roles,
        )
        .await;
        let (of_smsc, carriers) = (
            said(&smsc, "control"),
            [said(&carrier, "control"), said(&castor, "control")],
        );
        let phones = ["--smsc", &of_smsc, "--carrier", &carriers[0], "--carrier", &carriers[1]];
        let phones = role(data, "phones", &phones, &mut roles).await;
        let partner = role(data, "partner", &["--clients", &path("clients")], &mut roles).await;
        let gateway = write_config(data, &carrier, &castor, &said(&smsc, "smpp"));
        // Long enough that some kills fall between question and answer.
        let slow = [
            json!({"last_known_ms": 15}),
            json!({"last_known_ms": 10, "push_delay_ms": 5}),
        ];
        for (control, slow) in carriers.iter().zip(slow) {
            let url = format!("{control}/behaviour");
            let changed = Http::new().send(Method::PUT, &url, &[], slow.to_string()).await;
            assert_eq!(changed.expect("the carrier answers").status, StatusCode::OK);
        }
        Self {
            gateway,
            phones: base(&said(&phones, "control")),
            partner: base(&said(&partner, "control")),
            carriers,
            roles,
            folder,
        }
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("wayleave.toml")
    }

    /// The store's file.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("gateway/wayleave.db")
    }

    /// An access token of the partner without proof of possession, by way of the program.
    pub async fn token(&self) -> String {
        let client = self.folder.path().join("clients/plain.json");
        let client = client.to_string_lossy();
        program(&["client", "token", "--client", &client])
            .await
            .trim()
            .to_owned()
    }

    /// Lets the program verify the whole store.
    pub async fn verify_store(&self) -> String {
        let said = program(&["journal", "verify", "--config", &self.config().to_string_lossy()]).await;
        assert!(
            said.starts_with("verified: "),
            "expected a verified store, found: {said}"
        );
        said.trim().to_owned()
    }

    /// Lets the program verify each receipt against the journal's key, and returns how many there were.
    pub async fn verify_receipts(&self, receipts: &[String]) -> usize {
        let key = program(&["journal", "key", "--config", &self.config().to_string_lossy()]).await;
        let path = self.folder.path().join("receipt");
        for receipt in receipts {
            std::fs::write(&path, receipt).expect("a file for the receipt");
            let said = program(&["journal", "verify", "--key", key.trim(), &path.to_string_lossy()]).await;
            assert!(said.starts_with("verified: entry "), "{said}");
        }
        receipts.len()
    }

    /// The ask's id in every location query of each carrier's ledger: CAMARA's first, then MLP's.
    pub async fn carrier_queries(&self) -> [Vec<String>; 2] {
        let [camara, mlp] = &self.carriers;
        [
            ids(camara, &["retrieve", "verify"], "correlator").await,
            ids(mlp, &["slir"], "requestor").await,
        ]
    }

    /// From now on the second carrier brings its reports so late.
    pub async fn castor_reports_after(&self, milliseconds: u64) {
        let (url, body) = (
            format!("{}/behaviour", self.carriers[1]),
            json!({"push_delay_ms": milliseconds}).to_string(),
        );
        let changed = Http::new().send(Method::PUT, &url, &[], body).await;
        assert_eq!(changed.expect("the carrier answers").status, StatusCode::OK);
    }

    /// How many reports the second carrier brought, or tried to.
    pub async fn reports(&self) -> usize {
        ids(&self.carriers[1], &["push"], "requestor").await.len()
    }

    /// Ends the simulated systems.
    pub async fn end(mut self) {
        for mut role in self.roles.drain(..).rev() {
            drop(role.stdin.take());
            let _ = tokio::time::timeout(Duration::from_secs(5), role.wait()).await;
        }
    }
}

/// The ask's id in every line of these kinds in a carrier's ledger.
async fn ids(control: &str, kinds: &[&str], field: &str) -> Vec<String> {
    let ledger = Http::new()
        .send(Method::GET, &format!("{control}/ledger"), &[], "")
        .await;
    let text = ledger.expect("the carrier shows its ledger").body;
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a ledger of JSON lines"));
    lines
        .filter(|line| line["kind"].as_str().is_some_and(|kind| kinds.contains(&kind)))
        .map(|line| {
            line[field]
                .as_str()
                .unwrap_or_else(|| panic!("a query without `{field}`: {line}"))
                .to_owned()
        })
        .collect()
}

/// Keys, clients and configuration, as `wayleave demo` makes them.
async fn make_data(data: &Path) {
    let mut demo = Command::new(env!("CARGO_BIN_EXE_wayleave"));
    demo.arg("demo")
        .arg("--data")
        .arg(data)
        .args(["--listen", "127.0.0.1:0"]);
    let mut demo = spawn(&mut demo, &data.join("demo.log"));
    ready_line(&mut demo, &data.join("demo.log")).await;
    let pid = demo.id().expect("a running demo").to_string();
    let told = Command::new("kill")
        .arg(pid)
        .status()
        .await
        .expect("the program `kill`");
    assert!(told.success());
    let ended = tokio::time::timeout(READY_WITHIN, demo.wait()).await;
    ended.expect("the demo ends in time").expect("the demo ends");
}

/// Points the configuration at the systems that run now; returns the gateway's address.
fn write_config(data: &Path, carrier: &Value, castor: &Value, smpp: &str) -> String {
    let path = data.join("wayleave.toml");
    let text = std::fs::read_to_string(&path).expect("the demo's configuration");
    let mut config: toml::Table = text.parse().expect("TOML");
    config["sms"]["address"] = smpp.into();
    config["source"][0]["base_url"] = said(carrier, "base").into();
    config["source"][0]["token_endpoint"] = said(carrier, "token_endpoint").into();
    config["source"][0]["audience"] = said(carrier, "issuer").into();
    config["source"][1]["url"] = said(castor, "url").into();
    let issuer = config["gateway"]["issuer"].as_str().expect("an issuer").to_owned();
    std::fs::write(&path, toml::to_string(&config).expect("TOML")).expect("a configuration");
    issuer
}

async fn role(data: &Path, name: &str, arguments: &[&str], roles: &mut Vec<Child>) -> Value {
    let folder = data.join("sim").join(name);
    let log = data.join(format!("{name}.log"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_wayleave-sim"));
    command.arg(name).arg("--data").arg(folder).args(arguments);
    command.args(["--listen", "127.0.0.1:0", "--exit-with-stdin"]);
    let mut child = spawn(&mut command, &log);
    let line = ready_line(&mut child, &log).await;
    roles.push(child);
    serde_json::from_str(line.trim_start_matches("ready ")).expect("what a role says when it is ready")
}

fn said(role: &Value, field: &str) -> String {
    role[field]
        .as_str()
        .unwrap_or_else(|| panic!("no `{field}` in {role}"))
        .to_owned()
}

fn base(control: &str) -> String {
    control.trim_end_matches("/control").to_owned()
}

fn spawn(command: &mut Command, log: &Path) -> Child {
    let log = File::options().create(true).append(true).open(log).expect("a log");
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .expect("a process")
}

async fn ready_line(child: &mut Child, log: &Path) -> String {
    let output = child.stdout.as_mut().expect("standard output");
    let mut line = String::new();
    let read = tokio::time::timeout(READY_WITHIN, BufReader::new(output).read_line(&mut line)).await;
    let failed = || {
        let text = std::fs::read_to_string(log).unwrap_or_default();
        let from = text.char_indices().rev().nth(2000).map_or(0, |(at, _)| at);
        text[from..].to_owned()
    };
    assert!(
        matches!(read, Ok(Ok(_))) && line.starts_with("ready "),
        "expected `ready`, found `{line}`; the end of {}:\n{}",
        log.display(),
        failed()
    );
    line.trim().to_owned()
}

/// Runs one command of the program to its good end; returns its standard output.
async fn program(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_wayleave")).args(arguments).output();
    let output = run.await.expect("the program runs");
    let (said, complained) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{arguments:?}: {said}{complained}");
    said.into_owned()
}

/// The gateway while it lives.
pub struct Gateway(Child);

impl Gateway {
    /// Starts it. It verifies its journal before it is ready.
    pub fn start(world: &World) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wayleave"));
        command
            .arg("serve")
            .arg("--config")
            .arg(world.config())
            .arg("--exit-with-stdin");
        Self(spawn(&mut command, &world.folder.path().join("gateway.log")))
    }

    /// Waits until it is ready, which it is only once its whole journal has been verified.
    pub async fn ready(mut self, world: &World) -> Self {
        ready_line(&mut self.0, &world.folder.path().join("gateway.log")).await;
        self
    }

    /// Kills it at once: `SIGKILL`. It must still have been there.
    pub async fn kill(mut self) {
        let ended = self.0.try_wait().expect("the gateway's state");
        assert!(ended.is_none(), "the gateway ended by itself: {ended:?}");
        self.0.kill().await.expect("the gateway is killed");
    }

    /// Ends it as an operator would.
    pub async fn end(mut self) {
        drop(self.0.stdin.take());
        let ended = tokio::time::timeout(Duration::from_secs(30), self.0.wait()).await;
        assert!(
            ended.expect("an end in time").expect("an end").success(),
            "expected a good end"
        );
    }
}

/// A small HTTP client.
#[derive(Clone)]
pub struct Http(Client<HttpConnector, Full<Bytes>>);

/// An answer, its body read to the end.
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The receipt, if one came with it.
    pub receipt: Option<String>,
    /// The body, or as much of it as arrived.
    pub body: String,
}

impl Http {
    /// A client with connections of its own.
    pub fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build(HttpConnector::new()))
    }

    /// Sends one request; `None` when nobody answered.
    pub async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: impl Into<String>,
    ) -> Option<Answer> {
        let mut request = Request::builder().method(method).uri(url);
        request = request.header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(Bytes::from(body.into()))).expect("a request");
        let (head, body) = self.0.request(request).await.ok()?.into_parts();
        let receipt = head.headers.get("wayleave-receipt");
        let receipt = receipt.and_then(|receipt| receipt.to_str().ok()).map(str::to_owned);
        // An answer whose head arrived is an answer, even if a kill cut its body short.
        let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
        Some(Answer {
            status: head.status,
            receipt,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}
