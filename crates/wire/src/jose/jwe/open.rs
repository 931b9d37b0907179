//! Opening (RFC 7516 §5.2): by the private key that it was sealed to, or by the key of this one text alone, which whoever
//! can open it may give on without giving away their own.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::secret::Secret;

use super::derive::derive;
use super::{AGREEMENT, ENCRYPTION};
use crate::jose::agreement_key::AgreementKey;
use crate::jose::jwk::{PublicKey, read_coordinate, require_kty, take_kid};
use crate::json::{self, Node, ParseError};

/// The longest sealed text that is read, in bytes.
const BYTES_MAX: usize = 65_536;

/// The length of the tag, in bytes: RFC 7518 §5.3 knows no other.
const TAG_BYTES: usize = 16;

/// How deep a header may nest: `epk` is an object.
const DEPTH_MAX: usize = 2;

/// Why a sealed text was not opened. None of it tells what was inside.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotOpened {
    /// It is longer than is read here.
    TooLong,
    /// It is no compact JWE of the one kind that is taken.
    Malformed(ParseError),
    /// It was sealed to another key, or altered.
    Key,
    /// It opens, and holds something else than it should.
    Content,
}

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed(error) => return write!(f, "malformed: {error}"),
            Self::TooLong => "expected a sealed text of at most 65536 bytes, found a longer one",
            Self::Key => "expected a text that was sealed to this key, found one for another key, or an altered one",
            Self::Content => "expected a sealed text of another kind",
        })
    }
}

impl std::error::Error for NotOpened {}

impl From<ParseError> for NotOpened {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

/// The key of one sealed text. Its `Debug` says only that it is there.
#[derive(Debug)]
pub struct ContentKey(Secret<[u8; 32]>);

impl ContentKey {
    /// Reads 32 bytes in base64url.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        read_coordinate(text).map(|bytes| Self(Secret::new(bytes)))
    }

    /// The key in base64url.
    #[must_use]
    pub fn print(&self) -> Secret<String> {
        Secret::new(URL_SAFE_NO_PAD.encode(self.0.expose()))
    }
}

/// A sealed text whose header was read, and that nobody has opened yet. What the header says is vouched for once one of the
/// keys opens it.
#[derive(Debug)]
#[must_use]
pub struct Envelope<'a> {
    /// The header as it came, which the tag covers.
    header: &'a str,
    kid: Option<String>,
    apu: Vec<u8>,
    apv: Vec<u8>,
    point: PublicKey,
    nonce: [u8; NONCE_LEN],
    /// The ciphertext and its tag.
    sealed: Vec<u8>,
}

impl<'a> Envelope<'a> {
    /// Reads a compact JWE.
    ///
    /// # Errors
    /// If it is too long, another algorithm's, compressed, has a header member that is not known here, or a point that is
    /// not on the curve.
    pub fn parse(text: &'a str) -> Result<Self, NotOpened> {
        if text.len() > BYTES_MAX {
            return Err(NotOpened::TooLong);
        }
        let parts: Vec<&str> = text.split('.').collect();
        let [header, key, nonce, sealed, tag] = parts.as_slice() else {
            return Err(ParseError::new("five parts", "another number of parts").into());
        };
        // Direct agreement has no encrypted key (RFC 7516 §5.2, step 10).
        if !key.is_empty() {
            return Err(ParseError::new("no encrypted key", "one").into());
        }
        let nonce = decode(nonce)?
            .try_into()
            .map_err(|_| ParseError::new("12 bytes of nonce", "another number"))?;
        let tag = decode(tag)?;
        if tag.len() != TAG_BYTES {
            return Err(ParseError::new("16 bytes of tag", "another number").into());
        }
        let sealed = [decode(sealed)?, tag].concat();
        let fields = json::parse(&decode(header)?, DEPTH_MAX)?;
        Ok(fields.object(|fields| {
            let exactly = |node: Node, value: &'static str| node.parsed(value, |text| (text == value).then_some(()));
            exactly(fields.required("alg")?, AGREEMENT)?;
            exactly(fields.required("enc")?, ENCRYPTION)?;
            let point = fields.required("epk")?.object(|fields| {
                require_kty(fields)?;
                PublicKey::take(fields)
            })?;
            let party = |node: Node| node.parsed("base64url without padding", |text| URL_SAFE_NO_PAD.decode(text).ok());
            Ok(Self {
                header,
                kid: take_kid(fields)?,
                apu: fields.optional("apu").map_or(Ok(Vec::new()), party)?,
                apv: fields.optional("apv").map_or(Ok(Vec::new()), party)?,
                point,
                nonce,
                sealed,
            })
        })?)
    }

    /// The name of the key that it says it is sealed to.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Who it says sealed it; empty if it does not say.
    #[must_use]
    pub fn apu(&self) -> &[u8] {
        &self.apu
    }

    /// For whom and for what it says it is; empty if it does not say.
    #[must_use]
    pub fn apv(&self) -> &[u8] {
        &self.apv
    }

    /// The key of this text alone, checked to open it.
    ///
    /// # Errors
    /// `Key` if it was sealed to another key, or altered.
    pub fn content_key(&self, key: &AgreementKey) -> Result<ContentKey, NotOpened> {
        let content = key
            .agree(&self.point, |shared| {
                derive::<32>(shared, ENCRYPTION, &self.apu, &self.apv)
            })
            .map(|bytes| ContentKey(Secret::new(bytes)))
            .ok_or(NotOpened::Key)?;
        self.open_with(&content)?;
        Ok(content)
    }

    /// What is inside, by the key of this text.
    ///
    /// # Errors
    /// `Key` if it is another text's key, or if the text was altered.
    pub fn open_with(&self, key: &ContentKey) -> Result<Secret<Vec<u8>>, NotOpened> {
        let key = UnboundKey::new(&AES_256_GCM, key.0.expose()).map_err(|_| NotOpened::Key)?;
        let mut bytes = self.sealed.clone();
        let opened = LessSafeKey::new(key)
            .open_in_place(
                Nonce::assume_unique_for_key(self.nonce),
                Aad::from(self.header.as_bytes()),
                &mut bytes,
            )
            .map_err(|_| NotOpened::Key)?
            .len();
        bytes.truncate(opened);
        Ok(Secret::new(bytes))
    }

    /// The content's key by the one of `keys` that the `kid` names, or by each of them if there is none.
    ///
    /// # Errors
    /// `Key` if none of them opens it.
    pub fn content_key_by_any(&self, keys: &[AgreementKey]) -> Result<ContentKey, NotOpened> {
        keys.iter()
            .filter(|key| self.kid.as_ref().is_none_or(|kid| *kid == key.public().kid))
            .find_map(|key| self.content_key(key).ok())
            .ok_or(NotOpened::Key)
    }
}

fn decode(part: &str) -> Result<Vec<u8>, ParseError> {
    URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| ParseError::new("base64url without padding", "something else"))
}

/// What was sealed to this key.
///
/// # Errors
/// See [`NotOpened`].
pub fn open(jwe: &str, key: &AgreementKey) -> Result<Secret<Vec<u8>>, NotOpened> {
    let envelope = Envelope::parse(jwe)?;
    envelope.open_with(&envelope.content_key(key)?)
}

/// The key of this one text, which opens no other: for giving on.
///
/// # Errors
/// See [`NotOpened`].
pub fn content_key(jwe: &str, key: &AgreementKey) -> Result<ContentKey, NotOpened> {
    Envelope::parse(jwe)?.content_key(key)
}

/// What was sealed, by the key of this one text.
///
/// # Errors
/// See [`NotOpened`].
pub fn open_with(jwe: &str, key: &ContentKey) -> Result<Secret<Vec<u8>>, NotOpened> {
    Envelope::parse(jwe)?.open_with(key)
}
