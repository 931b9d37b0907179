//! The key directory: everything that is not in the store and without which the store says nothing.
//!
//! It is made once, together with the world it is for, and never overwritten. Files are readable by their owner only;
//! anything looser is refused.

pub mod sealing;
mod subjects;
pub mod tokens;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use domain::journal::keys::{Keys, mac};
use domain::policy::World;
use domain::secret::Secret;

use crate::chance::SystemChance;
use crate::whole::{replace, sync_folder};
use sealing::SealingKeys;
use tokens::TokenKeys;

pub use subjects::{SubjectIndex, Tenure};

/// The master secret's file: 32 bytes, from which everything but the signing keys is derived.
const MASTER: &str = "master.key";
/// The seed of the Ed25519 key that signs checkpoints: 32 bytes.
const JOURNAL: &str = "journal.key";
/// Which world the keys are for: `sandbox` or `live`.
const WORLD: &str = "world";
/// How many journals there were, this one counted: one more after each declared restore. None is the first.
const NUMBER: &str = "journal.number";

/// Why the key directory cannot be used.
#[derive(Debug)]
pub enum KeysError {
    /// It is not there.
    Missing(PathBuf),
    /// Others than the owner may read it.
    Loose(PathBuf, u32),
    /// A file has another form than expected.
    Malformed(PathBuf, &'static str),
    /// It is for the other world.
    World(PathBuf, String),
    /// The file system refused.
    Io(PathBuf, std::io::Error),
}

impl std::fmt::Display for KeysError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(path) => write!(
                f,
                "expected the key `{}`, found none; restore the key directory from its backup, since the store cannot be read without it",
                path.display()
            ),
            Self::Loose(path, mode) => write!(
                f,
                "expected `{}` to be readable by its owner only, found mode {mode:04o}; run `chmod go-rwx` on it",
                path.display()
            ),
            Self::Malformed(path, want) => write!(f, "expected {want} in `{}`, found something else", path.display()),
            Self::World(path, found) => {
                write!(
                    f,
                    "expected keys of the configured world in `{}`, found those of `{found}`",
                    path.display()
                )
            }
            Self::Io(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for KeysError {}

/// The opened key directory.
#[derive(Debug)]
pub struct KeyDirectory {
    path: PathBuf,
    master: Secret<[u8; 32]>,
    journal_seed: Secret<[u8; 32]>,
    number: u32,
}

fn world_word(world: World) -> &'static str {
    match world {
        World::Sandbox => "sandbox",
        World::Live => "live",
    }
}

/// Makes a key directory for `world`, with new keys, whole or not at all. `token_key` is the PKCS #8 text of the first token key.
///
/// # Errors
/// When the directory is there already or cannot be written.
pub fn create(path: &Path, world: World, chance: &SystemChance, token_key: &[u8]) -> Result<(), KeysError> {
    let io = |error| KeysError::Io(path.to_owned(), error);
    // A crash half-way leaves a folder of another name, which nobody takes for the keys of a store.
    let name: String = chance.bytes::<8>().iter().map(|byte| format!("{byte:02x}")).collect();
    let making = path.with_extension(format!("new-{name}"));
    fs::DirBuilder::new().mode(0o700).create(&making).map_err(io)?;
    write_new(&making.join(MASTER), &chance.bytes::<32>())?;
    write_new(&making.join(JOURNAL), &chance.bytes::<32>())?;
    write_new(&making.join(tokens::FIRST), token_key)?;
    write_new(&making.join(WORLD), world_word(world).as_bytes())?;
    // Keys that a power cut takes away would take the store with them.
    sync_folder(&making).map_err(io)?;
    // Refused by the file system if somebody else made the keys meanwhile: a folder with files is never replaced.
    fs::rename(&making, path).map_err(io)?;
    sync_folder(path.parent().unwrap_or(path)).map_err(io)
}

/// Writes a secret file that must not exist yet, for its owner only, and makes it durable.
///
/// # Errors
/// When it exists or cannot be written.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeysError> {
    let io = |error| KeysError::Io(path.to_owned(), error);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(io)?;
    file.write_all(bytes).map_err(io)?;
    file.sync_all().map_err(io)
}

/// Reads a secret file, refusing one that others may read.
///
/// # Errors
/// When it is missing, loose, or cannot be read.
pub fn read_secret(path: &Path) -> Result<Vec<u8>, KeysError> {
    check_mode(path)?;
    fs::read(path).map_err(|error| KeysError::Io(path.to_owned(), error))
}

fn check_mode(path: &Path) -> Result<(), KeysError> {
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => KeysError::Missing(path.to_owned()),
        _ => KeysError::Io(path.to_owned(), error),
    })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeysError::Loose(path.to_owned(), mode))
    }
}

impl KeyDirectory {
    /// Opens a key directory for `world`.
    ///
    /// # Errors
    /// When it, or a file in it, is missing, loose, malformed, or for the other world.
    pub fn open(path: &Path, world: World) -> Result<Self, KeysError> {
        check_mode(path)?;
        let found = String::from_utf8_lossy(&read_secret(&path.join(WORLD))?)
            .trim()
            .to_owned();
        if found != world_word(world) {
            return Err(KeysError::World(path.to_owned(), found));
        }
        Ok(Self {
            path: path.to_owned(),
            master: Secret::new(read_32(&path.join(MASTER))?),
            journal_seed: Secret::new(read_32(&path.join(JOURNAL))?),
            number: read_number(&path.join(NUMBER))?,
        })
    }

    /// The journal's number: 1, and one more after each declared restore.
    #[must_use]
    pub const fn number(&self) -> u32 {
        self.number
    }

    /// The same keys for the journal of another number.
    #[must_use]
    pub fn with_number(self, number: u32) -> Self {
        Self { number, ..self }
    }

    /// Makes the number stay, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_number(&self) -> Result<(), KeysError> {
        let path = self.path.join(NUMBER);
        replace(&path, format!("{}\n", self.number).as_bytes()).map_err(|error| KeysError::Io(path, error))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A key derived from the master secret for one use.
    #[must_use]
    pub fn derive(&self, label: &str) -> [u8; 32] {
        mac(self.master.expose(), label.as_bytes())
    }

    /// The journal's keys, under the journal's name: `origin`, with the number behind it from the second on.
    ///
    /// # Errors
    /// When the seed is not one.
    pub fn journal(&self, origin: &str) -> Result<Keys, KeysError> {
        self.journal_named(&numbered(origin, self.number))
    }

    /// The journal's keys under exactly this name: one that it has, or had before a restore.
    ///
    /// # Errors
    /// When the seed is not one.
    pub fn journal_named(&self, name: &str) -> Result<Keys, KeysError> {
        Keys::new(name, &self.derive("wayleave journal"), self.journal_seed.expose())
            .map_err(|_| KeysError::Malformed(self.path.join(JOURNAL), "a 32-byte Ed25519 seed"))
    }

    /// The keys that sign access tokens.
    ///
    /// # Errors
    /// When there is none, or one is loose or malformed.
    pub fn tokens(&self) -> Result<TokenKeys, KeysError> {
        TokenKeys::open(&self.path)
    }

    /// The keys that others seal to this gateway.
    ///
    /// # Errors
    /// When what the master secret derives is no private key.
    pub fn sealing(&self) -> Result<SealingKeys, KeysError> {
        SealingKeys::new(self.derive("wayleave sealing"))
            .map_err(|_| KeysError::Malformed(self.path.join(MASTER), "a master secret that derives a key to seal to"))
    }

    /// The namer of subjects.
    #[must_use]
    pub fn index(&self) -> SubjectIndex {
        SubjectIndex::new(self.derive("wayleave subject index"))
    }
}

/// The name of the journal of this number.
#[must_use]
pub fn numbered(origin: &str, number: u32) -> String {
    match number {
        0 | 1 => origin.to_owned(),
        more => format!("{origin}/{more}"),
    }
}

/// The number of the journal with this name; `None` if it is not one of `origin`.
#[must_use]
pub fn number_of(origin: &str, name: &str) -> Option<u32> {
    match name.strip_prefix(origin)? {
        "" => Some(1),
        rest => rest.strip_prefix('/')?.parse().ok().filter(|number| *number > 1),
    }
}

fn read_number(path: &Path) -> Result<u32, KeysError> {
    let text = match read_secret(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(KeysError::Missing(_)) => return Ok(1),
        Err(error) => return Err(error),
    };
    let number = text.trim().parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| KeysError::Malformed(path.to_owned(), "the number of a journal"))
}

fn read_32(path: &Path) -> Result<[u8; 32], KeysError> {
    read_secret(path)?
        .try_into()
        .map_err(|_| KeysError::Malformed(path.to_owned(), "32 bytes"))
}
