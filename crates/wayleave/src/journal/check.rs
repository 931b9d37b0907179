//! `wayleave journal check`: every decision of the journal, derived once more.

use std::path::PathBuf;
use std::sync::Arc;

use domain::journal::settle::{Change, Item};
use gateway::chance::SystemChance;
use gateway::checker::job;
use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::data;

use crate::{Failure, log};

/// What `journal check` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// Tell only of entries from this one on. The ones before it are followed all the same.
    #[arg(long, default_value_t = 0, value_name = "LEAF")]
    from: u64,
    /// Check the store of this backup instead, with the configuration's keys; leaves no entry.
    #[arg(long)]
    backup: Option<PathBuf>,
}

/// Checks the journal, says each difference, and writes down that it was checked.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let config = Config::load(&options.config)?;
    log::start(&config.log)?;
    let folder = options.backup.as_ref().unwrap_or(&config.gateway.data_dir);
    let store = folder.join(data::STORE);
    let report = job::run(&config.gateway, &store, options.from, &|| false, &mut |entries| {
        eprintln!("{entries} entries");
    })?;
    for difference in &report.found {
        println!("{difference}");
    }
    println!("{report}");
    if options.backup.is_none() {
        let notice = Change::Notice(Box::new(job::notice(&report)));
        let mut data = data::open(&config.gateway, Arc::new(SystemClock))?;
        data.journal
            .settle("check", vec![Item::Change(notice)], &mut SystemChance::new())?;
    }
    if report.is_clean() {
        Ok(())
    } else {
        Err(format!("expected no difference, found {}", report.differences).into())
    }
}
