//! The simulator's one clock: the wall clock of the machine, as other people's systems have it.

use jiff::Timestamp;

/// Now, in milliseconds since 1970-01-01 UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "other people's systems have clocks of their own, read here and only here"
)]
pub fn now_ms() -> i64 {
    Timestamp::now().as_millisecond()
}

/// Now, in whole seconds since 1970-01-01 UTC, as JWT claims have it.
pub fn now_s() -> i64 {
    now_ms().div_euclid(1000)
}

/// `at_ms` (milliseconds since 1970) as RFC 3339 in UTC with milliseconds; times outside the calendar become 1970.
pub fn rfc3339(at_ms: i64) -> String {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    format!("{at:.3}")
}
