//! Places on the WGS 84 ellipsoid: points, circles, polygons. Distances are geodesics in metres.

pub mod grid;
pub mod overlap;

use std::fmt;

use geographiclib_rs::{DirectGeodesic, Geodesic, InverseGeodesic};

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
        ((3..=CORNERS_MAX).contains(&polygon.0.len()) && overlap::is_simple(&polygon)).then_some(polygon)
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

/// What a source reports, and what an answer holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Area {
    /// A circle.
    Circle(Circle),
    /// A polygon.
    Polygon(Polygon),
}

impl Area {
    /// The smallest circle around the area that this project computes: exact for a circle; for a polygon, around the
    /// mean of its corners.
    #[must_use]
    pub fn enclosing_circle(&self) -> Circle {
        match self {
            Self::Circle(circle) => *circle,
            Self::Polygon(polygon) => overlap::enclosing_circle(polygon),
        }
    }
}
