//! `wayleave journal export`: the entries of one person, of one party or of a span of time, with their proofs, in one signed
//! file.

use std::path::PathBuf;
use std::sync::Arc;

use domain::number::Msisdn;
use domain::time::Timestamp;
use gateway::clock::{Clock as _, SystemClock};
use gateway::data;
use gateway::records::book::Book;
use gateway::records::export::{Wanted, Whose, write};
use gateway::records::line::Reader;

use super::looked::Looking;
use super::records::{config, note_of, number, time, write_signed};
use crate::Failure;

/// What `journal export` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// Everything about the person who has this number now: both parts of each entry.
    #[arg(long, value_parser = number, conflicts_with_all = ["party", "from", "to", "all_parts"])]
    number: Option<Msisdn>,
    /// What the party with this short name may have: its part of what it was told.
    #[arg(long)]
    party: Option<String>,
    /// With `--party`: for an auditor instead, with everything that names the party, both parts.
    #[arg(long, requires = "party")]
    all_parts: bool,
    /// Only entries from this time on: RFC 3339, or a day in UTC.
    #[arg(long, value_parser = time)]
    from: Option<Timestamp>,
    /// Only entries before this time.
    #[arg(long, value_parser = time)]
    to: Option<Timestamp>,
    /// The new file; its signature goes beside it, under the same name and `.note`.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    looking: Looking,
}

/// Writes the export.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let config = config(&options.config)?;
    if let Some(number) = options.number {
        options.looking.said()?;
        let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
        let subject = data.index.key(number);
        options.looking.leave(&mut data, &[subject])?;
    }
    let book = Book::open(&config.gateway)?;
    let (whose, reader) = match (options.number, &options.party) {
        (Some(number), _) => (Whose::Subject(book.subject(number), number), Reader::Subject),
        (None, Some(name)) if options.all_parts => (Whose::Party(book.party(name)?.id), Reader::Auditor),
        (None, Some(name)) => (Whose::Party(book.party(name)?.id), Reader::Party),
        (None, None) if options.from.is_none() && options.to.is_none() => {
            return Err("expected `--number`, `--party`, or `--from` and `--to`, found none".into());
        }
        (None, None) => (Whose::Everybody, Reader::Auditor),
    };
    let wanted = Wanted {
        whose,
        from: options.from,
        to: options.to,
        reader,
    };
    let (counts, sum) = write_signed(&options.out, book.keys(), |out| {
        Ok(write(&book, &config.gateway, &wanted, SystemClock.now(), out)?)
    })?;
    println!("export    {}", options.out.display());
    println!("signed    {}", note_of(&options.out).display());
    println!("sha256    {sum}");
    println!(
        "journal   {} entries, verified: every entry, every tag, the root and its signature",
        book.head().size
    );
    println!(
        "entries   {}, and {} shells of erased ones",
        counts.entries, counts.shells
    );
    if let Some(unanswered) = counts.unanswered {
        println!("besides   {unanswered} asks without an answer, of which a party is not told why");
    }
    Ok(())
}
