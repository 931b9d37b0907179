//! Kills the gateway at random moments under load, and holds its journal against what everybody else saw.
//!
//! Several connections ask about phones that agreed and phones that did not, ask for consents, and withdraw them, while
//! `wayleave serve` is killed (`SIGKILL`) and started again, over and over. Every start verifies the whole journal before
//! it says `ready`. At the end the store is read and compared:
//!
//! - every answer that arrived has its *answered* entry, word for word, and its receipt verifies;
//! - every query in a carrier's own ledger has its *asked* entry; one carrier speaks CAMARA, the other MLP, and brings
//!   its answers in reports, some of which find another life of the gateway, or none;
//! - every *asked* entry has exactly one end;
//! - every consent, agreement and withdrawal that was acknowledged is written down, and nothing was answered under a
//!   consent after its withdrawal.
//!
//! `WAYLEAVE_KILLS` sets how often (200 by default), `WAYLEAVE_KILL_SEED` repeats the choices of one run.
//!
//! A second test races asks against withdrawals on a gateway that lives, `WAYLEAVE_RACES` of them (5,200 by default).

#[path = "kill/chance.rs"]
mod chance;
#[path = "kill/load.rs"]
mod load;
#[expect(
    clippy::disallowed_methods,
    reason = "a test outside of the programs has a clock of its own"
)]
#[path = "kill/race.rs"]
mod race;
#[path = "kill/record.rs"]
mod record;
#[path = "kill/world.rs"]
mod world;

use std::sync::Arc;
use std::time::Duration;

use chance::Chance;
use load::Load;
use record::Record;
use world::{Gateway, World};

/// How often the gateway is killed, unless the environment says otherwise.
const KILLS: u64 = 200;
/// The store is also verified by the program, with nobody serving from it, each time after so many kills.
const VERIFY_EVERY: u64 = 40;
/// One kill in so many comes while the gateway is still starting.
const EARLY_ONE_IN: u64 = 10;
/// A kill comes at most so long after the gateway was ready, in milliseconds.
const LIFE_MS_MAX: u64 = 200;
/// One life in so many may be longer, since a withdrawal is acknowledged only once nothing on its way can still leave.
const LONG_ONE_IN: u64 = 8;
/// The longest of those, in milliseconds.
const LONG_LIFE_MS_MAX: u64 = 1200;
/// In one life in so many the second carrier's reports come late, so that they meet another life or none.
const LATE_ONE_IN: u64 = 3;
/// How late, in milliseconds: longer than a start takes.
const LATE_MS: u64 = 250;
/// How late they are else.
const SOON_MS: u64 = 5;
/// A kill before that comes at most so long after the process began, in milliseconds.
const START_MS_MAX: u64 = 150;

/// So many asks and withdrawals race, unless the environment says otherwise.
const RACES: u64 = 5_200;
/// Both tests want the machine for themselves.
static ONE_AT_A_TIME: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[expect(
    clippy::disallowed_methods,
    reason = "a test outside of the programs has a clock of its own"
)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_arrives_after_an_acknowledged_withdrawal() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let races = number("WAYLEAVE_RACES").unwrap_or(RACES);
    let seed = number("WAYLEAVE_KILL_SEED").unwrap_or_else(chance::seed);
    println!("{races} races; repeat these choices with WAYLEAVE_KILL_SEED={seed}");
    let world = World::start().await;
    let gateway = Gateway::start(&world).ready(&world).await;
    let began = std::time::Instant::now();
    let seen = race::run(&world, races, seed).await;
    let took = began.elapsed();
    gateway.end().await;
    let record = Record::read(&world.store());
    println!(
        "{} asks raced {} withdrawals in {took:?}: {} answered, {} refused, {} failed, {} withheld, {} late; the closest answer \
         came {:?} before its withdrawal was acknowledged",
        seen.asks,
        seen.withdrawals,
        seen.answered,
        seen.refused,
        seen.failed,
        record.of_kind("withheld"),
        seen.late.len(),
        seen.closest.unwrap_or_default(),
    );
    assert!(seen.late.is_empty(), "{:?}", seen.late);
    assert!(seen.asks + seen.withdrawals >= races);
    record.answers_nothing_withdrawn();
    assert!(
        seen.failed <= seen.asks / 10,
        "the machine was too busy to show anything"
    );
    // Where no ask met its withdrawal on the way, nothing was raced.
    assert!(record.of_kind("withheld") > 0 && seen.answered > 0 && seen.refused > 0);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_random_it_keeps_every_promise() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let kills = number("WAYLEAVE_KILLS").unwrap_or(KILLS);
    let seed = number("WAYLEAVE_KILL_SEED").unwrap_or_else(chance::seed);
    println!("{kills} kills; repeat these choices with WAYLEAVE_KILL_SEED={seed}");
    let mut chance = Chance::new(seed);
    let world = World::start().await;
    let load = Load::start(&world, chance.next()).await;
    let early = kill_over_and_over(&world, &load, kills, &mut chance).await;

    // A last life without a kill: what is pending is finished, and the end is clean.
    let gateway = Gateway::start(&world).ready(&world).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let seen = load.finish().await;
    gateway.end().await;

    let verified = world.verify_store().await;
    assert!(
        verified.contains("every ask has its end"),
        "after a clean end: {verified}"
    );
    let record = Record::read(&world.store());
    println!("{seen}");
    println!("{record}");
    println!("{kills} kills, {early} of them while starting");
    record.holds_answers(&seen.receipts);
    record.holds_queries(&world.carrier_queries().await);
    record.ends_every_ask();
    record.holds_consents(&seen);
    record.answers_nothing_withdrawn();
    let receipts = world.verify_receipts(&seen.receipts).await;
    println!("{receipts} receipts verified by the program");
    let reports = world.reports().await;
    let dropped = record.of_kind("report-dropped");
    println!("{reports} reports were brought; {dropped} entries say that some were dropped");
    check_that_it_was_load(kills, &seen, &record);
    world.end().await;
}

/// Starts and kills; returns how many kills came before the gateway was ready.
async fn kill_over_and_over(world: &World, load: &Arc<Load>, kills: u64, chance: &mut Chance) -> u64 {
    let mut early = 0;
    for kill in 1..=kills {
        let late = chance.below(LATE_ONE_IN) == 0;
        world.castor_reports_after(if late { LATE_MS } else { SOON_MS }).await;
        let gateway = Gateway::start(world);
        if chance.below(EARLY_ONE_IN) == 0 {
            tokio::time::sleep(Duration::from_millis(chance.below(START_MS_MAX))).await;
            early += 1;
            gateway.kill().await;
        } else {
            let gateway = gateway.ready(world).await;
            load.is_up();
            let is_long = chance.below(LONG_ONE_IN) == 0;
            let life = chance.below(if is_long { LONG_LIFE_MS_MAX } else { LIFE_MS_MAX });
            tokio::time::sleep(Duration::from_millis(life)).await;
            gateway.kill().await;
        }
        if kill.is_multiple_of(VERIFY_EVERY) {
            let verified = world.verify_store().await;
            println!("after {kill} kills: {}", verified.replace('\n', "; "));
        }
    }
    early
}

/// A run in which nothing happened would prove nothing.
fn check_that_it_was_load(kills: u64, seen: &load::Seen, record: &Record) {
    assert!(
        u64::try_from(seen.receipts.len()).is_ok_and(|answers| answers >= kills),
        "expected at least an answer for each kill"
    );
    assert!(seen.refused >= kills, "expected at least a refusal for each kill");
    assert!(
        kills < 50 || record.of_kind("report-dropped") > 0,
        "expected some reports to find another life"
    );
    for source in ["meridian", "castor"] {
        let answered = usize::try_from(kills).unwrap_or(usize::MAX) / 4;
        assert!(record.answered_by(source) >= answered, "expected answers of `{source}`");
    }
    assert!(!seen.withdrawn.is_empty(), "expected some withdrawals");
    assert!(
        kills < 50 || record.of_kind("abandoned") > 0,
        "expected some asks to be caught between question and answer"
    );
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("`{name}`: expected a whole number, found `{text}`")),
    )
}
