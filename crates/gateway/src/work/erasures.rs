//! Erasures that people asked for on their boards are carried out. A round that is interrupted is begun again, and goes on
//! with what is left; under a legal hold an erasure waits until the hold is lifted.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use domain::journal::settle::{Item, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::serve::Docket as _;
use domain::subject::SubjectKey;

use super::Job;
use crate::journal::sequencer::Sequencer;
use crate::records::erase::{Erasure, empty_log};
use crate::seal::Sealer;
use crate::store::board::links::SqliteBoard;
use crate::store::sqlite::open_reader;

/// Carries erasures out.
pub struct Erasures {
    /// The journal's queue.
    pub docket: Sequencer,
    /// The store's file.
    pub store: PathBuf,
    /// Opens sealed columns.
    pub sealer: Arc<Sealer>,
    /// How long it rests.
    pub rests: Duration,
}

impl Erasures {
    async fn carry_out(&self) -> Result<u64, StoreError> {
        let board = SqliteBoard::open(&self.store, Arc::clone(&self.sealer))?;
        let (mut done, mut after, mut failed) = (0, 0, None);
        loop {
            let waiting = board.erasures(after)?;
            let Some(last) = waiting.last().map(|(row, _)| *row) else {
                break;
            };
            after = last;
            for (row, subject) in waiting {
                match self.carry_out_one(&board, row, subject).await {
                    Ok(carried_out) => done += u64::from(carried_out),
                    // One that cannot be carried out keeps nobody else's from being.
                    Err(error) => {
                        tracing::warn!(row, %error, "an erasure was not carried out");
                        failed = Some(error);
                    }
                }
            }
        }
        if done > 0 {
            let store = self.store.clone();
            let emptied = tokio::task::spawn_blocking(move || empty_log(&store)).await;
            if !matches!(emptied, Ok(Ok(true))) {
                tracing::warn!("what was erased stays in the write-ahead log until nobody reads it");
            }
        }
        failed.map_or(Ok(done), Err)
    }

    async fn carry_out_one(
        &self,
        board: &SqliteBoard,
        row: i64,
        subject: Result<SubjectKey, StoreError>,
    ) -> Result<bool, StoreError> {
        let carried_out = self.erase(subject?).await?;
        if carried_out {
            // A crash before this line has it looked through once more, and nothing is found.
            board.erasure_is_done(row)?;
        }
        Ok(carried_out)
    }

    /// Erases one person; whether it could be done.
    async fn erase(&self, subject: SubjectKey) -> Result<bool, StoreError> {
        let store = self.store.clone();
        let (held, mut erasure) = blocking(move || {
            let erasure = Erasure::new(subject, "asked", None);
            Ok((erasure.hold(&open_reader(&store)?)?, erasure))
        })
        .await?;
        if held.is_some() {
            return Ok(false);
        }
        loop {
            let store = self.store.clone();
            let (change, rest) = blocking(move || {
                let connection = open_reader(&store)?;
                Ok((erasure.next(&connection)?, erasure))
            })
            .await?;
            erasure = rest;
            let Some(change) = change else { return Ok(true) };
            if let Outcome::NotApplicable = self.docket.settle(Item::Change(change)).await? {
                return Ok(false);
            }
        }
    }
}

/// Runs a long read where it holds up nobody.
pub(super) async fn blocking<T: Send + 'static>(
    body: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let ended = tokio::task::spawn_blocking(body).await;
    ended.unwrap_or_else(|_| {
        Err(StoreError::Failed(
            "a read ended in a way that it never should".to_owned(),
        ))
    })
}

impl Job for Erasures {
    fn name(&self) -> &'static str {
        "erasures"
    }

    fn rests(&self) -> Duration {
        self.rests
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.carry_out())
    }
}

#[cfg(test)]
mod tests {
    use domain::facts::Held;
    use domain::journal::settle::Change;
    use domain::time::Timestamp;

    use super::*;
    use crate::chance::SystemChance;
    use crate::clock::SystemClock;
    use crate::data::{create_if_missing, open, tests::gateway};
    use crate::journal::sequencer;

    #[tokio::test(flavor = "multi_thread")]
    async fn nobodys_erasure_waits_for_one_that_is_held_or_forged() {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = gateway(folder.path());
        create_if_missing(&gateway).expect("made");
        let clock: Arc<dyn crate::clock::Clock> = Arc::new(SystemClock);
        let mut data = open(&gateway, Arc::clone(&clock)).expect("opens");
        let board = SqliteBoard::open(&data.store, Arc::clone(&data.sealer)).expect("opens");
        let person = |index: u8| SubjectKey::from_bytes([index; 16]);
        let (held, last) = (1..=60, 61);
        let holds = held.clone().map(|index| {
            Item::Change(Change::PlaceHold {
                name: format!("case-{index}"),
                held: Held::Subject(person(index)),
                why: "a lawsuit".to_owned(),
            })
        });
        let placed = data.journal.settle("test", holds.collect(), &mut SystemChance::new());
        placed.expect("settled");
        rusqlite::Connection::open(&data.store)
            .and_then(|store| store.execute("INSERT INTO erasure (subject, sealed) VALUES (?1, x'')", [[99u8; 16]]))
            .expect("by hand");
        for index in held.chain([last]) {
            board
                .ask_erasure(person(index), Timestamp::from_unix_ms(1))
                .expect("noted");
        }
        let (docket, running) = sequencer::start(data.journal, clock, Arc::default()).expect("a thread");
        let job = Erasures {
            docket,
            store: data.store.clone(),
            sealer: Arc::clone(&data.sealer),
            rests: Duration::ZERO,
        };
        let round = job.round().await;
        assert!(
            matches!(round, Err(StoreError::Corrupt(_))),
            "the forged one is told of"
        );
        assert_eq!(board.waits_for_erasure(person(last)).ok(), Some(false));
        assert_eq!(board.waits_for_erasure(person(60)).ok(), Some(true), "its hold stands");
        drop(job);
        tokio::task::spawn_blocking(move || running.finish())
            .await
            .expect("it ends");
    }
}
