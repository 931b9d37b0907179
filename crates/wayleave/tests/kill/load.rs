//! The load: partners that ask, people that agree and withdraw, and what they saw of it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::chance::Chance;
use crate::world::{Answer, Gateway, Http, World, number};

/// So many connections ask where phones are.
const ASKERS: u64 = 4;
/// So many people are asked for their consent at a time.
const PEOPLE: u64 = 3;
/// So many phones that agreed are kept at hand; there is no need to ask for more consents.
const AGREED_MAX: usize = 40;
/// The asks that one consent of the partner `plain` covers.
const ASKS: u32 = 12;
/// How often the beginning looks whether enough people agreed, every 20 ms.
const LOOKS_AT_START: u32 = 1500;
/// How often a phone looks whether its text has come. Texts wait for the next life of the gateway.
const LOOKS: u32 = 100;

/// A phone that agreed.
struct Agreed {
    number: String,
    consent: String,
    asks_left: u32,
}

/// What partners and people saw.
#[derive(Default)]
pub struct Seen {
    /// The receipts of all answers with status 200.
    pub receipts: Vec<String>,
    /// Consents that were acknowledged as asked.
    pub asked: Vec<String>,
    /// Consents whose agreement was acknowledged.
    pub given: Vec<String>,
    /// Consents whose withdrawal was acknowledged.
    pub withdrawn: Vec<String>,
    /// Asks that were refused with status 403.
    pub refused: u64,
    /// How often which status came.
    statuses: BTreeMap<u16, u64>,
    /// Requests that got no answer, since the gateway was killed or not there.
    unanswered: u64,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "seen from outside: {} answers, {} consents asked, {} given, {} withdrawn, {} requests without an answer; \
             asks by status: {:?}",
            self.receipts.len(),
            self.asked.len(),
            self.given.len(),
            self.withdrawn.len(),
            self.unanswered,
            self.statuses,
        )
    }
}

/// The load while it runs.
pub struct Load {
    http: Http,
    gateway: String,
    phones: String,
    partner: String,
    authorization: String,
    agreed: Mutex<Vec<Agreed>>,
    seen: Mutex<Seen>,
    next_number: AtomicU64,
    stopping: AtomicBool,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    up: tokio::sync::Notify,
}

impl Load {
    /// Gets a token from a first life of the gateway, and begins.
    pub async fn start(world: &World, seed: u64) -> Arc<Self> {
        let gateway = Gateway::start(world).ready(world).await;
        let load = Arc::new(Self {
            http: Http::new(),
            gateway: world.gateway.clone(),
            phones: world.phones.clone(),
            partner: world.partner.clone(),
            authorization: format!("Bearer {}", world.token().await),
            agreed: Mutex::default(),
            seen: Mutex::default(),
            next_number: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
            tasks: Mutex::default(),
            up: tokio::sync::Notify::new(),
        });
        let mut chance = Chance::new(seed);
        let mut tasks = Vec::new();
        for _ in 0..ASKERS {
            let (load, chance) = (Arc::clone(&load), Chance::new(chance.next()));
            tasks.push(tokio::spawn(async move { load.ask_on(chance).await }));
        }
        for _ in 0..PEOPLE {
            let (load, chance) = (Arc::clone(&load), Chance::new(chance.next()));
            tasks.push(tokio::spawn(async move { load.agree_on(chance).await }));
        }
        *load.tasks.lock().expect("tasks") = tasks;
        load.wait_for_agreement().await;
        gateway.kill().await;
        load
    }

    /// Until some have agreed there is nothing to answer.
    async fn wait_for_agreement(&self) {
        for _ in 0..LOOKS_AT_START {
            if self.agreed.lock().expect("agreed").len() >= AGREED_MAX / 2 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let seen = self.seen.lock().expect("seen");
        panic!(
            "expected {} people to agree in time, found fewer; {seen}",
            AGREED_MAX / 2
        );
    }

    /// Says that the gateway is there again.
    pub fn is_up(&self) {
        self.up.notify_waiters();
    }

    /// Ends the load and tells what was seen.
    pub async fn finish(&self) -> Seen {
        self.stopping.store(true, Ordering::SeqCst);
        self.is_up();
        let tasks = std::mem::take(&mut *self.tasks.lock().expect("tasks"));
        for task in tasks {
            task.await.expect("the load does not fail");
        }
        std::mem::take(&mut *self.seen.lock().expect("seen"))
    }

    fn goes_on(&self) -> bool {
        !self.stopping.load(Ordering::SeqCst)
    }

    fn new_number(&self) -> String {
        number(self.next_number.fetch_add(1, Ordering::SeqCst))
    }

    /// Nobody answered: waits for the next life, or a little if this one has not ended after all.
    async fn wait_for_life(&self) {
        self.seen.lock().expect("seen").unanswered += 1;
        let _ = tokio::time::timeout(Duration::from_millis(100), self.up.notified()).await;
    }

    /// A partner that asks: mostly about phones that agreed, often about others.
    async fn ask_on(&self, mut chance: Chance) {
        while self.goes_on() {
            let number = self.covered(&mut chance).unwrap_or_else(|| self.new_number());
            let body = json!({"device": {"phoneNumber": number}}).to_string();
            let url = format!("{}/location-retrieval/v0.5/retrieve", self.gateway);
            let answer = self.send(Method::POST, &url, body).await;
            match answer {
                Some(answer) => self.note(answer),
                None => self.wait_for_life().await,
            }
            tokio::time::sleep(Duration::from_millis(chance.below(12))).await;
        }
    }

    fn note(&self, answer: Answer) {
        let mut seen = self.seen.lock().expect("seen");
        *seen.statuses.entry(answer.status.as_u16()).or_default() += 1;
        if answer.status == StatusCode::OK {
            seen.receipts.push(answer.receipt.expect("an answer has a receipt"));
        } else if answer.status == StatusCode::FORBIDDEN {
            seen.refused += 1;
        }
    }

    async fn send(&self, method: Method, url: &str, body: String) -> Option<Answer> {
        let headers = [("authorization", self.authorization.as_str())];
        self.http.send(method, url, &headers, body).await
    }

    /// A phone that agreed and whose consent has asks left, two times out of three.
    fn covered(&self, chance: &mut Chance) -> Option<String> {
        let mut agreed = self.agreed.lock().expect("agreed");
        if agreed.is_empty() || chance.below(3) == 0 {
            return None;
        }
        let at = usize::try_from(chance.next()).unwrap_or_default() % agreed.len();
        let phone = &mut agreed[at];
        phone.asks_left -= 1;
        let number = phone.number.clone();
        if phone.asks_left == 0 {
            agreed.swap_remove(at);
        }
        Some(number)
    }

    /// People who are asked for a consent, agree, and now and then withdraw one.
    async fn agree_on(&self, mut chance: Chance) {
        while self.goes_on() {
            if self.agreed.lock().expect("agreed").len() >= AGREED_MAX {
                tokio::time::sleep(Duration::from_millis(5)).await;
            } else if let Some((number, consent)) = self.ask_for_consent(&mut chance).await {
                self.agree(number, consent).await;
            }
            if chance.below(4) == 0 {
                self.withdraw(&mut chance).await;
            }
        }
    }

    /// Asks for a consent: by hand, or through the partner's own backend, which proves its key with each request.
    async fn ask_for_consent(&self, chance: &mut Chance) -> Option<(String, String)> {
        let number = self.new_number();
        let usual = json!({
            "phoneNumber": number, "precision": {"type": "AREA", "metres": 500}, "count": ASKS,
            "durationSeconds": 7200, "caseReference": "TOW-9132",
        });
        if chance.below(5) == 0 {
            // What another partner may ask is of no use to the askers here, but its proofs are used up in the journal.
            let url = format!("{}/api/partners/roadside/consents", self.partner);
            let answer = self
                .http
                .send(Method::POST, &url, &[], json!({"number": number}).to_string())
                .await;
            let report: Value = serde_json::from_str(&answer?.body).unwrap_or_default();
            if report["status"] == 201 {
                self.note_asked(&report["body"]);
            }
            return None;
        }
        let url = format!("{}/wayleave/v1/consents", self.gateway);
        let Some(answer) = self.send(Method::POST, &url, usual.to_string()).await else {
            self.wait_for_life().await;
            return None;
        };
        if answer.status != StatusCode::CREATED {
            return None;
        }
        // A kill may have cut the body short; then nobody knows the id.
        let body: Value = serde_json::from_str(&answer.body).ok()?;
        Some((number, self.note_asked(&body)))
    }

    fn note_asked(&self, body: &Value) -> String {
        let id = body["id"].as_str().expect("a consent has an id").to_owned();
        self.seen.lock().expect("seen").asked.push(id.clone());
        id
    }

    /// The phone agrees as soon as its text has come.
    async fn agree(&self, number: String, consent: String) {
        let url = format!("{}/api/phones/{number}/agree", self.phones);
        for _ in 0..LOOKS {
            let answer = self.http.send(Method::POST, &url, &[], "").await;
            let status = answer.expect("the phones answer").status;
            if status == StatusCode::OK {
                self.seen.lock().expect("seen").given.push(consent.clone());
                let mut agreed = self.agreed.lock().expect("agreed");
                agreed.push(Agreed {
                    number,
                    consent,
                    asks_left: ASKS,
                });
                return;
            }
            // The agreement counted although its answer was lost.
            if status == StatusCode::CONFLICT || !self.goes_on() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Somebody who agreed presses *stop*. No covered ask is sent for that phone from here on by choice, but some may be
    /// under way.
    async fn withdraw(&self, chance: &mut Chance) {
        let phone = {
            let mut agreed = self.agreed.lock().expect("agreed");
            if agreed.is_empty() {
                return;
            }
            let at = usize::try_from(chance.next()).unwrap_or_default() % agreed.len();
            agreed.swap_remove(at)
        };
        let url = format!("{}/api/phones/{}/stop", self.phones, phone.number);
        let answer = self.http.send(Method::POST, &url, &[], "").await;
        if answer.is_some_and(|answer| answer.status == StatusCode::OK) {
            self.seen.lock().expect("seen").withdrawn.push(phone.consent);
            // The very next ask is refused.
            let body = json!({"device": {"phoneNumber": phone.number}}).to_string();
            let url = format!("{}/location-retrieval/v0.5/retrieve", self.gateway);
            if let Some(answer) = self.send(Method::POST, &url, body).await {
                assert_ne!(answer.status, StatusCode::OK, "an answer after the withdrawal");
                self.note(answer);
            }
        }
    }
}
