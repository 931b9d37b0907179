//! A small log with everything that a log can have: a full tile, partial ones, a second row; and a receipt of its last
//! entry with the answer that it was made for.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::journal::bundle::{self, PublicLeaf};
use domain::journal::checkpoint::{VerifierKey, sign};
use domain::journal::entry::{Part, hex, public_leaf};
use domain::journal::keys::{Keys, mac};
use domain::journal::receipt::Receipt;
use domain::journal::tile::{Row, Tile};
use domain::journal::tree::{Frontier, Growth, leaf_hash};
use domain::journal::tree_check::root_of;

/// One full tile and a little more.
const SIZE: u64 = 258;

/// Published files by their paths.
pub type Files = BTreeMap<String, Vec<u8>>;

pub struct Corpus {
    pub key: String,
    pub log: Files,
    pub receipt: Vec<u8>,
    pub answer: Vec<u8>,
}

/// What the recipient was told, and the same as the journal digests it.
const ANSWER: &str = r#"{"lastLocationTime":"2026-11-22T10:30:00.000Z","area":{"areaType":"CIRCLE","center":{"latitude":48.1234565,"longitude":-11.5},"radius":500}}"#;
const CANONICAL: &str =
    r#"{"at":"2026-11-22T10:30:00.000Z","latitudeMicro":48123457,"longitudeMicro":-11500000,"radius":500}"#;

impl Corpus {
    pub fn make() -> Self {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        let answer_key = [7; 32];
        let party = Part {
            salt: [8; 16],
            text: format!(
                r#"{{"answer":"{}","kind":"answered","v":1}}"#,
                hex(&mac(&answer_key, CANONICAL.as_bytes()))
            ),
        };
        let (tag, subject) = ([9; 32], [10; 32]);
        let mut leaves: Vec<PublicLeaf> = (0..SIZE - 1).map(leaf).collect();
        leaves.push(public_leaf(&tag, &party.commitment(), &subject));
        let mut tree = Growth::from(&Frontier::default());
        for leaf in &leaves {
            tree.push(leaf_hash(leaf));
        }
        let note = sign(&keys, SIZE, &tree.after().root());
        let receipt = Receipt {
            leaf: SIZE - 1,
            party,
            tag,
            subject,
            proof: tree.inclusion(SIZE - 1).expect("added"),
            checkpoint: note.as_str().into(),
            answer_key: Some(answer_key),
        };
        let mut log: Files = Tile::added(0, SIZE)
            .map(|tile| (tile.to_string(), content(tile, &leaves)))
            .collect();
        log.insert("checkpoint".to_owned(), note.into_bytes());
        Self {
            key: VerifierKey::of(&keys).to_string(),
            log,
            receipt: receipt.to_json().into_bytes(),
            answer: ANSWER.into(),
        }
    }

    /// Every alteration: of the log's files by name, of the receipt without one; which byte, which bit. Every bit of what is
    /// a text, and one of each byte of what are hashes.
    pub fn alterations(&self) -> Vec<(Option<String>, usize, usize)> {
        let every = |at: usize| (0..8).map(move |bit| (at, bit));
        let receipt = (0..self.receipt.len()).flat_map(every).map(|(at, bit)| (None, at, bit));
        let files = self.log.iter().flat_map(|(name, bytes)| {
            let text = name == "checkpoint";
            let all = (0..bytes.len()).flat_map(every);
            let some = all.filter(move |(at, bit)| text || at % 8 == *bit);
            some.map(move |(at, bit)| (Some(name.clone()), at, bit))
        });
        receipt.chain(files).collect()
    }

    /// Writes it for another program: `key`, `log/`, `receipt/`.
    pub fn write(&self, folder: &Path) {
        let write = |path: &str, bytes: &[u8]| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, bytes).expect("written");
        };
        write("key", self.key.as_bytes());
        write("receipt/receipt.json", &self.receipt);
        write("receipt/answer.json", &self.answer);
        self.log
            .iter()
            .for_each(|(path, bytes)| write(&format!("log/{path}"), bytes));
    }
}

fn leaf(number: u64) -> PublicLeaf {
    let hash = |place: u64| leaf_hash(&(3 * number + place).to_be_bytes());
    public_leaf(&hash(0), &hash(1), &hash(2))
}

fn content(tile: Tile, leaves: &[PublicLeaf]) -> Vec<u8> {
    let first = usize::try_from(tile.index()).expect("small") * 256;
    let places = first..first + usize::from(tile.width());
    match tile.row() {
        Row::Entries => bundle::write(&leaves[places]),
        Row::Hashes(0) => leaves[places].iter().flat_map(|leaf| leaf_hash(leaf)).collect(),
        Row::Hashes(_) => {
            let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
            places
                .flat_map(|place| root_of(&hashes[256 * place..256 * (place + 1)]))
                .collect()
        }
    }
}
