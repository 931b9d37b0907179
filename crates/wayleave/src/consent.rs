//! `wayleave consent`: what a person agreed to, checked without asking anybody.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use domain::journal::checkpoint::VerifierKey;
use wire::consent_receipt::{ConsentReceipt, check};

use crate::Failure;

/// What can be done with receipts of consents.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Say what a receipt proves, and what still rests on the gateway's word.
    Verify {
        /// The receipt: a file, or `-` for standard input.
        receipt: PathBuf,
        /// The journal's key, as its operator publishes it: `<name>+<key id>+<base64>`.
        #[arg(long)]
        key: Option<String>,
    },
}

/// The largest receipt that is read, in bytes.
const BYTES_MAX: u64 = 1 << 20;

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Verify { receipt, key } = command;
    let key = key.as_deref().map(VerifierKey::parse).transpose()?;
    let receipt = ConsentReceipt::read(&read(receipt)?)?;
    let checked = check(&receipt, key.as_ref())?;
    println!("proved:");
    checked.proved.iter().for_each(|line| println!("  {line}"));
    println!("on the gateway's word:");
    checked.on_its_word.iter().for_each(|line| println!("  {line}"));
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        std::io::stdin().take(BYTES_MAX).read_to_end(&mut bytes)?;
    } else {
        let file = std::fs::File::open(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        file.take(BYTES_MAX).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
