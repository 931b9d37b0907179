//! An ellipse around a point, as TS 23.032 §5.3 and MLP's `EllipticalArea` describe it.

use super::{Circle, HALF_ROUND, Metres, Point};

/// All points whose geodesic from `centre` is no longer than an ellipse's radius in its direction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Ellipse {
    centre: Point,
    semi_major: Metres,
    semi_minor: Metres,
    angle: f64,
}

impl Ellipse {
    /// An ellipse from its two half axes and the degrees clockwise from north to the longer one. `None` if the second is
    /// longer than the first, if it would reach round the Earth, or if the angle is no number.
    #[must_use]
    pub fn new(centre: Point, semi_major: Metres, semi_minor: Metres, angle: f64) -> Option<Self> {
        let ordered = semi_minor <= semi_major && semi_major.0 <= HALF_ROUND;
        (ordered && angle.is_finite()).then(|| Self {
            centre,
            semi_major,
            semi_minor,
            angle: angle.rem_euclid(180.0),
        })
    }

    /// The middle.
    #[must_use]
    pub const fn centre(&self) -> Point {
        self.centre
    }

    /// The longer half axis.
    #[must_use]
    pub const fn semi_major(&self) -> Metres {
        self.semi_major
    }

    /// The shorter half axis.
    #[must_use]
    pub const fn semi_minor(&self) -> Metres {
        self.semi_minor
    }

    /// The direction of the longer half axis: degrees clockwise from north, from 0 to below 180.
    #[must_use]
    pub const fn angle(&self) -> f64 {
        self.angle
    }

    /// `count` points of the edge, clockwise from the end of the longer axis; evenly spaced in the ellipse's own angle, so
    /// that the narrow ends have as many as the long sides.
    pub(super) fn edge(&self, count: u32) -> Vec<Point> {
        let (a, b) = (self.semi_major.0, self.semi_minor.0);
        let turn = std::f64::consts::TAU / f64::from(count.max(1));
        let edge = (0..count).map(|step| {
            let (sine, cosine) = (f64::from(step) * turn).sin_cos();
            let (along, across) = (a * cosine, b * sine);
            let azimuth = self.angle + across.atan2(along).to_degrees();
            self.centre.at(azimuth, Metres(along.hypot(across)))
        });
        edge.collect()
    }

    /// The smallest circle around it: its own centre, and the longer half axis.
    pub(super) const fn enclosing_circle(&self) -> Circle {
        Circle {
            centre: self.centre,
            radius: self.semi_major,
        }
    }
}
