//! What an entry can record.

/// What an entry records.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An ask that is covered; a source may now be contacted.
    Asked,
    /// An ask that is not covered.
    Refused,
    /// An answer that may leave.
    Answered,
    /// An answer that may not leave, since its permission ended meanwhile.
    Withheld,
    /// No position came.
    Failed,
    /// A crash came between *asked* and its end.
    Abandoned,
    /// A question was put to a person.
    ConsentAsked,
    /// A question was not put.
    ConsentNotAsked,
    /// The person agreed.
    ConsentGiven,
    /// The person said no, or somebody guessed codes.
    ConsentRefused,
    /// The person withdrew.
    ConsentWithdrawn,
    /// An open question was closed: nobody answered in time, its text could not be delivered, or codes were guessed.
    ConsentLapsed,
    /// A consent ended since the number changed hands or got another SIM.
    ConsentVoid,
    /// The person paused everything, or one party.
    PersonPaused,
    /// The person lifted the pause.
    PersonResumed,
    /// The person allows nobody to ask.
    PersonNever,
    /// The person allows to be asked again, after a delay.
    PersonAllowed,
    /// The number got another SIM.
    SimChanged,
    /// The number changed hands: this person's entries end here.
    TenureEnded,
    /// The carrier said what the line is.
    LineAttested,
    /// Another policy is in force.
    PolicyChanged,
    /// A party was enrolled.
    PartyEnrolled,
    /// A party was suspended.
    PartySuspended,
    /// A party's suspension was lifted.
    PartyResumed,
    /// A party's keys were changed, or a change of them was called off; the record says from when.
    PartyKeys,
    /// Reports that no ask waited for, or that nobody who may wrote, were dropped.
    ReportDropped,
    /// Entries lost their parts: the person wanted it, or their time was over. Its totals keep counts right.
    Erased,
    /// A legal hold: what it covers is not erased.
    HoldPlaced,
    /// A legal hold was lifted.
    HoldLifted,
    /// Somebody who works for the operator looked at what is kept about this person.
    StaffLooked,
    /// An auditor had this person asked whether they agreed.
    AuditAsked,
    /// The public counts of a day were published.
    CountsPublished,
    /// The independent checker went through the journal.
    JournalChecked,
    /// The store was restored from a backup, under a new name.
    JournalRestored,
    /// A party asked about a number that nobody may ask about.
    CanaryAsked,
    /// A key of the person's board was added, took effect or was removed.
    PersonKey,
    /// The gateway was started although too few witnesses said that this journal is the whole one.
    StartedAlone,
    /// The operator suspended everything about the person.
    PersonSuspended,
    /// The operator lifted that.
    PersonReleased,
    /// A party is approved for other programmes.
    PartyApproved,
    /// The agreement with a party ends; the entry says when.
    PartyEnding,
    /// A party attested that it deleted what it received.
    DeletionAttested,
    /// A source told of an event that is live, or a carrier of a call that goes on.
    EventOpened,
    /// It is over.
    EventEnded,
    /// A documented notice of misuse came.
    NoticeReceived,
    /// It was closed: dismissed, acted upon, or by the clock, which suspends.
    NoticeClosed,
    /// Somebody presented a party's credential without the key that it is bound to.
    CredentialMisused,
    /// The person stopped what is passed on to the home of their number.
    PassingStopped,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 48] = [
        Self::Asked,
        Self::Refused,
        Self::Answered,
        Self::Withheld,
        Self::Failed,
        Self::Abandoned,
        Self::ConsentAsked,
        Self::ConsentNotAsked,
        Self::ConsentGiven,
        Self::ConsentRefused,
        Self::ConsentWithdrawn,
        Self::ConsentLapsed,
        Self::ConsentVoid,
        Self::PersonPaused,
        Self::PersonResumed,
        Self::PersonNever,
        Self::PersonAllowed,
        Self::SimChanged,
        Self::TenureEnded,
        Self::LineAttested,
        Self::PolicyChanged,
        Self::PartyEnrolled,
        Self::PartySuspended,
        Self::PartyResumed,
        Self::PartyKeys,
        Self::ReportDropped,
        Self::Erased,
        Self::HoldPlaced,
        Self::HoldLifted,
        Self::StaffLooked,
        Self::AuditAsked,
        Self::CountsPublished,
        Self::JournalChecked,
        Self::JournalRestored,
        Self::CanaryAsked,
        Self::PersonKey,
        Self::StartedAlone,
        Self::PersonSuspended,
        Self::PersonReleased,
        Self::PartyApproved,
        Self::PartyEnding,
        Self::DeletionAttested,
        Self::EventOpened,
        Self::EventEnded,
        Self::NoticeReceived,
        Self::NoticeClosed,
        Self::CredentialMisused,
        Self::PassingStopped,
    ];

    /// The kind's name in the entry.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Refused => "refused",
            Self::Answered => "answered",
            Self::Withheld => "withheld",
            Self::Failed => "failed",
            Self::Abandoned => "abandoned",
            Self::ConsentAsked => "consent-asked",
            Self::ConsentNotAsked => "consent-not-asked",
            Self::ConsentGiven => "consent-given",
            Self::ConsentRefused => "consent-refused",
            Self::ConsentWithdrawn => "consent-withdrawn",
            Self::ConsentLapsed => "consent-lapsed",
            Self::ConsentVoid => "consent-void",
            Self::PersonPaused => "person-paused",
            Self::PersonResumed => "person-resumed",
            Self::PersonNever => "person-never",
            Self::PersonAllowed => "person-allowed",
            Self::SimChanged => "sim-changed",
            Self::TenureEnded => "tenure-ended",
            Self::LineAttested => "line-attested",
            Self::PolicyChanged => "policy-changed",
            Self::PartyEnrolled => "party-enrolled",
            Self::PartySuspended => "party-suspended",
            Self::PartyResumed => "party-resumed",
            Self::PartyKeys => "party-keys",
            Self::ReportDropped => "report-dropped",
            Self::Erased => "erased",
            Self::HoldPlaced => "hold-placed",
            Self::HoldLifted => "hold-lifted",
            Self::StaffLooked => "staff-looked",
            Self::AuditAsked => "audit-asked",
            Self::CountsPublished => "counts-published",
            Self::JournalChecked => "journal-checked",
            Self::JournalRestored => "journal-restored",
            Self::CanaryAsked => "canary-asked",
            Self::PersonKey => "person-key",
            Self::StartedAlone => "started-alone",
            Self::PersonSuspended => "person-suspended",
            Self::PersonReleased => "person-released",
            Self::PartyApproved => "party-approved",
            Self::PartyEnding => "party-ending",
            Self::DeletionAttested => "deletion-attested",
            Self::EventOpened => "event-opened",
            Self::EventEnded => "event-ended",
            Self::NoticeReceived => "notice-received",
            Self::NoticeClosed => "notice-closed",
            Self::CredentialMisused => "credential-misused",
            Self::PassingStopped => "passing-stopped",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
