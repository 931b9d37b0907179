//! Round after round: the latest checkpoint goes to every witness at once, and is kept as soon as enough have cosigned.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::journal::note::Note;
use domain::journal::store::StoreError;
use domain::time::{Span, Timestamp};
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;

use super::client::{Client, Told};
use super::watch::Watch;
use crate::clock::Clock;
use crate::journal::proofs::Proofs;
use crate::store::cosigned::{Cosigned, Writer};

/// How long a witness that is away is left alone at least, and at most.
const REST_LEAST_MS: u32 = 1_000;
const REST_MOST_MS: u32 = 30_000;

/// What sends checkpoints.
pub(super) struct Rounds {
    pub(super) clients: Vec<Arc<Client>>,
    pub(super) proofs: Arc<Proofs>,
    pub(super) writer: Mutex<Writer>,
    pub(super) watch: Arc<Watch>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) needed: usize,
    /// So long after a cosignature the same checkpoint is sent again, for a newer time.
    pub(super) again_after: Span,
}

/// The checkpoint that is under way, and who has cosigned it when.
struct Current {
    size: u64,
    note: Note,
    cosigned: BTreeMap<usize, Timestamp>,
}

/// How one witness did lately.
#[derive(Clone, Copy, Default)]
struct Record {
    failures: u32,
    rests_until: Option<Timestamp>,
}

impl Rounds {
    /// Sends until `stop` says so.
    pub(super) async fn keep(self, every: Duration, mut stop: Receiver<bool>) {
        let mut current = None;
        let mut records = vec![Record::default(); self.clients.len()];
        loop {
            let round = self.round(&mut current, &mut records);
            tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => return,
                outcome = round => if let Err(error) = outcome {
                    tracing::warn!(%error, "the journal could not be shown to its witnesses");
                },
            }
            self.look();
            tokio::select! {
                _ = stop.wait_for(|stopped| *stopped) => return,
                () = tokio::time::sleep(every) => {}
            }
        }
    }

    fn look(&self) {
        let now = self.clock.now();
        self.watch.look(now);
        if let Some(age_s) = self.watch.age(now) {
            metrics::gauge!("wayleave_witnessed_age_seconds").set(age_s as f64);
        }
    }

    async fn round(&self, current: &mut Option<Current>, records: &mut [Record]) -> Result<(), StoreError> {
        let proofs = Arc::clone(&self.proofs);
        let read = move || proofs.at_head(|walk| Ok((walk.size(), walk.note().to_owned())));
        let head = tokio::task::spawn_blocking(read).await;
        let (size, text) = head.map_err(|error| StoreError::Failed(error.to_string()))??;
        if text.is_empty() {
            return Ok(());
        }
        let note = Note::parse(&text).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        let current = match current {
            Some(current) if current.size == size && current.note.text() == note.text() => current,
            other => other.insert(Current {
                size,
                note,
                cosigned: BTreeMap::new(),
            }),
        };
        let now = self.clock.now();
        let mut asked = JoinSet::new();
        for (place, (client, record)) in self.clients.iter().zip(records.iter()).enumerate() {
            let fresh = current
                .cosigned
                .get(&place)
                .is_some_and(|at| now.since(*at) < self.again_after);
            if fresh || record.rests_until.is_some_and(|until| now < until) {
                continue;
            }
            let (client, proofs) = (Arc::clone(client), Arc::clone(&self.proofs));
            let note = current.note.clone();
            asked.spawn(async move { (place, client.cosign(&note, size, &proofs, now).await) });
        }
        while let Some(answered) = asked.join_next().await {
            let Ok((place, told)) = answered else { continue };
            let now = self.clock.now();
            if let (Some(client), Some(record)) = (self.clients.get(place), records.get_mut(place)) {
                note_down(client, record, &told, now);
            }
            if let Told::Cosigned(line) = told
                && current.note.add(line).is_ok()
            {
                current.cosigned.insert(place, now);
                self.keep_if_enough(current, now)?;
            }
        }
        Ok(())
    }

    /// Keeps the checkpoint once enough have cosigned it lately.
    fn keep_if_enough(&self, current: &Current, now: Timestamp) -> Result<(), StoreError> {
        let fresh = |at: &&Timestamp| now.since(**at) <= self.again_after;
        if current.cosigned.values().filter(fresh).count() < self.needed {
            return Ok(());
        }
        self.writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keep(&Cosigned {
                size: current.size,
                note: current.note.to_string(),
                at: now,
            })?;
        self.watch.saw(current.size, now);
        Ok(())
    }
}

/// Says what changed, once, and lets a witness that is away rest.
fn note_down(client: &Client, record: &mut Record, told: &Told, now: Timestamp) {
    let name = client.name();
    if let Told::Cosigned(_) = told {
        if record.failures > 0 {
            tracing::info!(witness = name, "the witness cosigns again");
        }
        *record = Record::default();
        metrics::gauge!("wayleave_witness_up", "witness" => name.to_owned()).set(1.0);
        return;
    }
    metrics::gauge!("wayleave_witness_up", "witness" => name.to_owned()).set(0.0);
    let first = record.failures == 0;
    match told {
        Told::Cosigned(_) => {}
        Told::Away(why) if first => tracing::warn!(witness = name, why, "a witness does not cosign; it is tried again"),
        Told::Away(_) => {}
        Told::Ahead(_) | Told::Contradicts(_) => {
            metrics::counter!("wayleave_witness_contradictions_total", "witness" => name.to_owned()).increment(1);
            tracing::error!(
                witness = name,
                told = ?told,
                "A WITNESS CONTRADICTS THIS JOURNAL: it was rewritten, cut or rolled back since it was cosigned, or the witness lies"
            );
        }
    }
    let rest_ms = REST_LEAST_MS
        .saturating_mul(1 << record.failures.min(5))
        .min(REST_MOST_MS);
    record.failures = record.failures.saturating_add(1);
    record.rests_until = Some(now.after(Span::milliseconds(rest_ms)));
}
