//! Who knows whose a number is: it tells gateways, in signed events, that a number was recycled, ported, got another SIM,
//! or is a machine's line.

pub mod api;

use crate::args::Common;
use crate::feed::Feed;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use serde_json::json;
use std::sync::Arc;

/// How to run the port authority.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// A gateway that it tells, by its issuer; several may be given.
    #[arg(long = "gateway", required = true)]
    pub gateways: Vec<String>,
}

/// The name of the authority in its events.
pub const ISSUER: &str = "https://ports.example.com";

/// Starts the port authority; it serves for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::EachLine)?);
    let folder = &options.common.data;
    let (feed, public) = Feed::open(folder, options.gateways, ISSUER, Arc::clone(&ledger))?;
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({
        "role": "port-authority", "control": format!("{base}/control"), "issuer": ISSUER, "public_jwk_file": public,
    });
    crate::control::spawn_server(listener, api::routes(&Arc::new(feed)));
    Ok(Running { ready, ledger })
}
