//! `wayleave audit report` and `verify`: what was found, signed by the auditor.

use std::path::PathBuf;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::statement;
use gateway::audit::check::{Ordered, check, is_ordered};
use gateway::audit::from_hex;
use gateway::audit::report::{REPORT_NAME, make, read_tokens, verify as verified};
use gateway::audit::sample::Month;
use gateway::clock::{Clock as _, SystemClock};
use gateway::keys::{read_secret, write_new};

use super::sample::month;
use super::{read, read_text};
use crate::Failure;
use crate::journal::records::note_of;

/// What `audit report` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The sample. Its signature is read from beside it, from the same name and `.note`.
    #[arg(long)]
    sample: PathBuf,
    /// The journal's key, as the auditor knows it: `<name>+<key id>+<base64>`.
    #[arg(long)]
    journal_key: String,
    /// The seed that you threw, in hexadecimal.
    #[arg(long)]
    seed: String,
    /// The checkpoint that you kept: a file.
    #[arg(long)]
    checkpoint: PathBuf,
    /// The party's id, as its receipts and exports have it.
    #[arg(long)]
    party: String,
    /// The month that you asked for: `2026-11`.
    #[arg(long, value_parser = month)]
    month: Month,
    /// How many entries you asked for.
    #[arg(long)]
    n: u64,
    /// The tokens that were texted. Without them the report is about the evidence alone.
    #[arg(long, requires = "answers")]
    tokens: Option<PathBuf>,
    /// The answers that `audit answers` wrote.
    #[arg(long, requires = "tokens")]
    answers: Option<PathBuf>,
    /// The auditor's own key, as `audit key` made it.
    #[arg(long)]
    key: PathBuf,
    /// The new report; its signature goes beside it, under the same name and `.note`.
    #[arg(long)]
    out: PathBuf,
}

/// Checks the sample, counts, and signs.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let line = String::from_utf8(read_secret(&options.key)?)?;
    let keys = gateway::audit::key::read(&line);
    let keys = keys.ok_or_else(|| format!("expected a key of `audit key` in `{}`", options.key.display()))?;
    let bytes = read(&options.sample)?;
    let note = read_text(&note_of(&options.sample))?;
    let journal = VerifierKey::parse(&options.journal_key)?;
    let checked = check(&bytes, &note, &journal)?;
    let ordered = Ordered {
        seed: &from_hex(&options.seed).ok_or("`--seed`: expected hexadecimal, found another text")?,
        checkpoint: &read_text(&options.checkpoint)?,
        party: &options.party,
        month: &options.month,
        n: options.n,
    };
    is_ordered(&checked, &ordered, &journal)?;
    let asked = match (&options.tokens, &options.answers) {
        (Some(tokens), Some(answers)) => {
            let file = read(tokens)?;
            Some((read_tokens(&file, &checked, &bytes)?, file, read_text(answers)?))
        }
        _ => None,
    };
    let asked = asked
        .as_ref()
        .map(|(tokens, file, answers)| (tokens, file.as_slice(), answers.as_str()));
    let document = make(&checked, &bytes, asked, &keys, SystemClock.now())?.print()?;
    let note = statement::sign_document(&keys, REPORT_NAME, document.as_bytes());
    write_new(&options.out, document.as_bytes())?;
    write_new(&note_of(&options.out), note.as_bytes())?;
    println!("{}", without_json(&document));
    Ok(())
}

/// What `audit verify` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    /// The report. Its signature is read from beside it, from the same name and `.note`.
    report: PathBuf,
    /// The auditor's key, as `audit key` printed it.
    #[arg(long)]
    key: String,
}

/// Checks a report and prints its lines.
pub(crate) fn verify(options: &Verify) -> Result<(), Failure> {
    let key = VerifierKey::parse(&options.key)?;
    let document = read_text(&options.report)?;
    verified(&document, &read_text(&note_of(&options.report))?, &key)?;
    println!("verified: signed by {}", key.name());
    println!("{}", without_json(&document));
    Ok(())
}

fn without_json(document: &str) -> &str {
    document.split_once("\n\n").map_or(document, |(lines, _)| lines)
}
