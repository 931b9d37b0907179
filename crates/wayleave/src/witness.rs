//! `wayleave witness`: cosigns the checkpoints of other people's journals (C2SP tlog-witness). It has no gateway and no
//! store: a folder with its key, the journals that it follows, how far it has followed each, and what it caught.

mod compare;
mod evidence;
mod folder;
mod judge;
mod serve;

use std::path::PathBuf;

use domain::journal::checkpoint::VerifierKey;

use crate::Failure;
use folder::Folder;

/// What a witness can do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a witness: a folder with its key. Prints the key as others need it.
    Init {
        /// The folder, which is made.
        #[arg(long, default_value = "witness")]
        folder: PathBuf,
        /// The witness's name: an address of yours without `https://`, such as `witness.example.com/w1`.
        #[arg(long)]
        name: String,
    },
    /// Print the witness's key.
    Key {
        /// The witness's folder.
        #[arg(long, default_value = "witness")]
        folder: PathBuf,
    },
    /// Follow a journal from now on. A witness that serves follows it at once.
    AddLog {
        /// The witness's folder.
        #[arg(long, default_value = "witness")]
        folder: PathBuf,
        /// The journal's key, as its operator publishes it (`wayleave journal key`).
        #[arg(long)]
        key: String,
        /// The first line of its checkpoints, if it is not the key's name.
        #[arg(long)]
        origin: Option<String>,
    },
    /// Serve: take checkpoints, and cosign those that continue what was cosigned before.
    Serve(serve::Options),
    /// Compare two signed checkpoints of one journal, such as those that two carriers were shown.
    Compare(compare::Options),
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Init { folder, name } => {
            println!("{}", Folder::init(folder, name)?.key());
            Ok(())
        }
        Command::Key { folder } => {
            println!("{}", Folder::open(folder)?.key());
            Ok(())
        }
        Command::AddLog { folder, key, origin } => {
            let key = VerifierKey::parse(key)?;
            let origin = origin.clone().unwrap_or_else(|| key.name().to_owned());
            let added = Folder::open(folder)?.add_log(&origin, &key)?;
            println!("{} `{origin}`", if added { "follows" } else { "followed already" });
            Ok(())
        }
        Command::Serve(options) => serve::run(options),
        Command::Compare(options) => compare::run(options),
    }
}
