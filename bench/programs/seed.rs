//! Makes a data directory full of people who agreed, for a gateway that is then started on it.

use std::path::PathBuf;

use bench::people::{self, Agreement};
use bench::place::Place;
use bench::{Failure, figures};
use clap::Parser;
use gateway::party::Binding;

/// What to make, and where.
#[derive(Debug, Parser)]
struct Options {
    /// The folder; it must hold no store yet.
    #[arg(long)]
    folder: PathBuf,
    /// How many people.
    #[arg(long)]
    people: u32,
    /// Where the gateway will listen.
    #[arg(long)]
    gateway: String,
    /// Where the carrier will listen.
    #[arg(long)]
    carrier: String,
    /// Binds the partner's tokens to its key, so that each ask needs a proof (RFC 9449).
    #[arg(long)]
    dpop: bool,
}

fn main() -> Result<(), Failure> {
    let options = Options::parse();
    let started = figures::now();
    let place = Place::create(&options.folder, &options.gateway, &options.carrier, options.people)?;
    let (data, party) = place.open(if options.dpop { Binding::Dpop } else { Binding::Nothing })?;
    people::put(
        &data.store,
        &data.sealer,
        &data.index,
        &Agreement::plain(party),
        options.people,
    )?;
    println!(
        "seeded {} people in {:.1} s",
        options.people,
        started.elapsed().as_secs_f64()
    );
    Ok(())
}
