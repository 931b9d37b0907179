//! The store's own signed head must be of the journal that the key directory names. After a declared restore the mark begins
//! anew, so that the store that was lost, or a copy of it, would pass for a newer one; its head bears the former name.

use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::note::Note;
use domain::journal::store::StoreError;

use super::{Data, DataError};
use crate::store::journal::sqlite::latest_signed;

/// Holds the stored note against the journal's keys and the tree. An empty journal has none.
pub(super) fn check(data: &Data) -> Result<(), DataError> {
    let (frontier, text) = data.reader.read(latest_signed)?;
    if frontier.size() == 0 {
        return Ok(());
    }
    let corrupt = |found: &dyn std::fmt::Display| StoreError::Corrupt(format!("expected a signed head, found {found}"));
    let note = Note::parse(&text).map_err(|error| corrupt(&error))?;
    let said = Checkpoint::parse(note.text()).map_err(|error| corrupt(&error))?;
    let key = VerifierKey::of(&data.questions);
    if said.origin != key.name() {
        return Err(DataError::OtherName {
            want: key.name().to_owned(),
            found: said.origin,
        });
    }
    let head = key.checkpoint(&note).map_err(|error| corrupt(&error))?;
    if (head.size, head.root) == (frontier.size(), frontier.root()) {
        Ok(())
    } else {
        Err(corrupt(&"one of another tree").into())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use domain::journal::settle::{Change, Item, Notice};

    use super::super::tests::gateway;
    use super::*;
    use crate::backup::{make, restore};
    use crate::chance::SystemChance;
    use crate::clock::{Clock, SystemClock};
    use crate::config::gateway::Gateway;
    use crate::data::{KEYS, STORE, create_if_missing, mark, open};

    fn clock() -> Arc<dyn Clock> {
        Arc::new(SystemClock)
    }

    /// Makes the journal longer by one entry.
    fn grow(gateway: &Gateway) {
        let checked = Notice::JournalChecked {
            entries: 0,
            differences: 0,
        };
        let mut data = open(gateway, clock()).expect("opens");
        let item = Item::Change(Change::Notice(Box::new(checked)));
        data.journal
            .settle("test", vec![item], &mut SystemChance::new())
            .expect("settled");
    }

    /// Moves a store with its log from one folder to another.
    fn shift(from: &Path, to: &Path) {
        fs::create_dir_all(to).expect("a folder");
        for ending in ["", "-wal", "-shm"] {
            let name = format!("{STORE}{ending}");
            if from.join(&name).exists() {
                fs::rename(from.join(&name), to.join(&name)).expect("moved");
            }
        }
    }

    #[test]
    fn the_lost_store_is_not_opened_after_a_declared_restore() {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = gateway(folder.path());
        create_if_missing(&gateway).expect("made");
        grow(&gateway);
        let backup = make(&gateway, &folder.path().join("backups"), clock()).expect("a backup");
        for _ in 0..9 {
            grow(&gateway);
        }
        let lost = folder.path().join("lost");
        shift(&gateway.data_dir, &lost);
        let wanted = restore::Wanted {
            from: &backup.folder,
            keys_from: None,
            number: None,
            seen: 0,
        };
        restore::restore(&gateway, &wanted, &clock()).expect("restored");
        let restored = open(&gateway, clock()).expect("opens");
        assert!(restored.questions.origin().ends_with("/journal/2"));
        let remembers = restored.opened.entries;
        drop(restored);
        mark::write(&gateway.data_dir.join(KEYS), remembers).expect("written, as a process that serves does");

        shift(&gateway.data_dir, &folder.path().join("restored"));
        shift(&lost, &gateway.data_dir);
        match open(&gateway, clock()) {
            Err(DataError::OtherName { want, found }) => {
                assert!(
                    want.ends_with("/journal/2") && found.ends_with("/journal"),
                    "{want} {found}"
                );
            }
            outcome => panic!("{:?}", outcome.map(|data| data.opened.entries)),
        }
    }

    #[test]
    fn a_note_over_another_tree_is_not_the_head() {
        let folder = tempfile::tempdir().expect("a folder");
        let gateway = gateway(folder.path());
        create_if_missing(&gateway).expect("made");
        grow(&gateway);
        let note = |gateway: &Gateway| {
            let data = open(gateway, clock()).expect("opens");
            data.reader.read(latest_signed).expect("a head").1
        };
        let older = note(&gateway);
        grow(&gateway);
        let newer = note(&gateway);
        let store = rusqlite::Connection::open(gateway.data_dir.join(STORE)).expect("a store");
        for (put, opens) in [(older.as_str(), false), ("", false), (newer.as_str(), true)] {
            store.execute("UPDATE head SET checkpoint = ?1", [put]).expect("put");
            assert_eq!(open(&gateway, clock()).is_ok(), opens, "{put:?}");
        }
    }
}
