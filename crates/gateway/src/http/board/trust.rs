//! What somebody who is signed in may see. A texted link shows what is live; the past needs a key that has stood for the
//! whole waiting time, with two texts to the number before it took effect, and a change of SIM begins that time anew.

use domain::facts::Person;
use domain::journal::store::StoreError;
use domain::time::{Span, Timestamp};

use super::session::{Level, Session};
use crate::context::Context;
use crate::store::board::keys::{BoardKey, KeyKind};

/// So many texts about a key are sent before it takes effect.
pub const TEXTS_WANTED: u8 = 2;
/// How long waiting without a key opens the past, once it is over.
const OPEN_FOR: Span = Span::seconds(7 * 86_400);

/// Whether the past is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Past {
    /// It is.
    Open,
    /// It opens by itself then, or with the key that takes effect then.
    From(Timestamp),
    /// Nothing was begun that would open it; or there is a key, and it was not used to sign in.
    Shut,
}

/// The keys of a person, and whether the past is open to this session.
///
/// # Errors
/// The store's.
pub fn past(
    context: &Context,
    session: &Session,
    person: &Person,
    now: Timestamp,
) -> Result<(Past, Vec<(i64, BoardKey)>), StoreError> {
    let keys = context.board.store.keys_of(session.subject.key)?;
    let wait = Span::seconds(context.config.board.key_wait_s);
    Ok((opened(session.level, &keys, (person.sim_changed, wait), now), keys))
}

fn opened(level: Level, keys: &[(i64, BoardKey)], sim: (Option<Timestamp>, Span), now: Timestamp) -> Past {
    let effect = |key: &BoardKey| takes_effect(key, sim.0, sim.1);
    let open = keys.iter().any(|(row, key)| {
        is_in_effect(key, sim.0, sim.1, now)
            && match key.kind {
                KeyKind::Waiting => now < effect(key).after(OPEN_FOR),
                KeyKind::Passkey | KeyKind::Browser => level == Level::Key(*row),
            }
    });
    if open {
        return Past::Open;
    }
    let pending = keys.iter().filter(|(_, key)| !is_in_effect(key, sim.0, sim.1, now));
    pending
        .map(|(_, key)| effect(key))
        .min()
        .map_or(Past::Shut, |at| Past::From(at.max(now)))
}

/// When a key takes effect: at its own time, and not before the waiting time after a change of SIM.
#[must_use]
pub fn takes_effect(key: &BoardKey, sim_changed: Option<Timestamp>, wait: Span) -> Timestamp {
    let after_sim = sim_changed.map_or(key.from(), |at| at.after(wait));
    key.from().max(after_sim)
}

/// Whether a key is in effect: its time has come, and both texts about it were queued.
#[must_use]
pub fn is_in_effect(key: &BoardKey, sim_changed: Option<Timestamp>, wait: Span, now: Timestamp) -> bool {
    key.told >= TEXTS_WANTED && now >= takes_effect(key, sim_changed, wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Span = Span::seconds(259_200);
    const MADE: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn key(kind: KeyKind, told: u8) -> BoardKey {
        BoardKey {
            subject: [1; 16],
            number: String::new(),
            kind,
            credential: String::new(),
            x: String::new(),
            y: String::new(),
            at_ms: MADE.unix_ms(),
            from_ms: MADE.after(WAIT).unix_ms(),
            told,
            locale: "en".to_owned(),
        }
    }

    #[test]
    fn the_past_opens_to_a_key_that_waited_and_was_told_of() {
        let then = MADE.after(WAIT);
        let early = MADE.after(Span::seconds(3600));
        let with = |kind, told, level, sim, now| opened(level, &[(7, key(kind, told))], (sim, WAIT), now);
        let signed = Level::Key(7);
        for (why, found, want) in [
            ("in effect", with(KeyKind::Passkey, 2, signed, None, then), Past::Open),
            (
                "too early",
                with(KeyKind::Passkey, 2, signed, None, early),
                Past::From(then),
            ),
            (
                "told once",
                with(KeyKind::Passkey, 1, signed, None, then),
                Past::From(then),
            ),
            (
                "by the link",
                with(KeyKind::Passkey, 2, Level::Link, None, then),
                Past::Shut,
            ),
            (
                "by another key",
                with(KeyKind::Browser, 2, Level::Key(8), None, then),
                Past::Shut,
            ),
            ("waited", with(KeyKind::Waiting, 2, Level::Link, None, then), Past::Open),
            (
                "waited long ago",
                with(KeyKind::Waiting, 2, Level::Link, None, then.after(OPEN_FOR)),
                Past::Shut,
            ),
            (
                "another SIM",
                with(KeyKind::Passkey, 2, signed, Some(early), then),
                Past::From(early.after(WAIT)),
            ),
            (
                "another SIM, waited",
                with(KeyKind::Passkey, 2, signed, Some(early), early.after(WAIT)),
                Past::Open,
            ),
            ("nothing", opened(signed, &[], (None, WAIT), then), Past::Shut),
        ] {
            assert_eq!(found, want, "{why}");
        }
    }
}
