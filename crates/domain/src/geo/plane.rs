//! A plane on which every surface of the Earth keeps its true size.

use super::Point;

/// WGS 84: the semi-major axis in metres.
const SEMI_MAJOR: f64 = 6_378_137.0;
/// WGS 84: the first eccentricity, squared.
const ECCENTRICITY_SQUARED: f64 = 0.006_694_379_990_141_317;

/// A position on the plane, in metres east and north of its centre.
pub(super) type Position = (f64, f64);

/// The ellipsoidal Lambert azimuthal equal-area projection around one point (J. P. Snyder, *Map Projections: A Working
/// Manual*, USGS 1395, equations 24-17 to 24-23 and 3-11 to 3-12).
pub(super) struct Plane {
    centre_longitude: f64,
    sin_beta: f64,
    cos_beta: f64,
    stretch: f64,
    authalic_radius: f64,
    q_pole: f64,
}

/// Snyder's q, equation 3-12, from the sine of a latitude.
fn q(sine: f64) -> f64 {
    let e = ECCENTRICITY_SQUARED.sqrt();
    let es = e * sine;
    (1.0 - ECCENTRICITY_SQUARED) * (sine / (1.0 - es * es) - (1.0 / (2.0 * e)) * ((1.0 - es) / (1.0 + es)).ln())
}

impl Plane {
    pub(super) fn at(centre: Point) -> Self {
        let latitude = centre.latitude.to_radians();
        let q_pole = q(1.0);
        let authalic_radius = SEMI_MAJOR * (q_pole / 2.0).sqrt();
        let beta = (q(latitude.sin()) / q_pole).clamp(-1.0, 1.0).asin();
        let m = latitude.cos() / (1.0 - ECCENTRICITY_SQUARED * latitude.sin().powi(2)).sqrt();
        // At a pole both cosines vanish and their quotient, the stretch, tends to one.
        let stretch = if beta.cos() < 1e-12 {
            1.0
        } else {
            SEMI_MAJOR * m / (authalic_radius * beta.cos())
        };
        Self {
            centre_longitude: centre.longitude.to_radians(),
            sin_beta: beta.sin(),
            cos_beta: beta.cos(),
            stretch,
            authalic_radius,
            q_pole,
        }
    }

    pub(super) fn project(&self, point: Point) -> Position {
        let beta = (q(point.latitude.to_radians().sin()) / self.q_pole)
            .clamp(-1.0, 1.0)
            .asin();
        let turned = point.longitude.to_radians() - self.centre_longitude;
        let facing = 1.0 + self.sin_beta * beta.sin() + self.cos_beta * beta.cos() * turned.cos();
        let scale = self.authalic_radius * (2.0 / facing.max(1e-12)).sqrt();
        let x = scale * self.stretch * beta.cos() * turned.sin();
        let y = scale / self.stretch * (self.cos_beta * beta.sin() - self.sin_beta * beta.cos() * turned.cos());
        (x, y)
    }
}
