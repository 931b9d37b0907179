//! Locks that outlive a panic: a simulated system keeps answering when one of its tasks died.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks `mutex`, also when a task panicked while holding it.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
