//! To whom the outcome of an ask is sealed. Where the ask names nobody who has a key, it is sealed to a key that nobody
//! holds: whoever brought it learns nothing from that either.

use domain::id::PartyId;
use domain::journal::Leaf;
use domain::journal::tree::Hash;
use domain::time::Timestamp;
use wire::asks::outcome::{Outcome, Told};
use wire::jose::jwe::Fresh;
use wire::jose::jwk::PublicKey;

use crate::context::Context;
use crate::party::PartyRecord;

/// Whom an outcome is for.
#[derive(Clone, Debug)]
pub(super) struct Addressee {
    /// The recipient.
    pub(super) recipient: PartyId,
    /// The ask's name; empty while it could not be read.
    pub(super) jti: String,
    /// The keys of the recipient, by their thumbprints, the present one first.
    keys: Vec<(Hash, PublicKey)>,
}

impl Addressee {
    /// The recipient whose record this is; one without a record has no keys.
    pub(super) fn new(recipient: PartyId, record: Option<&PartyRecord>, now: Timestamp) -> Self {
        let sealing = record.into_iter().flat_map(|record| record.sealing.iter().rev());
        let present = sealing.filter(|key| key.from_ms <= now.unix_ms());
        let keys = present.filter_map(|key| Some((key.hash()?, key.jwk()?.key)));
        Self {
            recipient,
            jti: String::new(),
            keys: keys.collect(),
        }
    }

    /// The recipient's key with this thumbprint.
    pub(super) fn key(&self, thumbprint: Hash) -> Option<&PublicKey> {
        self.keys
            .iter()
            .find(|(hash, _)| *hash == thumbprint)
            .map(|(_, key)| key)
    }

    /// Seals what is no answer: to the recipient's present key, or to one that nobody holds.
    pub(super) fn seal(&self, context: &Context, leaf: Option<Leaf>, told: Told<'_>) -> String {
        match self.keys.first() {
            Some((_, key)) => self.seal_to(key, context, leaf, told),
            None => self.seal_to(&nobodys(context), context, leaf, told),
        }
    }

    /// Seals to one key.
    pub(super) fn seal_to(&self, key: &PublicKey, context: &Context, leaf: Option<Leaf>, told: Told<'_>) -> String {
        let outcome = Outcome {
            issuer: &context.config.gateway.issuer,
            recipient: self.recipient,
            jti: &self.jti,
            // Everybody can read it; what has no entry bears the latest one's place.
            leaf: leaf.or_else(|| latest(context)).unwrap_or_default(),
            told,
        };
        // Chance gives no private key once in 2³²; three in a row are not seen.
        (0..3)
            .find_map(|_| outcome.seal(key, fresh(context)).ok())
            .unwrap_or_default()
    }
}

/// The place of the journal's latest entry.
fn latest(context: &Context) -> Option<Leaf> {
    context.public.size().ok()?.checked_sub(1)
}

/// What one sealed text needs of chance.
pub(super) fn fresh(context: &Context) -> Fresh {
    Fresh {
        secret: context.chance.bytes(),
        nonce: context.chance.bytes(),
    }
}

/// The public half of a key whose private half is forgotten at once.
fn nobodys(context: &Context) -> PublicKey {
    loop {
        if let Ok(key) = wire::jose::AgreementKey::from_chance(context.chance.bytes()) {
            return key.public().key;
        }
    }
}
