//! Documents for tests: an answer as the specification has it, and what is expected of one.

use domain::geo::{Area, Circle, Metres, Point};
use domain::number::Msisdn;
use domain::time::Timestamp;

use crate::mlp::answer::{self, Answer, Located, Reading};
use crate::mlp::dialect::Dialect;
use crate::mlp::error::MlpError;
use crate::mlp::expect::{ArcStop, Expect, Habits, Offset};
use crate::mlp::quirk::Quirk;
use crate::mlp::slir::LocType;

/// The digits of the asked number.
pub const DIGITS: &str = "12025550140";

/// How a carrier means things that keeps to the specification.
pub const HABITS: Habits = Habits {
    offset: Offset::Local,
    arc: ArcStop::Included,
    bare_point_radius: Metres::whole(3000),
};

/// The place of [`COORD`].
pub fn place() -> Point {
    Point::new(12.5, -40.25).expect("a point")
}

/// 12.5 north, 40.25 west, as the specification writes it.
pub const COORD: &str = "<coord><X>12 30 00.000N</X><Y>040 15 00.000W</Y></coord>";

/// When the answer comes: half a minute after [`TIME`].
pub fn now() -> Timestamp {
    Timestamp::from_rfc3339("2026-11-22T08:30:30Z").expect("a time")
}

/// When the phone was there.
pub fn then() -> Timestamp {
    Timestamp::from_rfc3339("2026-11-22T08:30:00Z").expect("a time")
}

/// [`then`], as the specification writes it.
pub const TIME: &str = "<time utc_off=\"+0200\">20261122103000</time>";

/// What an answer to a request for the current position is held against.
pub fn expect(habits: &Habits) -> Expect<'_> {
    Expect {
        number: Msisdn::from_digits(DIGITS).expect("reserved"),
        now: now(),
        habits,
        dialect: Dialect::V3_2,
        loc_type: LocType::Current,
        asynchronous: false,
    }
}

/// A circle of 250 metres.
pub fn circular() -> String {
    format!("<CircularArea srsName=\"www.epsg.org#4326\">{COORD}<radius>250</radius></CircularArea>")
}

/// A `pd` around a shape, with a confidence of 67.
pub fn pd(shape: &str) -> String {
    format!("<pd>{TIME}<shape>{shape}</shape><lev_conf>67</lev_conf></pd>")
}

/// A `pos` about the asked number.
pub fn pos(inner: &str) -> String {
    format!("<pos><msid type=\"MSISDN\">{DIGITS}</msid>{inner}</pos>")
}

/// A whole answer around a body of `slia`.
pub fn slia(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE svc_result SYSTEM \"MLP_SVC_RESULT_320.DTD\">\n\
         <svc_result ver=\"3.2.0\"><slia ver=\"3.2.0\">{inner}</slia></svc_result>"
    )
}

/// An answer with a position of one shape.
pub fn shaped(shape: &str) -> String {
    slia(&pos(&pd(shape)))
}

/// Reads an answer of a carrier that keeps to the specification.
pub fn read(document: &str) -> Result<Reading<Answer>, MlpError> {
    answer::read(document.as_bytes(), &expect(&HABITS))
}

/// Reads an answer that must hold a position, and gives it with the quirks that were noted.
pub fn located(document: &str) -> (Located, Vec<Quirk>) {
    located_by(&HABITS, document)
}

/// Reads an answer that must hold a position, from a carrier of other habits.
pub fn located_by(habits: &Habits, document: &str) -> (Located, Vec<Quirk>) {
    let reading = answer::read(document.as_bytes(), &expect(habits)).expect("an answer");
    match reading.value {
        Answer::Located(located) => (located, reading.quirks),
        other => panic!("no position but {other:?}"),
    }
}

/// A circle around [`place`].
pub fn circle(metres: u32) -> Area {
    Area::Circle(Circle {
        centre: place(),
        radius: Metres::whole(metres),
    })
}

/// Whether two areas are the same but for what floating-point arithmetic does to coordinates.
pub fn alike(one: &Area, other: &Area) -> bool {
    let (one, other) = (one.enclosing_circle(), other.enclosing_circle());
    one.centre.distance_to(other.centre).value() < 0.01 && (one.radius.value() - other.radius.value()).abs() < 0.01
}

/// Reads a document, which must show exactly `quirks` and hold `area`.
#[track_caller]
pub fn shows(document: &str, quirks: &[Quirk], area: &Area) -> Located {
    shows_by(&HABITS, document, quirks, area)
}

/// The same, from a carrier of other habits.
#[track_caller]
pub fn shows_by(habits: &Habits, document: &str, quirks: &[Quirk], area: &Area) -> Located {
    let (located, seen) = located_by(habits, document);
    assert_eq!(seen, quirks);
    assert!(alike(&located.area, area), "another area");
    assert_eq!(located.at, then());
    located
}

/// An answer with the circle of 250 metres, one part of it replaced.
pub fn altered(from: &str, to: &str) -> String {
    let document = shaped(&circular());
    assert!(document.contains(from), "{from}");
    document.replace(from, to)
}

/// An answer whose place is spelled another way.
pub fn spelled(x: &str, y: &str) -> String {
    altered(COORD, &format!("<coord><X>{x}</X><Y>{y}</Y></coord>"))
}
