//! Public keys that outcomes and subjects are sealed to: on P-256, for ECDH-ES (RFC 7518 §4.6).

use serde_json::Value;

use super::jwk::{PublicKey, Thumbprint, require_kty, take_extractable, take_kid, take_word};
use crate::json::{self, DEPTH_MAX, Node, ParseError};

/// A public key to seal to, with the name under which its owner publishes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealingJwk {
    /// The key's name; its thumbprint if the owner gives none.
    pub kid: String,
    /// The key.
    pub key: PublicKey,
}

impl SealingJwk {
    /// The key under its thumbprint as a name.
    #[must_use]
    pub fn named_by_thumbprint(key: PublicKey) -> Self {
        Self {
            kid: key.thumbprint().to_string(),
            key,
        }
    }

    /// Reads a public JWK from a file or a body.
    ///
    /// # Errors
    /// As [`SealingJwk::read`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        Self::read(json::parse(bytes, DEPTH_MAX)?)
    }

    /// Reads a public JWK for ECDH-ES. Any member that is not known is refused, above all the private `d`.
    ///
    /// # Errors
    /// If it is no point on P-256, is meant for another use, or has members beyond those of a public key.
    pub fn read(node: Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            require_kty(fields)?;
            let key = PublicKey::take(fields)?;
            let kid = take_kid(fields)?.unwrap_or_else(|| key.thumbprint().to_string());
            take_word(fields, "use", "enc")?;
            take_word(fields, "alg", "ECDH-ES")?;
            if let Some(operations) = fields.optional("key_ops") {
                // RFC 7517 §4.3: a public key for agreement has no operation of its own.
                operations.list(0..=0, Node::text)?;
            }
            take_extractable(fields)?;
            Ok(Self { kid, key })
        })
    }

    /// The key's name for the whole world (RFC 7638), by which a consent pins it.
    #[must_use]
    pub fn thumbprint(&self) -> Thumbprint {
        self.key.thumbprint()
    }

    /// The JWK as it is published.
    #[must_use]
    pub fn print(&self) -> Value {
        let mut jwk = self.key.print();
        if let Value::Object(members) = &mut jwk {
            members.insert("kid".to_owned(), Value::from(self.kid.as_str()));
            members.insert("use".to_owned(), Value::from("enc"));
            members.insert("alg".to_owned(), Value::from("ECDH-ES"));
        }
        jwk
    }
}
