//! Whose credentials are dead, since the agreement with them has ended. It is read again every second: asks are held against
//! it where they are decided, and everything else here.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::PartyId;
use domain::journal::store::StoreError;
use domain::party::Ending;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};

use crate::data::Reader;
use crate::store::party::ending::ending;

/// How long what was read is good.
const KEPT: Span = Span::seconds(1);

/// What was read, and when.
#[derive(Debug)]
struct Look {
    at: Timestamp,
    endings: Arc<HashMap<PartyId, Ending>>,
}

/// The agreements that end or have ended.
#[derive(Debug, Default)]
pub struct Endings(Mutex<Option<Look>>);

impl Endings {
    /// Whether the agreement with a party is over for a purpose.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_over(
        &self,
        reader: &Reader,
        (party, purpose): (PartyId, Purpose),
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let endings = self.look(reader, now)?;
        let ending = endings.get(&party);
        Ok(ending.is_some_and(|ending| ending.on <= now && !ending.keeps.contains(&purpose)))
    }

    fn look(&self, reader: &Reader, now: Timestamp) -> Result<Arc<HashMap<PartyId, Ending>>, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A clock that was set back makes no old look good.
        if let Some(look) = kept.as_ref().filter(|look| look.at <= now && now < look.at.after(KEPT)) {
            return Ok(Arc::clone(&look.endings));
        }
        let parties = reader.read(ending)?;
        let endings = parties
            .into_iter()
            .filter_map(|party| party.held.ending.map(|ending| (party.id, ending)));
        let endings = Arc::new(endings.collect::<HashMap<_, _>>());
        *kept = Some(Look {
            at: now,
            endings: Arc::clone(&endings),
        });
        Ok(endings)
    }
}
