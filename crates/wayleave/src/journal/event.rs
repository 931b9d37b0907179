//! `wayleave journal event`: by what the journal knows events, so that who has a ticket's name finds its entries.

use std::path::PathBuf;

use domain::journal::entry::hex;

use super::open;
use crate::Failure;

/// What `journal event` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The names of events, as their sources gave them.
    #[arg(required = true)]
    names: Vec<String>,
}

/// Prints what entries call each of them in `event`, with its name behind it.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let data = open(&options.config)?;
    for name in &options.names {
        println!("{}  {name}", hex(&data.index.event(name).to_bytes()));
    }
    Ok(())
}
