//! What CAMARA has no word for: a recipient's request for a consent and its state, and what the question's page sends.

pub mod lines;
pub mod wish;
mod within;

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::geo::{Circle, Metres, Point};
use domain::id::{AskId, ConsentId, PartyId};
use domain::number::Msisdn;
use domain::permission::evidence::HandsetKey;
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::permission::within::Within;
use domain::time::{Span, Timestamp};
use serde_json::{Map, Value, json};

use crate::camara::area::RADIUS_METRES_MAX;
use crate::jose::jwk::PublicKey;
use crate::jose::read_party;
use crate::jose::signed_ask::RELAYS_MAX;
use crate::json::{self, DEPTH_MAX, Fields, Node, ParseError};
use crate::words::Locale;
use wish::ConsentWish;

/// What a recipient asks a person for: `POST /wayleave/v1/consents`. Whether the policy allows it is decided later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentRequest {
    /// Whom.
    pub number: Msisdn,
    /// How exact.
    pub precision: Precision,
    /// At most so many asks in all; `None` for no such limit.
    pub count: Option<u32>,
    /// At most so many asks within an hour; `None` for no such limit.
    pub per_hour: Option<u32>,
    /// How long, from the moment it is given.
    pub lasts: Span,
    /// The recipient's own reference.
    pub case: CaseReference,
    /// Where the position shall come from.
    pub origin: Origin,
    /// When asks shall be covered; `None` for always.
    pub within: Option<Within>,
    /// The language to ask in; `None` for the gateway's usual one.
    pub locale: Option<Locale>,
}

impl ConsentRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let number = read_number(fields.required("phoneNumber")?)?;
            Ok(ConsentWish::take(fields)?.about(number))
        })
    }

    /// Reads the body of a request that may also name `relays`: who may carry asks and answers, from the recipient outward.
    ///
    /// # Errors
    /// As [`ConsentRequest::parse`], and if a relay is named twice, or there are more than an ask may name.
    pub fn parse_with_relays(body: &[u8]) -> Result<(Self, Vec<PartyId>), ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let number = read_number(fields.required("phoneNumber")?)?;
            let read = |node: Node| node.list(0..=RELAYS_MAX, read_party);
            let relays = fields.optional("relays").map_or(Ok(Vec::new()), read)?;
            let once: BTreeSet<[u8; 16]> = relays.iter().map(|relay| relay.to_bytes()).collect();
            if once.len() < relays.len() {
                return Err(ParseError::new("each party once", "one again").under_field("relays"));
            }
            Ok((ConsentWish::take(fields)?.about(number), relays))
        })
    }
}

fn read_number(node: Node) -> Result<Msisdn, ParseError> {
    node.parsed("a number in E.164 form with a leading +", Msisdn::parse)
}

/// What a recipient may know of a consent's life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Not answered yet, or nothing that the recipient may know.
    Pending,
    /// Given, and live.
    Given,
    /// Over, for whatever reason.
    Ended,
}

impl Status {
    /// The interface's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Given => "GIVEN",
            Self::Ended => "ENDED",
        }
    }
}

/// The answer to a request that is now a question on the person's phone.
#[must_use]
pub fn print_asked(consent: ConsentId, question_expires: Timestamp) -> Vec<u8> {
    json!({
        "id": consent.to_string(),
        "status": Status::Pending.word(),
        "questionExpiresAt": question_expires.rfc3339(),
    })
    .to_string()
    .into_bytes()
}

/// The state of a consent, with the terms that its recipient asked for.
#[must_use]
pub fn print_state(terms: &Terms, status: Status) -> Vec<u8> {
    let mut state = Map::new();
    let mut put = |name: &str, value: Value| state.insert(name.to_owned(), value);
    put("id", Value::from(terms.consent.to_string()));
    put("status", Value::from(status.word()));
    put("purpose", Value::from(terms.purpose.term()));
    put(
        "precision",
        json!({ "type": terms.precision.word(), "metres": terms.precision.metres() }),
    );
    put("durationSeconds", Value::from(terms.lasts.as_seconds()));
    put("caseReference", Value::from(terms.case.as_str()));
    put("source", Value::from(terms.origin.word()));
    for (name, limit) in [("count", terms.count), ("perHour", terms.per_hour)] {
        if let Some(limit) = limit {
            put(name, Value::from(limit));
        }
    }
    within::print(terms.within.as_ref(), &mut state);
    Value::Object(state).to_string().into_bytes()
}

/// What the page sends when the person agrees: a key that the browser made, and its signature over the terms.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Agreement {
    /// The key, checked to be a point on P-256.
    pub key: HandsetKey,
    /// The signature as WebCrypto gives it: r and s.
    pub signature: [u8; 64],
}

impl Agreement {
    /// Reads the body of `POST /c/{token}/agree`.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form, or if the key is private or no point on the curve.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let key = PublicKey::read(fields.required("key")?)?;
            let signature = fields.required("signature")?.parsed("64 bytes in base64url", |text| {
                URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
            })?;
            Ok(Self {
                key: HandsetKey {
                    x: *key.x(),
                    y: *key.y(),
                },
                signature,
            })
        })
    }
}

/// What a live page sends when the recipient asks: the browser's own position.
#[derive(Clone, PartialEq, Debug)]
pub struct HandsetPosition {
    /// The ask that it is for.
    pub ask: AskId,
    /// The place: a circle whose radius is the browser's accuracy, at least one metre.
    pub circle: Circle,
    /// When the browser measured it.
    pub at: Timestamp,
}

impl HandsetPosition {
    /// Reads the body of `POST /c/{token}/position`.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let ask = fields
                .required("request")?
                .parsed("the ask's id", |text| text.parse().ok())?;
            let circle = take_circle(fields)?;
            let milliseconds = fields.required("timestamp")?.integer(0..=4_000_000_000_000)?;
            Ok(Self {
                ask,
                circle,
                at: Timestamp::from_unix_ms(milliseconds),
            })
        })
    }
}

fn take_circle(fields: &mut Fields) -> Result<Circle, ParseError> {
    let latitude = fields.required("latitude")?.number(-90.0..=90.0)?;
    let longitude = fields.required("longitude")?.number(-180.0..=180.0)?;
    let accuracy = fields.required("accuracy")?.number(0.0..=RADIUS_METRES_MAX)?;
    // Both are within their types' ranges by now.
    Point::new(latitude, longitude)
        .zip(Metres::new(accuracy.max(1.0)))
        .map(|(centre, radius)| Circle { centre, radius })
        .ok_or_else(|| ParseError::new("a position", "something else"))
}

#[cfg(test)]
mod tests;
