//! The road of one request, nine steps on one screen. Start reading here.
//!
//! ```text
//! ask ─► 1 parse ─► 2 who asks ─► [ 3 facts ─► 4 decide ─► 5 record "asked" ] ─► 6 locate
//!                                            one transaction                        │ found
//! reply ◄─ 9 reply ◄─ [ 8 still allowed? record "answered" ] ◄──────────────── 7 minimise
//! ```
//!
//! Steps 1 and 2 make an [`Ask`] and a [`Caller`] out of bytes; they belong to the codec and to authentication. Each of
//! the others consumes the value that the step before it made, so that none can be left out.

use crate::ask::Ask;
use crate::geo::grid::GridKey;
use crate::journal::settle::{Item, Outcome, Recorded, Refused};
use crate::journal::store::StoreError;
use crate::locate::{Failure, Source, Wait};
use crate::minimise::{Answer, minimise};
use crate::party::Caller;
use crate::refusal::Refusal;
use crate::reply::{Codec, Reply};
use crate::time::Timestamp;

/// Where items are settled: the gateway's sequencer, which batches them and hands outcomes back.
pub trait Docket: Send + Sync {
    /// Settles one item; the outcome comes after its commit.
    fn settle(&self, item: Item) -> Wait<'_, Result<Outcome, StoreError>>;

    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Why there is no reply.
#[derive(Debug)]
pub enum ServeError {
    /// The ask is not covered.
    Refused(Refused),
    /// Its permission ended while the source was asked.
    Withheld(Refusal),
    /// It is covered, and no position came.
    Failed(Failure),
    /// The journal could not be written; nothing was asked, or nothing left.
    Store(StoreError),
    /// The sequencer handed back what belongs to another item.
    Mixed,
}

/// Serves one ask from its parsed form to its reply.
///
/// # Errors
/// Every way in which there is no reply. Each of them, save a failing store, is written down first.
pub async fn serve(
    docket: &dyn Docket,
    source: &dyn Source,
    grid: &GridKey,
    codec: &dyn Codec,
    ask: Ask,
    caller: Caller,
) -> Result<Reply, ServeError> {
    let answer = find(docket, source, grid, ask, caller).await?;
    release(docket, codec, answer).await
}

/// The road up to the answer that wants to leave. Whoever asks many questions at once finds all of their answers first, so
/// that none waits for another between its release and the wire. An answer that is not released has no end in the journal.
///
/// # Errors
/// As for [`serve`].
pub async fn find(
    docket: &dyn Docket,
    source: &dyn Source,
    grid: &GridKey,
    ask: Ask,
    caller: Caller,
) -> Result<Answer, ServeError> {
    // 3, 4, 5: the facts are read, the decision made and "asked" written in one transaction.
    let recorded = match docket.settle(Item::Ask(ask, caller)).await.map_err(ServeError::Store)? {
        Outcome::Recorded(recorded) => *recorded,
        Outcome::Refused(refused) => return Err(ServeError::Refused(refused)),
        _ => return Err(ServeError::Mixed),
    };
    // 6: only a recorded ask reaches a source.
    let found = match source.locate(&recorded).await {
        Ok(found) => found,
        Err(failure) => return Err(fail(docket, recorded, failure).await),
    };
    // 7: what was found is reduced to what the grant allows.
    match minimise(recorded, found, grid, docket.now()) {
        Ok(answer) => Ok(answer),
        Err((recorded, failure)) => Err(fail(docket, recorded, failure).await),
    }
}

/// The end of the road, from the answer to its reply.
///
/// # Errors
/// As for [`serve`].
pub async fn release(docket: &dyn Docket, codec: &dyn Codec, answer: Answer) -> Result<Reply, ServeError> {
    // 8: "answered" is written if nothing ended the permission meanwhile.
    match docket.settle(Item::Release(answer)).await.map_err(ServeError::Store)? {
        // 9: only a released answer becomes a reply.
        Outcome::Released(released) => Ok(Reply::from_released(*released, codec)),
        Outcome::Withheld(reason) => Err(ServeError::Withheld(reason)),
        _ => Err(ServeError::Mixed),
    }
}

async fn fail(docket: &dyn Docket, recorded: Recorded, failure: Failure) -> ServeError {
    match docket.settle(Item::Fail(recorded, failure)).await {
        Ok(Outcome::Failed(failure)) => ServeError::Failed(failure),
        Ok(_) => ServeError::Mixed,
        Err(error) => ServeError::Store(error),
    }
}
