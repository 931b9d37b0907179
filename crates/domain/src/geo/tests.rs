//! The shapes of location servers: circles around them, surfaces, and confidence, checked by chance and by formula.

use proptest::prelude::*;

use super::arc::Arc;
use super::confidence::Confidence;
use super::ellipse::Ellipse;
use super::overlap::{Overlap, overlap, surface_of};
use super::region::{Bounds, Ground, PIECES_MAX, Piece, REGION_CORNERS_MAX, Region};
use super::*;

fn point(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).expect("a point")
}

fn metres(metres: f64) -> Metres {
    Metres::new(metres).expect("a length")
}

fn circle(centre: Point, radius: f64) -> Circle {
    Circle::new(centre, metres(radius)).expect("a circle")
}

fn arc(centre: Point, inner: f64, outer: f64, start: f64, included: f64) -> Area {
    Area::Arc(Arc::new(centre, metres(inner), metres(outer), start, included).expect("an arc"))
}

fn region(pieces: Vec<Piece>) -> Area {
    Area::Region(Region::new(pieces).expect("a region"))
}

/// Places where longitudes are ordinary, jump, and mean nothing.
fn places() -> [Point; 5] {
    [
        point(12.0, -40.0),
        point(52.0, 179.999),
        point(-89.99, 10.0),
        point(90.0, 0.0),
        point(0.0, -180.0),
    ]
}

#[test]
fn constructors_refuse_what_cannot_be() {
    let centre = point(12.0, -40.0);
    assert!(Ellipse::new(centre, metres(1.0), metres(2.0), 0.0).is_none());
    assert!(Ellipse::new(centre, metres(2.0), metres(1.0), f64::NAN).is_none());
    assert!(Ellipse::new(centre, metres(2.1e7), metres(1.0), 0.0).is_none());
    for (inner, outer, start, included) in [
        (2.0, 1.0, 0.0, 90.0),
        (1.0, 2.0, 0.0, 0.0),
        (1.0, 2.0, 0.0, -1.0),
        (1.0, 2.0, 0.0, 360.1),
        (1.0, 2.0, f64::INFINITY, 90.0),
        (1.0, 2.0, 0.0, f64::NAN),
        (1.0, 2.1e7, 0.0, 90.0),
    ] {
        assert!(Arc::new(centre, metres(inner), metres(outer), start, included).is_none());
    }
    assert!(Circle::new(centre, metres(20_003_932.0)).is_none());
    assert!(Circle::around(&[]).is_none());
    assert!(Circle::around(&[point(90.0, 0.0), point(-90.0, 0.0)]).is_none());
    assert!(Region::new(Vec::new()).is_none());
    assert!(Region::new(vec![Piece::Circle(circle(centre, 1.0)); PIECES_MAX + 1]).is_none());
    assert!(Bounds::new(point(1.0, 0.0), point(0.0, 1.0)).is_none());
    assert!(Bounds::new(point(0.0, 1.0), point(1.0, 1.0)).is_none());
    let corners = |count: usize| -> Vec<Point> {
        let step = 360.0 / count as f64;
        (0..count)
            .map(|index| centre.at(index as f64 * step, metres(1e5)))
            .collect()
    };
    let ground = |count| Ground::new(corners(count), Vec::new());
    assert!(ground(2).is_none() && ground(REGION_CORNERS_MAX + 1).is_none());
    let large = Piece::Ground(ground(600).expect("a ground"));
    assert!(Region::new(vec![large.clone(), large]).is_none());
}

#[test]
fn surfaces_are_what_the_formulas_say() {
    let pi = std::f64::consts::PI;
    for centre in places() {
        let ellipse = Ellipse::new(centre, metres(5000.0), metres(800.0), 30.0).expect("an ellipse");
        let hole: Vec<Point> = [0.0, 90.0, 180.0, 270.0]
            .map(|azimuth| centre.at(azimuth, metres(100.0)))
            .to_vec();
        let corners: Vec<Point> = [45.0, 135.0, 225.0, 315.0]
            .map(|azimuth| centre.at(azimuth, metres(1000.0)))
            .to_vec();
        let square = Piece::Ground(Ground::new(corners, vec![hole]).expect("a ground"));
        let far = Piece::Circle(circle(centre.at(77.0, metres(9000.0)), 1000.0));
        let near = Piece::Circle(circle(centre, 1000.0));
        for (area, wanted) in [
            (Area::Ellipse(ellipse), pi * 5000.0 * 800.0),
            (
                arc(centre, 500.0, 900.0, 300.0, 120.0),
                pi * (900.0 * 900.0 - 500.0 * 500.0) / 3.0,
            ),
            (arc(centre, 0.0, 900.0, 300.0, 90.0), pi * 900.0 * 900.0 / 4.0),
            (
                arc(centre, 500.0, 900.0, 10.0, 360.0),
                pi * (900.0 * 900.0 - 500.0 * 500.0),
            ),
            (region(vec![square.clone()]), 2_000_000.0 - 20_000.0),
            (region(vec![near.clone(), far, near.clone()]), 2.0 * pi * 1e6),
            // The square lies in the circle around its corners.
            (region(vec![near, square]), pi * 1e6),
        ] {
            let share = surface_of(&area) / wanted;
            assert!((share - 1.0).abs() < 3e-4, "{area:?} {share}");
        }
    }
}

#[test]
fn a_box_has_the_surface_between_its_parallels() {
    // A band of one degree at the equator, by the published length of its meridian and its parallels.
    for west in [10.0, 179.5] {
        let bounds = Bounds::new(point(-0.5, west), point(0.5, wrap_longitude(west + 1.0))).expect("bounds");
        let share = surface_of(&region(vec![Piece::Bounds(bounds)])) / (110_574.4 * 111_319.5);
        assert!((share - 1.0).abs() < 1e-4, "{share}");
    }
}

#[test]
fn the_least_circle_of_an_arc_is_found_in_each_of_its_cases() {
    let centre = point(12.0, -40.0);
    let around = |inner, outer, included| arc(centre, inner, outer, 350.0, included).enclosing_circle();
    for (inner, outer, included, radius) in [
        // Half a turn or more: the outer circle itself.
        (500.0, 900.0, 180.0, 900.0),
        (500.0, 900.0, 300.0, 900.0),
        // The outer corners' chord is the diameter.
        (500.0, 900.0, 120.0, 900.0 * 60_f64.to_radians().sin()),
        // All four corners lie on the circle: √(d² − rR) with d = (r + R) ÷ (2 cos h).
        (
            850.0,
            900.0,
            10.0,
            ((1750.0 / (2.0 * 5_f64.to_radians().cos())).powi(2) - 850.0 * 900.0).sqrt(),
        ),
        (0.0, 900.0, 60.0, 900.0 / (2.0 * 30_f64.to_radians().cos())),
    ] {
        let found = around(inner, outer, included).radius.value();
        assert!(
            (found - radius).abs() < 0.1,
            "{inner} {outer} {included}: {found} {radius}"
        );
    }
}

#[test]
fn a_region_lies_inside_outside_or_partly() {
    let centre = point(12.0, 180.0);
    let pieces = [90.0, 270.0].map(|azimuth| Piece::Circle(circle(centre.at(azimuth, metres(5000.0)), 1000.0)));
    let area = region(pieces.to_vec());
    let around = |azimuth: f64, away: f64, radius| overlap(&area, &circle(centre.at(azimuth, metres(away)), radius));
    assert_eq!(around(0.0, 0.0, 6100.0), Overlap::Inside);
    assert_eq!(around(0.0, 0.0, 3900.0), Overlap::Outside);
    assert_eq!(around(90.0, 5000.0, 1100.0), Overlap::Partly(50));
    assert_eq!(around(0.0, 20_000.0, 1000.0), Overlap::Outside);
}

#[test]
fn a_confidence_is_one_to_a_hundred_and_only_ever_widens() {
    assert_eq!((Confidence::new(0), Confidence::new(101)), (None, None));
    let widenings: Vec<f64> = (1..=100)
        .filter_map(Confidence::new)
        .map(Confidence::widening)
        .collect();
    assert_eq!(widenings.len(), 100);
    assert!(widenings.is_sorted_by(|one, next| one >= next));
    assert!(
        widenings.iter().skip(94).all(|widening| *widening == 1.0),
        "95 and more stay"
    );
    assert!(
        widenings
            .iter()
            .take(94)
            .all(|widening| *widening > 1.0 && *widening < 18.0)
    );
    // One standard deviation in each direction, 39.35 %, to 95 %: √(−2 ln 0.05), between what 39 and 40 per cent give.
    assert!(widenings[38] > 2.4477 && widenings[39] < 2.4477);
}

fn place() -> impl Strategy<Value = Point> {
    let latitude = prop_oneof![
        -90.0_f64..90.0,
        Just(90.0),
        Just(-90.0),
        89.9_f64..90.0,
        -0.001_f64..0.001
    ];
    let longitude = prop_oneof![-180.0_f64..180.0, Just(180.0), Just(-180.0), 179.99_f64..180.0];
    (latitude, longitude).prop_map(|(latitude, longitude)| point(latitude, longitude))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_ellipse_lies_in_its_circle_and_touches_it(
        centre in place(), major in 1.0_f64..1e6, share in 0.0_f64..=1.0, angle in -720.0_f64..720.0,
    ) {
        let ellipse = Ellipse::new(centre, metres(major), metres(major * share), angle).expect("an ellipse");
        let circle = Area::Ellipse(ellipse).enclosing_circle();
        let far = ellipse.edge(90).into_iter().map(|edge| circle.centre.distance_to(edge).value()).fold(0.0, f64::max);
        prop_assert!((far - circle.radius.value()).abs() < 1e-6 * major + 1e-6);
    }

    #[test]
    fn every_point_of_an_arc_lies_in_its_circle(
        centre in place(), outer in 1.0_f64..1e6, share in 0.0_f64..=1.0, start in 0.0_f64..360.0,
        included in 0.01_f64..=360.0, along in 0.0_f64..=1.0, across in 0.0_f64..=1.0,
    ) {
        let inner = outer * share;
        let circle = arc(centre, inner, outer, start, included).enclosing_circle();
        let inside = centre.at(start + included * along, metres(inner + (outer - inner) * across));
        prop_assert!(circle.centre.distance_to(inside).value() <= circle.radius.value() + 1e-6);
        prop_assert!(circle.radius.value() <= outer * 1.0001);
    }

    #[test]
    fn every_edge_between_points_lies_in_their_circle(
        centre in place(), size in 1.0_f64..1e6, azimuths in proptest::collection::vec((0.0_f64..360.0, 0.0_f64..1.0), 1..40),
        pair in any::<(prop::sample::Index, prop::sample::Index)>(), along in 0.0_f64..=1.0,
    ) {
        let points: Vec<Point> = azimuths.iter().map(|(azimuth, share)| centre.at(*azimuth, metres(size * share))).collect();
        let circle = Circle::around(&points).expect("a circle");
        let (from, to) = (*pair.0.get(&points), *pair.1.get(&points));
        let (length, azimuth) = from.toward(to);
        let between = from.at(azimuth, metres(length.value() * along));
        prop_assert!(circle.centre.distance_to(between).value() <= circle.radius.value() + 1e-6);
        // All lie within `size` of the centre; the circle is hardly larger.
        prop_assert!(circle.radius.value() <= size * 1.03 + 1e-6);
    }
}
