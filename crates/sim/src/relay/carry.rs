//! Carrying: one request from a service, one to the gateway, and the answer back as it came.

use super::Relay;
use super::behaviour::Behaviour;
use crate::client::{CallError, Client};
use crate::fetch::{PATIENCE, Reply, request};
use crate::recipient::ask::PATH;
use crate::saw::{self, Sight};
use crate::sync::lock;
use bytes::Bytes;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// What a service hands over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Load {
    /// One ask.
    One {
        /// The JWS.
        ask: String,
    },
    /// Several asks.
    Batch {
        /// The JWS of each.
        asks: Vec<String>,
    },
}

/// What was sent to the gateway, and what came back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Carried {
    /// Where it went.
    pub to: String,
    /// What was sent.
    pub load: Load,
    /// The status of the answer.
    pub status: u16,
    /// The type of the answer.
    #[serde(rename = "contentType")]
    pub content_type: String,
    /// The answer.
    #[serde(serialize_with = "as_text")]
    pub body: Bytes,
}

fn as_text<S: serde::Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}

#[derive(Serialize, Deserialize)]
struct Outcomes {
    outcomes: Vec<String>,
}

impl Load {
    /// The asks in it.
    pub fn asks(&self) -> Vec<&str> {
        match self {
            Self::One { ask } => vec![ask],
            Self::Batch { asks } => asks.iter().map(String::as_str).collect(),
        }
    }

    /// The same with every ask as the relay's behaviour has it travel on.
    fn bent(&self, behaviour: &Behaviour, client: &Client) -> Result<Self, CallError> {
        match self {
            Self::One { ask } => Ok(Self::One {
                ask: behaviour.ask(ask, client)?,
            }),
            Self::Batch { asks } => {
                let asks = asks.iter().map(|ask| behaviour.ask(ask, client));
                Ok(Self::Batch {
                    asks: asks.collect::<Result<_, _>>()?,
                })
            }
        }
    }

    /// The purpose that the first ask names.
    fn purpose(&self) -> Option<String> {
        let asks = self.asks();
        let claims = saw::claims(asks.first()?).ok()?;
        claims.get("purpose")?.as_str().map(str::to_owned)
    }
}

impl Relay {
    /// Carries what a service handed over, as the relay's behaviour has it.
    ///
    /// # Errors
    /// When what it was given is no ask, its client file is unusable, or nobody answers.
    pub async fn carry(&self, load: &Load) -> Result<Carried, CallError> {
        let behaviour = lock(&self.behaviour).clone();
        let client = Client::open(&self.client)?;
        self.read_asks(load)?;
        let bent = load.bent(&behaviour, &client)?;
        if behaviour.hold_s > 0 {
            tokio::time::sleep(Duration::from_secs(behaviour.hold_s)).await;
        }
        let mut carried = self.post(&client, bent, behaviour.readdress.as_deref()).await?;
        *lock(&self.last) = Some(carried.clone());
        self.note("carried", &carried, &behaviour);
        self.bend_outcomes(&mut carried, &behaviour);
        Ok(carried)
    }

    /// Posts what it carried last once more.
    ///
    /// # Errors
    /// When it has carried nothing yet, or nobody answers.
    pub async fn replay(&self, to: Option<&str>) -> Result<Carried, CallError> {
        let last = lock(&self.last).clone();
        let last = last.ok_or_else(|| CallError("expected an ask that was carried, found none yet".into()))?;
        let client = Client::open(&self.client)?;
        let carried = self.post(&client, last.load, to).await?;
        self.note("replayed", &carried, &Behaviour::default());
        Ok(carried)
    }

    /// Posts under its own token, for the purpose that the ask names; to the next relay where there is one.
    ///
    /// # Errors
    /// When no token can be had or nobody answers.
    pub async fn post(&self, client: &Client, load: Load, to: Option<&str>) -> Result<Carried, CallError> {
        let body = serde_json::to_value(&load).map_err(|error| CallError(error.to_string()))?;
        let (to, reply) = if let (Some(next), None) = (&self.next, to) {
            let url = format!("{}/carry", next.trim_end_matches('/'));
            let asked = request("POST", &url, Some("application/json"), body.to_string())?;
            let reply = self.session.fetch.send(asked, PATIENCE).await?;
            (url, reply)
        } else {
            let client = client.for_purpose(&load.purpose().unwrap_or_else(|| client.purpose.clone()));
            let url = to.map_or_else(|| client.url(PATH), str::to_owned);
            let exchange = client.exchange(&self.session, "POST", &url, Some(&body)).await?;
            (url, exchange.reply)
        };
        Ok(Carried {
            to,
            load,
            status: reply.status.as_u16(),
            content_type: content_type(&reply),
            body: reply.body,
        })
    }

    /// Remembers what it could read of each ask.
    fn read_asks(&self, load: &Load) -> Result<(), CallError> {
        for ask in load.asks() {
            let Sight { read, sealed } = saw::of_signed(ask)?;
            let jti = read.get("jti").and_then(Value::as_str).unwrap_or_default().to_owned();
            let sealed: Vec<&str> = sealed.iter().map(String::as_str).collect();
            self.saw.note("ask", &jti, read, &sealed);
        }
        Ok(())
    }

    /// Writes a line with everything that it could read, of the asks and of the outcomes.
    pub fn note(&self, kind: &str, carried: &Carried, behaviour: &Behaviour) {
        let asks: Vec<Sight> = carried
            .load
            .asks()
            .into_iter()
            .filter_map(|ask| saw::of_signed(ask).ok())
            .collect();
        let outcomes = carried.outcomes();
        for (ask, outcome) in asks.iter().zip(&outcomes) {
            let jti = ask.read.get("jti").and_then(Value::as_str).unwrap_or_default();
            self.saw
                .note("outcome", jti, saw::of_sealed(outcome).read, &["outcome"]);
        }
        let shown = |sight: &Sight| json!({"claims": sight.read, "sealed": sight.sealed});
        let mut line = json!({
            "to": carried.to, "status": carried.status, "contentType": carried.content_type,
            "asks": asks.iter().map(shown).collect::<Vec<_>>(),
            "outcomes": outcomes.iter().map(|outcome| saw::of_sealed(outcome).read).collect::<Vec<_>>(),
        });
        if *behaviour != Behaviour::default() {
            line["misdeeds"] = json!(behaviour);
        }
        self.ledger.note(kind, &line);
    }

    fn bend_outcomes(&self, carried: &mut Carried, behaviour: &Behaviour) {
        if behaviour.swap_outcomes {
            match &carried.load {
                Load::One { .. } => {
                    let own = String::from_utf8_lossy(&carried.body).into_owned();
                    if let Some(other) = lock(&self.kept).replace(own) {
                        carried.body = other.into();
                    }
                }
                Load::Batch { .. } => {
                    let mut outcomes = carried.outcomes();
                    let step = usize::from(outcomes.len() > 1);
                    outcomes.rotate_left(step);
                    carried.body = json!({ "outcomes": outcomes }).to_string().into();
                }
            }
        } else if behaviour.keep_outcome {
            *lock(&self.kept) = Some(String::from_utf8_lossy(&carried.body).into_owned());
            carried.status = StatusCode::GATEWAY_TIMEOUT.as_u16();
            carried.body = Bytes::new();
        }
    }
}

impl Carried {
    /// The sealed outcomes that came back, where the answer holds any.
    pub fn outcomes(&self) -> Vec<String> {
        if self.status != StatusCode::OK.as_u16() {
            return Vec::new();
        }
        match &self.load {
            Load::One { .. } => vec![String::from_utf8_lossy(&self.body).into_owned()],
            Load::Batch { .. } => {
                let read = serde_json::from_slice::<Outcomes>(&self.body);
                read.map(|read| read.outcomes).unwrap_or_default()
            }
        }
    }
}

fn content_type(reply: &Reply) -> String {
    let value = reply.headers.get(http::header::CONTENT_TYPE);
    let value = value.and_then(|value| value.to_str().ok());
    value.unwrap_or("application/octet-stream").to_owned()
}
