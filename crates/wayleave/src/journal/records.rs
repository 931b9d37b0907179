//! What the commands that read the whole journal share: the configuration, times and parties on the command line, and files
//! that are written once and signed.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use domain::journal::entry::hex;
use domain::journal::keys::Keys;
use domain::journal::statement;
use domain::number::Msisdn;
use domain::time::Timestamp;
use gateway::config::Config;
use gateway::records::signed::{Hashing, NAME};

use crate::{Failure, log};

/// Loads a configuration; only what is wrong is logged, since the answer goes to standard output.
pub(crate) fn config(path: &Path) -> Result<Config, Failure> {
    let config = Config::load(path)?;
    log::start(&gateway::config::log::Log {
        filter: "warn".to_owned(),
        ..config.log.clone()
    })?;
    Ok(config)
}

/// Reads a time: RFC 3339, or a day, which begins at midnight UTC.
pub(crate) fn time(text: &str) -> Result<Timestamp, String> {
    let day = format!("{text}T00:00:00Z");
    Timestamp::from_rfc3339(text)
        .or_else(|| Timestamp::from_rfc3339(&day))
        .ok_or_else(|| "expected a time such as 2026-11-22T08:00:00Z, or a day such as 2026-11-22".to_owned())
}

/// Reads a number.
pub(crate) fn number(text: &str) -> Result<Msisdn, String> {
    Msisdn::parse(text).ok_or_else(|| "expected a number in E.164 form, such as +12025550123".to_owned())
}

/// Where the signature of a file is.
pub(crate) fn note_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".note");
    PathBuf::from(name)
}

/// Writes a new file and, beside it, its signature by the journal's key. Both are for their owner only.
pub(crate) fn write_signed<T>(
    path: &Path,
    keys: &Keys,
    body: impl FnOnce(&mut dyn Write) -> Result<T, Failure>,
) -> Result<(T, String), Failure> {
    let note = note_of(path);
    if note.exists() {
        return Err(format!("expected no file `{}` yet, found one", note.display()).into());
    }
    let mut out = Hashing::new(BufWriter::new(new_file(path)?));
    let made = body(&mut out)?;
    let (out, sum) = out.finish();
    let file = out.into_inner().map_err(|error| unwritable(path, error.error()))?;
    file.sync_all().map_err(|error| unwritable(path, &error))?;
    // A crash before this line leaves a file without a signature, which nobody takes for an answer.
    let signed = statement::sign_hash(keys, NAME, &sum);
    let mut out = new_file(&note)?;
    out.write_all(signed.as_bytes())
        .and_then(|()| out.sync_all())
        .map_err(|error| unwritable(&note, &error))?;
    Ok((made, hex(&sum)))
}

fn new_file(path: &Path) -> Result<File, Failure> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    format!("cannot write `{}`: {error}", path.display()).into()
}
