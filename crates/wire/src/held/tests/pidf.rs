//! Documents that others write, and what is wrong with some.

use super::places::point;
use crate::held::confidence::{Density, Percent, Stated};
use crate::held::error::HeldError;
use crate::held::pidf::shape::Shape;
use crate::held::pidf::{Document, Usage, read};
use domain::geo::{Circle, Metres, Polygon};
use domain::time::Timestamp;

const CIRCLE: &str = "<gs:Circle srsName=\"urn:ogc:def:crs:EPSG::4326\"><gml:pos>12.5 -45.25</gml:pos>\
                      <gs:radius uom=\"urn:ogc:def:uom:EPSG::9001\">30</gs:radius></gs:Circle>";
const RULES: &str = "<gp:usage-rules/>";

/// A document with this in its `geopriv`.
fn document(geopriv: &str) -> String {
    presence(&format!(
        "<tuple id=\"sg89ae\"><status><basic>open</basic><gp:geopriv>{geopriv}</gp:geopriv></status>\
         <contact>sip:user@example.com</contact><timestamp>2026-11-22T10:30:00+02:00</timestamp></tuple>"
    ))
}

/// A document with this in it.
fn presence(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\" \
         xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" xmlns:gp=\"urn:ietf:params:xml:ns:pidf:geopriv10\" \
         xmlns:gbp=\"urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy\" xmlns:gml=\"http://www.opengis.net/gml\" \
         xmlns:gs=\"http://www.opengis.net/pidflo/1.0\" xmlns:con=\"urn:ietf:params:xml:ns:geopriv:conf\" \
         xmlns:ca=\"urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr\" entity=\"pres:user@example.com\">\
         {inside}</presence>"
    )
}

/// A document with this in its `location-info`.
fn located(location: &str) -> String {
    document(&format!("<gp:location-info>{location}</gp:location-info>{RULES}"))
}

fn parse(document: &str) -> Result<Document, HeldError> {
    read(document.as_bytes())
}

fn shape(location: &str) -> Result<Shape, HeldError> {
    parse(&located(location)).map(|document| document.place.shape)
}

fn stated(location: &str) -> Result<Stated, HeldError> {
    parse(&located(&[CIRCLE, location].concat())).map(|document| document.place.confidence)
}

fn usage(rules: &str) -> Result<Usage, HeldError> {
    let rules = format!("<gp:usage-rules>{rules}</gp:usage-rules>");
    let location = format!("<gp:location-info>{CIRCLE}</gp:location-info>");
    parse(&document(&[location, rules].concat())).map(|document| document.place.usage)
}

fn time(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).expect("a time")
}

#[test]
fn a_place_of_a_tuple_a_device_or_a_person_is_read() {
    let circle = Circle::new(point(12.5, -45.25), Metres::whole(30)).expect("a circle");
    let geopriv = format!(
        "<gp:geopriv><gp:location-info>{CIRCLE}<ca:civicAddress><ca:country>AQ</ca:country></ca:civicAddress>\
         </gp:location-info>{RULES}<gp:method>A-GPS</gp:method><gp:provided-by/></gp:geopriv>"
    );
    let model = |name: &str| {
        presence(&format!(
            "<tuple id=\"a\"><status/></tuple><dm:{name} id=\"b\">{geopriv}<dm:deviceID>urn:example:c</dm:deviceID>\
             <dm:timestamp>2026-11-22T08:30:00.000Z</dm:timestamp></dm:{name}>"
        ))
    };
    let tuple = document(&geopriv.replace("<gp:geopriv>", "").replace("</gp:geopriv>", ""));
    for text in [tuple, model("device"), model("person")] {
        let place = parse(&text).expect("a document").place;
        assert_eq!(place.shape, Shape::Circle(circle));
        assert_eq!(place.confidence, Stated::UNKNOWN);
        assert_eq!(place.at, time("2026-11-22T08:30:00Z"));
        assert_eq!(place.method.as_ref().map(|method| method.word()), Some("A-GPS"));
        // Nothing is said of it: one day, and not to be passed on.
        assert_eq!(place.usage, Usage::until(time("2026-11-23T08:30:00Z")));
    }
    let both = [model("device"), model("person")].concat();
    let (first, _) = both.split_once("</presence>").expect("an end");
    let (_, second) = both.rsplit_once("<dm:person").expect("a start");
    let twice = format!("{first}<dm:person{second}");
    assert_eq!(parse(&twice), Err(HeldError::Duplicate("geopriv")));
}

#[test]
fn rules_are_those_of_the_document() {
    let expiry = "<gbp:retention-expiry>2026-11-22T09:00:00Z</gbp:retention-expiry>";
    for (word, allowed) in [
        ("yes", true),
        ("true", true),
        ("1", true),
        ("no", false),
        ("false", false),
        ("0", false),
    ] {
        let rules = format!("<gbp:retransmission-allowed>{word}</gbp:retransmission-allowed>{expiry}");
        let read = usage(&rules).expect("rules");
        assert_eq!(read.retransmission_allowed, allowed, "{word}");
        assert_eq!(read.retention_expiry, time("2026-11-22T09:00:00Z"));
    }
    let more = "<gbp:external-ruleset>https://example.com/r</gbp:external-ruleset><gbp:note-well>n</gbp:note-well>";
    assert!(usage(more).is_ok());
    for (rules, error) in [
        (
            "<gbp:retransmission-allowed>maybe</gbp:retransmission-allowed>",
            HeldError::Value("retransmission-allowed"),
        ),
        (
            "<gbp:retransmission-allowed/>",
            HeldError::Value("retransmission-allowed"),
        ),
        ("<gbp:retention-expires/>", HeldError::Unknown("usage-rules")),
        (
            "<gbp:retention-expiry>tomorrow</gbp:retention-expiry>",
            HeldError::Value("retention-expiry"),
        ),
        ("no", HeldError::Text("usage-rules")),
    ] {
        assert_eq!(usage(rules), Err(error), "{rules}");
    }
    assert_eq!(usage(&expiry.repeat(2)), Err(HeldError::Duplicate("retention-expiry")));
}

#[test]
fn confidence_is_what_is_stated() {
    let of = |percent: f64, density| Stated {
        percent: Percent::new(percent),
        density,
    };
    for (inside, wanted) in [
        ("", Stated::UNKNOWN),
        ("<con:confidence>67</con:confidence>", of(67.0, Density::Unknown)),
        (
            "<con:confidence pdf=\"normal\">67.5</con:confidence>",
            of(67.5, Density::Normal),
        ),
        (
            "<con:confidence pdf=\"rectangular\">100</con:confidence>",
            of(100.0, Density::Rectangular),
        ),
        (
            "<con:confidence pdf=\"unknown\">unknown</con:confidence>",
            Stated::UNKNOWN,
        ),
    ] {
        assert_eq!(stated(inside), Ok(wanted), "{inside}");
    }
    for (inside, error) in [
        ("<con:confidence>0</con:confidence>", HeldError::Value("confidence")),
        ("<con:confidence>100.1</con:confidence>", HeldError::Value("confidence")),
        ("<con:confidence>-5</con:confidence>", HeldError::Value("confidence")),
        ("<con:confidence>6e1</con:confidence>", HeldError::Value("confidence")),
        ("<con:confidence>NaN</con:confidence>", HeldError::Value("confidence")),
        ("<con:confidence/>", HeldError::Value("confidence")),
        (
            "<con:confidence pdf=\"gauss\">67</con:confidence>",
            HeldError::Value("pdf"),
        ),
        ("<con:certainty>67</con:certainty>", HeldError::Unknown("location-info")),
    ] {
        assert_eq!(stated(inside), Err(error), "{inside}");
    }
    let twice = "<con:confidence>67</con:confidence>".repeat(2);
    assert_eq!(stated(&twice), Err(HeldError::Duplicate("confidence")));
}

#[test]
fn corners_come_one_by_one_or_in_a_list() {
    let ring = |inside: &str| {
        format!(
            "<gml:Polygon srsName=\"urn:ogc:def:crs:EPSG::4326\"><gml:exterior><gml:LinearRing>{inside}\
             </gml:LinearRing></gml:exterior></gml:Polygon>"
        )
    };
    let corners = vec![point(1.0, 2.0), point(1.0, 2.1), point(1.1, 2.1)];
    let wanted = Shape::Polygon(Polygon::new(corners).expect("a polygon"));
    let one_by_one = "<gml:pos>1 2</gml:pos><gml:pos>1 2.1</gml:pos><gml:pos>1.1 2.1</gml:pos><gml:pos>1 2</gml:pos>";
    assert_eq!(shape(&ring(one_by_one)), Ok(wanted.clone()));
    let list = "<gml:posList>1 2 1 2.1\n 1.1 2.1 1 2</gml:posList>";
    assert_eq!(shape(&ring(list)), Ok(wanted));
    for (inside, error) in [
        (
            one_by_one
                .replace("1 2</gml:pos>", "1 3</gml:pos>")
                .replacen("1 3", "1 2", 1),
            HeldError::Shape,
        ),
        ("<gml:posList>1 2 1 2.1 1 2</gml:posList>".to_owned(), HeldError::Shape),
        (
            "<gml:posList>1 2 1 2.1 1.1 2.1 1</gml:posList>".to_owned(),
            HeldError::Value("posList"),
        ),
        // Two edges cross.
        (
            "<gml:posList>1 2 1.1 2.1 1.1 2 1 2.1 1 2</gml:posList>".to_owned(),
            HeldError::Shape,
        ),
        (list.repeat(2), HeldError::Unknown("LinearRing")),
        (
            format!("<gml:posList>{}</gml:posList>", "1 2 ".repeat(17)),
            HeldError::List("LinearRing"),
        ),
        ("<gml:pos>1 2</gml:pos>".repeat(17), HeldError::List("LinearRing")),
        (String::new(), HeldError::Shape),
    ] {
        assert_eq!(shape(&ring(&inside)), Err(error), "{inside}");
    }
    let hole = ring(one_by_one).replace("</gml:Polygon>", "<gml:interior/></gml:Polygon>");
    assert_eq!(shape(&hole), Err(HeldError::Unknown("Polygon")));
}

#[test]
fn a_shape_is_in_known_coordinates_and_units_and_possible() {
    let with = |from: &str, to: &str| shape(&CIRCLE.replace(from, to));
    for (from, to, error) in [
        ("EPSG::4326", "EPSG::4979", HeldError::CoordinateSystem),
        (
            " srsName=\"urn:ogc:def:crs:EPSG::4326\"",
            "",
            HeldError::CoordinateSystem,
        ),
        (
            "<gml:pos",
            "<gml:pos srsName=\"EPSG:3857\"",
            HeldError::CoordinateSystem,
        ),
        ("EPSG::9001", "EPSG::9002", HeldError::Unit),
        (" uom=\"urn:ogc:def:uom:EPSG::9001\"", "", HeldError::Unit),
        ("12.5 -45.25", "12.5 -45.25 3", HeldError::Value("pos")),
        ("12.5 -45.25", "12.5", HeldError::Value("pos")),
        ("12.5 -45.25", "12.5,-45.25", HeldError::Value("pos")),
        ("12.5 -45.25", "91 0", HeldError::Value("pos")),
        ("12.5 -45.25", "1e1 0", HeldError::Value("pos")),
        ("12.5 -45.25", "+12.5 0", HeldError::Value("pos")),
        ("12.5 -45.25", "--1 0", HeldError::Value("pos")),
        (">30<", ">-30<", HeldError::Value("radius")),
        (">30<", "><", HeldError::Value("radius")),
        (">30<", ">30000000<", HeldError::Shape),
        ("gs:Circle", "gs:Sphere", HeldError::Shape),
        ("gs:Circle", "gml:Circle", HeldError::Shape),
        ("gml:pos", "gs:pos", HeldError::Unknown("Circle")),
        ("<gml:pos>12.5 -45.25</gml:pos>", "", HeldError::Missing("pos")),
        (
            "</gs:Circle>",
            "<gml:pos>1 2</gml:pos></gs:Circle>",
            HeldError::Duplicate("pos"),
        ),
        ("</gs:Circle>", "<gs:height/></gs:Circle>", HeldError::Unknown("Circle")),
    ] {
        assert_eq!(with(from, to), Err(error), "{to}");
    }
    assert!(with("<gs:Circle ", "<gs:Circle gml:id=\"c\" ").is_ok());
    assert_eq!(shape(&CIRCLE.repeat(2)), Err(HeldError::Shape));
    assert_eq!(shape("<ca:civicAddress/>"), Err(HeldError::Shape));
    let radius = "<gs:radius uom=\"urn:ogc:def:uom:EPSG::9001\">30</gs:radius>";
    assert_eq!(with(radius, ""), Err(HeldError::Missing("radius")));
    assert_eq!(with(radius, &radius.repeat(2)), Err(HeldError::Duplicate("radius")));
}

#[test]
fn impossible_ellipses_and_arcs_are_none() {
    let parts = |names: &[(&str, &str)]| -> String {
        let part = |(name, value): &(&str, &str)| {
            let unit = if name.contains("ngle") || *name == "orientation" {
                9102
            } else {
                9001
            };
            format!("<gs:{name} uom=\"urn:ogc:def:uom:EPSG::{unit}\">{value}</gs:{name}>")
        };
        names.iter().map(part).collect()
    };
    let of = |name: &str, inside: String| {
        let position = "<gml:pos>1 2</gml:pos>";
        shape(&format!(
            "<gs:{name} srsName=\"urn:ogc:def:crs:EPSG::4326\">{position}{inside}</gs:{name}>"
        ))
    };
    let ellipse = |major, minor, angle| {
        of(
            "Ellipse",
            parts(&[
                ("semiMajorAxis", major),
                ("semiMinorAxis", minor),
                ("orientation", angle),
            ]),
        )
    };
    assert!(ellipse("20", "10", "360").is_ok());
    assert_eq!(ellipse("10", "20", "0"), Err(HeldError::Shape));
    assert_eq!(ellipse("20", "10", "361"), Err(HeldError::Value("orientation")));
    let arc = |inner, outer, opening| {
        let radii = [("innerRadius", inner), ("outerRadius", outer)];
        of(
            "ArcBand",
            parts(&[radii[0], radii[1], ("startAngle", "350"), ("openingAngle", opening)]),
        )
    };
    assert!(arc("10", "20", "30").is_ok());
    assert_eq!(arc("20", "10", "30"), Err(HeldError::Shape));
    assert_eq!(arc("10", "20", "0"), Err(HeldError::Shape));
    assert_eq!(
        of("ArcBand", parts(&[("innerRadius", "1")])),
        Err(HeldError::Missing("outerRadius"))
    );
}

#[test]
fn what_a_document_needs_is_there_once_and_where_it_belongs() {
    let good = located(CIRCLE);
    assert!(parse(&good).is_ok());
    for (from, to, error) in [
        ("<gp:usage-rules/>", "", HeldError::Missing("usage-rules")),
        (
            "<gp:usage-rules/>",
            "<gp:usage-rules/><gp:usage-rules/>",
            HeldError::Duplicate("usage-rules"),
        ),
        (
            "<gp:usage-rules/>",
            "<gp:usage-rules/><gp:methods/>",
            HeldError::Unknown("geopriv"),
        ),
        (
            "<gp:usage-rules/>",
            "<gp:usage-rules/><gp:method>a b</gp:method>",
            HeldError::Value("method"),
        ),
        (" entity=\"pres:user@example.com\"", "", HeldError::Missing("entity")),
        ("pres:user@example.com", "", HeldError::Value("entity")),
        (" id=\"sg89ae\"", "", HeldError::Missing("id")),
        (
            "<timestamp>2026-11-22T10:30:00+02:00</timestamp>",
            "",
            HeldError::Missing("timestamp"),
        ),
        ("T10:30", " 10:30", HeldError::Value("timestamp")),
        ("+02:00", "", HeldError::Value("timestamp")),
        ("+02:00", "Z[UTC]", HeldError::Value("timestamp")),
        ("2026-", "3000-", HeldError::Value("timestamp")),
        ("<basic>open</basic>", "<basics/>", HeldError::Unknown("status")),
        (
            "<contact>",
            "<note/><contact/><contact>",
            HeldError::Duplicate("contact"),
        ),
        ("<tuple ", "<tuples/><tuple ", HeldError::Unknown("presence")),
        ("<tuple ", "<dm:place/><tuple ", HeldError::Unknown("presence")),
        ("<tuple ", "<tuple bad=\"1\" ", HeldError::Attribute("tuple")),
        ("<status>", "<status>text", HeldError::Text("status")),
    ] {
        let text = good.replacen(from, to, 1);
        assert_ne!(text, good, "{from}");
        assert_eq!(parse(&text), Err(error), "{to}");
    }
    assert_eq!(parse(&presence("")), Err(HeldError::Missing("geopriv")));
    let other = good.replace("presence", "presences");
    assert_eq!(parse(&other), Err(HeldError::Root("presence")));
    let foreign = good.replace("<tuple ", "<x:y xmlns:x=\"urn:example:y\"/><tuple ");
    assert_eq!(parse(&foreign), parse(&good));
}
