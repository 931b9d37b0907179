//! A recipient's side of signed asks, with this project's own codecs (the crates `wire` and `domain`). See signed-asks.md,
//! which says what each check is for.

use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use domain::number::Msisdn;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use wire::asks::opened::{Expected, NotBelieved, Opened, Trusted, open};
use wire::asks::{Wish, subject};
use wire::jose::jwe::Fresh;
use wire::jose::signed_ask::{Draft, sign};
use wire::jose::{AgreementKey, SealingJwk, SigningKey};

/// Who asks, and with which keys.
pub struct Recipient {
    /// The id under which the gateway's operator enrolled it.
    pub id: PartyId,
    /// Signs its asks.
    pub signing: SigningKey,
    /// Opens its outcomes; the one before a change stays in the list until its last outcome has come.
    pub sealing: Vec<AgreementKey>,
}

/// A gateway that is asked, and believed.
pub struct Gateway {
    /// Its issuer URL.
    pub issuer: String,
    /// Its published key with `use: enc`, which subjects are sealed to.
    pub key: SealingJwk,
    /// The key of its journal, given in another way than by an outcome.
    pub journal: VerifierKey,
}

/// What is new for each ask: chance that is used once, and the time.
pub struct Once {
    /// For the seal around the number.
    pub fresh: Fresh,
    /// The ask's name.
    pub jti: String,
    /// Now.
    pub now: Timestamp,
}

impl Recipient {
    /// A signed ask, good for a minute, to be posted as `{"ask": …}` by the recipient or by one of `relays`.
    ///
    /// # Errors
    /// If chance gave no key, or the key does not sign: draw again.
    pub fn ask(
        &self,
        gateway: &Gateway,
        number: Msisdn,
        purpose: Purpose,
        wish: &Wish,
        relays: &[PartyId],
        once: &Once,
    ) -> Result<String, Box<dyn std::error::Error>> {
        let subject = subject::seal(number, self.id, &gateway.key, once.fresh)?;
        let draft = Draft {
            recipient: self.id,
            audience: &gateway.issuer,
            jti: &once.jti,
            relays,
            subject: &subject,
            purpose,
            event: None,
            wish,
        };
        Ok(sign(&self.signing, draft, once.now)?)
    }

    /// What became of the ask named `jti`: it is for this recipient, from a gateway that it believes, and the journal holds
    /// the answer.
    ///
    /// # Errors
    /// If any of that does not hold.
    pub fn open(&self, outcome: &str, jti: &str, gateways: &[Gateway]) -> Result<Opened, NotBelieved> {
        let trusted: Vec<Trusted<'_>> = gateways
            .iter()
            .map(|gateway| Trusted {
                issuer: &gateway.issuer,
                journal: &gateway.journal,
            })
            .collect();
        let expected = Expected {
            trusted: &trusted,
            recipient: self.id,
            jti,
        };
        open(outcome, &self.sealing, expected)
    }
}
