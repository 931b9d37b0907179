//! What a carrier's location server sends: answers, and the reports that it pushes.

use domain::geo::Metres;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};
use wire::mlp::answer::{self, Answer};
use wire::mlp::dialect::Dialect;
use wire::mlp::error::MlpError;
use wire::mlp::expect::{ArcStop, Expect, Habits, Offset};
use wire::mlp::quirk::Quirk;
use wire::mlp::report;
use wire::mlp::slir::LocType;

use crate::camara::can_be_worked_with;

/// The asked number's national part: whatever is added before it, an answer about it holds these digits.
const NATIONAL: &str = "2025550140";

/// The first byte says what was asked and how the carrier means what it writes; the rest is its document.
pub(crate) fn run(data: &[u8]) {
    let Some((choice, document)) = data.split_first() else {
        return;
    };
    let habits = Habits {
        offset: if choice & 1 == 0 { Offset::Local } else { Offset::Utc },
        arc: if choice & 2 == 0 {
            ArcStop::Included
        } else {
            ArcStop::Absolute
        },
        bare_point_radius: Metres::whole(3000),
    };
    let expect = Expect {
        number: Msisdn::from_digits("12025550140").expect("a reserved number"),
        now: Timestamp::from_rfc3339("2026-11-22T08:30:30Z").expect("a time"),
        habits: &habits,
        dialect: [Dialect::V3_0, Dialect::V3_2, Dialect::V3_4, Dialect::V3_5][usize::from(choice >> 2 & 3)],
        loc_type: if choice & 16 == 0 {
            LocType::Current
        } else {
            LocType::LastOrCurrent
        },
        asynchronous: choice & 32 != 0,
    };
    match answer::read(document, &expect) {
        Ok(reading) => {
            are_noted_once(&reading.quirks);
            can_be_believed(&reading.value, document, &expect);
        }
        Err(error) => says_what_is_wrong(error),
    }
    match report::read(document, &expect) {
        Ok(reading) => {
            are_noted_once(&reading.quirks);
            assert!(!matches!(reading.value.outcome, Answer::Accepted(_)));
            can_be_believed(&reading.value.outcome, document, &expect);
        }
        Err(error) => says_what_is_wrong(error),
    }
}

fn are_noted_once(quirks: &[Quirk]) {
    assert!(quirks.is_sorted_by(|one, next| one < next), "a quirk is noted twice");
    assert!(
        quirks
            .iter()
            .all(|quirk| !quirk.code().is_empty() && !quirk.words().is_empty())
    );
}

fn says_what_is_wrong(error: MlpError) {
    assert!(!error.reason().is_empty() && error.to_string().starts_with("expected "));
}

fn can_be_believed(answer: &Answer, document: &[u8], expect: &Expect<'_>) {
    match answer {
        Answer::Located(located) => {
            assert!(
                located.at <= expect.now.after(Span::seconds(60)),
                "a position from the future"
            );
            if expect.loc_type == LocType::Current {
                let age = expect.now.since(located.at);
                assert!(
                    age <= Span::seconds(86_400),
                    "an old position passes for the current one"
                );
            }
            assert!(
                located
                    .confidence
                    .is_none_or(|sure| (1..=100).contains(&sure.percent()))
            );
            names_the_asked(document);
            can_be_worked_with(&located.area);
        }
        Answer::Accepted(id) => assert!((1..=128).contains(&id.as_str().len())),
        // Of one phone even 0 is an error, though one without a name.
        Answer::Refused(resid) => {
            let _ = (resid.slogan(), resid.meaning());
        }
    }
}

/// Read without any knowledge of XML: the digits stand there. What XML can write in other ways is passed over.
fn names_the_asked(document: &[u8]) {
    if document.contains(&b'&') || document.windows(2).any(|two| two == b"<!" || two == b"<?") {
        return;
    }
    let digits: String = document
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .map(|byte| char::from(*byte))
        .collect();
    assert!(digits.contains(NATIONAL), "a position of somebody else");
}
