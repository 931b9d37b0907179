//! Every shape becomes the area that it tells, or none.

use super::samples::*;
use crate::mlp::error::MlpError;
use domain::geo::Area;
use domain::geo::region::{Bounds, Ground, Piece, Region};
use domain::geo::{Circle, Metres, Point, Polygon};

fn corner(x: &str, y: &str) -> String {
    format!("<coord><X>{x}</X><Y>{y}</Y></coord>")
}

fn point(latitude: f64, longitude: f64) -> Point {
    Point::new(latitude, longitude).expect("a point")
}

fn area(shape: &str) -> Area {
    located(&shaped(shape)).0.area
}

fn error(shape: &str) -> MlpError {
    read(&shaped(shape)).expect_err("no area")
}

fn ring(corners: &[(f64, f64)]) -> (String, Vec<Point>) {
    let coords = corners
        .iter()
        .map(|(x, y)| corner(&x.to_string(), &y.to_string()))
        .collect::<String>();
    let points = corners.iter().map(|(x, y)| point(*x, *y)).collect();
    (format!("<LinearRing>{coords}</LinearRing>"), points)
}

#[test]
fn a_polygon_of_few_corners() {
    let (ring, points) = ring(&[(12.0, -40.0), (12.1, -40.0), (12.1, -40.1)]);
    let polygon = Polygon::new(points).expect("a polygon");
    let shape = format!("<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>");
    assert_eq!(area(&shape), Area::Polygon(polygon));
}

#[test]
fn a_polygon_with_a_hole_or_many_corners_is_a_region() {
    let (outer, points) = ring(&[(12.0, -40.0), (12.1, -40.0), (12.1, -40.1), (12.0, -40.1)]);
    let (inner, hole) = ring(&[(12.02, -40.02), (12.04, -40.02), (12.04, -40.04)]);
    let shape = format!(
        "<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs><innerBoundaryIs>{inner}</innerBoundaryIs></Polygon>"
    );
    let ground = Ground::new(points, vec![hole]).expect("a ground");
    assert_eq!(
        area(&shape),
        Area::Region(Region::new(vec![Piece::Ground(ground)]).expect("a region"))
    );

    let corners: Vec<(f64, f64)> = (0..16)
        .map(|step| (f64::from(step) * 22.5).to_radians().sin_cos())
        .map(|(sine, cosine)| (12.0 + sine / 100.0, -40.0 + cosine / 100.0))
        .collect();
    let (outer, points) = ring(&corners);
    let ground = Ground::new(points, Vec::new()).expect("a ground");
    let shape = format!("<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs></Polygon>");
    assert_eq!(
        area(&shape),
        Area::Region(Region::new(vec![Piece::Ground(ground)]).expect("a region"))
    );
}

#[test]
fn a_box_from_any_two_opposite_corners() {
    let bounds = |south, west, north, east| {
        let bounds = Bounds::new(point(south, west), point(north, east)).expect("bounds");
        Area::Region(Region::new(vec![Piece::Bounds(bounds)]).expect("a region"))
    };
    for (one, other) in [
        ((12.0, -40.5), (13.0, -40.0)),
        ((13.0, -40.0), (12.0, -40.5)),
        ((13.0, -40.5), (12.0, -40.0)),
        ((12.0, -40.0), (13.0, -40.5)),
    ] {
        let (one, other): ((f64, f64), (f64, f64)) = (one, other);
        let corners =
            corner(&one.0.to_string(), &one.1.to_string()) + &corner(&other.0.to_string(), &other.1.to_string());
        assert_eq!(area(&format!("<Box>{corners}</Box>")), bounds(12.0, -40.5, 13.0, -40.0));
    }
    let corners = corner("-1.0", "179.5") + &corner("1.0", "-179.5");
    assert_eq!(area(&format!("<Box>{corners}</Box>")), bounds(-1.0, 179.5, 1.0, -179.5));
}

#[test]
fn lines_have_the_configured_width() {
    let line = corner("12.0", "-40.0") + &corner("12.0", "-40.1");
    for name in ["LineString", "LinearRing", "Box"] {
        let Area::Circle(circle) = area(&format!("<{name}>{line}</{name}>")) else {
            panic!("no circle for {name}")
        };
        for end in [point(12.0, -40.0), point(12.0, -40.1)] {
            let reserve = circle.radius.value() - circle.centre.distance_to(end).value();
            assert!((2990.0..=3010.0).contains(&reserve), "{name} {reserve}");
        }
    }
}

#[test]
fn several_shapes_are_one_region() {
    let one = circular();
    let other = circular().replace("12 30", "13 30");
    let circles = [12.5, 13.5].map(|latitude| {
        Piece::Circle(Circle {
            centre: point(latitude, -40.25),
            radius: Metres::whole(250),
        })
    });
    let region = Area::Region(Region::new(circles.to_vec()).expect("a region"));
    for shape in [
        format!("<MultiPolygon>{one}{other}</MultiPolygon>"),
        format!(
            "<GeometryCollection><geometryMember>{one}</geometryMember><geometryMember>{other}</geometryMember></GeometryCollection>"
        ),
        format!("{one}{other}"),
    ] {
        assert_eq!(area(&shape), region);
    }
    let points = format!("<MultiPoint><pointMember><Point>{COORD}</Point></pointMember></MultiPoint>");
    assert_eq!(area(&points), circle(3000));
}

#[test]
fn a_length_may_be_in_kilometres_and_an_angle_in_radians() {
    let kilometres = circular().replace("</radius>", "</radius><distanceUnit>km</distanceUnit>");
    assert_eq!(area(&kilometres), circle(250_000));
    let metres = circular().replace("</radius>", "</radius><distanceUnit>meter</distanceUnit>");
    assert_eq!(area(&metres), circle(250));
    let fathoms = circular().replace("</radius>", "</radius><distanceUnit>fathom</distanceUnit>");
    assert_eq!(error(&fathoms), MlpError::Measure);
    let arc = |angles: &str, unit: &str| {
        let radii = "<inRadius>5</inRadius><outRadius>900</outRadius>";
        area(&format!(
            "<CircularArcArea>{COORD}{radii}{angles}<angularUnit>{unit}</angularUnit></CircularArcArea>"
        ))
    };
    let degrees = arc("<startAngle>0</startAngle><stopAngle>200</stopAngle>", "Degrees");
    let radians = arc(
        "<startAngle>0</startAngle><stopAngle>3.490658503988659</stopAngle>",
        "Radians",
    );
    assert!(alike(&degrees, &radians));
}

#[test]
fn other_coordinate_systems_are_refused() {
    for system in [
        "www.epsg.org#4326",
        "EPSG:4326",
        "urn:ogc:def:crs:EPSG::4326",
        "WGS 84",
        "WGS-84",
        "",
    ] {
        area(&circular().replace("www.epsg.org#4326", system));
    }
    for system in ["www.epsg.org#27700", "EPSG:3857", "NAD27"] {
        assert_eq!(
            error(&circular().replace("www.epsg.org#4326", system)),
            MlpError::CoordinateSystem,
            "{system}"
        );
    }
}

#[test]
fn coordinates_that_leave_anything_open_are_refused() {
    for (x, y) in [
        ("12 30 00.000N", "40.25"),
        ("12 30 00.000N", "013 30 00.000N"),
        ("040 15 00.000W", "40.25"),
        ("-12 30 00.000", "040 15 00.000W"),
        ("-12 30 00.000N", "040 15 00.000W"),
        ("-12.5S", "40.25W"),
        ("N12.5S", "40.25W"),
        ("12 60 00.000N", "040 15 00.000W"),
        ("12 30 60.001N", "040 15 00.000W"),
        ("12.5 30 00N", "040 15 00.000W"),
        ("12 30N", "040 15W"),
        ("12 30 00 00N", "040 15 00.000W"),
        ("123000N", "0401500W"),
        ("1230N", "4015W"),
        ("90.0001", "0"),
        ("0", "180.0001"),
        ("90 00 00.001N", "000 00 00.000E"),
        ("NaN", "0"),
        ("inf", "0"),
        ("1e1", "0"),
        ("0x10", "0"),
        ("١٢", "0"),
        ("", "0"),
        (".5", "0"),
        ("5.5.5", "0"),
        ("12,5", "40,25"),
        ("12 30 00.000Q", "040 15 00.000W"),
    ] {
        let shape = circular().replace(COORD, &corner(x, y));
        assert_eq!(error(&shape), MlpError::Coordinate, "{x} {y}");
    }
    assert_eq!(
        error(&circular().replace("<Y>040 15 00.000W</Y>", "")),
        MlpError::Missing("Y")
    );
    assert_eq!(error(&circular().replace(COORD, "")), MlpError::Missing("coord"));
    // The ends of the Earth are on it.
    for (x, y) in [
        ("90 00 00.000N", "180 00 00.000E"),
        ("89 59 60.000S", "179 59 60.000W"),
        ("-90", "-180"),
    ] {
        area(&circular().replace(COORD, &corner(x, y)));
    }
}

#[test]
fn impossible_shapes_are_refused() {
    for radius in ["-1", "NaN", "inf", "1e3", "", "0x5", "1 000", &"9".repeat(30)] {
        assert_eq!(
            error(&circular().replace(">250<", &format!(">{radius}<"))),
            MlpError::Measure,
            "{radius}"
        );
    }
    assert_eq!(error(&circular().replace(">250<", ">20003932<")), MlpError::Shape);
    let arc = |start: &str, stop: &str| {
        let radii = "<inRadius>5</inRadius><outRadius>900</outRadius>";
        let angles = format!("<startAngle>{start}</startAngle><stopAngle>{stop}</stopAngle>");
        format!("<CircularArcArea>{COORD}{radii}{angles}</CircularArcArea>")
    };
    assert_eq!(error(&arc("0", "0")), MlpError::Shape);
    assert_eq!(error(&arc("0", "361")), MlpError::Shape);
    let (crossing, _) = ring(&[(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]);
    let (thin, _) = ring(&[(0.0, 0.0), (1.0, 1.0)]);
    for ring in [crossing, thin] {
        assert_eq!(
            error(&format!("<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>")),
            MlpError::Shape
        );
    }
    assert_eq!(error("<Dodecahedron/>"), MlpError::Shape);
    assert_eq!(error("<LineString/>"), MlpError::Shape);
    assert_eq!(error(&format!("<Box>{COORD}</Box>")), MlpError::Shape);
    assert_eq!(error("<MultiPolygon/>"), MlpError::Shape);
    assert_eq!(error(""), MlpError::Missing("shape"));
    let many = circular().repeat(65);
    assert_eq!(error(&format!("<MultiPolygon>{many}</MultiPolygon>")), MlpError::Shape);
}
