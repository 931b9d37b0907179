//! `wayleave`: the gateway, its demo, a small client, and the operator's commands.

mod account;
mod audit;
mod backup;
mod canary;
mod client;
mod config;
mod consent;
mod demo;
mod http;
mod journal;
mod keys;
mod leave;
mod log;
mod notice;
mod party;
mod person;
mod policy;
mod serve;
mod source;
mod witness;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A location gateway for mobile networks that asks first.
#[derive(Debug, Parser)]
#[command(name = "wayleave", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve, as the configuration says.
    Serve(serve::Options),
    /// Start a gateway and a simulated world on this machine, with reserved numbers only.
    Demo(demo::Options),
    /// Act as a partner: get a token, ask where a phone is.
    #[command(subcommand)]
    Client(client::Command),
    /// Enrol, list and suspend parties.
    #[command(subcommand)]
    Party(party::Command),
    /// List, act on and dismiss notices of misuse.
    #[command(subcommand)]
    Notice(notice::Command),
    /// Suspend a person, or lift that.
    #[command(subcommand)]
    Person(person::Command),
    /// Add and list the accounts that hold machine lines.
    #[command(subcommand)]
    Account(account::Command),
    /// Add, list and remove numbers that nobody may ask about.
    #[command(subcommand)]
    Canary(canary::Command),
    /// Show, check and explain the policy: what a consent can allow.
    #[command(subcommand)]
    Policy(policy::Command),
    /// List and rotate the keys that sign tokens.
    #[command(subcommand)]
    Keys(keys::Command),
    /// Verify the journal and receipts, answer questions about it, erase, hold and restore.
    #[command(subcommand)]
    Journal(journal::Command),
    /// Verify the receipt of a consent.
    #[command(subcommand)]
    Consent(consent::Command),
    /// Ask a sample of people whether they agreed, and report what was found.
    #[command(subcommand)]
    Audit(audit::Command),
    /// Copy the store, or the keys, while the gateway serves.
    Backup(backup::Make),
    /// The former name of `wayleave journal restore`.
    #[command(hide = true)]
    Restore(backup::Restore),
    /// Cosign other people's journals, and notice when one is rewritten, cut or shown differently.
    #[command(subcommand)]
    Witness(witness::Command),
    /// Look at a carrier before it is put into service.
    #[command(subcommand)]
    Source(source::Command),
    /// Check and explain the configuration.
    #[command(subcommand)]
    Config(config::Command),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(options) => serve::run(&options),
        Command::Demo(options) => demo::run(&options),
        Command::Client(command) => client::run(command),
        Command::Party(command) => party::run(command),
        Command::Notice(command) => notice::run(&command),
        Command::Person(command) => person::run(&command),
        Command::Account(command) => account::run(&command),
        Command::Canary(command) => canary::run(&command),
        Command::Policy(command) => policy::run(&command),
        Command::Keys(command) => keys::run(&command),
        Command::Journal(command) => journal::run(command),
        Command::Consent(command) => consent::run(&command),
        Command::Audit(command) => audit::run(&command),
        Command::Backup(options) => backup::make(&options),
        Command::Restore(options) => backup::renamed(&options),
        Command::Witness(command) => witness::run(&command),
        Command::Source(command) => source::run(&command),
        Command::Config(command) => config::run(&command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("wayleave: {error}");
            if error.is::<Unread>() {
                ExitCode::from(UNREAD)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// The exit status when something could not be read, so that nothing is known about it.
const UNREAD: u8 = 3;

/// Something could not be read; says what, and why.
#[derive(Debug)]
struct Unread(String);

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unread {}

/// What a command may fail with: words for a person.
type Failure = Box<dyn std::error::Error + Send + Sync>;
