//! What ends for a person or a party has ended once it is said.

use std::time::Duration;

use domain::reply::LEAVE_WITHIN;

/// Waits until what was released before can no longer leave.
pub(crate) fn wait() {
    std::thread::sleep(Duration::from_millis(LEAVE_WITHIN.as_ms().unsigned_abs()));
}
