//! What a restored store allows, made harmless: nothing of it is answered before the people it is about say so.

use std::path::Path;
use std::sync::Arc;

use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::note::Note;
use domain::journal::settle::{Change, Confirmation, Depth, Item, Notice, Outcome};
use domain::journal::store::StoreError;
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};
use wire::sms::words::{locale_of, restored};
use wire::words::Locale;

use super::super::{BackupError, Manifest};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::gateway::Gateway;
use crate::data::{self, Data};
use crate::keys::KeyDirectory;
use crate::store::party::sqlite::list_after;
use crate::store::permission::sqlite::{latest_terms_of, live_after, number_of};
use crate::store::sqlite::{failed, log_path, open_writer};

/// So many people are looked at, and so many changes settled, at a time.
const AT_A_TIME: usize = 256;
/// How long it is worth telling somebody.
const WORTH_SENDING: Span = Span::seconds(3 * 86_400);
/// After so many people it is said how far it is.
const SAY_EVERY: u64 = 10_000;

/// What became of what the store allowed.
pub(super) struct Disarmed {
    pub(super) key: VerifierKey,
    pub(super) paused: u64,
    pub(super) suspended: u64,
}

/// Writes down what happened, suspends every party and pauses every person, under the journal's new name. `known` is how
/// many entries the journal had under its former name, as far as anybody knows.
pub(super) fn disarm(
    gateway: &Gateway,
    directory: &KeyDirectory,
    store: &Path,
    (manifest, known): (&Manifest, u64),
    clock: &Arc<dyn Clock>,
) -> Result<Disarmed, BackupError> {
    let former = Note::parse(&manifest.checkpoint).and_then(|note| Checkpoint::parse(note.text()));
    let former = former.map_err(|error| BackupError::Unfit("a checkpoint in the manifest", error.to_string()))?;
    let wanted = (store.to_owned(), Depth::Whole);
    let mut data = data::open_store(gateway, directory, wanted, Arc::clone(clock))?;
    tracing::info!(entries = data.opened.entries, "the backup is verified");
    let mut chance = SystemChance::new();
    let notice = Notice::JournalRestored { former, entries: known };
    settle(&mut data, vec![Change::Notice(Box::new(notice))], &mut chance)?;
    let open_asks = std::mem::take(&mut data.opened.open_asks);
    data.journal.abandon(open_asks, &mut chance)?;
    let suspended = suspend_parties(&mut data, &mut chance)?;
    tracing::info!(suspended, "parties are suspended");
    let paused = pause_people(&mut data, gateway.locale(), clock.now(), &mut chance)?;
    tracing::info!(paused, "people are paused");
    let key = VerifierKey::of(&data.questions);
    drop(data);
    // The last to close is a writer, which finishes the log and removes it; a reader could not.
    let writer = open_writer(store)?;
    writer
        .execute_batch("DELETE FROM sign_in_link; DELETE FROM cosigned;")
        .map_err(failed)?;
    drop(writer);
    let log = log_path(store);
    if log.exists() {
        let want = "a store without a log beside it";
        return Err(BackupError::Unfit(want, format!("`{}`", log.display())));
    }
    Ok(Disarmed { key, paused, suspended })
}

fn suspend_parties(data: &mut Data, chance: &mut SystemChance) -> Result<u64, BackupError> {
    let (mut suspended, mut after) = (0, String::new());
    loop {
        let parties = data.reader.read(|store| list_after(store, &after))?;
        let Some(last) = parties.last() else {
            return Ok(suspended);
        };
        after.clone_from(&last.record.client);
        let changes = parties.iter().map(|party| Change::Suspend {
            party: party.id,
            suspended: true,
            why: Some("restored"),
        });
        // One that is suspended already stays as it is, and is not counted.
        suspended += settle(data, changes.collect(), chance)?;
    }
}

/// Pauses whoever has something live, and queues what they are told. Nothing is ended: what was not withdrawn is theirs,
/// and what was is theirs to end again.
fn pause_people(
    data: &mut Data,
    locale: Locale,
    now: Timestamp,
    chance: &mut SystemChance,
) -> Result<u64, BackupError> {
    let (mut paused, mut after) = (0, None);
    loop {
        let found = data
            .reader
            .read(|store| live_after(store, after, now, AT_A_TIME, &data.sealer))?;
        let Some((last, _)) = found.last() else {
            return Ok(paused);
        };
        after = Some(*last);
        let mut changes = Vec::new();
        for (subject, live) in found {
            if !live.is_empty() {
                let text = told(data, subject, (locale, now))?;
                changes.push(Change::PauseRestored { subject, text });
            }
        }
        let before: u64 = paused;
        paused += u64::try_from(changes.len()).unwrap_or_default();
        settle(data, changes, chance)?;
        if before / SAY_EVERY != paused / SAY_EVERY {
            tracing::info!(paused, "pausing people");
        }
    }
}

/// What a person is told, in the language of the latest question that was put to them.
fn told(
    data: &Data,
    subject: SubjectKey,
    (locale, now): (Locale, Timestamp),
) -> Result<Option<Confirmation>, BackupError> {
    let number = data.reader.read(|store| number_of(store, subject, &data.sealer))?;
    let terms = data.reader.read(|store| latest_terms_of(store, subject))?;
    let locale = terms.map_or(locale, |terms| locale_of(&terms));
    Ok(number.map(|to| Confirmation {
        to,
        words: restored(locale),
        until: now.after(WORTH_SENDING),
    }))
}

/// Settles changes, and returns how many had something to change.
fn settle(data: &mut Data, changes: Vec<Change>, chance: &mut SystemChance) -> Result<u64, BackupError> {
    let mut changed = 0;
    let mut items: Vec<Item> = changes.into_iter().map(Item::Change).collect();
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(AT_A_TIME));
        let outcomes = data
            .journal
            .settle("restore", std::mem::replace(&mut items, rest), chance)?;
        for outcome in outcomes {
            match outcome {
                Outcome::Changed(_) => changed += 1,
                // It was so already: withdrawing one consent ends its twins with it.
                Outcome::NotApplicable => {}
                _ => return Err(StoreError::Failed("a change had the outcome of another item".to_owned()).into()),
            }
        }
    }
    Ok(changed)
}
