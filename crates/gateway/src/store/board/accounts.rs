//! The accounts that hold machine lines, on SQLite. An account is one sealed record: its name, and the passkey of its holder
//! once there is one. It is found by its id, which the carrier names, and by the keyed hash of its invitation.

use domain::id::AccountId;
use domain::journal::store::StoreError;
use rusqlite::OptionalExtension as _;
use serde::{Deserialize, Serialize};

use super::links::SqliteBoard;
use crate::seal::Place;
use crate::store::sqlite::failed;

fn place(row: i64) -> Place {
    Place {
        table: "account",
        column: "sealed",
        row,
    }
}

/// The passkey of an account's holder, its parts in base64url.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountKey {
    /// The credential's id.
    pub credential: String,
    /// The x coordinate of the public key.
    pub x: String,
    /// The y coordinate.
    pub y: String,
}

/// An account.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// Its id, which the row says too: a record under another's id opens nothing.
    id: [u8; 16],
    /// The name that the operator gave it.
    pub name: String,
    /// The holder's passkey; `None` until the invitation was followed.
    pub key: Option<AccountKey>,
}

impl Account {
    /// A new account, whose holder is still to come.
    #[must_use]
    pub fn new(id: AccountId, name: String) -> Self {
        Self {
            id: id.to_bytes(),
            name,
            key: None,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> AccountId {
        AccountId::from_bytes(self.id)
    }
}

impl SqliteBoard {
    /// Keeps a new account, by the keyed hash of its invitation.
    ///
    /// # Errors
    /// The database's, or the sealer's.
    pub fn add_account(&self, invitation: [u8; 16], account: &Account) -> Result<(), StoreError> {
        let mut connection = self.connection();
        let transaction = connection.transaction().map_err(failed)?;
        transaction
            .execute(
                "INSERT INTO account (id, invitation, sealed) VALUES (?1, ?2, x'')",
                (account.id, invitation),
            )
            .map_err(failed)?;
        let row = transaction.last_insert_rowid();
        let sealed = self.account_sealed(row, account)?;
        transaction
            .execute("UPDATE account SET sealed = ?2 WHERE row = ?1", (row, sealed))
            .map_err(failed)?;
        transaction.commit().map_err(failed)
    }

    /// All accounts, oldest first, a thousand at most.
    ///
    /// # Errors
    /// The database's, or that a row is not this program's.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let found = self.accounts_where("?1 IS NULL ORDER BY row LIMIT 1000", None)?;
        Ok(found.into_iter().map(|(_, account)| account).collect())
    }

    /// The account with this id.
    ///
    /// # Errors
    /// As [`SqliteBoard::accounts`].
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        let found = self.accounts_where("id = ?1", Some(id.to_bytes()))?.pop();
        Ok(found.map(|(_, account)| account).filter(|account| account.id() == id))
    }

    /// The account behind an invitation, by its keyed hash.
    ///
    /// # Errors
    /// As [`SqliteBoard::accounts`].
    pub fn invited(&self, invitation: [u8; 16]) -> Result<Option<Account>, StoreError> {
        let found = self.accounts_where("invitation = ?1", Some(invitation))?.pop();
        Ok(found.map(|(_, account)| account))
    }

    /// Gives an account its holder's passkey; whether it had none before. An invitation makes one key.
    ///
    /// # Errors
    /// As [`SqliteBoard::accounts`].
    pub fn enrol_holder(&self, id: AccountId, key: AccountKey) -> Result<bool, StoreError> {
        let Some((row, mut account)) = self.accounts_where("id = ?1", Some(id.to_bytes()))?.pop() else {
            return Ok(false);
        };
        if account.key.is_some() {
            return Ok(false);
        }
        let before: Vec<u8> = self
            .connection()
            .query_row("SELECT sealed FROM account WHERE row = ?1", [row], |row| row.get(0))
            .map_err(failed)?;
        // Two browsers may follow one invitation at one time: the record must be the one that was read.
        if self.account_opened(row, &before)? != account {
            return Ok(false);
        }
        account.key = Some(key);
        let sealed = self.account_sealed(row, &account)?;
        let written = self
            .connection()
            .query_row(
                "UPDATE account SET sealed = ?3 WHERE row = ?1 AND sealed = ?2 RETURNING row",
                (row, before, sealed),
                |row| row.get::<_, i64>(0),
            )
            .optional()
            .map_err(failed)?;
        Ok(written.is_some())
    }

    fn accounts_where(&self, condition: &str, wanted: Option<[u8; 16]>) -> Result<Vec<(i64, Account)>, StoreError> {
        let connection = self.connection();
        let mut select = connection
            .prepare_cached(&format!("SELECT row, sealed FROM account WHERE {condition}"))
            .map_err(failed)?;
        let rows = select
            .query_map([wanted], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?)))
            .map_err(failed)?;
        rows.map(|row| {
            let (row, sealed) = row.map_err(failed)?;
            Ok((row, self.account_opened(row, &sealed)?))
        })
        .collect()
    }

    fn account_sealed(&self, row: i64, account: &Account) -> Result<Vec<u8>, StoreError> {
        let plain = serde_json::to_vec(account).map_err(failed)?;
        self.sealer.seal(place(row), &plain).map_err(failed)
    }

    fn account_opened(&self, row: i64, sealed: &[u8]) -> Result<Account, StoreError> {
        let corrupt = || StoreError::Corrupt("expected an account, found another value".to_owned());
        let plain = self.sealer.open(place(row), sealed).map_err(|_| corrupt())?;
        serde_json::from_slice(&plain).map_err(|_| corrupt())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::secret::Secret;

    use super::*;
    use crate::seal::Sealer;
    use crate::store::sqlite::open_writer;

    fn key(name: &str) -> AccountKey {
        AccountKey {
            credential: name.to_owned(),
            x: String::new(),
            y: String::new(),
        }
    }

    #[test]
    fn an_invitation_makes_one_key_and_a_moved_record_opens_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        let board = SqliteBoard::open(&path, Arc::new(Sealer::new(Secret::new([5; 32])))).expect("opens");
        let [one, two] = [1, 2].map(|byte| AccountId::from_bytes([byte; 16]));
        for (id, invitation) in [(one, [7; 16]), (two, [8; 16])] {
            let account = Account::new(id, "Aster Parcels".to_owned());
            board.add_account(invitation, &account).expect("kept");
        }
        assert_eq!(board.invited([7; 16]).expect("read").map(|found| found.id()), Some(one));
        assert!(board.enrol_holder(one, key("first")).expect("written"));
        assert!(!board.enrol_holder(one, key("second")).expect("read"));
        let kept = board.account(one).expect("read").and_then(|account| account.key);
        assert_eq!(kept, Some(key("first")));
        let outside = open_writer(&path).expect("the store");
        let moved = "UPDATE account SET sealed = (SELECT sealed FROM account WHERE row = 1) WHERE row = 2";
        outside.execute(moved, []).expect("written");
        assert!(board.account(two).is_err());
    }
}
