//! `wayleave party list`: who is enrolled, and what for.

use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::party::{Binding, ProgrammeBounds};
use gateway::store::party::sqlite::{Listed, list};

use super::open;
use crate::Failure;

/// Prints a line for each party.
pub(super) fn run(config: &Config) -> Result<(), Failure> {
    let data = open(config)?;
    for party in data.reader.read(list)? {
        print(&party);
    }
    Ok(())
}

fn print(party: &Listed) {
    let record = &party.record;
    println!(
        "{}  {:<12} {:<28} {}{}{}{}{}",
        party.id,
        record.client,
        record.name,
        programmes(party),
        match record.binding {
            Binding::Nothing => String::new(),
            binding => format!("  {}", binding.word()),
        },
        record
            .next_keys
            .as_ref()
            .filter(|next| next.from > SystemClock.now())
            .map_or_else(String::new, |next| format!("  other keys from {}", next.from.rfc3339())),
        if party.suspended { "  SUSPENDED" } else { "" },
        ending(party),
    );
}

/// What it is approved for, each purpose with its bounds.
fn programmes(party: &Listed) -> String {
    let purposes = party.record.purposes.iter().map(|purpose| {
        let bounds = party.record.programmes.iter().find(|one| one.purpose == purpose.term());
        let suspended = party.held.suspended.contains(purpose);
        format!(
            "{purpose}{}{}",
            bounds.map_or_else(String::new, bounded),
            if suspended { " SUSPENDED" } else { "" }
        )
    });
    purposes.collect::<Vec<_>>().join(",")
}

/// Bounds in a few words. Listed numbers are counted: the store knows them by keyed names alone.
fn bounded(bounds: &ProgrammeBounds) -> String {
    let mut words: Vec<String> = bounds.events.iter().map(|kind| format!("event {kind}")).collect();
    words.extend(bounds.sources.iter().map(|source| format!("told by {source}")));
    match bounds.lines.len() {
        0 => {}
        1 => words.push("1 line".to_owned()),
        more => words.push(format!("{more} lines")),
    }
    words.extend(bounds.per_hour_max.map(|most| format!("{most} an hour")));
    words.extend(bounds.regions.iter().map(|region| format!("region +{region}")));
    format!(" ({})", words.join(", "))
}

fn ending(party: &Listed) -> String {
    let Some(ending) = &party.held.ending else {
        return String::new();
    };
    let kept: Vec<&str> = ending.keeps.iter().map(|purpose| purpose.term()).collect();
    let kept = if kept.is_empty() {
        String::new()
    } else {
        format!(" but for {}", kept.join(","))
    };
    let attested = party.held.attested.map_or_else(String::new, |until| {
        format!("  attested deletion until {}", until.rfc3339())
    });
    format!("  ends {}{kept}{attested}", ending.on.rfc3339())
}
