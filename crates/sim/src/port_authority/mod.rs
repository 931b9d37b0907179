//! Who knows whose a number is: it tells gateways, in signed events, that a number was recycled, ported, got another SIM,
//! or is a machine's line.

pub mod api;
pub mod event;

use crate::args::Common;
use crate::fetch::Fetch;
use crate::jwt::SigningKey;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use serde_json::{Value, json};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

/// How to run the port authority.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// The gateway that it tells: its issuer.
    #[arg(long)]
    pub gateway: String,
}

/// The port authority: what its parts share.
#[derive(Debug)]
pub struct Authority {
    /// How it reaches the gateway.
    pub fetch: Fetch,
    /// The gateway that it tells.
    pub gateway: String,
    /// The name that its events bear.
    pub issuer: String,
    /// The key that signs them.
    pub key: SigningKey,
    /// What was asked of it.
    pub ledger: Arc<Ledger>,
}

/// The name of the authority in its events.
pub const ISSUER: &str = "https://ports.example.com";

/// Starts the port authority; it serves for as long as the runtime lives.
///
/// # Errors
/// When the address is taken or the folder cannot be written.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::EachLine)?);
    let key = own_key(&options.common.data)?;
    let public = options.common.data.join("events.pub.jwk");
    std::fs::write(&public, serde_json::to_vec(&key.public)?)?;
    let authority = Arc::new(Authority {
        fetch: Fetch::default(),
        gateway: options.gateway,
        issuer: ISSUER.to_owned(),
        key,
        ledger: Arc::clone(&ledger),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({
        "role": "port-authority", "control": format!("{base}/control"), "issuer": ISSUER, "public_jwk_file": public,
    });
    crate::control::spawn_server(listener, api::routes(&authority));
    Ok(Running { ready, ledger })
}

/// The key of the last time, or a new one.
fn own_key(folder: &Path) -> Result<SigningKey, StartError> {
    let path = folder.join("events.jwk");
    if path.exists() {
        let jwk: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        return Ok(SigningKey::from_jwk(&jwk)?);
    }
    let key = SigningKey::generate()?;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    file.write_all(key.private_jwk()?.to_string().as_bytes())?;
    Ok(key)
}
