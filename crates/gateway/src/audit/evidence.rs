//! Whether a picked answer rests on a consent, by what the sample holds and the journal's key alone. The gateway says so in
//! the sample, and the auditor finds it again.

use std::collections::BTreeMap;

use domain::journal::Leaf;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::entry::hex;
use domain::journal::tree::sha256;
use domain::permission::consent::Consent;
use domain::permission::evidence::Grade;
use domain::permission::terms::{Precision, Terms};
use domain::time::{Span, Timestamp};
use serde_json::Value;
use wire::consent_receipt::{ConsentReceipt, EntryShown, check_but_words};

use super::Pick;

/// The word for evidence that was verified.
pub const VERIFIED: &str = "verified";
/// The word for a reply by text, of which nothing is left but the gateway's word.
pub const REPLY: &str = "reply";
/// What the journal adds to the word of a signature that a reply by text went with.
const AND_REPLY: &str = "+sms-reply";

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

/// What the evidence of a pick proves: [`VERIFIED`], [`REPLY`], or what does not hold. `party` is the party's id,
/// `policies` the texts of policies by their hashes, and `checkpoint` the signed note under which every entry must be proved.
#[must_use]
pub fn judged(
    pick: &Pick,
    (party, policies): (&str, &BTreeMap<String, String>),
    checkpoint: &str,
    key: &VerifierKey,
) -> String {
    match judge(pick, (party, policies), checkpoint, key) {
        Ok(word) => word.to_owned(),
        Err(why) => why,
    }
}

fn judge(
    pick: &Pick,
    (party, policies): (&str, &BTreeMap<String, String>),
    checkpoint: &str,
    key: &VerifierKey,
) -> Result<&'static str, String> {
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
    let yes = given(&receipt, pick.entry.leaf, party)?;
    let waits = waits(policies, &yes.policy, receipt.terms.purpose.term())?;
    let answer: Value = serde_json::from_str(pick.entry.party.text().unwrap_or_default()).unwrap_or_default();
    keeps_to(&receipt.terms, &yes, waits, &answer)?;
    let word = yes.evidence;
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

/// A yes that the journal names.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Yes {
    /// The word of its evidence.
    evidence: String,
    at: Timestamp,
    /// The hash of the policy by which it was given.
    policy: String,
}

/// The last yes that was given before `leaf`, if nothing ended it before then.
fn given(receipt: &ConsentReceipt, leaf: Leaf, party: &str) -> Result<Yes, String> {
    let terms = hex(&sha256(&[&receipt.terms.canonical()]));
    let (mut asked, mut yes) = (false, None);
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
                let evidence = text("evidence").unwrap_or_default();
                // Nobody is asked about a machine line: the holder's yes is the first entry, and names the terms itself.
                asked |= text("terms").is_some() && evidence == Grade::AccountHolder.word();
                yes = Some(Yes {
                    evidence: evidence.strip_suffix(AND_REPLY).unwrap_or(evidence).to_owned(),
                    at: text("at")
                        .and_then(Timestamp::from_rfc3339)
                        .ok_or("the yes has no time")?,
                    policy: text("policy").unwrap_or_default().to_owned(),
                });
            }
            "consent-given" => return Err("the yes was to other terms".to_owned()),
            ended => return Err(format!("its consent was over: `{ended}` stands before it")),
        }
    }
    if !asked {
        return Err("no question stands before it in the journal".to_owned());
    }
    yes.ok_or_else(|| "no yes stands before it in the journal".to_owned())
}

/// How long a yes waits until it takes effect, by the text of the policy that its entry names.
fn waits(policies: &BTreeMap<String, String>, hash: &str, purpose: &str) -> Result<Span, String> {
    let text = policies
        .get(hash)
        .filter(|text| hex(&sha256(&[text.as_bytes()])) == hash)
        .ok_or("the policy by which the yes was given is not there")?;
    let mut lines = text.lines();
    let clauses = lines.find_map(|line| line.strip_prefix(purpose)?.strip_prefix(": "));
    let seconds = clauses
        .into_iter()
        .flat_map(|clauses| clauses.split("; "))
        .find_map(|clause| clause.strip_prefix("effect after ")?.strip_suffix(" s")?.parse().ok());
    let seconds = seconds.ok_or("the policy by which the yes was given allows no consent for its purpose")?;
    Ok(Span::seconds(seconds))
}

/// Whether an answer, by the party's part of its entry, keeps within the terms of a yes.
fn keeps_to(terms: &Terms, yes: &Yes, waits: Span, answer: &Value) -> Result<(), String> {
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    if text("purpose") != Some(terms.purpose.term()) {
        return Err("it was for another purpose than its consent".to_owned());
    }
    let (found, want) = (
        answer.get("metres").and_then(Value::as_u64).unwrap_or_default(),
        terms.precision.metres(),
    );
    if found < u64::from(want) {
        return Err(format!(
            "it is finer than was agreed to: {found} m, and {want} m was the finest"
        ));
    }
    if matches!(terms.precision, Precision::YesNo { .. }) && text("outcome") == Some("area") {
        return Err("it told an area, and only yes or no was agreed to".to_owned());
    }
    let at = text("at")
        .and_then(Timestamp::from_rfc3339)
        .ok_or("the answer has no time")?;
    let reach = Consent::asked(terms, yes.at).reach(waits, yes.at);
    if at < reach.from {
        return Err("its consent had not taken effect yet".to_owned());
    }
    if at >= reach.until {
        return Err("its consent had run out".to_owned());
    }
    if terms
        .within
        .as_ref()
        .is_some_and(|within| within.ends_after(at).is_none())
    {
        return Err("it lies outside the times that were agreed to".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
