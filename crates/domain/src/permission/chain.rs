//! By whom the answers may be carried, to which key they are sealed, and on which event they rest: what bounds a consent
//! besides what is told.

use serde_json::Value;

use crate::event::EventKey;
use crate::id::PartyId;
use crate::journal::entry::{Object, hex, unhex};
use crate::journal::tree::Hash;

/// A party that may carry asks and answers, which it can neither make nor read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Relay {
    /// The party.
    pub party: PartyId,
    /// Its registered name, as it was shown.
    pub name: String,
}

/// What binds a consent to a way, a key and an event.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Chain {
    /// Who may carry asks and answers, from the recipient outward.
    pub relays: Vec<Relay>,
    /// The thumbprint (RFC 7638) of the key that answers to signed asks are sealed to.
    pub seal: Option<Hash>,
    /// The event during which alone the consent holds.
    pub event: Option<EventKey>,
}

impl Chain {
    /// The three members of the canonical terms: `event`, `relays` and `seal`, each as canonical JSON.
    pub(super) fn members(&self) -> [String; 3] {
        let quoted = |bytes: Option<String>| bytes.map_or_else(|| "null".to_owned(), |text| format!("\"{text}\""));
        let relays = self.relays.iter().map(|relay| {
            Object::new()
                .text("name", &relay.name)
                .shown("party", relay.party)
                .finish()
        });
        [
            quoted(self.event.map(|key| hex(&key.to_bytes()))),
            format!("[{}]", relays.collect::<Vec<_>>().join(",")),
            quoted(self.seal.map(|seal| hex(&seal))),
        ]
    }

    /// Reads the members back; `None` for another form.
    pub(super) fn read(terms: &Value) -> Option<Self> {
        let relay = |value: &Value| {
            Some(Relay {
                party: value.get("party")?.as_str()?.parse().ok()?,
                name: value.get("name")?.as_str()?.to_owned(),
            })
        };
        let relays = terms.get("relays")?.as_array()?.iter().map(relay);
        let hash = |key: &str| match terms.get(key)? {
            Value::Null => Some(None),
            Value::String(text) => Some(Some(text.clone())),
            _ => None,
        };
        let (event, seal) = (hash("event")?, hash("seal")?);
        Some(Self {
            relays: relays.collect::<Option<_>>()?,
            seal: match seal {
                Some(text) => Some(unhex(&text)?),
                None => None,
            },
            event: match event {
                Some(text) => Some(EventKey::from_bytes(unhex(&text)?)),
                None => None,
            },
        })
    }
}
