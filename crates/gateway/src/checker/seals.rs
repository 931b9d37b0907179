//! To which key an answer was sealed: the one that the consent pins, or the one that took its place, by the recipient's
//! record.

use domain::id::PartyId;
use domain::journal::store::StoreError;
use serde_json::Value;

use super::answers::Flight;
use super::known::Known;
use super::statement::Statement;
use super::walk::Walk;

/// A key of a recipient's record: its thumbprint, and from when on it is the one.
type Key = (String, i64);

impl Walk<'_> {
    /// Holds the key that an answer names against the consent and the recipient's record.
    pub(super) fn sealed(&mut self, statement: &Statement, flight: &Flight, known: &Known) -> Result<(), StoreError> {
        let Some(seal) = statement.said("seal") else {
            return Ok(());
        };
        let held = known.held(&flight.consent);
        let pinned = held.and_then(|held| held.terms.as_ref()?.seal.clone());
        let keys = self.keys_of(&flight.recipient)?;
        if !follows(&keys, pinned.as_deref(), seal, statement.at) {
            let words = "it was sealed to another key than the consent pins, or the one that took its place";
            self.doubt(known, statement.leaf, "seal", words);
        }
        Ok(())
    }

    /// The keys of a party that answers are sealed to, oldest first. Its record keeps them all.
    fn keys_of(&self, party: &str) -> Result<Vec<Key>, StoreError> {
        let record = match party.parse::<PartyId>() {
            Ok(id) => self.rows.party(id.to_bytes())?,
            Err(_) => None,
        };
        let record: Option<Value> = record.and_then(|(record, _)| serde_json::from_str(&record).ok());
        let keys = record.as_ref().and_then(|record| record.get("sealing")?.as_array());
        let key = |key: &Value| {
            Some((
                key.get("thumbprint")?.as_str()?.to_owned(),
                key.get("from_ms")?.as_i64()?,
            ))
        };
        Ok(keys.into_iter().flatten().filter_map(key).collect())
    }
}

/// Whether `seal` was the key of that time, and stands in the chain that begins with the pinned one.
fn follows(keys: &[Key], pinned: Option<&str>, seal: &str, at: i64) -> bool {
    let in_force = |(_, from): &&Key| *from <= at;
    let chain = keys
        .iter()
        .skip_while(|(thumbprint, _)| Some(thumbprint.as_str()) != pinned);
    let present = chain.filter(in_force).last();
    present.is_some_and(|(thumbprint, _)| thumbprint == seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_sealed_to_the_key_of_its_day_and_of_its_consents_chain() {
        let keys: Vec<Key> = [("a", 0), ("b", 10), ("c", 20)]
            .map(|(key, from)| (key.to_owned(), from))
            .into();
        for (pinned, seal, at, holds) in [
            (Some("a"), "a", 9, true),
            (Some("a"), "b", 9, false),
            (Some("a"), "b", 10, true),
            (Some("a"), "a", 10, false),
            (Some("b"), "c", 25, true),
            (Some("b"), "a", 5, false),
            (Some("d"), "c", 25, false),
            (None, "c", 25, false),
        ] {
            assert_eq!(follows(&keys, pinned, seal, at), holds, "{pinned:?} {seal} {at}");
        }
    }
}
