//! What was found when the picked entries were looked at: how many are misuse, and how sure that is.

use super::interval::{interval, sample_to_bound, sample_to_see};

/// What a person said when the auditor asked "did you agree?".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Said {
    /// They agreed.
    Yes,
    /// They did not.
    No,
    /// They do not remember.
    DoNotRemember,
}

impl Said {
    /// Every answer.
    pub const ALL: [Self; 3] = [Self::Yes, Self::No, Self::DoNotRemember];

    /// Its word in documents and forms.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::DoNotRemember => "do-not-remember",
        }
    }

    /// The answer of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|said| said.word() == word)
    }

    /// What counts when a person says something again: the first answer, unless the later one is *no*.
    #[must_use]
    pub const fn after(self, later: Self) -> Self {
        match later {
            Self::No => Self::No,
            Self::Yes | Self::DoNotRemember => self,
        }
    }
}

/// One picked entry, looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Whether what its consent rests on holds.
    pub evidence_holds: bool,
    /// What its person said; `None` without an answer.
    pub said: Option<Said>,
}

/// So many of so many, and the interval of 95 per cent for the rate; `None` where nothing was looked at.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Rate {
    /// How many.
    pub found: u64,
    /// Out of how many.
    pub n: u64,
    /// The rate lies between these.
    pub between: Option<(f64, f64)>,
}

impl Rate {
    fn new(found: u64, n: u64) -> Self {
        Self {
            found,
            n,
            between: interval(found, n),
        }
    }
}

/// What was found in a sample.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// How many were looked at.
    pub n: u64,
    /// Whose evidence does not hold.
    pub evidence_failures: u64,
    /// Whose person said yes.
    pub yes: u64,
    /// Whose person said no.
    pub no: u64,
    /// Whose person does not remember.
    pub do_not_remember: u64,
    /// Whose person said nothing.
    pub unanswered: u64,
    /// Evidence that does not hold, or a person who said no; one that is both counts once.
    pub misuse: u64,
    /// No misuse so far, and no yes: what nobody knows.
    pub unknown: u64,
}

impl Tally {
    /// Counts.
    pub fn of(looks: impl IntoIterator<Item = Look>) -> Self {
        let mut tally = Self::default();
        for look in looks {
            tally.n += 1;
            tally.evidence_failures += u64::from(!look.evidence_holds);
            match look.said {
                Some(Said::Yes) => tally.yes += 1,
                Some(Said::No) => tally.no += 1,
                Some(Said::DoNotRemember) => tally.do_not_remember += 1,
                None => tally.unanswered += 1,
            }
            if !look.evidence_holds || look.said == Some(Said::No) {
                tally.misuse += 1;
            } else if look.said != Some(Said::Yes) {
                tally.unknown += 1;
            }
        }
        tally
    }

    /// The rate of what was found to be misuse, as if everybody who did not say had agreed.
    #[must_use]
    pub fn least(&self) -> Rate {
        Rate::new(self.misuse, self.n)
    }

    /// The rate as if nobody who did not say yes had agreed.
    #[must_use]
    pub fn most(&self) -> Rate {
        Rate::new(self.misuse + self.unknown, self.n)
    }
}

/// The rate that an audit should be able to see: 0.2 per cent, as it hid in 2018.
pub const HIDDEN: f64 = 0.002;

/// How many must be looked at to see a rate of [`HIDDEN`] at least once, and to say that the rate lies below it.
#[must_use]
pub fn needed() -> (u64, u64) {
    let size = |size: Option<u64>| size.unwrap_or_default();
    (size(sample_to_see(HIDDEN)), size(sample_to_bound(HIDDEN)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_both_counts_once_and_silence_bounds_the_rate() {
        let look = |evidence_holds, said| Look { evidence_holds, said };
        let tally = Tally::of([
            look(true, Some(Said::Yes)),
            look(true, Some(Said::No)),
            look(false, Some(Said::No)),
            look(false, Some(Said::Yes)),
            look(false, None),
            look(true, None),
            look(true, Some(Said::DoNotRemember)),
        ]);
        assert_eq!((tally.n, tally.evidence_failures, tally.yes, tally.no), (7, 3, 2, 2));
        assert_eq!((tally.do_not_remember, tally.unanswered), (1, 2));
        assert_eq!((tally.least().found, tally.most().found), (4, 6));
        assert_eq!(tally.least().between, interval(4, 7));
        assert_eq!(Tally::default().least().between, None);
        assert_eq!(needed(), (1_497, 1_843));
    }

    #[test]
    fn an_answer_changes_only_to_no() {
        for first in Said::ALL {
            assert_eq!(Said::from_word(first.word()), Some(first));
            for later in Said::ALL {
                let counts = first.after(later);
                assert_eq!(counts, if later == Said::No { Said::No } else { first });
            }
        }
    }
}
