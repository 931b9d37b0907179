//! What is done with a receipt: a question whose text is lost is closed, since nobody can have read it.

use std::sync::Arc;
use std::time::Duration;

use domain::number::Msisdn;

use super::{Ends, blocking};
use crate::messages::count;
use crate::messages::outbox::OutboxError;
use crate::messages::smpp::{InboxError, Receipt, State};
use crate::store::outbox::submitted::Submitted;

/// A receipt may be faster than the note that its text was taken. So often, and so long, the note is waited for.
const LOOKS: u32 = 5;
const BETWEEN_LOOKS: Duration = Duration::from_millis(300);

/// What is kept about texts that were sent and words that were heard. The calls may block, and are short.
pub trait Ledger: Send + Sync {
    /// The part of a text that a receipt speaks of, if it is one alone.
    ///
    /// # Errors
    /// The store's.
    fn submitted(&self, receipt: &Receipt) -> Result<Option<Submitted>, OutboxError>;

    /// Nothing more is to be learnt of this part, or of the whole text if it is lost.
    ///
    /// # Errors
    /// The store's.
    fn settled(&self, submitted: Submitted, lost: bool) -> Result<(), OutboxError>;

    /// Whether this is what the person wrote last, within a day, and had confirmed.
    ///
    /// # Errors
    /// The store's.
    fn was_heard(&self, from: Msisdn, said: &str) -> Result<bool, OutboxError>;

    /// Notes what a person wrote and had confirmed.
    ///
    /// # Errors
    /// The store's.
    fn hear(&self, from: Msisdn, said: &str) -> Result<(), OutboxError>;
}

/// Takes a receipt; `Ok` once what follows from it is durable. The same receipt twice changes nothing the second time.
pub(super) async fn take(ends: &Ends, receipt: &Receipt) -> Result<(), InboxError> {
    let lost = receipt.state.is_lost();
    if !lost && receipt.state != State::Delivered {
        return Ok(());
    }
    let Some(submitted) = find(&ends.ledger, receipt, lost).await? else {
        count("receipt", "unmatched");
        return Ok(());
    };
    if lost && let Some(question) = submitted.question {
        let closed = ends.aftermath.undelivered(question).await;
        closed.map_err(|error| InboxError(format!("a question that is lost could not be closed: {error}")))?;
    }
    // A crash here leaves the note: the receipt was not acknowledged, comes again, and closes what is closed already.
    let ledger = Arc::clone(&ends.ledger);
    blocking(move || ledger.settled(submitted, lost)).await
}

async fn find(ledger: &Arc<dyn Ledger>, receipt: &Receipt, lost: bool) -> Result<Option<Submitted>, InboxError> {
    let mut looks = 0;
    loop {
        let (ledger, receipt) = (Arc::clone(ledger), receipt.clone());
        let found = blocking(move || ledger.submitted(&receipt)).await?;
        looks += 1;
        // That a text arrived changes nothing, and need not be waited for.
        if found.is_some() || !lost || looks == LOOKS {
            return Ok(found);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}
