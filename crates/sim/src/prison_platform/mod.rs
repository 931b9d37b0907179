//! A telephony platform of a facility: calls go out from its one listed number, and it asks where the called phone is. It
//! is recipient and event source at once, under one client; that is why a carrier has to confirm its calls.

pub mod api;

use crate::args::Common;
use crate::desk::{Desk, DeskOptions};
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// How to run a platform.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// Whose desk it is, and how its asks travel.
    #[command(flatten)]
    pub desk: DeskOptions,
    /// The facility's listed number, E.164 with `+`.
    #[arg(long)]
    pub line: String,
    /// A client file that its calls are told with, one for each gateway that shall know of them; `--client` without one.
    #[arg(long)]
    pub events: Vec<PathBuf>,
    /// The carrier's switch that its calls go through, by its control; without one no carrier knows of any call.
    #[arg(long)]
    pub switch: Option<String>,
}

/// The platform: what its parts share.
#[derive(Debug)]
pub struct Platform {
    /// Its desk.
    pub desk: Arc<Desk>,
    /// The facility's listed number.
    pub line: String,
    /// The client files that its calls are told with.
    pub events: Vec<PathBuf>,
    /// The carrier's switch, by its control.
    pub switch: Option<String>,
    /// The calls that it says are live, by name.
    pub calls: Mutex<BTreeMap<String, Call>>,
}

/// A call that the platform says is live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The number that is called.
    pub to: String,
    /// The number that calls.
    pub line: String,
    /// Whether there is no such call.
    pub invented: bool,
}

/// Starts a platform; it runs for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::Buffered)?);
    let mut events = options.events;
    if events.is_empty() {
        events.push(options.desk.client.clone());
    }
    let platform = Arc::new(Platform {
        desk: Arc::new(Desk::new(options.desk, Arc::clone(&ledger))),
        line: options.line,
        events,
        switch: options.switch,
        calls: Mutex::default(),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({"role": "prison-platform", "control": format!("{base}/control"), "line": platform.line});
    crate::control::spawn_server(listener, api::routes(&platform));
    Ok(Running { ready, ledger })
}
