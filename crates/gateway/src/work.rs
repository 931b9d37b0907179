//! What the gateway does by itself, beside what it is asked: it closes questions that nobody answered, and reminds people
//! of what they agreed to. A job finds what is due and hands it to the journal, which decides; so a job that runs twice, or
//! late, does no harm.

pub mod erasures;
pub mod lapses;
pub mod notices;
pub mod reminders;
pub mod retention;
pub mod stops;
pub mod tellings;

use std::sync::Arc;
use std::time::Duration;

use domain::journal::store::StoreError;
use domain::locate::Wait;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::chance::SystemChance;

/// Something that is done again and again.
pub trait Job: Send + Sync {
    /// Its name in the log and the metrics.
    fn name(&self) -> &'static str;

    /// How long it rests between two rounds, on average.
    fn rests(&self) -> Duration;

    /// Does what is due now, and says how much that was.
    fn round(&self) -> Wait<'_, Result<u64, StoreError>>;
}

/// Runs jobs, each at its own pace, until `stop` says so; a round that has begun is finished.
pub fn start(jobs: Vec<Arc<dyn Job>>, stop: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    jobs.into_iter()
        .map(|job| tokio::spawn(keep(job, SystemChance::new(), stop.clone())))
        .collect()
}

async fn keep(job: Arc<dyn Job>, chance: SystemChance, mut stop: watch::Receiver<bool>) {
    let name = job.name();
    loop {
        tokio::select! {
            _ = stop.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(jittered(job.rests(), chance.bytes())) => {}
        }
        match job.round().await {
            Ok(0) => {}
            Ok(done) => {
                metrics::counter!("wayleave_work_done_total", "job" => name).increment(done);
                tracing::info!(job = name, done, "a round of work");
            }
            Err(error) => {
                metrics::counter!("wayleave_work_failures_total", "job" => name).increment(1);
                tracing::warn!(job = name, %error, "a round of work failed and is tried again");
            }
        }
    }
}

/// Between half of it and one and a half times as much, so that jobs do not fall into step.
fn jittered(rests: Duration, chance: [u8; 4]) -> Duration {
    rests.mul_f64(0.5 + f64::from(u32::from_be_bytes(chance)) / f64::from(u32::MAX))
}

#[cfg(test)]
mod tests;
