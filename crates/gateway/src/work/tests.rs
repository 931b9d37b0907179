//! Jobs run until they are stopped, go on after a failure, and rest between rounds.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

struct Counting(AtomicU64);

impl Job for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn rests(&self) -> Duration {
        Duration::from_millis(2)
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        let round = self.0.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match round % 2 {
                0 => Ok(round),
                _ => Err(StoreError::Failed("a test's failure".to_owned())),
            }
        })
    }
}

#[tokio::test]
async fn a_job_goes_on_after_a_failure_and_ends_when_it_is_told_to() {
    let (stop, stopped) = watch::channel(false);
    let job = Arc::new(Counting(AtomicU64::new(0)));
    let running = start(vec![Arc::clone(&job) as Arc<dyn Job>], &stopped);
    let rounds = async {
        while job.0.load(Ordering::Relaxed) < 5 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), rounds)
        .await
        .expect("several rounds");
    stop.send_replace(true);
    for task in running {
        tokio::time::timeout(Duration::from_secs(20), task)
            .await
            .expect("it ends")
            .expect("well");
    }
}

#[test]
fn rests_are_never_the_same_and_never_far_off() {
    let rests = Duration::from_secs(10);
    assert_eq!(jittered(rests, [0; 4]), Duration::from_secs(5));
    assert_eq!(jittered(rests, [255; 4]), Duration::from_secs(15));
}
