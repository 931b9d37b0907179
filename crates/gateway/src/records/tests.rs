//! What the tests of this folder share: a data directory with two parties and a few people, and a clock that is moved by
//! hand.

use std::sync::Arc;

use domain::ask::{Ask, Question};
use domain::geo::confidence::Confidence;
use domain::geo::{Area, Circle, Metres, Point};
use domain::id::{AskId, ConsentId, PartyId};
use domain::journal::Leaf;
use domain::journal::settle::{Change, Item, Outcome, Recorded, Word, Words};
use domain::locate::{Failure, Fix, Found};
use domain::minimise::minimise;
use domain::number::Msisdn;
use domain::party::Caller;
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::purpose::Purpose;
use domain::subject::Subject;
use domain::time::{Span, Timestamp};
use tempfile::TempDir;
use wire::oauth::grant::Flow;

use super::book::Book;
use super::erase::Erasure;
use crate::chance::SystemChance;
use crate::clock::Clock as _;
use crate::config::gateway::{Gateway, WorldWord};
use crate::data::{self, Data};
use crate::party::{Binding, PartyRecord};
use crate::sources::tests::StoppedClock;

/// The two parties.
pub(super) const ROADSIDE: u8 = 1;
pub(super) const DEPOT: u8 = 2;

pub(super) fn party(of: u8) -> PartyId {
    PartyId::from_bytes([of; 16])
}

/// A gateway's data, and what is done with it.
pub(super) struct Office {
    /// Goes with its last user.
    _folder: TempDir,
    pub(super) gateway: Gateway,
    pub(super) clock: Arc<StoppedClock>,
    pub(super) data: Data,
    ids: u64,
}

/// How an ask ends.
#[derive(Clone, Copy)]
pub(super) enum End {
    Answered,
    Failed,
    Open,
}

impl Office {
    /// Both parties are enrolled.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = Gateway {
            world: WorldWord::Sandbox,
            issuer: "http://127.0.0.1:8080".to_owned(),
            operator: "Port Aster".to_owned(),
            contact: None,
            locale: "en".to_owned(),
            time_zone: "UTC".to_owned(),
            data_dir: folder.path().join("data"),
            token_key_days: 90,
            party_keys_wait_s: 259_200,
            policy_file: None,
        };
        data::create_if_missing(&gateway).expect("made");
        let clock = Arc::new(StoppedClock::new());
        let data = data::open(&gateway, Arc::clone(&clock) as _).expect("opens");
        let mut office = Self {
            _folder: folder,
            gateway,
            clock,
            data,
            ids: 0,
        };
        for of in [ROADSIDE, DEPOT] {
            office.enrol(of);
        }
        office
    }

    fn enrol(&mut self, of: u8) {
        let name = if of == ROADSIDE { "roadside" } else { "depot" };
        let record = PartyRecord {
            name: format!("Aster {name}"),
            client: name.to_owned(),
            keys: Vec::new(),
            next_keys: None,
            purposes: vec![Purpose::RequestedServiceProvision],
            scopes: Vec::new(),
            flows: vec![Flow::ClientCredentials],
            binding: Binding::Nothing,
            redirects: Vec::new(),
            signed_requests: false,
            programmes: Vec::new(),
            sealing: Vec::new(),
            gateway: None,
        };
        self.change(record.enrolment(party(of), self.clock.now()));
    }

    pub(super) fn subject(&self, person: u8) -> Subject {
        let number = Msisdn::parse(&format!("+120255501{person:02}")).expect("reserved");
        Subject {
            key: self.data.index.key(number),
            number,
        }
    }

    pub(super) fn wait(&self, seconds: u32) {
        self.clock.forward(Span::seconds(seconds));
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn settle(&mut self, item: Item) -> Outcome {
        let settled = self.data.journal.settle("test", vec![item], &mut SystemChance::new());
        settled.expect("the store works").pop().expect("one outcome")
    }

    pub(super) fn change(&mut self, change: Change) -> Outcome {
        let outcome = self.settle(Item::Change(change));
        assert!(!matches!(outcome, Outcome::NotApplicable), "expected a change");
        outcome
    }

    fn id(&mut self) -> [u8; 16] {
        self.ids += 1;
        let mut id = [0; 16];
        id[8..].copy_from_slice(&self.ids.to_be_bytes());
        id
    }

    #[expect(clippy::disallowed_methods, reason = "a test says itself who asks")]
    fn caller(of: u8) -> Caller {
        Caller::authenticated(party(of), Purpose::RequestedServiceProvision, None)
    }

    /// A person agrees to a party, by the reply to a text.
    pub(super) fn agree(&mut self, person: u8, of: u8) -> ConsentId {
        let (subject, consent, link) = (self.subject(person), ConsentId::from_bytes(self.id()), self.id());
        let terms = Terms {
            consent,
            recipient: party(of),
            recipient_name: "Aster Roadside Help".to_owned(),
            purpose: Purpose::RequestedServiceProvision,
            precision: Precision::Area { metres: 200 },
            origin: Origin::Network,
            count: Some(12),
            per_hour: None,
            lasts: Span::seconds(3600),
            within: None,
            case: CaseReference::new("TOW-8841").expect("valid"),
            locale: "en".to_owned(),
            text_hash: [7; 32],
            gateway: self.gateway.issuer.clone(),
            chain: domain::permission::chain::Chain::default(),
        };
        let code = self.data.journal.keys().code(consent);
        self.change(Change::Put {
            caller: Self::caller(of),
            subject,
            terms: Box::new(terms),
            words: Words::texted(format!("reply YES {code}")),
            link,
            until: self.now().after(Span::seconds(900)),
            vouched: true,
            elsewhere: false,
        });
        self.change(Change::Reply {
            subject: subject.key,
            word: Word::Yes(code),
        });
        consent
    }

    /// An ask, whatever is decided, with the id that a carrier sees.
    pub(super) fn ask(&mut self, person: u8, of: u8, end: End) -> AskId {
        let id = AskId::from_bytes(self.id());
        let question = Question::Retrieve {
            max_age: None,
            max_surface: None,
        };
        let purpose = Purpose::RequestedServiceProvision;
        let ask = Ask::new(id, self.subject(person), party(of), purpose, question, self.now());
        if let Outcome::Recorded(recorded) = self.settle(Item::Ask(ask, Self::caller(of))) {
            self.end(*recorded, end);
        }
        id
    }

    fn end(&mut self, recorded: Recorded, end: End) {
        match end {
            End::Open => {}
            End::Failed => drop(self.settle(Item::Fail(recorded, Failure::Timeout))),
            End::Answered => {
                let centre = Point::new(12.0, -40.0).expect("a point");
                let area = Area::Circle(Circle {
                    centre,
                    radius: Metres::whole(20),
                });
                let now = self.now();
                let fix = Fix::new(&recorded, Arc::from("meridian"), area, Confidence::WANTED, now);
                let answer = minimise(recorded, Found::Fix(fix), &self.data.grid, now).expect("an answer");
                assert!(matches!(self.settle(Item::Release(answer)), Outcome::Released(_)));
            }
        }
    }

    /// Erases a person, as the command does.
    pub(super) fn erase(&mut self, person: u8, spared: Option<Leaf>) -> u64 {
        let mut erasure = Erasure::new(self.subject(person).key, "asked", spared);
        while let Some(change) = self.data.reader.read(|store| erasure.next(store)).expect("reads") {
            self.change(change);
        }
        erasure.erased()
    }

    pub(super) fn book(&self) -> Book {
        Book::open(&self.gateway).expect("a book")
    }
}
