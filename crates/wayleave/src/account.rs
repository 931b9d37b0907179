//! `wayleave account`: who holds machine lines. The carrier names an account by its id; its holder makes a passkey by the
//! invitation.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::AccountId;
use domain::party::RegisteredName;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::data;
use gateway::store::board::accounts::Account;
use gateway::store::board::links::SqliteBoard;

use crate::{Failure, log};

/// What can be done with accounts.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Add an account; prints its id, for the carrier, and its holder's invitation, which makes one passkey.
    Add {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// The name of the account, which its holder reads.
        name: String,
    },
    /// List the accounts.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Add { config, name } => add(config, name),
        Command::List { config } => {
            let (_, data) = open(config)?;
            for account in SqliteBoard::open(&data.store, Arc::clone(&data.sealer))?.accounts()? {
                let key = if account.key.is_some() { "passkey" } else { "invited" };
                println!("{}  {key}  {}", account.id(), account.name);
            }
            Ok(())
        }
    }
}

fn open(path: &std::path::Path) -> Result<(Config, data::Data), Failure> {
    let config = Config::load(path)?;
    log::start(&gateway::config::log::Log {
        filter: "warn".to_owned(),
        ..config.log.clone()
    })?;
    let data = data::open(&config.gateway, Arc::new(SystemClock))?;
    Ok((config, data))
}

fn add(config: &std::path::Path, name: &str) -> Result<(), Failure> {
    let name = RegisteredName::new(name).ok_or_else(|| {
        format!(
            "expected a name of 1 to 60 letters, digits and plain punctuation, found `{}`",
            name.escape_debug()
        )
    })?;
    let (config, data) = open(config)?;
    let chance = SystemChance::new();
    let id = AccountId::new(SystemClock.now(), chance.bytes());
    let secret: [u8; 16] = chance.bytes();
    let board = SqliteBoard::open(&data.store, Arc::clone(&data.sealer))?;
    board.add_account(
        data.index.hash("account", &secret),
        &Account::new(id, name.as_str().to_owned()),
    )?;
    println!("{id}");
    println!("{}/account/{}", config.gateway.issuer, URL_SAFE_NO_PAD.encode(secret));
    Ok(())
}
