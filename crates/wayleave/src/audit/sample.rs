//! `wayleave audit sample`: the entries that the auditor's seed picks, with all that proves their consents, signed.

use std::path::PathBuf;

use domain::journal::statement;
use gateway::audit::check::print;
use gateway::audit::sample::{Month, Wanted, make};
use gateway::audit::{SAMPLE_NAME, evidence, from_hex};
use gateway::clock::{Clock as _, SystemClock};
use gateway::keys::write_new;
use gateway::records::book::Book;

use super::read_text;
use crate::Failure;
use crate::journal::records::{config, note_of};

/// The shortest seed, in bytes: nobody tries so many.
const SEED_BYTES_MIN: usize = 16;

/// What `audit sample` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// Whose answers: the party with this short name.
    #[arg(long)]
    party: String,
    /// In which month, in UTC: `2026-11`.
    #[arg(long, value_parser = month)]
    month: Month,
    /// How many.
    #[arg(long)]
    n: u64,
    /// The auditor's seed: hexadecimal, at least 16 bytes, thrown after the month was over.
    #[arg(long)]
    seed: String,
    /// A checkpoint of the journal that the auditor has: a file.
    #[arg(long)]
    checkpoint: PathBuf,
    /// The new file; its signature goes beside it, under the same name and `.note`.
    #[arg(long)]
    out: PathBuf,
}

pub(super) fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "expected a month such as 2026-11".to_owned())
}

/// Writes the sample.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let seed = from_hex(&options.seed).filter(|seed| seed.len() >= SEED_BYTES_MIN);
    let seed = seed.ok_or_else(|| format!("`--seed`: expected {SEED_BYTES_MIN} bytes or more in hexadecimal"))?;
    let checkpoint = read_text(&options.checkpoint)?;
    let config = config(&options.config)?;
    let book = Book::open(&config.gateway)?;
    let wanted = Wanted {
        party: &options.party,
        month: options.month.clone(),
        n: options.n,
        seed: &seed,
        checkpoint: &checkpoint,
    };
    let sample = make(&book, &config.gateway, &wanted, SystemClock.now())?;
    let bytes = print(&sample)?;
    let note = statement::sign_document(book.keys(), SAMPLE_NAME, &bytes);
    write_new(&options.out, &bytes)?;
    write_new(&note_of(&options.out), note.as_bytes())?;
    let fails = sample
        .picks
        .iter()
        .filter(|pick| !evidence::holds(&pick.evidence))
        .count();
    println!("sample    {}", options.out.display());
    println!("signed    {}", note_of(&options.out).display());
    println!("picked    {} of {}", sample.picks.len(), sample.population.len());
    println!("evidence  {fails} fail");
    Ok(())
}
