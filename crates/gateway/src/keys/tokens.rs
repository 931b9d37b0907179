//! The keys that sign access tokens, one after the other. A new one is published before it signs, and an old one is kept
//! as long as tokens live that it signed. Which key is which follows from the files' names and the time alone, so that a
//! restart changes nothing.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use domain::time::{Span, Timestamp};
use wire::jose::jwk::Jwk;
use wire::jose::signing_key::SigningKey;

use super::{KeysError, read_secret};
use crate::chance::SystemChance;
use crate::whole::{replace, sync_folder};

/// The first key's file, which is made with the directory.
pub(super) const FIRST: &str = "tokens.p8";
/// What the files of later keys begin with; the time from which each signs stands behind it, in milliseconds.
const LATER: &str = "tokens-";
/// What they end with: PKCS #8.
const SUFFIX: &str = ".p8";
/// How long a new key is published before it signs: twice as long as a key set may be kept by others.
pub const LEAD: Span = Span::seconds(600);
/// How long a key is kept after the next one has taken its place: no token lives longer than an hour, and clocks may differ
/// by a minute.
const KEPT: Span = Span::seconds(3660);

/// One key, and from when it signs.
#[derive(Debug)]
struct Dated {
    from: Timestamp,
    path: PathBuf,
    key: Arc<SigningKey>,
}

/// The keys that there are.
#[derive(Debug)]
struct Ring(Vec<Dated>);

/// The keys that sign access tokens.
#[derive(Debug)]
pub struct TokenKeys {
    folder: PathBuf,
    ring: RwLock<Arc<Ring>>,
}

/// What one key is for at a time, as an operator sees it.
#[derive(Debug)]
pub struct Seen {
    /// The key's name in the key set.
    pub kid: String,
    /// From when it signs; nothing for the first.
    pub from: Option<Timestamp>,
    /// `next`, `signs`, `kept` or `spent`.
    pub state: &'static str,
}

impl Ring {
    fn load(folder: &Path) -> Result<Self, KeysError> {
        let io = |error| KeysError::Io(folder.to_owned(), error);
        let mut keys = Vec::new();
        for file in fs::read_dir(folder).map_err(io)? {
            let path = file.map_err(io)?.path();
            let Some(from) = path.file_name().and_then(OsStr::to_str).and_then(dated) else {
                continue;
            };
            let key = SigningKey::from_pkcs8(&read_secret(&path)?)
                .map_err(|_| KeysError::Malformed(path.clone(), "an EC P-256 key in PKCS #8"))?;
            let key = Arc::new(key);
            keys.push(Dated { from, path, key });
        }
        keys.sort_by_key(|dated| dated.from);
        if keys.is_empty() {
            return Err(KeysError::Missing(folder.join(FIRST)));
        }
        Ok(Self(keys))
    }

    /// Which key signs: the latest whose time has come. Before the first one's time, which only a clock that was set back
    /// sees, it is the first.
    fn signing(&self, now: Timestamp) -> usize {
        self.0.iter().rposition(|dated| dated.from <= now).unwrap_or(0)
    }

    /// The first key that is still needed at a time.
    fn needed(&self, now: Timestamp) -> usize {
        let before = self.signing(now.before(KEPT));
        // Of the keys that signed within that span, the earliest began before it.
        before.min(self.signing(now))
    }
}

/// From when the key in a file of this name signs; `None` for the name of anything else.
fn dated(name: &str) -> Option<Timestamp> {
    if name == FIRST {
        return Some(Timestamp::from_unix_ms(0));
    }
    let milliseconds = name.strip_prefix(LATER)?.strip_suffix(SUFFIX)?.parse().ok()?;
    Some(Timestamp::from_unix_ms(milliseconds))
}

impl TokenKeys {
    /// Opens the keys of a key directory.
    ///
    /// # Errors
    /// When there is none, or one is loose or malformed.
    pub fn open(folder: &Path) -> Result<Self, KeysError> {
        Ok(Self {
            folder: folder.to_owned(),
            ring: RwLock::new(Arc::new(Ring::load(folder)?)),
        })
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key that signs now; there always is one.
    #[must_use]
    pub fn signer(&self, now: Timestamp) -> Option<Arc<SigningKey>> {
        let ring = self.ring();
        ring.0.get(ring.signing(now)).map(|dated| Arc::clone(&dated.key))
    }

    /// The public keys that others may meet: the one that signs, those before it whose tokens live, and those after it.
    #[must_use]
    pub fn published(&self, now: Timestamp) -> Vec<Jwk> {
        let ring = self.ring();
        let needed = ring.needed(now);
        ring.0
            .iter()
            .skip(needed)
            .map(|dated| dated.key.public().clone())
            .collect()
    }

    /// Every key and what it is for.
    #[must_use]
    pub fn list(&self, now: Timestamp) -> Vec<Seen> {
        let ring = self.ring();
        let (needed, signing) = (ring.needed(now), ring.signing(now));
        let state = |index: usize| match index {
            index if index > signing => "next",
            index if index == signing => "signs",
            index if index >= needed => "kept",
            _ => "spent",
        };
        let seen = |(index, dated): (usize, &Dated)| Seen {
            kid: dated.key.public().kid.clone(),
            from: Some(dated.from).filter(|from| from.unix_ms() > 0),
            state: state(index),
        };
        ring.0.iter().enumerate().map(seen).collect()
    }

    /// Reads the directory again; whether the keys are others than before.
    ///
    /// # Errors
    /// When it cannot be read. The keys stay what they were.
    pub fn reload(&self) -> Result<bool, KeysError> {
        let read = Ring::load(&self.folder)?;
        let same = read
            .0
            .iter()
            .map(|dated| &dated.path)
            .eq(self.ring().0.iter().map(|dated| &dated.path));
        if !same {
            *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(read);
        }
        Ok(!same)
    }

    /// Makes a new key that signs from `lead` on, and removes the keys that nobody needs any more.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn rotate(&self, now: Timestamp, lead: Span, chance: &SystemChance) -> Result<(), KeysError> {
        let ring = self.ring();
        self.make(now.after(lead), chance)?;
        let spent = ring.needed(now);
        self.remove(ring.0.iter().take(spent))?;
        self.reload().map(|_| ())
    }

    /// Makes a new key that signs at once, and removes every other: all tokens end.
    ///
    /// # Errors
    /// When the directory cannot be written.
    pub fn replace_leaked(&self, now: Timestamp, chance: &SystemChance) -> Result<(), KeysError> {
        let ring = self.ring();
        self.make(now, chance)?;
        self.remove(ring.0.iter())?;
        self.reload().map(|_| ())
    }

    /// Rotates when the newest key is older than `age`; whether it did.
    ///
    /// # Errors
    /// When the directory cannot be read or written.
    pub fn rotate_by_age(&self, now: Timestamp, age: Span, chance: &SystemChance) -> Result<bool, KeysError> {
        let ring = self.ring();
        let Some(newest) = ring.0.last() else {
            return Ok(false);
        };
        let since = if newest.from.unix_ms() > 0 {
            newest.from
        } else {
            made(&newest.path).unwrap_or(now)
        };
        let due = since.after(age) <= now;
        if due {
            self.rotate(now, LEAD, chance)?;
        }
        Ok(due)
    }

    fn make(&self, from: Timestamp, chance: &SystemChance) -> Result<(), KeysError> {
        let path = self.folder.join(format!("{LATER}{}{SUFFIX}", from.unix_ms()));
        let key = SigningKey::from_chance(chance.bytes())
            .map_err(|_| KeysError::Malformed(path.clone(), "chance that makes a key"))?;
        // Whole or not at all: a gateway that serves looks at the folder meanwhile.
        replace(&path, key.pkcs8().expose()).map_err(|error| KeysError::Io(path, error))
    }

    fn remove<'a>(&self, keys: impl Iterator<Item = &'a Dated>) -> Result<(), KeysError> {
        for dated in keys {
            match fs::remove_file(&dated.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(KeysError::Io(dated.path.clone(), error));
                }
                _ => {}
            }
        }
        sync_folder(&self.folder).map_err(|error| KeysError::Io(self.folder.clone(), error))
    }
}

/// When the first key's file was made, as far as the file system remembers.
fn made(path: &Path) -> Option<Timestamp> {
    let since = fs::metadata(path).ok()?.modified().ok()?;
    let since = since.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(Timestamp::from_unix_ms(i64::try_from(since.as_millis()).ok()?))
}

#[cfg(test)]
mod tests;
