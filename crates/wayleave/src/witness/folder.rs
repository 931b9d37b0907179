//! A witness's folder: its key, the journals that it follows, and the latest checkpoint of each that it cosigned.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::journal::checkpoint::VerifierKey;
use domain::journal::cosignature::{Cosigner, CosignerKey};
use domain::journal::entry::hex;
use domain::journal::note::Note;
use domain::journal::tree::sha256;
use gateway::chance::SystemChance;
use gateway::keys::{read_secret, write_new};
use gateway::whole::{replace, sync_folder};

use crate::Failure;

/// The seed of its Ed25519 key, 32 bytes.
const SEED: &str = "witness.key";
/// Its name.
const NAME: &str = "name";
/// The journals: a line for each key of each, the key first and then the origin.
const LOGS: &str = "logs";
/// The latest cosigned checkpoint of each journal, under a digest of its origin.
const LATEST: &str = "latest";

/// A witness's folder, opened.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    cosigner: Cosigner,
}

/// Turns a file's error into one that names the file.
pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Failure + use<> {
    let path = path.to_owned();
    move |error| format!("cannot use `{}`: {error}", path.display()).into()
}

/// Makes a folder for its owner only, unless it is there.
pub(super) fn private_folder(path: &Path) -> Result<(), Failure> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(io(path))
}

/// Makes the names in a folder durable.
pub(super) fn sync(path: &Path) -> Result<(), Failure> {
    sync_folder(path).map_err(io(path))
}

impl Folder {
    /// Makes a witness with a new key.
    pub(super) fn init(path: &Path, name: &str) -> Result<Self, Failure> {
        let seed: [u8; 32] = SystemChance::new().bytes();
        // A name that will not do is found before anything is written.
        let cosigner = Cosigner::new(name, &seed)
            .map_err(|_| format!("expected a name without spaces and `+`, found `{name}`"))?;
        private_folder(&path.join(LATEST))?;
        write_new(&path.join(NAME), name.as_bytes())?;
        write_new(&path.join(SEED), &seed)?;
        sync(path)?;
        Ok(Self {
            path: path.to_owned(),
            cosigner,
        })
    }

    /// Opens a witness that was made before.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let name = String::from_utf8(read_secret(&path.join(NAME))?)?;
        let seed: [u8; 32] = read_secret(&path.join(SEED))?.try_into().map_err(|_| {
            format!(
                "expected 32 bytes in `{}`, found another number",
                path.join(SEED).display()
            )
        })?;
        Ok(Self {
            path: path.to_owned(),
            cosigner: Cosigner::new(name.trim(), &seed)?,
        })
    }

    /// Takes the lock of the one process that cosigns from this folder: two would each have a latest checkpoint.
    pub(super) fn lock(&self) -> Result<File, Failure> {
        let path = self.path.join("witness.lock");
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).mode(0o600).open(&path);
        let file = file.map_err(io(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => {
                let found = self.path.display();
                Err(format!("expected to cosign from `{found}` alone, found that another process does").into())
            }
            Err(TryLockError::Error(error)) => Err(io(&path)(error)),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The key as others know it.
    pub(super) fn key(&self) -> CosignerKey {
        self.cosigner.key()
    }

    /// What signs.
    pub(super) fn cosigner(&self) -> &Cosigner {
        &self.cosigner
    }

    /// The journals that are followed: origins and keys. Read anew each time, so that one that is added counts at once.
    pub(super) fn logs(&self) -> Result<Vec<(String, VerifierKey)>, Failure> {
        let path = self.path.join(LOGS);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io(&path)(error)),
        };
        let mut logs = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (key, origin) = line
                .split_once(' ')
                .ok_or_else(|| format!("expected a key and an origin in a line of `{}`", path.display()))?;
            logs.push((origin.to_owned(), VerifierKey::parse(key)?));
        }
        Ok(logs)
    }

    /// Follows a journal. `false` if it is followed already.
    pub(super) fn add_log(&self, origin: &str, key: &VerifierKey) -> Result<bool, Failure> {
        if origin.is_empty() || origin.chars().any(char::is_control) {
            return Err("expected one line as origin, found none or more".into());
        }
        if self.logs()?.contains(&(origin.to_owned(), key.clone())) {
            return Ok(false);
        }
        let path = self.path.join(LOGS);
        let mut options = OpenOptions::new();
        let mut file = options
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(io(&path))?;
        file.write_all(format!("{key} {origin}\n").as_bytes())
            .map_err(io(&path))?;
        file.sync_all().map_err(io(&path))?;
        sync(&self.path)?;
        Ok(true)
    }

    /// The file name under which a journal's latest checkpoint is kept and served: SHA-256 of its origin.
    pub(super) fn digest(origin: &str) -> String {
        hex(&sha256(&[origin.as_bytes()]))
    }

    /// The latest checkpoint of a journal that was cosigned, by the digest of its origin.
    pub(super) fn latest(&self, digest: &str) -> Result<Option<Note>, Failure> {
        let path = self.path.join(LATEST).join(digest);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(Note::parse(&text)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io(&path)(error)),
        }
    }

    /// Makes `note` the latest cosigned checkpoint of its journal, whole or not at all, and durable.
    pub(super) fn keep(&self, origin: &str, note: &Note) -> Result<(), Failure> {
        let path = self.path.join(LATEST).join(Self::digest(origin));
        // A machine that stops before the name is the new one's has the older checkpoint, and nobody has the new cosignature.
        // One that stops behind that asks for the journal again from there.
        replace(&path, note.to_string().as_bytes()).map_err(io(&path))
    }
}
