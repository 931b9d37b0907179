//! `wayleave config`.

use std::path::PathBuf;

use gateway::config::{Config, SECTIONS, reference};

use crate::Failure;

/// What can be done with configurations.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
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

/// Explains.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Explain { config, markdown } = command;
    if let Some(path) = config {
        let config = Config::load(path)?;
        println!(
            "{} is a good configuration; with every default it reads:\n",
            path.display()
        );
        println!("{}", toml::to_string_pretty(&config)?);
        return Ok(());
    }
    if *markdown {
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
