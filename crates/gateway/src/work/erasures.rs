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
        let mut done = 0;
        for (row, subject) in board.erasures()? {
            if self.erase(subject).await? {
                // A crash before this line has it looked through once more, and nothing is found.
                board.erasure_is_done(row)?;
                done += 1;
            }
        }
        if done > 0 {
            let store = self.store.clone();
            let emptied = tokio::task::spawn_blocking(move || empty_log(&store)).await;
            if !matches!(emptied, Ok(Ok(true))) {
                tracing::warn!("what was erased stays in the write-ahead log until nobody reads it");
            }
        }
        Ok(done)
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
