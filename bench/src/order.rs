//! The order in which people are asked about: everybody once, shuffled, then everybody again. So the load is uniform, and
//! nobody's consent runs out before everybody's.

/// A shuffled population, over and over.
#[derive(Debug)]
pub struct Order {
    people: Vec<u32>,
    next: usize,
}

/// SplitMix64: chance that is the same in every run.
#[derive(Debug)]
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most.max(1)
    }
}

impl Order {
    /// An order over so many people, which passes over the first `skip` of it.
    #[must_use]
    pub fn new(people: u32, skip: usize) -> Self {
        let mut chance = Chance(u64::from(people));
        let mut order: Vec<u32> = (0..people).collect();
        // Fisher and Yates, from the end.
        for last in (1..order.len()).rev() {
            let other = chance.below(u64::try_from(last + 1).unwrap_or(1));
            order.swap(last, usize::try_from(other).unwrap_or(0));
        }
        Self {
            people: order,
            next: skip,
        }
    }

    /// The next person.
    #[must_use]
    pub fn draw(&mut self) -> u32 {
        let at = self.next % self.people.len().max(1);
        self.next += 1;
        self.people.get(at).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_comes_once_in_each_round() {
        let mut order = Order::new(100, 0);
        let mut first: Vec<u32> = (0..100).map(|_| order.draw()).collect();
        let second: Vec<u32> = (0..100).map(|_| order.draw()).collect();
        assert_eq!(first, second);
        assert_ne!(first, (0..100).collect::<Vec<_>>());
        first.sort_unstable();
        assert_eq!(first, (0..100).collect::<Vec<_>>());
        assert_eq!(Order::new(100, 7).draw(), second[7]);
    }
}
