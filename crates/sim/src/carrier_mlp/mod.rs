//! A carrier that locates its subscribers and offers it through OMA MLP: the standard location immediate service, over
//! HTTP, synchronous or with reports that are pushed.
//!
//! Its reader and printer of XML are its own. It speaks one of three dialects, keeps the habits that location servers in
//! the field have when told to, and misbehaves in the ways that real peers do.

pub mod answer;
pub mod behaviour;
pub mod control;
pub mod dialect;
pub mod geometry;
pub mod locate;
pub mod misdeed;
pub mod push;
pub mod question;
pub mod quirk;
pub mod received;
pub mod result;
pub mod server;
pub mod shape;
pub mod xml;

use crate::args::Common;
use crate::carrier::subscriber::Subscribers;
use crate::fetch::Fetch;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::roster::{Roster, SECOND_CARRIER};
use crate::tls;
use behaviour::Behaviour;
use clap::ValueEnum;
use dialect::Dialect;
use received::Client;
use serde_json::json;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// Whether a client must name the one that the phone's owner deals with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LastClient {
    /// Each request must.
    Required,
    /// A request may.
    Optional,
}

/// How to run a carrier.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// How it speaks TLS.
    #[command(flatten)]
    pub tls: tls::Secured,
    /// The carrier's name.
    #[arg(long, default_value = SECOND_CARRIER)]
    pub name: String,
    /// The one client that may ask this carrier.
    #[arg(long)]
    pub client_id: String,
    /// The file with that client's password.
    #[arg(long)]
    pub client_password_file: PathBuf,
    /// A service under which the client may ask; may be given several times. Without it, any.
    #[arg(long = "client-service")]
    pub client_services: Vec<String>,
    /// Whether a chain must name its last client.
    #[arg(long, default_value = "optional")]
    pub last_client: LastClient,
    /// The form of MLP that this carrier speaks.
    #[arg(long, default_value = "3.5")]
    pub dialect: Dialect,
    /// Who the carrier's subscribers are (JSON with `lines` and `blocks`); without it, the demo's second carrier.
    #[arg(long)]
    pub world: Option<PathBuf>,
}

/// The carrier: what its parts share.
#[derive(Debug)]
pub struct Carrier {
    /// The carrier's name.
    pub name: String,
    /// `http://host:port`, or `https://host:port`.
    pub base: String,
    /// The form of MLP that it speaks.
    pub dialect: Dialect,
    /// Who may ask.
    pub client: Client,
    /// Whose phones are where.
    pub subscribers: Arc<Subscribers>,
    /// How it behaves at present.
    pub behaviour: Mutex<Arc<Behaviour>>,
    /// How it reports.
    pub fetch: Fetch,
    /// What it received, and what it reported.
    pub ledger: Arc<Ledger>,
}

/// Starts the carrier; it serves for as long as the runtime lives.
///
/// # Errors
/// When the address is taken, the folder cannot be written, or the password or world file is unusable.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let required = options.last_client == LastClient::Required;
    let client = Client::read(
        &options.client_id,
        &options.client_password_file,
        &options.client_services,
        required,
    )?;
    let roster = match &options.world {
        Some(path) => Roster::read(path)?,
        None => Roster::demo_second(&options.name),
    };
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::Buffered)?);
    let subscribers = Arc::new(Subscribers::open(roster, &options.common.data)?);
    let listener = listen(options.common.listen).await?;
    let address = listener.local_addr()?;
    let base = tls::front(&options.tls, address).await?;
    let carrier = Arc::new(Carrier {
        name: options.name,
        base: base.clone(),
        dialect: options.dialect,
        client,
        subscribers,
        behaviour: Mutex::new(Arc::new(Behaviour::default())),
        fetch: Fetch::default(),
        ledger: Arc::clone(&ledger),
    });
    let ready = json!({
        "role": "carrier-mlp", "name": carrier.name, "control": format!("http://{address}/control"),
        "url": format!("{base}{}", server::PATH), "dialect": carrier.dialect.word(),
    });
    let routes = control::routes(&carrier);
    tokio::spawn(server::serve(listener, carrier, routes));
    Ok(Running { ready, ledger })
}
