//! What the tests of the sources share: recorded asks, which only a journal gives, and a clock that stands.

pub(crate) mod log;
pub(crate) mod operator;

use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use domain::ask::{Ask, Question};
use domain::chance::Chance;
use domain::geo::grid::GridKey;
use domain::geo::{Circle, Metres, Point};
use domain::id::{AskId, ConsentId, PartyId};
use domain::journal::keys::Keys;
use domain::journal::memory::MemoryStore;
use domain::journal::settle::{Change, Depth, Item, Journal, Outcome, Recorded, Replied, Word, Words};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::number::Msisdn;
use domain::party::Caller;
use domain::permission::evidence::{HandsetKey, Signed};
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::policy::{Policy, World as PolicyWorld};
use domain::purpose::Purpose;
use domain::serve::Docket;
use domain::subject::{Subject, SubjectKey};
use domain::time::{Span, Timestamp};

use crate::clock::Clock;

/// The time at which every test begins.
pub(crate) const NOW: Timestamp = Timestamp::from_unix_ms(1_795_000_000_000);
/// The number that every ask is about.
pub(crate) const NUMBER: &str = "+12025550100";

fn party() -> PartyId {
    PartyId::from_bytes([2; 16])
}

const SUBJECT: SubjectKey = SubjectKey::from_bytes([3; 16]);

/// A clock that stands until it is moved.
pub(crate) struct StoppedClock(Mutex<Timestamp>);

impl StoppedClock {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(NOW))
    }

    pub(crate) fn forward(&self, span: Span) {
        let mut now = lock(&self.0);
        *now = now.after(span);
    }
}

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        *lock(&self.0)
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Chance that can be repeated; nothing in these tests rests on it.
struct Counted(u8);

impl Chance for Counted {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 = self.0.wrapping_add(1);
        bytes.fill(self.0);
    }
}

/// One person, one party, and a consent between them.
pub(crate) struct World {
    journal: Mutex<Journal>,
    store: MemoryStore,
    purpose: Purpose,
    asks: Mutex<u8>,
}

impl World {
    /// A world in which the person has agreed to `purpose`, with positions from `origin`.
    pub(crate) fn agreed(purpose: Purpose, origin: Origin) -> Self {
        let store = MemoryStore::new(NOW);
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[4; 32]).expect("keys");
        let policy = Policy::shipped(PolicyWorld::Sandbox);
        let world = Self {
            journal: Mutex::new(open(store.clone(), keys, policy)),
            store,
            purpose,
            asks: Mutex::new(0),
        };
        world.agree(terms(purpose, origin));
        world
    }

    /// The consent that the person gave.
    pub(crate) fn consent() -> ConsentId {
        ConsentId::from_bytes([5; 16])
    }

    /// An ask that was decided and written down.
    pub(crate) fn recorded(&self, question: Question) -> Recorded {
        let (ask, caller) = self.ask(question);
        match self.change(Item::Ask(ask, caller)) {
            Outcome::Recorded(recorded) => *recorded,
            other => panic!("expected a recorded ask, found {other:?}"),
        }
    }

    /// An ask that was not decided yet, and its caller.
    pub(crate) fn ask(&self, question: Question) -> (Ask, Caller) {
        for person in self.store.content().people.values_mut() {
            for consent in &mut person.consents {
                consent.used = 0;
                consent.recent.clear();
            }
        }
        let nth = {
            let mut asks = lock(&self.asks);
            *asks += 1;
            *asks
        };
        let id = AskId::new(NOW, [nth; 10]);
        (
            Ask::new(id, subject(), party(), self.purpose, question, NOW),
            self.caller(),
        )
    }

    #[expect(clippy::disallowed_methods, reason = "a test says itself who asks")]
    fn caller(&self) -> Caller {
        Caller::authenticated(party(), self.purpose, None)
    }

    fn agree(&self, terms: Terms) {
        let enrol = Change::Enrol {
            party: party(),
            client: "roadside".to_owned(),
            record: format!(r#"{{"purposes":["{}"]}}"#, self.purpose.term()),
            programmes: vec![domain::programme::Programme::plain(self.purpose)],
            seal: None,
        };
        let put = Change::Put {
            caller: self.caller(),
            subject: subject(),
            terms: Box::new(terms.clone()),
            words: Words::texted("words".to_owned()),
            link: [0; 16],
            until: NOW.after(Span::seconds(900)),
            vouched: true,
            elsewhere: false,
        };
        let agree = Change::Agree {
            subject: SUBJECT,
            signed: Box::new(sign(terms.clone())),
            confirmation: None,
        };
        for change in [enrol, put] {
            let outcome = self.change(Item::Change(change));
            assert!(matches!(outcome, Outcome::Changed(_)), "{outcome:?}");
        }
        let mut outcome = self.change(Item::Change(agree));
        if matches!(outcome, Outcome::ReplyNeeded) {
            let code = lock(&self.journal).keys().code(terms.consent);
            outcome = self.change(Item::Change(Change::Reply {
                subject: SUBJECT,
                word: Word::Yes(code),
            }));
        }
        let given = matches!(outcome, Outcome::Changed(_) | Outcome::Replied(Replied::Given(_)));
        assert!(given, "{outcome:?}");
    }

    fn change(&self, item: Item) -> Outcome {
        let settled = lock(&self.journal).settle("test", vec![item], &mut Counted(0));
        settled.expect("a store in memory").pop().expect("one outcome")
    }
}

impl Docket for World {
    fn settle(&self, item: Item) -> Wait<'_, Result<Outcome, StoreError>> {
        Box::pin(async move { Ok(self.change(item)) })
    }

    fn now(&self) -> Timestamp {
        NOW
    }
}

#[expect(clippy::disallowed_methods, reason = "a test opens a journal of its own")]
fn open(store: MemoryStore, keys: Keys, policy: Policy) -> Journal {
    let opened = Journal::open(Box::new(store), keys, policy, Depth::Whole, &mut |_| {});
    opened.expect("an empty journal").0
}

fn subject() -> Subject {
    Subject {
        key: SUBJECT,
        number: number(),
    }
}

/// The number that every ask is about.
pub(crate) fn number() -> Msisdn {
    Msisdn::parse(NUMBER).expect("a number")
}

fn terms(purpose: Purpose, origin: Origin) -> Terms {
    let fraud = purpose == Purpose::FraudPreventionAndDetection;
    Terms {
        consent: World::consent(),
        recipient: party(),
        recipient_name: "Aster Roadside Help".to_owned(),
        purpose,
        precision: if fraud {
            Precision::YesNo { metres: 2000 }
        } else {
            Precision::Area { metres: 200 }
        },
        origin,
        count: (!fraud).then_some(12),
        per_hour: None,
        lasts: Span::seconds(7200),
        within: None,
        case: CaseReference::new("TOW-8841").expect("a reference"),
        locale: "en".to_owned(),
        text_hash: [7; 32],
        gateway: "http://127.0.0.1:8080".to_owned(),
        chain: domain::permission::chain::Chain::default(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the phone of a test draws its own signature's nonce"
)]
fn sign(terms: Terms) -> Signed {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let point = pair.public_key().as_ref();
    let key = HandsetKey {
        x: point[1..33].try_into().expect("32 bytes"),
        y: point[33..65].try_into().expect("32 bytes"),
    };
    let signature = pair
        .sign(&SystemRandom::new(), &terms.canonical())
        .expect("a signature");
    let signature = signature.as_ref().try_into().expect("64 bytes");
    Signed::verify(terms, key, signature).expect("a signature by that key")
}

/// Where is the phone, in a position of at most this age?
pub(crate) const fn retrieve(max_age: Option<Span>) -> Question {
    Question::Retrieve {
        max_age,
        max_surface: None,
    }
}

/// A circle in the open ocean.
pub(crate) fn circle(radius: u32) -> Circle {
    Circle {
        centre: Point::new(12.0, -40.0).expect("a point"),
        radius: Metres::whole(radius),
    }
}

/// A key for the grid.
pub(crate) fn grid() -> GridKey {
    GridKey::new([6; 32])
}
