//! The one clock of the process. Everything else takes the time as an argument, or asks this.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's own clock. It never runs backwards and never stands still while the process lives, whatever is done to
/// the machine's time: a window that is measured with it, such as the one in which an answer must leave, always closes.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

/// When the process first asked for the time.
static START: OnceLock<Instant> = OnceLock::new();
/// The latest known difference between the time and the milliseconds since the start; it only grows.
static OFFSET_MS: AtomicI64 = AtomicI64::new(i64::MIN);

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        let ran = START.get_or_init(Instant::now).elapsed();
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let whole = |span: Duration| i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        steady(&OFFSET_MS, whole(ran), whole(since))
    }
}

fn steady(offset_ms: &AtomicI64, ran_ms: i64, since_ms: i64) -> Timestamp {
    let seen = since_ms.saturating_sub(ran_ms);
    let offset = offset_ms.fetch_max(seen, Ordering::Relaxed).max(seen);
    Timestamp::from_unix_ms(ran_ms.saturating_add(offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_when_the_machine_is_set_back() {
        let offset = AtomicI64::new(i64::MIN);
        let at = |ran, since| steady(&offset, ran, since).unix_ms();
        assert_eq!(at(0, 1_000_000), 1_000_000);
        assert_eq!(at(10, 1_000_010), 1_000_010);
        assert_eq!(at(20, 400_000), 1_000_020, "set back: as if nothing had happened");
        assert_eq!(at(520, 400_500), 1_000_520);
        assert_eq!(at(530, 2_000_000), 2_000_000, "set forward: at once");
        assert_eq!(at(540, 1_000_540), 2_000_010);
    }
}
