//! The life of parties, as their entries tell it.

use domain::id::PartyId;
use domain::journal::store::StoreError;
use serde_json::Value;

use super::statement::Statement;
use super::terms::hash_of;
use super::walk::Walk;

/// One party.
pub(super) struct Party {
    /// What it is approved for, by its record.
    pub(super) purposes: Vec<String>,
    pub(super) suspended: bool,
    /// SHA-256 of its record, by its last entry that names one.
    record: String,
}

impl Walk<'_> {
    pub(super) fn party(&mut self, statement: &Statement) -> Result<(), StoreError> {
        let (leaf, name) = (statement.leaf, statement.text("party").to_owned());
        if statement.kind == "party-enrolled" {
            let party = Party {
                purposes: self.purposes(&name)?,
                suspended: false,
                record: statement.text("record").to_owned(),
            };
            if self.parties.insert(name, party).is_some() {
                self.differ(
                    leaf,
                    "party",
                    "it was enrolled before; a second time could lift its suspension",
                );
            }
            return Ok(());
        }
        let Some(party) = self.parties.get_mut(&name) else {
            self.differ(leaf, "party", "it is about a party that was not enrolled");
            return Ok(());
        };
        match statement.kind.as_str() {
            "party-keys" => statement.text("record").clone_into(&mut party.record),
            "party-suspended" => {
                party.suspended = true;
                self.end_flights_of_party(&name);
            }
            _ => party.suspended = false,
        }
        Ok(())
    }

    /// What a party is approved for. A change of its keys changes nothing of that, so its record of today says what it
    /// was enrolled for; that the record is the journal's is looked at in the end.
    fn purposes(&self, name: &str) -> Result<Vec<String>, StoreError> {
        let record = match name.parse::<PartyId>() {
            Ok(id) => self.rows.party(id.to_bytes())?,
            Err(_) => None,
        };
        let record: Value = record
            .and_then(|(record, _)| serde_json::from_str(&record).ok())
            .unwrap_or_default();
        let terms = record["purposes"].as_array().cloned().unwrap_or_default();
        Ok(terms
            .iter()
            .filter_map(|term| term.as_str().map(str::to_owned))
            .collect())
    }

    /// In the end each party's row must be what its entries say.
    pub(super) fn compare_parties(&mut self) -> Result<(), StoreError> {
        let mut names: Vec<String> = self.parties.keys().cloned().collect();
        names.sort_unstable();
        for name in names {
            let row = match name.parse::<PartyId>() {
                Ok(id) => self.rows.party(id.to_bytes())?,
                Err(_) => None,
            };
            let Some(party) = self.parties.get(&name) else { continue };
            let words = match row {
                None => Some(format!("{name} was enrolled, and has no row")),
                Some((record, _)) if hash_of(record.as_bytes()) != party.record => {
                    Some(format!("the record of {name} is not the one that its entries name"))
                }
                Some((_, suspended)) if suspended != party.suspended => Some(format!(
                    "the row of {name} says of its suspension something else than its entries"
                )),
                Some(_) => None,
            };
            if let Some(words) = words {
                self.differ(self.next, "party-row", words);
            }
        }
        Ok(())
    }
}
