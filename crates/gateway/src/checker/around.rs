//! What happens around the journal and bears on what was decided: erasures, whose totals must be right, and canaries.

use domain::journal::Leaf;
use domain::journal::store::StoreError;

use super::statement::Statement;
use super::walk::Walk;

/// The entry that names a canary is at most so many after the refusal.
const CANARY_WITHIN: Leaf = 2;

impl Walk<'_> {
    /// Entries lost their parts; how many, as the entry about it says.
    pub(super) fn erased(&mut self, statement: &Statement) {
        match statement.total() {
            Some(total) => self.erased_told += total,
            None => self.differ(statement.leaf, "form", "its totals are not understood"),
        }
    }

    /// In the end as many entries must be erased as the entries about it say.
    pub(super) fn compare_erased(&mut self) -> Result<(), StoreError> {
        let (told, found) = (self.erased_told, self.rows.erased()?);
        if told != found {
            let words = format!("{found} entries are erased, and the entries about it say {told}");
            self.differ(self.next, "erased", words);
        }
        Ok(())
    }

    /// Somebody asked about a number that nobody may ask about: that is why it was refused.
    pub(super) fn canary_asked(&mut self, statement: &Statement) {
        let about = statement.number("leaf");
        self.unless_canary.take_if(|(leaf, ..)| *leaf == about);
        // A question that a stranger had put in a party's name suspends nobody.
        let Some(party) = statement.said("party") else { return };
        let party = self.parties.get(party);
        if !party.is_some_and(|party| party.suspended) {
            self.differ(
                statement.leaf,
                "canary",
                "whoever asked about a canary must be suspended with it",
            );
        }
    }

    /// Tells what waited for the word of a canary, once it cannot come any more.
    pub(super) fn tell_if_no_canary(&mut self, next: Leaf) {
        let over = |(leaf, ..): &mut (Leaf, _, _)| next > *leaf + CANARY_WITHIN;
        if let Some((leaf, rule, words)) = self.unless_canary.take_if(over) {
            self.differ(leaf, rule, words);
        }
    }
}
