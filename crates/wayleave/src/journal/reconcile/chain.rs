//! The journals of a hub and of a home against each other: each operator exports its own side, and compares with the file
//! of the other.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::statement::open_hash;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::config::source::Source;
use gateway::records::book::Book;
use gateway::records::chain::{Bounds, Compared, Difference, Expected, Header, Line, Role, Side, compare, write};
use gateway::records::signed::{Hashing, NAME};

use super::super::records::{config, note_of, write_signed};
use super::{Options, agree};
use crate::Failure;

/// Exports this end's side, or compares it with the other's.
pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let config = config(&options.config)?;
    let book = Book::open(&config.gateway)?;
    let side = side(options, &config, &book)?;
    if let Some(out) = &options.export {
        return export(out, &config, &book, &side);
    }
    let path = options
        .against
        .as_deref()
        .ok_or("expected `--export` or `--against`, found neither")?;
    if let Some(key) = &options.key {
        is_signed(path, &VerifierKey::parse(key)?)?;
    }
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let gateway = other_end(options, &config, &book)?;
    let expected = Expected {
        gateway: &gateway,
        now: SystemClock.now(),
    };
    let bounds = Bounds {
        tolerance: options.tolerance,
        from: options.from,
        to: options.to,
    };
    let mut differ = |difference: &Difference| println!("{}", sentence(difference));
    let (header, compared) = compare(
        &book,
        &side,
        &mut BufReader::new(file),
        (&bounds, &expected),
        &mut differ,
    )?;
    print(&book, &header, &compared);
    agree("the two journals", compared.differences)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    format!("cannot read `{}`: {error}", path.display()).into()
}

/// Whether the other end's journal signed the file, by the note beside it.
fn is_signed(path: &Path, key: &VerifierKey) -> Result<(), Failure> {
    let note = note_of(path);
    let signature = std::fs::read_to_string(&note).map_err(|error| unreadable(&note, &error))?;
    let mut file = Hashing::new(std::io::sink());
    std::io::copy(
        &mut File::open(path).map_err(|error| unreadable(path, &error))?,
        &mut file,
    )?;
    let (_, sum) = file.finish();
    open_hash(key, &signature, NAME, &sum)
        .map_err(|error| format!("`{}` is not signed by that key: {error}", path.display()).into())
}

/// The issuer of the other end: of the hub, or of the home behind the source.
fn other_end(options: &Options, config: &Config, book: &Book) -> Result<String, Failure> {
    if let Some(hub) = &options.hub {
        let issuer = book.party(hub)?.record.gateway;
        return issuer.ok_or_else(|| format!("`--hub`: expected a party that is a gateway, found `{hub}`").into());
    }
    let named = |home: &Source| options.source.as_deref().is_none_or(|name| name == home.name());
    let mut homes = config.source.iter().filter(|home| named(home));
    let issuer = homes.find_map(|source| match source {
        Source::Gateway(home) => Some(home.issuer.clone()),
        Source::Camara(_) | Source::Mlp(_) => None,
    });
    issuer.ok_or_else(|| "expected a source that is a gateway, found none".into())
}

/// Which end this is: with `--hub` the home of its own numbers, else a hub before the source.
fn side(options: &Options, config: &Config, book: &Book) -> Result<Side, Failure> {
    if let Some(hub) = &options.hub {
        let hub = book.party(hub)?.id;
        return Ok(Side::Home { hub });
    }
    let homes = config.source.iter().filter_map(|source| match source {
        Source::Gateway(home) => Some(home.name.as_str()),
        Source::Camara(_) | Source::Mlp(_) => None,
    });
    let homes: Vec<&str> = homes.collect();
    let source = match (&options.source, &homes[..]) {
        (Some(source), _) if homes.contains(&source.as_str()) => source,
        (None, [only]) => *only,
        (None, []) => return Err("expected `--hub`, or a source that is a gateway, found neither".into()),
        (found, _) => {
            let found = found.as_deref().unwrap_or("none").escape_debug();
            return Err(format!("`--source`: expected one of {}, found `{found}`", homes.join(", ")).into());
        }
    };
    Ok(Side::Hub { source: source.into() })
}

fn export(out: &Path, config: &Config, book: &Book, side: &Side) -> Result<(), Failure> {
    let (asks, sum) = write_signed(out, book.keys(), |file| {
        Ok(write(book, side, (&config.gateway.issuer, SystemClock.now()), file)?)
    })?;
    println!("export    {}", out.display());
    println!("signed    {}", note_of(out).display());
    println!("sha256    {sum}");
    println!(
        "verified  {} entries: every entry, every tag, the root and its signature",
        book.head().size
    );
    println!("asks      {asks}");
    Ok(())
}

fn sentence(difference: &Difference) -> String {
    let ask = |line: &Line| {
        let letter: String = line.letter.chars().take(16).collect();
        let (at, class, recipient, purpose) = (&line.at, &line.question, &line.recipient, &line.purpose);
        let plain = |text: &str| text.escape_debug().to_string();
        format!(
            "`{}` of {}: {} by {} for {}",
            plain(&letter),
            plain(at),
            plain(class),
            plain(recipient),
            plain(purpose)
        )
    };
    match difference {
        Difference::HubOnly(line) => format!("at the hub only: {}; the hub had an answer to it", ask(line)),
        Difference::HomeOnly(line) => format!("at the home only: {}; it says that the hub brought it", ask(line)),
        Difference::NotPassedOn(line) => {
            format!("not passed on: {}; the home says that the hub brought it", ask(line))
        }
        Difference::NoEnd(line) => format!("without an end at the home: {}; the hub had an answer to it", ask(line)),
        Difference::Otherwise(hub, home) => format!("otherwise at the home: {}; there it is {}", ask(hub), ask(home)),
        Difference::Time(hub, home) => {
            format!(
                "at another time: {}; the home has it at {}",
                ask(hub),
                home.at.escape_debug()
            )
        }
    }
}

fn print(book: &Book, header: &Header, compared: &Compared) {
    let other = match header.role {
        Role::Hub => "the hub",
        Role::Home => "the home",
    };
    println!(
        "verified  {} entries: every entry, every tag, the root and its signature",
        book.head().size
    );
    println!(
        "other     {other}, {}, as of {}",
        header.gateway.escape_debug(),
        header.made.escape_debug()
    );
    println!("hub       {} asks that it passed on, or may have", compared.hub);
    println!("home      {} asks that the hub brought", compared.home);
    println!("in both   {}", compared.both);
    for (count, what) in [
        (
            compared.unsure,
            "not sure  {} asks that had no answer at the hub, and may not have reached the home",
        ),
        (
            compared.questions,
            "besides   {} questions for consents, which the home writes down in another way",
        ),
        (
            compared.later,
            "later     {} asks of which the other file may not know yet",
        ),
    ] {
        if count > 0 {
            println!("{}", what.replace("{}", &count.to_string()));
        }
    }
}
