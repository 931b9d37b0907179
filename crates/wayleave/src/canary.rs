//! `wayleave canary`: numbers that nobody may ask about. A gateway that serves takes a change over within seconds.

use std::path::{Path, PathBuf};

use domain::number::Msisdn;
use gateway::canaries::{read, write};
use gateway::config::Config;
use gateway::data::KEYS;

use crate::Failure;

/// What can be done with canaries.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add numbers that belong to nobody, or to people of your own who never agree to anything.
    Add {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// The numbers, with + and the country's code.
        #[arg(required = true)]
        numbers: Vec<String>,
    },
    /// List the numbers.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
    /// Remove numbers. Whoever was suspended stays so.
    Remove {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// The numbers, with + and the country's code.
        #[arg(required = true)]
        numbers: Vec<String>,
    },
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Add { config, numbers } => {
            let keys = keys(config)?;
            let mut kept = read(&keys)?;
            let numbers = parse(numbers)?;
            let added = numbers.into_iter().filter(|number| kept.insert(*number)).count();
            write(&keys, &kept)?;
            println!("{added} added; {} canaries", kept.len());
        }
        Command::List { config } => {
            for number in read(&keys(config)?)? {
                println!("{}", number.to_e164());
            }
        }
        Command::Remove { config, numbers } => {
            let keys = keys(config)?;
            let mut kept = read(&keys)?;
            let numbers = parse(numbers)?;
            let removed = numbers.iter().filter(|number| kept.remove(number)).count();
            write(&keys, &kept)?;
            println!("{removed} removed; {} canaries", kept.len());
        }
    }
    Ok(())
}

fn keys(config: &Path) -> Result<PathBuf, Failure> {
    let keys = Config::load(config)?.gateway.data_dir.join(KEYS);
    if keys.is_dir() {
        return Ok(keys);
    }
    Err(format!("expected the key directory `{}`, found none", keys.display()).into())
}

fn parse(numbers: &[String]) -> Result<Vec<Msisdn>, Failure> {
    let parsed = numbers
        .iter()
        .map(|number| Msisdn::parse(number))
        .collect::<Option<_>>();
    parsed.ok_or_else(|| "expected whole numbers with + and the country’s code, found something else".into())
}
