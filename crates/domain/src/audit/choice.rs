//! Which of so many things a seed picks: without replacement, without bias, and so that anybody who has the seed and the
//! root of the journal picks the same.

use std::collections::BTreeMap;

use crate::journal::keys::mac;
use crate::journal::tree::Hash;

/// What every message begins with, so that the seed says something else elsewhere.
const LABEL: &[u8] = b"wayleave audit sample v1\n";

/// Numbers from a seed: HMAC-SHA-256 under the seed over label, root and a counter from zero, eight bytes big-endian; the
/// first eight bytes of each are one number, big-endian.
struct Numbers<'a> {
    seed: &'a [u8],
    root: &'a Hash,
    counter: u64,
}

impl Numbers<'_> {
    fn next(&mut self) -> u64 {
        let message = [LABEL, self.root, &self.counter.to_be_bytes()].concat();
        self.counter += 1;
        let first = mac(self.seed, &message);
        first
            .iter()
            .take(8)
            .fold(0, |value, byte| (value << 8) | u64::from(*byte))
    }

    /// A number below `most`, each as likely as any other: what lies in the last, incomplete round is thrown away.
    fn below(&mut self, most: u64) -> u64 {
        let round = u64::MAX - (u64::MAX % most + 1) % most;
        loop {
            let number = self.next();
            if number <= round {
                return number % most;
            }
        }
    }
}

/// The places, in order, of `n` things out of `population`, as the seed and the root pick them; all of them if there are no
/// more. The first places of a shuffle (Fisher and Yates): for each `i` below `n`, what stands at `i` changes places with
/// what stands at `i` plus a number below `population - i`.
///
/// ```
/// use domain::audit::choice::choose;
///
/// let picked = choose(b"a seed that the auditor threw dice for", &[0; 32], 1_000, 3);
/// assert_eq!(picked.len(), 3);
/// assert!(picked.is_sorted());
/// ```
#[must_use]
pub fn choose(seed: &[u8], root: &Hash, population: u64, n: u64) -> Vec<u64> {
    let mut numbers = Numbers { seed, root, counter: 0 };
    // Only what was moved is kept: everything else stands at its own place.
    let mut moved: BTreeMap<u64, u64> = BTreeMap::new();
    let mut picked = Vec::new();
    for place in 0..n.min(population) {
        let other = place + numbers.below(population - place);
        let here = moved.get(&place).copied().unwrap_or(place);
        picked.push(moved.insert(other, here).unwrap_or(other));
    }
    picked.sort_unstable();
    picked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_picked_is_what_the_page_for_auditors_picks() {
        // Made by the Python of docs/auditing/consent-audit.md.
        let (seed, root) = ([0x5e; 32], [0x11; 32]);
        assert_eq!(choose(&seed, &root, 1_000, 8), PICKED);
        assert_eq!(choose(&seed, &root, 5, 9), [0, 1, 2, 3, 4]);
        assert_eq!(choose(&seed, &root, 0, 9), [0_u64; 0]);
    }

    const PICKED: [u64; 8] = [35, 159, 236, 468, 563, 763, 920, 989];

    #[test]
    fn nothing_is_picked_twice_and_everything_can_be() {
        let mut seen = [0_u32; 20];
        for seed in 0..2_000_u64 {
            let picked = choose(&seed.to_be_bytes(), &[7; 32], 20, 5);
            assert!(picked.array_windows().all(|[one, next]| one < next));
            picked.iter().for_each(|place| seen[*place as usize] += 1);
        }
        // Each is expected 500 times; five standard deviations are 97.
        assert!(seen.iter().all(|times| (403..597).contains(times)), "{seen:?}");
    }

    #[test]
    fn another_seed_or_another_root_picks_others() {
        let picked = |seed: &[u8], root| choose(seed, &[root; 32], 1_000_000, 10);
        assert_ne!(picked(b"one", 1), picked(b"two", 1));
        assert_ne!(picked(b"one", 1), picked(b"one", 2));
    }
}
