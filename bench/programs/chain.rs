//! What a card check waits for beside the carrier: the same question about the same phone, asked in turn straight at the
//! carrier, through its gateway, and as a signed ask that a reseller brings to a hub, which passes it on to that gateway.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bench::chain::{Addresses, PURPOSE, prepare};
use bench::client::{Client, jti};
use bench::http::Connection;
use bench::order::Order;
use bench::{Failure, figures, people};
use clap::Parser;
use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use wire::asks::opened::{Expected, OpenedTold, Trusted, open};
use wire::asks::{Wish, subject};
use wire::jose::jwe::Fresh;
use wire::jose::signed_ask::{Draft, sign};
use wire::jose::{AgreementKey, SealingJwk};
use wire::json::{DEPTH_MAX, parse};

const VERIFY: &str = "/location-verification/v3/verify";
const ASKS: &str = "/wayleave/v1/asks";

/// What to do.
#[derive(Debug, Parser)]
enum Command {
    /// Makes the folders of a hub and a home, for programs that are then started on them.
    Prepare {
        /// The folder; it must hold no store yet.
        #[arg(long)]
        folder: PathBuf,
        /// How many people.
        #[arg(long)]
        people: u32,
        /// Where the hub will listen.
        #[arg(long)]
        hub: String,
        /// Where the home will listen.
        #[arg(long)]
        home: String,
        /// Where the carrier will listen.
        #[arg(long)]
        carrier: String,
    },
    /// Asks each person in turn by each road, and says how long each took.
    Measure(Options),
}

/// How to measure.
#[derive(Debug, clap::Args)]
struct Options {
    /// The prepared folder.
    #[arg(long)]
    folder: PathBuf,
    /// How many people there are to ask about.
    #[arg(long)]
    people: u32,
    /// Where in the order of people to begin.
    #[arg(long, default_value_t = 0)]
    skip: usize,
    /// So many ask at the same time, each one question after the other.
    #[arg(long, default_value_t = 1)]
    askers: usize,
    /// Milliseconds that an asker rests between two questions.
    #[arg(long, default_value_t = 10)]
    rest_ms: u64,
    /// Seconds of measuring.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Asks the carrier alone about everybody once, and measures nothing.
    #[arg(long)]
    warm: bool,
}

/// The roads, in the order in which they are reported.
const ROADS: [&str; 3] = ["carrier alone", "home", "reseller, hub and home"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    match Command::parse() {
        Command::Prepare {
            folder,
            people,
            hub,
            home,
            carrier,
        } => {
            let at = Addresses {
                hub: &hub,
                home: &home,
                carrier: &carrier,
            };
            prepare(&folder, &at, people)
        }
        Command::Measure(options) if options.warm => warm(&options).await,
        Command::Measure(options) => measure(options).await,
    }
}

/// One way to put the question: a connection, and the headers that say who asks.
struct Road {
    host: String,
    connection: Connection,
    headers: String,
}

impl Road {
    async fn open(options: &Options, file: &str) -> Result<Self, Failure> {
        let client = Client::read(&options.folder.join(file))?;
        let token = client.token().await?;
        Ok(Self {
            host: client.host()?.to_owned(),
            connection: Connection::open(client.host()?).await?,
            headers: format!("authorization: Bearer {token}\r\ncontent-type: application/json\r\n"),
        })
    }

    /// How long an answer of 200 took, and its body; or what came instead.
    async fn post(&mut self, path: &str, body: &str) -> Result<(Duration, Vec<u8>), Failure> {
        let started = figures::now();
        let answer = match self.connection.post(path, &self.headers, body).await {
            Ok(answer) => answer,
            Err(ended) => {
                // Servers close connections that are old or were idle: this question is lost, and the next begins anew.
                self.connection = Connection::open(&self.host).await?;
                return Err(ended);
            }
        };
        let took = started.elapsed();
        let body = self.connection.body(answer).to_vec();
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&body).into_owned();
            return Err(format!("expected an answer, found {} {said}", answer.status).into());
        }
        Ok((took, body))
    }
}

/// The bank's own side of signed asks.
struct Recipient {
    client: Client,
    id: PartyId,
    opens: [AgreementKey; 1],
    relays: Vec<PartyId>,
    hub: SealingJwk,
    journal: VerifierKey,
}

impl Recipient {
    fn read(options: &Options) -> Result<Self, Failure> {
        let path = options.folder.join("recipient.json");
        let file: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        let client = Client::read(&path)?;
        let relays = file["relays"].as_array().ok_or("expected relays")?;
        let relays = relays.iter().map(|id| Ok(id.as_str().unwrap_or_default().parse()?));
        Ok(Self {
            id: client.text("client_id")?.parse()?,
            opens: [AgreementKey::parse_private_jwk(
                file["encryption_jwk"].to_string().as_bytes(),
            )?],
            relays: relays.collect::<Result<_, Failure>>()?,
            hub: SealingJwk::parse(file["gateway_jwk"].to_string().as_bytes())?,
            journal: VerifierKey::parse(client.text("journal_key")?)?,
            client,
        })
    }

    fn sign(&self, person: u32, wish: &Wish, name: &str) -> Result<String, Failure> {
        let chance = SystemChance::new();
        let fresh = Fresh {
            secret: chance.bytes(),
            nonce: chance.bytes(),
        };
        let subject = subject::seal(people::number(person)?, self.id, &self.hub, fresh)?;
        let draft = Draft {
            recipient: self.id,
            audience: self.client.text("issuer")?,
            jti: name,
            relays: &self.relays,
            subject: &subject,
            purpose: PURPOSE,
            event: None,
            wish,
        };
        let ask = sign(&self.client.key, draft, SystemClock.now())?;
        Ok(json!({ "ask": ask }).to_string())
    }

    /// Only an answer that the bank can open and believes counts.
    fn believe(&self, outcome: &[u8], name: &str) -> Result<(), Failure> {
        let home = self.client.text("home")?;
        let trusted = [Trusted {
            issuer: home,
            journal: &self.journal,
        }];
        let expected = Expected {
            trusted: &trusted,
            recipient: self.id,
            jti: name,
        };
        match open(std::str::from_utf8(outcome)?, &self.opens, expected)?.told {
            OpenedTold::Answered { .. } => Ok(()),
            OpenedTold::Refused(problem) | OpenedTold::Failed(problem) => Err(format!(
                "expected an answer, found {} ({})",
                problem.code,
                problem.reason.unwrap_or_default()
            )
            .into()),
            OpenedTold::Asked { .. } | OpenedTold::State(_) => Err("expected an answer, found a consent".into()),
        }
    }
}

/// The question: is the phone within five kilometres of the invented city?
fn question() -> Value {
    json!({"areaType": "CIRCLE", "center": {"latitude": 12.0, "longitude": -40.0}, "radius": 5000})
}

fn direct(person: u32) -> Result<String, Failure> {
    let number = people::number(person)?.to_e164();
    Ok(json!({"device": {"phoneNumber": number}, "area": question()}).to_string())
}

/// The carrier makes a phone's walk when it first hears of it.
async fn warm(options: &Options) -> Result<(), Failure> {
    let mut carrier = Road::open(options, "at-carrier.json").await?;
    for person in 0..options.people {
        carrier.post(VERIFY, &direct(person)?).await?;
    }
    Ok(())
}

/// What one asker saw: how long each road took, turn by turn.
#[derive(Default)]
struct Seen {
    turns: Vec<[Duration; 3]>,
    lost: usize,
    why: Option<String>,
}

async fn measure(options: Options) -> Result<(), Failure> {
    let options = Arc::new(options);
    let until = figures::now() + Duration::from_secs(options.seconds);
    let askers = (0..options.askers).map(|nth| tokio::spawn(ask(Arc::clone(&options), nth, until)));
    let mut all = Seen::default();
    for asker in askers.collect::<Vec<_>>() {
        let seen = asker.await??;
        all.turns.extend(seen.turns);
        all.lost += seen.lost;
        all.why = all.why.or(seen.why);
    }
    report(&all);
    Ok(())
}

async fn ask(options: Arc<Options>, nth: usize, until: Instant) -> Result<Seen, Failure> {
    let mut order = Order::new(options.people, options.skip + nth * 7);
    let recipient = Recipient::read(&options)?;
    let question = json!({"type": "verify", "area": question()}).to_string();
    let wish = Wish::read(parse(question.as_bytes(), DEPTH_MAX)?)?;
    let mut roads = [
        Road::open(&options, "at-carrier.json").await?,
        Road::open(&options, "at-home.json").await?,
        Road::open(&options, "at-hub.json").await?,
    ];
    let mut seen = Seen::default();
    while figures::now() < until {
        let person = order.draw();
        match turn(
            &mut roads,
            &recipient,
            (person, &wish),
            seen.turns.len(),
            options.rest_ms,
        )
        .await
        {
            Ok(turn) => seen.turns.push(turn),
            Err(why) => {
                seen.lost += 1;
                seen.why.get_or_insert(why.to_string());
            }
        }
    }
    Ok(seen)
}

/// Each road once, beginning with another each time. What the recipient does by itself is not measured.
async fn turn(
    roads: &mut [Road; 3],
    recipient: &Recipient,
    (person, wish): (u32, &Wish),
    first: usize,
    rest_ms: u64,
) -> Result<[Duration; 3], Failure> {
    let mut turn = [Duration::ZERO; 3];
    for step in 0..ROADS.len() {
        let which = (first + step) % ROADS.len();
        tokio::time::sleep(Duration::from_millis(rest_ms)).await;
        let (Some(road), Some(took)) = (roads.get_mut(which), turn.get_mut(which)) else {
            continue;
        };
        if which == 2 {
            let name = jti();
            let body = recipient.sign(person, wish, &name)?;
            let (time, outcome) = road.post(ASKS, &body).await?;
            recipient.believe(&outcome, &name)?;
            *took = time;
        } else {
            *took = road.post(VERIFY, &direct(person)?).await?.0;
        }
    }
    Ok(turn)
}

fn report(seen: &Seen) {
    let why = seen
        .why
        .as_ref()
        .map_or_else(String::new, |why| format!(" (such as: {why})"));
    println!("{} turns, {} lost{why}", seen.turns.len(), seen.lost);
    let of = |which: usize| {
        let took = seen.turns.iter().filter_map(|turn| turn.get(which));
        let mut took: Vec<f64> = took.copied().map(figures::ms).collect();
        took.sort_unstable_by(f64::total_cmp);
        (figures::percentile(&took, 50), figures::percentile(&took, 99))
    };
    let alone = of(0);
    for (which, name) in ROADS.iter().enumerate() {
        let (p50, p99) = of(which);
        print!("{name:<24} p50 {p50:7.2} ms, p99 {p99:7.2} ms");
        if which > 0 {
            let added = seen.turns.iter().filter_map(|turn| {
                let (took, alone) = (turn.get(which)?, turn.first()?);
                Some(figures::ms(*took) - figures::ms(*alone))
            });
            let mut added: Vec<f64> = added.collect();
            added.sort_unstable_by(f64::total_cmp);
            print!(
                "; added in the same turn: p50 {:6.2} ms, p99 {:6.2} ms; {:.2} and {:.2} times the carrier's own",
                figures::percentile(&added, 50),
                figures::percentile(&added, 99),
                p50 / alone.0,
                p99 / alone.1
            );
        }
        println!();
    }
}
