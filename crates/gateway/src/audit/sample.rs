//! The operator's side: what could have been picked, what the seed picks of it, and everything that proves it.

use std::collections::{BTreeMap, BTreeSet};

use domain::audit::choice::choose;
use domain::id::{ConsentId, PartyId};
use domain::journal::Leaf;
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::entry::{Entry, Kind, hex};
use domain::journal::kept::Kept;
use domain::time::Timestamp;
use serde_json::Value;
use wire::consent_receipt::{ConsentReceipt, EntryShown, Evidence};

use super::{Pick, SAMPLE, Sample, VERSION, evidence, from_hex};
use crate::config::gateway::Gateway;
use crate::records::RecordsError;
use crate::records::book::{Book, Prover};
use crate::records::line::{EntryLine, Reader};
use crate::store::life::policy_text;
use crate::store::permission::evidence as signatures;
use crate::store::permission::sqlite::terms_of;

/// What a receipt leaves out: the words hold the person's own link.
const NO_WORDS: &str = "";
/// So many entries of one consent are shown: as many as a receipt takes.
const ENTRIES_SHOWN: usize = 64;

/// What the auditor asks for.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// Whose answers: a party's short name.
    pub party: &'a str,
    /// In which month, in UTC.
    pub month: Month,
    /// How many.
    pub n: u64,
    /// The seed.
    pub seed: &'a [u8],
    /// The signed checkpoint under which everything must lie.
    pub checkpoint: &'a str,
}

/// A month in UTC.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Month(String);

impl Month {
    /// Reads `2026-11`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let first = Timestamp::from_rfc3339(&format!("{text}-01T00:00:00Z"))?;
        let whole = first.rfc3339().get(..7) == Some(text);
        whole.then(|| Self(text.to_owned()))
    }

    /// Whether an entry's time, RFC 3339 in UTC, lies in it.
    #[must_use]
    pub fn has(&self, at: &str) -> bool {
        at.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('-'))
    }

    /// The month, `2026-11`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What was found on the way through the journal.
#[derive(Default)]
struct Population {
    leaves: Vec<Leaf>,
    erased: u64,
}

/// Makes the sample, verifying the whole journal on the way.
///
/// # Errors
/// When the checkpoint is not this journal's, or the journal does not verify.
pub fn make(book: &Book, gateway: &Gateway, wanted: &Wanted<'_>, now: Timestamp) -> Result<Sample, RecordsError> {
    let party = book.party(wanted.party)?;
    let checkpoint = book.kept(wanted.checkpoint, &[])?;
    if checkpoint.origin != book.head().origin {
        return Err(RecordsError::Differs(format!(
            "expected a checkpoint of `{}`, found one of `{}`",
            book.head().origin,
            checkpoint.origin
        )));
    }
    let population = population(book, &checkpoint, party.id, &wanted.month)?;
    let count = u64::try_from(population.leaves.len()).unwrap_or(u64::MAX);
    let places = choose(wanted.seed, &checkpoint.root, count, wanted.n);
    let picked: BTreeSet<Leaf> = places
        .iter()
        .filter_map(|place| population.leaves.get(usize::try_from(*place).ok()?).copied())
        .collect();
    let key = VerifierKey::of(book.keys());
    let mut sample = Sample {
        what: SAMPLE.to_owned(),
        v: VERSION,
        gateway: gateway.issuer.clone(),
        operator: gateway.operator.clone(),
        made_at: now.rfc3339(),
        key: key.to_string(),
        checkpoint: wanted.checkpoint.to_owned(),
        party: party.id.to_string(),
        party_name: party.record.name,
        month: wanted.month.as_str().to_owned(),
        n: wanted.n,
        seed: hex(wanted.seed),
        population: population.leaves,
        erased: population.erased,
        policies: BTreeMap::new(),
        picks: Vec::new(),
    };
    sample.picks = picks(book, &checkpoint, &sample.checkpoint, &picked, &mut sample.policies)?;
    for pick in &mut sample.picks {
        pick.evidence = evidence::judged(pick, (&sample.party, &sample.policies), &sample.checkpoint, &key);
    }
    Ok(sample)
}

fn population(book: &Book, checkpoint: &Checkpoint, party: PartyId, month: &Month) -> Result<Population, RecordsError> {
    let mut found = Population::default();
    let (id, mut erased, mut inside) = (party.to_string(), 0, false);
    book.read(std::slice::from_ref(checkpoint), &mut |kept| {
        if kept.leaf() >= checkpoint.size {
            return Ok(());
        }
        match kept.entry() {
            // A shell has no time: it may belong to the month if an entry of the month stands before or behind it.
            None => erased += 1,
            Some(entry) => {
                let has = month.has(&entry.at.rfc3339());
                if has || inside {
                    found.erased += erased;
                }
                (erased, inside) = (0, has);
                if has && entry.kind == Kind::Answered && recipient(entry).as_deref() == Some(&id) {
                    found.leaves.push(entry.leaf);
                }
            }
        }
        Ok(())
    })?;
    if inside {
        found.erased += erased;
    }
    Ok(found)
}

fn recipient(entry: &Entry) -> Option<String> {
    let part: Value = serde_json::from_str(&entry.party.text).ok()?;
    part.get("recipient").and_then(Value::as_str).map(str::to_owned)
}

fn picks(
    book: &Book,
    checkpoint: &Checkpoint,
    note: &str,
    leaves: &BTreeSet<Leaf>,
    policies: &mut BTreeMap<String, String>,
) -> Result<Vec<Pick>, RecordsError> {
    let prover = book.prover_under(checkpoint)?;
    let mut picks = Vec::new();
    for leaf in leaves {
        book.each(*leaf..*leaf + 1, &mut |kept| {
            let person = kept.entry().and_then(|entry| entry.subject).map(|key| book.person(key));
            let proof = prove(&prover, &kept)?;
            let entry = EntryLine::of(&kept, Reader::Auditor, person, &proof);
            picks.push(Pick {
                consent: evidence::consent_of(&entry),
                entry,
                receipt: None,
                evidence: String::new(),
            });
            Ok(())
        })?;
    }
    let mut consents: BTreeMap<String, Vec<Kept>> = BTreeMap::new();
    for consent in picks.iter().filter_map(|pick| pick.consent.clone()) {
        consents.entry(consent).or_default();
    }
    book.each(0..checkpoint.size, &mut |kept| {
        if let Some(entry) = kept.entry().filter(|entry| entry.kind.word().starts_with("consent-"))
            && let Some(shown) = consent_in(entry).and_then(|consent| consents.get_mut(&consent))
            && shown.len() < ENTRIES_SHOWN
        {
            shown.push(kept);
        }
        Ok(())
    })?;
    for entry in consents.values().flatten().filter_map(Kept::entry) {
        add_policy(book, entry, policies)?;
    }
    for pick in &mut picks {
        let consent = pick
            .consent
            .as_ref()
            .and_then(|consent| consents.get_key_value(consent));
        if let Some((consent, entries)) = consent {
            pick.receipt = receipt(book, &prover, note, consent, entries)?;
        }
    }
    Ok(picks)
}

/// Adds the text of the policy by which a consent was given, if it is kept.
fn add_policy(book: &Book, entry: &Entry, policies: &mut BTreeMap<String, String>) -> Result<(), RecordsError> {
    let part: Value = serde_json::from_str(&entry.party.text).unwrap_or_default();
    let hash = part.get("policy").and_then(Value::as_str).unwrap_or_default();
    let Some(bytes) = from_hex(hash).filter(|_| entry.kind == Kind::ConsentGiven) else {
        return Ok(());
    };
    if !policies.contains_key(hash)
        && let Some(text) = policy_text(book.store(), &bytes)?
    {
        policies.insert(hash.to_owned(), text);
    }
    Ok(())
}

fn consent_in(entry: &Entry) -> Option<String> {
    let part: Value = serde_json::from_str(&entry.party.text).ok()?;
    part.get("consent").and_then(Value::as_str).map(str::to_owned)
}

fn prove(prover: &Prover<'_>, kept: &Kept) -> Result<Vec<domain::journal::tree::Hash>, RecordsError> {
    let proofs = prover.inclusion(std::slice::from_ref(kept))?;
    Ok(proofs.into_iter().next().unwrap_or_default())
}

/// The receipt of a consent without the words; `None` if its terms are not kept.
fn receipt(
    book: &Book,
    prover: &Prover<'_>,
    note: &str,
    consent: &str,
    entries: &[Kept],
) -> Result<Option<Value>, RecordsError> {
    let Ok(consent) = consent.parse::<ConsentId>() else {
        return Ok(None);
    };
    // What cannot be read proves nothing: that is a finding of the audit, and no reason to end it.
    let Some(terms) = terms_of(book.store(), consent).unwrap_or_default() else {
        return Ok(None);
    };
    let was_given = entries
        .iter()
        .any(|kept| kept.entry().is_some_and(|entry| entry.kind == Kind::ConsentGiven));
    let evidence = match signatures::of(book.store(), consent) {
        Ok(Some((key, proof))) => Evidence::Signed(key, proof),
        Ok(None) if was_given => Evidence::Reply,
        Ok(None) | Err(_) => Evidence::Nothing,
    };
    let mut shown = Vec::new();
    for kept in entries {
        if let Some(entry) = kept.entry() {
            let mut entry = EntryShown::from(entry);
            entry.inclusion = Some((prove(prover, kept)?, note.to_owned()));
            shown.push(entry);
        }
    }
    let receipt = ConsentReceipt {
        terms,
        text: NO_WORDS.to_owned(),
        evidence,
        entries: shown,
    };
    Ok(Some(receipt.print()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_to_the_letter() {
        let month = Month::parse("2026-11").expect("a month");
        assert!(month.has("2026-11-01T00:00:00Z") && month.has("2026-11-30T23:59:59.999Z"));
        assert!(!month.has("2026-12-01T00:00:00Z") && !month.has("2026-1"));
        for wrong in ["2026-13", "2026-1", "2026", "26-11", "2026-11-01", ""] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }
}
