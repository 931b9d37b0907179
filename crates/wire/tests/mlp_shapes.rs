//! Every shape of the Mobile Location Protocol becomes the area that another geometry computes: a program in Python reads
//! the same documents by itself and holds circle and surface against shapely and pyproj.

use std::io::Write as _;
use std::process::{Command, Stdio};

use domain::geo::overlap::surface_of;
use domain::geo::{Area, Metres, Point};
use domain::number::Msisdn;
use domain::time::Timestamp;
use serde_json::{Value, json};
use wire::mlp::answer::{self, Answer};
use wire::mlp::dialect::Dialect;
use wire::mlp::expect::{ArcStop, Expect, Habits, Offset};
use wire::mlp::slir::LocType;

/// How many documents of each kind.
const ROUNDS: u32 = 30;
const PROGRAM: &str = include_str!("mlp_shapes.py");

/// Numbers that look drawn by chance and are the same in every run: the generator of D. H. Lehmer with the constants of
/// S. K. Park and K. W. Miller.
struct Dice(u64);

impl Dice {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.0 = self.0 * 48_271 % 2_147_483_647;
        low + (high - low) * self.0 as f64 / 2_147_483_647.0
    }

    /// As often between 10 and 20 as between 10,000 and 20,000.
    fn scale(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// Everywhere, and often where longitudes are odd: at the antimeridian and around the poles.
    fn point(&mut self) -> Point {
        let (latitude, longitude) = match self.between(0.0, 4.0) as u32 {
            0 => (self.between(-80.0, 80.0), self.between(-180.0, 180.0)),
            1 => (self.between(-70.0, 70.0), 180.0 - self.between(0.0, 0.02)),
            2 => (90.0 - self.scale(0.0001, 3.0), self.between(-180.0, 180.0)),
            _ => (self.scale(0.0001, 3.0) - 90.0, self.between(-180.0, 180.0)),
        };
        Point::new(latitude, longitude).expect("a point")
    }
}

fn sexagesimal(degrees: f64, [positive, negative]: [char; 2], width: usize) -> String {
    let thousandths = (degrees.abs() * 3_600_000.0).round() as u64;
    let (whole, rest) = (thousandths / 3_600_000, thousandths % 3_600_000);
    let (minutes, seconds) = (rest / 60_000, rest % 60_000);
    let hemisphere = if degrees < 0.0 { negative } else { positive };
    format!(
        "{whole:0width$} {minutes:02} {:02}.{:03}{hemisphere}",
        seconds / 1000,
        seconds % 1000
    )
}

fn coord(point: Point) -> String {
    let (x, y) = (
        sexagesimal(point.latitude(), ['N', 'S'], 2),
        sexagesimal(point.longitude(), ['E', 'W'], 3),
    );
    format!("<coord><X>{x}</X><Y>{y}</Y></coord>")
}

fn circle(dice: &mut Dice, centre: Point) -> String {
    let radius = dice.scale(10.0, 800_000.0).round();
    format!(
        "<CircularArea>{}<radius>{radius}</radius></CircularArea>",
        coord(centre)
    )
}

fn ellipse(dice: &mut Dice, centre: Point) -> String {
    let major = dice.scale(30.0, 500_000.0).round();
    let minor = (major * dice.between(0.05, 1.0)).ceil();
    let angle = dice.between(0.0, 180.0).floor();
    format!(
        "<EllipticalArea>{}<angle>{angle}</angle><semiMajor>{major}</semiMajor><semiMinor>{minor}</semiMinor></EllipticalArea>",
        coord(centre)
    )
}

fn arc(dice: &mut Dice, centre: Point) -> String {
    let outer = dice.scale(100.0, 500_000.0).round();
    let inner = match dice.between(0.0, 5.0) as u32 {
        0 => 0.0,
        _ => (outer * dice.between(0.01, 0.99)).round(),
    };
    let start = dice.between(0.0, 360.0).floor();
    let included = match dice.between(0.0, 6.0) as u32 {
        0 => 360.0,
        1 => 180.0,
        2 => dice.between(181.0, 359.0).floor(),
        _ => dice.between(1.0, 179.0).floor(),
    };
    format!(
        "<CircularArcArea>{}<inRadius>{inner}</inRadius><outRadius>{outer}</outRadius><startAngle>{start}</startAngle>\
         <stopAngle>{included}</stopAngle></CircularArcArea>",
        coord(centre)
    )
}

/// A ring whose corners all see the centre, so that no two edges cross.
fn ring(dice: &mut Dice, centre: Point, corners: u32, low: f64, high: f64) -> String {
    let step = 360.0 / f64::from(corners);
    let corner = |index: u32| {
        let azimuth = step * (f64::from(index) + dice.between(0.1, 0.9));
        let distance = Metres::new(dice.between(low, high)).expect("a length");
        coord(centre.at(azimuth, distance))
    };
    format!(
        "<LinearRing>{}</LinearRing>",
        (0..corners).map(corner).collect::<String>()
    )
}

fn polygon(dice: &mut Dice, centre: Point, corners: std::ops::Range<f64>, holes: bool) -> String {
    let size = dice.scale(200.0, 300_000.0);
    let count = dice.between(corners.start, corners.end) as u32;
    let outer = ring(dice, centre, count, size * 0.6, size);
    let hole = if holes {
        let hole = ring(dice, centre, 5, size * 0.05, size * 0.15);
        format!("<innerBoundaryIs>{hole}</innerBoundaryIs>")
    } else {
        String::new()
    };
    format!("<Polygon><outerBoundaryIs>{outer}</outerBoundaryIs>{hole}</Polygon>")
}

/// A box that ends short of the poles, and may cross the antimeridian.
fn rectangle(dice: &mut Dice, centre: Point) -> String {
    let south_west = Point::new(centre.latitude().clamp(-89.0, 85.0), centre.longitude()).expect("a point");
    let north = south_west.latitude() + dice.scale(0.001, 4.0);
    let east = domain::geo::wrap_longitude(south_west.longitude() + dice.scale(0.001, 4.0));
    let north_east = Point::new(north, east).expect("a point");
    format!("<Box>{}{}</Box>", coord(south_west), coord(north_east))
}

/// Several shapes, near enough to overlap, or not.
fn several(dice: &mut Dice, centre: Point) -> String {
    let members: String = (0..3)
        .map(|index| {
            let away = Metres::new(dice.scale(50.0, 50_000.0)).expect("a length");
            let near = centre.at(dice.between(0.0, 360.0), away);
            match index {
                0 => circle(dice, near),
                1 => arc(dice, near),
                _ => polygon(dice, near, 3.0..9.0, true),
            }
        })
        .collect();
    format!("<MultiPolygon>{members}</MultiPolygon>")
}

fn documents() -> Vec<String> {
    let mut dice = Dice(20_261_122);
    let mut documents = Vec::new();
    for _ in 0..ROUNDS {
        let kinds: [fn(&mut Dice, Point) -> String; 8] = [
            circle,
            ellipse,
            arc,
            |dice, centre| polygon(dice, centre, 3.0..16.0, false),
            |dice, centre| polygon(dice, centre, 16.0..60.0, false),
            |dice, centre| polygon(dice, centre, 5.0..12.0, true),
            rectangle,
            several,
        ];
        for kind in kinds {
            let centre = dice.point();
            let shape = kind(&mut dice, centre);
            documents.push(format!(
                "<svc_result ver=\"3.2.0\"><slia ver=\"3.2.0\"><pos><msid>12025550140</msid><pd><time>20261122083000</time>\
                 <shape>{shape}</shape></pd></pos></slia></svc_result>"
            ));
        }
    }
    documents
}

fn read(document: &str) -> Area {
    let habits = Habits {
        offset: Offset::Local,
        arc: ArcStop::Included,
        bare_point_radius: Metres::whole(1),
    };
    let expect = Expect {
        number: Msisdn::from_digits("12025550140").expect("reserved"),
        now: Timestamp::from_rfc3339("2026-11-22T08:30:00Z").expect("a time"),
        habits: &habits,
        dialect: Dialect::V3_2,
        loc_type: LocType::Current,
        asynchronous: false,
    };
    match answer::read(document.as_bytes(), &expect).map(|reading| reading.value) {
        Ok(Answer::Located(located)) => located.area,
        other => panic!("{other:?} of {document}"),
    }
}

/// What is claimed of a document; `stretch` is 1, or makes it wrong.
fn case(document: &str, stretch: f64) -> Value {
    let area = read(document);
    let circle = area.enclosing_circle();
    json!({
        "document": document,
        "latitude": circle.centre.latitude(),
        "longitude": circle.centre.longitude(),
        "radius": circle.radius.value() * stretch,
        "surface": surface_of(&area) * stretch,
    })
}

/// A Python that has both packages: whichever is first on the path, or else Debian's own.
fn python() -> Option<&'static str> {
    let works = |python: &&str| {
        let imports = Command::new(python)
            .args(["-c", "import pyproj, shapely"])
            .stderr(Stdio::null())
            .status();
        imports.is_ok_and(|status| status.success())
    };
    ["python3", "/usr/bin/python3"].into_iter().find(works)
}

/// What the other geometry says of the cases.
fn check(python: &str, cases: &[Value]) -> String {
    let mut child = Command::new(python)
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut input = child.stdin.take().expect("standard input");
    let sent = input.write_all(&serde_json::to_vec(cases).expect("JSON"));
    drop(input);
    let output = child.wait_with_output().expect("python ends");
    sent.expect("python reads all");
    assert!(output.status.success(), "the Python program failed");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn another_geometry_agrees_on_every_shape() {
    let Some(python) = python() else {
        let missing = "Python's shapely and pyproj (Debian: python3-shapely, python3-pyproj; `scripts/setup outside`)";
        assert!(std::env::var_os("WAYLEAVE_MAKE_TEST").is_none(), "missing: {missing}");
        // The handle is written to directly, since the test runner keeps what `eprintln!` prints to itself.
        let notice = format!("\n!!! SKIPPED: MLP shapes against another geometry; missing: {missing}\n");
        std::io::stderr()
            .write_all(notice.as_bytes())
            .expect("standard error can be written");
        return;
    };
    let documents = documents();
    let cases: Vec<Value> = documents.iter().map(|document| case(document, 1.0)).collect();
    let said = check(python, &cases);
    assert_eq!(said, format!("looked at {} cases\n", cases.len()), "{said}");
    // The check can fail: each claim a little too small, and a little too large.
    for stretch in [0.99, 1.05] {
        let cases: Vec<Value> = documents
            .iter()
            .take(8)
            .map(|document| case(document, stretch))
            .collect();
        let said = check(python, &cases);
        assert_eq!(said.lines().count(), cases.len() + 1, "{stretch}: {said}");
    }
}
