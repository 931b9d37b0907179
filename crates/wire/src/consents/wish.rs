//! What a recipient wants to be agreed to, apart from whom: the same members in a request of its own and in a signed ask.

use domain::number::Msisdn;
use domain::permission::terms::{CaseReference, Origin, Precision};
use domain::permission::within::Within;
use domain::time::Span;
use serde_json::{Map, Value, json};

use super::{ConsentRequest, within};
use crate::json::{Fields, Node, ParseError};
use crate::words::Locale;

/// A request for a consent without the number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentWish {
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

impl ConsentWish {
    /// Takes its members from among the fields.
    ///
    /// # Errors
    /// If one is missing or has another form.
    pub fn take(fields: &mut Fields) -> Result<Self, ParseError> {
        Ok(Self {
            precision: read_precision(fields.required("precision")?)?,
            count: fields
                .optional("count")
                .map(|node| whole(node, COUNT_MAX))
                .transpose()?,
            per_hour: fields
                .optional("perHour")
                .map(|node| whole(node, COUNT_MAX))
                .transpose()?,
            lasts: Span::seconds(whole(fields.required("durationSeconds")?, i64::from(i32::MAX))?),
            case: fields.required("caseReference")?.parsed(
                "1 to 32 characters of a-z A-Z 0-9 space . _ - that make no link",
                CaseReference::new,
            )?,
            origin: fields.optional("source").map_or(Ok(Origin::Network), read_origin)?,
            within: within::read(fields)?,
            locale: fields
                .optional("locale")
                .map(|node| node.parsed("en or es", Locale::from_tag))
                .transpose()?,
        })
    }

    /// The request that asks this person for it.
    #[must_use]
    pub fn about(self, number: Msisdn) -> ConsentRequest {
        ConsentRequest {
            number,
            precision: self.precision,
            count: self.count,
            per_hour: self.per_hour,
            lasts: self.lasts,
            case: self.case,
            origin: self.origin,
            within: self.within,
            locale: self.locale,
        }
    }

    /// Puts its members among those of a larger document.
    pub fn put(&self, members: &mut Map<String, Value>) {
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put(
            "precision",
            json!({ "type": self.precision.word(), "metres": self.precision.metres() }),
        );
        put("durationSeconds", Value::from(self.lasts.as_seconds()));
        put("caseReference", Value::from(self.case.as_str()));
        put("source", Value::from(self.origin.word()));
        for (name, limit) in [("count", self.count), ("perHour", self.per_hour)] {
            if let Some(limit) = limit {
                put(name, Value::from(limit));
            }
        }
        if let Some(locale) = self.locale {
            put("locale", Value::from(locale.tag()));
        }
        within::print(self.within.as_ref(), members);
    }
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
