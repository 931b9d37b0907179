//! The phones in people's hands: their texts, a browser that opens links and signs what it is shown, and a page where a
//! visitor of the demo holds every phone.

pub mod api;
pub mod browser;
pub mod keyring;
pub mod live;
pub mod markup;

use crate::args::Common;
use crate::fetch::{Fetch, FetchError};
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::smsc::inbox::Received;
use keyring::Keyring;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How to run the phones.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// The control URL of the message centre that serves the phones.
    #[arg(long)]
    pub smsc: String,
    /// The control URL of the carrier that knows where they are.
    #[arg(long)]
    pub carrier: String,
}

/// The phones: what their parts share.
#[derive(Debug)]
pub struct Phones {
    /// `http://host:port` of their own HTTP side.
    pub base: String,
    /// How they reach the world.
    pub fetch: Fetch,
    /// The message centre's control URL.
    pub smsc: String,
    /// The carrier's control URL.
    pub carrier: String,
    /// The keys that the phones' browsers made.
    pub keyring: Keyring,
    /// What was done with the phones.
    pub ledger: Arc<Ledger>,
}

/// A phone as the carrier's control side describes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Phone {
    /// E.164 with `+`.
    pub number: String,
    /// The owner's name.
    pub name: String,
    /// The carrier's name.
    pub carrier: String,
    /// What the line is to the carrier.
    pub state: String,
    /// Where it really is.
    pub truth: Value,
}

/// Starts the phones; they serve for as long as the runtime lives.
///
/// # Errors
/// When the address is taken, or the folder or key file is unusable.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::EachLine)?);
    let keyring = Keyring::open(&options.common.data)?;
    let trimmed = |url: &str| url.trim_end_matches('/').to_owned();
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let phones = Arc::new(Phones {
        base: base.clone(),
        fetch: Fetch::default(),
        smsc: trimmed(&options.smsc),
        carrier: trimmed(&options.carrier),
        keyring,
        ledger: Arc::clone(&ledger),
    });
    let ready = json!({
        "role": "phones", "control": format!("{base}/control"), "page": format!("{base}/phones"),
        "api": format!("{base}/api"),
    });
    crate::control::spawn_server(listener, api::routes(&phones));
    for page in phones.keyring.live() {
        tokio::spawn(live::keep_open(Arc::clone(&phones), page.number, page.link));
    }
    Ok(Running { ready, ledger })
}

impl Phones {
    /// Every phone.
    ///
    /// # Errors
    /// When the carrier does not answer.
    pub async fn all(&self) -> Result<Vec<Phone>, FetchError> {
        self.fetch.read_json(&format!("{}/phones", self.carrier)).await
    }

    /// The texts of every phone that has any.
    ///
    /// # Errors
    /// When the message centre does not answer.
    pub async fn inboxes(&self) -> Result<BTreeMap<String, Vec<Received>>, FetchError> {
        self.fetch.read_json(&format!("{}/inbox", self.smsc)).await
    }

    /// The texts of one phone, oldest first.
    ///
    /// # Errors
    /// When the message centre does not answer.
    pub async fn inbox(&self, number: &str) -> Result<Vec<Received>, FetchError> {
        self.fetch
            .read_json(&format!("{}/inbox/{}", self.smsc, number.trim_start_matches('+')))
            .await
    }
}
