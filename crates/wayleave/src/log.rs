//! Structured lines on standard error.

use gateway::config::log::{Format, Log};
use tracing_subscriber::EnvFilter;

use crate::Failure;

/// Starts logging as the configuration says.
pub(crate) fn start(log: &Log) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(&log.filter).map_err(|error| {
        format!(
            "`log.filter`: expected filters such as `info`, found `{}`: {error}",
            log.filter
        )
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match log.format {
        Format::Text => lines.with_ansi(false).init(),
        Format::Json => lines.json().init(),
    }
    Ok(())
}
