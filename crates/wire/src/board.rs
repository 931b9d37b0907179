//! What the scripts of the board's pages send about keys.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::permission::assertion::Assertion;
use domain::permission::evidence::HandsetKey;

use crate::jose::jwk::PublicKey;
use crate::json::{self, DEPTH_MAX, Fields, Node, ParseError};

/// What a challenge is wanted for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyRequest {
    /// A new key.
    Enrol,
    /// Signing in.
    SignIn,
}

impl KeyRequest {
    /// Reads `{"aim":"enrol"}` or `{"aim":"sign-in"}`.
    ///
    /// # Errors
    /// If it is not one JSON document of that form.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            fields.required("aim")?.parsed("enrol or sign-in", |text| match text {
                "enrol" => Some(Self::Enrol),
                "sign-in" => Some(Self::SignIn),
                _ => None,
            })
        })
    }
}

/// What a key makes of a challenge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyAnswer {
    /// A passkey was made.
    NewPasskey {
        /// The authenticator data with the new credential.
        authenticator_data: Vec<u8>,
        /// The client data, as JSON bytes.
        client_data: Vec<u8>,
    },
    /// A browser made a key and signed the challenge with it.
    NewBrowserKey {
        /// The key, checked to be a point on P-256.
        key: HandsetKey,
        /// The signature: r and s.
        signature: [u8; 64],
    },
    /// A passkey signed.
    Passkey {
        /// The credential's id.
        credential: Vec<u8>,
        /// What it signed.
        assertion: Box<Assertion>,
    },
    /// A browser's key signed the challenge.
    BrowserKey {
        /// The key's thumbprint.
        credential: Vec<u8>,
        /// The signature: r and s.
        signature: [u8; 64],
    },
}

/// The longest part of an answer, in bytes: client data and authenticator data are a few hundred.
const PART_BYTES_MAX: usize = 4096;

fn bytes(node: Node) -> Result<Vec<u8>, ParseError> {
    node.parsed("1 to 4096 bytes in base64url", |text| {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (1..=PART_BYTES_MAX).contains(&bytes.len()).then_some(bytes)
    })
}

fn signature(node: Node) -> Result<[u8; 64], ParseError> {
    node.parsed("64 bytes in base64url", |text| {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
    })
}

impl KeyAnswer {
    /// Reads the ticket and the answer.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form.
    pub fn parse(body: &[u8]) -> Result<(String, Self), ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let ticket = fields
                .required("ticket")?
                .parsed("a ticket of at most 1024 characters", |text| {
                    (text.len() <= 1024).then(|| text.to_owned())
                })?;
            let read =
                fields
                    .required("kind")?
                    .parsed(
                        "new-passkey, new-browser-key, passkey or browser-key",
                        |kind| match kind {
                            "new-passkey" => Some(Self::new_passkey as fn(&mut Fields) -> Result<Self, ParseError>),
                            "new-browser-key" => Some(Self::new_browser_key),
                            "passkey" => Some(Self::passkey),
                            "browser-key" => Some(Self::browser_key),
                            _ => None,
                        },
                    )?;
            Ok((ticket, read(fields)?))
        })
    }

    fn new_passkey(fields: &mut Fields) -> Result<Self, ParseError> {
        Ok(Self::NewPasskey {
            authenticator_data: bytes(fields.required("authenticatorData")?)?,
            client_data: bytes(fields.required("clientData")?)?,
        })
    }

    fn new_browser_key(fields: &mut Fields) -> Result<Self, ParseError> {
        let key = PublicKey::read(fields.required("key")?)?;
        Ok(Self::NewBrowserKey {
            key: HandsetKey {
                x: *key.x(),
                y: *key.y(),
            },
            signature: signature(fields.required("signature")?)?,
        })
    }

    fn passkey(fields: &mut Fields) -> Result<Self, ParseError> {
        Ok(Self::Passkey {
            credential: bytes(fields.required("credential")?)?,
            assertion: Box::new(read_assertion(fields)?),
        })
    }

    fn browser_key(fields: &mut Fields) -> Result<Self, ParseError> {
        Ok(Self::BrowserKey {
            credential: bytes(fields.required("credential")?)?,
            signature: signature(fields.required("signature")?)?,
        })
    }
}

/// What the question's page sends when the person agrees with their passkey.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeyAgreement {
    /// The credential's id.
    pub credential: Vec<u8>,
    /// What it signed.
    pub assertion: Assertion,
}

impl PasskeyAgreement {
    /// Reads the body of `POST /c/{token}/agree-passkey`.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            Ok(Self {
                credential: bytes(fields.required("credential")?)?,
                assertion: read_assertion(fields)?,
            })
        })
    }
}

/// Takes `authenticatorData`, `clientData` and `signature` of a passkey's assertion.
fn read_assertion(fields: &mut Fields) -> Result<Assertion, ParseError> {
    Ok(Assertion {
        authenticator_data: bytes(fields.required("authenticatorData")?)?,
        client_data: bytes(fields.required("clientData")?)?,
        signature: bytes(fields.required("signature")?)?,
    })
}

/// Reads the key of a first screen: `{"key": …}`, a public key on P-256 that WebCrypto made for ECDH.
///
/// # Errors
/// If it is not one JSON document of that form, or no point on the curve.
pub fn read_visit_key(body: &[u8]) -> Result<PublicKey, ParseError> {
    json::parse(body, DEPTH_MAX)?.object(|fields| PublicKey::read(fields.required("key")?))
}

/// What a first screen sends once its visit has begun.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VisitRequest {
    /// The sealed ticket of the visit.
    pub visit: String,
}

impl VisitRequest {
    /// Reads `{"visit": …}`.
    ///
    /// # Errors
    /// If it is not one JSON document of that form.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let visit = fields
                .required("visit")?
                .parsed("a ticket of at most 1024 characters", |text| {
                    (text.len() <= 1024).then(|| text.to_owned())
                })?;
            Ok(Self { visit })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_one_form() {
        let passkey = br#"{"ticket":"t","kind":"passkey","credential":"AQ","authenticatorData":"Ag","clientData":"Aw","signature":"BA"}"#;
        let (ticket, answer) = KeyAnswer::parse(passkey).expect("read");
        assert_eq!(ticket, "t");
        let KeyAnswer::Passkey { credential, assertion } = answer else {
            panic!("a passkey")
        };
        assert_eq!((credential, assertion.client_data), (vec![1], vec![3]));
        for bad in [
            r#"{"ticket":"t","kind":"passkey","credential":"","authenticatorData":"Ag","clientData":"Aw","signature":"BA"}"#,
            r#"{"ticket":"t","kind":"password"}"#,
            r#"{"ticket":"t","kind":"browser-key","credential":"AQ","signature":"BA"}"#,
            r#"{"ticket":"t","kind":"browser-key","credential":"AQ"}"#,
            r#"{"kind":"new-passkey","authenticatorData":"Ag","clientData":"Aw"}"#,
            r#"{"ticket":"t","kind":"new-passkey","authenticatorData":"Ag","clientData":"Aw","more":1}"#,
        ] {
            assert!(KeyAnswer::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert_eq!(KeyRequest::parse(br#"{"aim":"sign-in"}"#), Ok(KeyRequest::SignIn));
        assert!(KeyRequest::parse(br#"{"aim":"x"}"#).is_err());
    }
}
