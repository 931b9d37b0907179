//! `wayleave party suspend`: nothing of a party, or of one of its programmes, is answered from now on, asks in flight
//! included.

use std::path::PathBuf;

use domain::journal::settle::Change;
use domain::purpose::Purpose;
use gateway::chance::SystemChance;

use super::programme::purpose;
use super::{enrolled, open, open_config, settle};
use crate::{Failure, leave};

/// What `party suspend` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Suspend {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The party's short name.
    name: String,
    /// Only what it does for this purpose.
    #[arg(long, value_parser = purpose)]
    programme: Option<Purpose>,
    /// Lift the suspension instead.
    #[arg(long)]
    lift: bool,
}

/// Suspends a party or a programme, or lifts that.
pub(super) fn run(options: &Suspend) -> Result<(), Failure> {
    let mut data = open(&open_config(&options.config)?)?;
    let (name, suspended) = (&options.name, !options.lift);
    let party = enrolled(&data, name)?;
    let is_suspended = match options.programme {
        None => party.suspended,
        Some(purpose) if party.record.purposes.contains(&purpose) => party.held.suspended.contains(&purpose),
        Some(purpose) => {
            return Err(format!("expected a purpose that {name} is approved for, found `{purpose}`").into());
        }
    };
    if is_suspended == suspended {
        println!("{name}: nothing to do");
        return Ok(());
    }
    let change = match options.programme {
        None => Change::Suspend {
            party: party.id,
            suspended,
            why: None,
        },
        Some(purpose) => Change::SuspendProgramme {
            party: party.id,
            purpose,
            suspended,
            why: None,
        },
    };
    settle(&mut data, change, &mut SystemChance::new())?;
    let what = options
        .programme
        .map_or_else(String::new, |purpose| format!(" for {purpose}"));
    if suspended {
        leave::wait();
        println!("{name}: suspended{what}; nothing of it is answered from now on");
    } else {
        println!("{name}: may ask again{what}");
    }
    Ok(())
}
