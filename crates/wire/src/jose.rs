//! Signed tokens, all of them compact JWS by ES256 or `EdDSA` (RFC 7515, RFC 7518 §3.4, RFC 8037 §3.1): clients' assertions and requests, proofs of
//! possession, and the gateway's own access tokens and ID tokens; both ends of each, since the gateway is a client of other operators too.
//!
//! Signatures are the `jsonwebtoken` crate's. Its checks of claims are off: it reads the clock itself, and it would take
//! a claim that comes twice. Headers and claims are read by [`crate::json`], and times are compared with `now`.
//!
//! A signature's nonce is drawn inside AWS-LC, which offers no other way; everything else that needs chance is given
//! it as an argument.

pub mod access_token;
pub mod agreement_key;
pub mod assertion;
pub mod bearer;
pub mod certificate;
mod claims;
pub(crate) mod compact;
pub mod deletion;
pub mod dpop;
pub mod edwards_key;
mod fault;
pub mod id_token;
pub mod jwe;
pub mod jwk;
pub mod key_change;
pub mod notice;
mod p256_pair;
pub mod request_object;
pub mod sealing_key;
pub mod security_event;
mod sent;
pub mod signed_ask;
pub mod signing_key;
pub mod source_event;
mod statement;
pub mod stop;
mod target;
pub mod verifying_key;

pub use agreement_key::AgreementKey;
pub use fault::{Fault, FaultClass};
pub use sealing_key::SealingJwk;
pub(crate) use sent::read_party;
pub use signing_key::{KeyError, KeyUse, SigningKey};
pub use verifying_key::VerifyingKey;

#[cfg(test)]
mod tests;
