//! `POST /consent-info/v0.2/retrieve` (CAMARA consent-info 0.2.0): does a consent hold, and where can it be asked for? Both
//! ends: what this gateway's partners ask it, and what it asks another operator, whose word can only forbid.
//!
//! It answers *whether*. Who agreed, when, to which words and for how exact an answer has no place in it.

use domain::number::Msisdn;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::json::{self, DEPTH_MAX, Node, ParseError};
use crate::oauth::redirect::RedirectUri;
use crate::oauth::scope::Api;

/// The path of the operation.
pub const PATH: &str = "/consent-info/v0.2/retrieve";

/// The scope that a token needs.
pub const SCOPE: &str = "consent-info:retrieve";

/// The most scopes that one request may name.
const SCOPES_MAX: usize = 16;

/// A request that fits its schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsentInfoRequest {
    /// Whom it names, if it does: whether it may or must is a step of its own.
    pub number: Option<Msisdn>,
    /// The scopes; `None` among them is one that this gateway does not know.
    pub scopes: Vec<Option<Api>>,
    /// The purpose; `None` if this gateway does not know it.
    pub purpose: Option<Purpose>,
    /// Whether an address is wanted at which the person can be asked.
    pub capture: bool,
    /// Where the browser goes after that.
    pub callback: Option<Callback>,
}

/// A `callbackUrl`: well-formed, or one that no party can have registered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Callback {
    /// An address that may be registered.
    Fit(RedirectUri),
    /// Any other.
    Unfit,
}

impl ConsentInfoRequest {
    /// Reads a request's body.
    ///
    /// # Errors
    /// If it is not one JSON document that fits the schema: CAMARA's `INVALID_ARGUMENT`.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let number = fields.optional("phoneNumber").map(read_number).transpose()?;
            let scopes = fields.required("scopes")?.list(1..=SCOPES_MAX, Node::text)?;
            let purpose = fields.required("purpose")?.parsed("dpv: and a purpose", |text| {
                let term = text.strip_prefix("dpv:")?;
                let well_formed = !term.is_empty() && term.bytes().all(|byte| byte.is_ascii_alphanumeric());
                well_formed.then(|| Purpose::from_term(term))
            })?;
            let callback = fields.optional("callbackUrl").map(read_callback).transpose()?;
            Ok(Self {
                number,
                scopes: scopes.iter().map(|name| Api::from_name(name)).collect(),
                purpose,
                capture: fields.required("requestCaptureUrl")?.boolean()?,
                callback,
            })
        })
    }
}

fn read_number(node: Node) -> Result<Msisdn, ParseError> {
    node.parsed("a number in E.164 form with a leading +", Msisdn::parse)
}

/// A text that begins as an address does; which addresses are taken is not a matter of the schema.
fn read_callback(node: Node) -> Result<Callback, ParseError> {
    node.parsed("an address", |text| {
        let (scheme, _) = text.split_once(':')?;
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        is_scheme.then(|| text.parse().map_or(Callback::Unfit, Callback::Fit))
    })
}

/// How a consent stands, in CAMARA's words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It holds, until then.
    Valid(Timestamp),
    /// Nobody was asked, or nobody answered.
    Pending,
    /// The person is being asked.
    Requested,
    /// The person said no, or took it back.
    Denied,
    /// It held, until then.
    Expired(Timestamp),
}

impl Standing {
    /// Whether it holds.
    #[must_use]
    pub const fn is_valid(self) -> bool {
        matches!(self, Self::Valid(_))
    }

    /// Whether the person may be asked: not while it holds, and not after a no.
    #[must_use]
    pub const fn can_be_captured(self) -> bool {
        matches!(self, Self::Pending | Self::Requested | Self::Expired(_))
    }

    /// CAMARA's `statusReason`, which only what does not hold has.
    #[must_use]
    pub const fn reason(self) -> Option<&'static str> {
        match self {
            Self::Valid(_) => None,
            Self::Pending => Some("PENDING"),
            Self::Requested => Some("REQUESTED"),
            Self::Denied => Some("DENIED"),
            Self::Expired(_) => Some("EXPIRED"),
        }
    }

    const fn date(self) -> Option<Timestamp> {
        match self {
            Self::Valid(until) | Self::Expired(until) => Some(until),
            Self::Pending | Self::Requested | Self::Denied => None,
        }
    }
}

/// The answer's body: an item for all scopes that stand alike, and where the person can be asked.
#[must_use]
pub fn print(items: &[(Vec<Api>, Standing)], purpose: Purpose, capture_url: Option<&str>) -> Vec<u8> {
    let items: Vec<Value> = items
        .iter()
        .map(|(apis, standing)| item(apis, *standing, purpose))
        .collect();
    let mut body = json!({ "statusInfo": items });
    if let (Some(members), Some(url)) = (body.as_object_mut(), capture_url) {
        members.insert("captureUrl".to_owned(), Value::from(url));
    }
    body.to_string().into_bytes()
}

fn item(apis: &[Api], standing: Standing, purpose: Purpose) -> Value {
    let names: Vec<&str> = apis.iter().map(|api| api.name()).collect();
    let mut item = Map::new();
    item.insert("scopes".to_owned(), json!(names));
    item.insert("purpose".to_owned(), Value::from(format!("dpv:{purpose}")));
    item.insert("statusValidForProcessing".to_owned(), Value::from(standing.is_valid()));
    if let Some(reason) = standing.reason() {
        item.insert("statusReason".to_owned(), Value::from(reason));
    }
    if let Some(date) = standing.date() {
        item.insert("expirationDate".to_owned(), Value::from(date.rfc3339()));
    }
    Value::Object(item)
}

/// What another operator is asked before it is asked where a phone is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inquiry {
    /// Whose phone.
    pub number: Msisdn,
    /// What for.
    pub purpose: Purpose,
}

impl Inquiry {
    /// The request's body.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        json!({
            "phoneNumber": self.number.to_e164(),
            "scopes": [Api::Retrieve.name()],
            "purpose": format!("dpv:{}", self.purpose),
            "requestCaptureUrl": false,
        })
        .to_string()
        .into_bytes()
    }

    /// Whether the operator's consent master lets the phone be located: every item about this scope and purpose must say
    /// so, and there must be one. An item about anything else says nothing here.
    ///
    /// # Errors
    /// If the body is not what CAMARA has, or says nothing about the scope and purpose.
    pub fn read_answer(&self, body: &[u8]) -> Result<bool, ParseError> {
        let items = json::parse(body, DEPTH_MAX)?.open_object(|fields| {
            fields
                .required("statusInfo")?
                .list(1..=SCOPES_MAX, |node| node.open_object(|fields| self.read_item(fields)))
        })?;
        let about: Vec<bool> = items.into_iter().flatten().collect();
        if about.is_empty() {
            return Err(
                ParseError::new("an item about the asked scope and purpose", "others").under_field("statusInfo")
            );
        }
        Ok(about.into_iter().all(|valid| valid))
    }

    fn read_item(&self, fields: &mut json::Fields) -> Result<Option<bool>, ParseError> {
        let scopes = fields.required("scopes")?.list(1..=SCOPES_MAX, Node::text)?;
        let purpose = fields.required("purpose")?.text()?;
        let valid = fields.required("statusValidForProcessing")?.boolean()?;
        let wanted = scopes.iter().any(|scope| scope == Api::Retrieve.name());
        let wanted = wanted && purpose.strip_prefix("dpv:") == Some(self.purpose.term());
        Ok(wanted.then_some(valid))
    }
}

#[cfg(test)]
mod tests;
