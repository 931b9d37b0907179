//! An answer keeps to the terms of its consent, and to the time for which they were agreed.

use domain::id::{ConsentId, PartyId};
use domain::journal::entry::Part;
use domain::permission::terms::{CaseReference, Origin};
use domain::permission::within::Within;
use domain::policy::{Policy, World};
use domain::purpose::Purpose;
use serde_json::json;
use wire::consent_receipt::Evidence;

use super::*;

const GIVEN: &str = "2026-11-22T08:00:00Z";

fn terms() -> Terms {
    Terms {
        consent: ConsentId::from_bytes([1; 16]),
        recipient: PartyId::from_bytes([2; 16]),
        recipient_name: "Plainfield Towing".to_owned(),
        purpose: Purpose::RequestedServiceProvision,
        precision: Precision::Area { metres: 200 },
        origin: Origin::Network,
        count: None,
        per_hour: None,
        lasts: Span::seconds(3600),
        within: None,
        case: CaseReference::new("TOW-1").expect("a reference"),
        locale: "en".to_owned(),
        text_hash: [7; 32],
        gateway: "https://gateway.example.com".to_owned(),
        chain: domain::permission::chain::Chain::default(),
    }
}

fn party() -> String {
    PartyId::from_bytes([2; 16]).to_string()
}

/// A receipt with entries of these kinds at the leaves 0, 1 and so on; `more` are the fields that a kind adds.
fn receipt(entries: &[(&str, Value)]) -> ConsentReceipt {
    let shown = |(leaf, (kind, more)): (u64, &(&str, Value))| {
        let mut part = json!({"kind": kind, "at": GIVEN, "recipient": party(), "policy": "ab"});
        for (name, value) in more.as_object().expect("fields") {
            part[name] = value.clone();
        }
        EntryShown {
            leaf,
            party: Part {
                salt: [0; 16],
                text: part.to_string(),
            },
            tag: [0; 32],
            subject: [0; 32],
            inclusion: None,
        }
    };
    ConsentReceipt {
        terms: terms(),
        text: String::new(),
        evidence: Evidence::Nothing,
        entries: (0..).zip(entries).map(shown).collect(),
    }
}

fn found(entries: &[(&str, Value)]) -> Result<String, String> {
    given(&receipt(entries), 9, &party()).map(|yes| yes.evidence)
}

#[test]
fn a_holders_yes_over_a_machine_line_needs_no_question() {
    let own = hex(&sha256(&[&terms().canonical()]));
    let holder = |terms: &str| json!({"evidence": "account-holder", "terms": terms});
    assert_eq!(
        found(&[("consent-given", holder(&own))]),
        Ok("account-holder".to_owned())
    );
    assert!(found(&[("consent-given", holder("00"))]).is_err_and(|why| why.contains("other terms")));
    // Whoever answers a question by themselves was asked one.
    for yes in [
        json!({"evidence": "handset-link", "terms": own}),
        json!({"evidence": "account-holder"}),
    ] {
        assert!(found(&[("consent-given", yes)]).is_err_and(|why| why.contains("no question")));
    }
}

#[test]
fn a_yes_stands_until_it_is_ended_and_a_reply_besides_does_not_weaken_it() {
    let own = hex(&sha256(&[&terms().canonical()]));
    let asked = ("consent-asked", json!({"terms": own}));
    let yes = ("consent-given", json!({"evidence": "handset-link+sms-reply"}));
    let over = ("consent-withdrawn", json!({}));
    assert_eq!(found(&[asked.clone(), yes.clone()]), Ok("handset-link".to_owned()));
    assert!(found(std::slice::from_ref(&asked)).is_err_and(|why| why.contains("no yes")));
    assert!(found(&[asked, yes, over]).is_err_and(|why| why.contains("consent-withdrawn")));
}

/// What is wrong with an answer that is altered so, for a yes that waits so long.
fn wrong(terms: &Terms, waits: u32, alter: &Value) -> String {
    let mut answer = json!({
        "at": "2026-11-22T08:30:00Z", "purpose": "RequestedServiceProvision", "metres": 200, "outcome": "area",
    });
    answer["purpose"] = json!(terms.purpose.term());
    for (name, value) in alter.as_object().expect("fields") {
        answer[name] = value.clone();
    }
    let yes = Yes {
        evidence: String::new(),
        at: Timestamp::from_rfc3339(GIVEN).expect("a time"),
        policy: String::new(),
    };
    keeps_to(terms, &yes, Span::seconds(waits), &answer)
        .err()
        .unwrap_or_default()
}

#[test]
fn an_answer_is_held_against_what_was_agreed_to() {
    let at = |time: &str| json!({"at": format!("2026-11-22T{time}Z")});
    for (alter, why) in [
        (json!({}), ""),
        (json!({"metres": 500}), ""),
        (json!({"metres": 199}), "finer"),
        (json!({"metres": null}), "finer"),
        (json!({"purpose": "FraudPreventionAndDetection"}), "another purpose"),
        (at("08:59:59.999"), ""),
        (at("09:00:00"), "run out"),
        (json!({"at": "2026-11-25T08:30:00Z"}), "run out"),
        (at("07:59:59"), "not taken effect"),
        (json!({"at": null}), "no time"),
    ] {
        let found = wrong(&terms(), 0, &alter);
        assert!(
            found.contains(why) && found.is_empty() == why.is_empty(),
            "{alter}: {found}"
        );
    }
    // A yes that waits holds later, and as long.
    assert!(wrong(&terms(), 1801, &json!({})).contains("not taken effect"));
    assert_eq!(wrong(&terms(), 1801, &at("09:30:00")), "");
}

#[test]
fn a_window_and_yes_or_no_bound_an_answer() {
    let within = |from: &str, to: &str| {
        let window = json!({"from": format!("2026-11-22T{from}Z"), "to": format!("2026-11-22T{to}Z")});
        Within::from_json(&window)
    };
    for (from, to, why) in [
        ("08:00:00", "08:31:00", ""),
        ("08:00:00", "08:30:00", "run out"),
        ("08:31:00", "08:50:00", "not taken effect"),
    ] {
        let terms = Terms {
            within: within(from, to),
            ..terms()
        };
        let found = wrong(&terms, 0, &json!({}));
        assert!(
            found.contains(why) && found.is_empty() == why.is_empty(),
            "{from}: {found}"
        );
    }
    let weekly = json!({"timeZone": "Etc/UTC", "weekly": [{"days": ["MON"], "from": "08:00", "to": "09:00"}]});
    let terms_of_mondays = Terms {
        within: Some(Within::from_json(&weekly).expect("a schedule")),
        ..terms()
    };
    // The 22nd of November 2026 is a Sunday.
    assert!(wrong(&terms_of_mondays, 0, &json!({})).contains("outside"));
    let yes_no = Terms {
        precision: Precision::YesNo { metres: 200 },
        ..terms()
    };
    assert!(wrong(&yes_no, 0, &json!({})).contains("only yes or no"));
    assert_eq!(wrong(&yes_no, 0, &json!({"outcome": "true"})), "");
}

#[test]
fn the_wait_comes_from_the_very_policy_of_the_yes() {
    let policy = Policy::shipped(World::Live);
    let (text, hash) = (policy.text(), hex(&policy.hash()));
    let mut policies = BTreeMap::from([(hash.clone(), text.clone())]);
    let safety = Purpose::PersonalSafety.term();
    assert_eq!(waits(&policies, &hash, safety), Ok(Span::seconds(86_400)));
    assert_eq!(
        waits(&policies, &hash, Purpose::RequestedServiceProvision.term()),
        Ok(Span::seconds(0))
    );
    assert!(waits(&policies, &hash, Purpose::DirectMarketing.term()).is_err());
    policies.insert(hash.clone(), text.replace("effect after 86400 s", "effect after 0 s"));
    assert!(waits(&policies, &hash, safety).is_err_and(|why| why.contains("not there")));
}
