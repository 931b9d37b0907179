//! `wayleave audit ask`: the sampled people are texted the auditor's link, each once.

use std::path::PathBuf;
use std::sync::Arc;

use domain::journal::checkpoint::VerifierKey;
use domain::journal::settle::Outcome;
use gateway::audit::ask::plan;
use gateway::audit::check::check;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::data;
use gateway::keys::write_new;
use gateway::records::book::Book;

use super::{read, read_text};
use crate::Failure;
use crate::journal::looked::Looking;
use crate::journal::records::{config, note_of};

/// The longest name of an audit, in characters.
const NAME_MAX: usize = 80;

/// What `audit ask` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The sample. Its signature is read from beside it.
    #[arg(long)]
    sample: PathBuf,
    /// The auditor's address, without the token: `https://auditor.example.com/a`.
    #[arg(long)]
    answers_to: String,
    /// The audit's name, which the person reads on their board. Nobody gets two texts of one audit.
    #[arg(long)]
    name: String,
    /// The new file of tokens, for the auditor. It holds no number.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    looking: Looking,
}

/// Writes the tokens, and queues the texts.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    options.looking.said()?;
    let name = &options.name;
    if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
        return Err(format!("`--name`: expected 1 to {NAME_MAX} characters on one line").into());
    }
    let link = &options.answers_to;
    let is_link = link.starts_with("https://") || link.starts_with("http://127.0.0.1:");
    if !is_link || link.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(format!("`--answers-to`: expected an address that begins with `https://`, found `{link}`").into());
    }
    let config = config(&options.config)?;
    let plan = {
        let book = Book::open(&config.gateway)?;
        let bytes = read(&options.sample)?;
        let note = read_text(&note_of(&options.sample))?;
        let checked = check(&bytes, &note, &VerifierKey::of(book.keys()))?;
        plan(&book, (&checked, &bytes), name, link, SystemClock.now())?
    };
    // The auditor's file is there before anybody is texted a link that only it explains.
    write_new(&options.out, serde_json::to_string(&plan.tokens)?.as_bytes())?;
    let (texted, before) = (plan.people.len(), plan.before);
    if texted > 0 {
        let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
        options.looking.leave(&mut data, &plan.people)?;
        let mut chance = SystemChance::new();
        for item in plan.items {
            let outcomes = data.journal.settle("audit asks", vec![item], &mut chance)?;
            if !outcomes.iter().all(|outcome| matches!(outcome, Outcome::Changed(_))) {
                return Err("the journal did not take the entry of an audit's question".into());
            }
        }
    }
    println!("tokens    {}, for the auditor alone", options.out.display());
    println!("texts     {texted} queued");
    println!("before    {before} people were asked already");
    println!("not asked {} entries", plan.tokens.not_asked.len());
    Ok(())
}
