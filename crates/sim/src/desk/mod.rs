//! A recipient's desk: it signs asks, sends them through its relay or straight to the gateway, and opens what comes back.

pub mod api;
pub mod wanted;

use crate::client::{CallError, Session};
use crate::clock;
use crate::fetch::{PATIENCE, Reply, request};
use crate::ledger::Ledger;
use crate::recipient::ask::{PATH, Signed};
use crate::recipient::note::JournalKey;
use crate::recipient::outcome::{Expected, Outcome};
use crate::recipient::{GatewayKeys, Recipient};
use crate::saw::{self, Saw};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::path::PathBuf;
use std::sync::Arc;
use wanted::{Usual, Wanted};

/// Whose desk it is, and how its asks travel.
#[derive(Debug, Clone, clap::Args)]
pub struct DeskOptions {
    /// The recipient's client file, with `private_jwk` and `encryption_jwk`; it is read when it is used.
    #[arg(long)]
    pub client: PathBuf,
    /// The relay that carries the asks, by its `url`; straight to the gateway without one.
    #[arg(long)]
    pub via: Option<String>,
    /// A party that may carry the asks, by its id; several in order, from the recipient outward.
    #[arg(long = "relay")]
    pub relays: Vec<String>,
    /// The gateway that asks are made for, by its issuer; the client file's own without it.
    #[arg(long)]
    pub audience: Option<String>,
    /// A gateway whose outcomes are believed, by its issuer; several may be given; the audience alone without it.
    #[arg(long)]
    pub trust: Vec<String>,
    /// The key of a journal whose receipts are believed, as `wayleave journal key` prints it; several may be given. Without
    /// one a receipt has only to be whole.
    #[arg(long = "journal-key")]
    pub journal_keys: Vec<JournalKey>,
}

/// The desk: what its parts share.
#[derive(Debug)]
pub struct Desk {
    /// Whose it is.
    pub options: DeskOptions,
    /// How it reaches gateways and relays.
    pub session: Session,
    /// The keys of gateways.
    pub keys: GatewayKeys,
    /// What it asked and was told.
    pub ledger: Arc<Ledger>,
    /// What could be read here.
    pub saw: Arc<Saw>,
}

#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<String>,
}

/// An ask that was signed, and whose phone it is about.
struct Sent {
    number: String,
    signed: Signed,
    trusted: Vec<String>,
}

impl Desk {
    /// A desk that has asked nothing yet.
    pub fn new(options: DeskOptions, ledger: Arc<Ledger>) -> Self {
        Self {
            options,
            session: Session::default(),
            keys: GatewayKeys::default(),
            ledger,
            saw: Arc::default(),
        }
    }

    /// Asks one question; `{"ask"}` travels, and one sealed outcome comes back.
    ///
    /// # Errors
    /// When the ask cannot be made, or nobody answers.
    pub async fn ask(&self, wanted: Wanted) -> Result<Value, CallError> {
        let recipient = Recipient::open(&self.options.client)?;
        let sent = self.sign(&recipient, wanted).await?;
        let body = json!({"ask": sent.signed.jws});
        let (to, reply, took_ms) = self.send(&recipient, &sent, &body).await?;
        let text = reply.text();
        let jwe = reply.status.is_success().then_some(text.as_str());
        let mut told = self.receive(&recipient, &sent, &to, &reply, jwe);
        told["tookMs"] = took_ms.into();
        Ok(told)
    }

    /// Asks several questions at once; `{"asks"}` travels, and one outcome for each comes back.
    ///
    /// # Errors
    /// When an ask cannot be made, nobody answers, or the answer holds another number of outcomes.
    pub async fn ask_batch(&self, wanted: Vec<Wanted>) -> Result<Value, CallError> {
        let recipient = Recipient::open(&self.options.client)?;
        let mut all = Vec::with_capacity(wanted.len());
        for one in wanted {
            all.push(self.sign(&recipient, one).await?);
        }
        let first = all
            .first()
            .ok_or_else(|| CallError("expected at least one ask".into()))?;
        let asks: Vec<&str> = all.iter().map(|sent| sent.signed.jws.as_str()).collect();
        let (to, reply, took_ms) = self.send(&recipient, first, &json!({ "asks": asks })).await?;
        if !reply.status.is_success() {
            return Ok(json!({"status": reply.status.as_u16(), "body": reply.text(), "tookMs": took_ms}));
        }
        let Outcomes { outcomes } = reply.json()?;
        if outcomes.len() != all.len() {
            let (expected, found) = (all.len(), outcomes.len());
            return Err(CallError(format!("expected {expected} outcomes, found {found}")));
        }
        let pairs = all.iter().zip(&outcomes);
        let told: Vec<Value> = pairs
            .map(|(sent, jwe)| self.receive(&recipient, sent, &to, &reply, Some(jwe)))
            .collect();
        Ok(json!({"status": reply.status.as_u16(), "outcomes": told, "tookMs": took_ms}))
    }

    async fn sign(&self, recipient: &Recipient, wanted: Wanted) -> Result<Sent, CallError> {
        let (client, options) = (&recipient.client, &self.options);
        let draft = wanted.draft(Usual {
            audience: options.audience.as_deref().unwrap_or(&client.issuer),
            relays: &options.relays,
            purpose: &client.purpose,
        });
        let key = self.keys.of(&self.session.fetch, &draft.audience).await?;
        let signed = draft.sign(recipient, &key)?;
        let trusted = if self.options.trust.is_empty() {
            vec![draft.audience]
        } else {
            self.options.trust.clone()
        };
        let mut read = Map::from_iter(signed.claims.as_object().cloned().unwrap_or_default());
        read.insert("subject".into(), format!("tel:{}", draft.number).into());
        self.saw.note("ask", signed.jti(), read, &[]);
        Ok(Sent {
            number: draft.number,
            signed,
            trusted,
        })
    }

    /// Sends a body through the relay, or straight to the gateway under the recipient's own token.
    async fn send(&self, recipient: &Recipient, sent: &Sent, body: &Value) -> Result<(String, Reply, i64), CallError> {
        if let Some(relay) = &self.options.via {
            let url = format!("{}/carry", relay.trim_end_matches('/'));
            let started_ms = clock::now_ms();
            let asked = request("POST", &url, Some("application/json"), body.to_string())?;
            let reply = self.session.fetch.send(asked, PATIENCE).await?;
            return Ok((url, reply, clock::now_ms() - started_ms));
        }
        let purpose = sent.signed.claims["purpose"].as_str().unwrap_or_default();
        let client = recipient.client.for_purpose(purpose);
        let url = client.url(PATH);
        let exchange = client.exchange(&self.session, "POST", &url, Some(body)).await?;
        Ok((url, exchange.reply, exchange.took_ms))
    }

    /// Opens an outcome, writes down what became of the ask, and describes it all.
    fn receive(&self, recipient: &Recipient, sent: &Sent, to: &str, reply: &Reply, jwe: Option<&str>) -> Value {
        let (signed, status) = (&sent.signed, reply.status.as_u16());
        let claims = &signed.claims;
        let mut line = json!({
            "jti": signed.jti(), "number": sent.number, "purpose": claims["purpose"], "event": claims["event"],
            "question": claims["question"]["type"], "to": to, "status": status,
        });
        let mut told = json!({"ask": signed.jws, "claims": claims, "sentTo": to, "status": status});
        match jwe {
            None => told["body"] = reply.text().into(),
            Some(jwe) => {
                let expected = Expected {
                    trusted: &sent.trusted,
                    jti: signed.jti(),
                    journals: &self.options.journal_keys,
                };
                let outcome = Outcome::open(recipient, jwe, expected);
                let sight = saw::of_sealed(jwe);
                match outcome.opened.as_ref().and_then(Value::as_object) {
                    Some(opened) => self.saw.note("outcome", signed.jti(), opened.clone(), &[]),
                    None => self.saw.note("outcome", signed.jti(), sight.read, &["outcome"]),
                }
                line["outcome"] = outcome.word().into();
                line["apv"] = outcome.apv.as_str().into();
                line["doubt"] = json!(outcome.doubt);
                if let (Some(told), Value::Object(described)) = (told.as_object_mut(), outcome.described()) {
                    told.extend(described);
                }
                told["sealed"] = jwe.into();
            }
        }
        self.ledger.note("asked", &line);
        told
    }
}
