use super::*;
use crate::carrier::radio;

/// North and east of `origin`, in metres; good to a centimetre for a few hundred.
fn plane(origin: &Point, point: &Point) -> (f64, f64) {
    let (azimuth, metres) = origin.bearing_to(point);
    (metres * azimuth.to_radians().cos(), metres * azimuth.to_radians().sin())
}

fn in_ring(ring: &[Point], point: &Point) -> bool {
    let at: Vec<(f64, f64)> = ring.iter().map(|corner| plane(point, corner)).collect();
    let mut inside = false;
    for (index, (north, east)) in at.iter().enumerate() {
        let (next_north, next_east) = at[(index + 1) % at.len()];
        let crosses = (*north > 0.0) != (next_north > 0.0);
        if crosses && east - north * (next_east - east) / (next_north - north) > 0.0 {
            inside = !inside;
        }
    }
    inside
}

fn contains(shape: &Shape, point: &Point) -> bool {
    match shape {
        Shape::Circle(circle) => circle.contains(point),
        Shape::Ellipse {
            center,
            angle,
            semi_major,
            semi_minor,
        } => {
            let (azimuth, metres) = center.bearing_to(point);
            let from_axis = (azimuth - f64::from(*angle)).to_radians();
            (metres * from_axis.cos() / semi_major).hypot(metres * from_axis.sin() / semi_minor) <= 1.0
        }
        Shape::Arc {
            apex,
            inner,
            outer,
            start,
            included,
        } => {
            let (azimuth, metres) = apex.bearing_to(point);
            let turned = (azimuth - f64::from(*start)).rem_euclid(360.0);
            (*inner..=*outer).contains(&metres) && turned <= f64::from(*included)
        }
        Shape::Polygon { outer, holes } => in_ring(outer, point) && !holes.iter().any(|hole| in_ring(hole, point)),
        Shape::Box(low, high) => {
            (low.latitude..=high.latitude).contains(&point.latitude)
                && (low.longitude..=high.longitude).contains(&point.longitude)
        }
        Shape::Several(parts) => parts.iter().any(|part| contains(part, point)),
        Shape::Point(_) | Shape::Line(_) => false,
    }
}

#[test]
fn every_area_contains_the_truth_as_often_as_stated() {
    let truth = Point {
        latitude: 12.0,
        longitude: -40.0,
    };
    for kind in [
        Kind::CircularArea,
        Kind::EllipticalArea,
        Kind::CircularArcArea,
        Kind::Polygon,
        Kind::PolygonWithHole,
        Kind::Box,
        Kind::MultiPolygon,
    ] {
        let mut chance = Chance::new(7);
        let samples = 4000;
        let held = (0..samples)
            .filter(|at_ms| {
                let rung = chance.between(radio::FRESH_RUNGS.0, radio::LAST_KNOWN_RUNGS.1);
                let fix = radio::fix(truth, rung, 67, *at_ms, &mut chance);
                let told = report(kind, &fix);
                let held = contains(&told, &truth);
                assert_eq!(held, fix.area.contains(&truth), "{kind:?}: {told:?}");
                held
            })
            .count();
        let share = held as f64 / samples as f64;
        // Four standard errors of 4,000 draws at 0.67.
        assert!((share - 0.67).abs() < 0.03, "{kind:?}: stated 0.67, found {share}");
    }
}

#[test]
fn an_arc_read_with_a_bearing_for_its_second_side_is_noticed() {
    let mut chance = Chance::new(1);
    let truth = Point {
        latitude: 12.0,
        longitude: -40.0,
    };
    for at_ms in 0..200 {
        let fix = radio::fix(truth, 20, 67, at_ms, &mut chance);
        let Shape::Arc { start, included, .. } = report(Kind::CircularArcArea, &fix) else {
            panic!("expected an arc");
        };
        assert!(start + included >= 360 && (start + included) % 360 < start);
    }
}
