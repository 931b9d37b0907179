//! `wayleave party`: who may ask at all. Every change is an entry of the journal.

mod add;
mod end;
mod keys;
mod list;
mod programme;
mod suspend;

use std::path::PathBuf;
use std::sync::Arc;

use domain::journal::settle::{Change, Item, Outcome};
use gateway::chance::SystemChance;
use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::data::{self, Data};
use gateway::store::party::sqlite::{Listed, by_client};

use crate::{Failure, log};

pub(crate) use add::{enrol, enrol_as};

/// What can be done with parties.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Enrol a party by its public key; prints its client id.
    Add(add::Add),
    /// List the parties.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
    /// Change a party's keys, as one of its present keys has signed; prints from when.
    Keys(keys::Keys),
    /// Approve what a party may do under one purpose.
    Programme(programme::Programme),
    /// Say that the agreement with a party ends: nobody is asked in its name from now on, and people are told once.
    End(end::End),
    /// Suspend a party, or one of its programmes: nothing of it is answered from now on, asks in flight included.
    Suspend(suspend::Suspend),
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(add) => add::run(&add),
        Command::List { config } => list::run(&open_config(&config)?),
        Command::Keys(keys) => keys::run(&keys),
        Command::End(options) => end::run(&options),
        Command::Programme(options) => programme::run(&options),
        Command::Suspend(options) => suspend::run(&options),
    }
}

fn open_config(path: &std::path::Path) -> Result<Config, Failure> {
    let config = Config::load(path)?;
    log::start(&gateway::config::log::Log {
        filter: "warn".to_owned(),
        ..config.log.clone()
    })?;
    Ok(config)
}

fn open(config: &Config) -> Result<Data, Failure> {
    Ok(data::open(&config.gateway, Arc::new(SystemClock))?)
}

fn enrolled(data: &Data, name: &str) -> Result<Listed, Failure> {
    let found = data.reader.read(|store| by_client(store, name))?;
    found.ok_or_else(|| format!("expected an enrolled party, found none with the short name `{name}`").into())
}

fn settle(data: &mut Data, change: Change, chance: &mut SystemChance) -> Result<(), Failure> {
    let mut outcomes = data.journal.settle("party", vec![Item::Change(change)], chance)?;
    match outcomes.pop() {
        Some(Outcome::Changed(_)) => Ok(()),
        _ => Err("the journal did not take the change".into()),
    }
}
