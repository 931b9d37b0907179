//! What others check the journal by: its proofs, the log that everybody reads, its witnesses, and the second opinion.

use std::path::Path;
use std::sync::Arc;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::keys::Keys;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::RunError;
use crate::checker::job::{Findings, Nightly};
use crate::clock::Clock;
use crate::config::Config;
use crate::data::DataError;
use crate::journal::proofs::Proofs;
use crate::journal::public::PublicLog;
use crate::journal::publish::Publisher;
use crate::journal::sequencer::Sequencer;
use crate::journal::witnesses;
use crate::journal::witnesses::client::Client;
use crate::journal::witnesses::watch::Watch;

/// What requests read of it.
pub(super) struct Checks {
    /// The proofs of people's and companies' entries.
    pub(super) proofs: Arc<Proofs>,
    /// What everybody may read.
    pub(super) public: Arc<PublicLog>,
    /// How far the witnesses are.
    pub(super) witnessed: Arc<Watch>,
    /// What the second opinion found.
    pub(super) findings: Findings,
}

/// Opens the proofs and the public log; starts to publish it, to show it to the witnesses and to decide it once more, as
/// far as the configuration wants that. What is under way goes to `work`.
///
/// # Errors
/// A store that does not open.
pub(super) fn start(
    config: &Config,
    clients: Vec<Arc<Client>>,
    (store, docket, keys): (&Path, &Sequencer, &Keys),
    (clock, stop): (&Arc<dyn Clock>, &watch::Receiver<bool>),
    work: &mut Vec<JoinHandle<()>>,
) -> Result<Checks, RunError> {
    let proofs = Arc::new(Proofs::open(store).map_err(DataError::Store)?);
    // A connection of its own: strangers who read all of the log never stand before people's proofs.
    let public = PublicLog::open(store).map_err(DataError::Store)?;
    let public = Arc::new(public.cosigned(config.journal.cosignatures > 0));
    if let Some(publish) = &config.publish {
        let publisher = Publisher::new(&public, VerifierKey::of(keys), publish, stop).map_err(RunError::Other)?;
        work.extend(crate::work::start(vec![Arc::new(publisher)], stop));
    }
    let witnessed = Arc::new(Watch::new(&config.journal, clock.now(), docket.closed()));
    work.extend(witnesses::start(config, clients, (store, &witnessed), clock, stop).map_err(DataError::Store)?);
    Ok(Checks {
        proofs,
        public,
        witnessed,
        findings: second_opinion(config, docket, stop, work),
    })
}

/// Starts the second opinion on the journal, if the configuration wants one; what it finds.
fn second_opinion(
    config: &Config,
    docket: &Sequencer,
    stop: &watch::Receiver<bool>,
    work: &mut Vec<JoinHandle<()>>,
) -> Findings {
    let findings = Findings::default();
    if let Some(plan) = config.checker.plan(&config.gateway) {
        let (docket, gateway) = (docket.clone(), config.gateway.clone());
        let nightly = Nightly::new(docket, gateway, plan, findings.clone(), stop.clone());
        work.extend(crate::work::start(vec![Arc::new(nightly)], stop));
    }
    findings
}
