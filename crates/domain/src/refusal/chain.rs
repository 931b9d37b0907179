//! Reasons that lie with who carries an ask, and with what a party's programme allows. An outsider sees none of them.

/// What is wrong with a signed ask, or with who carries it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carriage {
    /// The party that the ask names did not sign it.
    NotSigned,
    /// The number in it was sealed for somebody else's ask.
    SubjectNotOwn,
    /// It was made for another gateway.
    WrongAudience,
    /// It is too old, lives too long, or is from the future.
    Stale,
    /// The party that signed it may not sign asks here.
    NotApproved,
    /// It was brought for another purpose than its recipient signed.
    OtherPurpose,
    /// Who brought it is not among the relays that it names.
    RelayNotNamed,
    /// It names a relay that is not enrolled here, or not for the purpose.
    RelayUnknown,
    /// It names a relay that is suspended, or whose agreement has ended.
    RelaySuspended,
    /// Another gateway is home to the number, and only signed asks go there.
    NotHome,
}

impl Carriage {
    /// Every reason.
    pub const ALL: [Self; 10] = [
        Self::NotSigned,
        Self::SubjectNotOwn,
        Self::WrongAudience,
        Self::Stale,
        Self::NotApproved,
        Self::OtherPurpose,
        Self::RelayNotNamed,
        Self::RelayUnknown,
        Self::RelaySuspended,
        Self::NotHome,
    ];

    /// A stable word for the journal, metrics and the sandbox.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotSigned => "not-signed",
            Self::SubjectNotOwn => "subject-not-own",
            Self::WrongAudience => "wrong-audience",
            Self::Stale => "stale",
            Self::NotApproved => "not-approved",
            Self::OtherPurpose => "other-purpose",
            Self::RelayNotNamed => "relay-not-named",
            Self::RelayUnknown => "relay-unknown",
            Self::RelaySuspended => "relay-suspended",
            Self::NotHome => "not-home",
        }
    }

    /// What a developer can do about it; shown in a sandbox only.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::NotSigned => "let the recipient sign the ask with a key that it enrolled here",
            Self::SubjectNotOwn => "seal the number for the ask of the party that signs it",
            Self::WrongAudience => "make the ask for the gateway that it is sent to",
            Self::Stale => "make a new ask; one lives no longer than 60 seconds",
            Self::NotApproved => "let the operator approve the recipient for signed asks",
            Self::OtherPurpose => "bring the ask under a token for the purpose that it is signed for",
            Self::RelayNotNamed => "name every relay in the ask, the one that brings it too",
            Self::RelayUnknown | Self::RelaySuspended => "send the ask through a relay that is in good standing here",
            Self::NotHome => "use a signed ask: POST /wayleave/v1/asks",
        }
    }
}

/// What a party's programme does not allow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bound {
    /// The programme is suspended; or it was ended or narrowed while the source was asked.
    Suspended,
    /// The agreement with the party has ended.
    Ended,
    /// The agreement with the party ends, and it may ask nobody for a consent any more.
    Ending,
    /// The number is none that the programme may ask about.
    OutsideRegion,
    /// The programme has no room for another ask within the hour.
    HourSpent,
    /// There is no event of the wanted kind that is live, of this phone, and for this party.
    NoEvent,
    /// So many asks as the event allows were used.
    EventSpent,
    /// The carrier does not confirm the event.
    EventUnconfirmed,
}

impl Bound {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::Suspended,
        Self::Ended,
        Self::Ending,
        Self::OutsideRegion,
        Self::HourSpent,
        Self::NoEvent,
        Self::EventSpent,
        Self::EventUnconfirmed,
    ];

    /// A stable word for the journal, metrics and the sandbox.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Suspended => "programme-suspended",
            Self::Ended => "agreement-ended",
            Self::Ending => "agreement-ending",
            Self::OutsideRegion => "outside-region",
            Self::HourSpent => "programme-hour-spent",
            Self::NoEvent => "no-event",
            Self::EventSpent => "event-spent",
            Self::EventUnconfirmed => "event-unconfirmed",
        }
    }

    /// What a developer can do about it; shown in a sandbox only.
    #[must_use]
    pub const fn next_step(self) -> &'static str {
        match self {
            Self::Suspended | Self::Ended | Self::Ending => "talk to the operator of this gateway",
            Self::OutsideRegion => "ask about a number that your programme is approved for",
            Self::HourSpent => "wait; your programme allows no more asks within the hour",
            Self::NoEvent => "let the event's source tell of it first: POST /wayleave/v1/events",
            Self::EventSpent => "wait for another event; this one allows no more asks",
            Self::EventUnconfirmed => "ask while the carrier says that the call goes on",
        }
    }
}
