//! `wayleave party programme`: what a party may do under one purpose, besides what the policy allows everybody.

use std::path::PathBuf;

use domain::event::EventKind;
use domain::journal::entry::hex;
use domain::journal::settle::Change;
use domain::journal::tree::sha256;
use domain::number::Msisdn;
use domain::programme::Region;
use domain::purpose::Purpose;
use gateway::chance::SystemChance;
use gateway::party::{PartyRecord, ProgrammeBounds};

use super::{enrolled, open, open_config, settle};
use crate::journal::records::number;
use crate::{Failure, leave};

/// What `party programme` is told.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("bounds").required(true).multiple(true))]
pub(crate) struct Programme {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The party's short name.
    name: String,
    /// The purpose. The party is approved for it from now on, if it was not before.
    #[arg(value_parser = purpose)]
    purpose: Purpose,
    /// An ask must rest on a live event of this kind: `ticket` or `call`; may be given several times.
    #[arg(long = "event", group = "bounds")]
    events: Vec<String>,
    /// A party that tells of such events, by its short name; what others tell counts for nothing. May be given several
    /// times. What the party tells of itself wants the carrier's word instead.
    #[arg(long = "source", group = "bounds")]
    sources: Vec<String>,
    /// A listed number whose calls count, such as a facility's, in E.164 form; may be given several times.
    #[arg(long = "line", group = "bounds", value_parser = number)]
    lines: Vec<Msisdn>,
    /// At most so many asks within an hour, over all people.
    #[arg(long, group = "bounds", value_parser = clap::value_parser!(u32).range(1..))]
    per_hour: Option<u32>,
    /// Only numbers that begin so, such as `+1202`, may be asked about; may be given several times.
    #[arg(long = "region", group = "bounds")]
    regions: Vec<String>,
    /// No bounds but the policy's.
    #[arg(long, group = "bounds", conflicts_with_all = ["events", "sources", "lines", "per_hour", "regions"])]
    plain: bool,
}

/// Reads a purpose.
pub(super) fn purpose(term: &str) -> Result<Purpose, String> {
    Purpose::from_term(term).ok_or_else(|| {
        let known = Purpose::ALL.map(Purpose::term).join(", ");
        format!("expected one of {known}")
    })
}

/// Approves the programme: the bounds that are named take the place of those that the purpose had; the others stay.
pub(super) fn run(options: &Programme) -> Result<(), Failure> {
    let config = open_config(&options.config)?;
    let mut data = open(&config)?;
    let party = enrolled(&data, &options.name)?;
    let old = party
        .record
        .programmes
        .iter()
        .find(|programme| programme.purpose == options.purpose.term());
    let sources = options.sources.iter().map(|name| {
        let source = enrolled(&data, name).map_err(|error| format!("`--source`: {error}"))?;
        Ok::<_, Failure>(source.id.to_string())
    });
    let sources: Vec<String> = sources.collect::<Result<_, _>>()?;
    let line = |line| hex(&data.index.line(line).to_bytes());
    let bounds = bounds(options, old, sources, line)?;
    let replaces = sha256(&[party.record.to_json().as_bytes()]);
    let record = approved(party.record, options.purpose, bounds);
    let change = Change::Reapprove {
        party: party.id,
        record: record.to_json(),
        replaces,
    };
    settle(&mut data, change, &mut SystemChance::new())?;
    // Where it allows less now, what was on its way may still leave for this long.
    leave::wait();
    println!("{}: approved for {} from now on", options.name, options.purpose);
    Ok(())
}

/// The record with these bounds for the purpose, and no others.
fn approved(mut record: PartyRecord, purpose: Purpose, bounds: Option<ProgrammeBounds>) -> PartyRecord {
    record
        .programmes
        .retain(|programme| programme.purpose != purpose.term());
    record.programmes.extend(bounds);
    if !record.purposes.contains(&purpose) {
        record.purposes.push(purpose);
    }
    record
}

/// The bounds as they are stored; `None` for none. What is not named stays as it was.
fn bounds(
    options: &Programme,
    old: Option<&ProgrammeBounds>,
    sources: Vec<String>,
    line: impl Fn(Msisdn) -> String,
) -> Result<Option<ProgrammeBounds>, Failure> {
    if options.plain {
        return Ok(None);
    }
    for kind in &options.events {
        if EventKind::from_word(kind).is_none() {
            let known = EventKind::ALL.map(EventKind::word).join(", ");
            return Err(format!("`--event`: expected one of {known}, found `{}`", kind.escape_debug()).into());
        }
    }
    let regions = options.regions.iter().map(|text| {
        let region = text.strip_prefix('+').and_then(Region::new);
        region.map(|region| region.digits().to_owned()).ok_or_else(|| {
            let found = text.escape_debug();
            format!("`--region`: expected a plus and the first digits of numbers, such as `+1202`, found `{found}`")
        })
    });
    let or_old = |named: Vec<String>, of: fn(&ProgrammeBounds) -> &Vec<String>| {
        if named.is_empty() {
            old.map(|old| of(old).clone()).unwrap_or_default()
        } else {
            named
        }
    };
    let lines = options.lines.iter().copied().map(line).collect();
    Ok(Some(ProgrammeBounds {
        purpose: options.purpose.term().to_owned(),
        events: or_old(options.events.clone(), |old| &old.events),
        sources: or_old(sources, |old| &old.sources),
        lines: or_old(lines, |old| &old.lines),
        per_hour_max: options.per_hour.or(old.and_then(|old| old.per_hour_max)),
        regions: or_old(regions.collect::<Result<_, _>>()?, |old| &old.regions),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(per_hour: Option<u32>, plain: bool) -> Programme {
        Programme {
            config: PathBuf::new(),
            name: "roadside".to_owned(),
            purpose: Purpose::RequestedServiceProvision,
            events: Vec::new(),
            sources: Vec::new(),
            lines: Vec::new(),
            per_hour,
            regions: Vec::new(),
            plain,
        }
    }

    #[test]
    fn only_what_is_named_changes() {
        let old = ProgrammeBounds {
            purpose: Purpose::RequestedServiceProvision.term().to_owned(),
            events: vec!["ticket".to_owned()],
            sources: vec!["pty".to_owned()],
            lines: vec!["ab".to_owned()],
            per_hour_max: Some(3),
            regions: vec!["1202".to_owned()],
        };
        let change = |options: &Programme| bounds(options, Some(&old), Vec::new(), |_| String::new()).expect("bounds");
        let now = change(&options(Some(7), false)).expect("some");
        assert_eq!(now.per_hour_max, Some(7));
        assert_eq!(
            (&now.events, &now.sources, &now.lines, &now.regions),
            (&old.events, &old.sources, &old.lines, &old.regions)
        );
        let more = Programme {
            regions: vec!["+1303".to_owned()],
            ..options(None, false)
        };
        let now = change(&more).expect("some");
        assert_eq!(
            (now.regions, now.per_hour_max, now.events),
            (vec!["1303".to_owned()], Some(3), old.events.clone())
        );
        assert!(change(&options(None, true)).is_none());
    }
}
