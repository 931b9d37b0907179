//! The body of `POST /wayleave/v1/asks`, one ask or up to a hundred, and the answer to a batch.
//!
//! What an ask holds is not looked at here: an ask that is malformed has a sealed outcome like any other.

use domain::time::Span;
use serde_json::{Map, Value, json};

use crate::json::{self, Node, ParseError};

/// How many asks one body may hold.
pub const BATCH_MAX: usize = 100;

/// How deep a body may nest: an object, a list, an ask of the longer form.
const DEPTH_MAX: usize = 3;

/// Nobody waits longer than this, in milliseconds.
const WAIT_MS_MAX: u32 = 600_000;

/// One ask as it is posted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Posted {
    /// The compact JWS.
    pub ask: String,
    /// What a hub hands on for the ask's subject; see [`super::subject::hand_on`].
    pub key: Option<String>,
    /// How long a hub waits for the outcome from now on.
    pub wait: Option<Span>,
}

/// A body.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AsksBody {
    /// `{"ask": …}`: one sealed outcome is the whole answer.
    One(Posted),
    /// `{"asks": […]}`: an outcome for each, in order.
    Batch(Vec<Posted>),
}

impl AsksBody {
    /// Reads a body.
    ///
    /// # Errors
    /// If it is not one JSON document of one of the two forms.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let node = json::parse(body, DEPTH_MAX)?;
        if node.has_field("asks") {
            node.object(|fields| {
                let posted = fields.required("asks")?.list(1..=BATCH_MAX, read_member)?;
                Ok(Self::Batch(posted))
            })
        } else {
            read_posted(node).map(Self::One)
        }
    }

    /// The body, as a hub or a client sends it.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        let body = match self {
            Self::One(posted) => long_form(posted),
            Self::Batch(all) => {
                let members = all.iter().map(|posted| {
                    if posted.key.is_some() || posted.wait.is_some() {
                        long_form(posted)
                    } else {
                        Value::from(posted.ask.as_str())
                    }
                });
                json!({ "asks": members.collect::<Vec<_>>() })
            }
        };
        body.to_string().into_bytes()
    }

    /// The asks, in order.
    #[must_use]
    pub fn posted(&self) -> &[Posted] {
        match self {
            Self::One(posted) => std::slice::from_ref(posted),
            Self::Batch(all) => all,
        }
    }
}

fn read_member(node: Node) -> Result<Posted, ParseError> {
    if node.is_object() {
        return read_posted(node);
    }
    Ok(Posted {
        ask: node.text()?,
        key: None,
        wait: None,
    })
}

fn read_posted(node: Node) -> Result<Posted, ParseError> {
    node.object(|fields| {
        Ok(Posted {
            ask: fields.required("ask")?.text()?,
            key: fields.optional("key").map(Node::text).transpose()?,
            wait: fields.optional("waitMs").map(read_wait).transpose()?,
        })
    })
}

fn read_wait(node: Node) -> Result<Span, ParseError> {
    let milliseconds = node.integer(0..=i64::from(WAIT_MS_MAX))?;
    Ok(Span::milliseconds(u32::try_from(milliseconds).unwrap_or(WAIT_MS_MAX)))
}

fn long_form(posted: &Posted) -> Value {
    let mut members = Map::new();
    members.insert("ask".to_owned(), Value::from(posted.ask.as_str()));
    if let Some(key) = &posted.key {
        members.insert("key".to_owned(), Value::from(key.as_str()));
    }
    if let Some(wait) = posted.wait {
        members.insert("waitMs".to_owned(), Value::from(wait.as_ms()));
    }
    Value::Object(members)
}

/// The answer to a batch: one sealed outcome for each ask, in order.
#[must_use]
pub fn print_outcomes(outcomes: &[String]) -> Vec<u8> {
    json!({ "outcomes": outcomes }).to_string().into_bytes()
}

/// Reads the answer to a batch of so many asks.
///
/// # Errors
/// If it has another form, or an outcome more or less than there were asks.
pub fn parse_outcomes(body: &[u8], asks: usize) -> Result<Vec<String>, ParseError> {
    json::parse(body, DEPTH_MAX)?.object(|fields| fields.required("outcomes")?.list(asks..=asks, Node::text))
}
