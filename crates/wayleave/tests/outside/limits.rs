//! Limits under load: slow clients take no honest partner's place, and whoever is turned away is told so in one form,
//! which says nothing about anybody.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::http::{Answer, Request, fetch};
use crate::partner::{assert_answered, assert_refused};
use crate::parts::{Parts, Settings};
use crate::program::until;
use crate::world::{RETRIEVE, retrieval};

/// More slow connections than there are places.
const SLOW: usize = 300;

/// How they begin: with nothing, within a head, within a body.
const STARTS: [&[u8]; 3] = [
    b"",
    b"GET /healthz HTTP/1.1\r\nx-slow: ",
    b"POST /oauth2/token HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\
      content-type: application/x-www-form-urlencoded\r\n\r\ngrant_type=",
];

/// A client that sends one byte of a request now and then, and comes back when it is cut.
struct Slow {
    stream: Option<TcpStream>,
    start: &'static [u8],
}

impl Slow {
    fn step(&mut self, host: &str) -> bool {
        let alive = self.stream.as_mut().is_some_and(|stream| {
            let mut byte = [0];
            let open = match stream.read(&mut byte) {
                Ok(count) => count > 0,
                Err(error) => error.kind() == ErrorKind::WouldBlock,
            };
            open && (self.start.is_empty() || stream.write_all(b"x").is_ok())
        });
        if !alive {
            self.stream = TcpStream::connect(host).ok().filter(|stream| {
                let mut stream = stream;
                stream.write_all(self.start).is_ok() && stream.set_nonblocking(true).is_ok()
            });
        }
        alive
    }
}

/// Hundreds of slow clients, until the siege is dropped, however the test ends.
struct Siege {
    stop: Arc<AtomicBool>,
    cut: Arc<AtomicUsize>,
}

impl Siege {
    fn of(host: &str) -> Self {
        let siege = Self {
            stop: Arc::default(),
            cut: Arc::default(),
        };
        let (host, stop, cut) = (host.to_owned(), Arc::clone(&siege.stop), Arc::clone(&siege.cut));
        std::thread::spawn(move || {
            let new = |nth: usize| Slow {
                stream: None,
                start: STARTS[nth % STARTS.len()],
            };
            let mut slow: Vec<Slow> = (0..SLOW).map(new).collect();
            while !stop.load(Ordering::Relaxed) {
                let dead = slow
                    .iter_mut()
                    .filter_map(|slow| (!slow.step(&host)).then_some(()))
                    .count();
                cut.fetch_add(dead, Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(20));
            }
        });
        siege
    }
}

impl Drop for Siege {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

#[test]
fn slow_clients_take_no_partners_place() {
    let parts = Parts::start(Settings {
        listen: "connections_max = 64".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    phone.agree_to(&plain, &json!({}));
    let siege = Siege::of(world.host());
    // Each of them connected once; more than that means that places were taken away again.
    until("the siege to fill every place", || {
        (siege.cut.load(Ordering::Relaxed) > 2 * SLOW).then_some(())
    });
    let asks = (0..8).map(|_| {
        let started = Instant::now();
        assert_answered(&plain.retrieve(&phone.number));
        started.elapsed()
    });
    let slowest = asks.max().expect("eight asks");
    drop(siege);
    // By the time limits alone a slow client may hold a place for ten seconds.
    assert!(slowest < Duration::from_secs(5), "an honest ask took {slowest:?}");
    assert_eq!(world.queries(&phone.number).len(), 8);
}

#[track_caller]
fn assert_turned_away(answer: &Answer, status: u16, code: &str) {
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (status, code),
        "{}",
        answer.text()
    );
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(
        !answer.tells_a_place() && answer.reason().is_empty(),
        "{}",
        answer.text()
    );
}

#[test]
fn a_party_that_asks_too_fast_is_told_so_and_nothing_else() {
    let parts = Parts::start(Settings {
        listen: "asks_per_second_max = 4".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let (plain, bank) = (world.partner("plain"), world.partner("bank"));
    let (agreed, stranger) = (world.free_phone(), world.free_phone());
    agreed.agree_to(&plain, &json!({}));
    std::thread::sleep(Duration::from_secs(1));
    let entries = || fetch(&format!("{}/sandbox/journal", world.issuer)).json()["size"].as_u64();
    let before = entries();
    plain.token();
    let answers: Vec<Answer> = (0..24)
        .map(|nth| plain.retrieve(if nth % 2 == 0 { &stranger.number } else { &agreed.number }))
        .collect();
    let (heard, turned): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status != 429);
    assert!(turned.len() >= 8, "only {} of 24 were turned away", turned.len());
    assert!(heard.len() >= 4, "only {} of 24 were heard", heard.len());
    turned
        .iter()
        .for_each(|answer| assert_turned_away(answer, 429, "TOO_MANY_REQUESTS"));
    let first = turned[0].body.clone();
    assert!(
        turned.iter().all(|answer| answer.body == first),
        "one form for everybody"
    );
    // Neither the journal nor the carrier heard of those that were turned away: one entry for the token's assertion is
    // none, each refused ask is one, each answered ask is two.
    let answered = heard.iter().filter(|answer| answer.status == 200).count();
    let expected = heard.len() + answered;
    assert_eq!(entries(), before.map(|size| size + expected as u64));
    assert_eq!(world.queries(&agreed.number).len(), answered);
    assert_refused(&bank.verify(&stranger.number, (12.0, -40.0), 5000.0), "no-permission");
    std::thread::sleep(Duration::from_millis(1100));
    assert_answered(&plain.retrieve(&agreed.number));
}

#[test]
fn a_full_gateway_says_so_and_still_hears_people() {
    let parts = Parts::start(Settings {
        listen: "requests_max = 2".to_owned(),
        ..Settings::default()
    });
    let world = &parts.world;
    let (plain, phone) = (world.partner("plain"), world.free_phone());
    let given = phone.agree_to(&plain, &json!({}));
    plain.token();
    world.carrier_behaves(&json!({"misbehave": "hang"}));
    std::thread::scope(|scope| {
        let held: Vec<_> = (0..2).map(|_| scope.spawn(|| plain.retrieve(&phone.number))).collect();
        until("both asks to reach the carrier", || {
            (world.queries(&phone.number).len() == 2).then_some(())
        });
        let started = Instant::now();
        let request = plain.signed("POST", RETRIEVE).header("x-correlator", "abc-1");
        let away = request.json(&retrieval(&phone.number)).send(world.host());
        assert_turned_away(&away, 503, "UNAVAILABLE");
        assert_eq!(away.header("x-correlator"), Some("abc-1"));
        assert!(started.elapsed() < Duration::from_secs(2), "at once");
        assert_eq!(world.get("/healthz").status, 200);
        assert!(
            world
                .get("/metrics")
                .text()
                .contains("wayleave_requests_turned_away_total{why=\"full\"} 1")
        );
        let stopped = Request::new("POST", &format!("{}/stop", given.question.path())).send(world.host());
        assert_eq!(stopped.status, 303, "a person is heard all the same");
        for ask in held {
            assert_ne!(ask.join().expect("an answer").status, 200);
        }
    });
    world.carrier_behaves(&json!({"misbehave": null}));
    assert_refused(&plain.retrieve(&phone.number), "withdrawn");
}
