//! What a subscriber agrees to: everything that bounds a consent, in the one canonical text that is signed.

use serde_json::Value;

use super::chain::Chain;
use super::within::Within;
use crate::id::{ConsentId, PartyId};
use crate::journal::entry::{Object, hex, unhex};
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
    /// By whom answers may be carried, to which key they are sealed, and on which event they rest.
    pub chain: Chain,
}

impl Terms {
    /// The canonical text that the phone's key signs (RFC 8785: keys sorted, no white space, whole numbers only).
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        // Terms of asks that their recipient sends itself keep the form that they had before there were others, and so do
        // terms without a schedule.
        let chained = (self.chain != Chain::default()).then(|| self.chain.members());
        let object = Object::new()
            .text("case", self.case.as_str())
            .text("consent", &self.consent.to_string())
            .number_or_null("count", self.count.map(u64::from));
        let object = match &chained {
            Some([event, ..]) => object.raw("event", event),
            None => object,
        };
        let object = object
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
            .raw("relays", chained.as_ref().map_or("[]", |[_, relays, _]| relays));
        let object = match &chained {
            Some([.., seal]) => object.raw("seal", seal),
            None => object,
        };
        let object = object.text("textHash", &hex(&self.text_hash));
        let version = match (&chained, &self.within) {
            (None, None) => 1,
            (None, Some(_)) => 2,
            (Some(_), _) => 3,
        };
        let object = object.number("v", version);
        let object = match &self.within {
            None => object,
            Some(within) => object.raw("within", &within.canonical()),
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
            chain: match value.get("v")?.as_u64()? {
                3 => Chain::read(&value)?,
                _ => Chain::default(),
            },
        };
        (terms.canonical() == bytes).then_some(terms)
    }
}

#[cfg(test)]
mod tests {
    use super::super::chain::Relay;
    use super::*;
    use crate::event::EventKey;

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
            chain: Chain::default(),
        };
        let relay = Relay {
            party: PartyId::from_bytes([3; 16]),
            name: "Lantern \"Relay\"".to_owned(),
        };
        let whole = Chain {
            relays: vec![relay.clone(), relay.clone()],
            seal: Some([9; 32]),
            event: Some(EventKey::from_bytes([2; 16])),
        };
        let [sealed, carried] = [
            Chain {
                seal: Some([9; 32]),
                ..Chain::default()
            },
            Chain {
                relays: vec![relay],
                ..Chain::default()
            },
        ];
        let window =
            Within::from_json(&serde_json::json!({"from": "2026-11-23T08:00:00Z", "to": "2026-11-23T09:00:00Z"}));
        let chains = [Chain::default(), whole, sealed, carried];
        for (within, chain) in [None, window]
            .into_iter()
            .flat_map(|within| chains.clone().map(|chain| (within.clone(), chain)))
        {
            let terms = Terms {
                within,
                chain,
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
