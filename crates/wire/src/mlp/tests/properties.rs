//! Answers that were made, in any spelling, and answers of arbitrary bytes.

use std::fmt::Write as _;

use domain::geo::confidence::Confidence;
use domain::geo::{Metres, Point};
use domain::number::Msisdn;
use domain::secret::Secret;
use domain::time::Timestamp;
use proptest::prelude::*;

use super::samples::*;
use crate::mlp::answer::{self, Answer};
use crate::mlp::dialect::Dialect;
use crate::mlp::expect::Expect;
use crate::mlp::quirk::Notes;
use crate::mlp::report;
use crate::mlp::slir::{LocType, Login, Mode, Priority, PushAddress, Slir, Subclient};
use crate::mlp::xml::{Element, parse};

/// One coordinate as carriers spell it. `hemispheres` are its letters; `width` how many digits its degrees should have.
fn spell(degrees: f64, hemispheres: [char; 2], width: usize, style: u8) -> String {
    let letter = hemispheres[usize::from(degrees < 0.0)];
    let size = degrees.abs();
    let thousandths = (size * 3_600_000.0).round() as u64;
    let (whole, rest) = (thousandths / 3_600_000, thousandths % 3_600_000);
    let (minutes, seconds) = (rest / 60_000, rest % 60_000);
    let (seconds, fraction) = (seconds / 1000, seconds % 1000);
    match style % 6 {
        0 => format!("{whole:0width$} {minutes:02} {seconds:02}.{fraction:03}{letter}"),
        1 => format!("{whole} {minutes} {seconds}.{fraction:03}{letter}"),
        2 => format!("{whole:03} {minutes:02} {seconds:02}.{fraction:03}000{letter}"),
        3 => format!("{degrees:.7}"),
        4 => format!("{letter}{size:.7}"),
        _ => format!("{size:.7}{letter}"),
    }
}

/// A request's element down a path of names.
fn descend<'a>(root: &'a Element, path: &[&str]) -> &'a Element {
    path.iter().fold(root, |element, name| {
        element.child(name).expect("an element on the path")
    })
}

fn text() -> impl Strategy<Value = String> {
    // Whatever XML can hold, and does not trim away.
    "[!-~¡-ÿ][ -~¡-ÿ\t\n]{0,20}[!-~¡-ÿ]"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn an_answer_means_the_same_however_it_is_spelled(
        latitude in -89.9_f64..89.9, longitude in -179.9_f64..179.9, style in 0_u8..6, swapped in any::<bool>(),
        radius in 1_u32..2_000_000, percent in 1_u8..=100, seconds in -50_i64..2900, offset in -14_i64..=14,
        dialect in 0_usize..5, quotes in any::<bool>(),
    ) {
        let dialect = Dialect::ALL[dialect];
        let at = then().unix_seconds() - seconds;
        let local = Timestamp::from_unix_seconds(at + offset * 3600).rfc3339();
        let local: String = local.chars().take(19).filter(char::is_ascii_digit).collect();
        let sign = if offset < 0 { '-' } else { '+' };
        let (x, y) = (spell(latitude, ['N', 'S'], 2, style), spell(longitude, ['E', 'W'], 3, style));
        let (x, y) = if swapped && style != 3 { (y, x) } else { (x, y) };
        let document = shaped(&circular())
            .replace(COORD, &format!("<coord>\n  <X>{x}</X>\n  <Y> {y}\n</Y></coord>"))
            .replace(TIME, &format!("<time utc_off=\"{sign}{:02}00\">{local}</time>", offset.abs()))
            .replace(">250<", &format!(">{radius}<"))
            .replace(">67<", &format!(">{percent}<"))
            .replace("3.2.0", dialect.ver());
        let document = if quotes { document.replace('"', "'") } else { document };
        let mut expect = expect(&HABITS);
        expect.dialect = dialect;
        let reading = answer::read(document.as_bytes(), &expect);
        let Ok(Answer::Located(located)) = reading.map(|reading| reading.value) else {
            return Err(TestCaseError::fail(document));
        };
        let circle = located.area.enclosing_circle();
        let wanted = Point::new(latitude, longitude).expect("a point");
        // Thousandths of a second are three centimetres.
        prop_assert!(circle.centre.distance_to(wanted).value() < 0.04, "{document}");
        prop_assert_eq!(circle.radius, Metres::whole(radius));
        prop_assert_eq!(located.confidence, Confidence::new(percent));
        prop_assert_eq!(located.at.unix_seconds(), at);
    }

    #[test]
    fn a_request_that_is_printed_reads_back(
        dialect in 0_usize..5, id in text(), password in text(), service in proptest::option::of(text()),
        parties in proptest::collection::vec((text(), proptest::option::of(text())), 0..4), requestor in "ask_[0-9A-Z]{26}",
        digits in 99_900_000_u64..99_999_999, age in proptest::option::of(any::<u32>()), url in text(), pushed in any::<bool>(),
    ) {
        let login = Login { id: id.clone(), password: Secret::new(password.clone()), service: service.clone() };
        let chain: Vec<Subclient> = parties.into_iter().map(|(id, service)| Subclient { id, service }).collect();
        let push = PushAddress { url: url.clone(), id: id.clone(), password: Secret::new(password.clone()) };
        let slir = Slir {
            dialect: Dialect::ALL[dialect],
            login: &login,
            chain: &chain,
            requestor: &requestor,
            number: Msisdn::from_digits(&digits.to_string()).expect("reserved"),
            loc_type: LocType::CurrentOrLast,
            max_age_s: age,
            accuracy_m: None,
            response: Some(5),
            priority: Priority::Normal,
            mode: if pushed { Mode::Async { push: &push } } else { Mode::Sync },
        };
        let mut notes = Notes::default();
        let root = parse(&slir.print(), &mut notes).expect("a document");
        prop_assert!(notes.finish().is_empty());
        let client = descend(&root, &["hdr", "client"]);
        prop_assert_eq!(descend(client, &["id"]).text(), &id);
        prop_assert_eq!(descend(client, &["pwd"]).text(), &password);
        prop_assert_eq!(client.child("serviceid").map(Element::text), service.as_deref());
        let header = descend(&root, &["hdr"]);
        let read: Vec<Subclient> = header.all("subclient").map(|party| Subclient {
            id: descend(party, &["id"]).text().to_owned(),
            service: party.child("serviceid").map(|service| service.text().to_owned()),
        }).collect();
        prop_assert_eq!(&read, &chain);
        let last: Vec<bool> = header.all("subclient").map(|party| party.attribute("last_client") == Some("YES")).collect();
        prop_assert!(last.iter().enumerate().all(|(index, last)| *last == (index + 1 == chain.len())));
        prop_assert_eq!(descend(header, &["requestor", "id"]).text(), &requestor);
        prop_assert_eq!(descend(&root, &["slir", "msids", "msid"]).text(), digits.to_string());
        let told = descend(&root, &["slir", "eqop"]).child("max_loc_age").map(Element::text);
        prop_assert_eq!(told.map(str::to_owned), age.map(|age| age.to_string()));
        let address = descend(&root, &["slir"]).child("pushaddr").map(|push| descend(push, &["url"]).text());
        prop_assert_eq!(address, pushed.then_some(url.as_str()));
    }

    #[test]
    fn arbitrary_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read_everywhere(&bytes);
    }

    #[test]
    fn arbitrary_markup_is_read_to_its_end(pieces in proptest::collection::vec(0_usize..PIECES.len(), 0..80)) {
        let document: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        read_everywhere(document.as_bytes());
    }

    #[test]
    fn an_answer_with_a_hole_in_it_is_read_to_its_end(
        at in 0_usize..2000, length in 0_usize..40, put in proptest::collection::vec(any::<u8>(), 0..10),
    ) {
        let mut bytes = whole().into_bytes();
        let at = at % bytes.len();
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, put);
        read_everywhere(&bytes);
    }

    #[test]
    fn a_cut_answer_is_no_answer(at in 0_usize..2000) {
        let document = whole();
        let at = at % (document.len() - 1);
        prop_assert!(answer::read(&document.as_bytes()[..at], &expect(&HABITS)).is_err());
    }
}

/// Reads bytes under every expectation. What is believed is about the asked number, and not of the future.
fn read_everywhere(bytes: &[u8]) {
    for (loc_type, asynchronous) in [(LocType::Current, false), (LocType::LastOrCurrent, true)] {
        let expect = Expect {
            loc_type,
            asynchronous,
            ..expect(&HABITS)
        };
        let answer = answer::read(bytes, &expect).map(|reading| reading.value);
        let report = report::read(bytes, &expect).map(|reading| reading.value.outcome);
        for outcome in [answer, report].into_iter().flatten() {
            if let Answer::Located(located) = outcome {
                assert!(located.at <= now().after(domain::time::Span::seconds(60)));
                let digits: String = String::from_utf8_lossy(bytes)
                    .chars()
                    .filter(char::is_ascii_digit)
                    .collect();
                assert!(digits.contains(&DIGITS[1..]), "a position without the asked number");
            }
        }
    }
}

/// An answer of several shapes, from which others are made.
fn whole() -> String {
    let mut shapes = circular();
    for (name, measures) in [
        (
            "EllipticalArea",
            "<angle>30</angle><semiMajor>400</semiMajor><semiMinor>100</semiMinor>",
        ),
        (
            "CircularArcArea",
            "<inRadius>5</inRadius><outRadius>9</outRadius><startAngle>30</startAngle><stopAngle>90</stopAngle>",
        ),
    ] {
        let _ = write!(shapes, "<{name}>{COORD}{measures}</{name}>");
    }
    let _ = write!(
        shapes,
        "<Box>{COORD}{}</Box>",
        COORD.replace("12 30", "12 31").replace("15 00", "16 00")
    );
    shaped(&format!("<MultiPolygon>{shapes}</MultiPolygon>"))
}

/// What answers are made of.
const PIECES: [&str; 44] = [
    "<svc_result ver=\"3.2.0\">",
    "</svc_result>",
    "<slia ver=\"3.2.0\">",
    "</slia>",
    "<slirep>",
    "</slirep>",
    "<pos>",
    "</pos>",
    "<msid type=\"MSISDN\">",
    "</msid>",
    "12025550140",
    "<pd>",
    "</pd>",
    "<time utc_off=\"+0000\">",
    "</time>",
    "20261122083000",
    "<shape>",
    "</shape>",
    "<Polygon>",
    "</Polygon>",
    "<LineString>",
    "</LineString>",
    "<CircularArea>",
    "</CircularArea>",
    "<radius>",
    "</radius>",
    "<coord><X>12 30 00.000N</X><Y>040 15 00.000W</Y></coord>",
    "<coord><X>-90</X><Y>180</Y></coord>",
    "<coord/>",
    "<X>",
    "</X>",
    "0",
    "99999999",
    "-",
    "N",
    "&amp;",
    "&#48;",
    "&x;",
    "<!DOCTYPE a [",
    "]>",
    "<!-- -->",
    "<![CDATA[",
    "]]>",
    "<lev_conf>67</lev_conf>",
];
