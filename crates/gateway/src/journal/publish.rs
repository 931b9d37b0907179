//! Publishes the log as plain files, so that a static host serves the same bytes under the same paths as this gateway
//! (C2SP tlog-tiles): tiles and bundles first, each written once, and at last the checkpoint that stands over them. A crash
//! at any point leaves the older log whole.

pub mod bucket;
pub mod folder;
pub mod place;

use std::sync::Arc;
use std::time::Duration;

use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::store::StoreError;
use domain::journal::tile::Tile;
use domain::locate::Wait;
use tokio::sync::watch;

use self::bucket::Bucket;
use self::bucket::credentials::Credentials;
use self::folder::Folder;
use self::place::{Place, PlaceError};
use super::public::{Offered, PublicLog};
use crate::config::publish::{Publish, Target};
use crate::work::Job;

/// The file of the checkpoint.
pub const CHECKPOINT: &str = "checkpoint";

/// The place that the configuration names. Nothing is asked of it yet.
///
/// # Errors
/// When a file that belongs to it cannot be used; says so in words.
pub fn place(config: &Publish) -> Result<Arc<dyn Place>, String> {
    match config.target().map_err(|error| error.to_string())? {
        Target::Folder(folder) => Ok(Arc::new(Folder::new(folder))),
        Target::Bucket {
            address,
            region,
            credentials_file,
        } => {
            let unfit = |error: String| format!("`publish.credentials_file`: {error}");
            let credentials = Credentials::read(credentials_file).map_err(unfit)?;
            let trust = config
                .trust(&address)
                .map_err(|error| format!("`publish.ca_file`: {error}"))?;
            Ok(Arc::new(Bucket::new(&address, region, &credentials, trust)?))
        }
    }
}

/// Keeps a place at the newest checkpoint.
pub struct Publisher {
    log: Arc<PublicLog>,
    key: VerifierKey,
    place: Arc<dyn Place>,
    rests: Duration,
    stopping: watch::Receiver<bool>,
}

/// What stands at the place, held against the journal.
enum Standing {
    /// Nothing was published yet, or the first so many leaves were.
    Behind(u64),
    /// All of it, or more than is offered now.
    Done,
}

impl Publisher {
    /// A job that publishes what `log` offers, which `key` signs.
    ///
    /// # Errors
    /// As [`place`].
    pub fn new(
        log: &Arc<PublicLog>,
        key: VerifierKey,
        config: &Publish,
        stopping: &watch::Receiver<bool>,
    ) -> Result<Self, String> {
        Ok(Self {
            log: Arc::clone(log),
            key,
            place: place(config)?,
            rests: Duration::from_secs(config.rest_s.into()),
            stopping: stopping.clone(),
        })
    }

    async fn publish(&self) -> Result<u64, StoreError> {
        let Some(offered) = self.read(PublicLog::offered).await? else {
            return Ok(0);
        };
        let Standing::Behind(old) = self.compare(&offered).await? else {
            return Ok(0);
        };
        for tile in Tile::added(old, offered.size) {
            if *self.stopping.borrow() {
                // What was written stays, and is found again; the older checkpoint stands until all of it is there.
                return Ok(0);
            }
            let bytes = self.read(move |log| log.tile(tile)).await?;
            let bytes =
                bytes.ok_or_else(|| StoreError::Corrupt(format!("expected `{tile}` in the journal, found none")))?;
            self.place
                .keep(&tile.to_string(), bytes)
                .await
                .map_err(|error| self.failed(error))?;
        }
        // Everything that this checkpoint stands over is durable at the place: if the machine stops before this write, the
        // older checkpoint stands, and the next round writes nothing anew but this.
        let note = offered.note.clone().into_bytes();
        self.place
            .replace(CHECKPOINT, note)
            .await
            .map_err(|error| self.failed(error))?;
        metrics::gauge!("wayleave_published_entries").set(offered.size as f64);
        self.clear(old, offered.size).await?;
        Ok(offered.size - old)
    }

    /// Holds what stands at the place against the journal. Whoever sees a checkpoint that does not lead to the one before
    /// it has proof of a fork, so nothing is published over a contradiction.
    async fn compare(&self, offered: &Offered) -> Result<Standing, StoreError> {
        let found = self.place.read(CHECKPOINT).await.map_err(|error| self.failed(error))?;
        let Some(found) = found else {
            return Ok(Standing::Behind(0));
        };
        let opened = std::str::from_utf8(&found)
            .ok()
            .and_then(|note| self.key.open(note).ok());
        let Some(published) = opened else {
            return Err(self.contradicts("expected a checkpoint that this journal's key signed, found another"));
        };
        let Checkpoint { size, root, .. } = published;
        let own = self
            .read(move |log| {
                if size <= log.size()? {
                    log.root(size).map(Some)
                } else {
                    Ok(None)
                }
            })
            .await?;
        match own {
            None => {
                return Err(self.contradicts(&format!(
                    "expected at most the journal's own entries, found a checkpoint of {size}: the journal is an older copy"
                )));
            }
            Some(own) if own != root => {
                return Err(self.contradicts(&format!(
                    "expected the journal's own beginning, found another one of {size} entries: the two are forked"
                )));
            }
            Some(_) => metrics::gauge!("wayleave_published_contradicts").set(0),
        }
        // The same size with another note is a checkpoint that was cosigned since.
        if size > offered.size || found == offered.note.as_bytes() {
            metrics::gauge!("wayleave_published_entries").set(size as f64);
            return Ok(Standing::Done);
        }
        Ok(Standing::Behind(size))
    }

    /// Removes the beginnings of tiles that are full now: whoever holds an older checkpoint finds them in the full ones.
    async fn clear(&self, old: u64, new: u64) -> Result<(), StoreError> {
        let began = |tile: &Tile| Tile::within(tile.row(), tile.index(), old).is_some();
        for tile in Tile::added(old, new).filter(|tile| tile.is_full() && began(tile)) {
            self.place
                .clear(&format!("{tile}.p"))
                .await
                .map_err(|error| self.failed(error))?;
        }
        Ok(())
    }

    async fn read<T: Send + 'static>(
        &self,
        body: impl FnOnce(&PublicLog) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let log = Arc::clone(&self.log);
        let read = tokio::task::spawn_blocking(move || body(&log)).await;
        read.map_err(|error| StoreError::Failed(format!("the thread that read the log ended: {error}")))?
    }

    fn failed(&self, error: PlaceError) -> StoreError {
        match error {
            PlaceError::Failed(why) => StoreError::Failed(format!("{}: {why}", self.place.name())),
            PlaceError::Different(path) => {
                self.contradicts(&format!("expected the journal's own `{path}`, found another"))
            }
        }
    }

    /// Raises the alarm: what everybody can read is not this journal.
    fn contradicts(&self, what: &str) -> StoreError {
        let place = self.place.name();
        metrics::gauge!("wayleave_published_contradicts").set(1);
        tracing::error!(
            place,
            what,
            "the published log contradicts the journal; nothing is published over it"
        );
        StoreError::Failed(format!("{place}: {what}"))
    }
}

impl Job for Publisher {
    fn name(&self) -> &'static str {
        "publish"
    }

    fn rests(&self) -> Duration {
        self.rests
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.publish())
    }
}

#[cfg(test)]
mod tests;
