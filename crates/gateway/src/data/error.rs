//! Why a data directory cannot be used, in words for the operator.

use std::path::PathBuf;

use domain::journal::store::StoreError;

use crate::keys::KeysError;
use crate::policy_file::PolicyError;

/// Why a data directory cannot be used.
#[derive(Debug)]
pub enum DataError {
    /// It is not there, or cannot be used.
    Io(PathBuf, std::io::Error),
    /// Another process serves from it.
    Busy(PathBuf),
    /// Its keys.
    Keys(KeysError),
    /// Its store.
    Store(StoreError),
    /// There is a store without its keys.
    KeysLost(PathBuf),
    /// There are keys without their store.
    StoreLost(PathBuf),
    /// The store has fewer entries than the key directory remembers.
    Older {
        /// How many the key directory remembers.
        remembered: u64,
        /// How many the store has.
        found: u64,
    },
    /// The store's head is signed under another name than the key directory gives the journal.
    OtherName {
        /// The journal's name, as the key directory has it.
        want: String,
        /// The name in the store.
        found: String,
    },
    /// Somebody else knows a journal that was begun by a later restore.
    Superseded {
        /// Who.
        who: String,
        /// That one's name.
        knows: String,
        /// The journal's name, as the key directory has it.
        found: String,
    },
    /// Somebody else knows a larger journal under this name.
    Behind {
        /// Who.
        who: String,
        /// How many entries that one has.
        knows: u64,
        /// How many the store has.
        found: u64,
    },
    /// Somebody else knows another journal under this name.
    Contradicted {
        /// Who.
        who: String,
        /// What it says.
        why: &'static str,
    },
    /// Too few witnesses could be asked what they know.
    WitnessesAway {
        /// How many are needed.
        needed: usize,
        /// How many cosigned.
        cosigned: usize,
        /// The names of the others.
        away: String,
    },
    /// The published log could not be asked what it knows.
    PublishedAway {
        /// Where it stands.
        place: String,
        /// Why it says nothing.
        why: String,
    },
    /// A live world under the example's name.
    ExampleName(String),
    /// Chance made no token key.
    TokenKey,
    /// Its policy.
    Policy(PolicyError),
}

impl std::fmt::Display for DataError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
            Self::Busy(path) => {
                write!(
                    f,
                    "expected to serve from `{}` alone, found that another process does",
                    path.display()
                )
            }
            Self::Keys(error) => error.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::KeysLost(path) => write!(
                f,
                "expected the key directory `{}` beside the store, found none; restore it from its backup, since the store cannot be read without it",
                path.display()
            ),
            Self::StoreLost(path) => write!(
                f,
                "expected the store `{}` beside its keys, found none; restore it from its backup, or remove the key directory to start anew: an empty journal would deny everything that was written",
                path.display()
            ),
            Self::Older { remembered, found } => write!(
                f,
                "expected a journal of at least {remembered} entries, as the key directory remembers, found {found}: this store is an older copy and would revive consents that were withdrawn since; put the newer one back, or declare the loss with `wayleave journal restore`"
            ),
            Self::OtherName { want, found } => write!(
                f,
                "expected a store whose head is signed as `{want}`, found `{found}`: the address `gateway.issuer`, after which the journal is named, was changed, or store and keys are not of the same time, and a store of before a declared restore would revive consents that were withdrawn since; put the one back that belongs to the other, or declare the loss with `wayleave journal restore`"
            ),
            Self::Superseded { who, knows, found } => write!(
                f,
                "expected the journal `{knows}`, as {who} has seen, found `{found}`: store and keys are of before a declared restore and would revive consents that were withdrawn since; put the newer ones back, or declare the loss with `wayleave journal restore --number`"
            ),
            Self::Behind { who, knows, found } => write!(
                f,
                "expected a journal of at least {knows} entries, as {who} has seen, found {found}: this store is an older copy and would revive consents that were withdrawn since; put the newer one back, or declare the loss with `wayleave journal restore`"
            ),
            Self::Contradicted { who, why } => write!(
                f,
                "expected the journal that {who} has seen, found one that does not continue it ({why}): entries were altered or removed; keep this store, it is evidence, and see docs/operating/backup.md"
            ),
            Self::WitnessesAway { needed, cosigned, away } => write!(
                f,
                "expected {needed} witnesses to say that they know no larger journal, found {cosigned}, and no word from `{away}`; start them, or start with `--without-witnesses --who NAME --because WHY`"
            ),
            Self::PublishedAway { place, why } => write!(
                f,
                "expected `{place}` to say which checkpoint was published last, found no answer: {why}; see to it that it can be read, or start with `--without-witnesses --who NAME --because WHY`"
            ),
            Self::ExampleName(issuer) => write!(
                f,
                "expected the gateway's own name as `gateway.issuer` before keys and a journal are made under it, found the example `{issuer}`"
            ),
            Self::Policy(error) => write!(f, "`gateway.policy_file`: {error}"),
            Self::TokenKey => f.write_str("expected chance to make an EC P-256 key, found that it did not; try again"),
        }
    }
}

impl std::error::Error for DataError {}

impl From<KeysError> for DataError {
    fn from(error: KeysError) -> Self {
        Self::Keys(error)
    }
}

impl From<PolicyError> for DataError {
    fn from(error: PolicyError) -> Self {
        Self::Policy(error)
    }
}

impl From<StoreError> for DataError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
