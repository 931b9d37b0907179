//! "How many people, which, when, by whom": counted from every entry of a verified journal. Each ask counts once, at the time
//! of the entry that ended it. What was erased counts on by the totals that each erasure left.

mod erased;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Write;

use domain::id::PartyId;
use domain::journal::Leaf;
use domain::journal::checkpoint::Checkpoint;
use domain::journal::entry::{Entry, Kind};
use domain::journal::kept::Kept;
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use serde_json::Value;

use super::RecordsError;
use super::book::Book;
use super::export::{Writer, header};
use super::line::{Asked, Counts, Reader};
use crate::config::gateway::Gateway;

/// How an ask ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// An answer left.
    Answered,
    /// Its permission ended while a source was asked.
    Withheld,
    /// No position came.
    Failed,
    /// A crash came between.
    Abandoned,
    /// It was not covered.
    Refused,
    /// It has no end yet.
    Open,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [
        Self::Answered,
        Self::Withheld,
        Self::Failed,
        Self::Abandoned,
        Self::Refused,
        Self::Open,
    ];

    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Withheld => "withheld",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
            Self::Refused => "refused",
            Self::Open => "open",
        }
    }

    /// The outcome with this word, which is also that of the entry's kind.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.word() == word)
    }

    const fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Answered => Some(Self::Answered),
            Kind::Withheld => Some(Self::Withheld),
            Kind::Failed => Some(Self::Failed),
            Kind::Abandoned => Some(Self::Abandoned),
            Kind::Refused => Some(Self::Refused),
            _ => None,
        }
    }
}

/// What the asks are told apart by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// Who asked.
    Party,
    /// What for.
    Purpose,
    /// The day, in UTC.
    Day,
    /// Whom it was about.
    Person,
}

/// What is counted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Question {
    /// Only asks of this party.
    pub party: Option<PartyId>,
    /// Only asks for this purpose.
    pub purpose: Option<Purpose>,
    /// Only from this time on.
    pub from: Option<Timestamp>,
    /// Only before this time.
    pub to: Option<Timestamp>,
    /// Only asks that ended in one of these ways; all if there is none.
    pub outcomes: Vec<Outcome>,
    /// What they are told apart by.
    pub by: Option<By>,
}

/// One ask, as far as it is counted.
#[derive(Clone, Copy, Debug)]
struct Ask {
    outcome: Outcome,
    at: Timestamp,
    subject: Option<SubjectKey>,
    recipient: Option<PartyId>,
    purpose: Option<Purpose>,
}

/// Asks that have something in common.
#[derive(Debug, Default)]
pub struct Group {
    /// How many.
    pub asks: u64,
    /// About whom.
    pub people: BTreeSet<SubjectKey>,
}

/// One person.
#[derive(Debug, Default)]
pub struct Counted {
    /// How many asks were about them, erased ones among them.
    pub asks: u64,
    /// How many of those were erased.
    pub erased: u64,
    /// When the first and the last of those that were not erased ended.
    pub when: Option<(Timestamp, Timestamp)>,
    /// Who asked.
    pub parties: BTreeSet<PartyId>,
    /// The entries that show it.
    pub leaves: Vec<Leaf>,
}

/// The answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// How many asks there were of each outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// The people that they were about.
    pub people: BTreeMap<SubjectKey, Counted>,
    /// The asks, told apart as was asked.
    pub groups: BTreeMap<String, Group>,
    /// How many of all were erased.
    pub erased: u64,
    /// Erased asks of months that lie in the asked time only in part: their totals do not say on which side.
    pub unsure: Group,
    /// Erased asks whose totals name nobody: about how many people at most.
    pub unnamed: u64,
    /// The entries of erasures that were counted.
    erasures: Vec<Leaf>,
    /// The asks whose end was not read yet.
    open: HashMap<Leaf, Ask>,
    /// How many entries were erased, by the totals; as many shells must stand.
    erased_entries: u64,
    shells: u64,
}

impl Answer {
    /// How many asks.
    #[must_use]
    pub fn asks(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Every entry that shows what was counted, in order.
    #[must_use]
    pub fn leaves(&self) -> Vec<Leaf> {
        let of_people = self.people.values().flat_map(|person| &person.leaves);
        let mut leaves: Vec<Leaf> = of_people.chain(&self.erasures).copied().collect();
        leaves.sort_unstable();
        leaves.dedup();
        leaves
    }

    fn entry(&mut self, question: &Question, entry: &Entry) {
        if entry.kind == Kind::Erased {
            self.add_erased(question, entry);
            return;
        }
        if entry.kind != Kind::Asked && Outcome::of(entry.kind).is_none() {
            return;
        }
        let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
        let word = |key| part.get(key).and_then(Value::as_str);
        let asked = entry.closes.and_then(|asked| self.open.remove(&asked));
        let ask = Ask {
            outcome: Outcome::of(entry.kind).unwrap_or(Outcome::Open),
            at: entry.at,
            subject: entry.subject,
            recipient: word("recipient").and_then(|id| id.parse().ok()),
            // What a crash left open names no purpose; the ask did.
            purpose: word("purpose")
                .and_then(Purpose::from_term)
                .or(asked.and_then(|asked| asked.purpose)),
        };
        if entry.kind == Kind::Asked {
            self.open.insert(entry.leaf, ask);
        } else if question.takes(&ask) {
            // The ask before its end, unless that was erased already.
            let leaves = entry.closes.filter(|_| asked.is_some()).into_iter();
            self.add(question, &ask, leaves.chain([entry.leaf]));
        }
    }

    fn add(&mut self, question: &Question, ask: &Ask, leaves: impl Iterator<Item = Leaf>) {
        *self.outcomes.entry(ask.outcome).or_default() += 1;
        if let Some(name) = question.group(ask.recipient, ask.purpose, Some(ask.at)) {
            let group = self.groups.entry(name).or_default();
            group.asks += 1;
            group.people.extend(ask.subject);
        }
        if let Some(subject) = ask.subject {
            let person = self.people.entry(subject).or_default();
            person.asks += 1;
            person.parties.extend(ask.recipient);
            person.leaves.extend(leaves);
            let (first, last) = person.when.unwrap_or((ask.at, ask.at));
            person.when = Some((first.min(ask.at), last.max(ask.at)));
        }
    }

    /// What is still open at the end, and whether the totals of erasures are those of the shells.
    fn finish(&mut self, question: &Question) -> Result<(), RecordsError> {
        let mut open: Vec<(Leaf, Ask)> = std::mem::take(&mut self.open).into_iter().collect();
        open.sort_unstable_by_key(|(leaf, _)| *leaf);
        for (leaf, ask) in open.into_iter().filter(|(_, ask)| question.takes(ask)) {
            self.add(question, &ask, std::iter::once(leaf));
        }
        let (wanted, found) = (self.erased_entries, self.shells);
        if wanted == found {
            return Ok(());
        }
        Err(RecordsError::Differs(format!(
            "expected {wanted} erased entries, as the totals of the erasures say, found {found}: an entry was taken away without a trace"
        )))
    }
}

impl Question {
    fn takes(&self, ask: &Ask) -> bool {
        self.takes_kind(ask.outcome, ask.recipient, ask.purpose)
            && self.from.is_none_or(|from| ask.at >= from)
            && self.to.is_none_or(|to| ask.at < to)
    }

    fn takes_kind(&self, outcome: Outcome, recipient: Option<PartyId>, purpose: Option<Purpose>) -> bool {
        (self.outcomes.is_empty() || self.outcomes.contains(&outcome))
            && (self.party.is_none() || self.party == recipient)
            && (self.purpose.is_none() || self.purpose == purpose)
    }

    /// The name of the group that an ask belongs to; people are told apart anyway. Without a time it was erased.
    fn group(&self, recipient: Option<PartyId>, purpose: Option<Purpose>, at: Option<Timestamp>) -> Option<String> {
        match self.by? {
            By::Party => recipient.map(|party| party.to_string()),
            By::Purpose => Some(purpose.map_or("no purpose", Purpose::term).to_owned()),
            By::Day => at.map(|at| at.rfc3339().chars().take(10).collect()),
            By::Person => None,
        }
    }

    /// The same as the first line of an export says it.
    fn asked(&self, book: &Book) -> Result<Asked, RecordsError> {
        Ok(Asked {
            party: self.party.map(|party| party.to_string()),
            name: self.party.map(|party| book.party_name(party)).transpose()?,
            from: self.from.map(Timestamp::rfc3339),
            to: self.to.map(Timestamp::rfc3339),
            purpose: self.purpose.map(|purpose| purpose.term().to_owned()),
            outcomes: self.outcomes.iter().map(|outcome| outcome.word().to_owned()).collect(),
            ..Asked::default()
        })
    }
}

/// Counts, verifying the whole journal and that each of `known` is its beginning.
///
/// # Errors
/// When the journal does not verify, or is not the one that was shown before.
pub fn count(book: &Book, question: &Question, known: &[Checkpoint]) -> Result<Answer, RecordsError> {
    let mut answer = Answer::default();
    book.read(known, &mut |kept| {
        match kept.entry() {
            Some(entry) => answer.entry(question, entry),
            None => answer.shells += 1,
        }
        Ok(())
    })?;
    answer.finish(question)?;
    Ok(answer)
}

/// Writes the entries that show an answer, as an export for the auditor.
///
/// # Errors
/// When they cannot be read, or the file not be written.
pub fn write_entries(
    book: &Book,
    gateway: &Gateway,
    (question, answer): (&Question, &Answer),
    now: Timestamp,
    out: &mut dyn Write,
) -> Result<Counts, RecordsError> {
    let header = header(book, gateway, question.asked(book)?, Reader::Auditor, now);
    let mut writer = Writer::start(book, Reader::Auditor, header, out)?;
    for leaf in answer.leaves() {
        book.each(leaf..leaf + 1, &mut |kept: Kept| writer.add(kept))?;
    }
    writer.finish()
}

#[cfg(test)]
mod tests;
