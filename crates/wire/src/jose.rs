//! Signed tokens, all of them compact JWS by ES256 (RFC 7515, RFC 7518 §3.4): clients' assertions and requests, proofs of
//! possession, and the gateway's own access tokens and ID tokens; both ends of each, since the gateway is a client of other operators too.
//!
//! Signatures are the `jsonwebtoken` crate's. Its checks of claims are off: it reads the clock itself, and it would take
//! a claim that comes twice. Headers and claims are read by [`crate::json`], and times are compared with `now`.
//!
//! A signature's nonce is drawn inside AWS-LC, which offers no other way; everything else that needs chance is given
//! it as an argument.

pub mod access_token;
pub mod assertion;
pub mod bearer;
pub mod certificate;
mod claims;
mod compact;
pub mod dpop;
mod fault;
pub mod id_token;
pub mod jwe;
pub mod jwk;
pub mod key_change;
pub mod request_object;
pub mod security_event;
pub mod signing_key;
mod statement;
mod target;

pub use fault::Fault;
pub use signing_key::{KeyError, KeyUse, SigningKey};

#[cfg(test)]
mod tests;
