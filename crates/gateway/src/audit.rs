//! An audit of consents: the entries that an auditor's seed picks, with all that proves their consents; the texts that ask
//! their people; and the auditor's side, which trusts none of it. `docs/auditing/consent-audit.md` says what each document
//! holds.

pub mod ask;
pub mod check;
pub mod evidence;
pub mod key;
pub mod page;
pub mod report;
pub mod sample;

use std::collections::BTreeMap;

use domain::journal::Leaf;
use domain::journal::tree::Hash;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::records::line::EntryLine;

/// What a sample calls itself.
pub const SAMPLE: &str = "wayleave audit sample";
/// The name under which the journal's key signs a sample.
pub const SAMPLE_NAME: &str = "audit-sample";
/// The form of these documents.
pub const VERSION: u32 = 1;

/// A sample: what was asked for, all that could have been picked, and what was.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// [`SAMPLE`].
    pub what: String,
    /// [`VERSION`].
    pub v: u32,
    /// The gateway's address.
    pub gateway: String,
    /// Who runs it.
    pub operator: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The journal's key.
    pub key: String,
    /// The signed checkpoint under which everything is proved.
    pub checkpoint: String,
    /// The party's id.
    pub party: String,
    /// Its registered name.
    pub party_name: String,
    /// The month, `2026-11`, in UTC.
    pub month: String,
    /// How many were to be picked.
    pub n: u64,
    /// The auditor's seed, in hexadecimal.
    pub seed: String,
    /// The leaves of every answer to the party in the month, in order.
    pub population: Vec<Leaf>,
    /// How many entries of the month were erased, whosever they were: none of them can be picked.
    pub erased: u64,
    /// The texts of the policies by which the consents were given, by their hashes in hexadecimal.
    pub policies: BTreeMap<String, String>,
    /// What was picked, in order.
    pub picks: Vec<Pick>,
}

/// One picked entry.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The entry: both parts opened, and the proof.
    pub entry: EntryLine,
    /// The consent that it says it rests on.
    pub consent: Option<String>,
    /// The receipt of that consent, without the words of its question, which hold the person's own link.
    pub receipt: Option<Value>,
    /// What the receipt proves: `verified`, `reply`, or what does not hold.
    pub evidence: String,
}

/// Lower-case hexadecimal, read.
#[must_use]
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?))
        .collect()
}

/// A hash in the 64 digits of documents.
fn digits(hash: &Hash) -> String {
    domain::journal::entry::hex(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_is_read_to_the_letter() {
        assert_eq!(from_hex("00ff5e"), Some(vec![0, 255, 0x5e]));
        for wrong in ["0", "0g", "FF", " 00"] {
            assert_eq!(from_hex(wrong), None, "{wrong}");
        }
    }
}
