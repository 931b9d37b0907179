//! Erased asks count on: each erasure left how many entries of which kind, month, purpose and recipient it took away.

use domain::id::PartyId;
use domain::journal::entry::Entry;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use serde_json::Value;

use super::{Answer, By, Outcome, Question};

/// One row of an erasure's totals.
struct Total<'a> {
    kind: &'a str,
    month: &'a str,
    count: u64,
    people: u64,
    recipient: Option<PartyId>,
    purpose: Option<Purpose>,
}

impl<'a> Total<'a> {
    fn read(total: &'a Value) -> Option<Self> {
        let word = |key| total.get(key).and_then(Value::as_str);
        Some(Self {
            kind: word("kind")?,
            month: word("month")?,
            count: total.get("n")?.as_u64()?,
            people: total.get("people").and_then(Value::as_u64).unwrap_or_default(),
            recipient: word("recipient").and_then(|id| id.parse().ok()),
            purpose: word("purpose").and_then(Purpose::from_term),
        })
    }
}

/// Where a month lies to the time that was asked about.
#[derive(PartialEq, Eq)]
enum Lies {
    Within,
    Partly,
    Outside,
}

fn lies(month: &str, question: &Question) -> Lies {
    let Some((from, to)) = bounds(month) else {
        return Lies::Partly;
    };
    let outside = question.from.is_some_and(|wanted| to <= wanted) || question.to.is_some_and(|wanted| from >= wanted);
    let cut = question.from.is_some_and(|wanted| from < wanted) || question.to.is_some_and(|wanted| to > wanted);
    match (outside, cut) {
        (true, _) => Lies::Outside,
        (false, true) => Lies::Partly,
        (false, false) => Lies::Within,
    }
}

/// When a month, `2026-11`, begins and ends, in UTC.
fn bounds(month: &str) -> Option<(Timestamp, Timestamp)> {
    let (year, number) = month.split_once('-')?;
    let (year, number): (u32, u32) = (year.parse().ok()?, number.parse().ok()?);
    let (next_year, next) = if number == 12 {
        (year + 1, 1)
    } else {
        (year, number + 1)
    };
    let first_of = |year, month| Timestamp::from_rfc3339(&format!("{year:04}-{month:02}-01T00:00:00Z"));
    Some((first_of(year, number)?, first_of(next_year, next)?))
}

impl Answer {
    /// Adds what an erasure took away.
    pub(super) fn add_erased(&mut self, question: &Question, entry: &Entry) {
        let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
        let totals = part.get("totals").and_then(Value::as_array);
        for total in totals.into_iter().flatten().filter_map(Total::read) {
            self.erased_entries += total.count;
            let outcome = Outcome::from_word(total.kind);
            if outcome.is_some_and(|outcome| question.takes_kind(outcome, total.recipient, total.purpose)) {
                self.add_total(question, entry, &total, outcome);
            }
        }
    }

    fn add_total(&mut self, question: &Question, entry: &Entry, total: &Total<'_>, outcome: Option<Outcome>) {
        match lies(total.month, question) {
            Lies::Outside => return,
            Lies::Partly => {
                self.unsure.asks += total.count;
                self.unsure.people.extend(entry.subject);
                return;
            }
            Lies::Within => {}
        }
        if let Some(outcome) = outcome {
            *self.outcomes.entry(outcome).or_default() += total.count;
        }
        self.erased += total.count;
        self.erasures.push(entry.leaf);
        let group = match question.by {
            Some(By::Day) => Some(format!("{}, some day", total.month)),
            _ => question.group(total.recipient, total.purpose, None),
        };
        if let Some(name) = group {
            let group = self.groups.entry(name).or_default();
            group.asks += total.count;
            group.people.extend(entry.subject);
        }
        match entry.subject {
            Some(subject) => {
                let person = self.people.entry(subject).or_default();
                person.asks += total.count;
                person.erased += total.count;
                person.parties.extend(total.recipient);
            }
            None => self.unnamed += total.people,
        }
    }
}
