//! DPoP (RFC 9449): with each request the sender proves that it holds the key to which its token is bound.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::time::Timestamp;
use serde::Serialize;

use super::claims::{LIFE_MAX, read_date, read_jti};
use super::compact::Unverified;
use super::fault::Fault;
use super::jwk::Thumbprint;
use super::signing_key::{KeyError, SigningKey};
use super::target::normalise;
use super::verifying_key::VerifyingKey;
use crate::json::{Node, ParseError};

/// The `typ` of a proof.
const TYPE: &str = "dpop+jwt";

/// A proof that was checked: whoever sent this request holds the key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proof {
    /// The key.
    pub key: Thumbprint,
    /// The proof's name, which may be used only once with this key.
    pub jti: String,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
}

/// The request that a proof must be for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Request<'a> {
    /// The method, in capitals.
    pub method: &'a str,
    /// The full address; its query and fragment are ignored.
    pub url: &'a str,
    /// The access token that comes with it, if one does.
    pub access_token: Option<&'a str>,
}

/// Checks the value of a `DPoP` header.
///
/// # Errors
/// If it is no proof, if its signature does not match the key that it carries, if that key comes with private members,
/// or if the proof is for another method, address, token or time.
pub fn verify(proof: &str, request: Request<'_>, now: Timestamp) -> Result<Proof, Fault> {
    let token = Unverified::parse(proof)?;
    if token.typ.as_deref() != Some(TYPE) {
        return Err(Fault::Type);
    }
    let key = token
        .jwk
        .ok_or_else(|| ParseError::new("the field", "nothing").under_field("jwk"))?;
    // Proofs are by ES256 alone, as the gateway announces (RFC 9449 §5.1); other statements may be signed by EdDSA too.
    if key.p256().is_none() {
        return Err(Fault::Algorithm);
    }
    token.verify(&key)?.open_object(|claims| {
        let jti = read_jti(claims.required("jti")?)?;
        let method = claims.required("htm")?.text()?;
        let address = claims.required("htu")?.text()?;
        let issued = read_date(claims.required("iat")?)?;
        let token_hash = claims.optional("ath").map(Node::text).transpose()?;
        let check = || {
            if method != request.method {
                return Err(Fault::Method);
            }
            if normalise(&address).is_none_or(|address| normalise(request.url).as_ref() != Some(&address)) {
                return Err(Fault::Address);
            }
            if token_hash != request.access_token.map(hash) {
                return Err(Fault::AccessToken);
            }
            if issued > now.after(LIFE_MAX) {
                return Err(Fault::NotYet);
            }
            if issued < now.before(LIFE_MAX) {
                Err(Fault::Expired)
            } else {
                Ok(())
            }
        };
        Ok(check().map(|()| made(&key, jti, issued)))
    })?
}

fn made(key: &VerifyingKey, jti: String, issued: Timestamp) -> Proof {
    Proof {
        key: key.thumbprint(),
        jti,
        expires: issued.after(LIFE_MAX),
    }
}

/// The `ath` of an access token.
fn hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, access_token.as_bytes()))
}

#[derive(Serialize)]
struct Claims<'a> {
    jti: &'a str,
    htm: &'a str,
    htu: &'a str,
    iat: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    ath: Option<String>,
}

/// Makes a proof for this side's own key. `jti` must be new each time.
///
/// # Errors
/// If the key does not sign.
pub fn sign(key: &SigningKey, request: Request<'_>, jti: &str, now: Timestamp) -> Result<String, KeyError> {
    let bare = request.url.split(['?', '#']).next().unwrap_or(request.url);
    let claims = Claims {
        jti,
        htm: request.method,
        htu: bare,
        iat: now.unix_seconds(),
        ath: request.access_token.map(hash),
    };
    key.sign_with_key(TYPE, &claims)
}
