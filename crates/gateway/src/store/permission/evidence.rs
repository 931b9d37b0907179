//! Signatures over terms on SQLite: by a browser's key, by a passkey, by an account holder's passkey over many lines.

use domain::id::ConsentId;
use domain::journal::store::StoreError;
use domain::permission::assertion::Assertion;
use domain::permission::evidence::{HandsetKey, Proof, Signed};
use domain::permission::lines::Place;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction};

use crate::store::sqlite::failed;

/// Writes the signature of a consent; a stronger one takes the place of the one before.
///
/// # Errors
/// The database's.
pub fn write(transaction: &Transaction<'_>, consent: ConsentId, signed: &Signed) -> Result<(), StoreError> {
    let key = signed.key();
    let (signature, assertion, place) = match signed.proof() {
        Proof::Handset(signature) => (&signature[..], None, None),
        Proof::Passkey(assertion) => (&assertion.signature[..], Some(assertion), None),
        Proof::AccountHolder(assertion, place) => (&assertion.signature[..], Some(assertion), Some(pack(place))),
    };
    transaction
        .prepare_cached(
            "INSERT INTO signature (consent, x, y, signature, authenticator, client, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO UPDATE SET
             x = ?2, y = ?3, signature = ?4, authenticator = ?5, client = ?6, place = ?7",
        )
        .and_then(|mut insert| {
            insert.execute(rusqlite::params![
                consent.to_bytes(),
                key.x,
                key.y,
                signature,
                assertion.map(|assertion| &assertion.authenticator_data),
                assertion.map(|assertion| &assertion.client_data),
                place,
            ])
        })
        .map(|_| ())
        .map_err(failed)
}

/// The key and the signature of a consent; `None` where nothing was signed, as for a reply by text.
///
/// # Errors
/// When the row cannot be read, or is not this program's.
pub fn of(connection: &Connection, consent: ConsentId) -> Result<Option<(HandsetKey, Proof)>, StoreError> {
    let found = connection
        .prepare_cached("SELECT x, y, signature, authenticator, client, place FROM signature WHERE consent = ?1")
        .and_then(|mut select| select.query_row([consent.to_bytes()], |row| Ok(read(row))).optional())
        .map_err(failed)?;
    let malformed = || StoreError::Corrupt("expected a signature as this gateway wrote it, found another".to_owned());
    found.map(|row| row.map_err(failed)?.ok_or_else(malformed)).transpose()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<(HandsetKey, Proof)>> {
    let key = HandsetKey {
        x: row.get(0)?,
        y: row.get(1)?,
    };
    let signature: Vec<u8> = row.get(2)?;
    let (authenticator, client): (Option<Vec<u8>>, Option<Vec<u8>>) = (row.get(3)?, row.get(4)?);
    let place: Option<Vec<u8>> = row.get(5)?;
    let proof = match (authenticator, client, place) {
        (None, None, None) => signature.try_into().ok().map(Proof::Handset),
        (Some(authenticator_data), Some(client_data), place) => {
            let assertion = Assertion {
                authenticator_data,
                client_data,
                signature,
            };
            match place {
                None => Some(Proof::Passkey(assertion)),
                Some(place) => unpack(&place).map(|place| Proof::AccountHolder(assertion, place)),
            }
        }
        _ => None,
    };
    Ok(proof.map(|proof| (key, proof)))
}

fn pack(place: &Place) -> Vec<u8> {
    let (index, size) = (place.index.to_be_bytes(), place.size.to_be_bytes());
    [&index[..], &size, &place.root, &place.path.concat()].concat()
}

fn unpack(bytes: &[u8]) -> Option<Place> {
    let (index, rest) = bytes.split_first_chunk::<8>()?;
    let (size, rest) = rest.split_first_chunk::<8>()?;
    let (root, rest) = rest.split_first_chunk::<32>()?;
    let (path, rest) = rest.as_chunks::<32>();
    rest.is_empty().then(|| Place {
        index: u64::from_be_bytes(*index),
        size: u64::from_be_bytes(*size),
        root: *root,
        path: path.to_vec(),
    })
}
