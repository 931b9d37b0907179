//! Waiting longer and longer after each failure, with some chance in it so that many nodes do not come back at once.

use std::time::Duration;

use domain::chance::Chance;

/// How long to wait between attempts.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// After the first failure.
    pub first: Duration,
    /// At most.
    pub most: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            most: Duration::from_secs(30),
        }
    }
}

impl Pace {
    /// The wait after so many failures in a row (the first is 0): doubled each time up to the most, and of that between
    /// three quarters and all, as chance has it.
    #[must_use]
    pub fn wait(self, failures: u32, chance: &mut dyn Chance) -> Duration {
        let doubled = self
            .first
            .saturating_mul(1_u32.checked_shl(failures.min(31)).unwrap_or(u32::MAX));
        let longest = doubled.min(self.most);
        let mut byte = [0];
        chance.fill(&mut byte);
        longest - longest / 4 * u32::from(byte[0]) / 255
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Always(u8);

    impl Chance for Always {
        fn fill(&mut self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn waits_double_up_to_the_most() {
        let pace = Pace::default();
        let waits: Vec<u128> = [0, 1, 5, 6, 31, 4_000_000_000]
            .map(|failures| pace.wait(failures, &mut Always(0)).as_millis())
            .to_vec();
        assert_eq!(waits, [500, 1000, 16_000, 30_000, 30_000, 30_000]);
    }

    #[test]
    fn chance_takes_off_a_quarter_at_most() {
        assert_eq!(Pace::default().wait(0, &mut Always(255)).as_millis(), 375);
    }
}
