//! How fresh the latest cosigned checkpoint is, for everybody who says it or acts on it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use domain::time::{Span, Timestamp};

use crate::config::journal::Journal;

/// How the witnesses stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// None are needed.
    Unneeded,
    /// The latest cosigned checkpoint is fresh.
    Fresh,
    /// It is late, by its age. Answers go on.
    Late(Span),
    /// It is so old, by its age, that nobody may ask any more.
    TooOld(Span),
}

/// The latest cosigned checkpoint, and what follows from its age.
#[derive(Debug)]
pub struct Watch {
    needed: bool,
    late_after: Span,
    refuse_after: Span,
    latest: Mutex<(u64, Timestamp)>,
    closed: Arc<AtomicBool>,
}

impl Watch {
    /// Watches from `now` on: what was cosigned before a start does not make it late. `closed` is set while nobody may ask.
    #[must_use]
    pub fn new(journal: &Journal, now: Timestamp, closed: Arc<AtomicBool>) -> Self {
        Self {
            needed: journal.cosignatures > 0,
            late_after: Span::seconds(journal.late_after_s),
            refuse_after: Span::seconds(journal.refuse_after_s),
            latest: Mutex::new((0, now)),
            closed,
        }
    }

    fn latest(&self) -> (u64, Timestamp) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A checkpoint of this size was cosigned by enough before the start.
    pub fn saw_before(&self, size: u64) {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).0 = size;
    }

    /// A checkpoint of this size was cosigned by enough just now.
    pub fn saw(&self, size: u64, now: Timestamp) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = (size, now);
        self.look(now);
    }

    /// Looks at the age again, and opens or closes the door for those who ask.
    pub fn look(&self, now: Timestamp) -> Standing {
        let standing = self.standing(now);
        let closed = matches!(standing, Standing::TooOld(_));
        if self.closed.swap(closed, Ordering::AcqRel) != closed {
            if closed {
                tracing::error!(
                    "NOBODY MAY ASK: too few witnesses have cosigned the journal for too long; STOP and withdrawals go on"
                );
            } else {
                tracing::warn!("witnesses cosign the journal again: asks are taken");
            }
        }
        standing
    }

    /// How the witnesses stand at `now`.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        let age = now.since(self.latest().1);
        if !self.needed {
            Standing::Unneeded
        } else if age >= self.refuse_after {
            Standing::TooOld(age)
        } else if age >= self.late_after {
            Standing::Late(age)
        } else {
            Standing::Fresh
        }
    }

    /// The age of the latest cosigned checkpoint in seconds, if cosignatures are needed.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<i64> {
        self.needed.then(|| now.since(self.latest().1).as_seconds())
    }

    /// What answers say: the size of the latest cosigned checkpoint, and how many seconds ago it was cosigned. The same for
    /// everybody who asks at one time. Nothing if no cosignatures are needed.
    #[must_use]
    pub fn mark(&self, now: Timestamp) -> Option<String> {
        let (size, at) = self.latest();
        self.needed
            .then(|| format!("{size} {}", now.since(at).as_seconds().max(0)))
    }

    /// A line for those who run it, if cosignatures are needed.
    #[must_use]
    pub fn line(&self, now: Timestamp) -> Option<String> {
        let age = |span: Span| span.as_seconds();
        match self.look(now) {
            Standing::Unneeded => None,
            Standing::Fresh => Some("witnesses: ok\n".to_owned()),
            Standing::Late(span) => Some(format!("witnesses: late by {} s; answers go on\n", age(span))),
            Standing::TooOld(span) => Some(format!("witnesses: away for {} s; asks are refused\n", age(span))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_closes_when_they_are_away_for_too_long_and_opens_again() {
        let journal = Journal {
            cosignatures: 1,
            late_after_s: 60,
            refuse_after_s: 600,
            ..Journal::default()
        };
        let at = |seconds: i64| Timestamp::from_unix_seconds(1_800_000_000 + seconds);
        let closed = Arc::new(AtomicBool::new(false));
        let watch = Watch::new(&journal, at(0), Arc::clone(&closed));
        watch.saw_before(7);
        assert_eq!(
            (watch.look(at(59)), watch.mark(at(59))),
            (Standing::Fresh, Some("7 59".to_owned()))
        );
        assert_eq!(watch.look(at(60)), Standing::Late(Span::seconds(60)));
        assert!(!closed.load(Ordering::Acquire));
        assert_eq!(watch.look(at(600)), Standing::TooOld(Span::seconds(600)));
        assert!(closed.load(Ordering::Acquire));
        assert!(watch.line(at(600)).expect("a line").contains("refused"));
        watch.saw(9, at(601));
        assert!(!closed.load(Ordering::Acquire));
        assert_eq!(watch.mark(at(603)).as_deref(), Some("9 2"));
        let unneeded = Watch::new(&Journal::default(), at(0), Arc::clone(&closed));
        assert_eq!(
            (unneeded.look(at(9_999_999)), unneeded.mark(at(0))),
            (Standing::Unneeded, None)
        );
        assert!(!closed.load(Ordering::Acquire));
    }
}
