//! Columns that only the key directory can open: AES-256-GCM under keys derived per table and 2²⁰ rows, so that random
//! nonces do not run out; the associated data names table, column and row, so that no value can be moved to another.

pub mod fields;
pub mod ticket;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use domain::journal::keys::mac;
use domain::secret::Secret;

use crate::chance::SystemChance;

/// So many rows share a key.
const ROWS_PER_KEY_BITS: u32 = 20;

/// Seals and opens columns.
#[derive(Debug)]
pub struct Sealer {
    master: Secret<[u8; 32]>,
    stamps: hmac::Key,
    chance: SystemChance,
    journal: u32,
}

/// A sealed value that does not open: altered, moved, or sealed under other keys.
#[derive(Debug, PartialEq, Eq)]
pub struct SealError;

impl std::fmt::Display for SealError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("expected a column sealed under the keys of this data directory, found another")
    }
}

impl std::error::Error for SealError {}

/// Where a sealed value lives.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's integer key.
    pub row: i64,
}

impl Place {
    fn associated(self) -> Vec<u8> {
        format!("{}\n{}\n{}", self.table, self.column, self.row).into_bytes()
    }
}

impl Sealer {
    /// A sealer under a master secret.
    #[must_use]
    pub fn new(master: Secret<[u8; 32]>) -> Self {
        Self {
            stamps: hmac::Key::new(hmac::HMAC_SHA256, &mac(master.expose(), b"wayleave stamps")),
            master,
            journal: 1,
            chance: SystemChance::new(),
        }
    }

    /// The same for the journal of this number: tickets of an earlier one are void, since a restore may have brought back
    /// what they rest on.
    #[must_use]
    pub fn of_journal(self, journal: u32) -> Self {
        Self { journal, ..self }
    }

    /// The stamp of a row that decisions rest on: whoever can write to the store, but has no keys, cannot make one. `key`
    /// is the row's own, 16 bytes.
    #[must_use]
    pub fn stamp(&self, table: &'static str, key: [u8; 16], value: &[u8]) -> [u8; 16] {
        let mut context = hmac::Context::with_key(&self.stamps);
        [table.as_bytes(), b"\n", &key[..], value]
            .into_iter()
            .for_each(|part| context.update(part));
        let mut stamp = [0; 16];
        stamp.copy_from_slice(&context.sign().as_ref()[..16]);
        stamp
    }

    fn key(&self, place: Place) -> Option<LessSafeKey> {
        let range = place.row >> ROWS_PER_KEY_BITS;
        let key = mac(
            self.master.expose(),
            format!("wayleave column\n{}\n{range}", place.table).as_bytes(),
        );
        UnboundKey::new(&AES_256_GCM, &key).ok().map(LessSafeKey::new)
    }

    /// Seals `plain` for its place: nonce, ciphertext and tag.
    ///
    /// # Errors
    /// When the cryptographic library refuses, which it does for no value of this size.
    pub fn seal(&self, place: Place, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE_LEN] = self.chance.bytes();
        let mut sealed = plain.to_vec();
        self.key(place)
            .ok_or(SealError)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.associated()),
                &mut sealed,
            )
            .map_err(|_| SealError)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// When it was altered, moved, or sealed under other keys.
    pub fn open(&self, place: Place, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (nonce, rest) = sealed.split_at_checked(NONCE_LEN).ok_or(SealError)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError)?;
        let mut buffer = rest.to_vec();
        let plain = self
            .key(place)
            .ok_or(SealError)?
            .open_in_place(nonce, Aad::from(place.associated()), &mut buffer)
            .map_err(|_| SealError)?;
        Ok(plain.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_for_one_value_of_one_row() {
        let sealer = Sealer::new(Secret::new([3; 32]));
        let stamp = sealer.stamp("person", [1; 16], b"facts");
        assert_eq!(sealer.stamp("person", [1; 16], b"facts"), stamp);
        assert_ne!(sealer.stamp("party", [1; 16], b"facts"), stamp);
        assert_ne!(sealer.stamp("person", [2; 16], b"facts"), stamp);
        assert_ne!(sealer.stamp("person", [1; 16], b"other"), stamp);
        assert_ne!(
            Sealer::new(Secret::new([4; 32])).stamp("person", [1; 16], b"facts"),
            stamp
        );
    }

    #[test]
    fn a_sealed_value_opens_in_its_place_only() {
        let sealer = Sealer::new(Secret::new([3; 32]));
        let place = Place {
            table: "consent",
            column: "number",
            row: 7,
        };
        let sealed = sealer.seal(place, b"a number").expect("seals");
        assert_eq!(sealer.open(place, &sealed), Ok(b"a number".to_vec()));
        assert_eq!(sealer.open(Place { row: 8, ..place }, &sealed), Err(SealError));
        assert_eq!(
            sealer.open(
                Place {
                    column: "words",
                    ..place
                },
                &sealed
            ),
            Err(SealError)
        );
        assert_eq!(Sealer::new(Secret::new([4; 32])).open(place, &sealed), Err(SealError));
        let mut altered = sealed;
        altered[20] ^= 1;
        assert_eq!(sealer.open(place, &altered), Err(SealError));
        assert_eq!(sealer.open(place, b"short"), Err(SealError));
    }
}
