//! Others look at the journal: its checkpoints go to witnesses, who cosign what continues what they cosigned before (C2SP
//! tlog-witness), and the gateway says how fresh the latest cosigned one is.
//!
//! When witnesses are away, answers go on, marked; when they have been away for too long, nobody may ask any more, until
//! they are back. A person's STOP goes on whatever they do.

pub mod client;
mod round;
pub mod watch;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::journal::store::StoreError;
use domain::time::Span;
use tokio::sync::watch::Receiver;
use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::Config;
use crate::journal::proofs::Proofs;
use crate::store::cosigned::{self, Writer};
use crate::store::sqlite::{failed, open_reader};
use client::Client;
use round::Rounds;
use watch::Watch;

/// The clients of every witness that the configuration names.
///
/// # Errors
/// What keeps one from being reached safely.
pub fn clients(config: &Config) -> Result<Vec<Arc<Client>>, String> {
    let client = |witness| Client::new(witness).map(Arc::new);
    config.witness.iter().map(client).collect()
}

/// Starts to send checkpoints, if there is anybody to send them to, until `stop` says so.
///
/// # Errors
/// When the store cannot be opened.
pub fn start(
    config: &Config,
    clients: Vec<Arc<Client>>,
    (store, watch): (&Path, &Arc<Watch>),
    clock: &Arc<dyn Clock>,
    stop: &Receiver<bool>,
) -> Result<Option<JoinHandle<()>>, StoreError> {
    if clients.is_empty() {
        return Ok(None);
    }
    for client in &clients {
        // There from the start, so that the first is seen as a change.
        metrics::counter!("wayleave_witness_contradictions_total", "witness" => client.name().to_owned()).increment(0);
    }
    if let Some(newest) = cosigned::newest(&open_reader(store)?)? {
        watch.saw_before(newest.size);
    }
    let late_ms = config.journal.late_after_s.saturating_mul(1000);
    let rounds = Rounds {
        clients,
        proofs: Arc::new(Proofs::open(store)?),
        writer: Mutex::new(Writer::open(store).map_err(failed)?),
        watch: Arc::clone(watch),
        clock: Arc::clone(clock),
        needed: config.journal.cosignatures.max(1),
        // Often enough that the time in the latest cosignature is never late because nothing happened.
        again_after: Span::milliseconds(late_ms / 3),
    };
    let every = Duration::from_millis(config.journal.submit_every_ms.into());
    Ok(Some(tokio::spawn(rounds.keep(every, stop.clone()))))
}
