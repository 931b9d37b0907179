//! A sealed outcome, opened by its recipient, who believes nothing of it that was not checked: for whom it is, which ask it
//! is of, and that the journal holds the answer.

use std::fmt;

use domain::id::{ConsentId, PartyId};
use domain::journal::Leaf;
use domain::journal::checkpoint::VerifierKey;
use domain::journal::receipt::{Receipt, ReceiptError};
use domain::secret::Secret;
use domain::time::Timestamp;
use serde_json::Value;

use super::outcome::Apv;
use super::told;
use crate::jose::AgreementKey;
use crate::jose::jwe::{Envelope, NotOpened};
use crate::jose::read_party;
use crate::json::{self, DEPTH_MAX, Fields, Node, ParseError};

/// A gateway whose outcomes the recipient believes.
#[derive(Clone, Copy, Debug)]
pub struct Trusted<'a> {
    /// Its issuer URL.
    pub issuer: &'a str,
    /// The key of its journal, which was given in another way than by an outcome.
    pub journal: &'a VerifierKey,
}

/// What the recipient knows beforehand.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The gateways that it believes: an ask that is sent to a hub is answered by a carrier's.
    pub trusted: &'a [Trusted<'a>],
    /// Itself.
    pub recipient: PartyId,
    /// The name of its ask.
    pub jti: &'a str,
}

/// An outcome that was checked.
#[derive(Debug)]
pub struct Opened {
    /// The gateway that tells it.
    pub issuer: String,
    /// The ask's first entry in the gateway's journal.
    pub leaf: Leaf,
    /// What became of the ask.
    pub told: OpenedTold,
}

/// What became of an ask.
#[derive(Debug)]
pub enum OpenedTold {
    /// It was answered.
    Answered {
        /// CAMARA's body. It holds a position, so that it is not printed by accident.
        answer: Secret<Vec<u8>>,
        /// The proof that the journal holds it; it was checked.
        receipt: Box<Receipt>,
    },
    /// The question is on the person's phone.
    Asked {
        /// The consent that may come of it.
        consent: ConsentId,
        /// Until when it can be answered.
        expires: Timestamp,
    },
    /// What became of a consent: the document of `GET /wayleave/v1/consents/{id}`.
    State(Value),
    /// There is no permission, or the ask itself was not taken.
    Refused(OpenedProblem),
    /// There is one, and no answer.
    Failed(OpenedProblem),
}

/// A problem as it was told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenedProblem {
    /// The status that a request without relays would have had.
    pub status: u16,
    /// CAMARA's code.
    pub code: String,
    /// What a person reads.
    pub message: String,
    /// In a sandbox, the true reason.
    pub reason: Option<String>,
    /// In a sandbox, what to do about it.
    pub next_step: Option<String>,
}

/// Why an outcome is not believed.
#[derive(Debug, PartialEq, Eq)]
pub enum NotBelieved {
    /// It does not open.
    NotOpened(NotOpened),
    /// What is inside is no outcome.
    Malformed(ParseError),
    /// It is another gateway's, for another recipient, or says something else outside than inside.
    Elsewhere,
    /// It is of another ask.
    OtherAsk,
    /// Its receipt is none of this journal's.
    Receipt(ReceiptError),
    /// Its receipt is for another answer, or another ask.
    OtherAnswer,
}

impl From<NotOpened> for NotBelieved {
    fn from(error: NotOpened) -> Self {
        Self::NotOpened(error)
    }
}

impl From<ParseError> for NotBelieved {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for NotBelieved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotOpened(error) => return error.fmt(f),
            Self::Malformed(error) => return write!(f, "the outcome is malformed: {error}"),
            Self::Receipt(error) => return error.fmt(f),
            Self::Elsewhere => "expected an outcome of this gateway for this recipient, found another",
            Self::OtherAsk => "expected the outcome of this ask, found another's",
            Self::OtherAnswer => "expected a receipt for this answer, found one for another",
        })
    }
}

impl std::error::Error for NotBelieved {}

/// Opens an outcome and checks it. An answer without a receipt of the journal is refused.
///
/// # Errors
/// See [`NotBelieved`].
pub fn open(jwe: &str, keys: &[AgreementKey], expected: Expected<'_>) -> Result<Opened, NotBelieved> {
    let envelope = Envelope::parse(jwe)?;
    let plain = envelope.open_with(&envelope.content_key_by_any(keys)?)?;
    let apv = std::str::from_utf8(envelope.apv()).ok().and_then(Apv::parse);
    let (inside, jti, told) = json::parse(plain.expose(), DEPTH_MAX)?.object(take)?;
    let trusted = expected.trusted.iter().find(|trusted| trusted.issuer == inside.issuer);
    let trusted = trusted
        .filter(|_| inside.recipient == expected.recipient && apv.as_ref() == Some(&inside))
        .ok_or(NotBelieved::Elsewhere)?;
    if jti != expected.jti {
        return Err(NotBelieved::OtherAsk);
    }
    if let OpenedTold::Answered { answer, receipt } = &told {
        check(answer, receipt, &inside, trusted.journal)?;
    }
    Ok(Opened {
        issuer: inside.issuer,
        leaf: inside.leaf,
        told,
    })
}

fn take(fields: &mut Fields) -> Result<(Apv, String, OpenedTold), ParseError> {
    fields.required("v")?.integer(1..=1)?;
    let apv = Apv {
        issuer: fields.required("iss")?.text()?,
        recipient: read_party(fields.required("aud")?)?,
        leaf: take_leaf(fields)?,
    };
    let jti = fields.required("jti")?.text()?;
    let take_told =
        fields
            .required("outcome")?
            .parsed("answered, asked, state, refused or failed", |word| match word {
                "answered" => Some(take_answered as fn(&mut Fields) -> Result<OpenedTold, ParseError>),
                "asked" => Some(take_asked),
                "state" => Some(|fields| Ok(OpenedTold::State(fields.required("consent")?.into_value()))),
                "refused" => Some(|fields| take_problem(fields).map(OpenedTold::Refused)),
                "failed" => Some(|fields| take_problem(fields).map(OpenedTold::Failed)),
                _ => None,
            })?;
    Ok((apv, jti, take_told(fields)?))
}

fn take_leaf(fields: &mut Fields) -> Result<Leaf, ParseError> {
    // The range keeps it positive.
    let leaf = fields.required("leaf")?.integer(0..=i64::MAX)?;
    Ok(leaf.unsigned_abs())
}

fn take_answered(fields: &mut Fields) -> Result<OpenedTold, ParseError> {
    let answer = fields.required("answer")?.into_value();
    let receipt = fields.required("receipt")?.into_value();
    let receipt = Receipt::from_json(&receipt.to_string())
        .map_err(|_| ParseError::new("a receipt", "something else").under_field("receipt"))?;
    Ok(OpenedTold::Answered {
        answer: Secret::new(answer.to_string().into_bytes()),
        receipt: Box::new(receipt),
    })
}

fn take_asked(fields: &mut Fields) -> Result<OpenedTold, ParseError> {
    Ok(OpenedTold::Asked {
        consent: fields
            .required("consent")?
            .parsed("a consent's id", |text| text.parse().ok())?,
        expires: fields
            .required("expiresAt")?
            .parsed("a date and time", Timestamp::from_rfc3339)?,
    })
}

fn take_problem(fields: &mut Fields) -> Result<OpenedProblem, ParseError> {
    let (status, code, message) = fields.required("problem")?.object(|problem| {
        // Clamping cannot happen, since the range lies within u16.
        let status = problem.required("status")?.integer(400..=599)?;
        let status = u16::try_from(status).unwrap_or(u16::MAX);
        Ok((
            status,
            problem.required("code")?.text()?,
            problem.required("message")?.text()?,
        ))
    })?;
    Ok(OpenedProblem {
        status,
        code,
        message,
        reason: fields.optional("reason").map(Node::text).transpose()?,
        next_step: fields.optional("nextStep").map(Node::text).transpose()?,
    })
}

/// The receipt is of the journal, of this answer, and of this ask: its entry names the recipient and the ask's first entry.
fn check(answer: &Secret<Vec<u8>>, receipt: &Receipt, inside: &Apv, journal: &VerifierKey) -> Result<(), NotBelieved> {
    receipt.verify(journal).map_err(NotBelieved::Receipt)?;
    let is_for = told::canonical(answer.expose()).is_some_and(|canonical| receipt.is_for(&canonical));
    let party: Value = serde_json::from_str(&receipt.party.text).unwrap_or_default();
    let of_this_ask = party.get("asked").and_then(Value::as_u64) == Some(inside.leaf)
        && party.get("recipient").and_then(Value::as_str) == Some(&inside.recipient.to_string());
    (is_for && of_this_ask).then_some(()).ok_or(NotBelieved::OtherAnswer)
}
