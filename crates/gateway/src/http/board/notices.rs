//! The texts about a new key: one when it is enrolled, one before it takes effect. A key whose second text was not queued
//! does not take effect, so a gateway that was off meanwhile shows nothing early. And the entries about keys: whoever adds
//! one to somebody's board, waits for it, or removes one, leaves a trace in that person's journal.

use std::sync::Arc;
use std::time::Duration;

use domain::journal::settle::{Change, Item, KeyStep, Notice, Outcome};
use domain::journal::store::StoreError;
use domain::number::Msisdn;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use wire::words::{Locale, say};

use super::Board;
use super::trust::{self, TEXTS_WANTED};
use crate::context::Context;
use crate::pages::words::moment;
use crate::store::board::keys::{BoardKey, KeyKind};
use crate::store::permission::sqlite::person_of;

/// A text about a key is worth sending so long.
const TEXT_LIFE: Span = Span::seconds(86_400);

/// When the second text is due for a key that takes effect `wait` after now: at a time that is drawn by `chance` in the
/// second half of the wait, so that nobody can arrange to hold the phone just then; and not in its last eighth, so that
/// there is time to call it off.
#[must_use]
pub fn second_due(now: Timestamp, wait: Span, chance: [u8; 8]) -> Timestamp {
    let eighth = wait.as_ms().unsigned_abs() / 8;
    let drawn = u64::from_le_bytes(chance) % (eighth * 3 + 1);
    now.after(Span::milliseconds(
        u32::try_from(eighth * 4 + drawn).unwrap_or(u32::MAX),
    ))
}

/// Queues the text about a key; whether it was queued.
pub async fn tell(context: &Context, key: &BoardKey) -> bool {
    let Some(to) = key.number() else { return false };
    let locale = Locale::from_tag(&key.locale).unwrap_or_default();
    let id = match key.kind {
        KeyKind::Passkey | KeyKind::Browser => "board-text-key",
        KeyKind::Waiting => "board-text-waiting",
    };
    let variables = [
        ("operator", (&context.config.gateway.operator).into()),
        ("from", moment(locale, key.from().unix_seconds()).into()),
        ("address", format!("{}/me", context.config.gateway.issuer).into()),
    ];
    text(context, to, say(locale, id, &variables)).await
}

async fn text(context: &Context, to: Msisdn, words: String) -> bool {
    let until = context.now().after(TEXT_LIFE);
    let settled = context.docket.settle(Item::Text { to, words, until }).await;
    matches!(settled, Ok(Outcome::Done))
}

/// Sends second texts and writes that keys took effect, as they fall due, until the gateway stops.
pub async fn keep(context: Arc<Context>) {
    // Often enough that a short wait, as a demo has it, is not made much longer.
    let pause = u64::from(context.config.board.key_wait_s / 20).clamp(1, 60);
    let mut stopping = context.stopping.clone();
    loop {
        let waited = tokio::time::timeout(Duration::from_secs(pause), stopping.wait_for(|stopping| *stopping));
        if waited.await.is_ok() {
            return;
        }
        tell_due(&context).await;
    }
}

async fn tell_due(context: &Context) {
    let now = context.now();
    let board: Arc<Board> = Arc::clone(&context.board);
    let due = tokio::task::spawn_blocking(move || board.store.keys_due(now)).await;
    let Ok(Ok(due)) = due else {
        tracing::error!("the keys of which a text is due could not be read");
        return;
    };
    for (row, key) in due {
        if let Err(error) = take_step(context, row, key, now).await {
            tracing::error!(%error, "a key that is due could not be dealt with");
        }
    }
}

/// The next step of a key that is due: its second text, and then the entry that it took effect.
async fn take_step(context: &Context, row: i64, key: BoardKey, now: Timestamp) -> Result<(), StoreError> {
    let store = &context.board.store;
    let person = context
        .reader
        .read(|store| person_of(store, key.subject(), &context.sealer))?;
    if trust::is_dead(&key, person.sim_changed, now) {
        // What could not be removed is found again.
        remove(context, row, &key).await;
        return Ok(());
    }
    // A crash between the two lines of each step sends the text, or writes the entry, twice, never not at all.
    if key.told < TEXTS_WANTED {
        if tell(context, &key).await {
            let told = BoardKey {
                told: TEXTS_WANTED,
                // A text that comes late does not let the key take effect before it.
                from_ms: key.from_ms.max(now.unix_ms()),
                ..key
            };
            store.rewrite_key(row, &told, Some(told.from()))?;
        }
        return Ok(());
    }
    let wait = Span::seconds(context.config.board.key_wait_s);
    let from = trust::takes_effect(&key, person.sim_changed, wait);
    if now < from {
        // Another SIM came meanwhile: its time began anew.
        return store.rewrite_key(row, &key, Some(from));
    }
    if record(context, &key, in_effect(key.kind)).await {
        store.rewrite_key(row, &key, None)?;
    }
    Ok(())
}

/// Writes down what happened to a key, in the journal of its owner; whether it is written.
pub async fn record(context: &Context, key: &BoardKey, step: KeyStep) -> bool {
    let subject = key.subject();
    let notice = Change::Notice(Box::new(Notice::PersonKey { subject, step }));
    let settled = context.docket.settle(Item::Change(notice)).await;
    matches!(settled, Ok(Outcome::Changed(_)))
}

/// Removes a key, and writes it down in the same transaction; whether both are done.
pub async fn remove(context: &Context, row: i64, key: &BoardKey) -> bool {
    let step = match key.kind {
        KeyKind::Passkey | KeyKind::Browser => KeyStep::Removed(row),
        KeyKind::Waiting => KeyStep::WaitRemoved(row),
    };
    record(context, key, step).await
}

/// What a new key is called in the journal.
#[must_use]
pub const fn begun(kind: KeyKind) -> KeyStep {
    match kind {
        KeyKind::Passkey | KeyKind::Browser => KeyStep::Added,
        KeyKind::Waiting => KeyStep::WaitBegun,
    }
}

const fn in_effect(kind: KeyKind) -> KeyStep {
    match kind {
        KeyKind::Passkey | KeyKind::Browser => KeyStep::InEffect,
        KeyKind::Waiting => KeyStep::WaitOver,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_text_comes_by_chance_in_the_second_half() {
        let now = Timestamp::from_unix_ms(1_800_000_000_000);
        let wait = Span::seconds(259_200);
        let due = |drawn: u64| second_due(now, wait, drawn.to_le_bytes());
        assert_eq!(due(0), now.after(Span::seconds(129_600)));
        assert_ne!(due(1), due(77_777_777), "it is drawn");
        for drawn in [1, 97_200_000, 97_200_001, u64::MAX] {
            let after = due(drawn).since(now).as_ms();
            assert!((129_600_000..=226_800_000).contains(&after), "{after}");
        }
    }
}
