use super::*;
use crate::journal::memory::MemoryStore;

#[test]
fn the_store_in_memory_keeps_to_the_contract() {
    let now = Timestamp::from_unix_ms(1_800_000_000_000);
    let kept = run(&mut || Box::new(MemoryStore::new(now)));
    assert_eq!(kept, Ok(()));
}

#[test]
fn a_store_that_forgets_does_not() {
    struct Forgetful(MemoryStore);
    impl Store for Forgetful {
        fn transact(
            &mut self,
            name: &'static str,
            needs: &Needs,
            body: &mut crate::journal::store::Body<'_>,
        ) -> Result<(), StoreError> {
            self.0.transact(name, needs, body)?;
            let mut content = self.0.content();
            content.people.clear();
            content.changes.clear();
            content.spent.clear();
            content.parties.clear();
            content.holds.clear();
            content.notices.clear();
            content.shells.clear();
            content.tiles.clear();
            content.entries.pop();
            content.head.at = Timestamp::from_unix_ms(0);
            content.head.frontier = Frontier::default();
            Ok(())
        }
        fn head(&mut self) -> Result<Head, StoreError> {
            self.0.head()
        }
        fn tiles(&mut self, level: u8, from: u64, limit: usize) -> Result<Vec<Vec<Hash>>, StoreError> {
            self.0.tiles(level, from, limit)
        }
        fn kept(&mut self, from: u64, limit: usize) -> Result<Vec<Kept>, StoreError> {
            self.0.kept(from, limit)
        }
    }
    let failed = run(&mut || Box::new(Forgetful(MemoryStore::new(Timestamp::from_unix_ms(1))))).unwrap_err();
    // Only emptiness, and a head that is empty before and after, are what they should be.
    assert_eq!(failed.lines().count(), CHECKS.len() - 2, "{failed}");
}
