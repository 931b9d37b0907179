//! All that a decision may look at, read in the transaction that decides.

mod passed;

pub use passed::{PASSED_MAX, Passed, Passing};

use std::collections::{HashMap, HashSet};

use crate::event::{CALLS_MAX, Call, EVENTS_MAX, EVENTS_OF_ONE_MAX, Event, EventKey, LineKey};
use crate::id::{AccountId, ConsentId, NoticeId, PartyId};
use crate::journal::Leaf;
use crate::party::{ReplayKey, Standing};
use crate::permission::consent::{Consent, Life};
use crate::purpose::Purpose;
use crate::subject::SubjectKey;
use crate::time::{Span, Timestamp};

/// So many consents are kept at hand for one person; ended ones make room for new ones.
pub const CONSENTS_MAX: usize = 16;

/// What is known of one person.
#[derive(Clone, Default, PartialEq, Debug)]
pub struct Person {
    /// How many entries bear this person's count.
    pub count: u64,
    /// The latest of them.
    pub last_leaf: Option<Leaf>,
    /// Consents and open questions, oldest first.
    pub consents: Vec<Consent>,
    /// Whether the person has paused everything: what was agreed stays agreed, and nothing is answered.
    pub paused: bool,
    /// The parties for which alone the person has paused, no more than [`PAUSED_FOR_MAX`].
    pub paused_for: Vec<PartyId>,
    /// Whether nobody may ask.
    pub never: Option<Never>,
    /// When questions were put within the last day, oldest first.
    pub questions: Vec<Timestamp>,
    /// Whose questions were answered with no, or not at all, and when, oldest first, no more than [`NOES_MAX`].
    pub noes: Vec<(PartyId, Timestamp)>,
    /// How many asks were covered within the day, over all parties.
    pub day: Day,
    /// When the number last got another SIM.
    pub sim_changed: Option<Timestamp>,
    /// Whether the tenure ended: the number is somebody else's now, and nothing more happens here.
    pub ended: bool,
    /// What the line is to its carrier.
    pub line: Line,
    /// Whether the operator suspended everything about the person.
    pub suspended: bool,
    /// What is known to happen, oldest first, no more than [`EVENTS_MAX`].
    pub events: Vec<Event>,
    /// The calls that the carrier says are going on, no more than [`CALLS_MAX`].
    pub calls: Vec<Call>,
    /// What was passed on to the gateway that is home to the number, and whether it still is; no more than [`PASSED_MAX`].
    pub passed: Vec<Passed>,
}

/// So many parties can be paused one by one.
pub const PAUSED_FOR_MAX: usize = 32;
/// So many noes are remembered.
pub const NOES_MAX: usize = 16;
/// So many questions of a day are remembered; no policy may allow more.
pub const QUESTIONS_MAX: usize = 200;
const DAY: Span = Span::seconds(86_400);

/// A standing *never*: nobody may ask this person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Never {
    /// It stands.
    Stands {
        /// Since when.
        since: Timestamp,
    },
    /// The phone lifted it; it still stands until the delay is over.
    Lifting {
        /// Since when it stood.
        since: Timestamp,
        /// When it ends.
        at: Timestamp,
    },
}

/// What a line is to its carrier.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Line {
    /// A person's phone; so is every line that no carrier has called a machine's.
    #[default]
    Personal,
    /// A device without a person: a tracker, a parcel.
    Machine {
        /// Who holds the account.
        account: AccountId,
    },
}

/// A count over a day that begins with its first ask.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Day {
    /// When it began.
    pub from: Option<Timestamp>,
    /// How many asks it has.
    pub asks: u32,
}

impl Day {
    /// How many asks the day has by now.
    #[must_use]
    pub fn asks(self, now: Timestamp) -> u32 {
        match self.from {
            Some(from) if now < from.after(DAY) => self.asks,
            _ => 0,
        }
    }

    fn spend(&mut self, now: Timestamp) {
        let asks = self.asks(now);
        if asks == 0 {
            self.from = Some(now);
        }
        self.asks = asks.saturating_add(1);
    }

    /// Gives back an ask that was made at `asked`, if it was in this day.
    fn give_back(&mut self, asked: Timestamp) {
        if self.from.is_some_and(|from| asked >= from) {
            self.asks = self.asks.saturating_sub(1);
        }
    }
}

impl Person {
    /// The consent with this id.
    #[must_use]
    pub fn consent(&self, id: ConsentId) -> Option<&Consent> {
        self.consents.iter().find(|consent| consent.id == id)
    }

    /// Whether nobody may ask this person now.
    #[must_use]
    pub fn forbids_questions(&self, now: Timestamp) -> bool {
        match self.never {
            Some(Never::Stands { .. }) => true,
            Some(Never::Lifting { at, .. }) => now < at,
            None => false,
        }
    }

    /// Whether nothing is answered to this party for now.
    #[must_use]
    pub fn is_paused_for(&self, party: PartyId) -> bool {
        self.paused || self.paused_for.contains(&party)
    }

    /// The parties on whose standing it hangs what this person's asks and answers come to: who told of events, and whose
    /// questions are open.
    pub fn parties(&self) -> impl Iterator<Item = PartyId> {
        let sources = self.events.iter().map(|event| event.source);
        let open = self
            .consents
            .iter()
            .filter(|consent| matches!(consent.life, Life::Asked { .. }));
        sources.chain(open.map(|consent| consent.recipient))
    }

    /// Counts a question that is put.
    pub fn count_question(&mut self, now: Timestamp) {
        self.questions.retain(|at| *at > now.before(DAY));
        if self.questions.len() >= QUESTIONS_MAX {
            self.questions.remove(0);
        }
        self.questions.push(now);
    }

    /// How many questions were put within the last day.
    #[must_use]
    pub fn questions_today(&self, now: Timestamp) -> usize {
        self.questions.iter().filter(|at| **at > now.before(DAY)).count()
    }

    /// Remembers a no to a party's question. Silence is one too.
    pub fn remember_no(&mut self, party: PartyId, at: Timestamp) {
        self.noes.retain(|(other, _)| *other != party);
        if self.noes.len() >= NOES_MAX {
            self.noes.remove(0);
        }
        self.noes.push((party, at));
    }

    /// Whether the person said no to this party's question less than `span` ago.
    #[must_use]
    pub fn said_no_within(&self, span: Span, party: PartyId, now: Timestamp) -> bool {
        self.noes
            .iter()
            .any(|(other, at)| *other == party && *at > now.before(span))
    }

    /// Counts one ask of a consent, for the consent and for the day.
    pub fn spend(&mut self, consent: ConsentId, now: Timestamp) -> Option<&mut Consent> {
        self.day.spend(now);
        let consent = self.consents.iter_mut().find(|other| other.id == consent)?;
        consent.spend(now);
        Some(consent)
    }

    /// Gives back one ask, made at `asked`, because no source was contacted for it.
    pub fn give_back(&mut self, consent: Option<ConsentId>, asked: Timestamp) {
        self.day.give_back(asked);
        if let Some(consent) = self.consents.iter_mut().find(|other| Some(other.id) == consent) {
            consent.give_back(asked);
        }
    }

    /// The event with this key.
    #[must_use]
    pub fn event(&self, key: EventKey) -> Option<&Event> {
        self.events.iter().find(|event| event.key == key)
    }

    /// Adds an event, or what its source tells of it now: until when, and how often; what was used of it stays used.
    /// `false` if its name is another's, if it would be another event under the same name, or if the person has too many.
    pub fn tell_event(&mut self, mut event: Event, now: Timestamp) -> bool {
        self.events.retain(|old| now < old.until);
        if let Some(old) = self.events.iter_mut().find(|old| old.key == event.key) {
            let same = (old.source, old.recipient, old.kind, old.line)
                == (event.source, event.recipient, event.kind, event.line);
            if same {
                event.used = old.used;
                *old = event;
            }
            return same;
        }
        // What was agreed to for an event that is over is not agreed to for another of its name.
        let bound = self.consents.iter().any(|consent| consent.event == Some(event.key));
        let of_its_source = self.events.iter().filter(|old| old.source == event.source).count();
        if bound || self.events.len() >= EVENTS_MAX || of_its_source >= EVENTS_OF_ONE_MAX {
            return false;
        }
        self.events.push(event);
        true
    }

    /// Adds a call that goes on; `false` if it is known, or over.
    pub fn begin_call(&mut self, call: Call, now: Timestamp) -> bool {
        self.calls.retain(|old| now < old.until);
        if self.calls.iter().any(|old| old.key == call.key) {
            return false;
        }
        if self.calls.len() >= CALLS_MAX {
            let over = self.calls.iter().position(|old| old.over);
            self.calls.remove(over.unwrap_or_default());
        }
        self.calls.push(call);
        true
    }

    /// Ends a call, also one that nobody has told of yet: the call as it was, if it went on.
    pub fn end_call(&mut self, key: EventKey, until: Timestamp, now: Timestamp) -> Option<Call> {
        self.calls.retain(|old| now < old.until);
        let known = self.calls.iter_mut().find(|call| call.key == key);
        let Some(call) = known else {
            let line = LineKey::from_bytes([0; 16]);
            let over = true;
            let _unknown = self.begin_call(Call { key, line, until, over }, now);
            return None;
        };
        let ended = (!call.over).then_some(*call);
        call.over = true;
        ended
    }

    /// Whether the carrier confirms an event: a call that goes on with the number that the event names.
    #[must_use]
    pub fn confirms(&self, event: &Event, now: Timestamp) -> bool {
        self.calls
            .iter()
            .any(|call| !call.over && Some(call.line) == event.line && now < call.until)
    }

    /// Adds a question, dropping the oldest consent that is over when the person has too many, be it with its event;
    /// `false` when all are alive, or must seem so.
    pub fn add(&mut self, consent: Consent, now: Timestamp) -> bool {
        if self.consents.len() >= CONSENTS_MAX {
            let goes_on = |key| self.event(key).is_some_and(|event| now < event.until);
            let is_over = |old: &Consent| match old.life {
                Life::Given { .. } => old.event.is_some_and(|key| !goes_on(key)),
                life => life.is_over() && !old.seems_given(now),
            };
            let Some(over) = self.consents.iter().position(is_over) else {
                return false;
            };
            self.consents.remove(over);
        }
        self.consents.push(consent);
        true
    }
}

/// What a change ends, or a pause suspends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    /// One consent.
    Consent(ConsentId),
    /// Everything that one party may do.
    Party(PartyId),
    /// Everything about one person, who paused it.
    Person(SubjectKey),
    /// What one person agreed to with one party, which the person paused.
    Pair(SubjectKey, PartyId),
    /// Everything that one party may do for one purpose.
    Programme(PartyId, Purpose),
    /// What rests on one event of one person.
    Event(SubjectKey, EventKey),
    /// Everything about one person, whom the operator suspended.
    Suspended(SubjectKey),
}

/// The facts of a batch; kept true for the next item while the batch is decided.
#[derive(Default, Debug)]
pub struct Facts {
    /// The people asked about; somebody never heard of is absent.
    pub people: HashMap<SubjectKey, Person>,
    /// The parties that ask.
    pub parties: HashMap<PartyId, Standing>,
    /// Proofs and assertions that were used before.
    pub spent: HashSet<ReplayKey>,
    /// Everything that ended a permission, by its leaf, oldest first.
    pub changes: Vec<(Leaf, Scope)>,
    /// The legal holds that stand.
    pub holds: Vec<Hold>,
    /// Those of the wanted entries that were not erased.
    pub whole: HashSet<Leaf>,
    /// Those of the wanted notices of misuse that are open.
    pub notices: HashSet<NoticeId>,
}

/// A legal hold: what it covers is not erased while it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hold {
    /// Its name.
    pub name: String,
    /// What it covers.
    pub held: Held,
}

/// What a legal hold covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Held {
    /// The whole journal.
    Everything,
    /// What is about one person.
    Subject(SubjectKey),
    /// What one party asked, and was told.
    Party(PartyId),
}

/// What a batch wants to know.
#[derive(Default, Debug)]
pub struct Needs {
    /// People.
    pub people: Vec<SubjectKey>,
    /// Parties.
    pub parties: Vec<PartyId>,
    /// Proofs and assertions.
    pub proofs: Vec<ReplayKey>,
    /// Changes after this leaf; `None` for none.
    pub changes_after: Option<Leaf>,
    /// Whether the legal holds are wanted.
    pub holds: bool,
    /// Entries, of which only whether they are there is wanted.
    pub entries: Vec<Leaf>,
    /// Notices of misuse, of which only whether they are open is wanted.
    pub notices: Vec<NoticeId>,
}
