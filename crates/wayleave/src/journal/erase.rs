//! `wayleave journal erase`: everything about one person is erased, and the journal still verifies.

use std::path::PathBuf;
use std::sync::Arc;

use domain::journal::Leaf;
use domain::journal::settle::{Item, Outcome};
use domain::number::Msisdn;
use domain::subject::SubjectKey;
use gateway::chance::SystemChance;
use gateway::clock::SystemClock;
use gateway::data::{self, Data};
use gateway::records::erase::{Erasure, empty_log};
use gateway::store::permission::sqlite::person_of;

use super::looked::Looking;
use super::records::{config, number};
use crate::Failure;

/// What `journal erase` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// Whose entries: the person who has this number now.
    #[arg(long, value_parser = number)]
    number: Msisdn,
    #[command(flatten)]
    looking: Looking,
}

/// Erases, saying how far it is.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let config = config(&options.config)?;
    options.looking.said()?;
    let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
    let subject = data.index.key(options.number);
    refuse_held(&data, subject)?;
    options.looking.leave(&mut data, &[subject])?;
    // Who erased, and why, is the one entry that stays: the person may ask for it.
    let spared = last_leaf(&data, subject)?;
    let mut erasure = Erasure::new(subject, "asked", spared);
    let mut chance = SystemChance::new();
    while let Some(change) = data.reader.read(|store| erasure.next(store))? {
        let outcomes = data.journal.settle("erase", vec![Item::Change(change)], &mut chance)?;
        if let Some(Outcome::NotApplicable) = outcomes.first() {
            refuse_held(&data, subject)?;
            return Err("the journal did not take an erasure; run it again".into());
        }
        println!("so far    {} entries", erasure.erased());
    }
    println!("erased    {} entries", erasure.erased());
    println!("wiped     questions, evidence, numbers, texts and keys of this person");
    if empty_log(&data.store)? {
        println!("log       emptied");
    } else {
        println!("log       kept in use by another process; it empties by itself, or run this again");
    }
    Ok(())
}

fn refuse_held(data: &Data, subject: SubjectKey) -> Result<(), Failure> {
    let held = data
        .reader
        .read(|store| Erasure::new(subject, "asked", None).hold(store))?;
    held.map_or(Ok(()), |name| {
        Err(format!("expected no legal hold over this person, found `{name}`: nothing was erased").into())
    })
}

fn last_leaf(data: &Data, subject: SubjectKey) -> Result<Option<Leaf>, Failure> {
    let person = data.reader.read(|store| person_of(store, subject, &data.sealer))?;
    Ok(person.last_leaf)
}
