//! A recipient asks the holder of an account for many machine lines at one time: `POST /wayleave/v1/consents/lines`.

use domain::id::{AccountId, ConsentId, LineRequestId};
use domain::number::Msisdn;
use domain::permission::lines::LINES_MAX;
use domain::permission::terms::Origin;
use domain::time::Timestamp;
use serde_json::{Value, json};

use super::wish::ConsentWish;
use super::{ConsentRequest, Status, read_number};
use crate::json::{self, DEPTH_MAX, ParseError};

/// What a recipient asks of an account. Whether the policy allows it, and whose the lines are, is decided later.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinesRequest {
    /// The account.
    pub account: AccountId,
    /// The lines, each once.
    pub numbers: Vec<Msisdn>,
    /// What is asked of the first line, and of every other one the same.
    pub wish: ConsentRequest,
}

impl LinesRequest {
    /// Reads the body.
    ///
    /// # Errors
    /// If it is not one JSON document of the right form, names a line twice, or a source that no machine has.
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        json::parse(body, DEPTH_MAX)?.object(|fields| {
            let account = fields
                .required("account")?
                .parsed("an account such as acc_ and 26 characters", |text| text.parse().ok())?;
            let numbers = fields.required("lines")?.list(1..=LINES_MAX, read_number)?;
            let mut sorted: Vec<String> = numbers.iter().map(|number| number.to_e164()).collect();
            sorted.sort_unstable();
            if sorted.array_windows().any(|[one, next]| one == next) {
                return Err(ParseError::new("each line once", "a line twice").under_field("lines"));
            }
            let first = *numbers
                .first()
                .ok_or_else(|| ParseError::new("a line", "none").under_field("lines"))?;
            let wish = ConsentWish::take(fields)?.about(first);
            if wish.origin == Origin::Handset {
                // Nobody holds a machine's page open.
                return Err(ParseError::new("NETWORK for machine lines", "HANDSET").under_field("source"));
            }
            Ok(Self { account, numbers, wish })
        })
    }
}

/// What a recipient is told of one line: its number, its consent, and whether it holds.
pub type LineState = (Msisdn, ConsentId, Status);

/// A request and what became of each line, as its recipient may know it.
#[must_use]
pub fn print_lines(id: LineRequestId, expires: Timestamp, lines: &[LineState]) -> Vec<u8> {
    let line = |(number, consent, status): &LineState| -> Value {
        json!({"phoneNumber": number.to_e164(), "id": consent.to_string(), "status": status.word()})
    };
    json!({
        "id": id.to_string(),
        "requestExpiresAt": expires.rfc3339(),
        "lines": lines.iter().map(line).collect::<Vec<_>>(),
    })
    .to_string()
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(lines: &str, more: &str) -> String {
        format!(
            r#"{{"account":"acc_00000000000000000000000001","lines":{lines},"precision":{{"type":"AREA","metres":500}},
            "durationSeconds":86400,"caseReference":"ROUTE-7"{more}}}"#
        )
    }

    #[test]
    fn a_list_is_read_and_its_faults_are_named() {
        let good = LinesRequest::parse(body(r#"["+12025550101","+12025550102"]"#, "").as_bytes()).expect("read");
        assert_eq!((good.numbers.len(), good.wish.number), (2, good.numbers[0]));
        let many: Vec<String> = (0..=LINES_MAX).map(|n| format!("\"+999{n:08}\"")).collect();
        for (bad, at) in [
            (body("[]", ""), "lines"),
            (body(&format!("[{}]", many.join(",")), ""), "lines"),
            (body(r#"["+12025550101","+12025550101"]"#, ""), "lines"),
            (body(r#"["+12025550101","x"]"#, ""), "lines"),
            (body(r#"["+12025550101"]"#, r#","source":"HANDSET""#), "source"),
            (
                body(r#"["+12025550101"]"#, r#","phoneNumber":"+12025550101""#),
                "phoneNumber",
            ),
            (body(r#"["+12025550101"]"#, "").replace("acc_", "con_"), "account"),
        ] {
            let error = LinesRequest::parse(bad.as_bytes()).expect_err(at);
            assert!(error.to_string().contains(at), "{at}: {error}");
        }
    }
}
