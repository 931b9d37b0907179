//! The receipt of each consent, as `wayleave consent verify` and `docs/auditing/consents.md` know it: the exact terms, the
//! exact words, what proves the yes, and what the journal says of it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::ConsentId;
use domain::journal::entry::Entry;
use domain::journal::store::StoreError;
use domain::permission::evidence::{Grade, HandsetKey, Proof};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::Proofs;
use crate::seal::Sealer;
use crate::store::history::Seen;
use crate::store::permission::evidence;
use crate::store::permission::sqlite::{Question, by_id, terms_of};

/// A consent with what proves it.
pub(super) struct Kept {
    question: Question,
    proof: Option<(HandsetKey, Proof)>,
}

/// The consents that these entries speak of, oldest first.
///
/// # Errors
/// When a row cannot be read or opened.
pub(super) fn of(connection: &Connection, seen: &[Seen], sealer: &Sealer) -> Result<Vec<Kept>, StoreError> {
    let ids: BTreeSet<ConsentId> = seen.iter().filter_map(|seen| seen.consent).collect();
    let mut kept = Vec::new();
    for id in ids {
        let Some(terms) = terms_of(connection, id)? else {
            continue;
        };
        if let Some(question) = by_id(connection, id, terms.recipient, sealer)? {
            let proof = evidence::of(connection, id)?;
            kept.push(Kept { question, proof });
        }
    }
    Ok(kept)
}

impl Kept {
    /// The receipt as JSON.
    pub(super) fn print(&self, seen: &[Seen], proofs: &Proofs) -> Value {
        let Question { terms, words, .. } = &self.question;
        let about: Vec<Value> = seen
            .iter()
            .rev()
            .filter(|seen| seen.consent == Some(terms.consent) && seen.kind.word().starts_with("consent-"))
            .map(|seen| entry(&seen.entry, proofs))
            .collect();
        json!({
            "kind": "wayleave consent receipt",
            "v": 1,
            "terms": String::from_utf8_lossy(&terms.canonical()),
            "text": words,
            "evidence": self.evidence(seen),
            "entries": about,
        })
    }

    fn evidence(&self, seen: &[Seen]) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let Some((key, proof)) = &self.proof else {
            let id = self.question.terms.consent;
            let given = seen
                .iter()
                .any(|seen| seen.consent == Some(id) && seen.kind.word() == "consent-given");
            return json!({"grade": if given { Grade::SmsReply.word() } else { "none" }});
        };
        let key = json!({"kty": "EC", "crv": "P-256", "x": encode(&key.x), "y": encode(&key.y)});
        let (grade, assertion) = match proof {
            Proof::Handset(signature) => {
                return json!({"grade": Grade::HandsetLink.word(), "key": key, "signature": encode(signature)});
            }
            Proof::Passkey(assertion) => (Grade::Passkey, assertion),
            Proof::AccountHolder(assertion, _) => (Grade::AccountHolder, assertion),
        };
        let mut shown = json!({
            "grade": grade.word(),
            "key": key,
            "authenticatorData": encode(&assertion.authenticator_data),
            "clientDataJSON": encode(&assertion.client_data),
            "signature": encode(&assertion.signature),
        });
        if let (Proof::AccountHolder(_, place), Some(members)) = (proof, shown.as_object_mut()) {
            let path: Vec<String> = place.path.iter().map(|hash| encode(hash)).collect();
            let list = json!({"index": place.index, "size": place.size, "root": encode(&place.root), "path": path});
            members.insert("list".to_owned(), list);
        }
        shown
    }
}

fn entry(entry: &Entry, proofs: &Proofs) -> Value {
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    json!({
        "leaf": entry.leaf,
        "party": entry.party.text,
        "salt": encode(&entry.party.salt),
        "subject": encode(&entry.subject_part.commitment()),
        "tag": encode(&entry.tag),
        "proof": proofs.of(entry.leaf),
        "checkpoint": proofs.checkpoint,
    })
}
