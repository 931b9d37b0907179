//! The crates `tlog_tiles` and `signed_note`, which others wrote: notes, checkpoints, stored hashes, tiles and proofs are all
//! theirs. What they have no word for, the leaf of a receipt, is put together from their hashes.

use std::cell::RefCell;

use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use signed_note::{Note, StandardVerifier, VerifierList};
use tlog_tiles::{
    Checkpoint, Error, Hash, HashReader, Tile, check_record, record_hash, stored_hash_index, stored_hashes, tree_hash,
};

use crate::Verifier;
use crate::corpus::Files;

pub struct Oracle(String);

/// Hashes in the order in which the crate stores them.
#[derive(Default)]
struct Stored(RefCell<Vec<Hash>>);

impl HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, Error> {
        let hashes = self.0.borrow();
        Ok(indexes.iter().map(|index| hashes[*index as usize]).collect())
    }
}

impl Oracle {
    pub fn new(key: &str) -> Self {
        Self(key.to_owned())
    }

    fn checkpoint(&self, note: &[u8]) -> Option<Checkpoint> {
        let verifier = StandardVerifier::new(&self.0).expect("a key");
        let note = Note::from_bytes(note).ok()?;
        note.verify(&VerifierList::new(vec![Box::new(verifier)])).ok()?;
        let checkpoint = Checkpoint::from_bytes(note.text()).ok()?;
        let name = self.0.split('+').next();
        (Some(checkpoint.origin()) == name && checkpoint.extension().is_empty()).then_some(checkpoint)
    }

    fn log(&self, files: &Files) -> Option<()> {
        let checkpoint = self.checkpoint(files.get("checkpoint")?)?;
        let size = checkpoint.size();
        let stored = Stored::default();
        for index in 0..size.div_ceil(256) {
            let width = (size - 256 * index).min(256);
            let mut tile = Tile::new(8, 0, index, u32::try_from(width).ok()?, false);
            tile.set_is_data();
            let bundle = files.get(&path(&tile))?;
            if bundle.len() as u64 != 98 * width {
                return None;
            }
            for (leaf, entry) in (256 * index..).zip(bundle.chunks(98)) {
                let entry = entry.strip_prefix(&[0, 96])?;
                let more = stored_hashes(leaf, entry, &stored).ok()?;
                assert_eq!(stored_hash_index(0, leaf), stored.0.borrow().len() as u64);
                stored.0.borrow_mut().extend(more);
            }
        }
        if tree_hash(size, &stored).ok()? != *checkpoint.hash() {
            return None;
        }
        for tile in Tile::new_tiles(8, 0, size) {
            if *files.get(&path(&tile))? != tile.read_data(&stored).ok()? {
                return None;
            }
        }
        Some(())
    }

    fn receipt(&self, text: &[u8], answer: &[u8]) -> Option<()> {
        let receipt: Value = serde_json::from_slice(text).ok()?;
        let value = |name: &str| decode(receipt.get(name)?);
        let (salt, tag, subject) = (value("salt")?, value("tag")?, value("subject")?);
        let party = receipt.get("party")?.as_str()?;
        let commitment = sign(&Key::new(HMAC_SHA256, &salt), party.as_bytes());
        let leaf = record_hash(&[&tag[..], commitment.as_ref(), &subject[..]].concat());
        let proof = receipt.get("proof")?.as_array()?.iter();
        let proof = proof
            .map(|hash| Some(Hash(decode(hash)?.try_into().ok()?)))
            .collect::<Option<Vec<Hash>>>()?;
        let checkpoint = self.checkpoint(receipt.get("checkpoint")?.as_str()?.as_bytes())?;
        let index = receipt.get("leaf")?.as_u64()?;
        check_record(&proof, checkpoint.size(), *checkpoint.hash(), index, leaf).ok()?;
        let digest = sign(&Key::new(HMAC_SHA256, &value("answerKey")?), told(answer).as_bytes());
        let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let party: Value = serde_json::from_str(party).ok()?;
        // Fields in another order or number, and values of another kind, are another spelling.
        let again = json!({
            "answerKey": receipt["answerKey"], "checkpoint": receipt["checkpoint"], "leaf": index,
            "party": receipt["party"], "proof": receipt["proof"], "salt": receipt["salt"],
            "subject": receipt["subject"], "tag": receipt["tag"], "v": 1,
        });
        (party["answer"] == digest && again.to_string().as_bytes() == text).then_some(())
    }
}

/// The crate writes the height into its paths, and calls bundles data.
fn path(tile: &Tile) -> String {
    let path = tile.path().replacen("tile/8/", "tile/", 1);
    path.replacen("tile/data/", "tile/entries/", 1)
}

fn decode(value: &Value) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(value.as_str()?).ok()
}

/// The answer as the journal digests it.
fn told(answer: &[u8]) -> String {
    let answer: Value = serde_json::from_slice(answer).expect("JSON");
    let micro = |name: &str| (answer["area"]["center"][name].as_f64().expect("degrees") * 1e6).round() as i64;
    format!(
        r#"{{"at":{},"latitudeMicro":{},"longitudeMicro":{},"radius":{}}}"#,
        answer["lastLocationTime"],
        micro("latitude"),
        micro("longitude"),
        answer["area"]["radius"]
    )
}

impl Verifier for Oracle {
    fn log_is_good(&self, files: &Files) -> bool {
        self.log(files).is_some()
    }

    fn receipt_is_good(&self, receipt: &[u8], answer: &[u8]) -> bool {
        self.receipt(receipt, answer).is_some()
    }
}
