//! `wayleave journal counts`: the public counts of a day, made again from the journal, and held against what was
//! published.

use std::path::{Path, PathBuf};

use domain::journal::checkpoint::VerifierKey;
use domain::journal::statement::open_document;
use gateway::counts::day::Day;
use gateway::counts::document::Document;
use gateway::counts::recount::differences;
use gateway::counts::tally::Tally;
use gateway::counts::{name, of_day};

use crate::Failure;

/// What `journal counts` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The day, in UTC: `2026-11-22`.
    #[arg(long, value_parser = |text: &str| Day::parse(text).ok_or("expected a day such as 2026-11-22"))]
    day: Day,
    /// A published document, to be held against the journal.
    #[arg(long, value_name = "DOCUMENT")]
    verify: Option<PathBuf>,
    /// With `--verify`: the document's signed note, to be checked with the journal's key.
    #[arg(long, requires = "verify")]
    note: Option<PathBuf>,
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
}

/// Prints the document of a day, or compares.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let data = super::open(&options.config)?;
    let day = options.day;
    let keys = data.journal.keys();
    let (tally, document) = of_day(&data.reader, &data.sealer, keys.origin(), day)?;
    let Some(published) = &options.verify else {
        println!("{}", document.canonical());
        return Ok(());
    };
    let text = read(published)?;
    if let Some(note) = &options.note {
        open_document(
            &VerifierKey::of(keys),
            &read(note)?,
            &name(day),
            text.trim_end().as_bytes(),
        )?;
        println!("the note is signed by `{}` and is about this document", keys.origin());
    }
    let published =
        Document::parse(&text).ok_or("expected a document of public counts to the letter, found something else")?;
    compare(day, &published, &tally)
}

fn compare(day: Day, published: &Document, tally: &Tally) -> Result<(), Failure> {
    if published.day != day {
        return Err(format!("expected a document of {day}, found one of {}", published.day).into());
    }
    let found = differences(published, tally);
    for difference in &found {
        println!("different: {difference}");
    }
    if !found.is_empty() {
        return Err(format!(
            "expected the counts of {day} as the journal has them, found {} differences",
            found.len()
        )
        .into());
    }
    println!("the published counts of {day} are the journal’s");
    if tally.erased > 0 {
        println!(
            "{} entries of about that day were erased since: a number may be larger than what is still there, by at most as many",
            tally.erased
        );
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()).into())
}
