//! The auditor's report: what was found, in lines that a person reads and in one line of JSON that says the same. The
//! auditor's key signs both; whoever checks makes the lines anew from the JSON.

mod lines;

use std::collections::{BTreeMap, BTreeSet};

use domain::audit::tally::{Look, Said, Tally};
use domain::journal::Leaf;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::keys::Keys;
use domain::journal::statement;
use domain::journal::tree::sha256;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::check::Checked;
use super::{VERSION, digits, evidence};
use crate::records::RecordsError;

/// What a report calls itself.
pub const REPORT: &str = "wayleave audit report";
/// The name under which the auditor's key signs a report.
pub const REPORT_NAME: &str = "audit-report";
/// What a tokens file calls itself.
pub const TOKENS: &str = "wayleave audit tokens";

/// The word of a picked entry about which nobody was asked.
pub const NOT_ASKED: &str = "not-asked";

/// Which picked entries each person is asked about: the gateway makes it when it texts, and the auditor keeps it. It holds
/// no number.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// [`TOKENS`].
    pub what: String,
    /// [`VERSION`].
    pub v: u32,
    /// The audit's name.
    pub audit: String,
    /// The party's registered name.
    pub party_name: String,
    /// The month, `2026-11`.
    pub month: String,
    /// Who runs the gateway.
    pub operator: String,
    /// The SHA-256 of the sample, in hexadecimal.
    pub sample: String,
    /// The picked leaves of each token.
    pub tokens: BTreeMap<String, Vec<Leaf>>,
    /// Why nobody is asked about a picked leaf.
    pub not_asked: BTreeMap<Leaf, String>,
}

/// One line of the file of answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerLine {
    /// Whose.
    pub token: String,
    /// A word of [`Said`].
    pub answer: String,
    /// When, RFC 3339.
    pub at: String,
}

/// One picked entry in a report.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its place in the journal.
    pub leaf: Leaf,
    /// What its evidence proves.
    pub evidence: String,
    /// What its person said; `none` without an answer, and [`NOT_ASKED`] if no link was made for it.
    pub answer: String,
}

/// The report.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// [`REPORT`].
    pub what: String,
    /// [`VERSION`].
    pub v: u32,
    /// The auditor's key.
    pub auditor: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The journal's key.
    pub journal: String,
    /// Who runs the gateway.
    pub operator: String,
    /// The size of the checkpoint.
    pub size: u64,
    /// Its root, in hexadecimal.
    pub root: String,
    /// The party's id.
    pub party: String,
    /// Its registered name.
    pub party_name: String,
    /// The month, `2026-11`.
    pub month: String,
    /// The auditor's seed, in hexadecimal.
    pub seed: String,
    /// How many answers could have been picked.
    pub population: u64,
    /// How many entries of the month were erased.
    pub erased: u64,
    /// The SHA-256 of the sample, in hexadecimal.
    pub sample: String,
    /// The SHA-256 of the tokens, in hexadecimal; `None` if nobody was asked.
    pub tokens: Option<String>,
    /// The SHA-256 of the answers, in hexadecimal; `None` if nobody was asked.
    pub answers: Option<String>,
    /// Every picked entry.
    pub picks: Vec<Row>,
}

fn differs(what: impl Into<String>) -> RecordsError {
    RecordsError::Differs(what.into())
}

/// Reads a tokens file that belongs to a sample.
///
/// # Errors
/// When it is malformed, of another sample, or asks two people about one entry or one about another's.
pub fn read_tokens(bytes: &[u8], checked: &Checked, sample: &[u8]) -> Result<Tokens, RecordsError> {
    let tokens: Tokens = serde_json::from_slice(bytes).map_err(|error| differs(format!("tokens: {error}")))?;
    if tokens.what != TOKENS || tokens.v != VERSION || tokens.sample != digits(&sha256(&[sample])) {
        return Err(differs("expected the tokens of this sample, found another document"));
    }
    let mut people: BTreeMap<Leaf, &str> = checked
        .sample
        .picks
        .iter()
        .map(|pick| (pick.entry.leaf, pick.entry.person.as_deref().unwrap_or_default()))
        .collect();
    for leaves in tokens.tokens.values() {
        let found: Option<BTreeSet<&str>> = leaves.iter().map(|leaf| people.remove(leaf)).collect();
        if found.is_none_or(|found| found.len() != 1) {
            return Err(differs(
                "expected tokens of one person each, found another's entry under one",
            ));
        }
    }
    Ok(tokens)
}

/// Reads answers: what counts for each token that is known.
///
/// # Errors
/// Names the line that is malformed.
pub fn read_answers(text: &str) -> Result<BTreeMap<String, Said>, RecordsError> {
    let mut answers = BTreeMap::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line: AnswerLine =
            serde_json::from_str(line).map_err(|error| RecordsError::Line(number, error.to_string()))?;
        let said = Said::from_word(&line.answer)
            .ok_or_else(|| RecordsError::Line(number, "expected a known answer, found another word".to_owned()))?;
        answers
            .entry(line.token)
            .and_modify(|first: &mut Said| *first = first.after(said))
            .or_insert(said);
    }
    Ok(answers)
}

/// Makes a report from a sample that holds. `asked` are the tokens, read and as the file has them, and the file of answers.
///
/// # Errors
/// When an answer is malformed or of nobody who was asked.
pub fn make(
    checked: &Checked,
    sample: &[u8],
    asked: Option<(&Tokens, &[u8], &str)>,
    auditor: &Keys,
    now: Timestamp,
) -> Result<Report, RecordsError> {
    let mut said: BTreeMap<Leaf, Said> = BTreeMap::new();
    let mut links: BTreeSet<Leaf> = BTreeSet::new();
    if let Some((tokens, _, answers)) = asked {
        links.extend(tokens.tokens.values().flatten());
        for (token, answer) in read_answers(answers)? {
            let leaves = tokens.tokens.get(&token);
            let leaves = leaves.ok_or_else(|| differs("expected answers of people who were asked, found another's"))?;
            said.extend(leaves.iter().map(|leaf| (*leaf, answer)));
        }
    }
    let rows = checked.sample.picks.iter().map(|pick| Row {
        leaf: pick.entry.leaf,
        evidence: pick.evidence.clone(),
        answer: match said.get(&pick.entry.leaf) {
            Some(said) => said.word(),
            None if links.contains(&pick.entry.leaf) => "none",
            None => NOT_ASKED,
        }
        .to_owned(),
    });
    let from = &checked.sample;
    Ok(Report {
        what: REPORT.to_owned(),
        v: VERSION,
        auditor: VerifierKey::of(auditor).to_string(),
        made_at: now.rfc3339(),
        journal: from.key.clone(),
        operator: from.operator.clone(),
        size: checked.checkpoint.size,
        root: digits(&checked.checkpoint.root),
        party: from.party.clone(),
        party_name: from.party_name.clone(),
        month: from.month.clone(),
        seed: from.seed.clone(),
        population: u64::try_from(from.population.len()).unwrap_or(u64::MAX),
        erased: from.erased,
        sample: digits(&sha256(&[sample])),
        tokens: asked.map(|(_, tokens, _)| digits(&sha256(&[tokens]))),
        answers: asked.map(|(_, _, answers)| digits(&sha256(&[answers.as_bytes()]))),
        picks: rows.collect(),
    })
}

impl Report {
    /// What was found.
    #[must_use]
    pub fn tally(&self) -> Tally {
        Tally::of(self.picks.iter().map(|row| Look {
            evidence_holds: evidence::holds(&row.evidence),
            said: Said::from_word(&row.answer),
        }))
    }

    /// The document: lines for a person, an empty line, one line of JSON.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn print(&self) -> Result<String, RecordsError> {
        let json = serde_json::to_string(self).map_err(|error| differs(error.to_string()))?;
        Ok(format!("{}\n{json}\n", lines::lines(self)))
    }
}

/// Checks a report with the auditor's key.
///
/// # Errors
/// When it was altered, is not signed by that key, or its lines are not what its JSON says.
pub fn verify(document: &str, note: &str, key: &VerifierKey) -> Result<Report, RecordsError> {
    statement::open_document(key, note, REPORT_NAME, document.as_bytes()).map_err(|error| {
        differs(format!(
            "expected the signature of this very report, found that of another, or a report that was altered: {error}"
        ))
    })?;
    let json = document.lines().next_back().unwrap_or_default();
    let report: Report = serde_json::from_str(json).map_err(|error| differs(format!("report: {error}")))?;
    if report.what != REPORT || report.v != VERSION || report.print()? != document {
        return Err(differs(
            "expected a report whose lines are what its JSON says, found another document",
        ));
    }
    if report.auditor != key.to_string() {
        return Err(differs(
            "expected a report of the auditor whose key was given, found another's",
        ));
    }
    Ok(report)
}

#[cfg(test)]
mod tests;
