//! `wayleave audit key`: the auditor's own key.

use std::path::PathBuf;

use domain::chance::Chance as _;
use gateway::audit::key::print;
use gateway::chance::SystemChance;
use gateway::keys::write_new;

use crate::Failure;

/// What `audit key` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The new file, for its owner only.
    #[arg(long)]
    out: PathBuf,
    /// The auditor's name: an address of yours without `https://`, such as `auditor.example.com/2026`.
    #[arg(long)]
    name: String,
}

/// Makes a key.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let mut seed = [0; 32];
    SystemChance::new().fill(&mut seed);
    let name = &options.name;
    let (line, key) =
        print(name, &seed).ok_or_else(|| format!("expected a name without spaces and `+`, found `{name}`"))?;
    write_new(&options.out, line.as_bytes())?;
    println!("{key}");
    Ok(())
}
