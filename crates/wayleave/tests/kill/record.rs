//! The journal as it lies on the disk, and what it must say.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::load::Seen;

/// The kinds that end an ask.
const ENDS: [&str; 4] = ["answered", "failed", "withheld", "abandoned"];

/// One entry.
struct Entry {
    leaf: u64,
    kind: String,
    closes: Option<u64>,
    salt: Vec<u8>,
    text: String,
    party: Value,
    subject: Value,
}

/// All entries, in order.
pub struct Record(Vec<Entry>);

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        for entry in &self.0 {
            *kinds.entry(&entry.kind).or_default() += 1;
        }
        write!(f, "written down: {} entries: {kinds:?}", self.0.len())
    }
}

impl Record {
    /// Reads the store's file, from which nobody serves now.
    pub fn read(store: &Path) -> Self {
        let store = Connection::open_with_flags(store, OpenFlags::SQLITE_OPEN_READ_ONLY).expect("the store");
        let mut entries = store
            .prepare("SELECT leaf, kind, closes, party_salt, party, subject_part FROM entry ORDER BY leaf")
            .expect("the table of entries");
        let json = |text: &str| serde_json::from_str(text).expect("a part is JSON");
        let entries = entries.query_map([], |row| {
            let text: String = row.get(4)?;
            Ok(Entry {
                leaf: row.get::<_, i64>(0)?.unsigned_abs(),
                kind: row.get(1)?,
                closes: row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs),
                salt: row.get(3)?,
                party: json(&text),
                text,
                subject: json(&row.get::<_, String>(5)?),
            })
        });
        Self(
            entries
                .expect("entries")
                .map(|entry| entry.expect("an entry"))
                .collect(),
        )
    }

    fn kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.0.iter().filter(move |entry| entry.kind == kind)
    }

    /// How many entries are of this kind.
    pub fn of_kind(&self, kind: &str) -> usize {
        self.kind(kind).count()
    }

    /// Every answer that arrived has its *answered* entry, with the very text and salt that its receipt opens.
    pub fn holds_answers(&self, receipts: &[String]) {
        for receipt in receipts {
            let bytes = URL_SAFE_NO_PAD.decode(receipt).expect("a receipt in base64url");
            let receipt: Value = serde_json::from_slice(&bytes).expect("a receipt in JSON");
            let leaf = receipt["leaf"].as_u64().expect("a leaf");
            let entry = usize::try_from(leaf).ok().and_then(|at| self.0.get(at));
            let entry = entry.unwrap_or_else(|| panic!("an answer without entry {leaf}"));
            assert_eq!((entry.leaf, entry.kind.as_str()), (leaf, "answered"));
            assert_eq!(
                receipt["party"], entry.text,
                "the receipt of {leaf} says something else than its entry"
            );
            assert_eq!(
                receipt["salt"],
                URL_SAFE_NO_PAD.encode(&entry.salt),
                "the salt of {leaf}"
            );
        }
    }

    /// How many answers rest on this source's positions.
    pub fn answered_by(&self, source: &str) -> usize {
        let answered = self.kind("answered");
        answered.filter(|entry| entry.subject["carrier"] == source).count()
    }

    /// Every query that a carrier received has its *asked* entry, and none was sent to two.
    pub fn holds_queries(&self, [camara, mlp]: &[Vec<String>; 2]) {
        let of_camara: HashSet<&String> = camara.iter().collect();
        assert!(
            mlp.iter().all(|query| !of_camara.contains(query)),
            "one ask went to two carriers"
        );
        self.holds_queries_of(camara);
        self.holds_queries_of(mlp);
    }

    fn holds_queries_of(&self, queries: &[String]) {
        let asked: HashSet<&str> = self
            .kind("asked")
            .filter_map(|entry| entry.party["ask"].as_str())
            .collect();
        for query in queries {
            assert!(
                asked.contains(query.as_str()),
                "the carrier was asked `{query}`, which no entry knows"
            );
        }
        println!("a carrier received {} queries", queries.len());
    }

    /// Every *asked* entry is ended by exactly one entry, about the same ask, after it.
    pub fn ends_every_ask(&self) {
        let mut ends: HashMap<u64, Vec<&Entry>> = HashMap::new();
        for entry in self.0.iter().filter(|entry| ENDS.contains(&entry.kind.as_str())) {
            let closed = entry.closes.expect("an end says which ask it ends");
            ends.entry(closed).or_default().push(entry);
        }
        for asked in self.kind("asked") {
            let ends = ends.remove(&asked.leaf).unwrap_or_default();
            let [end] = ends[..] else {
                panic!("entry {} has {} ends instead of one", asked.leaf, ends.len());
            };
            assert!(end.leaf > asked.leaf);
            assert_eq!(end.party["ask"], asked.party["ask"], "the end of {}", asked.leaf);
        }
        assert!(ends.is_empty(), "{} ends of asks that were never asked", ends.len());
    }

    /// Whatever was acknowledged about consents is written down.
    pub fn holds_consents(&self, seen: &Seen) {
        for (kind, acknowledged) in [
            ("consent-asked", &seen.asked),
            ("consent-given", &seen.given),
            ("consent-withdrawn", &seen.withdrawn),
        ] {
            let written: HashSet<&str> = self
                .kind(kind)
                .filter_map(|entry| entry.party["consent"].as_str())
                .collect();
            for consent in acknowledged {
                assert!(written.contains(consent.as_str()), "`{consent}` has no {kind} entry");
            }
        }
    }

    /// No answer stands after the withdrawal of its consent.
    pub fn answers_nothing_withdrawn(&self) {
        let withdrawn = self.kind("consent-withdrawn");
        let withdrawn: HashMap<&str, u64> = withdrawn
            .filter_map(|entry| Some((entry.party["consent"].as_str()?, entry.leaf)))
            .collect();
        for answered in self.kind("answered") {
            let consent = answered.subject["permission"]
                .as_str()
                .expect("an answer has a permission");
            let ended = withdrawn.get(consent).copied().unwrap_or(u64::MAX);
            assert!(
                answered.leaf < ended,
                "entry {} answers under `{consent}`, withdrawn at {ended}",
                answered.leaf
            );
        }
    }
}
