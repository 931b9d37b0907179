//! `wayleave person`: what the operator does about one person. The person sees on their board who did it, and why.

use std::path::PathBuf;

use domain::journal::settle::{Change, Item, Outcome};
use domain::number::Msisdn;
use gateway::chance::SystemChance;
use gateway::clock::SystemClock;
use gateway::data;
use gateway::store::permission::sqlite::person_of;

use crate::journal::looked::Looking;
use crate::journal::records::{config, number};
use crate::{Failure, leave};

/// What can be done about a person.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Suspend a person: nothing about them is answered from now on, whoever asks, asks in flight included.
    Suspend(Suspend),
}

/// What `person suspend` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Suspend {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The person who has this number now.
    #[arg(value_parser = number)]
    number: Msisdn,
    /// Lift the suspension instead.
    #[arg(long)]
    lift: bool,
    #[command(flatten)]
    looking: Looking,
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Suspend(options) => suspend(options),
    }
}

fn suspend(options: &Suspend) -> Result<(), Failure> {
    let config = config(&options.config)?;
    options.looking.said()?;
    let mut data = data::open(&config.gateway, std::sync::Arc::new(SystemClock))?;
    let (subject, suspended) = (data.index.key(options.number), !options.lift);
    options.looking.leave(&mut data, &[subject])?;
    let person = data.reader.read(|store| person_of(store, subject, &data.sealer))?;
    if person.suspended == suspended {
        println!("nothing to do");
        return Ok(());
    }
    let change = Item::Change(Change::SuspendPerson { subject, suspended });
    let mut outcomes = data.journal.settle("person", vec![change], &mut SystemChance::new())?;
    let Some(Outcome::Changed(_)) = outcomes.pop() else {
        return Err("the journal did not take the change".into());
    };
    if suspended {
        leave::wait();
        println!("suspended; nothing about this person is answered from now on");
    } else {
        println!("this person may be asked about again");
    }
    Ok(())
}
