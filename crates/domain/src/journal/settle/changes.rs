//! What can change besides asks and answers.

use std::sync::Arc;

use super::mint::Word;
use super::notices::Notice;
use crate::facts::{Held, Line, Needs};
use crate::id::{AccountId, ConsentId, PartyId};
use crate::journal::entry::Entry;
use crate::number::Msisdn;
use crate::party::Caller;
use crate::permission::evidence::Signed;
use crate::permission::terms::Terms;
use crate::purpose::Purpose;
use crate::subject::{Subject, SubjectKey};
use crate::time::Timestamp;

/// A change of permissions or parties. None of them lets a party make a consent *given*: that takes a phone's checked
/// signature, or a text message from the number itself.
#[derive(Debug)]
pub enum Change {
    /// A recipient asks for a consent: the question is put to the person.
    Put {
        /// Who asks.
        caller: Caller,
        /// Whom.
        subject: Subject,
        /// What they may agree to.
        terms: Box<Terms>,
        /// The exact words that the terms' hash is of.
        words: Words,
        /// The keyed hash of the link.
        link: [u8; 16],
        /// When the question lapses.
        until: Timestamp,
        /// Whether the party asked for itself. If somebody only used an address of its, what becomes of the question is
        /// not held against it until the code from the text was entered.
        vouched: bool,
    },
    /// The phone that opened the texted link signed the terms.
    Agree {
        /// Who.
        subject: SubjectKey,
        /// The checked signature.
        signed: Box<Signed>,
        /// What is texted if this makes it given, and it repeats or lasts longer than a day.
        confirmation: Option<Confirmation>,
    },
    /// Somebody who opened a page that a party sent them to enters the code that was texted to the number.
    Open {
        /// Whose page it would be.
        subject: SubjectKey,
        /// Which question it would show.
        consent: ConsentId,
        /// The six digits.
        code: String,
    },
    /// The time of an open question is over, or it cannot reach the person.
    Close {
        /// Whom it was put to.
        subject: SubjectKey,
        /// The question.
        consent: ConsentId,
        /// Why.
        why: Closing,
    },
    /// An account holder agreed for one machine line. The question was never put to the line: nobody is there.
    AgreeForLine {
        /// The line.
        subject: Subject,
        /// Whose passkey signed.
        account: AccountId,
        /// The checked signature.
        signed: Box<Signed>,
        /// The words that the terms' hash is of.
        words: String,
        /// The keyed hash of the link.
        link: [u8; 16],
    },
    /// The person said no on the page.
    Refuse {
        /// Who.
        subject: SubjectKey,
        /// To what.
        consent: ConsentId,
    },
    /// The person withdrew on the page.
    Withdraw {
        /// Who.
        subject: SubjectKey,
        /// What.
        consent: ConsentId,
    },
    /// A text message came from the number, through the home's own bind.
    Reply {
        /// Who.
        subject: SubjectKey,
        /// What it says.
        word: Word,
    },
    /// The person pauses one party on their board, or lifts that pause.
    PauseParty {
        /// Who.
        subject: SubjectKey,
        /// Which party.
        party: PartyId,
        /// Whether it is paused from now on.
        paused: bool,
    },
    /// The carrier says that the number has another SIM.
    SimChanged {
        /// Whose.
        subject: SubjectKey,
    },
    /// The carrier says that the number is somebody else's now.
    EndTenure {
        /// Who had it.
        subject: SubjectKey,
        /// The keyed name of the number, whoever has it.
        number: [u8; 16],
        /// The number of the tenure that begins.
        tenure: u32,
    },
    /// The carrier says what a line is.
    AttestLine {
        /// The line.
        subject: SubjectKey,
        /// What it is.
        line: Line,
    },
    /// Another policy is in force from now on.
    Policy {
        /// Its whole text.
        text: String,
    },
    /// A party is enrolled.
    Enrol {
        /// The party.
        party: PartyId,
        /// The name of its client.
        client: String,
        /// Its record: keys and names, as JSON.
        record: String,
        /// What it is approved for.
        purposes: Vec<Purpose>,
    },
    /// A party's keys change, at once or later; its new record says which. Nothing else of the record does.
    Rekey {
        /// The party.
        party: PartyId,
        /// Its new record.
        record: String,
        /// SHA-256 of the record that the new one was made from.
        replaces: [u8; 32],
    },
    /// A party is suspended, or no longer.
    Suspend {
        /// The party.
        party: PartyId,
        /// Whether it now is.
        suspended: bool,
    },
    /// An ask that a crash left open is closed.
    Abandon(Box<Entry>),
    /// Reports about positions came that were dropped: an entry that is about nobody, since nobody looked inside.
    DropReports {
        /// The source whose ask they named, if they named one.
        source: Option<Arc<str>>,
        /// Why, as a stable word.
        why: &'static str,
        /// How many.
        count: u64,
    },
    /// Something that no decision reads is written down.
    Notice(Box<Notice>),
    /// A legal hold is placed.
    PlaceHold {
        /// Its name.
        name: String,
        /// What it covers.
        held: Held,
        /// Why.
        why: String,
    },
    /// A legal hold is lifted.
    LiftHold {
        /// Its name.
        name: String,
    },
    /// Entries lose their parts, unless a hold covers one of them.
    Erase {
        /// Whose they all are; `None` for entries whose time is over, whosever they are.
        subject: Option<SubjectKey>,
        /// The entries, at most [`super::ERASED_MAX`].
        entries: Vec<Entry>,
        /// Whether they are the person's last: what was agreed to ends, and all else that is kept about them is wiped.
        last: bool,
        /// `asked` by the person, or `retention`.
        why: &'static str,
    },
    /// A person's permissions come from a backup: they are paused, and the person is told.
    PauseRestored {
        /// Who.
        subject: SubjectKey,
        /// What they are told.
        text: Option<Confirmation>,
    },
}

/// The words of a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Words {
    /// The words.
    pub text: String,
    /// Whether they are texted to the number. The page of a visitor who tries the gateway shows them itself.
    pub texted: bool,
}

impl Words {
    /// Words that are texted.
    #[must_use]
    pub const fn texted(text: String) -> Self {
        Self { text, texted: true }
    }
}

/// A text that confirms a consent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Confirmation {
    /// To whom.
    pub to: Msisdn,
    /// The words.
    pub words: String,
    /// After this it is not worth sending.
    pub until: Timestamp,
}

/// Why an open question is closed without an answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    /// Nobody answered in time. Silence counts as no.
    Silence,
    /// The text cannot be delivered.
    Undelivered,
}

impl Closing {
    /// The reason's word in the journal.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Silence => "silence",
            Self::Undelivered => "undelivered",
        }
    }
}

impl Change {
    /// Adds what this change wants to know.
    pub(super) fn needs(&self, needs: &mut Needs) {
        match self {
            Self::Put { caller, subject, .. } => {
                needs.people.push(subject.key);
                needs.parties.push(caller.party());
                needs.proofs.extend(caller.proof());
            }
            Self::Agree { subject, .. }
            | Self::Refuse { subject, .. }
            | Self::Withdraw { subject, .. }
            | Self::Reply { subject, .. }
            | Self::Open { subject, .. }
            | Self::Close { subject, .. }
            | Self::PauseParty { subject, .. }
            | Self::SimChanged { subject }
            | Self::EndTenure { subject, .. }
            | Self::AttestLine { subject, .. }
            | Self::PauseRestored { subject, .. } => needs.people.push(*subject),
            Self::Notice(notice) => needs.people.extend(notice.subject()),
            Self::PlaceHold { .. } | Self::LiftHold { .. } => needs.holds = true,
            Self::Erase { subject, entries, .. } => {
                needs.holds = true;
                needs.entries.extend(entries.iter().map(|entry| entry.leaf));
                needs.people.extend(*subject);
            }
            Self::AgreeForLine { subject, signed, .. } => {
                needs.people.push(subject.key);
                needs.parties.push(signed.terms().recipient);
            }
            Self::Enrol { party, .. } | Self::Rekey { party, .. } | Self::Suspend { party, .. } => {
                needs.parties.push(*party)
            }
            Self::Abandon(_) | Self::DropReports { .. } | Self::Policy { .. } => {}
        }
    }
}
