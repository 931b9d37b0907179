//! The areas that this carrier reports. Each one that has a width truly contains the phone as often as its fix states.
//!
//! A fix is a circle that contains the truth, or misses it. For a circle or an ellipse the error is stretched with the
//! area, so that the one contains the truth exactly when the other does. Every other area is laid so that it contains
//! the truth when the circle does, and misses it when the circle misses.

use crate::area::{Circle, Point};
use crate::carrier::radio::Fix;
use crate::chance::Chance;
use serde::{Deserialize, Serialize};

/// The kinds of area, by MLP's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A circle.
    CircularArea,
    /// An ellipse.
    EllipticalArea,
    /// A sector of a ring round a mast.
    CircularArcArea,
    /// A polygon of six corners.
    Polygon,
    /// A polygon with a hole in it.
    PolygonWithHole,
    /// A rectangle along the meridians.
    Box,
    /// A bare point, which states nothing about its error.
    Point,
    /// A bare line.
    LineString,
    /// Two bare points.
    MultiPoint,
    /// Two bare lines.
    MultiLineString,
    /// Two polygons, one of which is meant.
    MultiPolygon,
}

/// An area as it will be printed; lengths are whole metres, angles whole degrees clockwise from north.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A bare point.
    Point(Point),
    /// A line.
    Line(Vec<Point>),
    /// Corners, not closed, and holes.
    Polygon {
        /// The outer corners.
        outer: Vec<Point>,
        /// The corners of each hole.
        holes: Vec<Vec<Point>>,
    },
    /// The south-west and the north-east corner.
    Box(Point, Point),
    /// A circle.
    Circle(Circle),
    /// An ellipse.
    Ellipse {
        /// Its middle.
        center: Point,
        /// From north to the semi-major axis.
        angle: u16,
        /// Metres.
        semi_major: f64,
        /// Metres.
        semi_minor: f64,
    },
    /// A sector of a ring.
    Arc {
        /// The mast.
        apex: Point,
        /// Metres.
        inner: f64,
        /// Metres.
        outer: f64,
        /// From north to the first side, 0 to 359.
        start: u16,
        /// From the first side to the second, 1 to 360.
        included: u16,
    },
    /// Several at once; the element's name is that of the parts with `Multi` before it.
    Several(Vec<Shape>),
}

/// The area of `kind` that reports `fix`; the same fix is reported in the same way each time.
pub fn report(kind: Kind, fix: &Fix) -> Shape {
    let mut chance = Chance::new(fix.at_ms.unsigned_abs() ^ fix.area.center.latitude.to_bits());
    let held = fix.area.contains(&fix.truth);
    match kind {
        Kind::CircularArea => circle(fix),
        Kind::EllipticalArea => ellipse(fix, &mut chance),
        Kind::CircularArcArea => arc(fix, held, &mut chance),
        Kind::Polygon => star(fix, held, &mut chance),
        Kind::PolygonWithHole => holed(fix, held, &mut chance),
        Kind::Box => rectangle(fix, held, &mut chance),
        Kind::Point => Shape::Point(fix.area.center),
        Kind::LineString => line(fix, &mut chance),
        Kind::MultiPoint => Shape::Several(vec![
            Shape::Point(fix.area.center),
            Shape::Point(fix.area.center.at(chance.unit() * 360.0, fix.area.radius)),
        ]),
        Kind::MultiLineString => Shape::Several(vec![line(fix, &mut chance), line(fix, &mut chance)]),
        Kind::MultiPolygon => {
            let meant = star(fix, held, &mut chance);
            let elsewhere = fix.truth.at(chance.unit() * 360.0, fix.area.radius * 4.0);
            Shape::Several(vec![meant, corners_around(elsewhere, fix.area.radius, &mut chance)])
        }
    }
}

/// The fix's own circle with a whole radius; the error grows with it.
fn circle(fix: &Fix) -> Shape {
    let radius = fix.area.radius.ceil();
    let (azimuth, error_m) = fix.truth.bearing_to(&fix.area.center);
    let center = fix.truth.at(azimuth, error_m * radius / fix.area.radius);
    Shape::Circle(Circle { center, radius })
}

/// An ellipse: the error along each axis is stretched as the axis is.
fn ellipse(fix: &Fix, chance: &mut Chance) -> Shape {
    let radius = fix.area.radius;
    let (semi_major, semi_minor) = ((radius * 1.6).ceil(), (radius * 0.7).ceil());
    let angle = chance.between(0, 179) as u16;
    let (azimuth, error_m) = fix.truth.bearing_to(&fix.area.center);
    let from_axis = (azimuth - f64::from(angle)).to_radians();
    let along = error_m * from_axis.cos() * semi_major / radius;
    let across = error_m * from_axis.sin() * semi_minor / radius;
    let bearing = f64::from(angle) + across.atan2(along).to_degrees();
    Shape::Ellipse {
        center: fix.truth.at(bearing, along.hypot(across)),
        angle,
        semi_major,
        semi_minor,
    }
}

fn arc(fix: &Fix, held: bool, chance: &mut Chance) -> Shape {
    let inner = (fix.area.radius * 2.0).ceil();
    let outer = (fix.area.radius * 4.0).ceil();
    // The second side lies beyond north, so that a reader that takes it for a bearing finds it before the first.
    let start = chance.between(300, 359) as u16;
    let included = chance.between(65, 120) as u16;
    let share = 0.01 + 0.98 * chance.unit();
    let (within, bearing) = if held {
        let squared = inner * inner + share * (outer * outer - inner * inner);
        (squared.sqrt(), f64::from(start) + share_of(included, chance))
    } else {
        // Behind the mast, or past the outer edge.
        let behind = f64::from(start) + f64::from(included) + 20.0 + 100.0 * chance.unit();
        let beyond = f64::from(start) + share_of(included, chance);
        if chance.unit() < 0.5 {
            (outer * share, behind)
        } else {
            (outer * (1.02 + share), beyond)
        }
    };
    Shape::Arc {
        apex: fix.truth.at(bearing + 180.0, within),
        inner,
        outer,
        start,
        included,
    }
}

fn share_of(included: u16, chance: &mut Chance) -> f64 {
    f64::from(included) * (0.02 + 0.96 * chance.unit())
}

/// Corners in six directions, each at its own distance.
fn reaches(radius: f64, chance: &mut Chance) -> Vec<f64> {
    (0..6).map(|_| radius * (0.8 + 0.5 * chance.unit())).collect()
}

fn corners(center: Point, reaches: &[f64]) -> Vec<Point> {
    let step = 360.0 / reaches.len() as f64;
    let corner = |(index, reach): (usize, &f64)| center.at(step * index as f64, *reach);
    reaches.iter().enumerate().map(corner).collect()
}

fn corners_around(center: Point, radius: f64, chance: &mut Chance) -> Shape {
    Shape::Polygon {
        outer: corners(center, &reaches(radius, chance)),
        holes: Vec::new(),
    }
}

/// How far the edge is from the middle in direction `azimuth`, where corners lie at equal angles.
fn edge_at(reaches: &[f64], azimuth: f64) -> f64 {
    let step = 360.0 / reaches.len() as f64;
    let index = (azimuth.rem_euclid(360.0) / step) as usize % reaches.len();
    let at = |index: usize| {
        let reach = reaches.get(index % reaches.len()).copied().unwrap_or_default();
        let angle = (step * index as f64).to_radians();
        (reach * angle.sin(), reach * angle.cos())
    };
    let ((x, y), (next_x, next_y)) = (at(index), at(index + 1));
    let (side_x, side_y) = (next_x - x, next_y - y);
    let (ray_x, ray_y) = (azimuth.to_radians().sin(), azimuth.to_radians().cos());
    (x * side_y - y * side_x) / (ray_x * side_y - ray_y * side_x)
}

/// The share of the way to the edge at which the truth lies; more than 1 is outside.
fn depth(held: bool, chance: &mut Chance) -> f64 {
    if held {
        0.98 * chance.unit().sqrt()
    } else {
        1.02 + 0.5 * chance.unit()
    }
}

fn star(fix: &Fix, held: bool, chance: &mut Chance) -> Shape {
    let reaches = reaches(fix.area.radius, chance);
    let azimuth = chance.unit() * 360.0;
    let away = edge_at(&reaches, azimuth) * depth(held, chance);
    Shape::Polygon {
        outer: corners(fix.truth.at(azimuth + 180.0, away), &reaches),
        holes: Vec::new(),
    }
}

/// A ring between a polygon and its like of a third the size; the truth is never in the hole.
fn holed(fix: &Fix, held: bool, chance: &mut Chance) -> Shape {
    let outer = reaches(fix.area.radius * 1.3, chance);
    let inner: Vec<f64> = outer.iter().map(|reach| reach / 3.0).collect();
    let azimuth = chance.unit() * 360.0;
    let share = if held {
        0.35 + 0.63 * chance.unit()
    } else {
        depth(false, chance)
    };
    let center = fix.truth.at(azimuth + 180.0, edge_at(&outer, azimuth) * share);
    Shape::Polygon {
        outer: corners(center, &outer),
        holes: vec![corners(center, &inner)],
    }
}

fn rectangle(fix: &Fix, held: bool, chance: &mut Chance) -> Shape {
    let (east_m, north_m) = (fix.area.radius * 1.2, fix.area.radius * 0.8);
    let mut offset = || 1.96 * chance.unit() - 0.98;
    let (east, north) = (offset(), if held { offset() } else { 1.1 });
    let middle = fix.truth.at(90.0, -east * east_m).at(0.0, -north * north_m);
    Shape::Box(
        middle.at(270.0, east_m).at(180.0, north_m),
        middle.at(90.0, east_m).at(0.0, north_m),
    )
}

fn line(fix: &Fix, chance: &mut Chance) -> Shape {
    let (bearing, middle) = (chance.unit() * 360.0, fix.area.center);
    Shape::Line(vec![
        middle.at(bearing, fix.area.radius),
        middle,
        middle.at(bearing + 140.0, fix.area.radius),
    ])
}

#[cfg(test)]
#[path = "shape/tests.rs"]
mod tests;
