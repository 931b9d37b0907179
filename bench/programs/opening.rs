//! How long a start takes on a large journal, how much memory, and how long a proof takes.
//!
//! `fill` makes a journal of refused asks, about as many people as entries. `start` opens it as a gateway does, in a
//! process of its own, so that its largest memory is that of the opening. `prove` makes proofs of leaves anywhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bench::place::{PURPOSE, Place};
use bench::{Failure, figures};
use clap::{Parser, Subcommand};
use domain::ask::{Ask, Question};
use domain::chance::Chance as _;
use domain::id::{AskId, PartyId};
use domain::journal::settle::Item;
use domain::number::Msisdn;
use domain::party::Caller;
use domain::subject::Subject;
use gateway::chance::{PooledChance, SystemChance};
use gateway::clock::{Clock as _, SystemClock};
use gateway::data::{self, Data, STORE};
use gateway::journal::proofs::Proofs;
use gateway::party::Binding;
use gateway::store::sqlite::run_checkpoints;

/// Entries in a batch.
const BATCH: u64 = 256;
/// The first number that is asked about.
const FIRST_NUMBER: u64 = 999_000_000_000;

/// What to do, and where.
#[derive(Debug, Parser)]
struct Options {
    /// The folder.
    #[arg(long)]
    folder: PathBuf,
    #[command(subcommand)]
    part: Part,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Makes a journal of so many entries.
    Fill {
        /// How many.
        #[arg(long)]
        entries: u64,
    },
    /// Opens it as a gateway does at its start.
    Start,
    /// Makes so many proofs.
    Prove {
        /// How many of each kind.
        #[arg(long, default_value_t = 1_000)]
        count: usize,
    },
}

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    match options.part {
        Part::Fill { entries } => fill(&options.folder, entries),
        Part::Start => start(&options.folder),
        Part::Prove { count } => prove(&options.folder, count),
    }
}

fn fill(folder: &Path, entries: u64) -> Result<(), Failure> {
    let place = Place::create(folder, "127.0.0.1:18080", "127.0.0.1:18081", 1)?;
    let (mut data, party) = place.open(Binding::Nothing)?;
    // A gateway says at its start which asks are open, and keeps count from then on.
    let open = std::mem::take(&mut data.opened.open_asks);
    let mut chance = PooledChance::new(SystemChance::new());
    data.journal.abandon(open, &mut chance)?;
    let (stop, stopped) = std::sync::mpsc::channel();
    let path = data.store.clone();
    let checkpoints = std::thread::spawn(move || run_checkpoints(&path, &stopped));
    let (started, mut made) = (figures::now(), data.opened.entries);
    while made < entries {
        let count = BATCH.min(entries - made);
        let items: Result<Vec<Item>, Failure> = (made..made + count)
            .map(|number| ask(&data, party, number, &mut chance))
            .collect();
        made += data.journal.settle("fill", items?, &mut chance)?.len() as u64;
        if made.is_multiple_of(1 << 20) {
            println!("{made} entries after {:.0} s", started.elapsed().as_secs_f64());
        }
    }
    drop(stop);
    checkpoints.join().map_err(|_| "the thread of checkpoints failed")??;
    println!(
        "filled up to {made} entries in {:.0} s",
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

fn ask(data: &Data, party: PartyId, number: u64, chance: &mut PooledChance) -> Result<Item, Failure> {
    let now = SystemClock.now();
    let number = Msisdn::parse(&format!("+{}", FIRST_NUMBER + number)).ok_or("expected a number")?;
    let subject = Subject {
        key: data.index.key(number),
        number,
    };
    let mut bytes = [0; 10];
    chance.fill(&mut bytes);
    let question = Question::Retrieve {
        max_age: None,
        max_surface: None,
    };
    #[expect(
        clippy::disallowed_methods,
        reason = "what is made here lies behind the check of token and proof"
    )]
    let caller = Caller::authenticated(party, PURPOSE, None);
    let id = AskId::new(now, bytes);
    Ok(Item::Ask(Ask::new(id, subject, party, PURPOSE, question, now), caller))
}

fn start(folder: &Path) -> Result<(), Failure> {
    let config = gateway::config::Config::load(&folder.join("wayleave.toml"))?;
    let started = figures::now();
    let data = data::open(&config.gateway, Arc::new(SystemClock))?;
    println!(
        "opened {} entries in {:.2} s, the latest {} of them read; at most {} MB of memory",
        data.opened.entries,
        started.elapsed().as_secs_f64(),
        data.opened.verified,
        largest_memory()? >> 10,
    );
    Ok(())
}

/// The most memory that this process has had, in KiB, as Linux counts it.
fn largest_memory() -> Result<u64, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    Ok(kib.ok_or("expected the kernel to tell the largest memory")?.parse()?)
}

fn prove(folder: &Path, count: usize) -> Result<(), Failure> {
    let config = gateway::config::Config::load(&folder.join("wayleave.toml"))?;
    let proofs = Proofs::open(&config.gateway.data_dir.join(STORE))?;
    let started = figures::now();
    let size = proofs.at_head(|walk| Ok(walk.size()))?;
    println!(
        "the first look at {size} entries took {:.2} ms",
        figures::ms(started.elapsed())
    );
    let chance = SystemChance::new();
    let draw = |below: u64| u64::from_be_bytes(chance.bytes()) % below;
    let leaves: Vec<u64> = (0..count).map(|_| draw(size)).collect();
    report("inclusion", &leaves, |leaf| {
        proofs.at_head(|walk| walk.inclusion(leaf, size)).map(|path| path.len())
    })?;
    report("consistency", &leaves, |leaf| {
        proofs
            .at_head(|walk| walk.consistency(leaf + 1, size))
            .map(|path| path.len())
    })
}

fn report<E: Into<Failure>>(
    what: &str,
    leaves: &[u64],
    mut make: impl FnMut(u64) -> Result<usize, E>,
) -> Result<(), Failure> {
    let mut took: Vec<Duration> = Vec::with_capacity(leaves.len());
    for leaf in leaves {
        let started = figures::now();
        make(*leaf).map_err(Into::into)?;
        took.push(started.elapsed());
    }
    took.sort_unstable();
    println!(
        "{} {what} proofs: p50 {:.3} ms, p99 {:.3} ms, longest {:.3} ms",
        took.len(),
        figures::ms(figures::percentile(&took, 50)),
        figures::ms(figures::percentile(&took, 99)),
        figures::ms(figures::percentile(&took, 100)),
    );
    Ok(())
}
