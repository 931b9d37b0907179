//! What can change besides asks and answers.

mod needs;

use std::sync::Arc;

use super::mint::Word;
use super::misuse::{HowClosed, Misuse};
use super::notices::Notice;
use super::passing::StopTold;
use crate::event::{Call, Event, EventKey};
use crate::facts::{Held, Line};
use crate::id::{AccountId, ConsentId, NoticeId, PartyId};
use crate::journal::entry::Entry;
use crate::journal::tree::Hash;
use crate::number::Msisdn;
use crate::party::{Caller, Ending, ReplayKey};
use crate::permission::evidence::Signed;
use crate::permission::terms::Terms;
use crate::programme::Programme;
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
        /// Whether another gateway is home to the number: only the home asks its people, so the question is held back.
        elsewhere: bool,
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
        programmes: Vec<Programme>,
        /// The thumbprint of the key that its answers are sealed to, if it has one.
        seal: Option<Hash>,
    },
    /// A party is approved for other programmes, as its new record says.
    Reapprove {
        /// The party.
        party: PartyId,
        /// Its new record.
        record: String,
        /// SHA-256 of the record that the new one was made from.
        replaces: [u8; 32],
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
        /// Why, as a stable word.
        why: Option<&'static str>,
    },
    /// One programme of a party is suspended, or no longer.
    SuspendProgramme {
        /// The party.
        party: PartyId,
        /// The programme's purpose.
        purpose: Purpose,
        /// Whether it now is.
        suspended: bool,
        /// Why, as a stable word.
        why: Option<&'static str>,
    },
    /// The operator suspends everything about a person, or lifts that.
    SuspendPerson {
        /// Who.
        subject: SubjectKey,
        /// Whether they now are.
        suspended: bool,
    },
    /// The agreement with a party ends.
    EndAgreement {
        /// The party.
        party: PartyId,
        /// When, and for which purposes it goes on.
        ending: Ending,
    },
    /// A source tells of an event that is live.
    OpenEvent {
        /// Whose phone it is about.
        subject: SubjectKey,
        /// The event.
        event: Box<Event>,
        /// The use-up of what told of it.
        proofs: Vec<ReplayKey>,
    },
    /// A source tells that its event is over.
    EndEvent {
        /// Whose phone it was about.
        subject: SubjectKey,
        /// Who told of it.
        source: PartyId,
        /// The event.
        event: EventKey,
        /// The use-up of what told of it.
        proofs: Vec<ReplayKey>,
    },
    /// The carrier says that a call goes on.
    BeginCall {
        /// Whose phone.
        subject: SubjectKey,
        /// The call.
        call: Call,
    },
    /// The carrier says that a call is over.
    EndCall {
        /// Whose phone.
        subject: SubjectKey,
        /// The carrier's name of it.
        call: EventKey,
        /// Until then nothing of this name begins any more.
        until: Timestamp,
    },
    /// A person stops what a party may ask where another gateway is home to their number: nothing is passed on.
    StopPassing {
        /// Who.
        subject: SubjectKey,
        /// The party.
        party: PartyId,
        /// What for.
        purpose: Purpose,
    },
    /// Another gateway tells that a person stopped something at its end.
    HearStop(Box<StopTold>),
    /// A documented notice of misuse came.
    ReceiveNotice {
        /// The notice.
        notice: Box<Misuse>,
        /// The use-up of what brought it.
        proofs: Vec<ReplayKey>,
    },
    /// A notice of misuse is closed.
    CloseNotice {
        /// Which.
        notice: NoticeId,
        /// The party that it is about, and the programme if it is about one alone.
        about: (PartyId, Option<Purpose>),
        /// How.
        how: HowClosed,
    },
    /// A party attests that it deleted what it received.
    AttestDeletion {
        /// The party.
        party: PartyId,
        /// Whatever it received until then.
        until: Timestamp,
        /// SHA-256 of the signed statement.
        statement: [u8; 32],
        /// The use-up of what brought it.
        proofs: Vec<ReplayKey>,
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
