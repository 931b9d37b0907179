//! A partner's own backend: authenticates with its key, proves possession where it must, asks the gateway, and shows
//! what was sent and what came back.

pub mod api;
pub mod client;

use crate::args::Common;
use crate::fetch::Fetch;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use client::Token;
use serde_json::json;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// How to run the partners.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// The folder of the sandbox partners' files, `NAME.json` each; a file is read when its partner is used.
    #[arg(long)]
    pub clients: PathBuf,
}

/// The partners: what their parts share.
#[derive(Debug)]
pub struct Partners {
    /// How they reach the gateway.
    pub fetch: Fetch,
    /// Where their files are.
    pub clients: PathBuf,
    /// The access tokens that still live, by partner.
    pub tokens: Mutex<HashMap<String, Token>>,
    /// What was asked of them.
    pub ledger: Arc<Ledger>,
}

/// Starts the partners' backend; it serves for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::EachLine)?);
    let partners = Arc::new(Partners {
        fetch: Fetch::default(),
        clients: options.clients,
        tokens: Mutex::default(),
        ledger: Arc::clone(&ledger),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({"role": "partner", "control": format!("{base}/control"), "api": format!("{base}/api")});
    crate::control::spawn_server(listener, api::routes(&partners));
    Ok(Running { ready, ledger })
}
