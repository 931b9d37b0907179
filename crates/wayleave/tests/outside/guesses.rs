//! What a curious reader would try on public leaves with everything that they hold: each value as a key and as a message,
//! with counts, in every encoding that is near at hand.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// So far the reader counts.
const COUNTS: u64 = 24;
/// Longer values are texts, which are tried whole only.
const PIECES_UP_TO: usize = 200;

/// A public leaf in its three thirds: the tag, and the commitments to the party's and the subject's part.
pub type Leaf = [[u8; 32]; 3];

/// Every value that a reader holds, as bytes.
#[derive(Default)]
pub struct Held(BTreeSet<Vec<u8>>);

impl Held {
    /// A document, each value in it, and what those are when they are decoded.
    pub fn take(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.take_text(text),
            Value::Number(number) => {
                let number = number.as_u64().unwrap_or_default();
                self.0.extend([
                    number.to_be_bytes().to_vec(),
                    number.to_le_bytes().to_vec(),
                    number.to_string().into_bytes(),
                ]);
            }
            Value::Array(items) => items.iter().for_each(|item| self.take(item)),
            Value::Object(fields) => fields.iter().for_each(|(name, value)| {
                self.0.insert(name.clone().into_bytes());
                self.take(value);
            }),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text, its pieces, and what they are when they are decoded.
    pub fn take_text(&mut self, text: &str) {
        if !self.0.insert(text.as_bytes().to_vec()) {
            return;
        }
        if let Ok(inner) = serde_json::from_str::<Value>(text) {
            self.take(&inner);
        }
        let decoded = [URL_SAFE_NO_PAD.decode(text), STANDARD.decode(text)];
        self.0.extend(decoded.into_iter().flatten());
        let hex = (0..text.len() / 2).map(|at| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok());
        self.0.extend(hex.collect::<Option<Vec<u8>>>());
        if text.len() <= PIECES_UP_TO {
            text.split(|c: char| !c.is_ascii_alphanumeric()).for_each(|piece| {
                self.0.insert(piece.as_bytes().to_vec());
            });
        } else {
            text.lines()
                .filter(|line| line.len() <= PIECES_UP_TO)
                .for_each(|line| self.take_text(line));
        }
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Which thirds of which leaves the reader can make from what they hold.
    pub fn explains(&self, leaves: &[Leaf]) -> Vec<(usize, usize)> {
        let mut places: BTreeMap<[u8; 32], (usize, usize)> = BTreeMap::new();
        for (leaf, thirds) in leaves.iter().enumerate() {
            places.extend(thirds.iter().enumerate().map(|(third, bytes)| (*bytes, (leaf, third))));
        }
        let mut found = BTreeSet::new();
        let mut look = |guess: &[u8]| {
            let place = <[u8; 32]>::try_from(guess).ok().and_then(|guess| places.get(&guess));
            found.extend(place.copied());
        };
        let counted: Vec<Vec<u8>> = (0..COUNTS).flat_map(counts).collect();
        for value in &self.0 {
            look(value);
            look(digest(&SHA256, value).as_ref());
            let key = Key::new(HMAC_SHA256, value);
            for message in self.0.iter().chain(&counted) {
                look(sign(&key, message).as_ref());
            }
            for count in &counted {
                look(digest(&SHA256, &[&value[..], count].concat()).as_ref());
                // A key of its own for each person, as the journal makes one, if its master were a value at hand.
                look(sign(&Key::new(HMAC_SHA256, sign(&key, value).as_ref()), count).as_ref());
            }
        }
        found.into_iter().collect()
    }
}

/// A count in the forms in which it may stand in a message.
fn counts(number: u64) -> Vec<Vec<u8>> {
    let byte = u8::try_from(number).expect("small");
    let long = number.to_be_bytes();
    vec![
        vec![byte],
        number.to_string().into_bytes(),
        long.to_vec(),
        [&long[..], &[0]].concat(),
        [&long[..], &[1]].concat(),
        long[4..].to_vec(),
        number.to_le_bytes().to_vec(),
        format!("{{\"n\":{number}}}").into_bytes(),
    ]
}
