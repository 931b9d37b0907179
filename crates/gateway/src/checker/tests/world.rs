//! A small journal on SQLite, a clock that is moved by hand, and phones that sign.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use domain::ask::{Ask, Question};
use domain::chance::Chance;
use domain::decide::Permission;
use domain::geo::confidence::Confidence;
use domain::geo::grid::GridKey;
use domain::geo::{Area, Circle, Metres, Point};
use domain::id::{AskId, ConsentId, PartyId};
use domain::journal::keys::Keys;
use domain::journal::settle::{Change, Depth, Item, Journal, Opened, Outcome, Recorded, Word, Words};
use domain::journal::tree::sha256;
use domain::locate::{Fix, Found};
use domain::minimise::{Answer, minimise};
use domain::number::Msisdn;
use domain::party::Caller;
use domain::permission::evidence::{HandsetKey, Signed};
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::policy::{Policy, World as Kind};
use domain::purpose::Purpose;
use domain::secret::Secret;
use domain::subject::{Subject, SubjectKey};
use domain::time::{Span, Timestamp};

use super::chain::{SEAL, sealed};
use crate::checker::{Checked, Report, check};
use crate::clock::Clock;
use crate::seal::Sealer;
use crate::store::journal::sqlite::{SqliteJournal, latest_size};
use crate::store::sqlite::open_reader;

pub(super) const START_MS: i64 = 1_800_000_000_000;
pub(super) const MASTER: [u8; 32] = [1; 32];

pub(super) const HELP: u8 = 1;
pub(super) const BANK: u8 = 2;
pub(super) const GUARD: u8 = 3;
pub(super) const FLEET: u8 = 4;

/// A clock that stands until it is moved.
pub(super) struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::Relaxed))
    }
}

/// Chance that can be foreseen: a count.
pub(super) struct Count(u64);

impl Chance for Count {
    fn fill(&mut self, bytes: &mut [u8]) {
        self.0 += 1;
        let count = self.0.to_be_bytes();
        let bytes = bytes.iter_mut().zip(count.iter().cycle());
        bytes.for_each(|(byte, count)| *byte = *count);
    }
}

pub(super) fn party(of: u8) -> PartyId {
    PartyId::from_bytes([of; 16])
}

pub(super) fn purpose(of: u8) -> Purpose {
    match of {
        BANK => Purpose::FraudPreventionAndDetection,
        GUARD => Purpose::PersonalSafety,
        FLEET => Purpose::DeliveryOfGoods,
        _ => Purpose::RequestedServiceProvision,
    }
}

pub(super) fn person(index: u8) -> Subject {
    Subject {
        key: SubjectKey::from_bytes([100 + index; 16]),
        number: Msisdn::parse(&format!("+120255501{index:02}")).expect("reserved"),
    }
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

fn circle(radius: u32) -> Circle {
    Circle {
        centre: Point::new(12.0, -40.0).expect("point"),
        radius: Metres::whole(radius),
    }
}

/// The journal and its store.
pub(super) struct World {
    folder: tempfile::TempDir,
    clock: Arc<Hand>,
    pub(super) sealer: Arc<Sealer>,
    pub(super) journal: Journal,
    pub(super) policy: Policy,
    chance: Count,
    ids: u64,
}

/// The shipped policy, under which people may be asked as often as a test needs.
pub(super) fn patient() -> Policy {
    let mut policy = Policy::shipped(Kind::Sandbox);
    policy.questions.per_day_max = 200;
    policy.questions.cooling_off = Span::default();
    policy.questions.review_after = u32::MAX;
    policy
}

impl World {
    /// Four parties are enrolled; nobody has been asked.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = Arc::new(Hand(AtomicI64::new(START_MS)));
        let sealer = Arc::new(Sealer::new(Secret::new([5; 32])));
        let path = folder.path().join("store.db");
        let journal = open(&path, &clock, &sealer, patient()).0;
        let mut world = Self {
            folder,
            clock,
            sealer,
            journal,
            policy: patient(),
            chance: Count(0),
            ids: 0,
        };
        let text = world.policy.text();
        world.changed(Change::Policy { text });
        for of in [HELP, BANK, GUARD, FLEET] {
            world.changed(enrol(of));
        }
        world
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// The gateway stops and starts again, under a policy.
    pub(super) fn restart(&mut self, policy: Policy) {
        let (journal, opened) = open(&self.path(), &self.clock, &self.sealer, policy.clone());
        self.journal = journal;
        self.policy = policy;
        let chance = &mut self.chance;
        self.journal.abandon(opened.open_asks, chance).expect("the store works");
    }

    /// The store itself, past the journal.
    pub(super) fn store(&self) -> SqliteJournal {
        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        SqliteJournal::open(&self.path(), clock, Arc::clone(&self.sealer)).expect("opens")
    }

    /// Runs a statement that no gateway would; how many rows it changed.
    pub(super) fn sql(&self, statement: &str) -> usize {
        let store = rusqlite::Connection::open(self.path()).expect("opens");
        store.execute(statement, []).expect("a statement")
    }

    /// The place of the next entry.
    pub(super) fn store_head(&self) -> u64 {
        latest_size(&open_reader(&self.path()).expect("opens")).expect("a head")
    }

    pub(super) fn check(&self) -> Report {
        self.check_from(0)
    }

    pub(super) fn check_from(&self, from: u64) -> Report {
        let checked = Checked {
            store: &open_reader(&self.path()).expect("opens"),
            sealer: &self.sealer,
            journal_master: MASTER,
            from,
            stopped: &|| false,
        };
        check(&checked, &mut |_| ()).expect("readable")
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn wait(&self, seconds: u32) {
        self.clock.0.fetch_add(i64::from(seconds) * 1000, Ordering::Relaxed);
    }

    pub(super) fn id(&mut self) -> [u8; 16] {
        self.ids += 1;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&self.ids.to_be_bytes());
        id
    }

    pub(super) fn settle(&mut self, items: Vec<Item>) -> Vec<Outcome> {
        self.journal
            .settle("test", items, &mut self.chance)
            .expect("the store works")
    }

    pub(super) fn one(&mut self, item: Item) -> Outcome {
        self.settle(vec![item]).pop().expect("one outcome")
    }

    pub(super) fn change(&mut self, change: Change) -> Outcome {
        self.one(Item::Change(change))
    }

    pub(super) fn changed(&mut self, change: Change) {
        let outcome = self.change(change);
        assert!(matches!(outcome, Outcome::Changed(_)), "{outcome:?}");
    }

    pub(super) fn ask(&mut self, of: u8, subject: Subject, question: Question) -> Item {
        let id = AskId::from_bytes(self.id());
        let ask = Ask::new(id, subject, party(of), purpose(of), question, self.now());
        Item::Ask(ask, caller(of))
    }

    pub(super) fn recorded(&mut self, of: u8, subject: Subject, question: Question) -> Recorded {
        let ask = self.ask(of, subject, question);
        match self.one(ask) {
            Outcome::Recorded(recorded) => *recorded,
            other => panic!("expected a covered ask, found {other:?}"),
        }
    }

    pub(super) fn answer(&self, recorded: Recorded) -> Answer {
        if recorded.grant().permission == Permission::Home {
            return sealed(recorded, self.now());
        }
        let area = Area::Circle(circle(20));
        let source = Arc::from("meridian");
        let fix = Fix::new(&recorded, source, area, Confidence::WANTED, self.now());
        minimise(recorded, Found::Fix(fix), &GridKey::new([5; 32]), self.now()).expect("an answer")
    }

    pub(super) fn answered(&mut self, of: u8, subject: Subject, question: Question) {
        let recorded = self.recorded(of, subject, question);
        let answer = self.answer(recorded);
        let outcome = self.one(Item::Release(answer));
        assert!(matches!(outcome, Outcome::Released(_)), "{outcome:?}");
    }

    pub(super) fn terms(&mut self, of: u8) -> Terms {
        let precision = match of {
            BANK => Precision::YesNo { metres: 2000 },
            _ => Precision::Area { metres: 200 },
        };
        Terms {
            consent: ConsentId::from_bytes(self.id()),
            recipient: party(of),
            recipient_name: "Aster Roadside Help".to_owned(),
            purpose: purpose(of),
            precision,
            origin: Origin::Network,
            count: (of == HELP).then_some(12),
            per_hour: None,
            lasts: Span::seconds(3600),
            within: None,
            case: CaseReference::new("TOW-8841").expect("valid"),
            locale: "en".to_owned(),
            text_hash: sha256(&[WORDS.as_bytes()]),
            gateway: "https://gateway.example.com".to_owned(),
            chain: domain::permission::chain::Chain::default(),
        }
    }

    pub(super) fn put(&mut self, subject: Subject, terms: &Terms) -> Outcome {
        let until = self.now().after(Span::seconds(900));
        let link = self.id();
        self.change(Change::Put {
            caller: caller(terms.recipient.to_bytes()[0]),
            subject,
            terms: Box::new(terms.clone()),
            words: Words::texted(WORDS.to_owned()),
            link,
            until,
            vouched: true,
            elsewhere: false,
        })
    }

    /// The phone signs, and replies where that is wanted as well.
    pub(super) fn agree(&mut self, subject: Subject, terms: &Terms) -> Outcome {
        let outcome = self.change(Change::Agree {
            subject: subject.key,
            signed: Box::new(signed(terms)),
            confirmation: None,
        });
        if matches!(outcome, Outcome::ReplyNeeded) {
            return self.reply_yes(subject, terms);
        }
        outcome
    }

    pub(super) fn reply_yes(&mut self, subject: Subject, terms: &Terms) -> Outcome {
        let code = self.journal.keys().code(terms.consent);
        self.reply(subject, Word::Yes(code))
    }

    pub(super) fn reply(&mut self, subject: Subject, word: Word) -> Outcome {
        self.change(Change::Reply {
            subject: subject.key,
            word,
        })
    }

    /// A consent that the person gave.
    pub(super) fn agreed(&mut self, of: u8, subject: Subject, alter: impl Fn(&mut Terms)) -> ConsentId {
        let mut terms = self.terms(of);
        alter(&mut terms);
        let outcome = self.put(subject, &terms);
        assert!(matches!(outcome, Outcome::Changed(_)), "{outcome:?}");
        self.agree(subject, &terms);
        terms.consent
    }
}

/// What every question of these tests says.
pub(super) const WORDS: &str = "Aster Roadside Help asks where your phone is. Reply YES and the code.";

pub(super) fn enrol(of: u8) -> Change {
    let standing = domain::party::standing_of(&record(of), Timestamp::from_unix_ms(0));
    Change::Enrol {
        party: party(of),
        client: format!("client-{of}"),
        record: record(of),
        programmes: standing.expect("a record").programmes,
        seal: Some(SEAL),
    }
}

/// A party's record, as the store keeps it.
pub(super) fn record(of: u8) -> String {
    let (purpose, seal) = (purpose(of), domain::journal::entry::hex(&SEAL));
    // The bank is believed about everybody's events.
    let programmes = format!("[{{\"purpose\":\"{purpose}\",\"sources\":[\"{}\"]}}]", party(BANK));
    let sealing = format!("[{{\"thumbprint\":\"{seal}\",\"from_ms\":0}}]");
    format!(
        "{{\"name\":\"Aster {of}\",\"client\":\"client-{of}\",\"keys\":[],\"purposes\":[\"{purpose}\"],\"programmes\":{programmes},\"scopes\":[],\"dpop\":false,\"sealing\":{sealing}}}"
    )
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test plays the part of the gateway's authentication"
)]
pub(super) fn caller(of: u8) -> Caller {
    Caller::authenticated(party(of), purpose(of), None)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test plays the part of the gateway's start-up"
)]
fn open(path: &std::path::Path, clock: &Arc<Hand>, sealer: &Arc<Sealer>, policy: Policy) -> (Journal, Opened) {
    let store = SqliteJournal::open(path, Arc::clone(clock) as _, Arc::clone(sealer)).expect("opens");
    let keys = Keys::new("gateway.example.com/journal", &MASTER, &[2; 32]).expect("keys");
    Journal::open(Box::new(store), keys, policy, Depth::Whole, &mut |_| ()).expect("verifies")
}

pub(super) fn signed(terms: &Terms) -> Signed {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("key");
    #[expect(
        clippy::disallowed_methods,
        reason = "a test plays the part of a phone, which has its own chance"
    )]
    let random = SystemRandom::new();
    let signature = pair.sign(&random, &terms.canonical()).expect("signature");
    let point = pair.public_key().as_ref();
    let key = HandsetKey {
        x: point[1..33].try_into().expect("32 bytes"),
        y: point[33..].try_into().expect("32 bytes"),
    };
    Signed::verify(terms.clone(), key, signature.as_ref().try_into().expect("64 bytes")).expect("own signature")
}
