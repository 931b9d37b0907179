//! Each way in which carriers differ from the specification, in a test of its name: the position is read all the same,
//! and the quirk is noted. Here: coordinates and shapes.

use super::samples::*;
use crate::mlp::answer::Located;
use crate::mlp::expect::{ArcStop, Habits};
use crate::mlp::quirk::Quirk;
use domain::geo::Area;
use domain::geo::Metres;
use domain::geo::arc::Arc;
use domain::geo::ellipse::Ellipse;

#[test]
fn three_digit_degrees() {
    let document = spelled("012 30 00.000N", "040 15 00.000W");
    shows(&document, &[Quirk::ThreeDigitDegrees], &circle(250));
}

#[test]
fn unpadded_degrees() {
    for (x, y) in [
        ("12 30 0N", "40 15 0W"),
        ("12 30 0.0N", "040 15 00.000W"),
        ("12 29 60.000N", "40 15 00.000W"),
    ] {
        shows(&spelled(x, y), &[Quirk::UnpaddedDegrees], &circle(250));
    }
}

#[test]
fn long_seconds() {
    shows(
        &spelled("12 30 00.000000N", "040 14 59.999999W"),
        &[Quirk::LongSeconds],
        &circle(250),
    );
}

#[test]
fn decimal_degrees() {
    for (x, y) in [("12.5", "-40.25"), ("+12.500000", "-040.250000"), ("12.5N", "40.25W")] {
        shows(&spelled(x, y), &[Quirk::DecimalDegrees], &circle(250));
    }
}

#[test]
fn hemisphere_prefix() {
    let quirks = [Quirk::DecimalDegrees, Quirk::HemispherePrefix];
    shows(&spelled("N12.5", "W40.25"), &quirks, &circle(250));
    shows(
        &spelled("N12 30 00.000", "W040 15 00.000"),
        &[Quirk::HemispherePrefix],
        &circle(250),
    );
}

#[test]
fn swapped_axes() {
    let document = spelled("040 15 00.000W", "12 30 00.000N");
    shows(&document, &[Quirk::SwappedAxes], &circle(250));
}

#[test]
fn nan_altitude() {
    let document = altered("</Y>", "</Y><Z>NaN</Z>");
    shows(&document, &[Quirk::NanAltitude], &circle(250));
    shows(&altered("</Y>", "</Y><Z>312.5</Z>"), &[], &circle(250));
}

#[test]
fn float_measure() {
    shows(&altered(">250<", ">250.000<"), &[Quirk::FloatMeasure], &circle(250));
}

#[test]
fn bare_point() {
    let document = shaped(&format!("<Point>{COORD}</Point>"));
    // Of the width that stands in, the server's confidence says nothing.
    assert_eq!(shows(&document, &[Quirk::BarePoint], &circle(3000)).confidence, None);
    shows(&altered("<radius>250</radius>", ""), &[Quirk::BarePoint], &circle(3000));
}

#[test]
fn zero_radius() {
    for zero in ["0", "0.0"] {
        let located = shows_zero(&altered(">250<", &format!(">{zero}<")));
        assert_eq!(
            located.confidence, None,
            "a radius that is not known is not a perfect one"
        );
    }
    let axes = "<angle>0</angle><semiMajor>0</semiMajor><semiMinor>0</semiMinor>";
    shows_zero(&shaped(&format!("<EllipticalArea>{COORD}{axes}</EllipticalArea>")));
    let arc = "<inRadius>0</inRadius><outRadius>0</outRadius><startAngle>0</startAngle><stopAngle>90</stopAngle>";
    shows_zero(&shaped(&format!("<CircularArcArea>{COORD}{arc}</CircularArcArea>")));
}

fn shows_zero(document: &str) -> Located {
    let (located, quirks) = located(document);
    assert!(quirks.contains(&Quirk::ZeroRadius));
    assert!(alike(&located.area, &circle(3000)));
    located
}

/// An ellipse of 400 by 100 metres whose longer axis points at 30 degrees.
fn ellipse() -> Area {
    let (major, minor) = (Metres::whole(400), Metres::whole(100));
    Area::Ellipse(Ellipse::new(place(), major, minor, 30.0).expect("an ellipse"))
}

#[test]
fn circle_as_ellipse() {
    let axes = "<angle>30</angle><semiMajor>400</semiMajor><semiMinor>100</semiMinor>";
    let located = shows(
        &altered("<radius>250</radius>", axes),
        &[Quirk::CircleAsEllipse],
        &ellipse(),
    );
    assert_eq!(located.area, ellipse());
}

#[test]
fn swapped_half_axes() {
    let axes = "<angle>120</angle><semiMajor>100</semiMajor><semiMinor>400</semiMinor>";
    let document = shaped(&format!("<EllipticalArea>{COORD}{axes}</EllipticalArea>"));
    let located = shows(&document, &[Quirk::SwappedHalfAxes], &ellipse());
    assert_eq!(located.area, ellipse());
}

fn arc(inner: u32, outer: u32, start: f64, included: f64) -> Area {
    let arc = Arc::new(place(), Metres::whole(inner), Metres::whole(outer), start, included);
    Area::Arc(arc.expect("an arc"))
}

fn arc_document(radii: &str, start: u32, stop: u32) -> String {
    let angles = format!("<startAngle>{start}</startAngle><stopAngle>{stop}</stopAngle>");
    shaped(&format!("<CircularArcArea>{COORD}{radii}{angles}</CircularArcArea>"))
}

const RADII: &str = "<inRadius>500</inRadius><outRadius>900</outRadius>";

#[test]
fn arc_stop_below_start() {
    let bearings = Habits {
        arc: ArcStop::Absolute,
        ..HABITS
    };
    let document = arc_document(RADII, 330, 90);
    let quirks = [Quirk::ArcStopBelowStart];
    assert_eq!(
        shows(&document, &quirks, &arc(500, 900, 330.0, 90.0)).area,
        arc(500, 900, 330.0, 90.0)
    );
    let turned = arc(500, 900, 330.0, 120.0);
    assert_eq!(shows_by(&bearings, &document, &quirks, &turned).area, turned);
    let upward = arc_document(RADII, 30, 90);
    assert_eq!(
        shows_by(&bearings, &upward, &[], &arc(500, 900, 30.0, 60.0)).area,
        arc(500, 900, 30.0, 60.0)
    );
}

#[test]
fn arc_without_outer() {
    let document = arc_document("<inRadius>500</inRadius>", 30, 90);
    let located = shows(&document, &[Quirk::ArcWithoutOuter], &arc(0, 3500, 30.0, 90.0));
    assert_eq!((located.area, located.confidence), (arc(0, 3500, 30.0, 90.0), None));
}

#[test]
fn swapped_radii() {
    let document = arc_document("<inRadius>900</inRadius><outRadius>500</outRadius>", 30, 90);
    shows(&document, &[Quirk::SwappedRadii], &arc(500, 900, 30.0, 90.0));
}

#[test]
fn repeated_corner() {
    let corner = |x: &str, y: &str| format!("<coord><X>{x}</X><Y>{y}</Y></coord>");
    let (one, two) = (corner("12 00 00N", "040 00 00W"), corner("12 01 00N", "040 00 00W"));
    let three = corner("12 00 00N", "040 01 00W");
    let polygon = |corners: &[&String]| {
        let corners: String = corners.iter().map(|corner| corner.as_str()).collect();
        shaped(&format!(
            "<Polygon><outerBoundaryIs><LinearRing>{corners}</LinearRing></outerBoundaryIs></Polygon>"
        ))
    };
    let (plain, none) = located(&polygon(&[&one, &two, &three]));
    let (closed, neither) = located(&polygon(&[&one, &two, &three, &one]));
    let (repeated, quirks) = located(&polygon(&[&one, &two, &two, &three, &one]));
    assert_eq!((&plain.area, &plain.area), (&closed.area, &repeated.area));
    assert_eq!((none, neither, quirks), (vec![], vec![], vec![Quirk::RepeatedCorner]));
}
