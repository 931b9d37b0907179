//! What a receipt proves, and what still rests on the gateway's word.

use std::fmt;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::entry::hex;
use domain::journal::receipt::{Receipt, ReceiptError};
use domain::journal::tree::sha256;
use domain::permission::assertion::RelyingParty;
use domain::permission::evidence::{Proof, Signed};
use domain::permission::terms::{Precision, Terms};
use serde_json::Value;

use super::{ConsentReceipt, EntryShown, Evidence};

/// What was found, in sentences for a person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// What the receipt proves.
    pub proved: Vec<String>,
    /// What it does not.
    pub on_its_word: Vec<String>,
}

/// Why a receipt does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Doubt {
    /// The words are not those whose hash stands in the terms.
    Words,
    /// The signature is not over these terms by this key.
    Signature,
    /// An entry of the journal is about something else; says which, and what was wanted.
    Entry(u64, &'static str),
    /// An entry is not in the journal that the key signs for.
    Inclusion(u64, String),
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words => f.write_str("`text`: expected the words whose hash stands in the terms, found others"),
            Self::Signature => {
                f.write_str("`evidence`: expected a signature of these terms by this key, found that it does not match")
            }
            Self::Entry(leaf, want) => write!(f, "entry {leaf}: expected {want}, found another"),
            Self::Inclusion(leaf, why) => write!(f, "entry {leaf}: {why}"),
        }
    }
}

impl std::error::Error for Doubt {}

/// Checks a receipt. Without the journal's key its entries' proofs are not believed.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(receipt: &ConsentReceipt, key: Option<&VerifierKey>) -> Result<Checked, Doubt> {
    if sha256(&[receipt.text.as_bytes()]) != receipt.terms.text_hash {
        return Err(Doubt::Words);
    }
    let mut checked = check_but_words(receipt, key)?;
    let words = "the words in this receipt are the words that the terms name";
    checked.proved.insert(1, words.to_owned());
    Ok(checked)
}

/// The same of a receipt from which the words were left out, as for an auditor: they hold the person's own link.
///
/// # Errors
/// The first thing that does not hold.
pub fn check_but_words(receipt: &ConsentReceipt, key: Option<&VerifierKey>) -> Result<Checked, Doubt> {
    let mut checked = Checked::default();
    checked.proved.push(agreed(&receipt.terms));
    check_evidence(receipt, &mut checked)?;
    for entry in &receipt.entries {
        check_entry(receipt, entry, key, &mut checked)?;
    }
    if receipt.entries.is_empty() {
        let word = "that the journal says so too: this receipt holds no entry of it";
        checked.on_its_word.push(word.to_owned());
    }
    let more = [
        "whose number it is: no number stands in this receipt",
        "whether the consent holds now: it may have ended or been withdrawn since",
    ];
    checked.on_its_word.extend(more.map(str::to_owned));
    Ok(checked)
}

/// The terms in a sentence.
fn agreed(terms: &Terms) -> String {
    let exact = match terms.precision {
        Precision::Area { metres } => format!("an area of at least {metres} m"),
        Precision::YesNo { metres } => format!("yes or no about a circle of at least {metres} m"),
    };
    let count = match terms.count {
        Some(1) => "once".to_owned(),
        Some(count) => format!("at most {count} times"),
        None => "any number of times".to_owned(),
    };
    format!(
        "the terms are well-formed: {} may ask for {exact}, {count}, for {} seconds after the yes, for {} (case {})",
        terms.recipient_name,
        terms.lasts.as_seconds(),
        terms.purpose,
        terms.case.as_str(),
    )
}

fn check_evidence(receipt: &ConsentReceipt, checked: &mut Checked) -> Result<(), Doubt> {
    let terms = &receipt.terms;
    let party = relying_party(&terms.gateway);
    let (holds, proved, word) = match &receipt.evidence {
        Evidence::Nothing => (true, "", "nothing of a yes: this receipt holds none"),
        Evidence::Reply => (
            true,
            "",
            "that the number replied with this question's code: only the gateway saw the reply",
        ),
        Evidence::Signed(key, Proof::Handset(signature)) => (
            Signed::verify(terms.clone(), key.clone(), *signature).is_some(),
            "a key that a phone's browser made signed exactly these terms",
            "that the key was made on the phone with that number: the gateway texted the link there",
        ),
        Evidence::Signed(key, Proof::Passkey(assertion)) => (
            Signed::by_passkey(terms.clone(), assertion.clone(), key.clone(), party).is_some(),
            "a passkey signed exactly these terms, with its person present and verified",
            "that the passkey is the subscriber's: the gateway enrolled it",
        ),
        Evidence::Signed(key, Proof::AccountHolder(assertion, place)) => (
            place.holds(terms) && assertion.holds(&place.root, key, party),
            "a passkey signed a list in which exactly these terms stand, with its person present and verified",
            "that the passkey is the account holder's, and that the line is a machine's, as its carrier said",
        ),
    };
    if !holds {
        return Err(Doubt::Signature);
    }
    if !proved.is_empty() {
        checked.proved.push(proved.to_owned());
    }
    checked.on_its_word.push(word.to_owned());
    Ok(())
}

/// Passkeys of a gateway are made for the host name of its address, and used on its pages.
fn relying_party(gateway: &str) -> RelyingParty<'_> {
    let host = gateway.split_once("://").map_or(gateway, |(_, rest)| rest);
    let id = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    RelyingParty { id, origin: gateway }
}

fn check_entry(
    receipt: &ConsentReceipt,
    entry: &EntryShown,
    key: Option<&VerifierKey>,
    checked: &mut Checked,
) -> Result<(), Doubt> {
    let party: Value = serde_json::from_str(&entry.party.text).map_err(|_| Doubt::Entry(entry.leaf, "JSON"))?;
    let text = |name: &str| party.get(name).and_then(Value::as_str);
    let terms = &receipt.terms;
    if text("consent") != Some(&terms.consent.to_string()) {
        return Err(Doubt::Entry(entry.leaf, "one about this consent"));
    }
    let hash = hex(&sha256(&[&terms.canonical()]));
    if text("kind") == Some("consent-asked") && text("terms") != Some(&hash) {
        return Err(Doubt::Entry(entry.leaf, "the hash of these terms"));
    }
    let (kind, at) = (text("kind").unwrap_or_default(), text("at").unwrap_or_default());
    let said = format!("entry {} says `{kind}` at {at}", entry.leaf);
    let (Some((path, checkpoint)), Some(key)) = (&entry.inclusion, key) else {
        let why = if entry.inclusion.is_none() {
            "it came without a proof of inclusion"
        } else {
            "no key of the journal was given to check it with"
        };
        checked.on_its_word.push(format!("that {said} in the journal: {why}"));
        return Ok(());
    };
    let proof = Receipt {
        leaf: entry.leaf,
        party: entry.party.clone(),
        tag: entry.tag,
        subject: entry.subject,
        proof: path.clone(),
        checkpoint: checkpoint.as_str().into(),
        answer_key: None,
    };
    let inside = proof
        .verify(key)
        .map_err(|error: ReceiptError| Doubt::Inclusion(entry.leaf, error.to_string()))?;
    checked
        .proved
        .push(format!("{said}, and is one of {} in `{}`", inside.size, inside.origin));
    Ok(())
}
