//! The gateway's receipt for an answer: that an entry stands in a journal, and that it is for this answer.

use super::note::JournalKey;
use crate::jwt::{JwtError, unbase64url};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

/// What a receipt has to be for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The answer that came with it.
    pub answer: &'a Value,
    /// Who asked.
    pub recipient: &'a str,
    /// The ask's first entry in the journal.
    pub asked: u64,
    /// The journals of which one must have signed; any, where none is given.
    pub journals: &'a [JournalKey],
}

/// Folds the entry into the root that the receipt's checkpoint names, and holds what it says against what is expected.
///
/// # Errors
/// When there is no receipt, a stranger signed it, the entry is not under the root, or it was made for another recipient,
/// ask or answer.
pub fn check(receipt: &Value, expected: Expected<'_>) -> Result<(), JwtError> {
    if !receipt.is_object() {
        return Err(JwtError::new("expected an answer with a receipt, found none"));
    }
    let text = receipt["party"].as_str().unwrap_or_default();
    let party: Value = serde_json::from_str(text).map_err(|_| JwtError::new("expected JSON in the receipt's entry"))?;
    if party["recipient"] != expected.recipient || party["asked"] != expected.asked {
        return Err(JwtError::new("expected a receipt for this ask, found one for another"));
    }
    let checkpoint = receipt["checkpoint"].as_str().unwrap_or_default();
    if !expected.journals.is_empty() && !expected.journals.iter().any(|journal| journal.signed(checkpoint)) {
        return Err(JwtError::new(
            "expected a checkpoint of a known journal, found a stranger's",
        ));
    }
    if root(receipt, text)? != checkpoint_root(receipt)? {
        return Err(JwtError::new(
            "expected an entry of the journal, found one that is not in it",
        ));
    }
    let key = bytes(receipt, "answerKey")?;
    let told = told(expected.answer).ok_or_else(|| JwtError::new("expected a place or a verdict in the answer"))?;
    let digest: String = sign(&Key::new(HMAC_SHA256, &key), told.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    if party["answer"] != digest {
        return Err(JwtError::new(
            "expected a receipt for this answer, found one for another",
        ));
    }
    Ok(())
}

fn bytes(receipt: &Value, name: &str) -> Result<Vec<u8>, JwtError> {
    let text = receipt[name].as_str();
    unbase64url(text.ok_or_else(|| JwtError::new(format!("expected `{name}` in the receipt, found none")))?)
}

/// The root that the entry and its proof lead to (RFC 9162 §2.1.3.2).
fn root(receipt: &Value, party: &str) -> Result<Vec<u8>, JwtError> {
    let commitment = sign(&Key::new(HMAC_SHA256, &bytes(receipt, "salt")?), party.as_bytes());
    let (tag, subject) = (bytes(receipt, "tag")?, bytes(receipt, "subject")?);
    let mut node = sha256(&[&[0], &tag, commitment.as_ref(), &subject]);
    let unfit = || JwtError::new("expected a proof that fits the journal's size");
    let mut index = receipt["leaf"].as_u64().ok_or_else(unfit)?;
    let size: u64 = checkpoint_line(receipt, 1).parse().map_err(|_| unfit())?;
    let mut last = size.checked_sub(1).filter(|last| index <= *last).ok_or_else(unfit)?;
    for sibling in receipt["proof"].as_array().into_iter().flatten() {
        let sibling = unbase64url(sibling.as_str().unwrap_or_default())?;
        if last == 0 {
            return Err(unfit());
        }
        if index % 2 == 1 || index == last {
            node = sha256(&[&[1], &sibling, &node]);
            while index % 2 == 0 && index > 0 {
                (index, last) = (index / 2, last / 2);
            }
        } else {
            node = sha256(&[&[1], &node, &sibling]);
        }
        (index, last) = (index / 2, last / 2);
    }
    if last == 0 { Ok(node) } else { Err(unfit()) }
}

fn checkpoint_root(receipt: &Value) -> Result<Vec<u8>, JwtError> {
    let root = STANDARD.decode(checkpoint_line(receipt, 2));
    root.map_err(|_| JwtError::new("expected a root in the receipt's checkpoint"))
}

/// A line of the checkpoint: its origin, its size, its root.
fn checkpoint_line(receipt: &Value, number: usize) -> &str {
    let checkpoint = receipt["checkpoint"].as_str().unwrap_or_default();
    checkpoint.lines().nth(number).unwrap_or_default()
}

fn sha256(parts: &[&[u8]]) -> Vec<u8> {
    digest(&SHA256, &parts.concat()).as_ref().to_vec()
}

/// What an answer tells, in the form that the journal keeps a digest of: degrees in millionths, metres as a whole number.
pub fn told(answer: &Value) -> Option<String> {
    let at = answer["lastLocationTime"].as_str()?;
    if let Some(area) = answer.get("area") {
        let micro = |name: &str| Some((area["center"][name].as_f64()? * 1e6).round() as i64);
        let (latitude, longitude) = (micro("latitude")?, micro("longitude")?);
        let radius = area["radius"].as_f64()?.round() as u64;
        return Some(format!(
            r#"{{"at":"{at}","latitudeMicro":{latitude},"longitudeMicro":{longitude},"radius":{radius}}}"#
        ));
    }
    let verdict = answer["verificationResult"].as_str()?;
    let rate = answer
        .get("matchRate")
        .map_or_else(|| "null".to_owned(), Value::to_string);
    Some(format!(r#"{{"at":"{at}","matchRate":{rate},"verdict":"{verdict}"}}"#))
}

#[cfg(test)]
mod tests;
