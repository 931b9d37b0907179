//! The compact form: three parts, of which the first says how to read the others.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Validation;
use jsonwebtoken::errors::ErrorKind;

use super::fault::Fault;
use super::jwk::Jwk;
use super::verifying_key::{Algorithm, VerifyingKey};
use crate::json::{self, Node, ParseError, Value};

/// The longest token that is read where nothing else is said, in bytes.
const BYTES_MAX: usize = 8192;

/// How deep the parts of a token may nest.
const DEPTH_MAX: usize = 6;

/// A token whose header was read and whose signature was not checked yet.
#[derive(Debug)]
pub(crate) struct Unverified<'a> {
    text: &'a str,
    payload: &'a str,
    algorithm: Algorithm,
    /// The media type without `application/`, in lower case, since such types ignore case.
    pub(crate) typ: Option<String>,
    /// Which of the sender's keys signed it.
    pub(crate) kid: Option<String>,
    /// The key that the token carries itself.
    pub(crate) jwk: Option<VerifyingKey>,
}

impl<'a> Unverified<'a> {
    /// Reads the header. Extensions that the sender declares critical are refused, since none is known here.
    pub(crate) fn parse(text: &'a str) -> Result<Self, Fault> {
        Self::parse_up_to(text, BYTES_MAX)
    }

    /// As [`Unverified::parse`], for statements that may be longer.
    pub(crate) fn parse_up_to(text: &'a str, bytes_max: usize) -> Result<Self, Fault> {
        if text.len() > bytes_max {
            return Err(Fault::TooLong);
        }
        let mut parts = text.split('.');
        let (Some(header), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(ParseError::new("three parts", "another number of parts").into());
        };
        decode(header)?
            .open_object(|fields| {
                if fields.has("crit") || fields.has("b64") {
                    return Err(ParseError::new("no critical extension", "one").under_field("crit"));
                }
                let alg = fields.required("alg")?.text()?;
                let typ = fields
                    .optional("typ")
                    .map(Node::text)
                    .transpose()?
                    .map(|typ| media_type(&typ));
                let kid = fields.optional("kid").map(Node::text).transpose()?;
                // A key is read only for an algorithm that is taken, so that a key of another kind is not called malformed.
                let algorithm = Algorithm::named(&alg);
                let jwk = fields
                    .optional("jwk")
                    .filter(|_| algorithm.is_some())
                    .map(Jwk::read)
                    .transpose()?
                    .map(|jwk| jwk.key);
                Ok(algorithm.map(|algorithm| Self {
                    text,
                    payload,
                    algorithm,
                    typ,
                    kid,
                    jwk,
                }))
            })?
            .ok_or(Fault::Algorithm)
    }

    /// The claims as they stand, before anybody vouches for them: only good for finding out whose key to check with.
    pub(crate) fn unverified_claims(&self) -> Result<Node, Fault> {
        Ok(decode(self.payload)?)
    }

    /// The payload's bytes, whoever signed them.
    pub(crate) fn payload_bytes(&self) -> Result<Vec<u8>, Fault> {
        Ok(decode_bytes(self.payload)?)
    }

    /// Checks the signature with the given key and reads the claims. What the token says of its algorithm has to be what
    /// the key is for, so that no key is ever used in a way that its owner did not mean.
    pub(crate) fn verify(&self, key: &VerifyingKey) -> Result<Node, Fault> {
        if self.algorithm != key.algorithm() {
            return Err(Fault::Algorithm);
        }
        jsonwebtoken::decode::<Value>(self.text, &key.for_library(), &signature_only(self.algorithm))
            .map(|token| Node::whole(token.claims))
            .map_err(|error| match error.kind() {
                ErrorKind::InvalidSignature => Fault::Signature,
                _ => ParseError::new("a signed JSON object", "something else").into(),
            })
    }

    /// Checks the signature with the one of `keys` that the `kid` names, or with each of its kind if there is none.
    pub(crate) fn verify_by_any(&self, keys: &[Jwk]) -> Result<Node, Fault> {
        let named = |jwk: &&Jwk| match &self.kid {
            Some(kid) => *kid == jwk.kid,
            None => self.algorithm == jwk.key.algorithm(),
        };
        let mut result = Err(Fault::UnknownKey);
        for jwk in keys.iter().filter(named) {
            result = self.verify(&jwk.key);
            if result.is_ok() {
                break;
            }
        }
        result
    }
}

/// RFC 7515 §4.1.9: the prefix may be left out, and media types ignore case.
fn media_type(typ: &str) -> String {
    let lower = typ.to_ascii_lowercase();
    lower.strip_prefix("application/").map_or(lower.clone(), str::to_owned)
}

fn decode(part: &str) -> Result<Node, ParseError> {
    json::parse(&decode_bytes(part)?, DEPTH_MAX)
}

fn decode_bytes(part: &str) -> Result<Vec<u8>, ParseError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ParseError::new("base64url without padding", "something else"))
}

/// Nothing but the signature: every claim is checked here, against the caller's `now`.
fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm.of_library());
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}
