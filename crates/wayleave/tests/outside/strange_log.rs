//! A stranger's log and a stranger's view of witnesses, after C2SP's texts and RFC 6962 alone: notes, keys, cosignatures,
//! trees and proofs, made and checked without the project's code.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub type Hash = [u8; 32];

pub fn sha256(bytes: &[u8]) -> Hash {
    digest(&SHA256, bytes).as_ref().try_into().expect("32 bytes")
}

fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0][..], leaf].concat())
}

fn split(size: usize) -> usize {
    let half = size.next_power_of_two() / 2;
    if half == 0 { 1 } else { half }
}

/// The root of some leaves' hashes (RFC 6962 §2.1).
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(&[]),
        [only] => *only,
        more => {
            let (left, right) = more.split_at(split(more.len()));
            sha256(&[&[1][..], &root(left), &root(right)].concat())
        }
    }
}

/// The proof that the first `old` leaves are the beginning of all (RFC 6962 §2.1.2).
pub fn consistency(leaves: &[Hash], old: usize, whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let middle = split(leaves.len());
    let (left, right) = leaves.split_at(middle);
    let (mut proof, sibling) = if old <= middle {
        (consistency(left, old, whole), root(right))
    } else {
        (consistency(right, old - middle, false), root(left))
    };
    proof.push(sibling);
    proof
}

fn key_id(name: &str, kind: u8, key: &[u8]) -> Vec<u8> {
    sha256(&[name.as_bytes(), b"\n", &[kind], key].concat())[..4].to_vec()
}

/// A log of one's own.
pub struct StrangeLog {
    pub origin: String,
    pair: Ed25519KeyPair,
    pub leaves: Vec<Hash>,
}

impl StrangeLog {
    pub fn new(origin: &str, seed: u8) -> Self {
        Self {
            origin: origin.to_owned(),
            pair: Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a seed"),
            leaves: Vec::new(),
        }
    }

    pub fn grow(&mut self, count: usize, salt: &str) {
        let from = self.leaves.len();
        let more = (from..from + count).map(|n| leaf_hash(format!("{salt} {n}").as_bytes()));
        self.leaves.extend(more);
    }

    fn public(&self) -> &[u8] {
        self.pair.public_key().as_ref()
    }

    pub fn vkey(&self) -> String {
        let id: String = key_id(&self.origin, 1, self.public())
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        format!(
            "{}+{id}+{}",
            self.origin,
            STANDARD.encode([&[1], self.public()].concat())
        )
    }

    /// The signed checkpoint of the first `size` leaves.
    pub fn checkpoint(&self, size: usize) -> String {
        let text = format!(
            "{}\n{size}\n{}\n",
            self.origin,
            STANDARD.encode(root(&self.leaves[..size]))
        );
        let signature = self.pair.sign(text.as_bytes());
        let line = [&key_id(&self.origin, 1, self.public())[..], signature.as_ref()].concat();
        format!("{text}\n— {} {}\n", self.origin, STANDARD.encode(line))
    }

    /// What a witness is sent.
    pub fn submission(&self, old: usize, size: usize) -> String {
        let proof = if old == 0 || old > size {
            Vec::new()
        } else {
            consistency(&self.leaves[..size], old, true)
        };
        let lines: String = proof
            .iter()
            .map(|hash| format!("{}\n", STANDARD.encode(hash)))
            .collect();
        format!("old {old}\n{lines}\n{}", self.checkpoint(size))
    }
}

/// When the witness with this key cosigned this text, in Unix seconds, by the signature lines in `lines`; nothing if it did
/// not. Stops the test if a line of its key does not verify.
pub fn cosigned(vkey: &str, text: &str, lines: &str) -> Option<u64> {
    let mut parts = vkey.trim().splitn(3, '+');
    let (name, id, key) = (
        parts.next()?,
        parts.next()?,
        STANDARD.decode(parts.next()?).expect("base64"),
    );
    assert_eq!((key[0], key.len()), (4, 33), "{vkey}");
    let wanted = key_id(name, 4, &key[1..]);
    assert_eq!(wanted.iter().map(|b| format!("{b:02x}")).collect::<String>(), id);
    let prefix = format!("— {name} ");
    let found = lines.lines().filter_map(|line| line.strip_prefix(&prefix));
    let mut found = found.map(|encoded| STANDARD.decode(encoded).expect("base64"));
    let line = found.find(|bytes| bytes.starts_with(&wanted))?;
    let time = u64::from_be_bytes(line[4..12].try_into().expect("eight bytes"));
    let message = format!("cosignature/v1\ntime {time}\n{text}");
    let key = UnparsedPublicKey::new(&ED25519, &key[1..]);
    key.verify(message.as_bytes(), &line[12..])
        .expect("a cosignature that matches");
    Some(time)
}

/// The text of a note that the holder of this key signed (C2SP signed-note); stops the test if it is not.
pub fn signed(vkey: &str, note: &str) -> String {
    let mut fields = vkey.trim().splitn(3, '+');
    let mut field = || fields.next().expect("three fields");
    let (name, id, key) = (field(), field(), STANDARD.decode(field()).expect("base64"));
    let wanted = key_id(name, 1, &key[1..]);
    assert_eq!(wanted.iter().map(|b| format!("{b:02x}")).collect::<String>(), id);
    let (text, lines) = parts(note);
    let line = lines
        .strip_prefix(&format!("— {name} "))
        .expect("a signature under this name");
    let signature = STANDARD.decode(line.trim_end()).expect("base64");
    assert!(signature.starts_with(&wanted), "{line}");
    UnparsedPublicKey::new(&ED25519, &key[1..])
        .verify(text.as_bytes(), &signature[4..])
        .expect("a signature that matches");
    text
}

/// A note's text and its signature lines.
pub fn parts(note: &str) -> (String, String) {
    let (text, lines) = note.rsplit_once("\n\n").expect("an empty line");
    (format!("{text}\n"), lines.to_owned())
}

/// The size that a checkpoint's text says.
pub fn size(text: &str) -> u64 {
    text.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size")
}
