//! `wayleave journal verify`: a receipt against a key, or a whole store against its head.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::receipt::Receipt;
use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::data;

use crate::{Failure, log};

/// What `journal verify` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The receipt: a file, or `-` for standard input; JSON, or the value of the `Wayleave-Receipt` header.
    receipt: Option<PathBuf>,
    /// The journal's key, as its operator publishes it: `<name>+<key id>+<base64>`.
    #[arg(long)]
    key: Option<String>,
    /// A configuration: verifies its store, and needs no other argument.
    #[arg(long)]
    config: Option<PathBuf>,
    /// With `--config`: verifies this backup of the store instead, with the configuration's keys.
    #[arg(long, requires = "config")]
    backup: Option<PathBuf>,
}

/// Verifies what the options name.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    match options {
        Options {
            receipt: Some(receipt),
            key: Some(key),
            config: None,
            backup: None,
        } => verify_receipt(receipt, key),
        Options {
            receipt: None,
            key: None,
            config: Some(config),
            backup,
        } => verify_store(config, backup.as_deref()),
        Options { .. } => Err("expected a receipt with `--key`, or `--config` alone".into()),
    }
}

fn verify_store(config: &Path, backup: Option<&Path>) -> Result<(), Failure> {
    let opened = match backup {
        Some(folder) => {
            let config = Config::load(config)?;
            log::start(&config.log)?;
            data::verify_copy(&config.gateway, &folder.join(data::STORE), Arc::new(SystemClock))?
        }
        None => super::open_whole(config)?.opened,
    };
    println!("verified: {} entries under the root of the head", opened.entries);
    match opened.open_asks.len() {
        0 => println!("every ask has its end"),
        open => println!("{open} asks have no end yet: they are in flight, or a crash left them to the next start"),
    }
    Ok(())
}

fn verify_receipt(path: &Path, key: &str) -> Result<(), Failure> {
    let key = VerifierKey::parse(key)?;
    let text = read(path)?;
    let text = text.trim();
    let json = if text.starts_with('{') {
        text.to_owned()
    } else {
        let bytes = URL_SAFE_NO_PAD
            .decode(text)
            .map_err(|_| "expected JSON or base64url, found something else")?;
        String::from_utf8(bytes)?
    };
    let receipt = Receipt::from_json(&json)?;
    let checkpoint = receipt.verify(&key)?;
    println!(
        "verified: entry {} of {} in `{}`",
        receipt.leaf, checkpoint.size, checkpoint.origin
    );
    println!("it says: {}", receipt.party.text);
    Ok(())
}

fn read(path: &Path) -> Result<String, Failure> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().take(1 << 20).read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()).into())
}
