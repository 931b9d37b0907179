//! `wayleave journal count`: how many people, which, when, by whom, counted from every entry of the verified journal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::PartyId;
use domain::journal::checkpoint::Checkpoint;
use domain::journal::cosignature::CosignerKey;
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::data;
use gateway::records::book::Book;
use gateway::records::count::{Answer, By, Counted, Outcome, Question, count, write_entries};
use gateway::store::permission::sqlite::number_of;

use super::looked::Looking;
use super::records::{config, note_of, time, write_signed};
use crate::Failure;

/// So many leaves are printed for one person; the file of entries has all.
const LEAVES_SHOWN: usize = 20;

/// What `journal count` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// Only asks of the party with this short name.
    #[arg(long)]
    party: Option<String>,
    /// Only asks for this purpose.
    #[arg(long)]
    purpose: Option<String>,
    /// Only asks that ended from this time on: RFC 3339, or a day in UTC.
    #[arg(long, value_parser = time)]
    from: Option<Timestamp>,
    /// Only asks that ended before this time.
    #[arg(long, value_parser = time)]
    to: Option<Timestamp>,
    /// Only asks that ended so; may be given several times.
    #[arg(long = "outcome", value_parser = outcome)]
    outcomes: Vec<Outcome>,
    /// Tell the asks apart, and name every person.
    #[arg(long)]
    by: Option<ByWord>,
    /// Writes the entries that show it to this new file, signed, for `journal verify-export`.
    #[arg(long)]
    with_entries: Option<PathBuf>,
    /// A checkpoint that was kept, or that witnesses cosigned: it must be the beginning of this journal. May be given
    /// several times.
    #[arg(long = "checkpoint")]
    checkpoints: Vec<PathBuf>,
    /// The key of a witness that must have cosigned each such checkpoint: `<name>+<key id>+<base64>`. May be given several
    /// times.
    #[arg(long = "witness-key", requires = "checkpoints")]
    witness_keys: Vec<String>,
    /// Show the numbers of the people, as far as they are kept. Each of them sees who looked, and why.
    #[arg(long)]
    numbers: bool,
    #[command(flatten)]
    looking: Looking,
}

/// What asks are told apart by, on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum ByWord {
    /// By who asked.
    Party,
    /// By what for.
    Purpose,
    /// By the day, in UTC.
    Day,
    /// By whom they were about.
    Person,
}

impl From<ByWord> for By {
    fn from(word: ByWord) -> Self {
        match word {
            ByWord::Party => Self::Party,
            ByWord::Purpose => Self::Purpose,
            ByWord::Day => Self::Day,
            ByWord::Person => Self::Person,
        }
    }
}

fn outcome(text: &str) -> Result<Outcome, String> {
    Outcome::from_word(text).ok_or_else(|| {
        let known = Outcome::ALL.map(Outcome::word).join(", ");
        format!("expected one of {known}")
    })
}

/// Counts, and prints the answer.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if options.numbers {
        options.looking.said()?;
    }
    let config = config(&options.config)?;
    let book = Book::open(&config.gateway)?;
    let question = question(options, &book)?;
    let witnesses = options.witness_keys.iter().map(|key| CosignerKey::parse(key));
    let witnesses = witnesses.collect::<Result<Vec<_>, _>>()?;
    let known = options.checkpoints.iter().map(|path| kept(&book, path, &witnesses));
    let known = known.collect::<Result<Vec<_>, _>>()?;
    let answer = count(&book, &question, &known)?;
    println!("journal   {}", book.head().origin);
    println!(
        "verified  {} entries: every entry, every tag, the root and its signature",
        book.head().size
    );
    for checkpoint in &known {
        println!(
            "verified  the checkpoint of {} entries is its beginning",
            checkpoint.size
        );
    }
    let numbers = if options.numbers {
        numbers(options, &config, &book, &answer)?
    } else {
        BTreeMap::new()
    };
    print_totals(&answer);
    print_groups(&book, &answer)?;
    if options.by.is_some() || options.numbers {
        for (subject, counted) in &answer.people {
            let number = numbers.get(subject).map_or("", String::as_str);
            print_person(&book, *subject, counted, number)?;
        }
    }
    if let Some(path) = &options.with_entries {
        let (counts, sum) = write_signed(path, book.keys(), |out| {
            let now = SystemClock.now();
            Ok(write_entries(&book, &config.gateway, (&question, &answer), now, out)?)
        })?;
        println!("entries   {} in {}", counts.entries, path.display());
        println!("signed    {}, sha256 {sum}", note_of(path).display());
    }
    Ok(())
}

fn question(options: &Options, book: &Book) -> Result<Question, Failure> {
    let purpose = options.purpose.as_deref().map(|term| {
        Purpose::from_term(term).ok_or_else(|| {
            let known = Purpose::ALL.map(Purpose::term).join(", ");
            format!("`--purpose`: expected one of {known}, found `{}`", term.escape_debug())
        })
    });
    let party: Option<Result<PartyId, _>> = options
        .party
        .as_deref()
        .map(|name| book.party(name).map(|party| party.id));
    Ok(Question {
        party: party.transpose()?,
        purpose: purpose.transpose()?,
        from: options.from,
        to: options.to,
        outcomes: options.outcomes.clone(),
        by: options.by.map(By::from),
    })
}

fn kept(book: &Book, path: &Path, witnesses: &[CosignerKey]) -> Result<Checkpoint, Failure> {
    let unreadable = |error| format!("cannot read `{}`: {error}", path.display());
    let note = std::fs::read_to_string(path).map_err(unreadable)?;
    let kept = book.kept(&note, witnesses);
    kept.map_err(|error| format!("`{}`: {error}", path.display()).into())
}

/// The numbers of the counted people, after it is written down for each of them that somebody looked.
fn numbers(
    options: &Options,
    config: &Config,
    book: &Book,
    answer: &Answer,
) -> Result<BTreeMap<SubjectKey, String>, Failure> {
    let people: Vec<SubjectKey> = answer.people.keys().copied().collect();
    let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
    options.looking.leave(&mut data, &people)?;
    let mut numbers = BTreeMap::new();
    for subject in people {
        let number = number_of(book.store(), subject, book.sealer())?;
        let number = number.map_or_else(|| "number not kept".to_owned(), |number| number.to_e164());
        numbers.insert(subject, number);
    }
    Ok(numbers)
}

fn print_totals(answer: &Answer) {
    println!("people    {}", answer.people.len());
    println!("asks      {}", answer.asks());
    for (outcome, count) in &answer.outcomes {
        println!("  {count:>8}  {}", outcome.word());
    }
    if answer.erased > 0 {
        println!(
            "erased    {} of these asks, counted by the totals that their erasure left",
            answer.erased
        );
    }
    if answer.unsure.asks > 0 {
        println!(
            "not sure  {} more asks at most, about {} people at most, were erased: their totals name the month only",
            answer.unsure.asks,
            answer.unsure.people.len()
        );
    }
    if answer.unnamed > 0 {
        println!(
            "not sure  {} more people at most: the totals of an erasure name nobody",
            answer.unnamed
        );
    }
}

fn print_groups(book: &Book, answer: &Answer) -> Result<(), Failure> {
    for (name, group) in &answer.groups {
        let shown = match name.parse::<PartyId>() {
            Ok(party) => format!("{}  {party}", book.party_name(party)?),
            Err(_) => name.clone(),
        };
        println!(
            "  {:>8} asks about {:>8} people  {shown}",
            group.asks,
            group.people.len()
        );
    }
    Ok(())
}

fn print_person(book: &Book, subject: SubjectKey, counted: &Counted, number: &str) -> Result<(), Failure> {
    let when = match counted.when {
        Some((first, last)) if first == last => format!("  {first}"),
        Some((first, last)) => format!("  {first} to {last}"),
        None => String::new(),
    };
    let parties = counted.parties.iter().map(|party| book.party_name(*party));
    let parties = parties.collect::<Result<Vec<_>, _>>()?.join(", ");
    let mut leaves: Vec<String> = counted.leaves.iter().take(LEAVES_SHOWN).map(u64::to_string).collect();
    if counted.leaves.len() > LEAVES_SHOWN {
        leaves.push("…".to_owned());
    }
    let erased = if counted.erased > 0 {
        format!(", {} of them erased", counted.erased)
    } else {
        String::new()
    };
    println!(
        "person    {}  {number}  {} asks{erased}{when}  by {parties}  entries {}",
        book.person(subject),
        counted.asks,
        leaves.join(" ")
    );
    Ok(())
}
