//! The phones in people's hands: their texts, a browser that opens links and signs what it is shown, and a page where a
//! visitor of the demo holds every phone.

pub mod api;
pub mod browser;
pub mod centres;
pub mod keyring;
pub mod live;
pub mod markup;

use crate::args::Common;
use crate::fetch::{Fetch, FetchError, PATIENCE, request};
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use centres::Centres;
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
    /// The control URL of a message centre that serves the phones; may be given several times.
    #[arg(long = "smsc", required = true)]
    pub centres: Vec<String>,
    /// The control URL of a carrier that knows where they are; may be given several times.
    #[arg(long = "carrier", required = true)]
    pub carriers: Vec<String>,
}

/// The phones: what their parts share.
#[derive(Debug)]
pub struct Phones {
    /// `http://host:port` of their own HTTP side.
    pub base: String,
    /// How they reach the world.
    pub fetch: Fetch,
    /// The message centres.
    pub centres: Centres,
    /// The carriers' control URLs.
    pub carriers: Vec<String>,
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
        centres: Centres::new(options.centres.iter().map(|url| trimmed(url)).collect()),
        carriers: options.carriers.iter().map(|url| trimmed(url)).collect(),
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

/// The state of a line that has left its carrier.
const PORTED: &str = "ported";

/// What two carriers say of one number: whoever still has it describes it, and a line that is on is said to have moved.
fn moved(one: Phone, other: Phone) -> Phone {
    let mut phone = if one.state == PORTED { other } else { one };
    if phone.state == "on" {
        phone.state = PORTED.into();
    }
    phone
}

impl Phones {
    /// Every phone, in order of number. One that moved from one carrier to another is shown once, as the second has it.
    ///
    /// # Errors
    /// When a carrier does not answer.
    pub async fn all(&self) -> Result<Vec<Phone>, FetchError> {
        let mut all: BTreeMap<String, Phone> = BTreeMap::new();
        for carrier in &self.carriers {
            let listed: Vec<Phone> = self.fetch.read_json(&format!("{carrier}/phones")).await?;
            for phone in listed {
                match all.remove(&phone.number) {
                    Some(other) => all.insert(phone.number.clone(), moved(other, phone)),
                    None => all.insert(phone.number.clone(), phone),
                };
            }
        }
        Ok(all.into_values().collect())
    }

    /// The carrier (its control URL) that a phone's line belongs to, and the phone as that carrier has it; `None` when no
    /// carrier has the number.
    ///
    /// # Errors
    /// When a carrier does not answer.
    pub async fn owner(&self, number: &str) -> Result<Option<(&str, Phone)>, FetchError> {
        let path = number.trim_start_matches('+');
        let mut found = None;
        for carrier in &self.carriers {
            let asked = request("GET", &format!("{carrier}/phones/{path}"), None, "")?;
            let reply = self.fetch.send(asked, PATIENCE).await?;
            if reply.status.is_success() {
                let phone: Phone = reply.json()?;
                let here = phone.state != PORTED;
                found = Some((carrier.as_str(), phone));
                if here {
                    break;
                }
            }
        }
        Ok(found)
    }
}
