//! Places on the WGS 84 ellipsoid: points and areas. Distances are geodesics in metres, bearings degrees clockwise from
//! north.

pub mod arc;
pub mod confidence;
pub mod ellipse;
mod enclose;
pub mod grid;
mod outline;
pub mod overlap;
mod plane;
pub mod region;
mod scan;

use std::fmt;

use arc::Arc;
use ellipse::Ellipse;
use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};
use region::Region;

/// No two points of the ellipsoid lie further apart than this many metres.
const HALF_ROUND: f64 = 20_003_931.5;

/// A length in metres, finite and not negative.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub struct Metres(f64);

impl Metres {
    /// A length; `None` unless it is finite and not negative.
    #[must_use]
    pub fn new(metres: f64) -> Option<Self> {
        (metres.is_finite() && metres >= 0.0).then_some(Self(metres))
    }

    /// A whole number of metres.
    #[must_use]
    pub const fn whole(metres: u32) -> Self {
        Self(metres as f64)
    }

    /// The length as a bare number of metres.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl fmt::Debug for Metres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} m", self.0)
    }
}

/// A point: latitude −90..90 and longitude −180..180, in degrees. Prints redacted, since it may be where somebody is.
#[derive(Clone, Copy, PartialEq)]
pub struct Point {
    latitude: f64,
    longitude: f64,
}

impl Point {
    /// A point from degrees; `None` outside the ranges, or for what is not a number.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let inside = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        inside.then_some(Self { latitude, longitude })
    }

    /// Degrees north.
    #[must_use]
    pub const fn latitude(self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub const fn longitude(self) -> f64 {
        self.longitude
    }

    /// The length of the geodesic to `other`.
    #[must_use]
    pub fn distance_to(self, other: Self) -> Metres {
        let distance: f64 = Geodesic::wgs84().inverse(self.latitude, self.longitude, other.latitude, other.longitude);
        Metres(distance.max(0.0))
    }

    /// The length of the geodesic to `other`, and the azimuth at which it leaves.
    fn toward(self, other: Self) -> (Metres, f64) {
        let (length, azimuth, _, _): (f64, f64, f64, f64) =
            Geodesic::wgs84().inverse(self.latitude, self.longitude, other.latitude, other.longitude);
        (Metres(length.max(0.0)), azimuth)
    }

    /// The point that lies `distance` away when one leaves at `azimuth` degrees clockwise from north.
    #[must_use]
    pub fn at(self, azimuth: f64, distance: Metres) -> Self {
        let (latitude, longitude): (f64, f64) =
            Geodesic::wgs84().direct(self.latitude, self.longitude, azimuth, distance.0);
        Self {
            latitude: latitude.clamp(-90.0, 90.0),
            longitude: wrap_longitude(longitude),
        }
    }
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Point(…)")
    }
}

/// Brings a longitude into −180..180.
#[must_use]
pub fn wrap_longitude(degrees: f64) -> f64 {
    let wrapped = (degrees + 180.0).rem_euclid(360.0) - 180.0;
    if wrapped.is_finite() { wrapped } else { 0.0 }
}

/// All points no further than `radius` from `centre`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Circle {
    /// The middle.
    pub centre: Point,
    /// How far the edge lies from it.
    pub radius: Metres,
}

impl Circle {
    /// A circle; `None` if it would reach round the Earth.
    #[must_use]
    pub fn new(centre: Point, radius: Metres) -> Option<Self> {
        (radius.0 <= HALF_ROUND).then_some(Self { centre, radius })
    }

    /// A small circle that holds all `points`, and the line that joins them; `None` without any point, or if no circle
    /// well below half of the Earth holds them.
    #[must_use]
    pub fn around(points: &[Point]) -> Option<Self> {
        let circle = enclose::around(points);
        (circle.radius.0 < HALF_ROUND).then_some(circle)
    }
}

/// A simple polygon of 3 to 15 corners; the last joins the first (TS 23.032, CAMARA `Polygon`).
#[derive(Clone, PartialEq)]
pub struct Polygon(Vec<Point>);

/// The most corners that a polygon may have.
pub const CORNERS_MAX: usize = 15;

impl Polygon {
    /// A polygon; `None` unless it has 3 to 15 corners and no two of its edges cross.
    #[must_use]
    pub fn new(mut corners: Vec<Point>) -> Option<Self> {
        if corners.len() > 3 && corners.first() == corners.last() {
            corners.pop();
        }
        let polygon = Self(corners);
        ((3..=CORNERS_MAX).contains(&polygon.0.len()) && overlap::is_simple(&polygon.0)).then_some(polygon)
    }

    /// The corners, in order.
    #[must_use]
    pub fn corners(&self) -> &[Point] {
        &self.0
    }
}

impl fmt::Debug for Polygon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Polygon({} corners)", self.0.len())
    }
}

/// What a source reports: one of the shapes of TS 23.032 or of OMA's Mobile Location Protocol. An answer is a circle.
#[derive(Clone, PartialEq, Debug)]
pub enum Area {
    /// A circle.
    Circle(Circle),
    /// A polygon of few corners.
    Polygon(Polygon),
    /// An ellipse.
    Ellipse(Ellipse),
    /// A piece of a ring.
    Arc(Arc),
    /// Anything that takes more: many corners, holes, several areas.
    Region(Region),
}

impl Area {
    /// The smallest circle around the area that this project computes: exact for circles and ellipses, a few per cent
    /// too large at most for the others, and never too small.
    #[must_use]
    pub fn enclosing_circle(&self) -> Circle {
        match self {
            Self::Circle(circle) => *circle,
            Self::Polygon(polygon) => enclose::around(polygon.corners()),
            Self::Ellipse(ellipse) => ellipse.enclosing_circle(),
            Self::Arc(arc) => arc.enclosing_circle(),
            Self::Region(region) => region.enclosing_circle(),
        }
    }
}

#[cfg(test)]
mod tests;
