//! How sure a source is that the phone lies in the area that it reports, and how an area is made sure enough.

use super::{Circle, Metres};

/// A confidence in whole per cent, 1 to 100 (TS 23.032 §6.5, MLP `lev_conf`).
///
/// ```
/// use domain::geo::confidence::Confidence;
/// let typical = Confidence::new(67).expect("a percentage");
/// assert!((typical.widening() - 1.644).abs() < 0.001);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Confidence(u8);

impl Confidence {
    /// What every answer is held to: 95 per cent.
    pub const WANTED: Self = Self(95);

    /// A confidence; `None` unless it is 1 to 100. TS 23.032 §6.5 gives 0 and more than 100 the sense "no information".
    #[must_use]
    pub const fn new(percent: u8) -> Option<Self> {
        if percent >= 1 && percent <= 100 {
            Some(Self(percent))
        } else {
            None
        }
    }

    /// The confidence in per cent.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// By how much a radius of this confidence grows to reach [`Confidence::WANTED`]; 1 for one that does already.
    ///
    /// With errors that are normal and alike in both directions, the distance of the phone from the centre follows
    /// Rayleigh's law: it is below `r` with probability `p = 1 − exp(−r² ÷ 2σ²)`. So `r(p) = σ √(−2 ln(1 − p))`, and the
    /// quotient of two such radii does not depend on σ. Errors that differ by direction make an ellipse of constant
    /// likelihood, to which the same law applies; it lies in the circle around it, widened alike.
    #[must_use]
    pub fn widening(self) -> f64 {
        if self >= Self::WANTED {
            return 1.0;
        }
        let missed = |confidence: Self| 1.0 - f64::from(confidence.0) / 100.0;
        (missed(Self::WANTED).ln() / missed(self).ln()).sqrt()
    }

    /// The circle that holds the phone with [`Confidence::WANTED`], if `circle` does with this confidence.
    #[must_use]
    pub fn widen(self, circle: Circle) -> Circle {
        Circle {
            centre: circle.centre,
            radius: Metres(circle.radius.0 * self.widening()),
        }
    }
}
