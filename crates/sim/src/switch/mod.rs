//! A carrier's switch: it knows which calls are live, and tells gateways of those from listed numbers, in signed events.

pub mod api;

use crate::args::Common;
use crate::feed::Feed;
use crate::feed::event::Call;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::saw::Saw;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// How to run a switch.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// A gateway that it tells, by its issuer; several may be given.
    #[arg(long = "gateway", required = true)]
    pub gateways: Vec<String>,
    /// The name that its events bear.
    #[arg(long, default_value = "https://switch.example.com")]
    pub issuer: String,
}

/// A call that is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    /// The number that is called, E.164.
    pub to: String,
    /// The rest, as gateways are told.
    pub call: Call,
}

/// The switch: what its parts share.
#[derive(Debug)]
pub struct Switch {
    /// How it tells the gateways.
    pub feed: Feed,
    /// The live calls, by name.
    pub calls: Mutex<BTreeMap<String, Live>>,
    /// What could be read here.
    pub saw: Arc<Saw>,
}

/// Starts a switch; it runs for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::Buffered)?);
    let folder = &options.common.data;
    let (feed, public) = Feed::open(folder, options.gateways, &options.issuer, Arc::clone(&ledger))?;
    let switch = Arc::new(Switch {
        feed,
        calls: Mutex::default(),
        saw: Arc::default(),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({
        "role": "switch", "control": format!("{base}/control"), "issuer": options.issuer, "public_jwk_file": public,
    });
    crate::control::spawn_server(listener, api::routes(&switch));
    Ok(Running { ready, ledger })
}
