//! Durable entries a second on the embedded store: the journal itself, without network, tokens or carrier.
//!
//! Every batch is half asks and half releases of the asks before it, so that each ask leaves its two entries, as in a
//! gateway that runs at its limit. The commit of every batch is on the disk before the next begins.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bench::order::Order;
use bench::people::{self, Agreement};
use bench::place::{PURPOSE, Place};
use bench::{Failure, figures};
use clap::Parser;
use domain::ask::{Ask, Question};
use domain::chance::Chance as _;
use domain::geo::confidence::Confidence;
use domain::geo::grid::GridKey;
use domain::geo::{Area, Circle, Metres, Point};
use domain::id::{AskId, PartyId};
use domain::journal::settle::{Item, Outcome, Recorded};
use domain::locate::{Fix, Found};
use domain::minimise::minimise;
use domain::party::Caller;
use gateway::chance::{PooledChance, SystemChance};
use gateway::clock::{Clock as _, SystemClock};
use gateway::data::Data;
use gateway::party::Binding;
use gateway::store::sqlite::{log_path, run_checkpoints};

/// What to measure.
#[derive(Debug, Parser)]
struct Options {
    /// A folder on the disk that is to be measured; it must be new.
    #[arg(long)]
    folder: PathBuf,
    /// How many people.
    #[arg(long, default_value_t = 10_000)]
    people: u32,
    /// Entries in a batch.
    #[arg(long, default_value_t = 256)]
    batch: usize,
    /// How long to measure, in seconds, unless everybody's asks are used up sooner.
    #[arg(long, default_value_t = 8)]
    seconds: u64,
}

/// The journal, and who asks whom.
struct Run {
    data: Data,
    party: PartyId,
    order: Order,
    grid: GridKey,
    source: Arc<str>,
    area: Area,
    chance: PooledChance,
    /// Recorded asks that wait for the next batch.
    waiting: VecDeque<Recorded>,
    /// Asks that nobody was left to agree to.
    refused: usize,
}

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    // No socket is opened; the addresses only have to be some.
    let place = Place::create(&options.folder, "127.0.0.1:18080", "127.0.0.1:18081", options.people)?;
    let (data, party) = place.open(Binding::Nothing)?;
    let started = figures::now();
    people::put(
        &data.store,
        &data.sealer,
        &data.index,
        &Agreement::plain(party),
        options.people,
    )?;
    println!(
        "prepared {} people in {:.1} s",
        options.people,
        started.elapsed().as_secs_f64()
    );
    let centre = Point::new(12.0, -40.0).ok_or("expected a point")?;
    let radius = Metres::whole(300);
    let store = data.store.clone();
    let mut run = Run {
        data,
        party,
        order: Order::new(options.people, 0),
        grid: GridKey::new([7; 32]),
        source: "meridian".into(),
        area: Area::Circle(Circle { centre, radius }),
        chance: PooledChance::new(SystemChance::new()),
        waiting: VecDeque::new(),
        refused: 0,
    };
    // As in the gateway, another thread moves pages out of the log.
    let (stop, stopped) = std::sync::mpsc::channel();
    let path = store.clone();
    let checkpoints = std::thread::spawn(move || run_checkpoints(&path, &stopped));
    let measured = run.measure(&options);
    drop(stop);
    checkpoints.join().map_err(|_| "the thread of checkpoints failed")??;
    report(measured?, &run, &store);
    Ok(())
}

/// How long each batch took, preparing its items excluded and included.
struct Measured {
    entries: usize,
    settling: Vec<Duration>,
    whole: Duration,
    /// Processor time of the measuring thread, which settles too.
    processor: Duration,
    log_bytes_max: u64,
}

impl Run {
    fn measure(&mut self, options: &Options) -> Result<Measured, Failure> {
        let asks_max = usize::try_from(options.people)? * usize::try_from(people::ASKS_EACH)?;
        let mut measured = Measured {
            entries: 0,
            settling: Vec::new(),
            whole: Duration::ZERO,
            processor: Duration::ZERO,
            log_bytes_max: 0,
        };
        let log = log_path(&self.data.store);
        let processor = figures::processor()?;
        let begun = figures::now();
        let mut asks = 0;
        while begun.elapsed() < Duration::from_secs(options.seconds) && asks + options.batch <= asks_max {
            let items = self.items(options.batch)?;
            asks += items.iter().filter(|item| matches!(item, Item::Ask(..))).count();
            measured.entries += items.len();
            let started = figures::now();
            let outcomes = self.data.journal.settle("batch", items, &mut self.chance)?;
            measured.settling.push(started.elapsed());
            self.sort(outcomes);
            if measured.settling.len().is_multiple_of(16) {
                let bytes = std::fs::metadata(&log).map_or(0, |file| file.len());
                measured.log_bytes_max = measured.log_bytes_max.max(bytes);
            }
        }
        measured.whole = begun.elapsed();
        measured.processor = figures::processor()?.saturating_sub(processor);
        Ok(measured)
    }

    /// A batch: the answers to what was recorded before, and as many new asks as there is room for.
    fn items(&mut self, most: usize) -> Result<Vec<Item>, Failure> {
        let now = SystemClock.now();
        let mut items = Vec::with_capacity(most);
        while items.len() < most / 2
            && let Some(recorded) = self.waiting.pop_front()
        {
            let fix = Fix::new(
                &recorded,
                Arc::clone(&self.source),
                self.area.clone(),
                Confidence::WANTED,
                now,
            );
            match minimise(recorded, Found::Fix(fix), &self.grid, now) {
                Ok(answer) => items.push(Item::Release(answer)),
                Err((recorded, failure)) => items.push(Item::Fail(recorded, failure)),
            }
        }
        // The first batch has nothing to release, and leaves that half empty.
        for _ in 0..most / 2 {
            items.push(self.ask()?);
        }
        Ok(items)
    }

    fn ask(&mut self) -> Result<Item, Failure> {
        let now = SystemClock.now();
        let subject = people::subject(&self.data.index, self.order.draw())?;
        let mut chance = [0; 10];
        self.chance.fill(&mut chance);
        let id = AskId::new(now, chance);
        let question = Question::Retrieve {
            max_age: None,
            max_surface: None,
        };
        #[expect(
            clippy::disallowed_methods,
            reason = "what is measured begins behind the check of token and proof"
        )]
        let caller = Caller::authenticated(self.party, PURPOSE, None);
        Ok(Item::Ask(
            Ask::new(id, subject, self.party, PURPOSE, question, now),
            caller,
        ))
    }

    fn sort(&mut self, outcomes: Vec<Outcome>) {
        for outcome in outcomes {
            match outcome {
                Outcome::Recorded(recorded) => self.waiting.push_back(*recorded),
                Outcome::Released(_) => {}
                _ => self.refused += 1,
            }
        }
    }
}

fn report(mut measured: Measured, run: &Run, store: &std::path::Path) {
    measured.settling.sort_unstable();
    let settling: Duration = measured.settling.iter().sum();
    let bytes = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |file| file.len()) >> 20;
    println!(
        "{:.0} durable entries a second ({} entries in {} batches, {:.2} s; journal alone {:.0} a second); \
         {:.1} us of processor each",
        figures::rate(measured.entries, measured.whole),
        measured.entries,
        measured.settling.len(),
        measured.whole.as_secs_f64(),
        figures::rate(measured.entries, settling),
        1_000_000.0 / figures::rate(measured.entries, measured.processor),
    );
    println!(
        "batch p50 {:.2} ms, p99 {:.2} ms, longest {:.2} ms",
        figures::ms(figures::percentile(&measured.settling, 50)),
        figures::ms(figures::percentile(&measured.settling, 99)),
        figures::ms(figures::percentile(&measured.settling, 100)),
    );
    println!(
        "log at most {} MB, store {} MB; {} items without the expected outcome",
        measured.log_bytes_max >> 20,
        bytes(store),
        run.refused,
    );
}
