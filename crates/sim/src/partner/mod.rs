//! A partner's own backend: authenticates with its key, proves possession where it must, asks the gateway, and shows
//! what was sent and what came back.

pub mod api;

use crate::args::Common;
use crate::client::Session;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

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
    /// How they reach the gateway, and their access tokens.
    pub session: Session,
    /// Where their files are.
    pub clients: PathBuf,
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
        session: Session::default(),
        clients: options.clients,
        ledger: Arc::clone(&ledger),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({"role": "partner", "control": format!("{base}/control"), "api": format!("{base}/api")});
    crate::control::spawn_server(listener, api::routes(&partners));
    Ok(Running { ready, ledger })
}
