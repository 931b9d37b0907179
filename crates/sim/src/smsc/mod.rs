//! A short message service centre: takes messages over SMPP 3.4 into the phones' inboxes, and carries replies back,
//! again and again until they are answered.
//!
//! Its ledger is also its memory: at start the inboxes and the unanswered replies are rebuilt from it.

pub mod behaviour;
pub mod control;
pub mod delivery;
pub mod inbox;
pub mod session;

use crate::args::Common;
use crate::clock;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::smpp::pdu::{Address, Message};
use crate::smpp::{Status, long::Assembly};
use crate::sync::lock;
use behaviour::{Behaviour, Receipt};
use delivery::Outgoing;
use inbox::{Inboxes, Received};
use serde_json::json;
use session::Sessions;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// How to run a message centre.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// Address and port of the SMPP side; port 0 takes any free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    pub smpp: SocketAddr,
    /// The one peer that may bind.
    #[arg(long)]
    pub system_id: String,
    /// A file with that peer's password, at most eight characters.
    #[arg(long)]
    pub password_file: PathBuf,
}

/// The centre: what its parts share.
#[derive(Debug)]
pub struct Centre {
    /// Who may bind.
    pub system_id: String,
    /// With which password.
    pub password: String,
    /// What it received.
    pub ledger: Arc<Ledger>,
    /// What lies on the phones.
    pub inboxes: Mutex<Inboxes>,
    /// What waits to be taken by the peer.
    pub outgoing: Mutex<Outgoing>,
    /// Who is connected.
    pub sessions: Mutex<Sessions>,
    /// How it behaves at present.
    pub behaviour: Mutex<Behaviour>,
    /// Rings when something new waits to be delivered, or the behaviour changed.
    pub bell: Notify,
    assembly: Mutex<Assembly>,
    next: AtomicU64,
}

/// Starts the centre; it serves for as long as the runtime lives.
///
/// # Errors
/// When an address is taken, the folder cannot be written, or the password or ledger is unusable.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let password = std::fs::read_to_string(&options.password_file)
        .map_err(|error| format!("cannot read `{}`: {error}", options.password_file.display()))?;
    let password = password.trim().to_owned();
    if password.is_empty() || password.len() > 8 {
        return Err(format!("expected a password of 1 to 8 characters, found {}", password.len()).into());
    }
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::EachLine)?);
    let centre = Arc::new(Centre::open(options.system_id, password, Arc::clone(&ledger))?);
    let smpp = listen(options.smpp).await?;
    let http = listen(options.common.listen).await?;
    let ready = json!({
        "role": "smsc", "control": format!("http://{}/control", http.local_addr()?),
        "smpp": smpp.local_addr()?.to_string(),
    });
    crate::control::spawn_server(http, control::routes(&centre));
    tokio::spawn(session::accept(smpp, Arc::clone(&centre)));
    tokio::spawn(delivery::run(centre));
    Ok(Running { ready, ledger })
}

impl Centre {
    /// A centre that remembers what its ledger says.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn open(system_id: String, password: String, ledger: Arc<Ledger>) -> Result<Self, StartError> {
        let entries = ledger.entries()?;
        Ok(Self {
            system_id,
            password,
            inboxes: Mutex::new(Inboxes::replayed(&entries)),
            outgoing: Mutex::new(Outgoing::replayed(&entries)),
            sessions: Mutex::default(),
            behaviour: Mutex::default(),
            bell: Notify::new(),
            assembly: Mutex::default(),
            // Every id leaves a line, so the number of lines is past every id that was given before.
            next: AtomicU64::new(entries.len() as u64 + 1),
            ledger,
        })
    }

    /// An id that was never given before.
    pub fn next_id(&self, prefix: char) -> String {
        format!("{prefix}{:07x}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Takes a message for a phone.
    ///
    /// # Errors
    /// The status to answer with, when it is not taken.
    pub fn submit(&self, message: &Message) -> Result<String, Status> {
        let behaviour = lock(&self.behaviour).clone();
        let refusal = if behaviour.throttle {
            Some(Status::THROTTLED)
        } else if crate::roster::digits(&message.destination.digits).is_none() {
            Some(Status::INVALID_DESTINATION)
        } else {
            None
        };
        let id = self.next_id('m');
        self.ledger.note(
            "submit_sm",
            &json!({
                "id": id, "from": message.source.shown(), "to": message.destination.shown(),
                "esm_class": message.esm_class, "data_coding": message.data_coding,
                "registered_delivery": message.registered_delivery, "octets": message.payload.len(),
                "status": refusal.unwrap_or(Status::OK).0,
            }),
        );
        if let Some(refusal) = refusal {
            return Err(refusal);
        }
        let whole = lock(&self.assembly).take(message);
        if let Some(text) = whole {
            self.arrive(&id, message, text, behaviour.receipt);
        }
        if let Some(receipt) = behaviour
            .receipt
            .filter(|receipt| receipt.wanted_by(message.registered_delivery))
        {
            lock(&self.outgoing).add_receipt(&id, message, receipt, clock::now_ms() + behaviour.receipt_ms);
            self.bell.notify_one();
        }
        Ok(id)
    }

    /// A whole text reaches its phone, or fails to.
    fn arrive(&self, id: &str, message: &Message, text: String, receipt: Option<Receipt>) {
        let undelivered = receipt == Some(Receipt::Undelivered);
        let kind = if undelivered { "undelivered" } else { "message" };
        let received = Received {
            id: id.to_owned(),
            from: message.source.shown(),
            text,
            at: clock::rfc3339(clock::now_ms()),
        };
        let sender = json!({"ton": message.source.ton, "npi": message.source.npi});
        let (from, text) = (&received.from, &received.text);
        let to = message.destination.shown();
        self.ledger.note(
            kind,
            &json!({"id": id, "from": from, "to": to, "sender": sender, "text": text}),
        );
        if !undelivered {
            lock(&self.inboxes).put(&to, received, message.source.clone());
        }
    }

    /// Takes a reply that a person wrote on the phone `from`; without `to` it goes to whoever wrote last.
    ///
    /// # Errors
    /// A sentence, when `from` is no number or nobody has written to it.
    pub fn reply(&self, from: &str, to: Option<&str>, text: &str) -> Result<String, String> {
        if crate::roster::digits(from).is_none() {
            return Err(format!("expected an E.164 number, found `{from}`"));
        }
        let to = match (to, lock(&self.inboxes).sender(from, to)) {
            (_, Some(sender)) => sender,
            (Some(to), None) if to.len() <= 6 => Address {
                ton: 3,
                npi: 0,
                digits: to.to_owned(),
            },
            (Some(to), None) => Address::international(to),
            (None, None) => return Err("nobody has written to this phone yet, so say to whom the reply goes".into()),
        };
        let id = self.next_id('r');
        let source = Address::international(from);
        let twice = lock(&self.behaviour).twice;
        let receiver = json!({"ton": to.ton, "npi": to.npi});
        let entry = json!({
            "id": id, "from": source.shown(), "to": to.shown(), "receiver": receiver, "text": text, "twice": twice,
        });
        self.ledger.note("reply", &entry);
        lock(&self.outgoing).add_reply(&id, &source, &to, text, if twice { 2 } else { 1 });
        self.bell.notify_one();
        Ok(id)
    }
}
