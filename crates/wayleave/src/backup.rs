//! `wayleave backup`, and the former name of `wayleave journal restore`.

use std::path::PathBuf;
use std::sync::Arc;

use gateway::backup;
use gateway::clock::{Clock as _, SystemClock};
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

/// What the former `restore` is told: nothing that counts.
#[derive(Debug, clap::Args)]
pub(crate) struct Restore {
    /// Whatever it was told.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _rest: Vec<String>,
}

/// Says what its name is now, since what it does is another thing: it ended everything, and nobody was told.
pub(crate) fn renamed(_: &Restore) -> Result<(), Failure> {
    Err("expected `wayleave journal restore`, found its former name `wayleave restore`: it pauses where that one ended, and takes the same arguments".into())
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
