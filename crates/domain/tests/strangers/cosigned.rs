//! A checkpoint that two witnesses cosigned, with one bit after the other altered. Whoever wants all three signatures
//! notices each: our own parts; the crate `signed_note`; Go's `note`; and Python. The two latter packages, and the crate,
//! know plain Ed25519 alone, so the lines that make a cosignature of it (C2SP tlog-cosignature) are a stranger's own:
//! `cosigned_test.go`, `cosigned.py`, and below.

use std::fs;
use std::path::Path;
use std::process::Command;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::journal::checkpoint::{VerifierKey, sign};
use domain::journal::cosignature::{Cosigner, CosignerKey};
use domain::journal::keys::Keys;
use domain::journal::note::Note;
use signed_note::{StandardVerifier, Verifier, VerifierList, key_id};

use crate::programs::{GO_SOURCES, has_python, in_go, said, skipped};

/// A cosigned checkpoint, and the keys of whoever signed it: the journal's, and the witnesses'.
pub struct Cosigned {
    pub note: Vec<u8>,
    pub log: String,
    pub witnesses: [String; 2],
}

impl Cosigned {
    pub fn make() -> Self {
        let keys = Keys::new("gateway.example.com/journal", &[1; 32], &[2; 32]).expect("keys");
        let witness = |seed: u8| Cosigner::new(&format!("witness.example.com/w{seed}"), &[seed; 32]).expect("a key");
        let witnesses = [witness(3), witness(4)];
        let mut note = Note::parse(&sign(&keys, 258, &[7; 32])).expect("a note");
        for (time, witness) in (1_800_000_000..).zip(&witnesses) {
            note.add(witness.sign(note.text(), time)).expect("room");
        }
        Self {
            note: note.to_string().into_bytes(),
            log: VerifierKey::of(&keys).to_string(),
            witnesses: witnesses.map(|witness| witness.key().to_string()),
        }
    }

    /// Alters every bit in turn; how many were altered.
    pub fn flip(&self, is_good: impl Fn(&[u8]) -> bool) -> usize {
        assert!(is_good(&self.note), "what was not altered is not accepted");
        for at in 0..self.note.len() {
            for bit in 0..8 {
                let mut altered = self.note.clone();
                altered[at] ^= 1 << bit;
                assert!(!is_good(&altered), "bit {bit} of byte {at} is not noticed");
            }
        }
        self.note.len() * 8
    }

    /// Whether our own parts find the checkpoint and both cosignatures.
    pub fn by_our_own(&self, note: &[u8]) -> bool {
        let log = VerifierKey::parse(&self.log).expect("a key");
        let Some(text) = std::str::from_utf8(note).ok() else {
            return false;
        };
        let Ok(note) = Note::parse(text) else { return false };
        let cosigned = |key: &String| CosignerKey::parse(key).expect("a key").cosigned(&note).is_ok();
        log.checkpoint(&note).is_ok() && self.witnesses.iter().all(cosigned)
    }

    /// Whether the crate of others does.
    pub fn by_the_crate(&self, note: &[u8]) -> bool {
        let mut keys: Vec<Box<dyn Verifier>> = vec![Box::new(StandardVerifier::new(&self.log).expect("a key"))];
        for key in &self.witnesses {
            keys.push(Box::new(Witness::new(key)));
        }
        let Ok(note) = signed_note::Note::from_bytes(note) else {
            return false;
        };
        let verified = note.verify(&VerifierList::new(keys));
        verified.is_ok_and(|(good, unknown)| good.len() == 3 && unknown.is_empty())
    }

    /// Writes it for another program: `note`, and `keys`, a line for each, the journal's first.
    fn write(&self, folder: &Path) {
        fs::write(folder.join("note"), &self.note).expect("written");
        let keys = [&self.log, &self.witnesses[0], &self.witnesses[1]].map(|key| format!("{key}\n"));
        fs::write(folder.join("keys"), keys.concat()).expect("written");
    }

    fn hold(&self, words: &str) {
        let all = format!("flips: {}\n", self.note.len() * 8);
        assert!(words.contains(&all), "{words}");
    }
}

/// A witness's key, to the crate.
struct Witness {
    name: String,
    id: u32,
    key: Vec<u8>,
}

impl Witness {
    fn new(text: &str) -> Self {
        let (name, rest) = text.split_once('+').expect("a name");
        let key = STANDARD.decode(rest.split_once('+').expect("an id").1).expect("base64");
        assert_eq!(key[0], 4, "a key of a witness");
        Self {
            name: name.to_owned(),
            id: key_id(name, &key),
            key: key[1..].to_vec(),
        }
    }
}

impl Verifier for Witness {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((time, signature)) = signature.split_first_chunk() else {
            return false;
        };
        let head = format!("cosignature/v1\ntime {}\n", u64::from_be_bytes(*time));
        let message = [head.as_bytes(), text].concat();
        UnparsedPublicKey::new(&ED25519, &self.key)
            .verify(&message, signature)
            .is_ok()
    }
}

pub fn go(cosigned: &Cosigned) {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    cosigned.write(folder);
    fs::write(folder.join("cosigned_test.go"), include_str!("cosigned_test.go")).expect("written");
    let Some(mut test) = in_go(folder) else {
        return skipped(&format!("Go with golang-golang-x-mod-dev ({GO_SOURCES})"));
    };
    let test = test
        .args(["test", "-count=1", "-v", "cosigned_test.go"])
        .output()
        .expect("go");
    assert!(test.status.success(), "{}", said(&test));
    cosigned.hold(&said(&test));
}

pub fn python(cosigned: &Cosigned) {
    if !has_python() {
        return skipped("Python with cryptography");
    }
    let folder = tempfile::tempdir().expect("a folder");
    cosigned.write(folder.path());
    fs::write(folder.path().join("cosigned.py"), include_str!("cosigned.py")).expect("written");
    let run = Command::new("python3")
        .arg("cosigned.py")
        .current_dir(folder.path())
        .output();
    let run = run.expect("python3");
    assert!(run.status.success(), "{}", said(&run));
    cosigned.hold(&said(&run));
}
