//! `wayleave audit`: a sample that nobody can steer, its people asked whether they agreed, and a signed report.

mod answers;
mod ask;
mod key;
mod report;
mod sample;

use std::path::Path;

use crate::Failure;

/// What an audit takes.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// The operator: pick entries by the auditor's seed, and write down all that proves their consents.
    Sample(sample::Options),
    /// The operator: text the sampled people the auditor's link, each once.
    Ask(ask::Options),
    /// The auditor: serve the page where people answer.
    Answers(answers::Options),
    /// The auditor: make a key that signs reports. Prints the key as others need it.
    Key(key::Options),
    /// The auditor: check the sample, count, and sign what was found.
    Report(report::Options),
    /// Anybody: check a report with the auditor's key, and print it.
    Verify(report::Verify),
}

/// Runs a command.
pub(crate) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Sample(options) => sample::run(options),
        Command::Ask(options) => ask::run(options),
        Command::Answers(options) => answers::run(options),
        Command::Key(options) => key::run(options),
        Command::Report(options) => report::run(options),
        Command::Verify(options) => report::verify(options),
    }
}

/// Reads a file.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()).into())
}

/// Reads a file of text.
fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read(path)?).map_err(|_| format!("expected text in `{}`", path.display()).into())
}
