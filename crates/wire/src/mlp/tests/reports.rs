//! Reports that a location server pushes.

use super::samples::*;
use crate::mlp::answer::{Answer, RequestId};
use crate::mlp::error::MlpError;
use crate::mlp::quirk::Quirk;
use crate::mlp::report::{self, Report};
use crate::mlp::resid::Resid;

/// A report with a header, an id and a body.
fn slirep(header: &str, body: &str) -> String {
    format!(
        "<svc_result ver=\"3.2.0\">{header}<slirep ver=\"3.2.0\"><req_id>25267</req_id>{body}</slirep></svc_result>"
    )
}

const HEADER: &str = "<hdr ver=\"3.2.0\"><client><id>castor</id><pwd>p&amp;w</pwd></client></hdr>";

fn take(document: &str) -> Result<(Report, Vec<Quirk>), MlpError> {
    let reading = report::read(document.as_bytes(), &expect(&HABITS))?;
    Ok((reading.value, reading.quirks))
}

fn login(report: &Report) -> Option<(&str, &str)> {
    let login = report.login.as_ref()?;
    Some((login.id.as_str(), login.password.expose().as_str()))
}

#[test]
fn a_report_has_its_login_its_id_and_its_position() {
    let (report, quirks) = take(&slirep(HEADER, &pos(&pd(&circular())))).expect("a report");
    assert_eq!(login(&report), Some(("castor", "p&w")));
    assert_eq!(report.request, RequestId::new("25267"));
    let Answer::Located(located) = &report.outcome else {
        panic!("no position")
    };
    assert!(alike(&located.area, &circle(250)));
    assert_eq!(quirks, []);
    let printed = format!("{report:?}");
    assert!(!printed.contains("p&w") && !printed.contains("250"), "{printed}");
}

#[test]
fn a_login_is_found_where_servers_put_it() {
    let place = pos(&pd(&circular()));
    for header in [
        "<hdr ver=\"3.2.0\"><id>castor</id><pwd>p&amp;w</pwd></hdr>",
        "<client><id>castor</id><pwd>p&amp;w</pwd></client>",
    ] {
        let (report, quirks) = take(&slirep(header, &place)).expect("a report");
        assert_eq!(
            (login(&report), quirks),
            (Some(("castor", "p&w")), vec![Quirk::MisplacedHeader])
        );
    }
    let late = slirep("", &place).replace("</slirep>", &format!("</slirep>{HEADER}"));
    let (report, quirks) = take(&late).expect("a report");
    assert_eq!(
        (login(&report), quirks),
        (Some(("castor", "p&w")), vec![Quirk::MisplacedHeader])
    );
    let (report, _) = take(&slirep("", &place)).expect("a report");
    assert_eq!(login(&report), None);
    let unsecured = HEADER.replace("<pwd>p&amp;w</pwd>", "");
    let (report, _) = take(&slirep(&unsecured, &place)).expect("a report");
    assert_eq!(login(&report), Some(("castor", "")));
}

#[test]
fn a_report_may_say_why_there_is_no_position() {
    let failed = pos(&format!(
        "<poserr><result resid=\"5\">ABSENT SUBSCRIBER</result>{TIME}</poserr>"
    ));
    let result = "<result resid=\"7\">TIMEOUT</result>";
    for (body, resid) in [(failed.as_str(), 5), (result, 7)] {
        let (report, quirks) = take(&slirep(HEADER, body)).expect("a report");
        assert_eq!((report.outcome, quirks), (Answer::Refused(Resid(resid)), vec![]));
    }
}

#[test]
fn a_report_that_reports_nothing_is_none() {
    assert_eq!(
        take(&slirep(HEADER, "")).expect_err("nothing"),
        MlpError::Missing("pos")
    );
    let another = slirep(HEADER, &pos(&pd(&circular())).replace(DIGITS, "12025550141"));
    assert_eq!(take(&another).expect_err("nothing"), MlpError::WrongSubscriber);
    let answer = shaped(&circular());
    assert_eq!(take(&answer).expect_err("nothing"), MlpError::NotAnAnswer);
    let odd = slirep(HEADER, &pos(&pd(&circular()))).replace("25267", "a b");
    assert_eq!(take(&odd).expect_err("nothing"), MlpError::RequestId);
}

#[test]
fn a_report_without_its_id_is_known_by_where_it_was_sent() {
    let document = slirep(HEADER, &pos(&pd(&circular()))).replace("<req_id>25267</req_id>", "");
    let (report, _) = take(&document).expect("a report");
    assert_eq!(report.request, None);
    assert!(matches!(report.outcome, Answer::Located(_)));
}
