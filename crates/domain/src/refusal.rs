//! Why an ask is not answered: a closed list of true reasons, and the few things that an outsider may see of them.

mod chain;

pub use chain::{Bound, Carriage};

use crate::id::ConsentId;
use crate::permission::terms::Origin;
use crate::purpose::Purpose;

/// The true reason, for the journal and the subscriber.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The proof or assertion was used before.
    Replayed,
    /// The caller is not the recipient that the ask names.
    NotTheRecipient,
    /// The party is not enrolled any more.
    PartyUnknown,
    /// The operator suspended the party.
    PartySuspended,
    /// Something is wrong with a signed ask, or with who carries it.
    Carriage(Carriage),
    /// The party's programme does not allow it.
    Programme(Bound),
    /// The operator suspended everything about the person.
    PersonSuspended,
    /// The consent does not name a relay that the ask came through.
    RelayNotAgreed(ConsentId),
    /// The recipient's key is not the one that the person agreed to, nor its successor.
    KeyNotPinned(ConsentId),
    /// The event that the consent is bound to is over.
    EventOver(ConsentId),
    /// The party is not approved for the purpose.
    PurposeNotApproved(Purpose),
    /// The purpose is always refused.
    PurposeForbidden(Purpose),
    /// The purpose needs something that this gateway cannot verify yet.
    PurposeUnavailable(Purpose),
    /// A sandbox was asked about a number that is not reserved.
    NumberNotReserved,
    /// There is no permission that names this recipient and purpose.
    NoPermission,
    /// The question has not been answered yet.
    NotAnswered(ConsentId),
    /// The person said no.
    SaidNo(ConsentId),
    /// The question lapsed without an answer.
    Lapsed(ConsentId),
    /// The person withdrew.
    Withdrawn(ConsentId),
    /// The consent ran out.
    Expired(ConsentId),
    /// Consent allows yes or no, and a place was asked for.
    YesNoOnly(ConsentId),
    /// The evidence is weaker than the policy now wants.
    EvidenceTooWeak(ConsentId),
    /// All asks of the consent were used.
    CountSpent(ConsentId),
    /// Too many asks within the hour or the day.
    TooOften(ConsentId),
    /// An area smaller than allowed was asked for.
    SurfaceTooFine(ConsentId),
    /// The circle is smaller than the purpose allows.
    CircleTooSmall(ConsentId),
    /// Too many different circles round one place.
    Probing(ConsentId),
    /// The person paused everything.
    Paused {
        /// What would have covered the ask.
        consent: ConsentId,
        /// Whose silence this must look like.
        origin: Origin,
    },
    /// The number changed hands, or got another SIM, since the person agreed.
    Void(ConsentId),
    /// The consent is not yet in force.
    NotYet(ConsentId),
    /// Outside the window or the weekly schedule that was agreed.
    OutsideSchedule(ConsentId),
    /// So many asks about one person are covered within a day, over all parties.
    CeilingReached(ConsentId),
    /// The person withdrew from somebody who must not notice.
    WithdrawnUnseen {
        /// What would have covered the ask.
        consent: ConsentId,
        /// Whose silence this must look like.
        origin: Origin,
    },
    /// The person allows nobody to ask.
    Never,
    /// The home of the number says that the person ended it there.
    EndedAtHome,
    /// The person paused or stopped here what another gateway would have been asked, and its recipient must not notice.
    StoppedUnseen,
    /// The number changed hands, and nothing is asked of who had it before.
    TenureEnded,
    /// The person has too many open questions.
    TooManyQuestions,
    /// The person was asked too many questions today.
    QuestionsSpent,
    /// The person said no to the same party, or nothing, not long ago.
    CoolingOff,
    /// The number got another SIM not long ago.
    SimChanged,
    /// The terms go beyond what the policy allows for the purpose.
    TermsTooWide(&'static str),
}

/// What an outsider may see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shown {
    /// The one fixed refusal.
    Denied,
    /// The credentials were not fresh.
    Unauthenticated,
    /// The permitted area is larger than was asked for.
    SurfaceNotMet,
    /// The circle is too small.
    CircleTooSmall,
    /// A phone that is off, as its source would say it.
    Off,
    /// A source that does not answer.
    Away,
}

impl Refusal {
    /// Whether a question is held back: its recipient must see one that nobody answers. It is for the person's sake, or
    /// would tell where the number is at home.
    #[must_use]
    pub const fn is_held_back(self) -> bool {
        matches!(
            self,
            Self::Never
                | Self::TenureEnded
                | Self::PersonSuspended
                | Self::TooManyQuestions
                | Self::QuestionsSpent
                | Self::CoolingOff
                | Self::SimChanged
                | Self::Carriage(Carriage::NotHome)
        )
    }

    /// What an outsider may see. Only a caller with a live permission sees anything but the fixed refusal.
    #[must_use]
    pub const fn shown(self) -> Shown {
        match self {
            Self::Replayed => Shown::Unauthenticated,
            Self::SurfaceTooFine(_) => Shown::SurfaceNotMet,
            Self::CircleTooSmall(_) => Shown::CircleTooSmall,
            Self::Paused { .. } | Self::WithdrawnUnseen { .. } => Shown::Off,
            Self::StoppedUnseen => Shown::Away,
            Self::NotTheRecipient
            | Self::PartyUnknown
            | Self::PartySuspended
            | Self::Carriage(_)
            | Self::Programme(_)
            | Self::PersonSuspended
            | Self::RelayNotAgreed(_)
            | Self::KeyNotPinned(_)
            | Self::EventOver(_)
            | Self::PurposeNotApproved(_)
            | Self::PurposeForbidden(_)
            | Self::PurposeUnavailable(_)
            | Self::NumberNotReserved
            | Self::NoPermission
            | Self::NotAnswered(_)
            | Self::SaidNo(_)
            | Self::Lapsed(_)
            | Self::Withdrawn(_)
            | Self::Expired(_)
            | Self::YesNoOnly(_)
            | Self::EvidenceTooWeak(_)
            | Self::CountSpent(_)
            | Self::TooOften(_)
            | Self::Probing(_)
            | Self::Void(_)
            | Self::NotYet(_)
            | Self::OutsideSchedule(_)
            | Self::CeilingReached(_)
            | Self::Never
            | Self::EndedAtHome
            | Self::TenureEnded
            | Self::TooManyQuestions
            | Self::QuestionsSpent
            | Self::CoolingOff
            | Self::SimChanged
            | Self::TermsTooWide(_) => Shown::Denied,
        }
    }

    /// A stable word for the journal, metrics and the sandbox.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Replayed => "replayed",
            Self::NotTheRecipient => "not-the-recipient",
            Self::PartyUnknown => "party-unknown",
            Self::PartySuspended => "party-suspended",
            Self::Carriage(carriage) => carriage.code(),
            Self::Programme(bound) => bound.code(),
            Self::PersonSuspended => "person-suspended",
            Self::RelayNotAgreed(_) => "relay-not-agreed",
            Self::KeyNotPinned(_) => "key-not-pinned",
            Self::EventOver(_) => "event-over",
            Self::PurposeNotApproved(_) => "purpose-not-approved",
            Self::PurposeForbidden(_) => "purpose-forbidden",
            Self::PurposeUnavailable(_) => "purpose-unavailable",
            Self::NumberNotReserved => "number-not-reserved",
            Self::NoPermission => "no-permission",
            Self::NotAnswered(_) => "not-answered",
            Self::SaidNo(_) => "said-no",
            Self::Lapsed(_) => "lapsed",
            Self::Withdrawn(_) => "withdrawn",
            Self::Expired(_) => "expired",
            Self::YesNoOnly(_) => "yes-no-only",
            Self::EvidenceTooWeak(_) => "evidence-too-weak",
            Self::CountSpent(_) => "count-spent",
            Self::TooOften(_) => "too-often",
            Self::SurfaceTooFine(_) => "surface-too-fine",
            Self::CircleTooSmall(_) => "circle-too-small",
            Self::Probing(_) => "probing",
            Self::Paused { .. } => "paused",
            Self::Void(_) => "void",
            Self::NotYet(_) => "not-yet",
            Self::OutsideSchedule(_) => "outside-schedule",
            Self::CeilingReached(_) => "ceiling-reached",
            Self::WithdrawnUnseen { .. } => "withdrawn-unseen",
            Self::Never => "never",
            Self::EndedAtHome => "ended-at-home",
            Self::StoppedUnseen => "stopped-unseen",
            Self::TenureEnded => "tenure-ended",
            Self::TooManyQuestions => "too-many-questions",
            Self::QuestionsSpent => "questions-spent",
            Self::CoolingOff => "cooling-off",
            Self::SimChanged => "sim-changed",
            Self::TermsTooWide(_) => "terms-too-wide",
        }
    }

    /// What a developer can do about it; shown in a sandbox only.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Replayed => "make a new proof with a new jti for each request",
            Self::NotTheRecipient => "ask with the recipient's own token",
            Self::PartyUnknown | Self::PartySuspended | Self::PersonSuspended => "talk to the operator of this gateway",
            Self::Carriage(carriage) => carriage.next_step(),
            Self::Programme(bound) => bound.next_step(),
            Self::PurposeNotApproved(_) | Self::PurposeForbidden(_) | Self::PurposeUnavailable(_) => {
                "use a purpose that your party is approved for"
            }
            Self::NumberNotReserved => "use a reserved number, such as +12025550100",
            Self::NoPermission
            | Self::SaidNo(_)
            | Self::Lapsed(_)
            | Self::Withdrawn(_)
            | Self::Expired(_)
            | Self::CountSpent(_)
            | Self::Void(_)
            | Self::WithdrawnUnseen { .. }
            | Self::RelayNotAgreed(_)
            | Self::KeyNotPinned(_)
            | Self::EventOver(_)
            | Self::EndedAtHome
            | Self::EvidenceTooWeak(_) => "ask for a consent: POST /wayleave/v1/consents",
            Self::NotAnswered(_) => "answer the question on the phone: open /phones",
            Self::YesNoOnly(_) => "use location-verification, or ask for a consent with precision AREA",
            Self::TooOften(_) => "wait; the consent allows no more asks for now",
            Self::SurfaceTooFine(_) => "leave out maxSurface, or ask for a larger one",
            Self::CircleTooSmall(_) => "use a larger circle",
            Self::Probing(_) => "ask about one circle with one radius; three radii round one place are answered a day",
            Self::Paused { .. } => "the person paused everything; reply RESUME on the phone: open /phones",
            Self::NotYet(_) => "wait until the consent takes effect",
            Self::OutsideSchedule(_) => "ask within the times that were agreed",
            Self::CeilingReached(_) => "wait; no more asks about this person are covered today",
            Self::Never | Self::StoppedUnseen => {
                "the person allows nobody to ask; reply ALLOW on the phone: open /phones"
            }
            Self::TenureEnded => "ask again: the number belongs to somebody else now",
            Self::QuestionsSpent => "wait until tomorrow; the person was asked often enough today",
            Self::CoolingOff => "wait; the person said no, or nothing, not long ago",
            Self::SimChanged => "wait; the phone got another SIM not long ago",
            Self::TooManyQuestions => "wait until the person has answered the open questions",
            Self::TermsTooWide(_) => "ask for terms within the policy of the purpose",
        }
    }

    /// The consent that the reason is about.
    #[must_use]
    pub const fn consent(self) -> Option<ConsentId> {
        match self {
            Self::NotAnswered(id)
            | Self::SaidNo(id)
            | Self::Lapsed(id)
            | Self::Withdrawn(id)
            | Self::Expired(id)
            | Self::YesNoOnly(id)
            | Self::RelayNotAgreed(id)
            | Self::KeyNotPinned(id)
            | Self::EventOver(id)
            | Self::EvidenceTooWeak(id)
            | Self::CountSpent(id)
            | Self::TooOften(id)
            | Self::SurfaceTooFine(id)
            | Self::CircleTooSmall(id)
            | Self::Probing(id)
            | Self::Void(id)
            | Self::NotYet(id)
            | Self::OutsideSchedule(id)
            | Self::CeilingReached(id)
            | Self::WithdrawnUnseen { consent: id, .. }
            | Self::Paused { consent: id, .. } => Some(id),
            Self::Replayed
            | Self::NotTheRecipient
            | Self::PartyUnknown
            | Self::PartySuspended
            | Self::Carriage(_)
            | Self::Programme(_)
            | Self::PersonSuspended
            | Self::PurposeNotApproved(_)
            | Self::PurposeForbidden(_)
            | Self::PurposeUnavailable(_)
            | Self::NumberNotReserved
            | Self::NoPermission
            | Self::Never
            | Self::EndedAtHome
            | Self::StoppedUnseen
            | Self::TenureEnded
            | Self::TooManyQuestions
            | Self::QuestionsSpent
            | Self::CoolingOff
            | Self::SimChanged
            | Self::TermsTooWide(_) => None,
        }
    }
}
