//! What CAMARA has no word for: a recipient's request for a consent and its state, and what the question's page sends.

pub mod lines;
mod within;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::geo::{Circle, Metres, Point};
use domain::id::{AskId, ConsentId};
use domain::number::Msisdn;
use domain::permission::evidence::HandsetKey;
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::permission::within::Within;
use domain::time::{Span, Timestamp};
use serde_json::{Map, Value, json};

use crate::camara::area::RADIUS_METRES_MAX;
use crate::jose::jwk::Jwk;
use crate::json::{self, DEPTH_MAX, Fields, Node, ParseError};
use crate::words::Locale;

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

/// The widest circle and the largest count that make sense to a person.
const METRES_MAX: i64 = 1_000_000;
const COUNT_MAX: i64 = 1_000_000;

impl ConsentRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let number = read_number(fields.required("phoneNumber")?)?;
            Self::read(fields, number)
        })
    }

    /// Everything but the number.
    fn read(fields: &mut Fields, number: Msisdn) -> Result<Self, ParseError> {
        let precision = read_precision(fields.required("precision")?)?;
        let count = fields
            .optional("count")
            .map(|node| whole(node, COUNT_MAX))
            .transpose()?;
        let per_hour = fields
            .optional("perHour")
            .map(|node| whole(node, COUNT_MAX))
            .transpose()?;
        let lasts = Span::seconds(whole(fields.required("durationSeconds")?, i64::from(i32::MAX))?);
        let case = fields.required("caseReference")?.parsed(
            "1 to 32 characters of a-z A-Z 0-9 space . _ - that make no link",
            CaseReference::new,
        )?;
        let origin = fields.optional("source").map_or(Ok(Origin::Network), read_origin)?;
        let within = within::read(fields)?;
        let locale = fields
            .optional("locale")
            .map(|node| node.parsed("en or es", Locale::from_tag))
            .transpose()?;
        Ok(Self {
            number,
            precision,
            count,
            per_hour,
            lasts,
            case,
            origin,
            within,
            locale,
        })
    }
}

fn read_number(node: Node) -> Result<Msisdn, ParseError> {
    node.parsed("a number in E.164 form with a leading +", Msisdn::parse)
}

/// A whole number from one to `most`.
fn whole(node: Node, most: i64) -> Result<u32, ParseError> {
    // Clamping cannot happen: every `most` in this file lies within u32.
    node.integer(1..=most)
        .map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

fn read_precision(node: Node) -> Result<Precision, ParseError> {
    node.object(|fields| {
        let make = fields.required("type")?.parsed("AREA or YES_NO", |text| match text {
            "AREA" => Some((|metres| Precision::Area { metres }) as fn(u32) -> Precision),
            "YES_NO" => Some(|metres| Precision::YesNo { metres }),
            _ => None,
        })?;
        Ok(make(whole(fields.required("metres")?, METRES_MAX)?))
    })
}

fn read_origin(node: Node) -> Result<Origin, ParseError> {
    node.parsed("NETWORK or HANDSET", |text| {
        [Origin::Network, Origin::Handset]
            .into_iter()
            .find(|origin| origin.word() == text)
    })
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
            let key = Jwk::read(fields.required("key")?)?.key;
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
