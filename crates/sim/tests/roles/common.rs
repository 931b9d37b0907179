//! What the tests of the roles share: starting them in this process on free ports, and talking to them over sockets.

use serde_json::{Value, json};
use sim::args::Common;
use sim::fetch::{Fetch, PATIENCE, Reply, form, request};
use sim::jwt::SigningKey;
use sim::life::Running;
use std::path::Path;
use std::time::Duration;

/// The carrier's one client in these tests.
pub const CLIENT: &str = "gateway.example.com";

/// What every role is told: any free port, and its folder.
pub fn common(data: &Path) -> Common {
    Common {
        listen: "127.0.0.1:0".parse().unwrap(),
        data: data.to_owned(),
        exit_with_stdin: false,
    }
}

/// A field of a `ready` line.
pub fn ready<'a>(running: &'a Running, field: &str) -> &'a str {
    running.ready[field]
        .as_str()
        .unwrap_or_else(|| panic!("`{field}` in {}", running.ready))
}

/// Sends JSON and reads the answer.
pub async fn send(method: &str, url: &str, body: &Value) -> Reply {
    Fetch::default()
        .send(
            request(method, url, Some("application/json"), body.to_string()).unwrap(),
            PATIENCE,
        )
        .await
        .unwrap()
}

/// Sends JSON, expects success, and reads JSON.
pub async fn call(method: &str, url: &str, body: &Value) -> Value {
    let reply = send(method, url, body).await;
    assert!(
        reply.status.is_success(),
        "{method} {url}: {} {}",
        reply.status,
        reply.text()
    );
    reply.json().unwrap()
}

/// Reads JSON.
pub async fn get(url: &str) -> Value {
    Fetch::default().read_json(url).await.unwrap()
}

/// The lines of a role's ledger.
pub async fn ledger(running: &Running) -> Vec<Value> {
    let url = format!("{}/ledger", ready(running, "control"));
    let reply = Fetch::default()
        .send(request("GET", &url, None, "").unwrap(), PATIENCE)
        .await
        .unwrap();
    reply
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Waits until `check` gives something; fails after ten seconds.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut check: impl FnMut() -> F) -> T {
    for _ in 0..500 {
        if let Some(found) = check().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited ten seconds for {what}");
}

/// A carrier with a client of its own.
pub struct Carrier {
    /// The running role.
    pub running: Running,
    /// The client's key.
    pub key: SigningKey,
}

impl Carrier {
    /// Starts a carrier whose ledger and state are in `dir`.
    pub async fn start(dir: &Path) -> Self {
        let key = SigningKey::generate().unwrap();
        let client_jwk = dir.join("client.jwk");
        std::fs::write(&client_jwk, serde_json::to_string(&key.public).unwrap()).unwrap();
        let options = sim::carrier_camara::Options {
            tls: sim::tls::Secured::default(),
            common: common(&dir.join("carrier")),
            name: "Meridian Mobile".into(),
            client_id: CLIENT.into(),
            client_jwk,
            world: None,
        };
        Self {
            running: sim::carrier_camara::start(options).await.unwrap(),
            key,
        }
    }

    /// The carrier's control URL.
    pub fn control(&self) -> &str {
        ready(&self.running, "control")
    }

    /// Changes how it behaves.
    pub async fn behave(&self, change: Value) {
        call("PUT", &format!("{}/behaviour", self.control()), &change).await;
    }

    /// Asks for a token with an assertion for `audience`.
    pub async fn token_reply(&self, assertion: &str, scope: &str) -> Reply {
        let body = form(&[
            ("grant_type", "client_credentials"),
            ("scope", scope),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
        ]);
        let url = ready(&self.running, "token_endpoint");
        let asked = request("POST", url, Some("application/x-www-form-urlencoded"), body).unwrap();
        Fetch::default().send(asked, PATIENCE).await.unwrap()
    }

    /// A token for `scope`.
    pub async fn token(&self, scope: &str) -> String {
        let assertion = self
            .key
            .client_assertion(CLIENT, ready(&self.running, "issuer"))
            .unwrap();
        let answer: Value = self.token_reply(&assertion, scope).await.json().unwrap();
        answer["access_token"]
            .as_str()
            .unwrap_or_else(|| panic!("found {answer}"))
            .to_owned()
    }

    /// Asks one of the services.
    pub async fn ask(&self, path: &str, token: &str, body: &Value, patience: Duration) -> Result<Reply, String> {
        let url = format!("{}{path}", ready(&self.running, "base"));
        let mut asked = request("POST", &url, Some("application/json"), body.to_string()).unwrap();
        asked
            .headers_mut()
            .insert("authorization", format!("Bearer {token}").parse().unwrap());
        asked.headers_mut().insert("x-correlator", "ask_01".parse().unwrap());
        Fetch::default()
            .send(asked, patience)
            .await
            .map_err(|error| error.to_string())
    }
}

/// The body of a retrieval.
pub fn device(number: &str) -> Value {
    json!({"device": {"phoneNumber": number}})
}
