//! Whether a picked answer rests on a consent, by what the sample holds and the journal's key alone. The gateway says so in
//! the sample, and the auditor finds it again.

use domain::journal::Leaf;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::entry::hex;
use domain::journal::tree::sha256;
use domain::permission::evidence::Grade;
use serde_json::Value;
use wire::consent_receipt::{ConsentReceipt, EntryShown, check_but_words};

use super::Pick;

/// The word for evidence that was verified.
pub const VERIFIED: &str = "verified";
/// The word for a reply by text, of which nothing is left but the gateway's word.
pub const REPLY: &str = "reply";

/// Whether a word of a sample says that the evidence holds.
#[must_use]
pub fn holds(word: &str) -> bool {
    word == VERIFIED || word == REPLY
}

/// The consent that the subject's part of an entry names.
#[must_use]
pub fn consent_of(entry: &crate::records::line::EntryLine) -> Option<String> {
    let part: Value = serde_json::from_str(entry.subject.text()?).ok()?;
    part.get("permission").and_then(Value::as_str).map(str::to_owned)
}

/// What the evidence of a pick proves: [`VERIFIED`], [`REPLY`], or what does not hold. `party` is the party's id, and
/// `checkpoint` the signed note under which every entry must be proved.
#[must_use]
pub fn judged(pick: &Pick, party: &str, checkpoint: &str, key: &VerifierKey) -> String {
    match judge(pick, party, checkpoint, key) {
        Ok(word) => word.to_owned(),
        Err(why) => why,
    }
}

fn judge(pick: &Pick, party: &str, checkpoint: &str, key: &VerifierKey) -> Result<&'static str, String> {
    let consent = consent_of(&pick.entry).ok_or("it names no consent")?;
    if pick.consent.as_deref() != Some(&consent) {
        return Err("it names another consent".to_owned());
    }
    let receipt = pick.receipt.as_ref().ok_or("the terms of its consent are not kept")?;
    let receipt = ConsentReceipt::read(receipt.to_string().as_bytes()).map_err(|error| error.to_string())?;
    if receipt.terms.consent.to_string() != consent || receipt.terms.recipient.to_string() != party {
        return Err("its receipt is of another consent, or of another party's".to_owned());
    }
    let is_proved = |entry: &EntryShown| matches!(&entry.inclusion, Some((_, note)) if note == checkpoint);
    if !receipt.entries.iter().all(is_proved) {
        return Err("an entry of its consent is not proved under the checkpoint".to_owned());
    }
    check_but_words(&receipt, Some(key)).map_err(|doubt| doubt.to_string())?;
    let word = given(&receipt, pick.entry.leaf, party)?;
    let named = Grade::from_word(&word).ok_or("the journal names no known evidence of the yes")?;
    // A stronger signature over the same terms may have taken the place of the first.
    if receipt.evidence.grade().is_none_or(|grade| grade < named) {
        let found = receipt.evidence.grade().map_or("none", Grade::word);
        return Err(format!(
            "the journal says that `{word}` proved the yes, and what is kept is `{found}`"
        ));
    }
    Ok(match receipt.evidence.grade() {
        Some(Grade::SmsReply) => REPLY,
        _ => VERIFIED,
    })
}

/// The evidence that the journal names for a yes that was given before `leaf`, and held then.
fn given(receipt: &ConsentReceipt, leaf: Leaf, party: &str) -> Result<String, String> {
    let terms = hex(&sha256(&[&receipt.terms.canonical()]));
    let (mut asked, mut evidence) = (false, None);
    let mut entries: Vec<&EntryShown> = receipt.entries.iter().filter(|entry| entry.leaf < leaf).collect();
    entries.sort_unstable_by_key(|entry| entry.leaf);
    for entry in entries {
        let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
        let text = |name: &str| part.get(name).and_then(Value::as_str);
        if text("recipient") != Some(party) {
            return Err("an entry of its consent names another party".to_owned());
        }
        match text("kind").unwrap_or_default() {
            "consent-asked" => asked = text("terms") == Some(&terms),
            "consent-given" if text("terms").is_none_or(|found| found == terms) => {
                evidence = text("evidence").map(str::to_owned);
            }
            "consent-given" => return Err("the yes was to other terms".to_owned()),
            ended => return Err(format!("its consent was over: `{ended}` stands before it")),
        }
    }
    if !asked {
        return Err("no question stands before it in the journal".to_owned());
    }
    evidence.ok_or_else(|| "no yes stands before it in the journal".to_owned())
}
