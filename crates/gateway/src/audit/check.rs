//! The auditor's look at a sample: the journal's key signed it, the seed picks what was picked, every entry is under the
//! checkpoint, and what the evidence proves is found again.

use domain::audit::choice::choose;
use domain::journal::Leaf;
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::proof::verify_inclusion;
use domain::journal::statement;
use serde_json::Value;

use super::sample::Month;
use super::{Pick, SAMPLE, SAMPLE_NAME, Sample, VERSION, evidence, from_hex};
use crate::records::RecordsError;

/// A sample that holds.
#[derive(Debug)]
pub struct Checked {
    /// The sample.
    pub sample: Sample,
    /// The checkpoint under which it lies.
    pub checkpoint: Checkpoint,
}

/// What the auditor asked for, as the auditor knows it: a sample says it of itself, and whoever has the journal's key can
/// sign a sample of a seed that suits them better.
#[derive(Debug)]
pub struct Ordered<'a> {
    /// The seed.
    pub seed: &'a [u8],
    /// The signed checkpoint that the auditor kept.
    pub checkpoint: &'a str,
    /// The party's id.
    pub party: &'a str,
    /// The month.
    pub month: &'a Month,
    /// How many.
    pub n: u64,
}

/// Whether a sample is the one that the auditor asked for.
///
/// # Errors
/// Names what the sample is not of.
pub fn is_ordered(checked: &Checked, ordered: &Ordered<'_>, key: &VerifierKey) -> Result<(), RecordsError> {
    let (sample, own) = (&checked.sample, key.open(ordered.checkpoint)?);
    let same_checkpoint = own.size == checked.checkpoint.size && own.root == checked.checkpoint.root;
    for (is_same, what) in [
        (from_hex(&sample.seed).as_deref() == Some(ordered.seed), "seed"),
        (same_checkpoint, "checkpoint"),
        (sample.party == ordered.party, "party"),
        (sample.month == ordered.month.as_str(), "month"),
        (sample.n == ordered.n, "number of entries"),
    ] {
        if !is_same {
            return Err(differs(format!(
                "expected a sample of the {what} that was asked for, found one of another"
            )));
        }
    }
    Ok(())
}

fn differs(what: impl Into<String>) -> RecordsError {
    RecordsError::Differs(what.into())
}

/// The bytes of a sample as they are signed.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn print(sample: &Sample) -> Result<Vec<u8>, RecordsError> {
    let printed = serde_json::to_string(sample).map(|text| format!("{text}\n").into_bytes());
    printed.map_err(|error| differs(error.to_string()))
}

/// Checks a sample and its signature with the journal's key.
///
/// # Errors
/// The first thing that does not fit.
pub fn check(bytes: &[u8], note: &str, key: &VerifierKey) -> Result<Checked, RecordsError> {
    statement::open_document(key, note, SAMPLE_NAME, bytes).map_err(|error| {
        differs(format!(
            "expected the signature of this very sample, found that of another, or a sample that was altered: {error}"
        ))
    })?;
    let sample: Sample = serde_json::from_slice(bytes).map_err(|error| differs(error.to_string()))?;
    if print(&sample)? != bytes || sample.what != SAMPLE || sample.v != VERSION {
        return Err(differs(
            "expected a sample of form 1 to the letter, found another document",
        ));
    }
    if sample.key != key.to_string() {
        return Err(differs(
            "expected a sample of the journal whose key was given, found another's",
        ));
    }
    let checkpoint = key.open(&sample.checkpoint)?;
    choice(&sample, &checkpoint)?;
    let month = Month::parse(&sample.month).ok_or_else(|| differs("expected a month, found none"))?;
    for pick in &sample.picks {
        let leaf = pick.entry.leaf;
        picked(&sample, pick, &checkpoint, &month).map_err(|what| differs(format!("entry {leaf}: {what}")))?;
        let found = evidence::judged(pick, (&sample.party, &sample.policies), &sample.checkpoint, key);
        if found != pick.evidence {
            return Err(differs(format!(
                "entry {leaf}: the sample says `{}` of its evidence, and it is `{found}`",
                pick.evidence
            )));
        }
    }
    Ok(Checked { sample, checkpoint })
}

/// Makes the choice again.
fn choice(sample: &Sample, checkpoint: &Checkpoint) -> Result<(), RecordsError> {
    let population = &sample.population;
    let in_order = population.array_windows().all(|[one, next]| one < next);
    if !in_order || population.last().is_some_and(|last| *last >= checkpoint.size) {
        return Err(differs(
            "expected a population in order below the checkpoint's size, found another",
        ));
    }
    let seed = from_hex(&sample.seed).ok_or_else(|| differs("expected a seed in hexadecimal, found another text"))?;
    let count = u64::try_from(population.len()).unwrap_or(u64::MAX);
    let places = choose(&seed, &checkpoint.root, count, sample.n);
    let wanted = places
        .iter()
        .map(|place| population.get(usize::try_from(*place).ok()?).copied());
    let found: Vec<Option<Leaf>> = sample.picks.iter().map(|pick| Some(pick.entry.leaf)).collect();
    if wanted.collect::<Vec<_>>() == found {
        Ok(())
    } else {
        Err(differs("expected the entries that the seed picks, found others"))
    }
}

fn picked(sample: &Sample, pick: &Pick, checkpoint: &Checkpoint, month: &Month) -> Result<(), String> {
    let (hash, proof) = (pick.entry.hash(), pick.entry.proof());
    let (Some(hash), Some(proof)) = (hash, proof) else {
        return Err("expected hashes in base64url, found others".to_owned());
    };
    if !verify_inclusion(&hash, pick.entry.leaf, checkpoint.size, &proof, &checkpoint.root) {
        return Err("expected a proof that leads to the checkpoint, found one that does not".to_owned());
    }
    if pick.entry.person.is_none() {
        return Err("expected an entry about somebody, found none".to_owned());
    }
    let part: Value = pick
        .entry
        .party
        .text()
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or("expected an opened party part, found none")?;
    let text = |name: &str| part.get(name).and_then(Value::as_str);
    if text("kind") != Some("answered") || text("recipient") != Some(&sample.party) {
        return Err("expected an answer to the party, found another entry".to_owned());
    }
    if !text("at").is_some_and(|at| month.has(at)) {
        return Err("expected an answer of the month, found another's".to_owned());
    }
    Ok(())
}
