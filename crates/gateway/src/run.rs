//! How a gateway starts, serves, and ends: keys, lock, journal, sources, messages, HTTP; and in the other order at the
//! end, so that what was accepted is finished.

mod carriers;
mod checks;
mod correspondence;
mod door;
mod messages;
mod opened;
mod reports;
mod sight;
mod token_keys;
mod work;

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use crate::canaries;
use crate::chance::SystemChance;
use crate::clock::{Clock, SystemClock};
use crate::config::world_file::StageWorld;
use crate::config::{Config, ConfigError};
use crate::context::Context;
use crate::data::mark::Keeper;
use crate::data::{self, DataError};
use crate::feeds::Feeds;
use crate::http::authenticate::misused::Misuses;
use crate::http::board::doors::Doors;
use crate::http::board::{Board, notices};
use crate::http::endings::Endings;
use crate::http::lanes::Lanes;
use crate::http::oauth::poll::Polls;
use crate::http::operations::Readiness;
use crate::http::pace::Paces;
use crate::http::timing::Timing;
use crate::http::{router, server};
use crate::journal::sequencer::{self, Running};
use crate::measures::{self, Sampled};
use crate::messages::smpp::Bind;
use crate::seal::Sealer;
use crate::sources::handset::Handsets;
use crate::sources::mlp::waiting::Waiting;
use crate::store::outbox::sqlite::SqliteOutbox;
use crate::store::sqlite::run_checkpoints;
use correspondence::{Correspondence, Texts};
use opened::Opened;

/// How long the end waits for asks whose callers are gone; no purpose lets a source take longer than 15 s.
const ASKS_PATIENCE: Duration = Duration::from_secs(17);
/// How long the end waits for texts that are under way.
const TEXTS_PATIENCE: Duration = Duration::from_secs(5);

/// Why a gateway does not start.
#[derive(Debug)]
pub enum RunError {
    /// Its configuration.
    Config(ConfigError),
    /// Its data directory.
    Data(DataError),
    /// The port is taken, or may not be used.
    Listen(String, std::io::Error),
    /// Something else; says what.
    Other(String),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Data(error) => error.fmt(f),
            Self::Listen(address, error) => write!(f, "cannot listen on `{address}`: {error}"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for RunError {}

impl From<DataError> for RunError {
    fn from(error: DataError) -> Self {
        Self::Data(error)
    }
}

fn other(what: &str, error: impl std::fmt::Display) -> RunError {
    RunError::Other(format!("{what}: {error}"))
}

/// Everything that runs beside the listener.
struct Beside {
    journal: Running,
    texts: Option<JoinHandle<()>>,
    stop_texts: watch::Sender<bool>,
    reports: Option<reports::Running>,
    work: Vec<JoinHandle<()>>,
    stop_checkpoints: std::sync::mpsc::Sender<()>,
    mark: Keeper,
    _lock: File,
}

impl Beside {
    fn start(
        journal: Running,
        reports: Option<reports::Running>,
        config: &Config,
        (store, lock): (&Path, File),
    ) -> Result<Self, RunError> {
        let mark = Keeper::start(config.gateway.data_dir.join(data::KEYS), store.to_owned())
            .map_err(|error| other("cannot start the thread that keeps the journal's mark", error))?;
        Ok(Self {
            journal,
            texts: None,
            stop_texts: watch::Sender::new(false),
            reports,
            work: Vec::new(),
            stop_checkpoints: keep_log_small(store)?,
            mark,
            _lock: lock,
        })
    }

    /// Lets a worker carry texts beside everything else, if there is a message centre; the bind that it uses.
    fn carry_texts(
        &mut self,
        config: &Config,
        correspondence: Correspondence,
        (store, sealer): (&Path, &Arc<Sealer>),
        clock: &Arc<dyn Clock>,
        wake: Arc<Notify>,
    ) -> Result<Option<Arc<Bind>>, RunError> {
        let Some(sms) = &config.sms else { return Ok(None) };
        let outbox = SqliteOutbox::open(store, Arc::clone(sealer)).map_err(DataError::Store)?;
        let ends = (Arc::new(correspondence), Arc::new(Texts::new(outbox, clock)));
        let (bind, worker) = messages::start(config, sms, ends, clock, wake)?;
        self.texts = Some(tokio::spawn(worker.run(self.stop_texts.subscribe())));
        Ok(Some(bind))
    }
}

/// Serves until `stop` changes. `ready` is called with the address once everything can answer.
///
/// # Errors
/// Whatever keeps it from starting. Once it serves, it ends well.
pub async fn run(config: Config, stop: watch::Receiver<bool>, ready: impl FnOnce(SocketAddr)) -> Result<(), RunError> {
    let address = config.listen.address.clone();
    let listener = TcpListener::bind(&address)
        .await
        .map_err(|error| RunError::Listen(address, error))?;
    let bound = listener
        .local_addr()
        .map_err(|error| other("cannot tell the address", error))?;
    let limits = config.listen.clone();
    let reports = reports::bind(&config).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let opened = Box::pin(opened::open(&config, &clock)).await?;
    let (context, beside) = start(config, opened, reports, (clock, stop.clone()))?;
    let acceptor = door::acceptor("listen", &limits, &context.clock, &stop)?;
    let bind = context.bind.clone();
    sample(&context);
    let context = Arc::new(context);
    tokio::spawn(notices::keep(Arc::clone(&context)));
    tokio::spawn(canaries::keep(Arc::clone(&context)));
    let operators = door::operators(&limits, Arc::clone(&context), &stop).await?;
    let router = router::router(context);
    ready(bound);
    server::serve(listener, router, &limits, acceptor, stop).await;
    if let Some(operators) = operators
        && operators.await.is_err()
    {
        tracing::error!("the operators' listener ended in a panic");
    }
    finish(bind, beside).await;
    Ok(())
}

fn start(
    config: Config,
    Opened { data, lock, clients }: Opened,
    reports: Option<reports::Bound>,
    (clock, stopping): (Arc<dyn Clock>, watch::Receiver<bool>),
) -> Result<(Context, Beside), RunError> {
    let metrics = measures::start().map_err(|error| other("cannot measure", error))?;
    let (wake, handsets, waiting) = (Arc::default(), Arc::new(Handsets::new()), Arc::new(Waiting::new()));
    let (docket, journal) = sequencer::start(data.journal, Arc::clone(&clock), Arc::clone(&wake))
        .map_err(|error| other("cannot start the journal's thread", error))?;
    let (routes, health) = carriers::routes(&config, &handsets, &waiting, (&data.sealing, &clock))?;
    let reports = reports::start(reports, waiting, &docket, &clock)?;
    let mut beside = Beside::start(journal, reports, &config, (&data.store, lock))?;
    let (index, reader, questions) = (Arc::new(data.index), Arc::new(data.reader), Arc::new(data.questions));
    let letters = Correspondence::new(&docket, &index, &reader, (&data.sealer, &questions), &clock);
    let bind = beside.carry_texts(&config, letters, (&data.store, &data.sealer), &clock, wake)?;
    let kept = (&reader, &data.sealer, &questions, &data.policy);
    beside.work = work::start(&config, &docket, kept, (&routes, &index, &clock), &stopping)?;
    let journal = (data.store.as_path(), &docket, questions.as_ref());
    let checks = checks::start(&config, clients, journal, (&clock, &stopping), &mut beside.work)?;
    let (tokens, known) = token_keys::keep(data.tokens, &config, &clock);
    let context = Context {
        policy: data.policy,
        clock,
        chance: SystemChance::new(),
        docket,
        source: routes,
        health,
        handsets,
        feeds: Feeds::read(&config.feed).map_err(RunError::Other)?,
        grid: data.grid,
        canaries: data.canaries,
        index,
        questions,
        tokens,
        sealing: data.sealing,
        known,
        lanes: Lanes::new(config.listen.requests_max),
        paces: Paces::new(config.listen.asks_per_second_max),
        endings: Endings::default(),
        misuses: Misuses::default(),
        timing: Timing::new(config.questions.refusal_floor_ms, config.questions.refusal_ceiling_ms),
        polls: Polls::default(),
        errands: Doors::new(&config.board),
        readiness: Readiness::default(),
        public: checks.public,
        checked: checks.findings,
        reader,
        board: Arc::new(Board::open(&data.store, &data.sealer, &config.board).map_err(DataError::Store)?),
        sealer: data.sealer,
        proofs: checks.proofs,
        witnessed: checks.witnessed,
        bind,
        metrics,
        stopping,
        stage_world: stage_world(&config)?,
        config,
    };
    Ok((context, beside))
}

/// The simulated parties of the journeys, where the configuration names them.
fn stage_world(config: &Config) -> Result<Option<StageWorld>, RunError> {
    let file = config
        .sandbox
        .as_ref()
        .and_then(|sandbox| sandbox.world_file.as_deref());
    file.map(StageWorld::load)
        .transpose()
        .map_err(|error| other("`sandbox.world_file`", error))
}

/// Keeps the gauges that are looked at again and again.
fn sample(context: &Context) {
    let sampled = Sampled {
        metrics: context.metrics.clone(),
        clock: Arc::clone(&context.clock),
        reader: Arc::clone(&context.reader),
        data_dir: context.config.gateway.data_dir.clone(),
        bind: context.bind.clone(),
        queued: context.docket.queued(),
    };
    tokio::spawn(sampled.keep(context.stopping.clone()));
}

fn keep_log_small(store: &std::path::Path) -> Result<std::sync::mpsc::Sender<()>, RunError> {
    let (stop, stopped) = std::sync::mpsc::channel();
    let path = store.to_owned();
    std::thread::Builder::new()
        .name("checkpoints".to_owned())
        .spawn(move || {
            if let Err(error) = run_checkpoints(&path, &stopped) {
                tracing::error!(%error, "no passive checkpoints are run");
            }
        })
        .map_err(|error| other("cannot start the thread that runs checkpoints", error))?;
    Ok(stop)
}

/// What was accepted is finished: first the texts, then the bind, and then the journal, whose thread ends with the last
/// ask that is under way; until then reports are heard.
async fn finish(bind: Option<Arc<Bind>>, beside: Beside) {
    let Beside {
        journal,
        texts,
        stop_texts,
        mut reports,
        work,
        stop_checkpoints,
        mark,
        _lock,
    } = beside;
    stop_texts.send_replace(true);
    if let Some(texts) = texts
        && tokio::time::timeout(TEXTS_PATIENCE, texts).await.is_err()
    {
        tracing::warn!("some texts were under way and are sent again at the next start");
    }
    if let Some(bind) = bind {
        bind.shut_down().await;
    }
    if let Some(reports) = &mut reports {
        reports.end_writing().await;
    }
    work::end(work).await;
    drop(stop_checkpoints);
    let ended = tokio::task::spawn_blocking(move || journal.finish());
    if tokio::time::timeout(ASKS_PATIENCE, ended).await.is_err() {
        tracing::warn!("the journal's thread did not end in time; what it committed stands");
    }
    if tokio::task::spawn_blocking(move || mark.end()).await.is_err() {
        tracing::warn!("the key directory may not know the latest entries");
    }
    if let Some(reports) = reports {
        reports.end_listening().await;
    }
    tracing::info!("ended");
}
