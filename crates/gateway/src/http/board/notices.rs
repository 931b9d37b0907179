//! The texts about a new key: one when it is enrolled, one before it takes effect. A key whose second text was not queued
//! does not take effect, so a gateway that was off meanwhile shows nothing early.

use std::sync::Arc;
use std::time::Duration;

use domain::journal::settle::{Item, Outcome};
use domain::number::Msisdn;
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use wire::words::{Locale, say};

use super::Board;
use super::trust::TEXTS_WANTED;
use crate::context::Context;
use crate::pages::words::moment;
use crate::store::board::keys::{BoardKey, KeyKind};

/// The second text comes a day before the key takes effect, or half-way where the wait is short.
const BEFORE: Span = Span::seconds(86_400);
/// A text about a key is worth sending so long.
const TEXT_LIFE: Span = Span::seconds(86_400);

/// When the second text is due for a key that takes effect `wait` after now.
#[must_use]
pub fn second_due(now: Timestamp, wait: Span) -> Timestamp {
    let half = Span::milliseconds(u32::try_from(wait.as_ms() / 2).unwrap_or(u32::MAX));
    now.after(wait).before(BEFORE.min(half))
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

/// Sends second texts as they fall due, until the gateway stops.
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
        tracing::error!("the keys whose second text is due could not be read");
        return;
    };
    for (row, key) in due {
        // A crash between the two lines sends the text twice, never not at all.
        if tell(context, &key).await {
            let told = BoardKey {
                told: TEXTS_WANTED,
                ..key
            };
            if let Err(error) = context.board.store.rewrite_key(row, &told, None) {
                tracing::error!(%error, "that a key was told of could not be noted");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_text_comes_a_day_before_or_half_way() {
        let now = Timestamp::from_unix_ms(1_800_000_000_000);
        assert_eq!(
            second_due(now, Span::seconds(259_200)),
            now.after(Span::seconds(172_800))
        );
        assert_eq!(second_due(now, Span::seconds(4)), now.after(Span::seconds(2)));
    }
}
