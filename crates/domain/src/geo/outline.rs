//! The edges of areas, as closed lines of points.

use super::region::Piece;
use super::{Area, Circle, Metres, Point};

/// How many points stand for a circle's edge; the error of a surface is then below 0.01 %.
const EDGE_POINTS: u32 = 360;
/// How many degrees lie between two points of an edge.
pub(super) const STEP: f64 = 1.0;
/// How far a curve lies from the chord over one degree of it, as a share of its radius: 1 − cos(½°), rounded up.
pub(super) const SAGITTA: f64 = 4e-5;
/// The same where only a circle around many curves is wanted, which needs fewer points…
const COARSE_EDGE_POINTS: u32 = 60;
const COARSE_STEP: f64 = 6.0;
/// … and more reserve: 1 − cos 3°, rounded up.
pub(super) const COARSE_SAGITTA: f64 = 0.0014;
/// A polygon's edge longer than this, in metres, gets points in between: on the plane a geodesic is no straight line.
const STRAIGHT_MAX: f64 = 20_000.0;
/// The most points that one edge of a polygon gets.
const EDGE_PARTS_MAX: f64 = 64.0;

/// The edge of a circle, anticlockwise.
pub(super) fn circle(circle: &Circle) -> Vec<Point> {
    circle_of(circle, EDGE_POINTS)
}

fn circle_of(circle: &Circle, count: u32) -> Vec<Point> {
    (0..count)
        .map(|step| {
            let azimuth = f64::from(step) * 360.0 / f64::from(count);
            circle.centre.at(-azimuth, circle.radius)
        })
        .collect()
}

/// A polygon's edge, with points between distant corners.
fn polygon(corners: &[Point]) -> Vec<Point> {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    let points = edges.flat_map(|(from, to)| {
        let (length, azimuth) = from.toward(*to);
        let parts = (length.0 / STRAIGHT_MAX).ceil().clamp(1.0, EDGE_PARTS_MAX);
        // At most 64, by the clamp.
        (0..parts as u32).map(move |part| match part {
            0 => *from,
            _ => from.at(azimuth, Metres(length.0 * f64::from(part) / parts)),
        })
    });
    points.collect()
}

/// The edge of an area that one closed line can tell; of a region, nothing.
pub(super) fn line(area: &Area) -> Vec<Point> {
    match area {
        Area::Circle(whole) => circle(whole),
        Area::Polygon(whole) => polygon(whole.corners()),
        Area::Ellipse(ellipse) => ellipse.edge(EDGE_POINTS),
        Area::Arc(arc) => arc.edge(STEP),
        Area::Region(_) => Vec::new(),
    }
}

/// The edges of one piece of a region: the outer one first, then those of its holes.
pub(super) fn lines(piece: &Piece) -> Vec<Vec<Point>> {
    match piece {
        Piece::Circle(whole) => vec![circle(whole)],
        Piece::Ellipse(ellipse) => vec![ellipse.edge(EDGE_POINTS)],
        Piece::Arc(arc) => vec![arc.edge(STEP)],
        Piece::Ground(ground) => ground.rings().map(polygon).collect(),
        Piece::Bounds(bounds) => vec![bounds.edge()],
    }
}

/// The points of a piece that matter to a circle around it; of curves, with [`COARSE_SAGITTA`] to spare.
pub(super) fn outer_edge(piece: &Piece) -> Vec<Point> {
    match piece {
        Piece::Circle(whole) => circle_of(whole, COARSE_EDGE_POINTS),
        Piece::Ellipse(ellipse) => ellipse.edge(COARSE_EDGE_POINTS),
        Piece::Arc(arc) => arc.edge(COARSE_STEP),
        Piece::Ground(ground) => ground.rings().next().unwrap_or_default().to_vec(),
        Piece::Bounds(bounds) => bounds.edge(),
    }
}
