//! One ask of the running gateway, made as any partner makes it, and what the gateway's own counters show of it. The ask is
//! decided and journalled like every other, and its answer is thrown away unread.

use std::collections::BTreeMap;
use std::path::Path;

use gateway::sources::check::finding::Finding;
use hyper::Method;
use serde_json::{Value, json};
use wire::mlp::quirk::Quirk;

use crate::Failure;
use crate::client::credentials::Credentials;
use crate::http::send;

const ASK: &str = "an agreed ask of a phone that is on is answered with an area";
const SPELLING: &str = "OMA MLP 3.5, DTD and element descriptions";

/// The counters that tell of a source, and in which label they say what.
const COUNTERS: [(&str, &str); 4] = [
    ("wayleave_source_requests_total", "outcome"),
    ("wayleave_source_doubts_total", "reason"),
    ("wayleave_mlp_quirks_total", "quirk"),
    ("wayleave_mlp_reports_dropped_total", "why"),
];

type Counts = BTreeMap<(&'static str, String), u64>;

/// Asks about `number` with the partner's file `client`, and says what that showed of source `name`.
pub(super) async fn ask(name: &str, number: &str, client: &Path) -> Result<Vec<Finding>, Failure> {
    let client = Credentials::load(client)?.quietly();
    let url = format!("{}/metrics", client.issuer());
    let before = counts(name, &url).await?;
    let body = json!({"device": {"phoneNumber": number}});
    let answer = client
        .call(Method::POST, "/location-retrieval/v0.5/retrieve", &body)
        .await?;
    let status = answer.status.as_u16();
    // Only a refusal is looked into; an answer with a place in it is dropped as it came.
    let code = (status != 200)
        .then(|| serde_json::from_slice::<Value>(&answer.body).ok())
        .flatten();
    drop(answer);
    let code = code.and_then(|body| body.get("code").and_then(Value::as_str).map(str::to_owned));
    let mut findings = vec![match status {
        200 => Finding::ok("ask", ASK, "the gateway answered with an area"),
        _ => {
            let found = format!("the gateway answered {status} {}", code.unwrap_or_default());
            let advice = "see the counters below, and the journal's reason for the ask";
            Finding::failed("ask", ASK, found, advice)
        }
    }];
    let after = counts(name, &url).await?;
    for ((counter, value), count) in after {
        if count > before.get(&(counter, value.clone())).copied().unwrap_or_default() {
            findings.push(finding(counter, &value));
        }
    }
    Ok(findings)
}

fn finding(counter: &'static str, value: &str) -> Finding {
    match counter {
        "wayleave_source_requests_total" if value == "found" => {
            Finding::ok("source", ASK, "the source gave an area that could be used")
        }
        "wayleave_source_requests_total" => {
            let advice = "the ask ended without a position; the log names the ask and the reason";
            Finding::failed("source", ASK, format!("the source's outcome was {value}"), advice)
        }
        "wayleave_mlp_quirks_total" => {
            let quirk = Quirk::ALL.into_iter().find(|quirk| quirk.code() == value);
            let words = quirk.map_or("the answer differs", Quirk::words);
            Finding::differs(
                "spelling",
                SPELLING,
                format!("{words} ({value})"),
                "copes, and counts it",
            )
        }
        "wayleave_mlp_reports_dropped_total" => {
            let found = format!("a report was dropped: {value}");
            Finding::differs(
                "report",
                ASK,
                found,
                "copes: it was not read, but counted and journalled",
            )
        }
        _ => {
            let advice = "what the source said was thrown away; ask the carrier";
            Finding::failed("source", ASK, format!("the answer was not believed: {value}"), advice)
        }
    }
}

/// The counters that concern `source`, or no source at all.
async fn counts(source: &str, url: &str) -> Result<Counts, Failure> {
    let answer = send(Method::GET, url, &[], "").await?;
    if !answer.status.is_success() {
        return Err(format!("expected the gateway's counters, found status {}", answer.status).into());
    }
    let text = answer.text();
    Ok(text.lines().filter_map(|line| counted(source, line)).collect())
}

/// A line such as `wayleave_mlp_quirks_total{source="castor",quirk="ver-missing"} 3`.
fn counted(source: &str, line: &str) -> Option<((&'static str, String), u64)> {
    let (name, rest) = line.split_once('{')?;
    let (counter, label) = COUNTERS.into_iter().find(|(counter, _)| *counter == name)?;
    let (labels, count) = rest.rsplit_once("} ")?;
    let value = |wanted: &str| {
        let begin = format!("{wanted}=\"");
        let (_, rest) = labels.split_once(&begin)?;
        rest.split('"').next().map(str::to_owned)
    };
    if value("source").is_some_and(|found| found != source) {
        return None;
    }
    Some(((counter, value(label)?), count.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_of_other_sources_do_not_count() {
        let line = "wayleave_mlp_quirks_total{source=\"castor\",quirk=\"ver-missing\"} 3";
        let expected = (("wayleave_mlp_quirks_total", "ver-missing".to_owned()), 3);
        assert_eq!(counted("castor", line), Some(expected));
        assert_eq!(counted("meridian", line), None);
        assert_eq!(counted("castor", "wayleave_texts_total{direction=\"in\"} 1"), None);
        let dropped = "wayleave_mlp_reports_dropped_total{why=\"late\"} 1";
        assert!(counted("castor", dropped).is_some());
    }
}
