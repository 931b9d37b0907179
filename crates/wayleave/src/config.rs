//! `wayleave config`.

use std::path::{Path, PathBuf};

use gateway::config::{Config, SECTIONS, reference};

use crate::Failure;

/// What can be done with configurations.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Say whether `serve` could start from a configuration: its keys, its values, and the files that it names.
    Check {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
    /// Say what every key is for; with a file, check it first and say what it sets.
    Explain {
        /// A configuration to check.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Print the reference as Markdown.
        #[arg(long)]
        markdown: bool,
    },
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Check { config } => check(config),
        Command::Explain { config, markdown } => explain(config.as_deref(), *markdown),
    }
}

fn check(path: &Path) -> Result<(), Failure> {
    let hindrances = Config::load(path)?.hindrances();
    if hindrances.is_empty() {
        println!("{} is good, and what it names is there", path.display());
        return Ok(());
    }
    for hindrance in &hindrances {
        println!("{hindrance}");
    }
    Err(format!(
        "expected a configuration to start from, found {} in its way",
        hindrances.len()
    )
    .into())
}

fn explain(config: Option<&Path>, markdown: bool) -> Result<(), Failure> {
    if let Some(path) = config {
        let config = Config::load(path)?;
        println!(
            "{} is a good configuration; with every default it reads:\n",
            path.display()
        );
        println!("{}", toml::to_string_pretty(&config)?);
        return Ok(());
    }
    if markdown {
        print!("{}", reference());
        return Ok(());
    }
    for section in SECTIONS {
        println!("{}\n  {}", section.heading, section.about);
        for key in section.keys {
            println!(
                "    {:<26} {} (default: {})\n    {:<26} {}",
                key.name, key.about, key.default, "", key.example
            );
        }
        println!();
    }
    Ok(())
}
