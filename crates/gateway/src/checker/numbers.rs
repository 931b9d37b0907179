//! Completeness: each person's entries are numbered from 1 on without gaps, and every tag is somebody's.

use domain::journal::store::StoreError;

use super::known::Known;
use super::rows::Row;
use super::statement::Statement;
use super::walk::Walk;

/// So many missing numbers are looked for at one place.
const GAP_MAX: u64 = 1_000_000;

impl Walk<'_> {
    /// The tag must be the one that this person, or nobody, has here.
    pub(super) fn tag(&mut self, row: &Row, statement: &Statement) {
        let want = match (statement.subject, statement.n) {
            (Some(subject), Some(n)) => self.tags.of(subject, n, statement.closes.is_some()),
            _ => self.tags.of_nobody(row.leaf),
        };
        if want != row.tag {
            self.differ(row.leaf, "tag", "its tag is not this person's: an orphan");
        }
    }

    /// The number must be the next of the person's count, but for erased ones.
    pub(super) fn number(
        &mut self,
        row: &Row,
        subject: [u8; 16],
        statement: &Statement,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let (leaf, n) = (row.leaf, statement.n.unwrap_or_default());
        if let Some(asked) = statement.closes {
            if row.previous != Some(asked) {
                self.differ(
                    leaf,
                    "chain",
                    "it does not name the ask that it ends as the entry before it",
                );
            }
            return Ok(());
        }
        if n <= known.n {
            let want = known.n + 1;
            self.differ(
                leaf,
                "number",
                format!("expected number {want} of this person's count, found {n} again"),
            );
        } else {
            self.gap(leaf, subject, n, known)?;
            if row.previous != known.last {
                self.differ(
                    leaf,
                    "chain",
                    "it names another entry than this person's last before it",
                );
            }
        }
        known.n = known.n.max(n);
        known.last = Some(leaf);
        Ok(())
    }

    /// Every number before `n` that was not seen must be an erased entry's.
    pub(super) fn gap(&mut self, leaf: u64, subject: [u8; 16], n: u64, known: &mut Known) -> Result<(), StoreError> {
        for missing in (known.n + 1..n).take(usize::try_from(GAP_MAX).unwrap_or(usize::MAX)) {
            match self.spill.claim(self.tags.of(subject, missing, false))? {
                Some(erased) => {
                    known.last = Some(erased);
                    known.hole = known.hole.max(Some(erased));
                }
                None => {
                    let words = format!("expected number {missing} of this person's count, found {n}");
                    self.differ(leaf, "number", words);
                    break;
                }
            }
        }
        if known.hole.is_some() {
            self.spill.note_holed(subject, n)?;
        }
        Ok(())
    }
}
