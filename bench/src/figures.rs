//! The arithmetic of the results.

use std::time::{Duration, Instant};

use crate::Failure;

/// The time now, for measuring.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures time; nothing is decided by it"
)]
pub fn now() -> Instant {
    Instant::now()
}

/// The processor time that the calling process's first thread has used, as Linux counts it.
///
/// # Errors
/// When the kernel does not count it.
pub fn processor() -> Result<Duration, Failure> {
    let counts = std::fs::read_to_string("/proc/self/schedstat")?;
    let used = counts.split(' ').next().unwrap_or_default();
    Ok(Duration::from_nanos(used.parse()?))
}

/// The value below which so many percent of the sorted values lie; zero for none.
#[must_use]
pub fn percentile<T: Copy + Default>(sorted: &[T], percent: usize) -> T {
    let at = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(at).copied().unwrap_or_default()
}

/// So many in so much time, as a rate a second.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of a benchmark are far below the numbers at which a float loses whole ones"
)]
pub fn rate(count: usize, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64().max(f64::EPSILON)
}

/// Milliseconds, for printing.
#[must_use]
pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_where_they_should() {
        let sorted: Vec<Duration> = (1..=100).map(Duration::from_millis).collect();
        assert_eq!(percentile(&sorted, 50), Duration::from_millis(51));
        assert_eq!(percentile(&sorted, 99), Duration::from_millis(100));
        assert_eq!(percentile::<Duration>(&[], 99), Duration::ZERO);
    }
}
