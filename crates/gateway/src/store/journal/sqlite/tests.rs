//! The store on SQLite against the contract of every store, and what two connections and a cold table add to it.

use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

use domain::id::PartyId;
use domain::journal::contract;
use domain::journal::entry::{Entry, Kind, Part};
use domain::journal::kept::Shell;
use domain::journal::store::Cold;
use domain::number::Msisdn;
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::purpose::Purpose;
use domain::secret::Secret;
use domain::subject::Subject;
use tempfile::TempDir;

use domain::facts::Scope;
use domain::id::ConsentId;
use domain::subject::SubjectKey;
use domain::time::Span;

use super::*;
use crate::store::permission::sqlite::terms_of;
use crate::store::sqlite::open_reader;

/// A clock that a test sets, in milliseconds.
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix_ms(self.0.load(Ordering::Relaxed))
    }
}

const NOW_MS: i64 = 1_800_000_000_000;

fn open(path: &Path, clock: &Arc<Hand>) -> SqliteJournal {
    let sealer = Arc::new(Sealer::new(Secret::new([5; 32])));
    SqliteJournal::open(path, Arc::clone(clock) as _, sealer).expect("opens")
}

fn hand() -> Arc<Hand> {
    Arc::new(Hand(AtomicI64::new(NOW_MS)))
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

#[test]
fn the_store_on_sqlite_keeps_to_the_contract() {
    let folder = folder();
    let mut made = 0;
    let kept = contract::run(&mut || {
        made += 1;
        Box::new(open(&folder.path().join(format!("{made}.db")), &hand()))
    });
    assert_eq!(kept, Ok(()));
    assert_eq!(made, contract::CHECKS.len());
}

/// Leaves the head as it is, and writes what `fill` says.
fn write(store: &mut SqliteJournal, needs: &Needs, fill: &mut dyn FnMut(&mut Writes, Facts)) -> Result<(), StoreError> {
    store.transact("test", needs, &mut |head, _, facts| {
        let mut writes = Writes {
            entries: Arc::default(),
            people: Vec::new(),
            changes: Vec::new(),
            spent: Vec::new(),
            cold: Vec::new(),
            erased: Vec::new(),
            leaves: Vec::new(),
            head: head.clone(),
            checkpoint: None,
        };
        fill(&mut writes, facts);
        writes
    })
}

fn proof(until_minute: i64) -> ReplayKey {
    ReplayKey {
        until_minute: u32::try_from(until_minute).expect("a minute"),
        hash: [9; 16],
    }
}

#[test]
fn what_one_process_writes_the_other_decides_on() {
    let folder = folder();
    let path = folder.path().join("shared.db");
    let (mut server, mut command) = (open(&path, &hand()), open(&path, &hand()));
    let minute = NOW_MS / 60_000 + 5;
    let needs = Needs {
        proofs: vec![proof(minute)],
        ..Needs::default()
    };
    let known = |store: &mut SqliteJournal| {
        let mut known = false;
        let look = &mut |_: &mut Writes, facts: Facts| known = facts.spent.contains(&proof(minute));
        write(store, &needs, look).expect("settles");
        known
    };
    assert!(!known(&mut server));
    write(&mut command, &Needs::default(), &mut |writes, _| {
        writes.spent = vec![proof(minute)];
    })
    .expect("settles");
    assert!(known(&mut server));
}

#[test]
fn used_proofs_are_forgotten_once_their_own_date_refuses_them() {
    let folder = folder();
    let path = folder.path().join("spent.db");
    let clock = hand();
    let mut store = open(&path, &clock);
    let count = || {
        let reader = open_reader(&path).expect("opens");
        let count = reader.query_row("SELECT count(*) FROM spent", [], |row| row.get::<_, i64>(0));
        count.expect("counted")
    };
    let minute = NOW_MS / 60_000;
    for later in 0..10 {
        clock.0.store(NOW_MS + later * 60_000, Ordering::Relaxed);
        write(&mut store, &Needs::default(), &mut |writes, _| {
            // One that is worth something for five minutes more, and one of a look whether the journal commits.
            writes.spent = vec![proof(minute + later + 5), proof(0)];
        })
        .expect("settles");
    }
    assert_eq!(count(), 6, "those of the minutes that are not over");
}

fn question() -> Cold {
    let number = Msisdn::parse("+12025550101").expect("a reserved number");
    Cold::Question {
        subject: Subject {
            key: SubjectKey::from_bytes([1; 16]),
            number,
        },
        terms: Box::new(terms()),
        words: "Aster Roadside Help asks where your phone is".to_owned(),
        link: [3; 16],
        until: Timestamp::from_unix_ms(NOW_MS + 900_000),
    }
}

fn terms() -> Terms {
    Terms {
        consent: ConsentId::from_bytes([2; 16]),
        recipient: PartyId::from_bytes([4; 16]),
        recipient_name: "Aster Roadside Help".to_owned(),
        purpose: Purpose::RequestedServiceProvision,
        precision: Precision::Area { metres: 200 },
        origin: Origin::Network,
        count: Some(12),
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

#[test]
fn a_question_is_kept_without_the_number_or_the_words_in_clear() {
    let folder = folder();
    let path = folder.path().join("question.db");
    let mut store = open(&path, &hand());
    let number = Msisdn::parse("+12025550101").expect("a reserved number");
    write(&mut store, &Needs::default(), &mut |writes, _| {
        writes.cold = vec![
            question(),
            Cold::Text {
                to: number,
                words: "reply YES 4821".to_owned(),
                until: Timestamp::from_unix_ms(NOW_MS),
                puts: Some(terms().consent),
            },
        ];
    })
    .expect("settles");
    let reader = open_reader(&path).expect("opens");
    assert_eq!(terms_of(&reader, terms().consent).expect("read"), Some(terms()));
    assert_eq!(terms_of(&reader, ConsentId::from_bytes([8; 16])).expect("read"), None);
    let mut bytes = std::fs::read(&path).expect("the store");
    bytes.extend(std::fs::read(log_path(&path)).expect("its log"));
    for secret in [
        &b"12025550101"[..],
        &number.to_bytes()[..],
        b"asks where your phone is",
        b"YES 4821",
    ] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret));
    }
    assert!(
        bytes.windows(8).any(|window| window == b"TOW-8841"),
        "what is looked through is the store"
    );
}

#[test]
fn who_can_write_to_the_store_can_lift_no_suspension() {
    let folder = folder();
    let path = folder.path().join("party.db");
    let mut store = open(&path, &hand());
    let party = PartyId::from_bytes([4; 16]);
    let record = "{\"name\":\"Aster Roadside Help\",\"client\":\"roadside\",\"keys\":[],\"purposes\":[],\
                  \"scopes\":[],\"dpop\":true}";
    write(&mut store, &Needs::default(), &mut |writes, _| {
        writes.cold = vec![
            Cold::Party {
                party,
                client: "roadside".to_owned(),
                record: record.to_owned(),
            },
            Cold::Suspended { party, suspended: true },
        ];
    })
    .expect("settles");
    let needs = Needs {
        parties: vec![party],
        ..Needs::default()
    };
    let mut suspended = false;
    write(&mut store, &needs, &mut |_, facts| {
        suspended = facts.parties[&party].suspended;
    })
    .expect("settles");
    assert!(suspended);
    let somebody = Connection::open(&path).expect("opens");
    let altered = somebody.execute("UPDATE party SET suspended = 0", []);
    assert_eq!(altered, Ok(1));
    let settled = write(&mut store, &needs, &mut |_, _| ());
    assert!(matches!(settled, Err(StoreError::Corrupt(_))), "{settled:?}");
}

#[test]
fn a_partys_keys_change_only_from_the_record_that_was_read() {
    let folder = folder();
    let path = folder.path().join("keys.db");
    let mut store = open(&path, &hand());
    let party = PartyId::from_bytes([4; 16]);
    let record = |key: &str| {
        format!(
            r#"{{"name":"Harbour Bank","client":"bank","keys":[{{"kid":"{key}","x":"x","y":"y"}}],"purposes":[],"scopes":[],"dpop":true}}"#
        )
    };
    let [first, second, third] = ["a", "b", "c"].map(record);
    let change = |to: &str, from: &str| Cold::Keys {
        party,
        record: to.to_owned(),
        replaces: domain::journal::tree::sha256(&[from.as_bytes()]),
    };
    let mut settle = |cold: Vec<Cold>| {
        let mut cold = Some(cold);
        write(&mut store, &Needs::default(), &mut |writes, _| {
            writes.cold = cold.take().unwrap_or_default();
        })
    };
    let enrol = Cold::Party {
        party,
        client: "bank".to_owned(),
        record: first.clone(),
    };
    settle(vec![enrol, Cold::Suspended { party, suspended: true }]).expect("settles");
    settle(vec![change(&second, &first)]).expect("settles");
    let late = settle(vec![change(&third, &first)]);
    assert!(matches!(late, Err(StoreError::Failed(_))), "{late:?}");
    let reader = open_reader(&path).expect("opens");
    let sealer = Sealer::new(Secret::new([5; 32]));
    let listed = crate::store::party::sqlite::by_id(&reader, party, &sealer).expect("read");
    let listed = listed.expect("enrolled");
    assert_eq!((listed.record.keys[0].kid.as_str(), listed.suspended), ("b", true));
}

/// Appends one entry that changes something for everybody's releases; what else is written comes from `fill`.
fn append(store: &mut SqliteJournal, fill: &dyn Fn(&Entry, &mut Writes)) -> Entry {
    let part = || Part {
        salt: [7; 16],
        text: "{}".to_owned(),
    };
    let mut appended = None;
    let body = &mut |head: &Head, now: Timestamp, _: Facts| {
        let leaf = head.frontier.size();
        let entry = Entry {
            leaf,
            kind: Kind::Refused,
            at: now,
            subject: None,
            previous: None,
            closes: None,
            tag: [1; 32],
            party: part(),
            subject_part: part(),
        };
        let mut frontier = head.frontier.clone();
        frontier.push(entry.hash());
        let mut writes = Writes {
            entries: Arc::new(vec![entry.clone()]),
            people: Vec::new(),
            changes: vec![(leaf, Scope::Person(SubjectKey::from_bytes([1; 16])))],
            spent: Vec::new(),
            cold: Vec::new(),
            erased: Vec::new(),
            leaves: vec![entry.hash()],
            head: Head {
                frontier,
                at: now,
                closed_below: 0,
            },
            checkpoint: Some("a note".into()),
        };
        fill(&entry, &mut writes);
        appended = Some(entry);
        writes
    };
    store.transact("test", &Needs::default(), body).expect("settles");
    appended.expect("the body ran")
}

#[test]
fn changes_go_in_time_also_those_whose_entries_were_erased() {
    let folder = folder();
    let path = folder.path().join("changes.db");
    let clock = hand();
    let mut store = open(&path, &clock);
    let stopped = append(&mut store, &|_, _| ());
    append(&mut store, &|_, writes| writes.erased = vec![Shell::from(&stopped)]);
    let leaves = || {
        let reader = open_reader(&path).expect("opens");
        let mut select = reader.prepare("SELECT leaf FROM change ORDER BY leaf").expect("reads");
        let leaves = select.query_map([], |row| row.get::<_, i64>(0)).expect("reads");
        leaves.collect::<Result<Vec<_>, _>>().expect("read")
    };
    assert_eq!(leaves(), [0, 1], "releases may be in flight");
    clock.0.store(NOW_MS + 3_600_001, Ordering::Relaxed);
    append(&mut store, &|_, _| ());
    assert_eq!(leaves(), [2]);
}
