//! How well the network sees: radii from the 3GPP uncertainty ladder, and an error that keeps the stated confidence.

use crate::area::{Circle, Point};
use crate::chance::Chance;
use serde::Serialize;

/// A position as the network determined it, with the truth it never tells.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Fix {
    /// When, in milliseconds since 1970.
    pub at_ms: i64,
    /// Where the phone really was.
    pub truth: Point,
    /// What the network reports.
    pub area: Circle,
    /// How often such an area contains the truth, in percent.
    pub confidence: u8,
}

/// The rungs on which a last known position (cell and timing advance) lies: 36 m to 245 m.
pub const LAST_KNOWN_RUNGS: (u64, u64) = (16, 34);

/// The rungs on which a fresh position (satellites where the sky allows) lies: 11 m to 71 m.
pub const FRESH_RUNGS: (u64, u64) = (8, 22);

/// The radius of rung `rung` (0 to 127) in metres: r = 10 (1.1^K − 1), 3GPP TS 23.032 §6.2, to the next centimetre.
pub fn ladder(rung: u64) -> f64 {
    let exact = 10.0 * (1.1_f64.powf(rung.min(127) as f64) - 1.0);
    (exact * 100.0).ceil() / 100.0
}

/// A fix of a phone at `truth` with the radius of `rung`, which contains the truth with `confidence` percent.
pub fn fix(truth: Point, rung: u64, confidence: u8, at_ms: i64, chance: &mut Chance) -> Fix {
    let radius = ladder(rung);
    let center = blurred(truth, radius, confidence, chance);
    Fix {
        at_ms,
        truth,
        area: Circle { center, radius },
        confidence,
    }
}

/// A point that lies within `radius` (metres) of `truth` with `confidence` percent.
///
/// The error is normal in both directions, so its length follows Rayleigh's law: P(d ≤ r) = 1 − exp(−r² / 2σ²), and
/// σ is chosen so that this equals the confidence. At 100 percent the truth lies anywhere in the circle.
pub fn blurred(truth: Point, radius: f64, confidence: u8, chance: &mut Chance) -> Point {
    let draw = chance.unit();
    let error_m = if confidence >= 100 {
        // A margin of a thousandth keeps the rounding of coordinates from putting the truth outside.
        radius * draw.sqrt() * 0.999
    } else {
        let missed = 1.0 - f64::from(confidence.max(1)) / 100.0;
        let sigma = radius / (-2.0 * missed.ln()).sqrt();
        sigma * (-2.0 * (1.0 - draw).ln()).sqrt()
    };
    truth.at(chance.unit() * 360.0, error_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_is_the_standards() {
        for (rung, radius) in [(0, 0.0), (20, 57.3), (40, 442.6), (60, 3034.8)] {
            assert!((ladder(rung) - radius).abs() < 0.06, "rung {rung}: {}", ladder(rung));
        }
    }

    #[test]
    fn the_circle_contains_the_truth_as_often_as_stated() {
        let truth = Point {
            latitude: 12.0,
            longitude: -40.0,
        };
        for confidence in [50_u8, 68, 95, 100] {
            let mut chance = Chance::new(u64::from(confidence));
            let samples = 20_000;
            let inside = (0..samples)
                .filter(|_| {
                    let rung = chance.between(LAST_KNOWN_RUNGS.0, LAST_KNOWN_RUNGS.1);
                    fix(truth, rung, confidence, 0, &mut chance).area.contains(&truth)
                })
                .count();
            let share = inside as f64 / f64::from(samples) * 100.0;
            // Four standard errors: √(p(1−p)/n) is at most 0.36 percent here.
            assert!(
                (share - f64::from(confidence)).abs() < 1.5,
                "stated {confidence}, found {share}"
            );
        }
    }
}
