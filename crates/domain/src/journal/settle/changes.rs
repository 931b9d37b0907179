//! What can change besides asks and answers.

use std::sync::Arc;

use super::mint::Word;
use crate::facts::Needs;
use crate::id::{ConsentId, PartyId};
use crate::journal::entry::Entry;
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
        /// The exact words of the text message.
        words: String,
        /// The keyed hash of the link.
        link: [u8; 16],
        /// When the question lapses.
        until: Timestamp,
    },
    /// The phone that opened the texted link signed the terms.
    Agree {
        /// Who.
        subject: SubjectKey,
        /// The checked signature.
        signed: Box<Signed>,
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
            | Self::Reply { subject, .. } => needs.people.push(*subject),
            Self::Enrol { party, .. } | Self::Rekey { party, .. } | Self::Suspend { party, .. } => {
                needs.parties.push(*party)
            }
            Self::Abandon(_) | Self::DropReports { .. } => {}
        }
    }
}
