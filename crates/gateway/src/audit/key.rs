//! The auditor's own key, in one line of text: `PRIVATE+KEY+<name>+<key id>+<base64 of type and seed>`, the form in which
//! Go's `golang.org/x/mod/sumdb/note` keeps the keys that sign notes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::keys::Keys;

/// What the line begins with.
const BEGINS: &str = "PRIVATE+KEY+";
/// The type of an Ed25519 key (C2SP signed-note).
const ED25519: u8 = 1;

/// The line of a key with this name and seed, and the key as others know it; `None` if a name will not do: one without
/// spaces and `+`.
#[must_use]
pub fn print(name: &str, seed: &[u8; 32]) -> Option<(String, VerifierKey)> {
    let key = VerifierKey::of(&keys(name, seed)?);
    // Only a name that can be read again is a name.
    let key = VerifierKey::parse(&key.to_string()).ok()?;
    let text = key.to_string();
    let id = text.split('+').nth(1)?;
    let seed = STANDARD.encode([&[ED25519][..], seed].concat());
    Some((format!("{BEGINS}{name}+{id}+{seed}\n"), key))
}

/// Reads the line; `None` if it is no such key.
#[must_use]
pub fn read(line: &str) -> Option<Keys> {
    let mut fields = line.trim_end().strip_prefix(BEGINS)?.split('+');
    let (name, _id) = (fields.next()?, fields.next()?);
    // Base64 may have plus signs of its own.
    let secret = STANDARD.decode(fields.collect::<Vec<_>>().join("+")).ok()?;
    let (kind, seed) = secret.split_first()?;
    let seed: [u8; 32] = seed.try_into().ok()?;
    let whole = print(name, &seed).is_some_and(|(found, _)| found.trim_end() == line.trim_end());
    if *kind == ED25519 && whole {
        keys(name, &seed)
    } else {
        None
    }
}

/// The signing key. Nothing is tagged with it, so that the master secret beside it is never used.
fn keys(name: &str, seed: &[u8; 32]) -> Option<Keys> {
    Keys::new(name, &[0; 32], seed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_not_otherwise() {
        let (line, key) = print("auditor.example.com/2026", &[0xfb; 32]).expect("a key");
        let keys = read(&line).expect("the same key");
        assert_eq!(VerifierKey::of(&keys), key);
        assert!(read(&line.replace("2026", "2027")).is_none());
        assert!(print("an auditor", &[1; 32]).is_none() && print("", &[1; 32]).is_none());
    }
}
