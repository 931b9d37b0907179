//! The gateway's own work: what runs beside the listener, and what is written down at the start.

use std::sync::Arc;
use std::time::Duration;

use domain::journal::keys::Keys;
use domain::journal::settle::{Change, Item};
use domain::policy::Policy;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::{RunError, other};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::Config;
use crate::counts::publish::Publish;
use crate::data::{Data, DataError, Reader, STORE};
use crate::journal::sequencer::Sequencer;
use crate::keys::SubjectIndex;
use crate::seal::Sealer;
use crate::sources::route::Routes;
use crate::store::life::last_policy;
use crate::work::Job;
use crate::work::erasures::Erasures;
use crate::work::lapses::Lapses;
use crate::work::notices::Notices;
use crate::work::reminders::Reminders;
use crate::work::retention::Retaining;
use crate::work::stops::Telling;
use crate::work::tellings::Teller;

/// How long the end waits for a round of work that has begun.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes down that another policy is in force than the one that was recorded last.
pub(super) fn record_policy(data: &mut Data) -> Result<(), RunError> {
    let recorded = data.reader.read(last_policy).map_err(DataError::Store)?;
    if recorded == Some(data.policy.hash()) {
        return Ok(());
    }
    let text = data.policy.text();
    data.journal
        .settle(
            "policy",
            vec![Item::Change(Change::Policy { text })],
            &mut SystemChance::new(),
        )
        .map_err(|error| other("cannot write the policy down", error))?;
    tracing::info!(first = recorded.is_none(), "another policy is in force");
    Ok(())
}

/// Starts the jobs.
///
/// # Errors
/// A peer that cannot be told.
pub(super) fn start(
    config: &Config,
    docket: &Sequencer,
    (reader, sealer, keys, policy): (&Arc<Reader>, &Arc<Sealer>, &Arc<Keys>, &Policy),
    (routes, index, clock): (&Arc<Routes>, &Arc<SubjectIndex>, &Arc<dyn Clock>),
    stop: &watch::Receiver<bool>,
) -> Result<Vec<JoinHandle<()>>, RunError> {
    let rests = Duration::from_secs(config.work.rest_s.into());
    let lapses = Lapses::new(docket.clone(), Arc::clone(reader), Arc::clone(sealer), rests);
    let zone = config.gateway.time_zone();
    let quiet = config.sms.as_ref().and_then(|sms| sms.quiet(zone.clone()));
    let reminders = Reminders {
        docket: docket.clone(),
        reader: Arc::clone(reader),
        sealer: Arc::clone(sealer),
        policy: policy.clone(),
        chance: SystemChance::new(),
        may_text: Box::new(move |now| quiet.as_ref().is_none_or(|quiet| quiet.over(now) <= now)),
        zone,
        rests,
    };
    let counts = Publish {
        docket: docket.clone(),
        reader: Arc::clone(reader),
        sealer: Arc::clone(sealer),
        keys: Arc::clone(keys),
        rests,
    };
    let store = config.gateway.data_dir.join(STORE);
    let erasures = Erasures {
        docket: docket.clone(),
        store: store.clone(),
        sealer: Arc::clone(sealer),
        rests,
    };
    let retaining = Retaining {
        docket: docket.clone(),
        store,
        retention: config.retention.clone(),
    };
    let notices = Notices {
        docket: docket.clone(),
        reader: Arc::clone(reader),
        sealer: Arc::clone(sealer),
        rests,
    };
    let mut jobs: Vec<Arc<dyn Job>> = vec![
        Arc::new(lapses),
        Arc::new(reminders),
        Arc::new(counts),
        Arc::new(erasures),
        Arc::new(retaining),
        Arc::new(notices),
    ];
    jobs.extend(tellers(config, reader, clock)?);
    let store = config.gateway.data_dir.join(STORE);
    let stops = Telling::new(config, &store, (routes, index), (reader, sealer), clock).map_err(RunError::Other)?;
    jobs.push(Arc::new(stops));
    Ok(crate::work::start(jobs, stop))
}

/// What tells each peer.
fn tellers(config: &Config, reader: &Arc<Reader>, clock: &Arc<dyn Clock>) -> Result<Vec<Arc<dyn Job>>, RunError> {
    let store = config.gateway.data_dir.join(STORE);
    let tellers = config.peer.iter().map(|peer| {
        let teller = Teller::new(peer, &store, reader, clock).map_err(RunError::Other)?;
        Ok(Arc::new(teller) as Arc<dyn Job>)
    });
    tellers.collect()
}

/// Waits until the rounds that have begun are over: the journal's thread ends with the last who uses it.
pub(super) async fn end(work: Vec<JoinHandle<()>>) {
    for job in work {
        if tokio::time::timeout(PATIENCE, job).await.is_err() {
            tracing::warn!("a round of work was under way; the next start does what it left");
        }
    }
}
