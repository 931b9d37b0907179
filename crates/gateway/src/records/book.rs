//! The journal as it stood at one moment: a view of the store that nothing written meanwhile changes. Its entries are read in
//! order, a few at a time, and verified on the way: each part against the tree, each tag against its person, the tree
//! against the signed head.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use domain::facts::Person;
use domain::id::PartyId;
use domain::journal::Leaf;
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::cosignature::CosignerKey;
use domain::journal::entry::hex;
use domain::journal::kept::Kept;
use domain::journal::keys::Keys;
use domain::journal::note::{Note, NoteError};
use domain::journal::proof::verify_inclusion;
use domain::journal::store::StoreError;
use domain::journal::tree::{Frontier, Hash};
use domain::number::Msisdn;
use domain::secret::Secret;
use domain::subject::SubjectKey;
use domain::time::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

use super::RecordsError;
use crate::config::gateway::Gateway;
use crate::data::{DataError, KEYS, STORE, mark};
use crate::journal::proofs::Proofs;
use crate::keys::{KeyDirectory, SubjectIndex, Tenure};
use crate::seal::Sealer;
use crate::store::journal::shells::read_kept;
use crate::store::journal::sqlite::latest_note;
use crate::store::life::tenures;
use crate::store::party::sqlite::{Listed, by_client, by_id};
use crate::store::permission::sqlite::person_of;
use crate::store::sqlite::{failed, open_reader};

/// So many entries are in memory at a time.
const CHUNK: usize = 2_000;
/// So many bytes of a person's keyed name are shown.
const PERSON_BYTES: usize = 12;

/// One view of the journal.
pub struct Book {
    path: PathBuf,
    connection: Connection,
    directory: KeyDirectory,
    keys: Keys,
    index: SubjectIndex,
    sealer: Arc<Sealer>,
    note: String,
    head: Checkpoint,
}

impl Book {
    /// Opens the journal of a data directory, to read only.
    ///
    /// # Errors
    /// When keys or store are missing or malformed, when the head's note is not signed by the journal's key, or when the
    /// journal is shorter than the key directory remembers.
    pub fn open(gateway: &Gateway) -> Result<Self, RecordsError> {
        let keys = gateway.data_dir.join(KEYS);
        let remembered = mark::read(&keys)?;
        let directory = KeyDirectory::open(&keys, gateway.world.into())?;
        let store = gateway.data_dir.join(STORE);
        if !store.exists() {
            return Err(DataError::StoreLost(store).into());
        }
        let connection = open_reader(&store)?;
        // One transaction: what is written or erased from here on is not seen.
        connection.execute_batch("BEGIN").map_err(failed)?;
        let (found, note) = latest_note(&connection)?;
        if found < remembered {
            return Err(DataError::Older { remembered, found }.into());
        }
        if found == 0 {
            return Err(RecordsError::Unknown(
                "expected a journal with entries, found none".to_owned(),
            ));
        }
        let keys = directory.journal(&gateway.origin())?;
        let head = VerifierKey::of(&keys).open(&note)?;
        if head.size != found {
            let size = head.size;
            return Err(corrupt(format!(
                "expected a signed head of {found} entries, found one of {size}"
            )));
        }
        let index = directory.index();
        for (number, tenure, since) in tenures(&connection)? {
            index.begin(number, Tenure { number: tenure, since });
        }
        Ok(Self {
            sealer: Arc::new(Sealer::new(Secret::new(directory.derive("wayleave columns")))),
            path: store,
            connection,
            directory,
            keys,
            index,
            note,
            head,
        })
    }

    /// The signed head.
    #[must_use]
    pub const fn head(&self) -> &Checkpoint {
        &self.head
    }

    /// The signed note of the head.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Reads a checkpoint that somebody kept: it must be signed by the journal's key, under its name now or the one that it
    /// had before a restore, and by each of `witnesses`.
    ///
    /// # Errors
    /// When a signature is missing or does not match.
    pub fn kept(&self, note: &str, witnesses: &[CosignerKey]) -> Result<Checkpoint, RecordsError> {
        let note = Note::parse(note)?;
        let origin = Checkpoint::parse(note.text())?.origin;
        let checkpoint = VerifierKey::of(&self.directory.journal_named(&origin)?).checkpoint(&note)?;
        for witness in witnesses {
            witness.cosigned(&note).map_err(|error| match error {
                NoteError::NoSignature => RecordsError::Differs(format!(
                    "expected a checkpoint that the witness `{}` cosigned, found one that it did not",
                    witness.name()
                )),
                other => other.into(),
            })?;
        }
        Ok(checkpoint)
    }

    /// The journal's keys.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The store, as it stood.
    #[must_use]
    pub const fn store(&self) -> &Connection {
        &self.connection
    }

    /// Opens sealed columns.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Who has a number now.
    #[must_use]
    pub fn subject(&self, number: Msisdn) -> SubjectKey {
        self.index.key(number)
    }

    /// What is known of a person.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn facts(&self, subject: SubjectKey) -> Result<Person, RecordsError> {
        Ok(person_of(&self.connection, subject, &self.sealer)?)
    }

    /// How exports and counts name a person: the same in every one of this journal, and no number can be had from it
    /// without the gateway's keys.
    #[must_use]
    pub fn person(&self, subject: SubjectKey) -> String {
        let name = self.index.hash("journal person", &subject.to_bytes());
        format!("per_{}", hex(name.get(..PERSON_BYTES).unwrap_or_default()))
    }

    /// The secret of a person's link in an audit of this name: the same whenever it is made.
    #[must_use]
    pub fn audit_token(&self, audit: &str, subject: SubjectKey) -> [u8; 16] {
        let named = [&subject.to_bytes()[..], audit.as_bytes()].concat();
        self.index.hash("audit token", &named)
    }

    /// The party with this short name.
    ///
    /// # Errors
    /// When there is none.
    pub fn party(&self, name: &str) -> Result<Listed, RecordsError> {
        let found = by_client(&self.connection, name)?;
        found.ok_or_else(|| {
            RecordsError::Unknown(format!(
                "expected an enrolled party, found none with the short name `{name}`"
            ))
        })
    }

    /// A party's registered name; its id if it is not known.
    ///
    /// # Errors
    /// When the row cannot be read.
    pub fn party_name(&self, party: PartyId) -> Result<String, RecordsError> {
        let found = by_id(&self.connection, party, &self.sealer)?;
        Ok(found.map_or_else(|| party.to_string(), |found| found.record.name))
    }

    /// The leaves of a span of time. Entries stand in the order of their times; a shell has none, and belongs to the span
    /// unless an entry shows that it lies before or behind.
    ///
    /// # Errors
    /// The database's.
    pub fn span(&self, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Range<Leaf>, RecordsError> {
        let first = match from {
            None => 0,
            Some(from) => self
                .last_before(self.first_not_before(from)?)?
                .map_or(0, |leaf| leaf + 1),
        };
        let end = to.map_or(Ok(self.head.size), |to| self.first_not_before(to))?;
        Ok(first..end.max(first))
    }

    /// The first entry that is not before a time; the size of the journal if all are.
    fn first_not_before(&self, time: Timestamp) -> Result<Leaf, RecordsError> {
        let (mut low, mut high) = (0, self.head.size);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.entry_from(middle)? {
                Some((leaf, at)) if at < time => low = leaf + 1,
                _ => high = middle,
            }
        }
        Ok(self.entry_from(low)?.map_or(self.head.size, |(leaf, _)| leaf))
    }

    fn entry_from(&self, leaf: Leaf) -> Result<Option<(Leaf, Timestamp)>, RecordsError> {
        let found = self
            .connection
            .prepare_cached("SELECT leaf, at FROM entry WHERE leaf >= ?1 ORDER BY leaf LIMIT 1")
            .and_then(|mut select| {
                let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get(1)?));
                select.query_row([signed(leaf)], read).optional()
            })
            .map_err(failed)?;
        Ok(found.map(|(leaf, at)| (leaf.unsigned_abs(), Timestamp::from_unix_ms(at))))
    }

    fn last_before(&self, leaf: Leaf) -> Result<Option<Leaf>, RecordsError> {
        let found: Option<i64> = self
            .connection
            .query_row("SELECT max(leaf) FROM entry WHERE leaf < ?1", [signed(leaf)], |row| {
                row.get(0)
            })
            .map_err(failed)?;
        Ok(found.map(i64::unsigned_abs))
    }

    /// Reads these leaves in order. Each must be there.
    ///
    /// # Errors
    /// The store's, or what `each` fails with.
    pub fn each(
        &self,
        leaves: Range<Leaf>,
        each: &mut dyn FnMut(Kept) -> Result<(), RecordsError>,
    ) -> Result<(), RecordsError> {
        let mut next = leaves.start;
        while next < leaves.end {
            let left = usize::try_from(leaves.end - next).unwrap_or(CHUNK);
            let chunk = read_kept(&self.connection, next, CHUNK.min(left))?;
            if chunk.is_empty() {
                return Err(corrupt(format!("expected entry {next}, found none")));
            }
            for kept in chunk {
                if kept.leaf() != next {
                    let found = kept.leaf();
                    return Err(corrupt(format!("expected entry {next}, found {found}")));
                }
                next += 1;
                each(kept)?;
            }
        }
        Ok(())
    }

    /// Reads the whole journal in order and verifies it: every entry's columns and tag, the tree, the head, and that each
    /// of `known` is the beginning of it.
    ///
    /// # Errors
    /// What does not fit, or what `each` fails with.
    pub fn read(
        &self,
        known: &[Checkpoint],
        each: &mut dyn FnMut(Kept) -> Result<(), RecordsError>,
    ) -> Result<(), RecordsError> {
        for checkpoint in known {
            self.is_no_longer(checkpoint)?;
        }
        let mut frontier = Frontier::default();
        self.each(0..self.head.size, &mut |kept| {
            if let Some(entry) = kept.entry()
                && !entry.agrees(&self.keys)
            {
                let leaf = entry.leaf;
                return Err(corrupt(format!(
                    "expected columns that say what entry {leaf} says, found others"
                )));
            }
            frontier.push(kept.hash());
            for checkpoint in known.iter().filter(|known| known.size == frontier.size()) {
                same_root(&frontier.root(), checkpoint)?;
            }
            each(kept)
        })?;
        same_root(&frontier.root(), &self.head)
    }

    fn is_no_longer(&self, checkpoint: &Checkpoint) -> Result<(), RecordsError> {
        let (wanted, found) = (checkpoint.size, self.head.size);
        if wanted <= found {
            return Ok(());
        }
        Err(RecordsError::Differs(format!(
            "expected at least the {wanted} entries of the kept checkpoint, found {found}: this journal was cut, or is an older copy"
        )))
    }

    /// What proves entries under the head.
    ///
    /// # Errors
    /// The store's.
    pub fn prover(&self) -> Result<Prover<'_>, RecordsError> {
        self.prover_under(&self.head)
    }

    /// What proves entries under a checkpoint that this journal continues.
    ///
    /// # Errors
    /// The store's.
    pub fn prover_under<'a>(&'a self, head: &'a Checkpoint) -> Result<Prover<'a>, RecordsError> {
        Ok(Prover {
            head,
            proofs: Proofs::open(&self.path)?,
        })
    }
}

/// Proves entries under the head of a book, or under an earlier one.
pub struct Prover<'a> {
    head: &'a Checkpoint,
    proofs: Proofs,
}

impl Prover<'_> {
    /// The inclusion proofs of some entries, each from the leaf upward.
    ///
    /// # Errors
    /// The store's, or that the tree it keeps is not the one that was signed.
    pub fn inclusion(&self, entries: &[Kept]) -> Result<Vec<Vec<Hash>>, RecordsError> {
        let Checkpoint { size, root, .. } = self.head;
        let proofs = self.proofs.at_head(|walk| {
            let proofs = entries.iter().map(|kept| walk.inclusion(kept.leaf(), *size));
            proofs.collect::<Result<Vec<_>, _>>()
        })?;
        let is_proof =
            |(kept, proof): (&Kept, &Vec<Hash>)| verify_inclusion(&kept.hash(), kept.leaf(), *size, proof, root);
        if entries.iter().zip(&proofs).all(is_proof) {
            Ok(proofs)
        } else {
            Err(corrupt("expected tiles of the signed tree, found others".to_owned()))
        }
    }
}

fn same_root(found: &Hash, wanted: &Checkpoint) -> Result<(), RecordsError> {
    if *found == wanted.root {
        return Ok(());
    }
    let size = wanted.size;
    Err(RecordsError::Differs(format!(
        "expected the root that was signed over the first {size} entries, found another: this is not the journal that was shown then"
    )))
}

fn corrupt(what: String) -> RecordsError {
    StoreError::Corrupt(what).into()
}

fn signed(leaf: Leaf) -> i64 {
    i64::try_from(leaf).unwrap_or(i64::MAX)
}
