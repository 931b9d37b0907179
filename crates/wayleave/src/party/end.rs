//! `wayleave party end`: the agreement with a party ends on a day. From now on nobody is asked for a consent in its name;
//! whoever agreed to something that ends is told once, by text; on the day its credentials are dead.

use std::collections::HashSet;
use std::path::PathBuf;

use domain::id::PartyId;
use domain::journal::entry::hex;
use domain::journal::settle::{Change, Item, Outcome};
use domain::party::{Ending, ReplayKey};
use domain::purpose::Purpose;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::counts::day::Day;
use gateway::data::Data;
use gateway::keys::SubjectIndex;
use gateway::store::life::due::{is_spent, question};
use gateway::store::party::ending::live_consents;
use gateway::store::party::sqlite::Listed;
use wire::sms::words::{locale_of, party_ends};

use super::programme::purpose;
use super::{enrolled, open, open_config, settle};
use crate::Failure;
use crate::journal::records::time;

/// How long ago an end that is said at once may lie.
const AT_ONCE_MAX: Span = Span::seconds(30 * 86_400);
/// So long after an end it is remembered who was told of it.
const KEPT: Span = Span::seconds(90 * 86_400);
/// So many consents are looked at together.
const TOGETHER: u32 = 200;
/// A text is worth sending so long.
const WORTH_SENDING: Span = Span::seconds(3 * 86_400);

/// What `party end` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct End {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The party's short name.
    name: String,
    /// From when on its credentials are dead: a day, which begins at midnight UTC, or a time.
    #[arg(long, value_parser = time)]
    on: Timestamp,
    /// A purpose for which the agreement goes on; may be given several times.
    #[arg(long = "keep-purpose", value_parser = purpose)]
    keeps: Vec<Purpose>,
    /// Take a time that has passed: its credentials are dead at once.
    #[arg(long)]
    at_once: bool,
}

/// Says that the agreement ends, and queues the texts.
pub(super) fn run(options: &End) -> Result<(), Failure> {
    let config = open_config(&options.config)?;
    let mut data = open(&config)?;
    let party = enrolled(&data, &options.name)?;
    let ending = Ending {
        since: SystemClock.now(),
        on: options.on,
        keeps: options.keeps.clone(),
    };
    let said = party.held.ending.as_ref().map(|said| (said.on, &said.keeps));
    // What stands already is not written again: a run that was cut short goes on, also when the day has come meanwhile.
    if said != Some((ending.on, &ending.keeps)) {
        check(&ending, options.at_once)?;
        let change = Change::EndAgreement {
            party: party.id,
            ending: ending.clone(),
        };
        settle(&mut data, change, &mut SystemChance::new())
            .map_err(|_| "expected an end no later than was said before, and for no fewer purposes")?;
        println!(
            "{}: ends on {}; nobody is asked in its name from now on",
            options.name,
            options.on.rfc3339()
        );
    }
    let told = tell(&config, &mut data, (&party, &ending))?;
    println!("told      {told} people");
    Ok(())
}

/// An end in the past would kill credentials now, which nobody should do by a slip of the pen.
fn check(ending: &Ending, at_once: bool) -> Result<(), Failure> {
    if ending.on >= ending.since || (at_once && ending.on.after(AT_ONCE_MAX) > ending.since) {
        return Ok(());
    }
    let want = if at_once {
        "a time at most a month ago"
    } else {
        "a time to come, or `--at-once`"
    };
    Err(format!("`--on`: expected {want}, found {}", ending.on.rfc3339()).into())
}

/// The use-up of the text that tells somebody of an ending: it is written with the text, in one transaction.
fn told(index: &SubjectIndex, party: PartyId, on: Timestamp, subject: SubjectKey) -> ReplayKey {
    let kept = on.after(KEPT).unix_seconds() / 60;
    let subject = hex(&subject.to_bytes());
    ReplayKey {
        until_minute: u32::try_from(kept).unwrap_or(u32::MAX),
        hash: index.hash(
            "used",
            format!("ending\n{party}\n{}\n{subject}", on.unix_ms()).as_bytes(),
        ),
    }
}

/// Queues a text to everybody who agreed to something that ends, and was not told that it ends on this day; how many.
fn tell(config: &Config, data: &mut Data, (party, ending): (&Listed, &Ending)) -> Result<usize, Failure> {
    let (mut after, mut chance) = (0, SystemChance::new());
    let mut people = HashSet::new();
    let mut count = 0;
    loop {
        let now = SystemClock.now();
        let found = data
            .reader
            .read(|store| live_consents(store, party.id, after, now, TOGETHER))?;
        let Some((last, _)) = found.last().copied() else {
            return Ok(count);
        };
        let mut texts = Vec::new();
        for (_, consent) in found {
            let Some(question) = data.reader.read(|store| question(store, consent, &data.sealer))? else {
                continue;
            };
            // Who agreed to two things is told once.
            if ending.keeps.contains(&question.terms.purpose) || !people.insert(question.subject) {
                continue;
            }
            let key = told(&data.index, party.id, ending.on, question.subject);
            if data.reader.read(|store| is_spent(store, key))? {
                continue;
            }
            count += 1;
            let (operator, day) = (&config.gateway.operator, Day::of(ending.on).to_string());
            let locale = locale_of(&question.terms);
            texts.push(Item::Spend(key));
            texts.push(Item::Text {
                to: question.number,
                words: party_ends(locale, operator, &party.record.name, &day),
                until: now.after(WORTH_SENDING),
            });
        }
        let outcomes = data.journal.settle("party ends", texts, &mut chance)?;
        if !outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done)) {
            return Err("the journal did not take the texts".into());
        }
        after = last;
    }
}
