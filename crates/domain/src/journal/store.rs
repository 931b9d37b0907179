//! What the journal needs of a database: one transaction that locks the head, reads the facts, and writes.

use std::sync::Arc;

use super::Leaf;
use super::entry::Entry;
use super::kept::{Kept, Shell};
use super::tree::{Frontier, Hash};
use crate::facts::{Facts, Held, Needs, Person, Scope};
use crate::id::{ConsentId, NoticeId, PartyId};
use crate::journal::settle::Misuse;
use crate::number::Msisdn;
use crate::party::{Ending, ReplayKey};
use crate::permission::consent::Life;
use crate::permission::evidence::Signed;
use crate::permission::terms::Terms;
use crate::programme::Hour;
use crate::purpose::Purpose;
use crate::subject::{Subject, SubjectKey};
use crate::time::Timestamp;

/// The head of the journal, as the transaction found it locked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// The tree.
    pub frontier: Frontier,
    /// When the latest entry was recorded.
    pub at: Timestamp,
    /// Every ask below this leaf has its end. Only the one process that serves moves it.
    pub closed_below: Leaf,
}

/// Rows of the tables that no decision reads.
#[derive(Debug)]
pub enum Cold {
    /// A question: the terms, the words shown, and the number, which the store seals.
    Question {
        /// Whom it was put to.
        subject: Subject,
        /// What they may agree to.
        terms: Box<Terms>,
        /// The exact words of the text message.
        words: String,
        /// The keyed hash of the link.
        link: [u8; 16],
        /// When it lapses.
        until: Timestamp,
    },
    /// When a consent is due to be brought to mind.
    Reminder {
        /// The consent.
        consent: ConsentId,
        /// When; `None` for never again.
        next: Option<Timestamp>,
    },
    /// A number has a new tenure.
    Tenure {
        /// The keyed name of the number, whoever has it.
        number: [u8; 16],
        /// The number of the tenure, from 1 on.
        tenure: u32,
    },
    /// The text of a policy that is in force from now on.
    Policy {
        /// SHA-256 of the text.
        hash: [u8; 32],
        /// The text.
        text: String,
    },
    /// A question of this party came to its end.
    Tally {
        /// The party.
        party: PartyId,
        /// Whether the person agreed.
        given: bool,
    },
    /// What became of a consent.
    Life {
        /// The consent.
        consent: ConsentId,
        /// Its new state.
        life: Life,
    },
    /// The signature over the terms.
    Signature {
        /// The consent.
        consent: ConsentId,
        /// The checked signature.
        signed: Box<Signed>,
    },
    /// A text message to send, which the store seals until then.
    Text {
        /// To whom.
        to: Msisdn,
        /// The words.
        words: String,
        /// After this it is not worth sending.
        until: Timestamp,
        /// The question that it puts, if it puts one: closed should the text not reach its phone.
        puts: Option<ConsentId>,
    },
    /// A party, with the record of its keys and names as JSON.
    Party {
        /// The party.
        party: PartyId,
        /// The name of its client.
        client: String,
        /// Its record.
        record: String,
    },
    /// A party's record with other keys.
    Keys {
        /// The party.
        party: PartyId,
        /// Its new record.
        record: String,
        /// SHA-256 of the record that it was made from: if there is another by now, nothing is written.
        replaces: [u8; 32],
    },
    /// Whether a party is suspended.
    Suspended {
        /// The party.
        party: PartyId,
        /// Whether it now is. A suspension that is lifted also begins the party's tally anew.
        suspended: bool,
    },
    /// Whether a programme of a party is suspended.
    ProgrammeSuspended {
        /// The party.
        party: PartyId,
        /// The programme's purpose.
        purpose: Purpose,
        /// Whether it now is.
        suspended: bool,
    },
    /// Why a party or a programme is suspended.
    Because {
        /// The party.
        party: PartyId,
        /// The programme's purpose; `None` for all of the party.
        purpose: Option<Purpose>,
        /// A stable word; `None` if the operator commanded it, or it was lifted.
        why: Option<String>,
    },
    /// How many asks the hour of a programme has.
    ProgrammeCounted {
        /// The party.
        party: PartyId,
        /// The programme's purpose.
        purpose: Purpose,
        /// The count.
        hour: Hour,
    },
    /// The agreement with a party ends.
    Ending {
        /// The party.
        party: PartyId,
        /// When, and for what it goes on.
        ending: Ending,
    },
    /// A party attested that it deleted what it received.
    Attested {
        /// The party.
        party: PartyId,
        /// What it received until then.
        until: Timestamp,
    },
    /// A notice of misuse, whose text the store seals.
    Notice(Box<Misuse>),
    /// A notice of misuse was closed.
    NoticeClosed {
        /// Which.
        notice: NoticeId,
        /// How, as a word.
        how: &'static str,
    },
    /// Something is passed on about a person for the first time; the store seals the number.
    PassedOn {
        /// Who.
        subject: Subject,
    },
    /// A person stopped something that another gateway is to be told of.
    Stopped {
        /// Who.
        subject: SubjectKey,
        /// A relay of the consent that ended, which is told if it is a gateway; `None` for the home of the number.
        towards: Option<PartyId>,
        /// Whose asks.
        recipient: PartyId,
        /// What for.
        purpose: Purpose,
    },
    /// A legal hold.
    Hold {
        /// Its name.
        name: String,
        /// What it covers.
        held: Held,
        /// Why it was placed.
        why: String,
    },
    /// A legal hold that was lifted.
    HoldLifted {
        /// Its name.
        name: String,
    },
    /// A key of a person's board is no more.
    KeyRemoved {
        /// Whose.
        subject: SubjectKey,
        /// Its row.
        row: i64,
    },
    /// The public counts of a day.
    Counts {
        /// The day, `2026-11-22`.
        day: String,
        /// The signed document.
        document: String,
    },
    /// Everything about a person besides their entries and their count is wiped: questions, words, numbers, evidence, keys.
    Forget {
        /// Who.
        subject: SubjectKey,
    },
}

/// Everything that a batch writes, in one transaction or not at all.
#[derive(Debug)]
pub struct Writes {
    /// The journal's new entries, in order.
    pub entries: Arc<Vec<Entry>>,
    /// People whose facts changed.
    pub people: Vec<(SubjectKey, Person)>,
    /// What ended a permission.
    pub changes: Vec<(Leaf, Scope)>,
    /// Proofs and assertions that are now used.
    pub spent: Vec<ReplayKey>,
    /// Rows that no decision reads.
    pub cold: Vec<Cold>,
    /// Entries that lose their parts: each shell takes its entry's place.
    pub erased: Vec<Shell>,
    /// The hashes of the new leaves, in order.
    pub leaves: Vec<Hash>,
    /// The new head.
    pub head: Head,
    /// The signed checkpoint of the new head; `None` if the batch added no entry.
    pub checkpoint: Option<Arc<str>>,
}

/// How a transaction ended when it did not end well.
#[derive(Debug)]
pub enum StoreError {
    /// Nothing was written.
    Failed(String),
    /// It may or may not have been written; nothing may be released.
    Unknown(String),
    /// The store's content contradicts itself.
    Corrupt(String),
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(why) => write!(f, "the store wrote nothing: {why}"),
            Self::Unknown(why) => write!(f, "the store does not say whether it wrote: {why}"),
            Self::Corrupt(why) => write!(f, "the store contradicts itself: {why}"),
        }
    }
}

impl std::error::Error for StoreError {}

/// The body of a transaction: from the locked head, the time, and the facts to what is to be written. It may be called
/// again when the transaction is retried.
pub type Body<'a> = dyn FnMut(&Head, Timestamp, Facts) -> Writes + 'a;

/// A database behind the journal.
pub trait Store: Send {
    /// Locks the head, reads the clock (never before the head's time) and what `needs` names, with the people also the
    /// parties behind them ([`Person::parties`]), calls `body`, writes what it returns, and makes it durable. `Ok` promises
    /// durability.
    ///
    /// # Errors
    /// `Failed` promises that nothing was written; `Unknown` promises nothing.
    fn transact(&mut self, name: &'static str, needs: &Needs, body: &mut Body<'_>) -> Result<(), StoreError>;

    /// The head, unlocked: for start-up.
    ///
    /// # Errors
    /// When it cannot be read.
    fn head(&mut self) -> Result<Head, StoreError>;

    /// The full tiles of a level from index `from` on, at most `limit` of them, in order, each of 256 hashes: for start-up,
    /// which believes none of them.
    ///
    /// # Errors
    /// When they cannot be read.
    fn tiles(&mut self, level: u8, from: u64, limit: usize) -> Result<Vec<Vec<Hash>>, StoreError>;

    /// What stands at the leaves from `from` on, at most `limit` of them, in order: for start-up and verification.
    ///
    /// # Errors
    /// When they cannot be read.
    fn kept(&mut self, from: Leaf, limit: usize) -> Result<Vec<Kept>, StoreError>;
}
