//! A relay: a reseller or aggregator that carries asks under its own token and gives the outcomes back byte for byte. It
//! writes down everything that it could read, and can be told to misbehave.

pub mod api;
pub mod behaviour;
pub mod carry;

use crate::args::Common;
use crate::client::Session;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::recipient::GatewayKeys;
use crate::saw::Saw;
use behaviour::Behaviour;
use carry::Carried;
use serde_json::json;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// How to run a relay.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// Its client file; it is read when it is used.
    #[arg(long)]
    pub client: PathBuf,
    /// The next relay, by its `url`; straight to the gateway of the client file without one.
    #[arg(long)]
    pub next: Option<String>,
}

/// The relay: what its parts share.
#[derive(Debug)]
pub struct Relay {
    /// Its client file.
    pub client: PathBuf,
    /// The next relay.
    pub next: Option<String>,
    /// How it reaches the gateway.
    pub session: Session,
    /// The keys of gateways, as anybody can read them.
    pub keys: GatewayKeys,
    /// How it behaves.
    pub behaviour: Mutex<Behaviour>,
    /// What it carried last.
    pub last: Mutex<Option<Carried>>,
    /// An outcome that it kept for itself.
    pub kept: Mutex<Option<String>>,
    /// What it carried.
    pub ledger: Arc<Ledger>,
    /// What it could read.
    pub saw: Arc<Saw>,
}

/// Starts a relay; it runs for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::Buffered)?);
    let relay = Arc::new(Relay {
        client: options.client,
        next: options.next,
        session: Session::default(),
        keys: GatewayKeys::default(),
        behaviour: Mutex::default(),
        last: Mutex::default(),
        kept: Mutex::default(),
        ledger: Arc::clone(&ledger),
        saw: Arc::default(),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({"role": "relay", "control": format!("{base}/control"), "url": base});
    crate::control::spawn_server(listener, api::routes(&relay));
    Ok(Running { ready, ledger })
}
