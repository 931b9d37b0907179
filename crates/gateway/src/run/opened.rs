//! The data directory at a start: opened alone, verified, held against what others know, and only then written to.

use std::fs::File;
use std::sync::Arc;

use domain::journal::settle::{Change, Item, Notice, Outcome};
use domain::time::{Span, Timestamp};

use super::{RunError, other, work};
use crate::canaries;
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::journal::Alone;
use crate::data::{self, Data, DataError, highest, published};
use crate::journal::publish;
use crate::journal::witnesses;
use crate::journal::witnesses::client::Client;
use crate::store::journal::sqlite::latest_entry_at;

/// How far the clock may be behind the journal's latest entry.
const CLOCK_BEHIND_MOST: Span = Span::seconds(2);
/// What was opened and found to be the whole journal.
pub(super) struct Opened {
    pub(super) data: Data,
    pub(super) lock: File,
    pub(super) clients: Vec<Arc<Client>>,
}

/// Opens the data directory for serving: alone, verified, no older than what others know, and with every ask of a crash
/// closed.
pub(super) async fn open(config: &Config, clock: &Arc<dyn Clock>) -> Result<Opened, RunError> {
    let (mut data, lock) = open_alone(config, clock)?;
    let clients = witnesses::clients(config).map_err(RunError::Other)?;
    let published = match &config.publish {
        Some(publish) => {
            let place = publish::place(publish).map_err(RunError::Other)?;
            let heard = published::check(&*place, config, &data).await?;
            if heard { "heard" } else { "away" }
        }
        None => "none",
    };
    let cosigned = highest::check(&config.journal, &clients, &data, clock).await?;
    // Where no witness is needed, what was published is the only other word.
    let cosigned = cosigned.or((published == "away" && config.journal.cosignatures == 0).then_some(0));
    if let (Some(cosigned), Some(Alone { who, why })) = (cosigned, &config.journal.without_witnesses) {
        let wide = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let alone = Notice::StartedAlone {
            who: who.clone(),
            why: why.clone(),
            cosigned: wide(cosigned),
            needed: wide(config.journal.cosignatures),
            published,
        };
        write_down(&mut data, alone)?;
    }
    close_open(&mut data)?;
    Ok(Opened { data, lock, clients })
}

/// Opens the data directory for serving: alone and verified. Nothing is written to a journal that is there.
fn open_alone(config: &Config, clock: &Arc<dyn Clock>) -> Result<(Data, File), RunError> {
    let made = data::create_if_missing(&config.gateway)?;
    let lock = data::lock(&config.gateway.data_dir)?;
    let data = data::open(&config.gateway, Arc::clone(clock))?;
    check_time(&data, clock.now())?;
    canaries::tell(&config.gateway.data_dir.join(data::KEYS), &data.index, &data.canaries).map_err(DataError::Keys)?;
    let (entries, open_asks) = (data.opened.entries, data.opened.open_asks.len());
    tracing::info!(entries, open_asks, made, "the journal is verified");
    Ok((data, lock))
}

/// Writes down that nobody else vouched for this journal, before anything else is added to it.
fn write_down(data: &mut Data, alone: Notice) -> Result<(), RunError> {
    let change = vec![Item::Change(Change::Notice(Box::new(alone)))];
    let outcomes = data
        .journal
        .settle("started alone", change, &mut SystemChance::new())
        .map_err(|error| other("cannot write down that the gateway starts without witnesses", error))?;
    match outcomes.as_slice() {
        [Outcome::Changed(_)] => Ok(()),
        _ => Err(RunError::Other(
            "the journal did not take the entry of a start without witnesses".to_owned(),
        )),
    }
}

/// Closes what a crash left open, and writes down another policy.
fn close_open(data: &mut Data) -> Result<(), RunError> {
    let open_asks = std::mem::take(&mut data.opened.open_asks);
    data.journal
        .abandon(open_asks, &mut SystemChance::new())
        .map_err(|error| other("cannot close what a crash left open", error))?;
    work::record_policy(data)
}

/// A clock that is behind the journal would let consents live longer than was agreed, and used proofs be used again.
fn check_time(data: &Data, now: Timestamp) -> Result<(), RunError> {
    let latest = data.reader.read(latest_entry_at).map_err(DataError::Store)?;
    if latest > now.after(CLOCK_BEHIND_MOST) {
        return Err(RunError::Other(format!(
            "expected a clock that is not behind the journal, whose latest entry is of {latest}; found {now}: set the clock"
        )));
    }
    Ok(())
}
