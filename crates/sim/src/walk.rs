//! Somebody on the move: along the streets, at one pace, with pauses, never off the road.

use crate::area::Point;
use crate::chance::Chance;
use crate::city::StreetNet;
use std::sync::Arc;

/// A person or a car on the street net. Only time moves it; the same seed goes the same way.
#[derive(Debug)]
pub struct Walker {
    net: Arc<StreetNet>,
    chance: Chance,
    from: usize,
    to: usize,
    done_m: f64,
    length_m: f64,
    pace_m_s: f64,
    rest_ms: i64,
    at_ms: i64,
}

/// After an absence longer than this nobody asks which way was taken; only the last part is walked.
const WALKED_MS_MAX: i64 = 15 * 60 * 1000;

impl Walker {
    /// Somebody somewhere in the city at `now_ms`; the seed decides where, and whether on foot, by cycle or by car.
    pub fn new(net: Arc<StreetNet>, seed: u64, now_ms: i64) -> Self {
        let mut chance = Chance::new(seed);
        let from = chance.between(0, net.len().saturating_sub(1) as u64) as usize;
        let pace_m_s = match chance.between(0, 9) {
            0..=5 => 1.2 + chance.unit() * 0.4,
            6..=7 => 4.0 + chance.unit() * 1.5,
            _ => 7.0 + chance.unit() * 4.0,
        };
        let mut walker = Self {
            net,
            chance,
            from,
            to: from,
            done_m: 0.0,
            length_m: 0.0,
            pace_m_s,
            rest_ms: 0,
            at_ms: now_ms,
        };
        walker.turn();
        walker.done_m = walker.length_m * walker.chance.unit();
        walker
    }

    /// Moves on to `now_ms`; a time in the past changes nothing.
    pub fn advance(&mut self, now_ms: i64) {
        self.at_ms = self.at_ms.max(now_ms - WALKED_MS_MAX);
        while self.at_ms < now_ms {
            let mut left_ms = now_ms - self.at_ms;
            if self.rest_ms > 0 {
                let rested = self.rest_ms.min(left_ms);
                self.rest_ms -= rested;
                self.at_ms += rested;
                continue;
            }
            let to_corner_ms = ((self.length_m - self.done_m) / self.pace_m_s * 1000.0).max(1.0) as i64 + 1;
            left_ms = left_ms.min(to_corner_ms);
            self.done_m += self.pace_m_s * left_ms as f64 / 1000.0;
            self.at_ms += left_ms;
            if self.done_m >= self.length_m {
                self.turn();
            }
        }
    }

    /// Where this somebody is.
    pub fn place(&self) -> Point {
        let share = if self.length_m > 0.0 {
            (self.done_m / self.length_m).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let exact = self.net.place(self.from).toward(&self.net.place(self.to), share);
        let round = |degrees: f64| (degrees * 1e7).round() / 1e7;
        Point {
            latitude: round(exact.latitude),
            longitude: round(exact.longitude),
        }
    }

    /// At a corner: straight on more often than not, back only from a dead end, and now and then a pause.
    fn turn(&mut self) {
        let here = self.to;
        let ahead: Vec<usize> = self
            .net
            .neighbours(here)
            .iter()
            .copied()
            .filter(|next| *next != self.from)
            .collect();
        let next = match ahead.as_slice() {
            [] => self.net.neighbours(here).first().copied().unwrap_or(here),
            [only] => *only,
            several if self.chance.unit() < 0.6 => self.straightest(here, several),
            several => {
                let pick = self.chance.between(0, several.len() as u64 - 1) as usize;
                several.get(pick).copied().unwrap_or(here)
            }
        };
        if ahead.len() > 1 && self.chance.unit() < 0.08 {
            self.rest_ms = self.chance.between(5_000, 60_000) as i64;
        }
        self.from = here;
        self.to = next;
        self.done_m = 0.0;
        self.length_m = self.net.place(here).distance_to(&self.net.place(next));
    }

    fn straightest(&self, here: usize, several: &[usize]) -> usize {
        let (behind, here_at) = (self.net.place(self.from), self.net.place(here));
        let heading = (here_at.latitude - behind.latitude, here_at.longitude - behind.longitude);
        let straightness = |next: usize| {
            let at = self.net.place(next);
            let way = (at.latitude - here_at.latitude, at.longitude - here_at.longitude);
            let length = way.0.hypot(way.1).max(f64::MIN_POSITIVE);
            (heading.0 * way.0 + heading.1 * way.1) / length
        };
        let best = several
            .iter()
            .copied()
            .max_by(|a, b| straightness(*a).total_cmp(&straightness(*b)));
        best.unwrap_or(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::port_aster;

    #[test]
    fn keeps_its_pace_and_stays_in_the_city() {
        let net = port_aster();
        for seed in 0..40 {
            let mut walker = Walker::new(Arc::clone(&net), seed, 0);
            let mut moved = 0.0;
            let mut before = walker.place();
            for second in 1..=1200 {
                walker.advance(second * 1000);
                let here = walker.place();
                let step = before.distance_to(&here);
                assert!(step < 11.5, "seed {seed} jumped {step} m in a second");
                assert!(here.distance_to(&net.center) < 2_200.0);
                moved += step;
                before = here;
            }
            assert!(moved > 100.0, "seed {seed} moved {moved} m in twenty minutes");
        }
    }

    #[test]
    fn the_same_seed_goes_the_same_way() {
        let mut one = Walker::new(port_aster(), 7, 0);
        let mut other = Walker::new(port_aster(), 7, 0);
        one.advance(600_000);
        for second in 1..=600 {
            other.advance(second * 1000);
        }
        assert!(one.place().distance_to(&other.place()) < 15.0);
    }
}
