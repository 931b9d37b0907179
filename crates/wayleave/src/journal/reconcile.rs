//! `wayleave journal reconcile`: a carrier's own ledger against the journal, line by line; or the journals of a hub and of
//! the home of its numbers against each other.

mod chain;

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use domain::time::{Span, Timestamp};
use gateway::records::book::Book;
use gateway::records::ledger::{Compared, Comparison, Difference, compare};

use super::records::{config, time};
use crate::Failure;

/// What `journal reconcile` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The carrier's ledger: CSV whose first line names the columns `time` (RFC 3339) and `id` (the id that each query bears).
    #[arg(required_unless_present_any = ["export", "against"], conflicts_with_all = ["export", "against", "hub"])]
    ledger: Option<PathBuf>,
    /// Between hub and home: write this end's asks to a new file, for the operator of the other end.
    #[arg(long, conflicts_with = "against")]
    export: Option<PathBuf>,
    /// Between hub and home: the file that the operator of the other end wrote with `--export`.
    #[arg(long)]
    against: Option<PathBuf>,
    /// The key of the other end's journal, `<name>+<key id>+<base64>`: the file must be signed by it, in the note beside it.
    #[arg(long, requires = "against")]
    key: Option<String>,
    /// At a home: the hub, by the short name of its party.
    #[arg(long, conflicts_with = "source")]
    hub: Option<String>,
    /// The source whose ledger it is, or the home at a hub, as the configuration names it; needed where there are several.
    #[arg(long)]
    source: Option<String>,
    /// How far the two clocks may be apart, such as `5s` or `500ms`.
    #[arg(long, default_value = "5s", value_parser = span)]
    tolerance: Span,
    /// Only what was asked from this time on: RFC 3339, or a day in UTC.
    #[arg(long, value_parser = time)]
    from: Option<Timestamp>,
    /// Only what was asked before this time.
    #[arg(long, value_parser = time)]
    to: Option<Timestamp>,
}

/// Reads `5s`, `500ms` or `2m`.
fn span(text: &str) -> Result<Span, String> {
    let at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(at);
    let factor = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => 0,
    };
    let milliseconds = digits.parse().ok().and_then(|count: u32| count.checked_mul(factor));
    milliseconds
        .filter(|_| factor > 0)
        .map(Span::milliseconds)
        .ok_or_else(|| "expected a whole number and `ms`, `s` or `m`".to_owned())
}

/// Compares, and prints each difference. Fails if there is one.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let Some(ledger) = &options.ledger else {
        return chain::run(options);
    };
    let config = config(&options.config)?;
    let names: Vec<&str> = config.source.iter().map(|source| source.name()).collect();
    let source = match (&options.source, &names[..]) {
        (Some(source), _) if names.contains(&source.as_str()) => Some(source.clone()),
        (Some(source), _) => {
            let known = names.join(", ");
            return Err(format!("`--source`: expected one of {known}, found `{}`", source.escape_debug()).into());
        }
        (None, [only]) => Some((*only).to_owned()),
        (None, _) => return Err("expected `--source`, since there are several".into()),
    };
    let comparison = Comparison {
        source,
        only_source: names.len() == 1,
        tolerance: options.tolerance,
        from: options.from,
        to: options.to,
    };
    let book = Book::open(&config.gateway)?;
    let path = ledger.display();
    let file = File::open(ledger).map_err(|error| format!("cannot read `{path}`: {error}"))?;
    let compared = compare(&book, &comparison, &mut BufReader::new(file), &mut |difference| {
        println!("{}", sentence(difference));
    })?;
    print(&book, &compared);
    agree("the ledger and the journal", compared.differences)
}

/// Fails if there is a difference.
fn agree(what: &str, differences: u64) -> Result<(), Failure> {
    match differences {
        0 => Ok(()),
        1 => Err(format!("expected {what} to agree, found 1 difference").into()),
        more => Err(format!("expected {what} to agree, found {more} differences").into()),
    }
}

fn sentence(difference: &Difference) -> String {
    match difference {
        Difference::Unreadable { line, what } => format!("line {line}: {what}"),
        Difference::LedgerOnly { line, id, time, why } => {
            format!(
                "line {line}: in the ledger only: `{}` at {time}; {why}",
                id.escape_debug()
            )
        }
        Difference::Time {
            line,
            id,
            time,
            asked,
            ended,
        } => format!("line {line}: at another time: `{id}` at {time}; the journal has it from {asked} to {ended}"),
        Difference::Repeated { line, id, time } => {
            format!("line {line}: once too often: `{id}` at {time}; a question is sent twice at most")
        }
        Difference::JournalOnly { leaf, id, asked } => {
            format!("entry {leaf}: in the journal only: `{id}`, asked at {asked}, and the source answered it")
        }
    }
}

fn print(book: &Book, compared: &Compared) {
    println!(
        "verified  {} entries: every entry, every tag, the root and its signature",
        book.head().size
    );
    println!(
        "ledger    {} lines, {} of them repeat a question",
        compared.lines, compared.again
    );
    println!(
        "journal   {} asks for which this source was asked, or may have been",
        compared.asks
    );
    println!("in both   {}", compared.matched);
    if compared.unsure > 0 {
        println!(
            "not sure  {} asks that had no answer, and are not in the ledger: they may not have reached it",
            compared.unsure
        );
    }
    if compared.erased > 0 {
        println!(
            "erased    {} asks; the queries of them are in the ledger only, and cannot be told from others",
            compared.erased
        );
    }
}
