//! What follows when a text does not reach its person.

use domain::id::ConsentId;
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::number::Msisdn;

/// What follows; all of it goes through the journal's one sequencer, and changes nothing the second time.
pub trait Aftermath: Send + Sync {
    /// The question will not reach the person: it is closed, since nobody can have read it.
    ///
    /// # Errors
    /// The store's: then nothing is known to have changed.
    fn undelivered(&self, question: ConsentId) -> Wait<'_, Result<(), StoreError>>;

    /// The message centre says that the person wants no more texts: that is a STOP.
    ///
    /// # Errors
    /// The store's: then nothing is known to have changed.
    fn opted_out(&self, from: Msisdn) -> Wait<'_, Result<(), StoreError>>;
}
