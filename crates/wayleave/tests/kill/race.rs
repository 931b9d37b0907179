//! Asks and withdrawals at the same moment, over and over: whatever is on its way when a person presses *stop*, nothing
//! arrives at the partner's socket after the page has said that it stopped.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::chance::Chance;
use crate::world::{Http, World, number};

/// So many people press *stop* at a time.
const PEOPLE: u64 = 16;
/// So many asks are sent about each of them; one consent covers no more.
const ASKS: u32 = 12;
/// The stop comes at most so long after the first ask, in milliseconds.
const STOP_MS_MAX: u64 = 60;
/// How often a phone looks whether its text has come, every 20 ms.
const LOOKS: u32 = 500;
/// A token is good for ten minutes; a new one is asked for sooner.
const TOKEN_LIFE: Duration = Duration::from_secs(240);
/// The longest wait for any answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Stands for a connection that was closed without an answer, as the gateway does when every place is taken.
const GIVEN_UP: u16 = 0;

/// What was seen of all races.
#[derive(Default, Debug)]
pub struct Races {
    /// Asks that were sent while a withdrawal was made.
    pub asks: u64,
    /// Withdrawals that were acknowledged.
    pub withdrawals: u64,
    /// Asks that were answered before their withdrawal was acknowledged.
    pub answered: u64,
    /// Asks that were refused.
    pub refused: u64,
    /// Asks that found a carrier or a gateway that was too busy.
    pub failed: u64,
    /// Answers that arrived after it. There must be none.
    pub late: Vec<String>,
    /// The shortest time from an answer to the acknowledgement of the withdrawal that it raced.
    pub closest: Option<Duration>,
}

impl Races {
    /// Notes one ask: its status, when its answer arrived, and when the withdrawal was acknowledged.
    fn note(&mut self, status: u16, at: Instant, acknowledged: Instant) {
        self.asks += 1;
        match status {
            200 if at > acknowledged => {
                let late = at.duration_since(acknowledged);
                self.late
                    .push(format!("an answer came {late:?} after the withdrawal was acknowledged"));
            }
            200 => {
                self.answered += 1;
                let before = acknowledged.duration_since(at);
                self.closest = Some(self.closest.map_or(before, |closest| closest.min(before)));
            }
            403 => self.refused += 1,
            // A machine that is too busy for its carrier, or for so many at a time, answers nothing: no harm, and no proof.
            GIVEN_UP | 429 | 503 | 504 => self.failed += 1,
            other => panic!("expected an answer or a refusal, found status {other}"),
        }
    }
}

/// Who races.
struct Track {
    http: Http,
    gateway: String,
    phones: String,
    authorization: Mutex<String>,
    next_number: AtomicU64,
    left: AtomicU64,
    seen: Mutex<Races>,
}

/// Races until so many asks and withdrawals were made.
pub async fn run(world: &World, operations: u64, seed: u64) -> Races {
    let track = Arc::new(Track {
        http: Http::new(),
        gateway: world.gateway.clone(),
        phones: world.phones.clone(),
        authorization: Mutex::new(format!("Bearer {}", world.token().await)),
        next_number: AtomicU64::new(0),
        left: AtomicU64::new(operations.div_ceil(u64::from(ASKS) + 1)),
        seen: Mutex::default(),
    });
    let mut chance = Chance::new(seed);
    let people: Vec<_> = (0..PEOPLE)
        .map(|_| {
            let (track, chance) = (Arc::clone(&track), Chance::new(chance.next()));
            tokio::spawn(async move { track.race_on(chance).await })
        })
        .collect();
    for mut person in people {
        loop {
            match tokio::time::timeout(TOKEN_LIFE, &mut person).await {
                Ok(ended) => break ended.expect("a race does not fail"),
                Err(_) => *track.authorization.lock().expect("a token") = format!("Bearer {}", world.token().await),
            }
        }
    }
    std::mem::take(&mut *track.seen.lock().expect("seen"))
}

impl Track {
    fn authorization(&self) -> String {
        self.authorization.lock().expect("a token").clone()
    }

    async fn race_on(self: &Arc<Self>, mut chance: Chance) {
        while self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
            .is_ok()
        {
            let number = number(self.next_number.fetch_add(1, Ordering::SeqCst));
            let link = self.agree(&number).await;
            self.race(&number, &link, &mut chance).await;
        }
    }

    /// The partner asks for a consent, and the person agrees; the link of the page.
    async fn agree(&self, number: &str) -> String {
        let wish = json!({
            "phoneNumber": number, "precision": {"type": "AREA", "metres": 500}, "count": ASKS,
            "durationSeconds": 7200, "caseReference": "TOW-9132",
        });
        let authorization = self.authorization();
        let headers = [("authorization", authorization.as_str())];
        let url = format!("{}/wayleave/v1/consents", self.gateway);
        let asked = self
            .http
            .send(Method::POST, &url, &headers, wish.to_string())
            .await
            .expect("an answer");
        assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
        let url = format!("{}/api/phones/{number}/agree", self.phones);
        for _ in 0..LOOKS {
            let answer = self
                .http
                .send(Method::POST, &url, &[], "")
                .await
                .expect("the phones answer");
            if answer.status == StatusCode::OK {
                let report: Value = serde_json::from_str(&answer.body).expect("a report");
                return report["link"].as_str().expect("a link").to_owned();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("expected a text that could be agreed to, found none in time");
    }

    /// All asks start at once, and the person presses *stop* at some moment among them.
    async fn race(self: &Arc<Self>, number: &str, link: &str, chance: &mut Chance) {
        let asks: Vec<_> = (0..ASKS)
            .map(|_| {
                let (track, number, wait) = (Arc::clone(self), number.to_owned(), chance.below(STOP_MS_MAX));
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(wait)).await;
                    track.ask(&number).await
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(chance.below(STOP_MS_MAX))).await;
        let stopped = self
            .http
            .send(Method::POST, &format!("{link}/stop"), &[], "")
            .await
            .expect("an answer");
        let acknowledged = Instant::now();
        assert_eq!(stopped.status, StatusCode::SEE_OTHER, "{}", stopped.body);
        let (status, at) = self.ask(number).await;
        self.note(status, at, acknowledged);
        for ask in asks {
            let (status, at) = ask.await.expect("an ask does not fail");
            self.note(status, at, acknowledged);
        }
        self.seen.lock().expect("seen").withdrawals += 1;
    }

    fn note(&self, status: u16, at: Instant, acknowledged: Instant) {
        self.seen.lock().expect("seen").note(status, at, acknowledged);
    }

    /// One ask on a connection of its own: the status, and when its first bytes were read.
    async fn ask(&self, number: &str) -> (u16, Instant) {
        let body = json!({"device": {"phoneNumber": number}}).to_string();
        let host = self.gateway.trim_start_matches("http://");
        let request = format!(
            "POST /location-retrieval/v0.5/retrieve HTTP/1.1\r\nhost: {host}\r\nauthorization: {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            self.authorization(),
            body.len()
        );
        let exchange = async {
            let mut stream = TcpStream::connect(host).await?;
            stream.write_all(request.as_bytes()).await?;
            let mut head = vec![0; 64];
            let read = stream.read(&mut head).await?;
            let at = Instant::now();
            head.truncate(read);
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await?;
            Ok::<_, std::io::Error>((String::from_utf8_lossy(&head).into_owned(), at))
        };
        let (head, at) = tokio::time::timeout(PATIENCE, exchange)
            .await
            .expect("an answer in time")
            .expect("a connection that is served");
        if head.is_empty() {
            return (GIVEN_UP, at);
        }
        let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok());
        (
            status.unwrap_or_else(|| panic!("expected a status line, found `{head}`")),
            at,
        )
    }
}

#[test]
fn an_answer_that_comes_too_late_is_seen() {
    let acknowledged = Instant::now();
    let mut seen = Races::default();
    seen.note(403, acknowledged + Duration::from_millis(1), acknowledged);
    seen.note(200, acknowledged, acknowledged);
    assert!(seen.late.is_empty() && seen.answered == 1);
    seen.note(200, acknowledged + Duration::from_nanos(1), acknowledged);
    assert_eq!(seen.late.len(), 1);
}
