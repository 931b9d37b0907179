//! A small world: two parties, a few people, a clock that is moved by hand.

use std::sync::Arc;

pub(super) use super::outcomes::{changed, given, recorded, released, word};
pub(super) use super::signing::{by_account, signed};
use crate::ask::{Ask, Question};
use crate::chance::Chance;
use crate::geo::confidence::Confidence;
use crate::geo::grid::GridKey;
use crate::geo::{Area, Circle, Metres, Point};
use crate::id::{AskId, ConsentId, PartyId};
use crate::journal::keys::Keys;
use crate::journal::memory::MemoryStore;
use crate::journal::settle::{
    Change, Confirmation, Depth, Item, Journal, Opened, Outcome, Recorded, Replied, Word, Words,
};
use crate::journal::store::{Store, StoreError};
use crate::locate::{Fix, Found};
use crate::minimise::{Answer, minimise};
use crate::number::Msisdn;
use crate::party::{Caller, ReplayKey, standing_of};
use crate::permission::chain::Chain;
use crate::permission::terms::{CaseReference, Origin, Precision, Terms};
use crate::policy::{Policy, World as Kind};
use crate::purpose::Purpose;
use crate::subject::{Subject, SubjectKey};
use crate::time::{Span, Timestamp};

pub(super) const START: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

/// Chance that can be foreseen: a count.
pub(super) struct Count(pub(super) u64);

impl Chance for Count {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        let count = self.0.to_be_bytes();
        bytes
            .iter_mut()
            .zip(count.iter().cycle())
            .for_each(|(byte, count)| *byte = *count);
    }
}

/// The two parties.
pub(super) const ROADSIDE: u8 = 1;
pub(super) const BANK: u8 = 2;
/// Two more, which are enrolled where they are needed.
pub(super) const SAFETY: u8 = 3;
pub(super) const FLEET: u8 = 4;

pub(super) fn party(party: u8) -> PartyId {
    PartyId::from_bytes([party; 16])
}

pub(super) fn purpose(party: u8) -> Purpose {
    match party {
        BANK => Purpose::FraudPreventionAndDetection,
        SAFETY => Purpose::PersonalSafety,
        FLEET => Purpose::DeliveryOfGoods,
        _ => Purpose::RequestedServiceProvision,
    }
}

/// The person whose number ends in `index`.
pub(super) fn person(index: u8) -> Subject {
    Subject {
        key: SubjectKey::from_bytes([100 + index; 16]),
        number: Msisdn::parse(&format!("+120255501{index:02}")).expect("reserved"),
    }
}

pub(super) fn keys() -> Keys {
    Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys")
}

pub(super) fn grid() -> GridKey {
    GridKey::new([5; 32])
}

pub(super) fn circle(radius: u32) -> Circle {
    Circle {
        centre: Point::new(12.0, -40.0).expect("point"),
        radius: Metres::whole(radius),
    }
}

/// The record of a party with these bounds. The bank is believed about everybody's events.
pub(super) fn record(of: u8, bounds: &str) -> String {
    let (term, bank) = (purpose(of), party(BANK));
    format!(r#"{{"purposes":["{term}"],"programmes":[{{"purpose":"{term}",{bounds},"sources":["{bank}"]}}]}}"#)
}

pub(super) const WHERE: Question = Question::Retrieve {
    max_age: None,
    max_surface: None,
};

pub(super) fn inside(radius: u32) -> Question {
    Question::Verify {
        circle: circle(radius),
        max_age: None,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test plays the part of the gateway's authentication"
)]
pub(super) fn caller(of: u8, proof: Option<ReplayKey>) -> Caller {
    Caller::authenticated(party(of), purpose(of), proof)
}

pub(super) fn open(store: &MemoryStore) -> Result<(Journal, Opened), StoreError> {
    open_any(Box::new(store.clone()), &mut |_| ())
}

/// The shipped policy, under which people may be asked as often as a test needs.
pub(super) fn patient() -> Policy {
    let mut policy = Policy::shipped(Kind::Sandbox);
    policy.questions.per_day_max = 200;
    policy.questions.cooling_off = Span::default();
    policy.questions.review_after = u32::MAX;
    policy
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test plays the part of the gateway's start-up"
)]
fn open_under(
    store: Box<dyn Store>,
    (policy, depth): (Policy, Depth),
    progress: &mut dyn FnMut(u64),
) -> Result<(Journal, Opened), StoreError> {
    Journal::open(store, keys(), policy, depth, progress)
}

/// Opens a store as a start does: the latest entries, at least so many.
pub(super) fn open_latest(store: &MemoryStore, least: u64) -> Result<(Journal, Opened), StoreError> {
    open_under(Box::new(store.clone()), (patient(), Depth::Latest(least)), &mut |_| {})
}

pub(super) fn open_any(store: Box<dyn Store>, progress: &mut dyn FnMut(u64)) -> Result<(Journal, Opened), StoreError> {
    open_under(store, (patient(), Depth::Whole), progress)
}

/// The gateway stops and starts again: how many entries it verified, and how many asks it closed.
pub(super) fn restart(world: &mut World) -> (u64, usize) {
    let (mut journal, opened) = open(&world.store).expect("verifies");
    let counts = (opened.entries, opened.open_asks.len());
    journal
        .abandon(opened.open_asks, &mut Count(1 << 32))
        .expect("the store works");
    world.journal = journal;
    counts
}

pub(super) struct World {
    pub(super) store: MemoryStore,
    pub(super) journal: Journal,
    chance: Count,
    ids: u64,
}

impl World {
    /// Both parties are enrolled; nobody has been asked.
    pub(super) fn new() -> Self {
        Self::under(patient())
    }

    /// The same under a policy.
    pub(super) fn under(policy: Policy) -> Self {
        let store = MemoryStore::new(START);
        let (journal, _) = open_under(Box::new(store.clone()), (policy, Depth::Whole), &mut |_| ()).expect("empty");
        let mut world = Self {
            store,
            journal,
            chance: Count(0),
            ids: 0,
        };
        for of in [ROADSIDE, BANK] {
            world.enrol(of);
        }
        world
    }

    pub(super) fn enrol(&mut self, of: u8) -> Outcome {
        let record = record(of, "\"events\":[]");
        let programmes = standing_of(&record, START).expect("a record").programmes;
        self.one(Item::Change(Change::Enrol {
            party: party(of),
            client: format!("client-{of}"),
            record,
            programmes,
            seal: None,
        }))
    }

    /// Gives a party's programme bounds, as members of its record.
    pub(super) fn approve(&mut self, of: u8, bounds: &str) {
        changed(self.one(Item::Change(Change::Reapprove {
            party: party(of),
            record: record(of, bounds),
            replaces: [0; 32],
        })));
    }

    /// The code that a question's text bears.
    pub(super) fn code(&self, consent: ConsentId) -> String {
        self.journal.keys().code(consent)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.store.content().now
    }

    pub(super) fn wait(&mut self, seconds: u32) {
        let mut content = self.store.content();
        content.now = content.now.after(Span::seconds(seconds));
    }

    pub(super) fn id(&mut self) -> [u8; 16] {
        self.ids += 1;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&self.ids.to_be_bytes());
        id
    }

    pub(super) fn try_settle(&mut self, items: Vec<Item>) -> Result<Vec<Outcome>, StoreError> {
        self.journal.settle("test", items, &mut self.chance)
    }

    pub(super) fn settle(&mut self, items: Vec<Item>) -> Vec<Outcome> {
        self.try_settle(items).expect("the store works")
    }

    pub(super) fn one(&mut self, item: Item) -> Outcome {
        self.settle(vec![item]).pop().expect("one outcome")
    }

    pub(super) fn ask(&mut self, of: u8, subject: Subject, question: Question) -> Item {
        self.ask_with(of, subject, question, None)
    }

    pub(super) fn ask_with(&mut self, of: u8, subject: Subject, question: Question, proof: Option<ReplayKey>) -> Item {
        let id = AskId::from_bytes(self.id());
        let ask = Ask::new(id, subject, party(of), purpose(of), question, self.now());
        Item::Ask(ask, caller(of, proof))
    }

    /// An ask that must be covered.
    pub(super) fn recorded(&mut self, of: u8, subject: Subject, question: Question) -> Recorded {
        let ask = self.ask(of, subject, question);
        recorded(self.one(ask))
    }

    /// What the carrier says of it.
    pub(super) fn found(&self, recorded: &Recorded) -> Found {
        let area = Area::Circle(circle(20));
        Found::Fix(Fix::new(
            recorded,
            Arc::from("meridian"),
            area,
            Confidence::WANTED,
            self.now(),
        ))
    }

    pub(super) fn answer(&self, recorded: Recorded) -> Answer {
        let found = self.found(&recorded);
        minimise(recorded, found, &grid(), self.now()).expect("an answer")
    }

    /// Asks, finds and releases.
    pub(super) fn answered(&mut self, of: u8, subject: Subject, question: Question) -> Outcome {
        let recorded = self.recorded(of, subject, question);
        let answer = self.answer(recorded);
        self.one(Item::Release(answer))
    }

    pub(super) fn terms(&mut self, of: u8, precision: Precision, count: Option<u32>) -> Terms {
        Terms {
            consent: ConsentId::from_bytes(self.id()),
            recipient: party(of),
            recipient_name: "Aster Roadside Help".to_owned(),
            purpose: purpose(of),
            precision,
            origin: Origin::Network,
            count,
            per_hour: None,
            lasts: Span::seconds(3600),
            within: None,
            case: CaseReference::new("TOW-8841").expect("valid"),
            locale: "en".to_owned(),
            text_hash: [7; 32],
            gateway: "https://gateway.example.com".to_owned(),
            chain: Chain::default(),
        }
    }

    pub(super) fn usual(&mut self, of: u8) -> Terms {
        if of == BANK {
            self.terms(of, Precision::YesNo { metres: 2000 }, None)
        } else {
            self.terms(of, Precision::Area { metres: 200 }, Some(12))
        }
    }

    /// Puts the question that these terms are.
    pub(super) fn put(&mut self, subject: Subject, terms: &Terms, proof: Option<ReplayKey>) -> Outcome {
        self.put_with(subject, terms, proof, true)
    }

    /// The same, by its party itself or by somebody who only used an address of its.
    pub(super) fn put_as(&mut self, subject: Subject, terms: &Terms, vouched: bool) -> Outcome {
        self.put_with(subject, terms, None, vouched)
    }

    fn put_with(&mut self, subject: Subject, terms: &Terms, proof: Option<ReplayKey>, vouched: bool) -> Outcome {
        let until = self.now().after(Span::seconds(900));
        let of = terms.recipient.to_bytes()[0];
        self.one(Item::Change(Change::Put {
            caller: caller(of, proof),
            subject,
            terms: Box::new(terms.clone()),
            words: Words::texted(format!("reply YES {}", self.journal.keys().code(terms.consent))),
            link: [9; 16],
            until,
            vouched,
            elsewhere: false,
        }))
    }

    /// The phone opens the link and signs, and replies with the code where that is wanted as well.
    pub(super) fn agree(&mut self, subject: Subject, terms: &Terms) -> Outcome {
        match self.sign(subject, terms) {
            Outcome::ReplyNeeded => {
                let code = self.journal.keys().code(terms.consent);
                let word = Word::Yes(code);
                let subject = subject.key;
                self.one(Item::Change(Change::Reply { subject, word }))
            }
            other => other,
        }
    }

    /// The phone opens the link and signs.
    pub(super) fn sign(&mut self, subject: Subject, terms: &Terms) -> Outcome {
        self.one(Item::Change(Change::Agree {
            subject: subject.key,
            signed: Box::new(signed(terms)),
            confirmation: Some(Confirmation {
                to: subject.number,
                words: "agreed".to_owned(),
                until: self.now().after(Span::seconds(60)),
            }),
        }))
    }

    /// A consent that the person gave.
    pub(super) fn agreed(&mut self, of: u8, subject: Subject, change: impl Fn(&mut Terms)) -> ConsentId {
        let mut terms = self.usual(of);
        change(&mut terms);
        changed(self.put(subject, &terms, None));
        given(&self.agree(subject, &terms));
        terms.consent
    }

    pub(super) fn reply(&mut self, subject: Subject, word: Word) -> Replied {
        let item = Item::Change(Change::Reply {
            subject: subject.key,
            word,
        });
        match self.one(item) {
            Outcome::Replied(replied) => replied,
            other => panic!("expected a reply's outcome, found {other:?}"),
        }
    }

    pub(super) fn withdraw(subject: Subject, consent: ConsentId) -> Item {
        Item::Change(Change::Withdraw {
            subject: subject.key,
            consent,
        })
    }

    pub(super) fn suspend(of: u8, suspended: bool) -> Item {
        let party = party(of);
        Item::Change(Change::Suspend {
            party,
            suspended,
            why: None,
        })
    }
}
