//! What somebody who is signed in may see. A texted link shows what is live; the past needs a key that has stood for the
//! whole waiting time, with two texts to the number before it took effect. A change of SIM begins that time anew for a key
//! that stood, and ends what was only begun: it may be the former SIM that began it.

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
    let standing = keys
        .into_iter()
        .filter(|(_, key)| !is_dead(key, person.sim_changed, now));
    let keys: Vec<(i64, BoardKey)> = standing.collect();
    Ok((opened(session.level, &keys, (person.sim_changed, wait), now), keys))
}

fn opened(level: Level, keys: &[(i64, BoardKey)], sim: (Option<Timestamp>, Span), now: Timestamp) -> Past {
    let effect = |key: &BoardKey| takes_effect(key, sim.0, sim.1);
    let keys = || keys.iter().filter(|(_, key)| !is_dead(key, sim.0, now));
    let open = keys().any(|(row, key)| {
        is_in_effect(key, sim.0, sim.1, now)
            && match key.kind {
                // Its days are counted from the time that the texts named; see `is_dead`.
                KeyKind::Waiting => true,
                KeyKind::Passkey | KeyKind::Browser => level == Level::Key(*row),
            }
    });
    if open {
        return Past::Open;
    }
    let pending = keys().filter(|(_, key)| !is_in_effect(key, sim.0, sim.1, now));
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

/// Whether a key can never take effect, or never again: it was only begun when the SIM changed, so that whoever lost the
/// number may have begun it; or it is a wait without a key, which a change of SIM and the end of its open days both end.
#[must_use]
pub fn is_dead(key: &BoardKey, sim_changed: Option<Timestamp>, now: Timestamp) -> bool {
    let is_waiting = key.kind == KeyKind::Waiting;
    let was_begun = |changed: Timestamp| changed < key.from() || key.told < TEXTS_WANTED;
    let by_sim = sim_changed.is_some_and(|changed| key.at() <= changed && (is_waiting || was_begun(changed)));
    by_sim || (is_waiting && now >= key.from().after(OPEN_FOR))
}

/// Whether a session may remove a key. Whoever has only the number can call off what was begun with it, and take away
/// nothing that stood before, a new SIM or not.
#[must_use]
pub fn is_removable(key: &BoardKey, level: Level, past: Past, now: Timestamp) -> bool {
    let by_key = past == Past::Open && level != Level::Link;
    by_key || key.told < TEXTS_WANTED || now < key.from()
}

/// How long a new key waits. Only a key that stood vouches for another at once: a wait that is over shows that the number
/// was theirs for days, and not that this session is.
#[must_use]
pub fn wait_of(kind: KeyKind, level: Level, past: Past, wait: Span) -> Span {
    if past == Past::Open && level != Level::Link && kind != KeyKind::Waiting {
        Span::seconds(0)
    } else {
        wait
    }
}

/// Whether a key is in effect: it is not dead, its time has come, and both texts about it were queued.
#[must_use]
pub fn is_in_effect(key: &BoardKey, sim_changed: Option<Timestamp>, wait: Span, now: Timestamp) -> bool {
    !is_dead(key, sim_changed, now) && key.told >= TEXTS_WANTED && now >= takes_effect(key, sim_changed, wait)
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
                with(KeyKind::Passkey, 2, signed, Some(then), then.after(Span::seconds(1))),
                Past::From(then.after(WAIT)),
            ),
            (
                "another SIM, waited",
                with(KeyKind::Passkey, 2, signed, Some(then), then.after(WAIT)),
                Past::Open,
            ),
            ("nothing", opened(signed, &[], (None, WAIT), then), Past::Shut),
        ] {
            assert_eq!(found, want, "{why}");
        }
    }
    #[test]
    fn what_a_former_sim_began_dies_with_it() {
        let then = MADE.after(WAIT);
        let early = MADE.after(Span::seconds(3600));
        let long_after = then.after(WAIT).after(WAIT);
        for (why, kind, told, changed, want) in [
            ("begun before the SIM changed", KeyKind::Passkey, 2, early, true),
            ("its second text was never sent", KeyKind::Passkey, 1, then, true),
            ("it stood", KeyKind::Passkey, 2, then, false),
            ("begun after", KeyKind::Browser, 2, MADE.before(WAIT), false),
            ("a wait, even over", KeyKind::Waiting, 2, then, true),
        ] {
            let key = key(kind, told);
            assert_eq!(is_dead(&key, Some(changed), then), want, "{why}");
            let in_effect = is_in_effect(&key, Some(changed), WAIT, long_after);
            assert_eq!(in_effect, !want, "{why}");
        }
        let waited = key(KeyKind::Waiting, 2);
        assert!(!is_dead(&waited, None, then));
        assert!(
            is_dead(&waited, None, then.after(OPEN_FOR)),
            "it makes room for the next"
        );
    }

    #[test]
    fn the_number_alone_removes_only_what_was_begun() {
        let then = MADE.after(WAIT);
        let stood = key(KeyKind::Passkey, 2);
        assert!(is_removable(&stood, Level::Link, Past::Shut, MADE), "it is only begun");
        assert!(is_removable(&key(KeyKind::Passkey, 1), Level::Link, Past::Shut, then));
        for past in [Past::Shut, Past::From(then.after(WAIT)), Past::Open] {
            assert!(!is_removable(&stood, Level::Link, past, then), "{past:?}");
        }
        assert!(is_removable(&stood, Level::Key(8), Past::Open, then));
        assert!(!is_removable(&stood, Level::Key(8), Past::From(then), then));
    }

    #[test]
    fn only_a_key_vouches_for_another_at_once() {
        let none = Span::seconds(0);
        assert_eq!(wait_of(KeyKind::Passkey, Level::Key(7), Past::Open, WAIT), none);
        assert_eq!(wait_of(KeyKind::Passkey, Level::Link, Past::Open, WAIT), WAIT);
        assert_eq!(wait_of(KeyKind::Waiting, Level::Key(7), Past::Open, WAIT), WAIT);
        assert_eq!(wait_of(KeyKind::Passkey, Level::Key(7), Past::Shut, WAIT), WAIT);
    }
}
