//! Notices: a party or a regulator tells the gateway of misuse, that it suspended somebody itself, or that an agreement
//! ends. A notice is documented by the hashes of papers; the papers travel another way.

use domain::id::PartyId;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use serde::Serialize;
use serde_json::{Value, json};

use super::fault::Fault;
use super::jwk::Jwk;
use super::sent::{Sent, SentClaims, UnverifiedStatement, read_party, read_plain};
use super::signing_key::{KeyError, SigningKey};
use crate::json::{Fields, Node, ParseError};

/// The `typ` of a notice.
pub const TYPE: &str = "wayleave-notice+jwt";

/// How long a notice may travel.
pub const LIFE_MAX: Span = Span::seconds(300);

/// The longest text, in characters, and the most documents.
const TEXT_MAX: usize = 4000;
const DOCUMENTS_MAX: usize = 10;

/// The longest name of a document, in characters.
const NAME_MAX: usize = 128;

/// A notice that says whose it is, and that nobody has checked yet.
#[derive(Debug)]
#[must_use]
pub struct UnverifiedNotice<'a>(UnverifiedStatement<'a>);

/// A notice that was checked: its sender says so, to this gateway, now. Only [`UnverifiedNotice::verify`] makes one.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct SignedNotice {
    /// Who says so.
    pub sender: PartyId,
    /// The notice's name, which its sender may use only once.
    pub jti: String,
    /// When it was signed.
    pub issued: Timestamp,
    /// Until when the name must be remembered.
    pub expires: Timestamp,
    /// What it says.
    pub notice: Notice,
}

/// What a notice says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Whom it is about.
    pub about: PartyId,
    /// Which of that party's programmes; `None` for all.
    pub purpose: Option<Purpose>,
    /// What is told.
    pub kind: NoticeKind,
    /// In the sender's words: plain text of several lines.
    pub text: String,
    /// The papers that document it.
    pub documents: Vec<Document>,
}

/// What is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeKind {
    /// The party misuses what it is given.
    Misuse,
    /// The sender suspended it for itself.
    Suspended,
    /// The sender lifted its suspension.
    Resumed,
    /// The sender's agreement with it ends.
    Ending {
        /// The day.
        on: Day,
    },
}

/// A day of the calendar, `YYYY-MM-DD`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Day(String);

/// A paper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its name: plain, on one line.
    pub name: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl Day {
    /// Reads a day (RFC 3339 §5.6, `full-date`); `None` if it has another form or the calendar has no such day.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let begins = digits.then(|| Timestamp::from_rfc3339(&format!("{text}T00:00:00Z")));
        begins.flatten().map(|_| Self(text.to_owned()))
    }

    /// The day as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When it begins, in UTC.
    #[must_use]
    pub fn begins(&self) -> Timestamp {
        // It was read before; the epoch stands in for what cannot be.
        Timestamp::from_rfc3339(&format!("{}T00:00:00Z", self.0)).unwrap_or(Timestamp::from_unix_ms(0))
    }
}

impl NoticeKind {
    /// The claim's word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Misuse => "misuse",
            Self::Suspended => "suspended",
            Self::Resumed => "resumed",
            Self::Ending { .. } => "ending",
        }
    }
}

impl<'a> UnverifiedNotice<'a> {
    /// Reads as much as is needed to look up the sender's keys.
    ///
    /// # Errors
    /// If it is no signed token of this type, or its `iss` is no party's id.
    pub fn parse(text: &'a str) -> Result<Self, Fault> {
        UnverifiedStatement::parse_long(text, TYPE).map(Self)
    }

    /// Whose notice it says it is.
    #[must_use]
    pub const fn sender(&self) -> PartyId {
        self.0.issuer()
    }

    /// Checks it with the sender's keys, for one of the names of this gateway, at `now`.
    ///
    /// # Errors
    /// If the signature, a claim, the audience or a time is not as it must be.
    pub fn verify(&self, keys: &[Jwk], audiences: &[&str], now: Timestamp) -> Result<SignedNotice, Fault> {
        let (sent, notice) = self
            .0
            .verify(keys)?
            .object(|claims| Ok((Sent::take(claims)?, take_notice(claims)?)))?;
        sent.check(audiences, LIFE_MAX, now)?;
        Ok(SignedNotice {
            sender: sent.issuer,
            jti: sent.jti,
            issued: sent.issued,
            expires: sent.expires,
            notice,
        })
    }
}

fn take_notice(claims: &mut Fields) -> Result<Notice, ParseError> {
    Ok(Notice {
        about: read_party(claims.required("about")?)?,
        purpose: claims
            .optional("purpose")
            .map(|node| node.parsed("a purpose of the policy", Purpose::from_term))
            .transpose()?,
        kind: take_kind(claims)?,
        text: read_plain(claims.required("text")?, TEXT_MAX, true)?,
        documents: claims
            .optional("documents")
            .map_or(Ok(Vec::new()), |node| node.list(0..=DOCUMENTS_MAX, read_document))?,
    })
}

fn take_kind(claims: &mut Fields) -> Result<NoticeKind, ParseError> {
    let kind = claims
        .required("kind")?
        .parsed("misuse, suspended, resumed or ending", |kind| match kind {
            "misuse" => Some(Some(NoticeKind::Misuse)),
            "suspended" => Some(Some(NoticeKind::Suspended)),
            "resumed" => Some(Some(NoticeKind::Resumed)),
            "ending" => Some(None),
            _ => None,
        })?;
    match kind {
        Some(kind) => Ok(kind),
        None => Ok(NoticeKind::Ending {
            on: claims.required("on")?.parsed("a day such as 2027-01-31", Day::parse)?,
        }),
    }
}

fn read_document(node: Node) -> Result<Document, ParseError> {
    node.object(|fields| {
        Ok(Document {
            name: read_plain(fields.required("name")?, NAME_MAX, false)?,
            sha256: fields
                .required("sha256")?
                .parsed("64 hexadecimal digits in small letters", read_hex)?,
        })
    })
}

fn read_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let small = text.len() == 64
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    for (index, byte) in bytes.iter_mut().enumerate().filter(|_| small) {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    small.then_some(bytes)
}

#[derive(Serialize)]
struct Claims<'a> {
    #[serde(flatten)]
    sent: SentClaims<'a>,
    about: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<&'a str>,
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<&'a str>,
    text: &'a str,
    documents: Vec<Value>,
}

/// Makes a notice of this sender for the gateway at `audience`. `jti` must be new each time.
///
/// # Errors
/// If the key does not sign.
pub fn sign(
    key: &SigningKey,
    sender: PartyId,
    audience: &str,
    jti: &str,
    notice: &Notice,
    now: Timestamp,
) -> Result<String, KeyError> {
    let documents = notice.documents.iter().map(|document| {
        let sha256 = domain::journal::entry::hex(&document.sha256);
        json!({ "name": document.name, "sha256": sha256 })
    });
    let claims = Claims {
        sent: SentClaims::new(sender, audience, jti, LIFE_MAX, now),
        about: notice.about.to_string(),
        purpose: notice.purpose.map(Purpose::term),
        kind: notice.kind.word(),
        on: match &notice.kind {
            NoticeKind::Ending { on } => Some(on.as_str()),
            NoticeKind::Misuse | NoticeKind::Suspended | NoticeKind::Resumed => None,
        },
        text: &notice.text,
        documents: documents.collect(),
    };
    key.sign(TYPE, &claims)
}
