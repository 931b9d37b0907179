//! `wayleave journal`: the record, checked.

mod check;
mod count;
mod counts;
mod erase;
mod event;
mod export;
mod hold;
pub(crate) mod looked;
mod reconcile;
pub(crate) mod records;
mod restore;
mod verify;
mod verify_export;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::journal::checkpoint::VerifierKey;
use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::data;

use crate::{Failure, log};

/// What can be done with the journal.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Verify a receipt against a journal's key, or with `--config` the whole store.
    Verify(verify::Options),
    /// Make the public counts of a day again, and compare them with what was published.
    Counts(counts::Options),
    /// Export the entries of one person, one party or a span of time, with their proofs, in one signed file.
    Export(export::Options),
    /// Check an export with the journal's key alone.
    VerifyExport(verify_export::Options),
    /// Say how many people were asked about, which, when and by whom, from every entry.
    Count(count::Options),
    /// Compare a carrier's own ledger with the journal, line by line.
    Reconcile(reconcile::Options),
    /// Erase everything about one person. The journal still verifies, and what was counted still counts.
    Erase(erase::Options),
    /// Print by what the journal knows events: entries name them under this gateway's key alone.
    Event(event::Options),
    /// Place, lift and list legal holds: nothing that one covers is erased.
    #[command(subcommand)]
    Hold(hold::Command),
    /// Derive every decision once more from the entries, the terms, the signatures and the policies, and tell what differs.
    Check(check::Options),
    /// Put a backup in the place of a lost store: the journal goes on under a new name, everybody is paused and told.
    Restore(restore::Options),
    /// Print the journal's key, which verifies its checkpoints.
    Key {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Verify(options) => verify::run(&options),
        Command::Counts(options) => counts::run(&options),
        Command::Export(options) => export::run(&options),
        Command::VerifyExport(options) => verify_export::run(&options),
        Command::Count(options) => count::run(&options),
        Command::Restore(options) => restore::run(&options),
        Command::Reconcile(options) => reconcile::run(&options),
        Command::Erase(options) => erase::run(&options),
        Command::Event(options) => event::run(&options),
        Command::Hold(command) => hold::run(&command),
        Command::Check(options) => check::run(&options),
        Command::Key { config } => {
            let data = open(&config)?;
            println!("{}", VerifierKey::of(data.journal.keys()));
            Ok(())
        }
    }
}

/// Opens and verifies the configuration's journal, beside a gateway that may serve from it.
fn open(path: &Path) -> Result<data::Data, Failure> {
    let config = Config::load(path)?;
    log::start(&config.log)?;
    Ok(data::open(&config.gateway, Arc::new(SystemClock))?)
}

/// As [`open`], and verifies every entry.
fn open_whole(path: &Path) -> Result<data::Data, Failure> {
    let config = Config::load(path)?;
    log::start(&config.log)?;
    Ok(data::open_whole(&config.gateway, Arc::new(SystemClock))?)
}
