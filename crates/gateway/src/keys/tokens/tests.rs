//! The life of token keys, by the clock that the tests give.

use super::super::write_new;
use super::*;

const NOW: Timestamp = Timestamp::from_unix_seconds(1_800_000_000);

fn opened(folder: &Path) -> TokenKeys {
    let first = SigningKey::from_chance([7; 32]).expect("a key");
    write_new(&folder.join(FIRST), first.pkcs8().expose()).expect("written");
    TokenKeys::open(folder).expect("opens")
}

fn states(keys: &TokenKeys, now: Timestamp) -> Vec<&'static str> {
    keys.list(now).iter().map(|seen| seen.state).collect()
}

fn signer(keys: &TokenKeys, now: Timestamp) -> String {
    keys.signer(now).expect("a key").public().kid.clone()
}

#[test]
fn a_new_key_is_published_before_it_signs_and_an_old_one_kept_while_its_tokens_live() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = opened(folder.path());
    let first = signer(&keys, NOW);
    keys.rotate(NOW, LEAD, &SystemChance::new()).expect("rotated");
    let at = |seconds: u32| NOW.after(Span::seconds(seconds));
    assert_eq!(states(&keys, at(1)), ["signs", "next"]);
    assert_eq!(keys.published(at(1)).len(), 2);
    assert_eq!(signer(&keys, at(599)), first);
    let second = signer(&keys, at(600));
    assert_ne!(second, first);
    // A token of the first key's last second may live an hour more, and clocks differ.
    assert_eq!(states(&keys, at(4259)), ["kept", "signs"]);
    assert_eq!(keys.published(at(4259)).len(), 2);
    assert_eq!(states(&keys, at(4260)), ["spent", "signs"]);
    assert_eq!(keys.published(at(4260)).len(), 1);
    keys.rotate(at(5000), LEAD, &SystemChance::new()).expect("rotated");
    assert_eq!(states(&keys, at(5001)), ["signs", "next"], "the spent one is gone");
    assert!(!folder.path().join(FIRST).exists());
    let again = TokenKeys::open(folder.path()).expect("opens");
    assert_eq!(signer(&again, at(5001)), second, "a restart changes nothing");
}

#[test]
fn a_leaked_key_is_replaced_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = opened(folder.path());
    let leaked = signer(&keys, NOW);
    keys.rotate(NOW, LEAD, &SystemChance::new()).expect("rotated");
    keys.replace_leaked(NOW, &SystemChance::new()).expect("replaced");
    assert_eq!(states(&keys, NOW), ["signs"]);
    assert!(keys.published(NOW).iter().all(|jwk| jwk.kid != leaked));
}

#[test]
fn others_rotations_are_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let serving = opened(folder.path());
    assert!(!serving.reload().expect("read"));
    let operators = TokenKeys::open(folder.path()).expect("opens");
    operators.rotate(NOW, LEAD, &SystemChance::new()).expect("rotated");
    assert!(serving.reload().expect("read"));
    assert_eq!(states(&serving, NOW), ["signs", "next"]);
    fs::write(folder.path().join("tokens-1.p8"), b"no key").expect("written");
    assert!(serving.reload().is_err());
    assert_eq!(
        states(&serving, NOW),
        ["signs", "next"],
        "what is loose or broken changes nothing"
    );
}

#[test]
fn age_rotates_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = opened(folder.path());
    let month = Span::seconds(30 * 86_400);
    let made = made(&folder.path().join(FIRST)).expect("a time");
    let rotate = |now: Timestamp| keys.rotate_by_age(now, month, &SystemChance::new()).expect("read");
    assert!(!rotate(made.after(Span::seconds(60))));
    let due = made.after(month);
    assert!(rotate(due));
    assert!(!rotate(due.after(Span::seconds(60))));
    assert_eq!(states(&keys, due), ["signs", "next"]);
}

#[test]
fn a_folder_without_a_key_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(
        TokenKeys::open(folder.path()),
        Err(KeysError::Missing(path)) if path.ends_with(FIRST)
    ));
}
