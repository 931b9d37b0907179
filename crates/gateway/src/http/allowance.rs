//! So many of something within a time, for everybody alike. Each takes one of so many places in the journal's list of what
//! was used, so that a restart forgets none, and so that nothing is counted about a person that the person's own facts
//! would have to tell.

use domain::journal::settle::{Item, Outcome};
use domain::journal::store::StoreError;
use domain::party::ReplayKey;
use domain::serve::Docket as _;
use domain::time::Timestamp;

use super::authenticate::replay_key;
use crate::context::Context;
use crate::store::spent::is_spent;

/// What is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance<'a> {
    /// Of what, as a stable word.
    pub(super) what: &'static str,
    /// Whose. It is hashed under a key before it is stored.
    pub(super) whose: &'a str,
    /// So many.
    pub(super) most: u32,
    /// Until then.
    pub(super) until: Timestamp,
}

impl Allowance<'_> {
    /// Whether one was taken.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(super) fn is_taken(&self, context: &Context) -> Result<bool, StoreError> {
        let first = self.place(context, 0);
        context.reader.read(|store| is_spent(store, &first))
    }

    fn place(&self, context: &Context, place: u32) -> ReplayKey {
        replay_key(context, self.what, &place.to_string(), self.whose, self.until)
    }

    /// Takes one, if one is left.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub(super) async fn take(self, context: &Context) -> Result<bool, StoreError> {
        for place in 0..self.most {
            let item = Item::Spend(self.place(context, place));
            if let Outcome::Done = context.docket.settle(item).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// When the span of so many seconds ends in which `now` lies.
pub(super) fn end_of_span(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds((now.unix_seconds().div_euclid(seconds) + 1).saturating_mul(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_end_at_round_times() {
        let at = Timestamp::from_unix_seconds;
        assert_eq!(end_of_span(at(7_199), 3_600), at(7_200));
        assert_eq!(end_of_span(at(7_200), 3_600), at(10_800));
        assert_eq!(end_of_span(at(86_401), 86_400), at(172_800));
    }
}
