//! However the circles move, a caller learns no more than the area it is allowed.

mod confidence;

use proptest::prelude::*;

use super::{Told, tell};
use crate::ask::{Ask, Question};
use crate::decide::{Grant, Permission};
use crate::geo::grid::{GridKey, coarsen};
use crate::geo::overlap::{Overlap, overlap};
use crate::geo::{Area, Circle, Metres, Point};
use crate::id::{AskId, ConsentId, PartyId};
use crate::locate::Failure;
use crate::number::Msisdn;
use crate::permission::terms::{Origin, Precision};
use crate::purpose::Purpose;
use crate::subject::{Subject, SubjectKey};
use crate::time::{Span, Timestamp};

const SIZE: u32 = 2000;
const PERSON: SubjectKey = SubjectKey::from_bytes([7; 16]);

fn point(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).expect("point")
}

fn circle(centre: Point, radius: f64) -> Circle {
    let radius = Metres::new(radius).expect("finite");
    Circle { centre, radius }
}

fn key() -> GridKey {
    GridKey::new([5; 32])
}

/// What is told about a phone at `fix` with an allowance of `size` metres.
fn told(question: Question, fix: &Circle, size: u32) -> Result<Told, Failure> {
    let subject = Subject {
        key: PERSON,
        number: Msisdn::parse("+12025550123").expect("reserved"),
    };
    let now = Timestamp::from_unix_ms(0);
    let (id, party) = (AskId::from_bytes([1; 16]), PartyId::from_bytes([1; 16]));
    let ask = Ask::new(id, subject, party, Purpose::RequestedServiceProvision, question, now);
    let grant = Grant {
        permission: Permission::Consent(ConsentId::from_bytes([1; 16])),
        event: None,
        seal: None,
        precision: Precision::Area { metres: size },
        origin: Origin::Network,
        until: now,
        deadline: Span::default(),
    };
    tell(&ask, &grant, fix, &key())
}

fn inside(circle: Circle) -> Question {
    Question::Verify { circle, max_age: None }
}

const WHERE: Question = Question::Retrieve {
    max_age: None,
    max_surface: None,
};

/// 200 circles as an attacker would lay them: shrinking, sliding, far and near, by a fixed rule.
fn circles(around: Point) -> Vec<Circle> {
    (0..200_u32)
        .map(|step| {
            let azimuth = f64::from(step) * 137.508;
            let away = Metres::whole(step * 97 % 6000);
            circle(around.at(azimuth, away), f64::from(step * 61 % 5000) + 1.0)
        })
        .collect()
}

#[test]
fn two_hundred_circles_learn_no_more_than_one_area() {
    for centre in [
        point(12.003, -40.004),
        point(-54.5, 179.5),
        point(69.5, 0.0),
        point(45.5, 7.1),
    ] {
        let fix = circle(centre, 20.0);
        let circles = circles(centre);
        let answers =
            |fix: &Circle| -> Vec<_> { circles.iter().map(|circle| told(inside(*circle), fix, SIZE)).collect() };
        let (seen, area) = (answers(&fix), told(WHERE, &fix, SIZE));
        // Where else the phone could be: everywhere on a lattice of 100 m for 3 km around.
        let lattice = (-30..=30).flat_map(|east| (-30..=30).map(move |north| (f64::from(east), f64::from(north))));
        let mut possible = Vec::new();
        for (east, north) in lattice {
            let away = Metres::new(east.hypot(north) * 100.0).expect("finite");
            let other = circle(centre.at(east.atan2(north).to_degrees(), away), 20.0);
            let same_area = told(WHERE, &other, SIZE) == area;
            if same_area {
                // Every hundred and fiftieth is enough of a sample, and the rest is held by the property below.
                if possible.len() % 150 == 0 {
                    assert_eq!(answers(&other), seen);
                }
                possible.push(other.centre);
            }
        }
        let far = |from: &Point| {
            possible
                .iter()
                .map(|to| from.distance_to(*to).value())
                .fold(0.0, f64::max)
        };
        let best = possible.iter().map(far).fold(f64::MAX, f64::min);
        // Even to somebody who held the grid's key, the least region is the square round a corner that is a corner's in
        // all four cells: its half diagonal is 0.41 of the size, its surface a third of the size squared.
        assert!(best >= f64::from(SIZE) * 0.38, "the best guess is within {best} m");
        assert!(possible.len() >= 120, "only {} hectares are possible", possible.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn two_fixes_of_one_region_are_told_alike(
        latitude in -69.0_f64..69.0, longitude in -180.0_f64..180.0, azimuth in 0.0_f64..360.0, away in 0.0_f64..2000.0,
        uncertainty in 1.0_f64..500.0, toward in 0.0_f64..360.0, shift in 0.0_f64..5000.0, radius in 1.0_f64..9000.0,
    ) {
        let one = circle(point(latitude, longitude), uncertainty);
        let other = circle(one.centre.at(azimuth, Metres::new(away).expect("finite")), uncertainty);
        let size = Metres::whole(SIZE);
        let corner = |fix: &Circle| coarsen(fix, size, PERSON, &key()).map(|area| area.centre);
        prop_assume!(corner(&one) == corner(&other));
        let asked = circle(one.centre.at(toward, Metres::new(shift).expect("finite")), radius);
        prop_assert_eq!(told(WHERE, &one, SIZE), told(WHERE, &other, SIZE));
        prop_assert_eq!(told(inside(asked), &one, SIZE), told(inside(asked), &other, SIZE));
    }

    #[test]
    fn a_shares_estimate_by_chance_agrees(
        latitude in -69.0_f64..69.0, longitude in -180.0_f64..180.0, azimuth in 0.0_f64..360.0,
        own in 50.0_f64..50_000.0, ratio in 0.3_f64..3.0, apart in 0.0_f64..1.0,
    ) {
        let area = circle(point(latitude, longitude), own);
        let other = own * ratio;
        let distance = (own - other).abs() + apart * (own + other - (own - other).abs());
        let asked = circle(area.centre.at(azimuth, Metres::new(distance).expect("finite")), other);
        let want = estimate(&area, &asked);
        let found = match overlap(&Area::Circle(area), &asked) {
            Overlap::Inside => 100.0,
            Overlap::Outside => 0.0,
            Overlap::Partly(rate) => f64::from(rate),
        };
        prop_assert!((want - found).abs() < 2.5, "estimated {want}, found {found}");
    }
}

/// The percentage of `area` within `circle`, by geodesics alone: points spread evenly over the disc (a sunflower), each
/// measured on the ellipsoid.
fn estimate(area: &Circle, circle: &Circle) -> f64 {
    let count = 3000_u32;
    let hits = (0..count).filter(|step| {
        let share = (f64::from(*step) + 0.5) / f64::from(count);
        let away = Metres::new(area.radius.value() * share.sqrt()).expect("finite");
        let place = area.centre.at(f64::from(*step) * 137.507_764, away);
        place.distance_to(circle.centre) <= circle.radius
    });
    hits.count() as f64 * 100.0 / f64::from(count)
}

#[test]
fn at_every_edge_the_area_holds_the_fix_and_is_no_finer_than_allowed() {
    let bands = [0.0, 25.0, 35.0, 45.0, 55.0, 60.0, 70.0];
    let latitudes = bands
        .iter()
        .flat_map(|band| [band - 1e-9, *band, band + 1e-9])
        .filter(|latitude| *latitude <= 70.0);
    let latitudes: Vec<f64> = latitudes.flat_map(|latitude| [latitude, -latitude]).collect();
    for latitude in latitudes {
        for longitude in [-180.0, -179.999_999, -1e-9, 0.0, 1e-9, 90.0, 179.999_999, 180.0] {
            for size in [50, 200, 2000, 50_000, 200_000] {
                for uncertainty in [0.0, 20.0, 3000.0, 1_800_000.0] {
                    let fix = circle(point(latitude, longitude), uncertainty);
                    let Ok(Told::Area(area)) = told(WHERE, &fix, size) else {
                        panic!("nothing told at {latitude} {longitude} {size}");
                    };
                    let apart = area.centre.distance_to(fix.centre).value();
                    assert!(area.radius >= Metres::whole(size));
                    assert!(
                        apart + uncertainty <= area.radius.value(),
                        "{latitude} {longitude} {size} {apart}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_antimeridian_is_one_line() {
    for latitude in [-60.0, 0.0, 12.3, 69.0] {
        let west = told(WHERE, &circle(point(latitude, -180.0), 20.0), SIZE);
        assert_eq!(west, told(WHERE, &circle(point(latitude, 180.0), 20.0), SIZE));
    }
}

#[test]
fn beyond_the_grids_nothing_is_told() {
    for latitude in [70.000_001, 90.0, -70.000_001, -90.0] {
        let fix = circle(point(latitude, 10.0), 20.0);
        assert_eq!(told(WHERE, &fix, SIZE), Err(Failure::BeyondGrid));
        assert_eq!(
            told(inside(circle(fix.centre, 9e9)), &fix, SIZE),
            Err(Failure::BeyondGrid)
        );
    }
}

#[test]
fn circles_of_any_size_are_answered() {
    let fix = circle(point(12.0, -40.0), 20.0);
    let far = point(-12.0, 139.9);
    for radius in [0.0, 1e-300, 1.0, 19_000_000.0, 20_003_931.5, 1e12, f64::MAX] {
        for centre in [fix.centre, far, point(90.0, 0.0), point(-90.0, 180.0)] {
            let verdict = told(inside(circle(centre, radius)), &fix, SIZE).expect("a verdict");
            if radius >= 20_003_931.5 {
                assert_eq!(verdict, Told::Verdict(Overlap::Inside), "the whole Earth");
            }
            if radius < 2.0 && centre != fix.centre {
                assert_eq!(verdict, Told::Verdict(Overlap::Outside));
            }
        }
    }
}

#[test]
fn an_area_larger_than_wanted_is_not_told() {
    let fix = circle(point(12.0, -40.0), 20.0);
    let surface = |metres: f64| Question::Retrieve {
        max_age: None,
        max_surface: Some((std::f64::consts::PI * metres * metres).ceil() as u32),
    };
    assert!(told(surface(2000.0), &fix, SIZE).is_ok());
    assert_eq!(told(surface(1990.0), &fix, SIZE), Err(Failure::SurfaceNotMet));
    assert_eq!(
        told(surface(1990.0), &circle(fix.centre, 900.0), 200),
        Ok(Told::Area(coarse(&fix, 900.0)))
    );
}

fn coarse(fix: &Circle, uncertainty: f64) -> Circle {
    let fix = circle(fix.centre, uncertainty);
    coarsen(&fix, Metres::whole(200), PERSON, &key()).expect("in range")
}
