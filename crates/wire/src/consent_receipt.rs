//! The receipt of a consent: what a person holds in hand, and anybody can check without asking the gateway.
//!
//! It carries the exact terms, the exact words that were shown, what proves the yes, and what the journal says of it.
//! `docs/auditing/consents.md` describes it field by field.

mod check;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::Leaf;
use domain::journal::entry::{Entry, Part};
use domain::journal::tree::Hash;
use domain::permission::assertion::Assertion;
use domain::permission::evidence::{Grade, HandsetKey, Proof, Signed};
use domain::permission::lines::Place;
use domain::permission::terms::Terms;
use serde_json::{Value, json};

use crate::json::{self, Fields, Node, ParseError};

pub use check::{Checked, Doubt, check, check_but_words};

/// What the document calls itself.
const KIND: &str = "wayleave consent receipt";
/// How deep it nests.
const DEPTH: usize = 6;
/// So many entries one consent has at most in a receipt.
const ENTRIES_MAX: usize = 64;
/// No inclusion proof is longer: a tree of 2⁶⁴ leaves is 64 high.
const PATH_MAX: usize = 64;

/// What proves the yes.
#[expect(
    clippy::large_enum_variant,
    reason = "a receipt holds one, and few receipts live at a time"
)]
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Evidence {
    /// There is none: the question was not answered with yes, or not yet.
    Nothing,
    /// A reply by text, which only the gateway saw.
    Reply,
    /// A signature over the terms.
    Signed(HandsetKey, Proof),
}

impl Evidence {
    /// The evidence of terms that were signed.
    #[must_use]
    pub fn of(signed: &Signed) -> Self {
        Self::Signed(signed.key().clone(), signed.proof().clone())
    }

    /// Its grade.
    #[must_use]
    pub const fn grade(&self) -> Option<Grade> {
        match self {
            Self::Nothing => None,
            Self::Reply => Some(Grade::SmsReply),
            Self::Signed(_, Proof::Handset(_)) => Some(Grade::HandsetLink),
            Self::Signed(_, Proof::Passkey(_)) => Some(Grade::Passkey),
            Self::Signed(_, Proof::AccountHolder(..)) => Some(Grade::AccountHolder),
        }
    }
}

/// What the journal says of the consent in one entry.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryShown {
    /// The entry's place.
    pub leaf: Leaf,
    /// The part that the party may read, too.
    pub party: Part,
    /// The entry's tag.
    pub tag: Hash,
    /// The commitment of the other part.
    pub subject: Hash,
    /// The proof that it is in the journal: the path, and the signed checkpoint.
    pub inclusion: Option<(Vec<Hash>, String)>,
}

impl From<&Entry> for EntryShown {
    fn from(entry: &Entry) -> Self {
        Self {
            leaf: entry.leaf,
            party: entry.party.clone(),
            tag: entry.tag,
            subject: entry.subject_part.commitment(),
            inclusion: None,
        }
    }
}

/// The receipt of one consent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentReceipt {
    /// The terms.
    pub terms: Terms,
    /// The exact words of the text message.
    pub text: String,
    /// What proves the yes.
    pub evidence: Evidence,
    /// What the journal says, oldest first.
    pub entries: Vec<EntryShown>,
}

impl ConsentReceipt {
    /// The receipt as JSON.
    #[must_use]
    pub fn print(&self) -> Value {
        json!({
            "kind": KIND,
            "v": 1,
            "terms": String::from_utf8_lossy(&self.terms.canonical()),
            "text": self.text,
            "evidence": print_evidence(&self.evidence),
            "entries": self.entries.iter().map(print_entry).collect::<Vec<_>>(),
        })
    }

    /// Reads a receipt; whether it holds is for [`check()`] to say.
    ///
    /// # Errors
    /// Says which field is missing, unknown or malformed.
    pub fn read(bytes: &[u8]) -> Result<Self, ParseError> {
        json::parse(bytes, DEPTH)?.object(|fields| {
            fields
                .required("kind")?
                .parsed("a receipt of a consent", |kind| (kind == KIND).then_some(()))?;
            fields.required("v")?.integer(1..=1)?;
            let terms = |text: &str| Terms::from_canonical(text.as_bytes());
            Ok(Self {
                terms: fields
                    .required("terms")?
                    .parsed("terms in their canonical form", terms)?,
                text: fields.required("text")?.text()?,
                evidence: fields.required("evidence")?.object(read_evidence)?,
                entries: fields
                    .required("entries")?
                    .list(0..=ENTRIES_MAX, |entry| entry.object(read_entry))?,
            })
        })
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn print_evidence(evidence: &Evidence) -> Value {
    let grade = evidence.grade().map_or("none", Grade::word);
    let Evidence::Signed(key, proof) = evidence else {
        return json!({ "grade": grade });
    };
    let key = json!({ "kty": "EC", "crv": "P-256", "x": encode(&key.x), "y": encode(&key.y) });
    match proof {
        Proof::Handset(signature) => json!({ "grade": grade, "key": key, "signature": encode(signature) }),
        Proof::Passkey(assertion) => with_assertion(json!({ "grade": grade, "key": key }), assertion),
        Proof::AccountHolder(assertion, place) => {
            let list = json!({
                "index": place.index,
                "size": place.size,
                "root": encode(&place.root),
                "path": place.path.iter().map(|hash| encode(hash)).collect::<Vec<_>>(),
            });
            with_assertion(json!({ "grade": grade, "key": key, "list": list }), assertion)
        }
    }
}

/// The names of the W3C's `AuthenticatorAssertionResponse`.
fn with_assertion(mut evidence: Value, assertion: &Assertion) -> Value {
    for (name, bytes) in [
        ("authenticatorData", &assertion.authenticator_data),
        ("clientDataJSON", &assertion.client_data),
        ("signature", &assertion.signature),
    ] {
        if let Some(members) = evidence.as_object_mut() {
            members.insert(name.to_owned(), encode(bytes).into());
        }
    }
    evidence
}

fn print_entry(entry: &EntryShown) -> Value {
    let mut value = json!({
        "leaf": entry.leaf,
        "party": entry.party.text,
        "salt": encode(&entry.party.salt),
        "subject": encode(&entry.subject),
        "tag": encode(&entry.tag),
    });
    if let (Some((path, checkpoint)), Some(members)) = (&entry.inclusion, value.as_object_mut()) {
        let path: Vec<String> = path.iter().map(|hash| encode(hash)).collect();
        members.insert("proof".to_owned(), path.into());
        members.insert("checkpoint".to_owned(), checkpoint.as_str().into());
    }
    value
}

fn bytes(node: Node) -> Result<Vec<u8>, ParseError> {
    node.parsed("base64url without padding", |text| URL_SAFE_NO_PAD.decode(text).ok())
}

fn array<const N: usize>(node: Node) -> Result<[u8; N], ParseError> {
    node.parsed("bytes of another number, in base64url without padding", |text| {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
    })
}

fn read_evidence(fields: &mut Fields) -> Result<Evidence, ParseError> {
    let grade = fields
        .required("grade")?
        .parsed("a grade, or none", |word| match word {
            "none" => Some(None),
            word => Grade::from_word(word).map(Some),
        })?;
    let proof = match grade {
        None => return Ok(Evidence::Nothing),
        Some(Grade::SmsReply) => return Ok(Evidence::Reply),
        Some(Grade::HandsetLink) => Proof::Handset(array(fields.required("signature")?)?),
        Some(Grade::Passkey) => Proof::Passkey(read_assertion(fields)?),
        Some(Grade::AccountHolder) => {
            let place = fields.required("list")?.object(read_place)?;
            Proof::AccountHolder(read_assertion(fields)?, place)
        }
    };
    let key = fields.required("key")?.object(|key| {
        for (name, value) in [("kty", "EC"), ("crv", "P-256")] {
            key.required(name)?
                .parsed(value, |text| (text == value).then_some(()))?;
        }
        Ok(HandsetKey {
            x: array(key.required("x")?)?,
            y: array(key.required("y")?)?,
        })
    })?;
    Ok(Evidence::Signed(key, proof))
}

fn read_assertion(fields: &mut Fields) -> Result<Assertion, ParseError> {
    Ok(Assertion {
        authenticator_data: bytes(fields.required("authenticatorData")?)?,
        client_data: bytes(fields.required("clientDataJSON")?)?,
        signature: bytes(fields.required("signature")?)?,
    })
}

fn count(node: Node) -> Result<u64, ParseError> {
    Ok(node.integer(0..=i64::MAX)?.unsigned_abs())
}

fn read_place(fields: &mut Fields) -> Result<Place, ParseError> {
    Ok(Place {
        index: count(fields.required("index")?)?,
        size: count(fields.required("size")?)?,
        root: array(fields.required("root")?)?,
        path: fields.required("path")?.list(0..=PATH_MAX, array)?,
    })
}

fn read_entry(fields: &mut Fields) -> Result<EntryShown, ParseError> {
    let proof = fields.optional("proof").map(|node| node.list(0..=PATH_MAX, array));
    let inclusion = match proof.transpose()? {
        Some(path) => Some((path, fields.required("checkpoint")?.text()?)),
        None => None,
    };
    Ok(EntryShown {
        leaf: count(fields.required("leaf")?)?,
        party: Part {
            salt: array(fields.required("salt")?)?,
            text: fields.required("party")?.text()?,
        },
        tag: array(fields.required("tag")?)?,
        subject: array(fields.required("subject")?)?,
        inclusion,
    })
}

#[cfg(test)]
mod tests;
