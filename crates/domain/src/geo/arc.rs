//! A piece of a ring around a point, as TS 23.032 §5.7 and MLP's `CircularArcArea` describe it: what a cell's sector and
//! the time that a signal took tell of a phone.

use super::outline::{SAGITTA, STEP};
use super::{Circle, HALF_ROUND, Metres, Point};

/// All points between two distances from `centre`, and between two bearings.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Arc {
    centre: Point,
    inner: Metres,
    outer: Metres,
    start: f64,
    included: f64,
}

impl Arc {
    /// An arc from its two radii, the bearing of its first edge in degrees clockwise from north, and the degrees from
    /// there, clockwise, to its second edge. `None` if the inner radius is the longer one, if it would reach round the
    /// Earth, or if the included angle is not above 0 and at most 360.
    #[must_use]
    pub fn new(centre: Point, inner: Metres, outer: Metres, start: f64, included: f64) -> Option<Self> {
        let ordered = inner <= outer && outer.0 <= HALF_ROUND;
        let angles = start.is_finite() && included > 0.0 && included <= 360.0;
        (ordered && angles).then(|| Self {
            centre,
            inner,
            outer,
            start: start.rem_euclid(360.0),
            included,
        })
    }

    /// The point around which it lies.
    #[must_use]
    pub const fn centre(&self) -> Point {
        self.centre
    }

    /// The shorter radius.
    #[must_use]
    pub const fn inner(&self) -> Metres {
        self.inner
    }

    /// The longer radius.
    #[must_use]
    pub const fn outer(&self) -> Metres {
        self.outer
    }

    /// The bearing of the first edge: degrees clockwise from north, from 0 to below 360.
    #[must_use]
    pub const fn start(&self) -> f64 {
        self.start
    }

    /// The degrees, clockwise, from the first edge to the second: above 0, at most 360.
    #[must_use]
    pub const fn included(&self) -> f64 {
        self.included
    }

    /// The points of a curve at `radius` from the first edge to the second, both included, at most `step` degrees apart.
    fn curve(&self, radius: Metres, step: f64) -> Vec<Point> {
        let steps = (self.included / step).ceil().max(1.0);
        // At most 360, since the angle is at most 360 degrees and no step is below one.
        (0..=steps as u32)
            .map(|step| {
                self.centre
                    .at(self.start + self.included * f64::from(step) / steps, radius)
            })
            .collect()
    }

    /// The edge as one closed line: out along the outer curve and back along the inner one. A whole ring's line runs
    /// along one bearing twice, once each way, so that its surface comes out right. Points are `step` degrees apart.
    pub(super) fn edge(&self, step: f64) -> Vec<Point> {
        let mut edge = self.curve(self.outer, step);
        if self.inner.0 > 0.0 {
            edge.extend(self.curve(self.inner, step).into_iter().rev());
        } else if self.included < 360.0 {
            edge.push(self.centre);
        }
        edge
    }

    /// A circle around it, by plane geometry and then checked against the ellipsoid.
    ///
    /// An arc of a half turn or more holds a diameter of its outer circle, so that circle is the smallest. For a
    /// narrower one the centre lies on its middle bearing. With `h` half of its angle, `R` and `r` its radii: the circle
    /// through the outer corners around the middle of their chord (at `R cos h`) holds the inner corners too, or else the
    /// smallest circle goes through all four corners, and its centre lies at `(R + r) ÷ (2 cos h)`.
    pub(super) fn enclosing_circle(&self) -> Circle {
        if self.included >= 180.0 {
            return Circle {
                centre: self.centre,
                radius: self.outer,
            };
        }
        let half = (self.included / 2.0).to_radians().cos();
        let (inner, outer) = (self.inner.0, self.outer.0);
        let forward = (outer * half).min((outer + inner) / (2.0 * half));
        let centre = self.centre.at(self.start + self.included / 2.0, Metres(forward));
        let radius = self
            .edge(STEP)
            .into_iter()
            .map(|point| centre.distance_to(point).0)
            .fold(0.0, f64::max);
        Circle {
            centre,
            radius: Metres(radius + SAGITTA * outer),
        }
    }
}
