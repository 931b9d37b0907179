//! What lies on the phones.

use crate::roster::digits;
use crate::smpp::pdu::Address;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A text on a phone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The centre's id of it.
    pub id: String,
    /// Who sent it, as the phone shows it.
    pub from: String,
    /// What it says.
    pub text: String,
    /// When it arrived, RFC 3339.
    pub at: String,
}

/// All phones' texts, oldest first.
#[derive(Debug, Default)]
pub struct Inboxes {
    phones: BTreeMap<u64, Vec<(Received, Address)>>,
}

impl Inboxes {
    /// The inboxes as a ledger's `message` lines left them.
    pub fn replayed(entries: &[Value]) -> Self {
        let mut inboxes = Self::default();
        for entry in entries.iter().filter(|entry| entry["kind"] == "message") {
            let Ok(received) = serde_json::from_value::<Received>(entry.clone()) else {
                continue;
            };
            let sender = address(&received.from, &entry["sender"]);
            inboxes.put(entry["to"].as_str().unwrap_or_default(), received, sender);
        }
        inboxes
    }

    /// Puts a text onto the phone `to`; a number that is none is dropped.
    pub fn put(&mut self, to: &str, received: Received, sender: Address) {
        if let Some(phone) = digits(to) {
            self.phones.entry(phone).or_default().push((received, sender));
        }
    }

    /// The texts of a phone, with or without `+`.
    pub fn of(&self, number: &str) -> Vec<Received> {
        let texts = digits(number).and_then(|phone| self.phones.get(&phone));
        texts
            .map(|texts| texts.iter().map(|(text, _)| text.clone()).collect())
            .unwrap_or_default()
    }

    /// Every phone that has a text, with all of them.
    pub fn all(&self) -> BTreeMap<String, Vec<Received>> {
        let texts = |texts: &Vec<(Received, Address)>| texts.iter().map(|(text, _)| text.clone()).collect();
        self.phones
            .iter()
            .map(|(phone, received)| (format!("+{phone}"), texts(received)))
            .collect()
    }

    /// The address of whoever wrote to `phone` last; of `named`, when given and if it ever wrote.
    pub fn sender(&self, phone: &str, named: Option<&str>) -> Option<Address> {
        let texts = self.phones.get(&digits(phone)?)?;
        let named = named.map(|number| number.trim_start_matches('+'));
        let fits = |address: &&Address| named.is_none_or(|digits| address.digits == digits);
        texts.iter().rev().map(|(_, sender)| sender).find(fits).cloned()
    }
}

/// An address from how it is shown and the `ton` and `npi` that a ledger line keeps.
pub fn address(shown: &str, kept: &Value) -> Address {
    let octet = |name: &str| kept[name].as_u64().and_then(|value| u8::try_from(value).ok());
    Address {
        ton: octet("ton").unwrap_or(1),
        npi: octet("npi").unwrap_or(1),
        digits: shown.trim_start_matches('+').to_owned(),
    }
}
