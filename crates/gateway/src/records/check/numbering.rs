//! The numbers of a person's own entries: 1, 2, 3 and so on. One that is missing was left out, unless the totals of an
//! erasure account for it.

use std::collections::HashMap;

use domain::journal::Leaf;
use domain::journal::entry::Kind;
use serde_json::Value;

/// The numbers that were seen.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The latest number.
    latest: u64,
    /// How many numbers were passed over.
    missing: u64,
    /// For how many of them erasures account.
    erased: u64,
    /// The numbers of asks, for the entries that end them.
    asks: HashMap<Leaf, u64>,
}

/// Whether entries of this kind bear the number of the ask that they end, and none of their own.
fn is_end(kind: &str) -> bool {
    let ends = [Kind::Answered, Kind::Withheld, Kind::Failed, Kind::Abandoned];
    ends.iter().any(|end| end.word() == kind)
}

impl Numbering {
    /// Takes the next entry's number.
    ///
    /// # Errors
    /// When it is not the next one, or not that of the ask that the entry ends.
    pub(super) fn add(&mut self, leaf: Leaf, party: &Value, subject: &Value) -> Result<(), String> {
        let number = subject.get("n").and_then(Value::as_u64);
        let number = number.ok_or("expected a number of the person's own count, found none")?;
        if let Some(asked) = party.get("asked").and_then(Value::as_u64) {
            return match self.asks.remove(&asked) {
                Some(wanted) if wanted != number => Err(format!(
                    "expected the number {wanted} of the ask that it ends, found {number}"
                )),
                // The ask itself may be erased while its end is not yet.
                _ => Ok(()),
            };
        }
        if number <= self.latest {
            let latest = self.latest;
            return Err(format!("expected a number behind {latest}, found {number}"));
        }
        self.missing += number - self.latest - 1;
        self.latest = number;
        match party.get("kind").and_then(Value::as_str) {
            Some("asked") => drop(self.asks.insert(leaf, number)),
            Some("erased") => self.erased = self.erased.saturating_add(numbered_in(party)),
            _ => {}
        }
        Ok(())
    }

    /// How many numbers were erased.
    ///
    /// # Errors
    /// When numbers are missing for which no erasure accounts, or the last ones.
    pub(super) fn finish(&self, numbered: u64) -> Result<u64, String> {
        let (latest, missing, erased) = (self.latest, self.missing, self.erased);
        if latest != numbered {
            return Err(format!(
                "expected the person's numbers up to {numbered}, found them up to {latest}"
            ));
        }
        if missing != erased {
            return Err(format!(
                "expected every number up to {numbered}, found {missing} missing, of which {erased} were erased"
            ));
        }
        Ok(erased)
    }
}

/// How many entries with a number of their own an erasure took away, as its totals say.
fn numbered_in(party: &Value) -> u64 {
    let totals = party.get("totals").and_then(Value::as_array);
    let counted = totals.into_iter().flatten().filter_map(|total| {
        let kind = total.get("kind")?.as_str()?;
        (!is_end(kind)).then_some(total.get("n")?.as_u64()?)
    });
    counted.fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn found_totals_that_no_sum_can_hold_account_for_nothing() {
        let totals = json!([{"kind": "asked", "n": u64::MAX}, {"kind": "refused", "n": 2}]);
        let mut numbering = Numbering::default();
        let erased = json!({"kind": "erased", "totals": totals});
        numbering.add(4, &erased, &json!({"n": 2})).expect("the next number");
        numbering.add(5, &erased, &json!({"n": 3})).expect("the next number");
        let found = numbering.finish(3).expect_err("one number is missing, and not so many");
        assert!(found.contains("1 missing"), "{found}");
    }
}
