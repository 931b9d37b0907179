//! Each way in which carriers differ from the specification, in a test of its name: the position is read all the same,
//! and the quirk is noted. Here: documents, identities, results, times and confidence.

use super::samples::*;
use crate::mlp::answer::{self, Answer};
use crate::mlp::error::MlpError;
use crate::mlp::quirk::Quirk;
use crate::mlp::resid::Resid;
use domain::geo::confidence::Confidence;

#[test]
fn an_answer_as_specified_has_no_quirk() {
    let located = shows(&shaped(&circular()), &[], &circle(250));
    assert_eq!(located.confidence, Confidence::new(67));
}

#[test]
fn iso_8859_1() {
    let document = altered("UTF-8", "ISO-8859-1").replace("</slia>", "<!-- Zürich --></slia>");
    let bytes: Vec<u8> = document
        .chars()
        .map(|c| u8::try_from(u32::from(c)).expect("Latin"))
        .collect();
    for undeclared in [false, true] {
        let bytes = if undeclared {
            let start = bytes.iter().position(|byte| *byte == b'\n').expect("a declaration");
            bytes[start + 1..].to_vec()
        } else {
            bytes.clone()
        };
        let reading = answer::read(&bytes, &expect(&HABITS)).expect("an answer");
        assert_eq!(reading.quirks, [Quirk::Latin1]);
        assert!(matches!(reading.value, Answer::Located(_)));
    }
}

#[test]
fn byte_order_mark() {
    shows(
        &format!("\u{feff}{}", shaped(&circular())),
        &[Quirk::ByteOrderMark],
        &circle(250),
    );
}

#[test]
fn single_quotes() {
    let document = altered("type=\"MSISDN\"", "type='MSISDN'");
    shows(&document, &[Quirk::SingleQuotes], &circle(250));
}

#[test]
fn default_namespace() {
    let document = altered("<svc_result ", "<svc_result xmlns=\"http://carrier.example.com/mlp\" ");
    shows(&document, &[Quirk::DefaultNamespace], &circle(250));
    let prefixed = "<m:svc_result xmlns:m=\"http://carrier.example.com/mlp\" ";
    let document = altered("<svc_result ", prefixed).replace("</svc_result>", "</m:svc_result>");
    shows(&document, &[Quirk::DefaultNamespace], &circle(250));
}

#[test]
fn vendor_element() {
    let extra = "</slia><v:extra xmlns:v=\"http://vendor.example.com\"><v:pos><shape/></v:pos></v:extra>";
    shows(&altered("</slia>", extra), &[Quirk::VendorElement], &circle(250));
    let unprefixed = "</slia><vendor_extension><pos><pd/></pos></vendor_extension>";
    shows(&altered("</slia>", unprefixed), &[Quirk::VendorElement], &circle(250));
}

#[test]
fn root_missing() {
    let document = altered("<svc_result ver=\"3.2.0\">", "").replace("</svc_result>", "");
    shows(&document, &[Quirk::RootMissing], &circle(250));
}

#[test]
fn ver_missing() {
    shows(
        &altered("<slia ver=\"3.2.0\">", "<slia>"),
        &[Quirk::VerMissing],
        &circle(250),
    );
    shows(
        &altered("<svc_result ver=\"3.2.0\">", "<svc_result>"),
        &[Quirk::VerMissing],
        &circle(250),
    );
}

#[test]
fn ver_mismatch() {
    let document = altered("<slia ver=\"3.2.0\">", "<slia ver=\"3.0.0\">");
    shows(&document, &[Quirk::VerMismatch], &circle(250));
    // Both alike, and not what was asked in.
    shows(&altered("3.2.0", "3.0.0"), &[Quirk::VerMismatch], &circle(250));
}

#[test]
fn lower_case_word() {
    let document = altered("<slia ", "<slia res_type=\"sync\" ");
    shows(&document, &[Quirk::LowerCaseWord], &circle(250));
    shows(
        &altered("\"MSISDN\"", "\"msisdn\""),
        &[Quirk::LowerCaseWord],
        &circle(250),
    );
    shows(
        &spelled("12 30 00.000n", "040 15 00.000w"),
        &[Quirk::LowerCaseWord],
        &circle(250),
    );
}

#[test]
fn misplaced_header() {
    let header = "<hdr ver=\"3.2.0\"><client><id>castor</id></client></hdr>";
    let loose = "<hdr ver=\"3.2.0\"><id>castor</id><pwd>x</pwd></hdr>";
    shows(&altered("<slia", &format!("{header}<slia")), &[], &circle(250));
    for document in [
        altered("</slia>", &format!("</slia>{header}")),
        altered("<slia", &format!("{loose}<slia")),
        altered("<pos>", &format!("{header}<pos>")),
        altered("<slia", "<client><id>castor</id></client><slia"),
    ] {
        shows(&document, &[Quirk::MisplacedHeader], &circle(250));
    }
}

const GEO_INFO: &str = "<geo_info><CoordinateReferenceSystem><Identifier><code>4326</code><codeSpace>EPSG</codeSpace>\
    </Identifier></CoordinateReferenceSystem></geo_info>";

#[test]
fn misplaced_geo_info() {
    let document = altered("<shape>", &format!("{GEO_INFO}<shape>"));
    shows(&document, &[Quirk::MisplacedGeoInfo], &circle(250));
    let other = document.replace("<code>4326", "<code>27700");
    assert_eq!(read(&other), Err(MlpError::CoordinateSystem));
}

#[test]
fn misplaced_confidence() {
    let document = altered("<lev_conf>", "<qos_not_met/><lev_conf>");
    let located = shows(&document, &[Quirk::MisplacedConfidence], &circle(250));
    assert_eq!(located.confidence, Confidence::new(67));
}

#[test]
fn msid_type() {
    shows(&altered("\"MSISDN\"", "\"IMSI\""), &[Quirk::MsidType], &circle(250));
    shows(&altered(" type=\"MSISDN\"", ""), &[], &circle(250));
}

#[test]
fn msid_spelling() {
    for spelling in [
        "+12025550140",
        "tel:+1-202-555-0140",
        "0012025550140",
        "1 (202) 555 0140",
    ] {
        shows(&altered(DIGITS, spelling), &[Quirk::MsidSpelling], &circle(250));
    }
}

#[test]
fn national_msid() {
    let national = &DIGITS[1..];
    for kind in ["", " type=\"MIN\"", " type=\"MDN\""] {
        let document = altered(" type=\"MSISDN\"", kind).replace(DIGITS, national);
        shows(&document, &[Quirk::NationalMsid], &circle(250));
    }
    // As an international number it is somebody else's.
    assert_eq!(read(&altered(DIGITS, national)), Err(MlpError::WrongSubscriber));
    for written in [
        format!("+{national}"),
        format!("00{national}"),
        format!("tel:+{national}"),
    ] {
        let document = altered(" type=\"MSISDN\"", "").replace(DIGITS, &written);
        assert_eq!(read(&document), Err(MlpError::WrongSubscriber), "{written}");
    }
}

#[test]
fn several_positions() {
    let older = pd(&circular()).replace("103000", "102900");
    let wider = pd(&circular()).replace(">250<", ">900<");
    let document = slia(&[pos(&older), pos(&wider)].concat());
    shows(&document, &[Quirk::SeveralPositions], &circle(900));
}

#[test]
fn mixed_outcome() {
    let poserr = format!("<poserr><result resid=\"6\">POSITION METHOD FAILURE</result>{TIME}</poserr>");
    let (good, bad) = (pos(&pd(&circular())), pos(&poserr));
    shows(&slia(&[bad, good].concat()), &[Quirk::MixedOutcome], &circle(250));
    let both = pos(&format!("{}{poserr}", pd(&circular())));
    shows(&slia(&both), &[Quirk::MixedOutcome], &circle(250));
}

#[test]
fn answered_at_once() {
    let mut expect = expect(&HABITS);
    expect.asynchronous = true;
    let reading = answer::read(shaped(&circular()).as_bytes(), &expect).expect("an answer");
    assert_eq!(reading.quirks, [Quirk::AnsweredAtOnce]);
    assert!(matches!(reading.value, Answer::Located(_)));
}

#[test]
fn resid_slogan() {
    let answer = |resid: &str, slogan: &str| {
        let reading = read(&slia(&format!("<result resid=\"{resid}\">{slogan}</result>"))).expect("an answer");
        (reading.value, reading.quirks)
    };
    // The specification's own example means 201.
    let quirk = vec![Quirk::ResidSlogan];
    assert_eq!(
        answer("10", "QOP NOT ATTAINABLE"),
        (Answer::Refused(Resid(201)), quirk.clone())
    );
    assert_eq!(answer("5", "Unknown Subscriber"), (Answer::Refused(Resid(5)), quirk));
    assert_eq!(answer("5", "Absent\n subscriber"), (Answer::Refused(Resid(5)), vec![]));
    assert_eq!(answer("501", "whatever"), (Answer::Refused(Resid(501)), vec![]));
}

fn refusal(time: &str) -> (Answer, Vec<Quirk>) {
    let poserr = format!("<poserr><result resid=\"5\">ABSENT SUBSCRIBER</result>{time}</poserr>");
    let reading = read(&slia(&pos(&poserr))).expect("an answer");
    (reading.value, reading.quirks)
}

#[test]
fn offset_empty() {
    let (answer, quirks) = refusal("<time utc_off=\"\">20261122083000</time>");
    assert_eq!((answer, quirks), (Answer::Refused(Resid(5)), vec![Quirk::OffsetEmpty]));
    let document = altered(TIME, "<time utc_off=\"\">20261122083000</time>");
    shows(&document, &[Quirk::OffsetEmpty], &circle(250));
}

#[test]
fn offset_spelling() {
    for (offset, time) in [
        ("+02:00", "103000"),
        ("+02", "103000"),
        ("Z", "083000"),
        ("-03:30", "050000"),
    ] {
        let time = format!("<time utc_off=\"{offset}\">20261122{time}</time>");
        shows(&altered(TIME, &time), &[Quirk::OffsetSpelling], &circle(250));
    }
}

#[test]
fn time_missing() {
    assert_eq!(refusal(""), (Answer::Refused(Resid(5)), vec![Quirk::TimeMissing]));
    // A position without a time is none.
    assert_eq!(read(&altered(TIME, "")), Err(MlpError::Missing("time")));
}

#[test]
fn confidence_unknown() {
    for unknown in ["0", "101", "127", "-1", "", "high", "NaN"] {
        let document = altered(">67<", &format!(">{unknown}<"));
        let located = shows(&document, &[Quirk::ConfidenceUnknown], &circle(250));
        assert_eq!(located.confidence, None, "{unknown}");
    }
    assert_eq!(
        shows(&altered("<lev_conf>67</lev_conf>", ""), &[], &circle(250)).confidence,
        None
    );
    // Rounded down: no more is promised than was said.
    assert_eq!(
        shows(&altered(">67<", ">67.9<"), &[], &circle(250)).confidence,
        Confidence::new(67)
    );
}
