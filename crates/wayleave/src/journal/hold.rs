//! `wayleave journal hold`: while a legal hold stands, nothing that it covers is erased.

use std::path::PathBuf;
use std::sync::Arc;

use domain::facts::Held;
use domain::journal::settle::{Change, Item, Outcome};
use domain::number::Msisdn;
use gateway::chance::SystemChance;
use gateway::clock::SystemClock;
use gateway::data::{self, Data};
use gateway::records::book::Book;
use gateway::store::holds::list;
use gateway::store::party::sqlite::by_client;

use super::records::{config, number};
use crate::Failure;

/// The longest name and the longest reason, in characters.
const NAME_MAX: usize = 60;
const WHY_MAX: usize = 300;

/// What can be done with holds.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Place a hold: what it covers is not erased until it is lifted.
    Add(Add),
    /// Lift a hold.
    Lift {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// Its name.
        name: String,
    },
    /// List the holds, those that were lifted among them.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
}

/// What `hold add` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// A short name, such as the case's number. It stands in the journal.
    name: String,
    /// Why. It stands in the journal, and names nobody.
    #[arg(long)]
    because: String,
    #[command(flatten)]
    covers: Covers,
}

/// What a hold covers.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Covers {
    /// What is about the person who has this number now.
    #[arg(long, value_parser = number)]
    number: Option<Msisdn>,
    /// What the party with this short name asked, and was told.
    #[arg(long)]
    party: Option<String>,
    /// The whole journal.
    #[arg(long)]
    everything: bool,
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Add(add) => place(add),
        Command::Lift { config: path, name } => {
            let config = config(path)?;
            let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
            if !settle(&mut data, Change::LiftHold { name: name.clone() })? {
                let name = name.escape_debug();
                return Err(format!("expected a hold that stands, found none with the name `{name}`").into());
            }
            println!("{name}: lifted");
            Ok(())
        }
        Command::List { config: path } => {
            let book = Book::open(&config(path)?.gateway)?;
            for row in list(book.store())? {
                let covers = match row.hold.held {
                    Held::Everything => "everything".to_owned(),
                    Held::Subject(subject) => book.person(subject),
                    Held::Party(party) => book.party_name(party)?,
                };
                let lifted = row.lifted.map_or_else(String::new, |at| format!("  lifted {at}"));
                println!(
                    "{:<20}  {covers}  since {}{lifted}  {}",
                    row.hold.name, row.placed, row.why
                );
            }
            Ok(())
        }
    }
}

fn place(add: &Add) -> Result<(), Failure> {
    let fits = |text: &str, most| (1..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if !fits(&add.name, NAME_MAX) || !fits(&add.because, WHY_MAX) {
        return Err(format!(
            "expected a name of 1 to {NAME_MAX} characters and a reason of 1 to {WHY_MAX}, each on one line"
        )
        .into());
    }
    let config = config(&add.config)?;
    let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
    let held = match (&add.covers.number, &add.covers.party) {
        (Some(number), _) => Held::Subject(data.index.key(*number)),
        (None, Some(name)) => {
            let party = data.reader.read(|store| by_client(store, name))?;
            let none = || format!("expected an enrolled party, found none with the short name `{name}`");
            Held::Party(party.ok_or_else(none)?.id)
        }
        (None, None) => Held::Everything,
    };
    let change = Change::PlaceHold {
        name: add.name.clone(),
        held,
        why: add.because.clone(),
    };
    if !settle(&mut data, change)? {
        return Err(format!("expected a new name, found that `{}` stands", add.name).into());
    }
    println!("{}: nothing that it covers is erased from now on", add.name);
    Ok(())
}

/// Settles a change; whether there was something to do.
fn settle(data: &mut Data, change: Change) -> Result<bool, Failure> {
    let mut outcomes = data
        .journal
        .settle("hold", vec![Item::Change(change)], &mut SystemChance::new())?;
    Ok(matches!(outcomes.pop(), Some(Outcome::Changed(_))))
}
