//! A service that needs to know where its customer is: a roadside service's desk, a bank's card check. Beside the desk
//! stands its ticket system, which is a party of its own to the gateway.

pub mod api;

use crate::args::Common;
use crate::desk::{Desk, DeskOptions};
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use serde_json::json;
use std::path::PathBuf;
use std::sync::Arc;

/// How to run a service.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// Whose desk it is, and how its asks travel.
    #[command(flatten)]
    pub desk: DeskOptions,
    /// The client file of its ticket system, which posts events; one for each gateway that shall know of its tickets.
    #[arg(long)]
    pub events: Vec<PathBuf>,
}

/// The service: what its parts share.
#[derive(Debug)]
pub struct Service {
    /// Its desk.
    pub desk: Arc<Desk>,
    /// The client files of its ticket system.
    pub events: Vec<PathBuf>,
}

/// Starts a service; it runs for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::Buffered)?);
    let service = Arc::new(Service {
        desk: Arc::new(Desk::new(options.desk, Arc::clone(&ledger))),
        events: options.events,
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({"role": "service", "control": format!("{base}/control")});
    crate::control::spawn_server(listener, api::routes(&service));
    Ok(Running { ready, ledger })
}
