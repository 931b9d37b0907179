//! `wayleave journal verify`: a receipt, a published log, or a whole store. All but the last needs no gateway.

mod answer;
mod log;
mod receipt;
mod source;
mod store;

use std::path::PathBuf;

use domain::journal::checkpoint::VerifierKey;

use self::source::Source;
use crate::Failure;

/// What `journal verify` is told.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit status: 0 verified; 1 not verified, which the last line explains; 2 the command was \
                        not understood; 3 something could not be read, so that nothing is known."
)]
pub(crate) struct Options {
    /// A receipt (a file, or `-` for standard input; JSON, or the value of the `Wayleave-Receipt` header), the folder of a
    /// published log, or its URL, such as `https://gateway.example.com/journal`.
    what: Option<String>,
    /// The journal's key, as its operator publishes it: `<name>+<key id>+<base64>`.
    #[arg(long)]
    key: Option<String>,
    /// With a receipt: also that its entry is in this newer log, a folder or a URL.
    #[arg(long)]
    log: Option<String>,
    /// With a receipt: also that it is for this answer, the body as it was received.
    #[arg(long)]
    answer: Option<PathBuf>,
    /// With a log: also that this older checkpoint, which you kept, is its beginning.
    #[arg(long)]
    since: Option<PathBuf>,
    /// With `https`: the roots to believe, in PEM form, rather than the system's.
    #[arg(long)]
    roots: Option<PathBuf>,
    /// A configuration: verifies its store, and needs no other argument.
    #[arg(long, conflicts_with_all = ["what", "key", "log", "answer", "since", "roots"])]
    config: Option<PathBuf>,
    /// With `--config`: verifies this backup of the store instead, with the configuration's keys.
    #[arg(long, requires = "config")]
    backup: Option<PathBuf>,
}

/// Verifies what the options name.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if let Some(config) = &options.config {
        return store::verify(config, options.backup.as_deref());
    }
    let (Some(what), Some(key)) = (&options.what, &options.key) else {
        return Err("expected a receipt, a folder or a URL with `--key`, or `--config` alone".into());
    };
    let key = VerifierKey::parse(key)?;
    let roots = options.roots.as_deref();
    match Source::of(what, roots)? {
        Some(_) if options.log.is_some() || options.answer.is_some() => {
            Err("expected `--log` and `--answer` with a receipt, found a log".into())
        }
        Some(source) => log::verify(&source, &key, options.since.as_deref()),
        None if options.since.is_some() => Err("expected `--since` with a folder or a URL, found a receipt".into()),
        None => {
            let log = options
                .log
                .as_deref()
                .map(|log| Source::must_be(log, roots))
                .transpose()?;
            receipt::verify(what, &key, options.answer.as_deref(), log.as_ref())
        }
    }
}

/// Something is not as it must be: the one thing that an auditor looks for.
fn not_verified(why: impl std::fmt::Display) -> Failure {
    format!("not verified: {why}").into()
}
