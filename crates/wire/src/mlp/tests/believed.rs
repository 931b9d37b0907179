//! What is believed of an answer, and what is not.

use super::samples::*;
use crate::mlp::answer::{self, Answer, RequestId};
use crate::mlp::dialect::Dialect;
use crate::mlp::error::MlpError;
use crate::mlp::expect::{Habits, Offset};
use crate::mlp::resid::Resid;
use crate::mlp::slir::LocType;
use domain::geo::confidence::Confidence;
use domain::time::Timestamp;

#[test]
fn answers_of_every_dialect_are_read() {
    for dialect in Dialect::ALL {
        let document = shaped(&circular()).replace("3.2.0", dialect.ver());
        let mut expect = expect(&HABITS);
        expect.dialect = dialect;
        let reading = answer::read(document.as_bytes(), &expect).expect("an answer");
        assert_eq!(reading.quirks, []);
        let Answer::Located(located) = reading.value else {
            panic!("no position")
        };
        assert!(alike(&located.area, &circle(250)));
        assert_eq!((located.confidence, located.at), (Confidence::new(67), then()));
    }
}

#[test]
fn every_result_code_comes_through() {
    for number in (0..=999).chain([65535]) {
        let result = format!("<result resid=\"{number}\">{}</result>", Resid(number).slogan());
        let wanted = match number {
            0 => Err(MlpError::Missing("pos")),
            _ => Ok(Answer::Refused(Resid(number))),
        };
        let poserr = pos(&format!("<poserr>{result}{TIME}</poserr>"));
        for document in [
            slia(&result),
            slia(&format!("{result}<add_info>more</add_info>")),
            format!("<svc_result ver=\"3.2.0\">{result}</svc_result>"),
            format!("<gem ver=\"3.2.0\">{result}<add_info>more</add_info></gem>"),
            format!("<svc_result ver=\"3.2.0\"><gem ver=\"3.2.0\">{result}</gem></svc_result>"),
        ] {
            assert_eq!(read(&document).map(|reading| reading.value), wanted, "{document}");
        }
        // Of one phone, 0 is an error without a name.
        let value = read(&slia(&poserr)).map(|reading| reading.value);
        assert_eq!(value, Ok(Answer::Refused(Resid(number))));
    }
    for bad in ["", "x", "-1", "65536", "5.0", "000005"] {
        let document = slia(&format!("<result resid=\"{bad}\">OK</result>"));
        assert_eq!(
            read(&document).map(|reading| reading.value),
            Err(MlpError::Resid),
            "{bad}"
        );
    }
    let unnumbered = slia("<result>UNKNOWN SUBSCRIBER</result>");
    assert_eq!(
        read(&unnumbered).map(|reading| reading.value),
        Err(MlpError::Missing("resid"))
    );
}

#[test]
fn an_accepted_request_has_its_id() {
    let reading = read(&slia("<req_id>25267</req_id>")).expect("an answer");
    assert_eq!(reading.value, Answer::Accepted(RequestId::new("25267").expect("an id")));
    for bad in [String::new(), "a b".to_owned(), "é".to_owned(), "x".repeat(129)] {
        let document = slia(&format!("<req_id>{bad}</req_id>"));
        assert_eq!(read(&document), Err(MlpError::RequestId), "{bad}");
    }
}

#[test]
fn another_number_is_never_believed() {
    for other in [
        "12025550141",
        "2025550141",
        "120255501400",
        "2025550140",
        "0",
        "",
        "12025550140;ext=1",
        "1202555014O",
        "+1 202 555 0141",
        "١٢٠٢٥٥٥٠١٤٠",
        "ffffffff",
    ] {
        let document = shaped(&circular()).replace(DIGITS, other);
        assert_eq!(read(&document), Err(MlpError::WrongSubscriber), "{other}");
    }
    let encrypted = shaped(&circular()).replace("type=\"MSISDN\"", "enc=\"CRP\"");
    assert_eq!(read(&encrypted), Err(MlpError::WrongSubscriber));
    let unnamed = slia(&format!("<pos>{}</pos>", pd(&circular())));
    assert_eq!(read(&unnamed), Err(MlpError::Missing("msid")));
}

#[test]
fn one_position_of_somebody_else_spoils_the_answer() {
    let ours = pos(&pd(&circular()));
    let theirs = ours.replace(DIGITS, "12025550141");
    for document in [
        slia(&[ours.clone(), theirs.clone()].concat()),
        slia(&[theirs, ours].concat()),
    ] {
        assert_eq!(read(&document), Err(MlpError::WrongSubscriber));
    }
}

#[test]
fn positions_that_contradict_each_other_are_none() {
    let here = pd(&circular());
    let there = here.replace("12 30 00.000N", "12 31 00.000N");
    let near = here.replace("12 30 00.000N", "12 30 10.000N");
    let answer = |one: &str, other: &str| read(&slia(&[pos(one), pos(other)].concat())).map(|reading| reading.value);
    assert_eq!(answer(&here, &there), Err(MlpError::Disagreement));
    assert!(matches!(answer(&here, &near), Ok(Answer::Located(_))));
    let two_bodies = shaped(&circular()).replace("</svc_result>", "<slia ver=\"3.2.0\"/></svc_result>");
    assert_eq!(read(&two_bodies), Err(MlpError::Disagreement));
}

#[test]
fn a_position_that_another_follows_is_not_the_answer() {
    let final_one = pos(&pd(&circular()));
    let first = final_one
        .replace("<pos>", "<pos result_type=\"INTERMEDIATE\">")
        .replace(">250<", ">9000<");
    let (found, _) = located(&slia(&[first.clone(), final_one].concat()));
    assert!(alike(&found.area, &circle(250)));
    assert_eq!(
        read(&slia(&first)).map(|reading| reading.value),
        Err(MlpError::Missing("req_id"))
    );
}

/// What is read of a position at a time, under a habit and for a kind of position.
fn timed(time: &str, offset: Offset, loc_type: LocType) -> Result<Timestamp, MlpError> {
    let habits = Habits { offset, ..HABITS };
    let mut expect = expect(&habits);
    expect.loc_type = loc_type;
    let document = shaped(&circular()).replace(TIME, time);
    answer::read(document.as_bytes(), &expect).map(|reading| match reading.value {
        Answer::Located(located) => located.at,
        other => panic!("no position but {other:?}"),
    })
}

#[test]
fn a_time_is_local_or_utc_as_the_carrier_means_it() {
    let local = "<time utc_off=\"+0200\">20261122103000</time>";
    let utc = "<time utc_off=\"+0200\">20261122083000</time>";
    let west = "<time utc_off=\"-0330\">20261122050000</time>";
    let unsigned = "<time utc_off=\"0200\">20261122103000</time>";
    let plain = "<time>20261122083000</time>";
    for (time, offset) in [
        (local, Offset::Local),
        (utc, Offset::Utc),
        (west, Offset::Local),
        (unsigned, Offset::Local),
        (plain, Offset::Local),
        (plain, Offset::Utc),
    ] {
        assert_eq!(timed(time, offset, LocType::Current), Ok(then()), "{time}");
    }
    // Read the wrong way, it lies hours off, and is found.
    assert_eq!(timed(local, Offset::Utc, LocType::Last), Err(MlpError::FutureTime));
    assert_eq!(timed(utc, Offset::Local, LocType::Current), Err(MlpError::StaleTime));
    assert_eq!(
        timed(west, Offset::Utc, LocType::CurrentOrLast),
        Ok(then().before(domain::time::Span::seconds(12_600)))
    );
}

#[test]
fn a_current_position_is_neither_of_the_future_nor_of_hours_ago() {
    let at = |text: &str, loc_type| timed(&format!("<time>{text}</time>"), Offset::Local, loc_type);
    assert!(at("20261122083130", LocType::Current).is_ok(), "a minute ahead");
    assert_eq!(at("20261122083131", LocType::Current), Err(MlpError::FutureTime));
    assert!(at("20261122074030", LocType::Current).is_ok(), "fifty minutes ago");
    assert_eq!(at("20261122074029", LocType::Current), Err(MlpError::StaleTime));
    assert!(at("20261121083000", LocType::Last).is_ok());
    assert!(at("20261121083000", LocType::LastOrCurrent).is_ok());
}

#[test]
fn only_a_time_is_a_time() {
    for bad in [
        "<time/>",
        "<time>2026112208300</time>",
        "<time>202611220830000</time>",
        "<time>20261322083000</time>",
        "<time>20261122243000</time>",
        "<time>2026-11-22T08:30:00Z</time>",
        "<time utc_off=\"+1500\">20261122083000</time>",
        "<time utc_off=\"+0260\">20261122083000</time>",
        "<time utc_off=\"+2:000\">20261122083000</time>",
        "<time utc_off=\"+02000\">20261122083000</time>",
        "<time utc_off=\"++200\">20261122083000</time>",
        "<time utc_off=\"+Z\">20261122083000</time>",
        "<time utc_off=\"CET\">20261122083000</time>",
    ] {
        assert_eq!(timed(bad, Offset::Local, LocType::Last), Err(MlpError::Time), "{bad}");
    }
}

#[test]
fn what_is_no_answer_is_none() {
    for (document, error) in [
        ("", MlpError::Malformed),
        ("{}", MlpError::Malformed),
        ("<html/>", MlpError::NotAnAnswer),
        ("<svc_result/>", MlpError::NotAnAnswer),
        ("<svc_result><slirep/></svc_result>", MlpError::NotAnAnswer),
        ("<svc_result><slia/></svc_result>", MlpError::Missing("req_id")),
        ("<svc_init><slir/></svc_init>", MlpError::NotAnAnswer),
    ] {
        assert_eq!(read(document), Err(error), "{document}");
    }
    let civic = pos(&format!("<pd>{TIME}<civicloc><A1>somewhere</A1></civicloc></pd>"));
    assert_eq!(read(&slia(&civic)), Err(MlpError::Missing("shape")));
    let elsewhere = pos("<location_uri>https://example.com/1</location_uri>");
    assert_eq!(read(&slia(&elsewhere)), Err(MlpError::Missing("poserr")));
}

#[test]
fn no_error_and_no_debug_carries_what_was_read() {
    let reading = read(&shaped(&circular())).expect("an answer");
    let printed = format!("{reading:?}");
    assert!(
        !printed.contains("12.5") && !printed.contains("40.2") && !printed.contains("250"),
        "{printed}"
    );
}
