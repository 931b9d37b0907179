//! What a subscriber agrees to: everything that bounds a consent, in the one canonical text that is signed.

use serde_json::Value;

use super::within::Within;
use crate::id::{ConsentId, PartyId};
use crate::journal::entry::{Object, hex};
use crate::purpose::Purpose;
use crate::time::Span;

/// How exact an answer may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    /// An area, with a radius of at least so many metres; it also covers yes/no questions.
    Area {
        /// The least radius.
        metres: u32,
    },
    /// Yes or no about a circle, answered on an area of at least so many metres.
    YesNo {
        /// The least radius.
        metres: u32,
    },
}

impl Precision {
    /// The least radius, in metres.
    #[must_use]
    pub const fn metres(self) -> u32 {
        match self {
            Self::Area { metres } | Self::YesNo { metres } => metres,
        }
    }

    /// The word that the terms and the interface use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Area { .. } => "AREA",
            Self::YesNo { .. } => "YES_NO",
        }
    }
}

/// Where the position may come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The mobile network.
    Network,
    /// The phone's own browser, while the question's page is open.
    Handset,
}

impl Origin {
    /// The word that the terms and the interface use.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Network => "NETWORK",
            Self::Handset => "HANDSET",
        }
    }
}

/// A partner's own reference for the person, such as a ticket: 1 to 32 characters of `A–Z a–z 0–9 . _ -` and space, with no
/// letter straight after a point. Phones turn `www.example.com` into a link, and the only link of a text is the gateway's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CaseReference(String);

impl CaseReference {
    /// A reference; `None` if it has another form.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let well_formed = (1..=32).contains(&text.len())
            && text.trim() == text
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._- ".contains(&b))
            && !text
                .as_bytes()
                .array_windows()
                .any(|[one, next]| *one == b'.' && next.is_ascii_alphabetic());
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The reference as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Everything that bounds one consent. Nothing can widen it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// The consent.
    pub consent: ConsentId,
    /// Who will use the answers.
    pub recipient: PartyId,
    /// The recipient's registered name, as it was shown.
    pub recipient_name: String,
    /// What for.
    pub purpose: Purpose,
    /// How exact.
    pub precision: Precision,
    /// Where the position comes from.
    pub origin: Origin,
    /// At most so many asks in all; `None` for no such limit.
    pub count: Option<u32>,
    /// At most so many asks within an hour; `None` for no such limit.
    pub per_hour: Option<u32>,
    /// How long the consent lasts from the moment it is given.
    pub lasts: Span,
    /// When asks are covered in that time; `None` for always.
    pub within: Option<Within>,
    /// The partner's reference.
    pub case: CaseReference,
    /// The language of the text, as BCP 47 has it.
    pub locale: String,
    /// SHA-256 of the exact text that was shown.
    pub text_hash: [u8; 32],
    /// The gateway that asks: its issuer URL.
    pub gateway: String,
}

impl Terms {
    /// The canonical text that the phone's key signs (RFC 8785: keys sorted, no white space, whole numbers only).
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        let object = Object::new()
            .text("case", self.case.as_str())
            .text("consent", &self.consent.to_string())
            .number_or_null("count", self.count.map(u64::from))
            .text("gateway", &self.gateway)
            .text("kind", "wayleave consent")
            .number("lastsSeconds", self.lasts.as_seconds().unsigned_abs())
            .text("locale", &self.locale)
            .number("metres", u64::from(self.precision.metres()))
            .text("origin", self.origin.word())
            .number_or_null("perHour", self.per_hour.map(u64::from))
            .text("precision", self.precision.word())
            .text("purpose", self.purpose.term())
            .text("recipient", &self.recipient.to_string())
            .text("recipientName", &self.recipient_name)
            .raw("relays", "[]")
            .text("textHash", &hex(&self.text_hash));
        // Terms without a schedule keep the form that they had before there were any.
        let object = match &self.within {
            None => object.number("v", 1),
            Some(within) => object.number("v", 2).raw("within", &within.canonical()),
        };
        object.finish().into_bytes()
    }

    /// Reads the canonical text back; `None` for anything that [`Terms::canonical`] would not have written.
    #[must_use]
    pub fn from_canonical(bytes: &[u8]) -> Option<Self> {
        let value: Value = serde_json::from_slice(bytes).ok()?;
        let text = |key: &str| value.get(key)?.as_str();
        let number = |key: &str| u32::try_from(value.get(key)?.as_u64()?).ok();
        let metres = number("metres")?;
        let terms = Self {
            consent: text("consent")?.parse().ok()?,
            recipient: text("recipient")?.parse().ok()?,
            recipient_name: text("recipientName")?.to_owned(),
            purpose: Purpose::from_term(text("purpose")?)?,
            precision: match text("precision")? {
                "AREA" => Precision::Area { metres },
                "YES_NO" => Precision::YesNo { metres },
                _ => return None,
            },
            origin: match text("origin")? {
                "NETWORK" => Origin::Network,
                "HANDSET" => Origin::Handset,
                _ => return None,
            },
            count: number("count"),
            per_hour: number("perHour"),
            lasts: Span::seconds(number("lastsSeconds")?),
            within: match value.get("within") {
                None => None,
                Some(within) => Some(Within::from_json(within)?),
            },
            case: CaseReference::new(text("case")?)?,
            locale: text("locale")?.to_owned(),
            text_hash: unhex(text("textHash")?)?,
            gateway: text("gateway")?.to_owned(),
        };
        (terms.canonical() == bytes).then_some(terms)
    }
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(index * 2..index * 2 + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_no_link() {
        for good in ["TOW-8841", "7.3", "No. 12", "a_b", "v2."] {
            assert!(CaseReference::new(good).is_some(), "{good}");
        }
        for bad in ["www.example.com", "example.c", "a.B", "", " a", "a\n", "a/b", "a:b"] {
            assert!(CaseReference::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_canonical_text_is_sorted_and_round_trips() {
        let terms = Terms {
            consent: ConsentId::from_bytes([1; 16]),
            recipient: PartyId::from_bytes([2; 16]),
            recipient_name: "Aster Roadside Help".to_owned(),
            purpose: Purpose::RequestedServiceProvision,
            precision: Precision::Area { metres: 200 },
            origin: Origin::Network,
            count: Some(12),
            per_hour: None,
            lasts: Span::seconds(7200),
            within: None,
            case: CaseReference::new("TOW-8841").expect("valid"),
            locale: "en".to_owned(),
            text_hash: [7; 32],
            gateway: "https://gateway.example.com".to_owned(),
        };
        let window =
            Within::from_json(&serde_json::json!({"from": "2026-11-23T08:00:00Z", "to": "2026-11-23T09:00:00Z"}));
        for within in [None, window] {
            let terms = Terms {
                within,
                ..terms.clone()
            };
            let bytes = terms.canonical();
            let sorted: std::collections::BTreeMap<String, Value> = serde_json::from_slice(&bytes).expect("json");
            assert_eq!(serde_json::to_vec(&sorted).expect("json"), bytes);
            assert_eq!(Terms::from_canonical(&bytes), Some(terms));
        }
        let bytes = terms.canonical();
        let widened = String::from_utf8(bytes)
            .expect("text")
            .replace("\"metres\":200", "\"metres\": 200");
        assert_eq!(Terms::from_canonical(widened.as_bytes()), None);
    }
}
