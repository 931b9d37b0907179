//! What a check found.

use domain::journal::Leaf;

/// So many differences are kept in words; all are counted.
const KEPT_MAX: usize = 1_000;

/// One place where the journal and its second opinion differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The entry at which it shows.
    pub leaf: Leaf,
    /// Which rule is broken, as a stable word.
    pub rule: &'static str,
    /// What was expected and what was found; ids, no personal data.
    pub words: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "entry {}: {}: {}", self.leaf, self.rule, self.words)
    }
}

/// The outcome of one run.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Report {
    /// How many entries were looked at, erased ones included.
    pub entries: u64,
    /// How many of them were erased.
    pub erased: u64,
    /// How many people they are about.
    pub people: u64,
    /// How many decisions were derived again.
    pub decisions: u64,
    /// How many differences there are.
    pub differences: u64,
    /// The first of them, in words.
    pub found: Vec<Difference>,
    /// How many findings cannot be checked any more, since what they rest on was erased.
    pub unchecked: u64,
}

impl Report {
    /// Adds one difference.
    pub(super) fn differ(&mut self, leaf: Leaf, rule: &'static str, words: String) {
        self.differences += 1;
        if self.found.len() < KEPT_MAX {
            self.found.push(Difference { leaf, rule, words });
        }
    }

    /// Whether the journal says what it should.
    #[must_use]
    pub const fn is_clean(&self) -> bool {
        self.differences == 0
    }
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "checked {} entries ({} erased) about {} people, {} decisions derived again: {} differences, {} cannot be checked any more",
            self.entries, self.erased, self.people, self.decisions, self.differences, self.unchecked
        )
    }
}
