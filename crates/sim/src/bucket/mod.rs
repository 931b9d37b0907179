//! A bucket of a store that speaks S3: whoever has the access key writes there, and everybody may read a file whose name
//! they know. It believes no request whose signature it has not checked itself, and forgets everything when it ends.

pub mod api;
pub mod control;
pub mod object;
pub mod signature;

use crate::args::Common;
use crate::ledger::{Durability, Ledger};
use crate::life::{Running, StartError, listen};
use crate::sync::lock;
use object::Object;
use serde::{Deserialize, Serialize};
use serde_json::json;
use signature::AccessKey;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// How to run the bucket.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// What every role is told.
    #[command(flatten)]
    pub common: Common,
    /// The bucket's name.
    #[arg(long, default_value = "wayleave-log")]
    pub bucket: String,
    /// The region that signatures must name.
    #[arg(long, default_value = "harbour-1")]
    pub region: String,
    /// The file with the access key: its id on the first line, its secret on the second.
    #[arg(long)]
    pub credentials_file: PathBuf,
}

/// How the store behaves; every field can be changed while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Behaviour {
    /// Answer everything with 503, public reads too.
    pub away: bool,
    /// Know `If-None-Match`; without it a request that bears one gets 501.
    pub conditions: bool,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            away: false,
            conditions: true,
        }
    }
}

/// The store: what its parts share.
#[derive(Debug)]
pub struct Bucket {
    /// The bucket's name.
    pub name: String,
    /// Who may write, and list.
    pub key: AccessKey,
    /// What it holds, by key.
    pub objects: Mutex<BTreeMap<String, Object>>,
    /// How it behaves.
    pub behaviour: Mutex<Behaviour>,
    /// What it was asked.
    pub ledger: Arc<Ledger>,
}

impl Bucket {
    /// How it behaves now.
    pub fn behaviour(&self) -> Behaviour {
        *lock(&self.behaviour)
    }
}

/// Starts the bucket; it serves for as long as the runtime lives.
///
/// # Errors
/// When the address is taken, the folder cannot be written, or the credentials cannot be read.
pub async fn start(options: Options) -> Result<Running, StartError> {
    let ledger = Arc::new(Ledger::open(&options.common.data, Durability::EachLine)?);
    let path = options.credentials_file.display().to_string();
    let text =
        std::fs::read_to_string(&options.credentials_file).map_err(|error| format!("cannot read `{path}`: {error}"))?;
    let (id, secret) = text
        .trim_end()
        .split_once('\n')
        .ok_or_else(|| format!("expected an id and a secret, each on a line of `{path}`"))?;
    let bucket = Arc::new(Bucket {
        name: options.bucket.clone(),
        key: AccessKey {
            id: id.to_owned(),
            secret: secret.to_owned(),
            region: options.region.clone(),
        },
        objects: Mutex::default(),
        behaviour: Mutex::default(),
        ledger: Arc::clone(&ledger),
    });
    let listener = listen(options.common.listen).await?;
    let base = format!("http://{}", listener.local_addr()?);
    let ready = json!({
        "role": "bucket", "control": format!("{base}/control"), "url": format!("{base}/{}", options.bucket),
        "region": options.region,
    });
    crate::control::spawn_server(listener, control::routes(&bucket));
    Ok(Running { ready, ledger })
}
