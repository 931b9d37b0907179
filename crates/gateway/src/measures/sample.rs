//! What is looked at every few seconds because nothing happens when it changes: sizes, ages, whether the bind stands.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;

use crate::backup;
use crate::clock::Clock;
use crate::data::{self, Reader};
use crate::messages::smpp::Bind;
use crate::store::journal::sqlite::latest_size;
use crate::store::outbox::sqlite::waiting;
use crate::store::sqlite::log_path;

/// How often it is looked, and samples of histograms are counted: uncounted ones pile up in memory.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What is looked at.
pub struct Sampled {
    /// The metrics.
    pub metrics: PrometheusHandle,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Reads beside the journal.
    pub reader: Arc<Reader>,
    /// The data directory.
    pub data_dir: PathBuf,
    /// The bind to the message centre.
    pub bind: Option<Arc<Bind>>,
    /// How many items wait for the journal.
    pub queued: Arc<AtomicUsize>,
}

impl Sampled {
    /// Looks until the gateway stops: the bind that is held here reaches the journal, whose thread ends with the last
    /// who can.
    pub async fn keep(self, mut stopping: watch::Receiver<bool>) {
        metrics::gauge!("wayleave_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        metrics::gauge!("wayleave_start_timestamp_seconds").set(self.clock.now().unix_seconds() as f64);
        loop {
            self.look();
            self.metrics.run_upkeep();
            let stopped = tokio::time::timeout(LOOK_EVERY, stopping.wait_for(|stopping| *stopping));
            if stopped.await.is_ok() {
                return;
            }
        }
    }

    fn look(&self) {
        if let Ok(entries) = self.reader.read(latest_size) {
            metrics::counter!("wayleave_journal_entries_total").absolute(entries);
        }
        if let Ok(texts) = self.reader.read(waiting) {
            metrics::gauge!("wayleave_texts_waiting_items").set(texts as f64);
        }
        metrics::gauge!("wayleave_journal_waiting_items").set(self.queued.load(Ordering::Relaxed) as f64);
        let store = self.data_dir.join(data::STORE);
        for (file, path) in [("log", log_path(&store)), ("store", store)] {
            let bytes = std::fs::metadata(path).map_or(0, |file| file.len());
            metrics::gauge!("wayleave_store_bytes", "file" => file).set(bytes as f64);
        }
        if let Some(bind) = &self.bind {
            metrics::gauge!("wayleave_messages_bound").set(if bind.is_bound() { 1.0 } else { 0.0 });
        }
        let last = backup::last(&self.data_dir).map_or(0, |at| at.unix_seconds());
        metrics::gauge!("wayleave_last_backup_timestamp_seconds").set(last as f64);
    }
}
