//! `wayleave keys`: the keys that sign access tokens.

use std::path::PathBuf;

use domain::time::Span;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::keys::KeyDirectory;
use gateway::keys::tokens::TokenKeys;

use crate::Failure;

/// What can be done with token keys.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Say which keys there are and what each is for.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
    /// Make a new key. It is published at once and signs later; the old one is kept while its tokens live.
    Rotate {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// Seconds until the new key signs; others may keep the key set for five minutes.
        #[arg(long = "in", default_value_t = 600)]
        seconds: u32,
        /// The old keys have leaked: the new one signs at once, the others are removed, and every token ends.
        #[arg(long, conflicts_with = "seconds")]
        leaked: bool,
    },
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let now = SystemClock.now();
    let keys = match command {
        Command::List { config } => open(config)?,
        Command::Rotate {
            config,
            seconds,
            leaked,
        } => {
            let (keys, chance) = (open(config)?, SystemChance::new());
            if *leaked {
                keys.replace_leaked(now, &chance)?;
            } else {
                keys.rotate(now, Span::seconds(*seconds), &chance)?;
            }
            keys
        }
    };
    for seen in keys.list(now) {
        let from = seen.from.map_or_else(|| "the first".to_owned(), |from| from.rfc3339());
        println!("{}  {:<24}  {}", seen.kid, from, seen.state);
    }
    Ok(())
}

fn open(config: &std::path::Path) -> Result<TokenKeys, Failure> {
    let gateway = Config::load(config)?.gateway;
    let directory = KeyDirectory::open(&gateway.data_dir.join("keys"), gateway.world.into())?;
    Ok(directory.tokens()?)
}
