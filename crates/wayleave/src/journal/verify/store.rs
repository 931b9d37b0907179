//! A whole store, against its own head and with its keys.

use std::path::Path;
use std::sync::Arc;

use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::data;

use crate::{Failure, log};

/// Verifies the configuration's store, or a backup of it.
pub(super) fn verify(config: &Path, backup: Option<&Path>) -> Result<(), Failure> {
    let opened = match backup {
        Some(folder) => {
            let config = Config::load(config)?;
            log::start(&config.log)?;
            data::verify_copy(&config.gateway, &folder.join(data::STORE), Arc::new(SystemClock))?
        }
        None => crate::journal::open_whole(config)?.opened,
    };
    println!("verified: {} entries under the root of the head", opened.entries);
    match opened.open_asks.len() {
        0 => println!("every ask has its end"),
        open => println!("{open} asks have no end yet: they are in flight, or a crash left them to the next start"),
    }
    Ok(())
}
