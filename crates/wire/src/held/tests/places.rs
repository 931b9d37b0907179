//! Places that are written, and read back.

use crate::held::confidence::{Density, Percent, Stated};
use crate::held::pidf::shape::Shape;
use crate::held::pidf::{Entity, Method, Place, Usage, read};
use domain::geo::arc::Arc;
use domain::geo::ellipse::Ellipse;
use domain::geo::region::{Bounds, Piece, Region};
use domain::geo::{Area, Circle, Metres, Point, Polygon};
use domain::time::{Span, Timestamp};
use proptest::prelude::*;

pub(super) fn entity() -> Entity {
    Entity::new("pres:q7w2k9x4@example.com").expect("an entity")
}

pub(super) fn point(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).expect("a point")
}

fn metres(length: f64) -> Metres {
    Metres::new(length).expect("a length")
}

fn place(shape: Shape) -> Place {
    let at = Timestamp::from_rfc3339("2026-11-22T08:30:00Z").expect("a time");
    Place {
        shape,
        confidence: Stated {
            percent: Percent::new(67.0),
            density: Density::Normal,
        },
        usage: Usage::until(at.after(Span::seconds(600))),
        method: Method::new("Cell"),
        at,
    }
}

/// A place of 67 per cent.
pub(super) fn circle() -> Place {
    let circle = Circle::new(point(12.5, -45.25), metres(850.24)).expect("a circle");
    place(Shape::Circle(circle))
}

/// What is written between `location-info`'s marks.
fn written(shape: &Shape) -> String {
    let text = String::from_utf8(place(shape.clone()).print(&entity())).expect("UTF-8");
    let (_, rest) = text.split_once("<gp:location-info>").expect("a start");
    let (inside, _) = rest.split_once("</gp:location-info>").expect("an end");
    inside.replace(" srsName=\"urn:ogc:def:crs:EPSG::4326\"", "")
}

#[test]
fn a_document_has_its_parts_in_the_order_of_the_standard() {
    assert_eq!(
        String::from_utf8(circle().print(&entity())).expect("UTF-8"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:gp=\"urn:ietf:params:xml:ns:pidf:geopriv10\" \
         xmlns:gbp=\"urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy\" xmlns:gml=\"http://www.opengis.net/gml\" \
         xmlns:gs=\"http://www.opengis.net/pidflo/1.0\" xmlns:con=\"urn:ietf:params:xml:ns:geopriv:conf\" \
         entity=\"pres:q7w2k9x4@example.com\"><tuple id=\"place\"><status><gp:geopriv><gp:location-info>\
         <gs:Circle srsName=\"urn:ogc:def:crs:EPSG::4326\"><gml:pos>12.5 -45.25</gml:pos>\
         <gs:radius uom=\"urn:ogc:def:uom:EPSG::9001\">850.3</gs:radius></gs:Circle>\
         <con:confidence pdf=\"normal\">67</con:confidence></gp:location-info><gp:usage-rules>\
         <gbp:retransmission-allowed>false</gbp:retransmission-allowed>\
         <gbp:retention-expiry>2026-11-22T08:40:00.000Z</gbp:retention-expiry></gp:usage-rules>\
         <gp:method>Cell</gp:method></gp:geopriv></status><timestamp>2026-11-22T08:30:00.000Z</timestamp>\
         </tuple></presence>"
    );
    let mut allowed = circle();
    allowed.usage.retransmission_allowed = true;
    let text = String::from_utf8(allowed.print(&entity())).expect("UTF-8");
    assert!(text.contains(">true</gbp:retransmission-allowed>"));
}

#[test]
fn each_shape_is_written_with_enough_digits_and_no_more() {
    let confidence = "<con:confidence pdf=\"normal\">67</con:confidence>";
    let (m, degrees) = (
        "uom=\"urn:ogc:def:uom:EPSG::9001\"",
        "uom=\"urn:ogc:def:uom:EPSG::9102\"",
    );
    let centre = point(-0.000_000_4, 0.123_456_789);
    let ellipse = Ellipse::new(centre, metres(120.01), metres(50.0), 43.20049).expect("an ellipse");
    assert_eq!(
        written(&Shape::Ellipse(ellipse)),
        format!(
            "<gs:Ellipse><gml:pos>0 0.123457</gml:pos><gs:semiMajorAxis {m}>120.1</gs:semiMajorAxis>\
             <gs:semiMinorAxis {m}>50</gs:semiMinorAxis><gs:orientation {degrees}>43.2</gs:orientation></gs:Ellipse>\
             {confidence}"
        )
    );
    let arc = Arc::new(centre, metres(100.19), metres(1000.01), 350.0009, 30.0).expect("an arc");
    assert_eq!(
        written(&Shape::ArcBand(arc)),
        format!(
            "<gs:ArcBand><gml:pos>0 0.123457</gml:pos><gs:innerRadius {m}>100.1</gs:innerRadius>\
             <gs:outerRadius {m}>1000.1</gs:outerRadius><gs:startAngle {degrees}>350</gs:startAngle>\
             <gs:openingAngle {degrees}>30.001</gs:openingAngle></gs:ArcBand>{confidence}"
        )
    );
    // Given clockwise, across the antimeridian; written anticlockwise and closed.
    let corners = vec![
        point(1.0, 179.9),
        point(1.1, 179.9),
        point(1.1, -179.9),
        point(1.0, -179.9),
    ];
    let polygon = Polygon::new(corners).expect("a polygon");
    assert_eq!(
        written(&Shape::Polygon(polygon)),
        format!(
            "<gml:Polygon><gml:exterior><gml:LinearRing><gml:pos>1 179.9</gml:pos><gml:pos>1 -179.9</gml:pos>\
             <gml:pos>1.1 -179.9</gml:pos><gml:pos>1.1 179.9</gml:pos><gml:pos>1 179.9</gml:pos></gml:LinearRing>\
             </gml:exterior></gml:Polygon>{confidence}"
        )
    );
}

#[test]
fn a_point_is_never_called_sure() {
    let unknown = "<con:confidence pdf=\"unknown\">unknown</con:confidence>";
    let wanted = format!("<gml:Point><gml:pos>12.5 -45.25</gml:pos></gml:Point>{unknown}");
    assert_eq!(written(&Shape::Point(point(12.5, -45.25))), wanted);
    let without_width = Circle::new(point(12.5, -45.25), metres(0.0)).expect("a circle");
    assert_eq!(written(&Shape::Circle(without_width)), wanted);
    let mut vague = circle();
    vague.confidence = Stated::UNKNOWN;
    let text = String::from_utf8(vague.print(&entity())).expect("UTF-8");
    assert!(text.contains(unknown));
}

#[test]
fn a_confidence_is_rounded_down() {
    for (percent, wanted) in [
        (67.0, "67"),
        (0.29, "0.29"),
        (94.999, "94.99"),
        (0.01, "0.01"),
        (0.009, "unknown"),
        (100.0, "100"),
    ] {
        let mut place = circle();
        place.confidence.percent = Percent::new(percent);
        let text = String::from_utf8(place.print(&entity())).expect("UTF-8");
        assert!(text.contains(&format!(">{wanted}</con:confidence>")), "{percent}");
    }
}

#[test]
fn what_no_shape_can_tell_becomes_the_circle_around_it() {
    let bounds = Bounds::new(point(1.0, 2.0), point(1.1, 2.1)).expect("bounds");
    let area = Area::Region(Region::new(vec![Piece::Bounds(bounds)]).expect("a region"));
    assert_eq!(Shape::from(&area), Shape::Circle(area.enclosing_circle()));
    let shape = Shape::Circle(area.enclosing_circle());
    assert_eq!(shape.area().as_ref().map(Shape::from), Some(shape));
    // Its corners are a centimetre apart.
    let corners = vec![point(1.0, 2.0), point(1.0, 2.000_000_1), point(1.000_000_1, 2.0)];
    let tiny = Shape::Polygon(Polygon::new(corners).expect("a polygon")).rounded();
    let Shape::Circle(around) = tiny else {
        panic!("no circle")
    };
    assert!(around.radius.value() >= 0.1);
}

#[test]
fn a_polygon_around_a_pole_keeps_its_order_once_written() {
    // Clockwise by its longitudes, from whichever of its first and last corners they are counted.
    let corners = [(89.6, 80.0), (89.9, -90.0), (89.9, -140.0), (89.8, -170.0)];
    let corners = corners.map(|(latitude, longitude)| point(latitude, longitude));
    let once = Shape::Polygon(Polygon::new(corners.to_vec()).expect("a polygon")).rounded();
    assert_eq!(once.rounded(), once);
}

#[test]
fn a_name_tells_nobody() {
    for good in [
        "sip:abcdefgh@example.com",
        "sips:0.1_2-3~x@example.com",
        "pres:12345678a@a",
    ] {
        assert!(Entity::new(good).is_some(), "{good}");
    }
    for bad in [
        "pres:+12025550100@example.com",
        "pres:12025550100@example.com",
        "sip:1-202-555-0100@example.com",
        "pres:%2B12025550100@example.com",
        "tel:+12025550100",
        "pres:short@example.com",
        "pres:abcdefgh",
        "pres:abcdefgh@",
        "pres:abcdefgh@example.com@example.com",
        "pres:abcdefgh\"@example.com",
        "urn:abcdefgh@example.com",
    ] {
        assert_eq!(Entity::new(bad), None, "{bad}");
    }
}

#[test]
fn nothing_of_a_place_is_printed_that_tells_where() {
    let read = read(&circle().print(&entity())).expect("a document");
    assert_eq!(read.entity(), "pres:q7w2k9x4@example.com");
    let printed = format!("{read:?} {:?} {:?}", circle(), entity());
    for secret in ["12.5", "45.25", "q7w2k9x4"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

fn any_point() -> impl Strategy<Value = Point> {
    (-90.0..=90.0_f64, -180.0..=180.0_f64).prop_map(|(latitude, longitude)| point(latitude, longitude))
}

/// Corners around a middle, one behind the other, in one direction or the other.
fn any_polygon() -> impl Strategy<Value = Option<Polygon>> {
    let radii = prop::collection::vec(100.0..20_000.0_f64, 3..=15);
    (any_point(), radii, any::<bool>()).prop_map(|(middle, radii, clockwise)| {
        let turn = 360.0 / radii.len() as f64 * if clockwise { 1.0 } else { -1.0 };
        let corner = |(step, radius): (usize, &f64)| middle.at(turn * step as f64, metres(*radius));
        Polygon::new(radii.iter().enumerate().map(corner).collect())
    })
}

fn any_shape() -> impl Strategy<Value = Shape> {
    let length = || 0.1..100_000.0_f64;
    let angle = || 0.0..360.0_f64;
    prop_oneof![
        any_point().prop_map(Shape::Point),
        (any_point(), length())
            .prop_map(|(centre, radius)| { Shape::Circle(Circle::new(centre, metres(radius)).expect("a circle")) }),
        (any_point(), length(), 0.0..=1.0_f64, angle()).prop_map(|(centre, major, share, angle)| {
            let ellipse = Ellipse::new(centre, metres(major), metres(major * share), angle);
            Shape::Ellipse(ellipse.expect("an ellipse"))
        }),
        (any_point(), length(), 0.0..=1.0_f64, angle(), 0.001..=360.0_f64).prop_map(
            |(centre, outer, share, start, included)| {
                let arc = Arc::new(centre, metres(outer * share), metres(outer), start, included);
                Shape::ArcBand(arc.expect("an arc"))
            }
        ),
        any_polygon().prop_filter_map("a polygon", |polygon| polygon.map(Shape::Polygon)),
    ]
}

fn any_place() -> impl Strategy<Value = Place> {
    let percent = prop::option::of(1..=10_000_u32);
    let times = (0..4_102_444_800_000_i64, 0..4_102_444_800_000_i64);
    (
        any_shape(),
        percent,
        0..3_usize,
        times,
        any::<bool>(),
        prop::option::of("[A-Za-z0-9_-]{1,40}"),
    )
        .prop_map(|(shape, hundredths, density, (at, expiry), allowed, method)| {
            let percent = hundredths.and_then(|hundredths| Percent::new(f64::from(hundredths) / 100.0));
            let density = percent.map_or(Density::Unknown, |_| Density::ALL[density]);
            let point = matches!(shape, Shape::Point(_));
            Place {
                shape,
                confidence: if point {
                    Stated::UNKNOWN
                } else {
                    Stated { percent, density }
                },
                usage: Usage {
                    retransmission_allowed: allowed,
                    retention_expiry: Timestamp::from_unix_ms(expiry),
                },
                method: method.as_deref().and_then(Method::new),
                at: Timestamp::from_unix_ms(at),
            }
        })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(place in any_place()) {
        let read = read(&place.print(&entity())).expect("a document").place;
        let wanted = Place { shape: place.shape.rounded(), ..place };
        prop_assert_eq!(&read, &wanted);
        // Once rounded it stays as it is.
        prop_assert_eq!(read.shape.rounded(), wanted.shape);
    }

    #[test]
    fn rounding_moves_nothing_far_and_narrows_nothing(shape in any_shape()) {
        let close = |one: Point, other: Point| one.distance_to(other).value() < 0.2;
        match (&shape, shape.rounded()) {
            (Shape::Point(one), Shape::Point(other)) => prop_assert!(close(*one, other)),
            (Shape::Circle(one), Shape::Circle(other)) => {
                prop_assert!(close(one.centre, other.centre));
                let grown = other.radius.value() - one.radius.value();
                prop_assert!((-1e-6..0.1001).contains(&grown));
            }
            (Shape::Ellipse(one), Shape::Ellipse(other)) => {
                prop_assert!(close(one.centre(), other.centre()));
                let grown = other.semi_major().value() - one.semi_major().value();
                prop_assert!((-1e-6..0.1001).contains(&grown));
                let grown = other.semi_minor().value() - one.semi_minor().value();
                prop_assert!((-1e-6..0.1001).contains(&grown));
            }
            (Shape::ArcBand(one), Shape::ArcBand(other)) => {
                prop_assert!(close(one.centre(), other.centre()));
                prop_assert!(other.inner().value() <= one.inner().value() + 1e-6);
                prop_assert!(other.outer().value() >= one.outer().value() - 1e-6);
                prop_assert!(other.start() <= one.start() + 1e-6);
                let (end, wanted) = (other.start() + other.included(), one.start() + one.included());
                prop_assert!((wanted - 1e-6..wanted + 0.0021).contains(&end) || other.included() >= 360.0);
            }
            (Shape::Polygon(one), Shape::Polygon(other)) => {
                prop_assert_eq!(one.corners().len(), other.corners().len());
                for corner in one.corners() {
                    prop_assert!(other.corners().iter().any(|other| close(*corner, *other)));
                }
            }
            _ => prop_assert!(false, "another shape"),
        }
    }
}
