//! A carrier that locates its subscribers and offers it through CAMARA Device Location (public release r3.2).
//!
//! Its subscribers move along the streets of Port Aster; its network reports circles that contain the truth as often as
//! it states. It can be told to misbehave in the ways real peers do.

pub mod behaviour;
pub mod camara;
pub mod consent_info;
pub mod control;
pub mod locate;
pub mod oauth;
pub mod server;

use crate::args::Common;
use crate::carrier::subscriber::Subscribers;
use crate::jwt::PublicJwk;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::roster::Roster;
use crate::tls;
use behaviour::Behaviour;
use serde_json::json;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

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
    #[arg(long, default_value = "Meridian Mobile")]
    pub name: String,
    /// The one OAuth client that may ask this carrier.
    #[arg(long)]
    pub client_id: String,
    /// That client's public key: a JWK or JWK set, read again for each token so that a rotated key is noticed.
    #[arg(long)]
    pub client_jwk: PathBuf,
    /// Who the carrier's subscribers are (JSON with `lines` and `blocks`); without it, the demo's hundred.
    #[arg(long)]
    pub world: Option<PathBuf>,
}

/// The carrier: what its parts share.
#[derive(Debug)]
pub struct Carrier {
    /// The carrier's name.
    pub name: String,
    /// `http://host:port`, or `https://host:port`, which is also the issuer.
    pub base: String,
    /// Who may ask, and the tokens given out.
    pub oauth: oauth::Authorization,
    /// Whose phones are where.
    pub subscribers: Arc<Subscribers>,
    /// What subscribers told it about being located.
    pub consents: consent_info::Consents,
    /// How it behaves at present.
    pub behaviour: Mutex<Arc<Behaviour>>,
    /// What it received.
    pub ledger: Arc<Ledger>,
}

/// Starts the carrier; it serves for as long as the runtime lives.
///
/// # Errors
/// When the address is taken, the folder cannot be written, or the key or world file is unusable.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let keys = std::fs::read_to_string(&options.client_jwk)
        .map_err(|error| format!("cannot read `{}`: {error}", options.client_jwk.display()))?;
    PublicJwk::read_all(&keys).map_err(|error| format!("`{}`: {error}", options.client_jwk.display()))?;
    let roster = match &options.world {
        Some(path) => Roster::read(path)?,
        None => Roster::demo(&options.name),
    };
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::Buffered)?);
    let subscribers = Arc::new(Subscribers::open(roster, &options.common.data)?);
    let listener = listen(options.common.listen).await?;
    let address = listener.local_addr()?;
    let base = tls::front(&options.tls, address).await?;
    let carrier = Arc::new(Carrier {
        name: options.name,
        oauth: oauth::Authorization::new(options.client_id, options.client_jwk, &base),
        subscribers,
        consents: consent_info::Consents::default(),
        behaviour: Mutex::new(Arc::new(Behaviour::default())),
        ledger: Arc::clone(&ledger),
        base: base.clone(),
    });
    let ready = json!({
        "role": "carrier-camara", "name": carrier.name, "control": format!("http://{address}/control"), "base": base,
        "token_endpoint": format!("{base}/oauth2/token"), "issuer": base,
    });
    let routes = control::routes(&carrier);
    tokio::spawn(server::serve(listener, carrier, routes));
    Ok(Running { ready, ledger })
}
