//! Erasure: entries lose their parts, and one new entry keeps what they counted. And legal holds, under which nothing is
//! erased.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::Value;

use super::batch::{Batch, Draft, Verdict};
use super::changes::Change;
use crate::facts::{Day, Held, Hold, Passing};
use crate::journal::Leaf;
use crate::journal::entry::{Entry, Kind, Object};
use crate::journal::kept::Shell;
use crate::journal::store::Cold;
use crate::subject::SubjectKey;

/// So many entries are erased in one change.
pub const ERASED_MAX: usize = 500;

/// What the totals tell apart: kind, month, purpose, recipient.
type Row = (&'static str, String, Option<String>, Option<String>);

impl Batch<'_> {
    /// A hold, or an erasure.
    pub(super) fn keep_or_erase(&mut self, change: &Change) -> Verdict {
        match change {
            Change::PlaceHold { name, held, why } => self.place_hold(name, *held, why),
            Change::LiftHold { name } => self.lift_hold(name),
            Change::Erase {
                subject,
                entries,
                last,
                why,
            } => self.erase(*subject, entries, *last, why),
            _ => Verdict::NotApplicable,
        }
    }

    /// Takes the parts of these entries away. Nothing happens if a hold covers one of them, if one is another person's,
    /// if somebody else erased one since they were looked for, or if one keeps the totals of an erasure before.
    fn erase(&mut self, subject: Option<SubjectKey>, entries: &[Entry], last: bool, why: &'static str) -> Verdict {
        let ours = |entry: &Entry| subject.is_none() || entry.subject == subject;
        let goes = |entry: &Entry| ours(entry) && entry.kind != Kind::Erased && !self.is_held(entry);
        let nothing = entries.is_empty() && !last;
        let leaves: HashSet<Leaf> = entries.iter().map(|entry| entry.leaf).collect();
        let are_there = leaves.len() == entries.len() && leaves.is_subset(&self.facts.whole);
        let person_held = subject.is_some_and(|subject| self.holds_person(subject));
        if nothing || entries.len() > ERASED_MAX || person_held || !are_there || !entries.iter().all(goes) {
            return Verdict::NotApplicable;
        }
        if last && let Some(subject) = subject {
            self.stop(subject);
            self.forget(subject);
        }
        self.facts.whole.retain(|leaf| !leaves.contains(leaf));
        self.erased.extend(entries.iter().map(Shell::from));
        let party = Object::new()
            .text("at", &self.at)
            .text("kind", Kind::Erased.word())
            .raw("totals", &totals(entries))
            .number("v", 1)
            .text("why", why)
            .finish();
        let leaf = self.write(Draft {
            kind: Kind::Erased,
            subject,
            closes: None,
            party,
            permission: None,
            reason: None,
            carrier: None,
        });
        Verdict::Changed { leaf }
    }

    /// What the person set for themselves stays, since nobody may ask more than before; what others asked of them goes.
    fn forget(&mut self, subject: SubjectKey) {
        if let Some(person) = self.facts.people.get_mut(&subject) {
            person.consents.clear();
            person.questions.clear();
            person.noes.clear();
            person.day = Day::default();
            person.events.clear();
            person.calls.clear();
            // What is stopped stays so, and the home is still to hear of it.
            person.passed.retain(|passed| passed.state == Passing::Stopped);
        }
        self.cold.push(Cold::Forget { subject });
    }

    fn is_held(&self, entry: &Entry) -> bool {
        let recipient = || word(&entry.party.text, "recipient");
        self.facts.holds.iter().any(|hold| match hold.held {
            Held::Everything => true,
            Held::Subject(subject) => entry.subject == Some(subject),
            Held::Party(party) => recipient().is_some_and(|id| id == party.to_string()),
        })
    }

    fn holds_person(&self, subject: SubjectKey) -> bool {
        let covers = |hold: &Hold| matches!(hold.held, Held::Everything) || hold.held == Held::Subject(subject);
        self.facts.holds.iter().any(covers)
    }

    fn place_hold(&mut self, name: &str, held: Held, why: &str) -> Verdict {
        if self.facts.holds.iter().any(|hold| hold.name == name) {
            return Verdict::NotApplicable;
        }
        self.facts.holds.push(Hold {
            name: name.to_owned(),
            held,
        });
        self.cold.push(Cold::Hold {
            name: name.to_owned(),
            held,
            why: why.to_owned(),
        });
        let party = match held {
            Held::Party(party) => Some(party.to_string()),
            Held::Everything | Held::Subject(_) => None,
        };
        self.write_hold(Kind::HoldPlaced, name, (party.as_deref(), Some(why)))
    }

    fn lift_hold(&mut self, name: &str) -> Verdict {
        let Some(place) = self.facts.holds.iter().position(|hold| hold.name == name) else {
            return Verdict::NotApplicable;
        };
        self.facts.holds.remove(place);
        self.cold.push(Cold::HoldLifted { name: name.to_owned() });
        self.write_hold(Kind::HoldLifted, name, (None, None))
    }

    /// The entry names no person, also where the hold covers one: they need not learn of a lawsuit from us.
    fn write_hold(&mut self, kind: Kind, name: &str, (party, why): (Option<&str>, Option<&str>)) -> Verdict {
        let text = Object::new()
            .text("at", &self.at)
            .text("hold", name)
            .text("kind", kind.word())
            .text_or_null("party", party)
            .number("v", 1)
            .text_or_null("why", why)
            .finish();
        let leaf = self.write_of_nobody(kind, text);
        Verdict::Changed { leaf }
    }
}

fn word(part: &str, key: &str) -> Option<String> {
    let part: Value = serde_json::from_str(part).ok()?;
    part.get(key)?.as_str().map(str::to_owned)
}

/// How many entries of each kind, month, purpose and recipient there were, and about how many people, as JSON.
fn totals(entries: &[Entry]) -> String {
    let mut rows: BTreeMap<Row, (u64, BTreeSet<SubjectKey>)> = BTreeMap::new();
    for entry in entries {
        let month: String = entry.at.rfc3339().chars().take(7).collect();
        let of = |key| word(&entry.party.text, key);
        let row = (entry.kind.word(), month, of("purpose"), of("recipient"));
        let (count, people) = rows.entry(row).or_default();
        *count += 1;
        people.extend(entry.subject);
    }
    let rows: Vec<String> = rows
        .into_iter()
        .map(|((kind, month, purpose, recipient), (count, people))| {
            Object::new()
                .text("kind", kind)
                .text("month", &month)
                .number("n", count)
                .number("people", people.len() as u64)
                .text_or_null("purpose", purpose.as_deref())
                .text_or_null("recipient", recipient.as_deref())
                .finish()
        })
        .collect();
    format!("[{}]", rows.join(","))
}
