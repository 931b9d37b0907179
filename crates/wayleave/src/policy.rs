//! `wayleave policy`: what a consent can allow, shown, checked and said in sentences.

use std::path::{Path, PathBuf};

use domain::policy::{Policy, World};
use domain::purpose::Purpose;
use gateway::config::Config;
use gateway::policy_file::{self, SHIPPED, explain};

use crate::Failure;

/// What can be done with policies.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Print the shipped policy, or the one of a gateway: a file to start from.
    Show {
        /// The configuration of a gateway.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Say what is wrong with a policy, line by line; prints its hash, which every entry of the journal bears.
    Check {
        /// The policy.
        file: PathBuf,
        /// The world that it is for; a sandbox has fewer limits.
        #[arg(long, default_value = "live")]
        world: WorldWord,
    },
    /// Say a policy in sentences.
    Explain {
        /// The policy; the shipped one if none is given.
        file: Option<PathBuf>,
        /// Only this purpose.
        #[arg(long)]
        purpose: Option<String>,
        /// The world that it is for.
        #[arg(long, default_value = "live")]
        world: WorldWord,
    },
}

/// The world on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum WorldWord {
    /// Reserved numbers, loopback only.
    Sandbox,
    /// Real subscribers.
    Live,
}

impl From<WorldWord> for World {
    fn from(word: WorldWord) -> Self {
        match word {
            WorldWord::Sandbox => Self::Sandbox,
            WorldWord::Live => Self::Live,
        }
    }
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Show { config } => show(config.as_deref()),
        Command::Check { file, world } => {
            let policy = load(Some(file), (*world).into())?;
            println!("{} is a good policy", file.display());
            println!("its hash is {}", hash(&policy));
            Ok(())
        }
        Command::Explain { file, purpose, world } => explain(file.as_deref(), purpose.as_deref(), (*world).into()),
    }
}

fn load(file: Option<&Path>, world: World) -> Result<Policy, Failure> {
    let policy = policy_file::load(file, world);
    policy.map_err(|error| match file {
        Some(file) => format!("`{}` is no policy\n{error}", file.display()).into(),
        None => error.into(),
    })
}

fn hash(policy: &Policy) -> String {
    domain::journal::entry::hex(&policy.hash())
}

fn show(config: Option<&Path>) -> Result<(), Failure> {
    let file = match config {
        Some(config) => Config::load(config)?.gateway.policy_file,
        None => None,
    };
    match file {
        Some(file) => print!("{}", std::fs::read_to_string(file)?),
        None => print!("{SHIPPED}"),
    }
    Ok(())
}

fn explain(file: Option<&Path>, purpose: Option<&str>, world: World) -> Result<(), Failure> {
    let policy = load(file, world)?;
    let Some(term) = purpose else {
        println!("{}", explain::whole(&policy));
        return Ok(());
    };
    let purpose = Purpose::from_term(term).ok_or_else(|| {
        let known = Purpose::ALL.map(Purpose::term).join(", ");
        format!("`--purpose`: expected one of {known}, found `{term}`")
    })?;
    println!("{}", explain::purpose(&policy, purpose));
    Ok(())
}
