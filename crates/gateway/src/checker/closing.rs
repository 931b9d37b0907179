//! The end of a check: the rows that decisions are made from must agree with the entries in count and latest entry, no
//! erased entry may be nobody's, and no ask may have been left open for long.

use domain::journal::Leaf;
use domain::journal::store::StoreError;

use super::known::HOUR_MS;
use super::walk::Walk;

/// So many people are compared at a time.
const PEOPLE_AT_A_TIME: u32 = 256;
/// So many orphans are named.
const ORPHANS_TOLD: u32 = 100;

impl Walk<'_> {
    /// Everything that can be said only once the whole journal was read. Each look is a short read of its own, in which
    /// the entries that came meanwhile are followed first.
    pub(super) fn close(&mut self) -> Result<(), StoreError> {
        self.at_once(Self::compare_tree)?;
        self.at_once(Self::compare_parties)?;
        self.at_once(Self::compare_notices)?;
        self.at_once(Self::compare_erased)?;
        let mut after: Vec<u8> = Vec::new();
        loop {
            self.go_on()?;
            let from = after.clone();
            match self.at_once(|walk| walk.compare_people(&from))? {
                Some(last) => after = last.to_vec(),
                None => break,
            }
        }
        self.at_once(Self::count_people)?;
        self.tell_unknown();
        self.tell_unapproved();
        self.tell_if_no_canary(Leaf::MAX);
        self.open_for_long()?;
        self.orphans()
    }

    /// Within one read: follows what came, and looks.
    fn at_once<T>(&mut self, look: impl FnOnce(&mut Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.rows.begin()?;
        let outcome = self.catch_up().and_then(|()| look(self));
        self.rows.end()?;
        outcome
    }

    fn catch_up(&mut self) -> Result<(), StoreError> {
        let (size, _) = self.rows.head()?;
        while self.next < size {
            self.step(size)?;
        }
        Ok(())
    }

    fn compare_tree(&mut self) -> Result<(), StoreError> {
        let (size, roots) = self.rows.head()?;
        if !self.is_tree(size, &roots) {
            self.differ(self.next, "tree", "the entries are not those under the head's root");
        }
        Ok(())
    }

    fn compare_people(&mut self, after: &[u8]) -> Result<Option<[u8; 16]>, StoreError> {
        let people = self.rows.people(after, PEOPLE_AT_A_TIME)?;
        let last = people.last().map(|(key, _)| *key);
        for (key, row) in people {
            let mut known = self.spill.take(key)?;
            match row {
                None => self.differ(self.next, "person-row", "a person's row is not this gateway's"),
                Some((count, latest)) => {
                    // Somebody whose last entries were all erased is known by their row alone.
                    let leaf = self.next;
                    self.gap(leaf, key, count.saturating_add(1), &mut known)?;
                    if known.hole.is_some() {
                        known.n = known.n.max(count);
                    }
                    if (known.n, known.last) != (count, latest) {
                        let words = format!(
                            "a person's row counts {count} entries up to {latest:?}, the journal {} up to {:?}",
                            known.n, known.last
                        );
                        self.differ(leaf, "person-row", words);
                    }
                }
            }
            self.spill.put(key, known)?;
        }
        Ok(last)
    }

    /// Everybody in the journal has a row: without it their pauses and limits would be forgotten in silence.
    fn count_people(&mut self) -> Result<(), StoreError> {
        let (rows, met) = (self.rows.people_count()?, self.spill.met());
        if rows < met {
            let words = format!("the journal is about {met} people, and {rows} of them have a row");
            self.differ(self.next, "person-row", words);
        }
        Ok(())
    }

    /// An ask ends within minutes: by its answer, by a failure, or by the next start after a crash.
    fn open_for_long(&mut self) -> Result<(), StoreError> {
        let mut open: Vec<(Leaf, [u8; 16], u64)> = Vec::new();
        for (leaf, flight) in &self.flights {
            if flight.at < self.latest - HOUR_MS {
                open.push((*leaf, flight.subject, flight.n));
            }
        }
        open.sort_unstable();
        for (leaf, subject, n) in open {
            if self.spill.claim(self.tags.of(subject, n, true))?.is_some() {
                self.report.unchecked += 1;
            } else {
                self.differ(leaf, "closes", "this ask has no end, an hour later");
            }
        }
        Ok(())
    }

    /// Every erased entry must be somebody's. Ends bear the number of their ask, so they are looked for last.
    fn orphans(&mut self) -> Result<(), StoreError> {
        let mut after: Vec<u8> = Vec::new();
        while let Some((key, n)) = self.spill.holed(&after)? {
            for number in 1..=n {
                self.spill.claim(self.tags.of(key, number, true))?;
            }
            after = key.to_vec();
        }
        for (tag, leaf) in self.spill.orphans(ORPHANS_TOLD)? {
            if tag != self.tags.of_nobody(leaf) {
                self.differ(leaf, "tag", "an erased entry is nobody's: an orphan");
            }
        }
        Ok(())
    }
}
