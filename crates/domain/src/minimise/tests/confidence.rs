//! What a source reports with a confidence of 67 per cent is told with 95: phones are thrown around by a law of errors,
//! and counted.

use crate::geo::confidence::Confidence;
use crate::geo::ellipse::Ellipse;
use crate::geo::{Area, Circle, Metres, Point};

/// How many phones each law throws.
const THROWS: u32 = 100_000;

/// Numbers that look drawn by chance and are the same in every run: the generator of D. H. Lehmer with the constants of
/// S. K. Park and K. W. Miller.
struct Dice(u64);

impl Dice {
    fn share(&mut self) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        self.0 as f64 / 2_147_483_647.0
    }

    /// Two independent numbers by the normal law (G. Box and M. Muller, 1958).
    fn normal(&mut self) -> (f64, f64) {
        let size = (-2.0 * self.share().ln()).sqrt();
        let (sine, cosine) = (self.share() * std::f64::consts::TAU).sin_cos();
        (size * cosine, size * sine)
    }
}

/// The radius within which normal errors of one metre in both directions stay with this confidence.
fn rayleigh(confidence: Confidence) -> f64 {
    (-2.0 * (1.0 - f64::from(confidence.percent()) / 100.0).ln()).sqrt()
}

/// An uncertainty as a network codes it, rounded up to the next of the steps 10 (1.1ᴷ − 1) metres (TS 23.032 §6.2).
fn coded(metres: f64) -> Metres {
    let steps = (0..128).map(|step| 10.0 * (1.1_f64.powi(step) - 1.0));
    let coded = steps.into_iter().find(|step| *step >= metres).expect("below 1,800 km");
    Metres::new(coded).expect("a length")
}

/// How often a phone lies in the reported area's own circle, and in the widened one, if its errors are normal with these
/// deviations along a bearing and across it.
fn shares(confidence: Confidence, along: f64, across: f64, round: fn(f64) -> Metres) -> (f64, f64) {
    let mut dice = Dice(u64::from(confidence.percent()) + 20_261_122);
    let truth = Point::new(12.0, 179.9995).expect("a point");
    let (bearing, factor) = (30.0, rayleigh(confidence));
    let (mut within_own, mut within_widened) = (0_u32, 0_u32);
    for _ in 0..THROWS {
        let (x, y) = dice.normal();
        let (x, y) = (x * along, y * across);
        let away = Metres::new(x.hypot(y)).expect("a length");
        let reported = truth.at(bearing + y.atan2(x).to_degrees(), away);
        let ellipse = Ellipse::new(reported, round(along * factor), round(across * factor), bearing);
        let around = Area::Ellipse(ellipse.expect("an ellipse")).enclosing_circle();
        let holds = |circle: Circle| circle.centre.distance_to(truth) <= circle.radius;
        within_own += u32::from(holds(around));
        within_widened += u32::from(holds(confidence.widen(around)));
    }
    let share = |count| f64::from(count) / f64::from(THROWS);
    (share(within_own), share(within_widened))
}

fn exact(metres: f64) -> Metres {
    Metres::new(metres).expect("a length")
}

#[test]
fn what_67_per_cent_hold_95_hold_when_it_is_widened() {
    let confidence = Confidence::new(67).expect("a confidence");
    // The law itself, to within four standard errors of counting: the widening is neither too small nor wasteful.
    let (own, widened) = shares(confidence, 200.0, 200.0, exact);
    assert!((own - 0.67).abs() < 0.006, "{own}");
    assert!((widened - 0.95).abs() < 0.003, "{widened}");
    // As networks report it, rounded up, and with errors that differ by direction.
    for (along, across) in [(200.0, 200.0), (800.0, 200.0), (3000.0, 100.0)] {
        let (_, widened) = shares(confidence, along, across, coded);
        assert!(widened >= 0.95, "{along} {across}: {widened}");
    }
}

#[test]
fn every_confidence_comes_to_95_per_cent() {
    for percent in [10, 50, 90, 99] {
        let confidence = Confidence::new(percent).expect("a confidence");
        let (own, widened) = shares(confidence, 50.0, 50.0, exact);
        let wanted = f64::from(percent.max(95)) / 100.0;
        assert!((own - f64::from(percent) / 100.0).abs() < 0.006, "{percent} {own}");
        assert!((widened - wanted).abs() < 0.003, "{percent} {widened}");
    }
}
