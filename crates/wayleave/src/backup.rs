//! `wayleave backup` and `wayleave restore`.

use std::path::PathBuf;
use std::sync::Arc;

use gateway::backup::{self, restore};
use gateway::clock::{Clock, SystemClock};
use gateway::config::Config;

use crate::{Failure, log};

/// What `backup` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Make {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// A folder that gets one new folder with a copy of the store, verified.
    #[arg(long, required_unless_present = "keys_to")]
    to: Option<PathBuf>,
    /// A folder, apart from the other, that gets one new folder with a copy of the key directory. Encrypt it, or keep it
    /// where the store's backups are not.
    #[arg(long)]
    keys_to: Option<PathBuf>,
}

/// What `restore` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// One backup of the store: a folder with `manifest.json` in it.
    #[arg(long)]
    from: PathBuf,
    /// One backup of the key directory, if the data directory has none.
    #[arg(long)]
    keys_from: Option<PathBuf>,
}

/// Makes a backup, beside a running gateway or without one.
pub(crate) fn make(options: &Make) -> Result<(), Failure> {
    let config = Config::load(&options.config)?;
    log::start(&config.log)?;
    let clock = Arc::new(SystemClock);
    // The keys go first: a place that will not do is found before the store is copied.
    if let Some(keys_to) = &options.keys_to {
        let folder = backup::keep_keys(&config.gateway, keys_to, options.to.as_deref(), clock.now())?;
        println!("keys     {}", folder.display());
        println!("         whoever has this and a copy of the store has every number in it: encrypt it now");
    }
    if let Some(to) = &options.to {
        let made = backup::make(&config.gateway, to, clock)?;
        println!("store    {}", made.folder.display());
        println!(
            "verified {} entries, {} bytes, sha256 {}",
            made.manifest.entries, made.bytes, made.manifest.sha256
        );
    }
    Ok(())
}

/// Puts a backup in the place of a lost store.
pub(crate) fn restore(options: &Restore) -> Result<(), Failure> {
    let config = Config::load(&options.config)?;
    log::start(&config.log)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys_from = options.keys_from.as_deref();
    let restored = restore::restore(&config.gateway, &options.from, keys_from, &clock)?;
    println!(
        "restored {} entries as of {}",
        restored.manifest.entries, restored.manifest.made_at
    );
    if restored.lost_at_least > 0 {
        println!(
            "lost     at least {} entries that the key directory remembers",
            restored.lost_at_least
        );
    }
    println!(
        "ended    {} consents and open questions: what was withdrawn since cannot be told from what was not",
        restored.ended
    );
    println!(
        "suspended {} parties: `wayleave party suspend --lift NAME` lets one ask again",
        restored.suspended
    );
    Ok(())
}
