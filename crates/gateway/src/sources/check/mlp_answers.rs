//! What a document of a location server says: its result, its spelling, its clock.

use domain::time::Timestamp;
use wire::mlp::answer::{self, Answer, RequestId};
use wire::mlp::error::MlpError;
use wire::mlp::expect::{Expect, Habits, Offset};
use wire::mlp::quirk::Quirk;
use wire::mlp::resid::{Resid, ResidMeaning};

use super::finding::Finding;

const UNKNOWN: &str = "OMA MLP 3.5, result codes: 4 UNKNOWN SUBSCRIBER for a number that the server does not know";
const DOCUMENT: &str = "OMA MLP 3.5, DTD: a svc_result with the service's own answer, about the number that was asked";
const SPELLING: &str = "OMA MLP 3.5, DTD and element descriptions";
const TIME: &str = "OMA MLP 3.5, time: the wall clock at the offset that utc_off names";

/// How far a clock may differ, in milliseconds: an answer from further ahead than a minute is thrown away.
const AHEAD_MS_MAX: i64 = 60_000;
/// How far behind a clock may be before it is worth a word, in milliseconds.
const BEHIND_MS_MAX: i64 = 120_000;

/// What a document says, as far as this program wants to know.
pub enum Said {
    /// Where somebody is; it was dropped.
    Place,
    /// There is no position.
    Refused(Resid, Vec<Quirk>),
    /// There will be a report.
    Accepted(RequestId),
    /// It cannot be read or believed.
    Unreadable(Finding),
}

/// Reads an answer.
pub fn read(body: &[u8], expect: &Expect) -> Said {
    match answer::read(body, expect) {
        Ok(reading) => said(reading.value, reading.quirks),
        Err(error) => Said::Unreadable(unreadable(error)),
    }
}

/// What an answer that could be read comes to.
pub fn said(value: Answer, quirks: Vec<Quirk>) -> Said {
    match value {
        Answer::Located(_) => Said::Place,
        Answer::Refused(resid) => Said::Refused(resid, quirks),
        Answer::Accepted(request) => Said::Accepted(request),
    }
}

/// The finding that a document cannot be used.
pub fn unreadable(error: MlpError) -> Finding {
    let advice = match error {
        MlpError::WrongSubscriber => "such an answer is thrown away: it may be about somebody else",
        MlpError::Entity => "no entity is resolved, and the answer is thrown away; ask the carrier what it means",
        MlpError::TooDeep | MlpError::TooLong | MlpError::TooMany => {
            "it is read no further, and the answer is thrown away; ask the carrier what went wrong"
        }
        _ => "the answer is thrown away, and the ask ends as not trustworthy; ask the carrier",
    };
    Finding::failed("document", DOCUMENT, error.to_string(), advice)
}

/// What a refusal of a number that is nobody's says.
pub fn resid(check: &'static str, resid: Resid) -> Finding {
    let found = format!("resid {} {}", resid.0, resid.slogan());
    let failed = |advice: &str| Finding::failed(check, UNKNOWN, found.clone(), advice);
    match resid.meaning() {
        ResidMeaning::UnknownSubscriber => Finding::ok(check, UNKNOWN, found),
        ResidMeaning::UnauthorizedApplication => failed(
            "the login is not taken: check `client_id`, `password_file` and `service`, and that the carrier agreed to a chain of clients",
        ),
        ResidMeaning::UnsupportedVersion => failed("set `dialect` to a version that the carrier speaks"),
        ResidMeaning::FormatError
        | ResidMeaning::SyntaxError
        | ResidMeaning::ElementNotSupported
        | ResidMeaning::AttributeNotSupported
        | ResidMeaning::ElementValueNotSupported
        | ResidMeaning::AttributeValueNotSupported
        | ResidMeaning::InvalidElementValue
        | ResidMeaning::InvalidAttributeValue => failed(
            "the carrier does not understand this gateway's request: try a lower `dialect`, and ask it which part it means",
        ),
        ResidMeaning::ServiceNotSupported => {
            failed("standard location immediate is not offered at this address: check `url`")
        }
        ResidMeaning::SystemFailure
        | ResidMeaning::CongestionInServer
        | ResidMeaning::CongestionInNetwork
        | ResidMeaning::Misconfiguration => failed("the server is not well: run the check again, then ask the carrier"),
        ResidMeaning::Unassigned => failed("a code of no table tells nothing: ask the carrier what it means by it"),
        _ => Finding::differs(
            check,
            UNKNOWN,
            found,
            "copes: partners are told no more than by any refusal; the journal keeps the carrier's own reason",
        ),
    }
}

/// How a document is spelled, and how its clock goes.
pub fn spelling(quirks: &[Quirk], body: &[u8], habits: &Habits, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> = quirks.iter().map(quirk).collect();
    let versions = [Quirk::VerMissing, Quirk::VerMismatch];
    if !quirks.iter().any(|quirk| versions.contains(quirk)) {
        findings.push(Finding::ok("ver", SPELLING, "`ver` is the request's on every element"));
    }
    findings.extend(clock(body, habits, now));
    findings
}

fn quirk(quirk: &Quirk) -> Finding {
    let advice = match quirk {
        Quirk::VerMismatch => "copes; if it is a version of its own, set `dialect` to it",
        Quirk::ArcStopBelowStart => "set `arc_stop = \"absolute\"` if the carrier means bearings",
        Quirk::BarePoint | Quirk::ZeroRadius => {
            "copes: `bare_point_radius_m` stands in; set it to what the carrier names"
        }
        _ => "copes, and counts it in `wayleave_mlp_quirks_total`",
    };
    let found = format!("{} ({})", quirk.words(), quirk.code());
    Finding::differs("spelling", SPELLING, found, advice)
}

/// How the server's clock goes, if the refusal bears a time.
fn clock(body: &[u8], habits: &Habits, now: Timestamp) -> Option<Finding> {
    let text = String::from_utf8_lossy(body);
    let (tag, rest) = text
        .split_once("<time")
        .or_else(|| text.split_once(":time"))?
        .1
        .split_once('>')?;
    let digits = rest.split('<').next()?.trim();
    let written = civil(digits)?;
    let offset_ms = offset(tag);
    let away = |read_ms: i64| read_ms - now.unix_ms();
    let (local, utc) = (away(written - offset_ms), away(written));
    let fits = |away_ms: i64| (-BEHIND_MS_MAX..=AHEAD_MS_MAX).contains(&away_ms);
    let (mine, other, key) = match habits.offset {
        Offset::Local => (local, utc, "utc"),
        Offset::Utc => (utc, local, "local"),
    };
    Some(if fits(mine) {
        Finding::ok("clock", TIME, format!("{} s from ours", mine / 1000))
    } else if fits(other) {
        let found = format!("its times are right only if they are read as {key}");
        Finding::failed(
            "clock",
            TIME,
            found,
            format!("set `utc_offset = \"{key}\"` for this source"),
        )
    } else if mine > 0 {
        let found = format!("{} s ahead of ours, however its offset is read", mine / 1000);
        Finding::failed(
            "clock",
            TIME,
            found,
            "positions from the future are thrown away; ask the carrier to set its clock",
        )
    } else {
        let found = format!("{} s behind ours, however its offset is read", -mine / 1000);
        let advice = "positions will seem older than they are, and too old for asks that want young ones; ask the carrier to set its clock";
        Finding::differs("clock", TIME, found, advice)
    })
}

/// `yyyyMMddhhmmss` as milliseconds since 1970, as if it were UTC.
fn civil(digits: &str) -> Option<i64> {
    if digits.len() != 14 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0..4),
        part(4..6),
        part(6..8),
        part(8..10),
        part(10..12),
        part(12..14)
    );
    Timestamp::from_rfc3339(&text).map(Timestamp::unix_ms)
}

/// The offset that a `time` tag names, in milliseconds east of Greenwich; 0 if none can be read.
fn offset(tag: &str) -> i64 {
    let value = tag
        .split_once("utc_off")
        .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    let value = value.unwrap_or_default().trim();
    let (sign, digits) = match value.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, value.strip_prefix('+').unwrap_or(value)),
    };
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i64>().ok());
    match (part(0..2), part(2..4)) {
        (Some(hours), Some(minutes)) => sign * (hours * 60 + minutes) * 60_000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::geo::Metres;
    use wire::mlp::expect::ArcStop;

    fn state(time: &str, offset: Offset) -> Option<String> {
        let habits = Habits {
            offset,
            arc: ArcStop::Included,
            bare_point_radius: Metres::whole(1000),
        };
        let now = Timestamp::from_rfc3339("2026-06-01T12:00:00Z").expect("a time");
        let body = format!("<poserr><result resid=\"4\"/>{time}</poserr>");
        clock(body.as_bytes(), &habits, now).map(|finding| format!("{} {}", finding.state.word(), finding.advice))
    }

    #[test]
    fn a_clock_is_read_in_both_ways() {
        let local = "<time utc_off=\"+0200\">20260601140000</time>";
        let utc = "<time utc_off='+0200'>20260601120000</time>";
        assert_eq!(state(local, Offset::Local).as_deref(), Some("ok "));
        assert_eq!(
            state(local, Offset::Utc).as_deref(),
            Some("failed set `utc_offset = \"local\"` for this source")
        );
        assert_eq!(state(utc, Offset::Utc).as_deref(), Some("ok "));
        assert_eq!(
            state(utc, Offset::Local).as_deref(),
            Some("failed set `utc_offset = \"utc\"` for this source")
        );
        let word = |time: &str| state(time, Offset::Local).map(|said| said.split(' ').next().map(str::to_owned));
        assert_eq!(word("<time>20260602120000</time>"), Some(Some("failed".to_owned())));
        assert_eq!(word("<time>20260531120000</time>"), Some(Some("differs".to_owned())));
        assert_eq!(
            word("<time utc_off=\"\">20260601120003</time>"),
            Some(Some("ok".to_owned()))
        );
        assert_eq!(word("<time>soon</time>"), None);
        assert_eq!(word(""), None);
    }

    #[test]
    fn each_refusal_says_what_to_do() {
        for (code, expected) in [
            (4, "ok"),
            (3, "failed"),
            (103, "failed"),
            (5, "differs"),
            (999, "failed"),
        ] {
            assert_eq!(resid("unknown-number", Resid(code)).state.word(), expected, "{code}");
        }
    }
}
