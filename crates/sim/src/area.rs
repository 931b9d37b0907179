//! Circles on the ground: distances on the WGS 84 ellipsoid, and how two circles lie to each other.

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

static EARTH: LazyLock<Geodesic> = LazyLock::new(Geodesic::wgs84);

/// A point on the ellipsoid, in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Degrees north, −90 to 90.
    pub latitude: f64,
    /// Degrees east, −180 to 180.
    pub longitude: f64,
}

impl Point {
    /// The geodesic distance to `other`, in metres.
    pub fn distance_to(&self, other: &Self) -> f64 {
        EARTH.inverse(self.latitude, self.longitude, other.latitude, other.longitude)
    }

    /// The direction (degrees clockwise from north) and distance (metres) to `other`.
    pub fn bearing_to(&self, other: &Self) -> (f64, f64) {
        let (metres, azimuth, _, _) = EARTH.inverse(self.latitude, self.longitude, other.latitude, other.longitude);
        (azimuth, metres)
    }

    /// The point `metres` away in direction `azimuth` (degrees clockwise from north), to 10⁻⁷ degrees.
    pub fn at(&self, azimuth: f64, metres: f64) -> Self {
        let (latitude, longitude) = EARTH.direct(self.latitude, self.longitude, azimuth, metres);
        Self {
            latitude: round_to(latitude, 1e7),
            longitude: round_to(longitude, 1e7),
        }
    }

    /// The point `share` (0 to 1) of the way to `other`, along a straight line in degrees; right for a street's length.
    pub fn toward(&self, other: &Self, share: f64) -> Self {
        Self {
            latitude: self.latitude + (other.latitude - self.latitude) * share,
            longitude: self.longitude + (other.longitude - self.longitude) * share,
        }
    }
}

fn round_to(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

/// A circle on the ground.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Circle {
    /// Its centre.
    pub center: Point,
    /// Its radius, in metres.
    pub radius: f64,
}

/// How the network's circle lies to the circle that was asked about.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Overlap {
    /// The network's circle lies wholly inside.
    Inside,
    /// The two circles do not touch.
    Outside,
    /// They overlap; the share of the network's circle that lies inside, in percent, 1 to 99.
    Partly(u8),
}

impl Circle {
    /// Whether `point` lies in the circle.
    pub fn contains(&self, point: &Point) -> bool {
        self.center.distance_to(point) <= self.radius
    }

    /// How `self`, as the network's area, lies to the `asked` circle.
    pub fn overlap(&self, asked: &Self) -> Overlap {
        let distance = self.center.distance_to(&asked.center);
        if distance + self.radius <= asked.radius {
            return Overlap::Inside;
        }
        if distance > self.radius + asked.radius {
            return Overlap::Outside;
        }
        let share = lens(self.radius, asked.radius, distance) / (std::f64::consts::PI * self.radius * self.radius);
        Overlap::Partly((share * 100.0).round().clamp(1.0, 99.0) as u8)
    }

    /// A polygon of twelve corners that contains the circle, for networks that report polygons.
    pub fn dodecagon(&self) -> Vec<Point> {
        let reach = self.radius / (std::f64::consts::PI / 12.0).cos();
        (0..12)
            .map(|corner| self.center.at(f64::from(corner) * 30.0, reach))
            .collect()
    }
}

/// The area common to two circles of radii `a` and `b` whose centres are `d` apart, in the plane.
fn lens(a: f64, b: f64, d: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if d + small <= large {
        return std::f64::consts::PI * small * small;
    }
    if d >= a + b {
        return 0.0;
    }
    let part = |r: f64, other: f64| {
        let toward = (d * d + r * r - other * other) / (2.0 * d);
        let angle = (toward / r).clamp(-1.0, 1.0).acos();
        r * r * angle - toward * (r * r - toward * toward).max(0.0).sqrt()
    };
    part(a, b) + part(b, a)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTER: Point = Point {
        latitude: 12.0,
        longitude: -40.0,
    };

    fn circle(east_m: f64, radius: f64) -> Circle {
        Circle {
            center: CENTER.at(90.0, east_m),
            radius,
        }
    }

    #[test]
    fn inside_outside_and_partly() {
        assert_eq!(circle(500.0, 100.0).overlap(&circle(0.0, 2000.0)), Overlap::Inside);
        assert_eq!(circle(2200.0, 100.0).overlap(&circle(0.0, 2000.0)), Overlap::Outside);
        // A network area that contains the asked circle is partial, with a low rate: (50 / 500)² = 1 %.
        assert_eq!(circle(0.0, 500.0).overlap(&circle(0.0, 50.0)), Overlap::Partly(1));
        // A small circle whose centre is on the edge of a huge one is nearly halved.
        assert_eq!(
            circle(20_000.0, 100.0).overlap(&circle(0.0, 20_000.0)),
            Overlap::Partly(50)
        );
    }

    #[test]
    fn a_dodecagon_contains_its_circle() {
        let circle = circle(0.0, 300.0);
        let corners = circle.dodecagon();
        for (one, next) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            assert!(one.toward(next, 0.5).distance_to(&circle.center) > 299.9);
        }
    }
}
