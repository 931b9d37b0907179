//! How much of one area lies inside another, by true areas on the ellipsoid.
//!
//! Both areas are laid on Lambert's azimuthal equal-area plane of the WGS 84 ellipsoid, centred on the circle, where
//! every surface keeps its true size; there the polygon is clipped and measured.

use super::plane::{Plane, Position};
use super::region::Region;
use super::{Area, Circle, HALF_ROUND, Point, outline, scan};

/// How an area lies toward a circle.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Overlap {
    /// All of the area lies in the circle.
    Inside,
    /// None of the area lies in the circle.
    Outside,
    /// This whole percentage of the area, 1 to 99, lies in the circle.
    Partly(u8),
}

/// How `area` lies toward `circle`. Two circles are compared by the geodesic between their centres, so that *inside*
/// and *outside* are exact; shares of a surface are good to a tenth of a per cent.
#[must_use]
pub fn overlap(area: &Area, circle: &Circle) -> Overlap {
    let around = area.enclosing_circle();
    let apart = around.centre.distance_to(circle.centre).value();
    let (own, other) = (around.radius.value(), circle.radius.value());
    if apart + own <= other || other >= HALF_ROUND {
        return Overlap::Inside;
    }
    if apart >= own + other {
        return Overlap::Outside;
    }
    let plane = Plane::at(circle.centre);
    let window = project(&outline::circle(circle), &plane);
    let (whole, shared) = match area {
        Area::Region(region) => {
            let pieces = pieces(region, &plane);
            (scan::surface(&pieces, None), scan::surface(&pieces, Some(&window)))
        }
        Area::Circle(_) | Area::Polygon(_) | Area::Ellipse(_) | Area::Arc(_) => {
            let line = project(&outline::line(area), &plane);
            (surface(&line).abs(), surface(&clip(line, &window)).abs())
        }
    };
    match area {
        // The circle around it said neither, and for a circle that is exact.
        Area::Circle(_) => Overlap::Partly(percentage(shared, whole)),
        _ if shared >= whole * (1.0 - 1e-9) => Overlap::Inside,
        _ if shared <= whole * 1e-9 => Overlap::Outside,
        _ => Overlap::Partly(percentage(shared, whole)),
    }
}

/// The surface of an area in square metres; where pieces of a region overlap, it counts once.
#[must_use]
pub fn surface_of(area: &Area) -> f64 {
    let plane = Plane::at(area.enclosing_circle().centre);
    match area {
        Area::Region(region) => scan::surface(&pieces(region, &plane), None),
        Area::Circle(_) | Area::Polygon(_) | Area::Ellipse(_) | Area::Arc(_) => {
            surface(&project(&outline::line(area), &plane)).abs()
        }
    }
}

fn project(line: &[Point], plane: &Plane) -> Vec<Position> {
    line.iter().map(|point| plane.project(*point)).collect()
}

/// The closed lines of each piece of a region, on the plane.
fn pieces(region: &Region, plane: &Plane) -> Vec<Vec<Vec<Position>>> {
    let lines = |piece| outline::lines(piece).iter().map(|line| project(line, plane)).collect();
    region.pieces().iter().map(lines).collect()
}

/// A whole percentage, kept within 1 to 99 as CAMARA's `matchRate` is.
fn percentage(shared: f64, whole: f64) -> u8 {
    let rate = if whole > 0.0 {
        (shared / whole * 100.0).round()
    } else {
        1.0
    };
    // The cast saturates, and the clamp has already brought the value into the range of a `u8`.
    rate.clamp(1.0, 99.0) as u8
}

/// Whether no two edges of a polygon cross, no edge is empty, and there is something inside.
pub(super) fn is_simple(corners: &[Point]) -> bool {
    let Some(first) = corners.first() else {
        return false;
    };
    let corners = project(corners, &Plane::at(*first));
    let edges: Vec<(Position, Position)> = corners
        .iter()
        .copied()
        .zip(corners.iter().copied().cycle().skip(1))
        .collect();
    let empty = edges.iter().any(|(from, to)| from == to);
    let crossing = edges.iter().enumerate().any(|(index, one)| {
        edges.iter().enumerate().skip(index + 2).any(|(later, other)| {
            let neighbours = index == 0 && later + 1 == edges.len();
            !neighbours && cross(*one, *other)
        })
    });
    !empty && !crossing && surface(&corners).abs() > 0.0
}

/// Twice-signed surface by the shoelace formula, in square metres; positive when the corners run anticlockwise.
fn surface(corners: &[Position]) -> f64 {
    corners
        .iter()
        .zip(corners.iter().cycle().skip(1))
        .map(|((x1, y1), (x2, y2))| x1 * y2 - x2 * y1)
        .sum::<f64>()
        / 2.0
}

/// Which side of the line from `from` to `to` a position lies on; positive is left.
fn side(from: Position, to: Position, position: Position) -> f64 {
    (to.0 - from.0) * (position.1 - from.1) - (to.1 - from.1) * (position.0 - from.0)
}

fn cross(one: (Position, Position), other: (Position, Position)) -> bool {
    side(one.0, one.1, other.0) * side(one.0, one.1, other.1) < 0.0
        && side(other.0, other.1, one.0) * side(other.0, other.1, one.1) < 0.0
}

/// What of `subject` lies in the convex, anticlockwise `window` (Sutherland and Hodgman). The subject may be concave:
/// the bridges that the method then leaves have no surface.
fn clip(subject: Vec<Position>, window: &[Position]) -> Vec<Position> {
    let edges = window.iter().copied().zip(window.iter().copied().cycle().skip(1));
    edges.fold(subject, |kept, (from, to)| clip_by_line(&kept, from, to))
}

fn clip_by_line(subject: &[Position], from: Position, to: Position) -> Vec<Position> {
    let mut kept = Vec::with_capacity(subject.len());
    let last = subject.last().copied();
    let pairs = last
        .into_iter()
        .chain(subject.iter().copied())
        .zip(subject.iter().copied());
    for (before, here) in pairs {
        let (side_before, side_here) = (side(from, to, before), side(from, to, here));
        if (side_before >= 0.0) != (side_here >= 0.0) {
            let share = side_before / (side_before - side_here);
            kept.push((
                before.0 + (here.0 - before.0) * share,
                before.1 + (here.1 - before.1) * share,
            ));
        }
        if side_here >= 0.0 {
            kept.push(here);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{Metres, Polygon};

    fn circle(latitude: f64, longitude: f64, radius: f64) -> Circle {
        Circle {
            centre: Point::new(latitude, longitude).expect("point"),
            radius: Metres(radius),
        }
    }

    #[test]
    fn a_circles_surface_is_pi_r_squared_wherever_it_lies() {
        for (latitude, longitude) in [(0.0, 0.0), (12.0, -40.0), (52.0, 179.999), (-69.0, 10.0), (90.0, 0.0)] {
            let area = Area::Circle(circle(latitude, longitude, 1000.0));
            let share = surface_of(&area) / (std::f64::consts::PI * 1e6);
            assert!((share - 1.0).abs() < 2e-4, "{latitude} {share}");
        }
    }

    #[test]
    fn nested_and_distant_circles_are_exact() {
        let small = Area::Circle(circle(12.0, -40.0, 500.0));
        assert_eq!(overlap(&small, &circle(12.0, -40.0, 500.0)), Overlap::Inside);
        assert_eq!(overlap(&small, &circle(12.0, -40.0, 30_000_000.0)), Overlap::Inside);
        assert_eq!(overlap(&small, &circle(13.0, -40.0, 500.0)), Overlap::Outside);
    }

    #[test]
    fn a_small_circle_in_a_large_area_matches_by_their_surfaces() {
        let large = Area::Circle(circle(12.0, 180.0, 2000.0));
        assert_eq!(overlap(&large, &circle(12.0, -180.0, 1000.0)), Overlap::Partly(25));
        assert_eq!(overlap(&large, &circle(12.0, -180.0, 10.0)), Overlap::Partly(1));
    }

    #[test]
    fn two_equal_circles_one_radius_apart_share_what_the_lens_formula_says() {
        let one = circle(12.0, -40.0, 1000.0);
        let other = Circle {
            centre: one.centre.at(90.0, Metres(1000.0)),
            radius: Metres(1000.0),
        };
        let lens = 2.0 * (0.5_f64).acos() - 0.5 * 3.0_f64.sqrt();
        let want = (lens / std::f64::consts::PI * 100.0).round() as u8;
        assert_eq!(overlap(&Area::Circle(one), &other), Overlap::Partly(want));
    }

    #[test]
    fn half_a_square_is_half() {
        let point = |latitude, longitude| Point::new(latitude, longitude).expect("point");
        let square = Polygon::new(vec![
            point(0.0, -0.01),
            point(0.0, 0.01),
            point(0.02, 0.01),
            point(0.02, -0.01),
        ])
        .expect("simple");
        let south = Circle {
            centre: point(-4.99, 0.0),
            radius: point(-4.99, 0.0).distance_to(point(0.01, 0.0)),
        };
        let Overlap::Partly(rate) = overlap(&Area::Polygon(square), &south) else {
            panic!("not partial")
        };
        assert!((49..=51).contains(&rate), "{rate}");
    }

    #[test]
    fn a_crossing_polygon_is_refused() {
        let point = |latitude, longitude| Point::new(latitude, longitude).expect("point");
        assert!(Polygon::new(vec![point(0.0, 0.0), point(1.0, 1.0), point(1.0, 0.0), point(0.0, 1.0)]).is_none());
        assert!(Polygon::new(vec![point(0.0, 0.0), point(1.0, 1.0)]).is_none());
        assert!(Polygon::new(vec![point(0.0, 0.0), point(0.0, 1.0), point(1.0, 0.0), point(0.0, 0.0)]).is_some());
    }
}
