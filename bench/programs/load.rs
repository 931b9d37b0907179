//! The load generator: so many keep-alive connections, each of which asks again as soon as it is answered. The same one
//! drives the gateway and the yardstick, with the same bodies.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bench::client::Client;
use bench::http::Connection;
use bench::order::Order;
use bench::{Failure, figures, people};
use clap::Parser;
use serde_json::json;

/// What is asked of a gateway and of a carrier alike.
const RETRIEVE: &str = "/location-retrieval/v0.5/retrieve";

/// Whom to ask, and how hard.
#[derive(Debug, Parser)]
struct Options {
    /// Where to send the asks: `host:port`.
    #[arg(long)]
    target: String,
    /// The credentials with which a token is had, from the server that they name.
    #[arg(long)]
    client: PathBuf,
    /// How many people there are to ask about.
    #[arg(long)]
    people: u32,
    /// Where in the order of people to begin.
    #[arg(long, default_value_t = 0)]
    skip: usize,
    /// How many connections.
    #[arg(long, default_value_t = 128)]
    connections: usize,
    /// Seconds before measuring begins.
    #[arg(long, default_value_t = 1)]
    warm_s: u64,
    /// Seconds of measuring.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How many proofs are made beforehand for a client whose tokens are bound to its key; the run ends with the last.
    #[arg(long, default_value_t = 60_000)]
    proofs: usize,
    /// Ends early, once so many asks were sent.
    #[arg(long, default_value_t = usize::MAX)]
    asks: usize,
}

/// What all connections share.
struct Shared {
    order: Mutex<(Order, usize)>,
    measuring: AtomicBool,
    ended: AtomicBool,
    /// For each ask its own, if the token wants one.
    proofs: Option<Mutex<Vec<String>>>,
    headers: String,
    target: String,
}

/// What one connection saw.
#[derive(Default)]
struct Seen {
    answered: Vec<Duration>,
    others: usize,
    other: Option<String>,
    /// Everything that was asked, before and after measuring too.
    asked: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let client = Client::read(&options.client)?;
    let token = client.token().await?;
    let proofs = client
        .dpop
        .then(|| client.proofs(RETRIEVE, options.proofs, &token))
        .transpose()?;
    let scheme = if client.dpop { "DPoP" } else { "Bearer" };
    let shared = Arc::new(Shared {
        order: Mutex::new((Order::new(options.people, options.skip), options.asks)),
        measuring: AtomicBool::new(false),
        ended: AtomicBool::new(false),
        proofs: proofs.map(Mutex::new),
        headers: format!("authorization: {scheme} {token}\r\ncontent-type: application/json\r\n"),
        target: options.target.clone(),
    });
    let connections: Vec<_> = (0..options.connections)
        .map(|_| tokio::spawn(connection(Arc::clone(&shared))))
        .collect();
    tokio::time::sleep(Duration::from_secs(options.warm_s)).await;
    shared.measuring.store(true, Ordering::Relaxed);
    let started = figures::now();
    let until = Duration::from_secs(options.seconds);
    while started.elapsed() < until && !shared.ended.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let elapsed = started.elapsed();
    shared.ended.store(true, Ordering::Relaxed);
    let mut all = Seen::default();
    for connection in connections {
        let seen = connection.await??;
        all.answered.extend(seen.answered);
        all.others += seen.others;
        all.asked += seen.asked;
        all.other = all.other.or(seen.other);
    }
    report(all, elapsed);
    Ok(())
}

async fn connection(shared: Arc<Shared>) -> Result<Seen, Failure> {
    let mut connection = Connection::open(&shared.target).await?;
    let mut seen = Seen::default();
    while !shared.ended.load(Ordering::Relaxed) {
        let Some(person) = shared.draw() else {
            shared.ended.store(true, Ordering::Relaxed);
            break;
        };
        let body = json!({"device": {"phoneNumber": people::number(person)?.to_e164()}}).to_string();
        let Some(headers) = shared.headers() else {
            shared.ended.store(true, Ordering::Relaxed);
            break;
        };
        let started = figures::now();
        let answer = connection.post(RETRIEVE, &headers, &body).await?;
        seen.asked += 1;
        if !shared.measuring.load(Ordering::Relaxed) || shared.ended.load(Ordering::Relaxed) {
            continue;
        }
        if answer.status == 200 {
            seen.answered.push(started.elapsed());
        } else {
            seen.others += 1;
            seen.other = Some(format!(
                "{} {}",
                answer.status,
                String::from_utf8_lossy(connection.body(answer))
            ));
        }
    }
    Ok(seen)
}

impl Shared {
    /// The headers of the next ask; `None` once the proofs are used up.
    fn headers(&self) -> Option<Cow<'_, str>> {
        let Some(proofs) = &self.proofs else {
            return Some(Cow::Borrowed(&self.headers));
        };
        let proof = proofs.lock().ok()?.pop()?;
        Some(Cow::Owned(format!("{}dpop: {proof}\r\n", self.headers)))
    }

    fn draw(&self) -> Option<u32> {
        let mut order = self.order.lock().ok()?;
        order.1 = order.1.checked_sub(1)?;
        Some(order.0.draw())
    }
}

fn report(mut seen: Seen, elapsed: Duration) {
    seen.answered.sort_unstable();
    println!(
        "{:.0} answers a second ({} in {:.2} s), p50 {:.2} ms, p99 {:.2} ms, {} other statuses{}, {} asked in all",
        figures::rate(seen.answered.len(), elapsed),
        seen.answered.len(),
        elapsed.as_secs_f64(),
        figures::ms(figures::percentile(&seen.answered, 50)),
        figures::ms(figures::percentile(&seen.answered, 99)),
        seen.others,
        seen.other
            .map_or_else(String::new, |other| format!(" (such as {other})")),
        seen.asked,
    );
}
