//! `wayleave journal restore`: a backup in the place of a lost store, declared for everybody to see.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gateway::backup::restore::{self, Wanted};
use gateway::clock::{Clock, SystemClock};
use gateway::config::Config;
use gateway::data::highest;

use crate::{Failure, log};

/// What `journal restore` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// One backup of the store: a folder with `manifest.json` in it.
    #[arg(long)]
    from: PathBuf,
    /// One backup of the key directory, if the data directory has none.
    #[arg(long)]
    keys_from: Option<PathBuf>,
    /// The number of the journal from now on, if an earlier restore was forgotten with the keys.
    #[arg(long)]
    number: Option<u32>,
}

/// Puts a backup in the place of a lost store.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let config = Config::load(&options.config)?;
    log::start(&config.log)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let seen = seen(&config, &options.from, &clock)?;
    let wanted = Wanted {
        from: &options.from,
        keys_from: options.keys_from.as_deref(),
        number: options.number,
        seen,
    };
    let restored = restore::restore(&config.gateway, &wanted, &clock)?;
    let manifest = &restored.manifest;
    println!("restored {} entries as of {}", manifest.entries, manifest.made_at);
    if restored.lost_at_least > 0 {
        println!(
            "lost     at least {} entries that the key directory or a witness remembers",
            restored.lost_at_least
        );
    }
    println!(
        "paused   {} people, and queued a text to each: RESUME lifts it, STOP ends all",
        restored.paused
    );
    println!(
        "suspended {} parties: `wayleave party suspend --lift NAME` lets one ask again",
        restored.suspended
    );
    println!("journal  {}", restored.key);
    println!("         a new name: give this key to your witnesses and auditors, and publish into a new folder");
    Ok(())
}

/// How many entries witnesses have seen of the journal that the backup is of. One that says that the backup is not the
/// beginning of what it saw keeps it from being restored.
fn seen(config: &Config, from: &Path, clock: &Arc<dyn Clock>) -> Result<u64, Failure> {
    if config.witness.is_empty() {
        return Ok(0);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(Box::pin(highest::seen(config, from, clock)))
}
