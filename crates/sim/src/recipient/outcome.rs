//! What comes back: opened with the recipient's own key, and believed only when everything fits.

use super::note::JournalKey;
use super::{Recipient, receipt};
use crate::jwt::unbase64url;
use serde_json::{Value, json};

/// What a recipient expects of an outcome.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The issuers of the gateways whose answers it takes.
    pub trusted: &'a [String],
    /// The name of its ask.
    pub jti: &'a str,
    /// The journals whose receipts it takes; any, where it was given none.
    pub journals: &'a [JournalKey],
}

/// An outcome as its recipient sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The header, which every relay could read too.
    pub header: Value,
    /// For whom and for what it was made: `gateway recipient leaf`.
    pub apv: String,
    /// What was inside, where it could be opened.
    pub opened: Option<Value>,
    /// Why the recipient does not believe it; a sentence.
    pub doubt: Option<String>,
}

impl Outcome {
    /// Opens a JWE and holds it against what is expected.
    pub fn open(recipient: &Recipient, jwe: &str, expected: Expected<'_>) -> Self {
        let header = crate::jwe::header(jwe).unwrap_or_default();
        let apv = header["apv"].as_str().and_then(|text| unbase64url(text).ok());
        let apv = apv.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let text = match recipient.unseal(jwe) {
            Ok(opened) => opened.text,
            Err(error) => return Self::unopened(header, apv, error.to_string()),
        };
        let Some(opened) = serde_json::from_slice::<Value>(&text).ok().filter(Value::is_object) else {
            return Self::unopened(
                header,
                apv,
                "expected a JSON object inside, found something else".to_owned(),
            );
        };
        let doubt = doubt(recipient, &opened, &apv, expected).err();
        Self {
            header,
            apv,
            opened: Some(opened),
            doubt,
        }
    }

    fn unopened(header: Value, apv: String, why: String) -> Self {
        Self {
            header,
            apv,
            opened: None,
            doubt: Some(why),
        }
    }

    /// The word for what became of the ask; `unopened` where nobody can tell.
    pub fn word(&self) -> &str {
        let word = self.opened.as_ref().and_then(|opened| opened["outcome"].as_str());
        word.unwrap_or("unopened")
    }

    /// What a page shows.
    pub fn described(&self) -> Value {
        json!({
            "header": self.header, "apv": self.apv, "opened": self.opened, "accepted": self.doubt.is_none(),
            "doubt": self.doubt,
        })
    }
}

fn doubt(recipient: &Recipient, opened: &Value, apv: &str, expected: Expected<'_>) -> Result<(), String> {
    let own = recipient.client.client_id.as_str();
    let parts: Vec<&str> = apv.split(' ').collect();
    let [gateway, named, leaf] = parts.as_slice() else {
        return Err(format!("expected `gateway recipient leaf` in `apv`, found `{apv}`"));
    };
    if *named != own || opened["aud"] != own {
        return Err(format!("expected an outcome for `{own}`, found one for `{named}`"));
    }
    if !expected.trusted.iter().any(|one| one == gateway) || opened["iss"] != *gateway {
        return Err(format!("expected the outcome of a known gateway, found `{gateway}`'s"));
    }
    if opened["jti"] != expected.jti {
        return Err("expected the outcome of this ask, found another's".to_owned());
    }
    let leaf: Option<u64> = leaf.parse().ok();
    if opened["v"] != 1 || leaf.is_none() || opened["leaf"].as_u64() != leaf {
        return Err("expected the leaf that `apv` names, found another".to_owned());
    }
    if opened["outcome"] == "answered" {
        let expected = receipt::Expected {
            answer: &opened["answer"],
            recipient: own,
            asked: leaf.unwrap_or_default(),
            journals: expected.journals,
        };
        return receipt::check(&opened["receipt"], expected).map_err(|error| error.to_string());
    }
    Ok(())
}
