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
    /// The purposes whose programmes are suspended.
    suspended_for: Vec<String>,
    /// When the agreement with it ends, and for which purposes it goes on.
    ending: Option<(i64, Vec<String>)>,
    /// SHA-256 of its record, by its last entry that names one.
    record: String,
}

impl Party {
    /// Whether its programme for a purpose is suspended.
    pub(super) fn is_suspended_for(&self, purpose: &str) -> bool {
        self.suspended_for.iter().any(|suspended| suspended == purpose)
    }

    /// Whether the agreement with it ends, whatever the day, for a purpose.
    pub(super) fn is_ending(&self, purpose: &str) -> bool {
        let ends = |(_, keeps): &(i64, Vec<String>)| !keeps.iter().any(|kept| kept == purpose);
        self.ending.as_ref().is_some_and(ends)
    }

    /// When the agreement with it ends for a purpose.
    pub(super) fn ends(&self, purpose: &str) -> Option<i64> {
        self.ending
            .as_ref()
            .filter(|_| self.is_ending(purpose))
            .map(|(on, _)| *on)
    }

    /// Whether the agreement with it is over for a purpose.
    pub(super) fn has_ended(&self, purpose: &str, now: i64) -> bool {
        self.is_ending(purpose) && self.ending.as_ref().is_some_and(|(on, _)| now >= *on)
    }

    /// The agreement with it ends; `false` if it was said to end earlier, or for more.
    fn end(&mut self, on: i64, keeps: Vec<String>) -> bool {
        let said = self.ending.replace((on, keeps.clone()));
        said.is_none_or(|(before, kept)| on <= before && keeps.iter().all(|purpose| kept.contains(purpose)))
    }
}

impl Walk<'_> {
    pub(super) fn party(&mut self, statement: &Statement) -> Result<(), StoreError> {
        let (leaf, name) = (statement.leaf, statement.text("party").to_owned());
        if statement.kind == "party-enrolled" {
            let party = Party {
                purposes: self.purposes(&name)?,
                suspended: false,
                suspended_for: Vec::new(),
                ending: None,
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
        let purpose = statement.said("purpose");
        match (statement.kind.as_str(), purpose) {
            ("party-keys", _) => statement.text("record").clone_into(&mut party.record),
            ("party-approved", _) => {
                statement.text("record").clone_into(&mut party.record);
                self.approved_anew(&name, statement);
            }
            ("party-ending", _) => {
                let on = statement.said("on").and_then(super::statement::time);
                let keeps = statement.list("keeps").into_iter().map(str::to_owned).collect();
                let is_earlier = party.end(on.unwrap_or_default(), keeps);
                let over = party
                    .purposes
                    .iter()
                    .filter(|purpose| party.has_ended(purpose, statement.at));
                let over: Vec<String> = over.cloned().collect();
                for purpose in over {
                    self.end_flights_of_party(&name, Some(&purpose));
                }
                if !is_earlier {
                    self.differ(leaf, "party", "it puts off an end, or lets an agreement go on for more");
                }
            }
            ("party-suspended", None) => {
                party.suspended = true;
                self.end_flights_of_party(&name, None);
            }
            ("party-suspended", Some(purpose)) => {
                party.suspended_for.push(purpose.to_owned());
                self.end_flights_of_party(&name, Some(purpose));
            }
            (_, None) => party.suspended = false,
            (_, Some(purpose)) => party.suspended_for.retain(|suspended| suspended != purpose),
        }
        Ok(())
    }

    /// What is in flight ends where a programme allows less now.
    fn approved_anew(&mut self, name: &str, statement: &Statement) {
        self.excuse_unapproved(name);
        for purpose in statement.list("narrowed") {
            self.end_flights_of_party(name, Some(purpose));
        }
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
