//! The consent master forbids, and can do nothing else.

use super::*;

const PATH: &str = wire::camara::consent_info::PATH;

fn says(valid: bool) -> String {
    format!(
        r#"{{"statusInfo":[{{"scopes":["location-retrieval:read"],"purpose":"dpv:RequestedServiceProvision","statusValidForProcessing":{valid}}}]}}"#
    )
}

/// An operator whose consent master answers so, and who locates everybody.
async fn stage(status: u16, body: String) -> Stage {
    let operator = Operator::start(move |seen| match seen.path.as_str() {
        PATH => Act::Send(json(seen, status, &body)),
        _ => honest(seen),
    });
    Stage::with_master(operator.await)
}

#[tokio::test]
async fn a_yes_lets_the_ask_go_on() {
    let stage = stage(200, says(true)).await;
    assert!(stage.ask().await.is_ok());
    let [inquiry] = stage.operator.seen(PATH).try_into().expect("one inquiry");
    let asked: Value = serde_json::from_str(&inquiry.body).expect("JSON");
    assert_eq!(asked["phoneNumber"], NUMBER);
    assert_eq!(asked["purpose"], "dpv:RequestedServiceProvision");
    assert_eq!(asked["requestCaptureUrl"], false);
    let [retrieval] = stage.operator.retrievals().try_into().expect("one retrieval");
    assert_eq!(inquiry.headers["x-correlator"], retrieval.headers["x-correlator"]);
    let [token] = stage.operator.seen("/token").try_into().expect("one token for both");
    assert!(token.body.contains("consent-info%3Aretrieve"), "{}", token.body);
}

#[tokio::test]
async fn whatever_is_no_yes_ends_the_ask_before_a_position_is_asked_for() {
    let rows = [
        (200, says(false), Failure::Vetoed),
        (
            200,
            says(true).replace("RequestedService", "Other"),
            Failure::Untrustworthy,
        ),
        (200, r#"{"status":"GRANTED"}"#.to_owned(), Failure::Untrustworthy),
        (200, format!("{}{}", says(true), says(true)), Failure::Untrustworthy),
        (
            403,
            r#"{"status":403,"code":"PERMISSION_DENIED"}"#.to_owned(),
            Failure::DeniedBySource,
        ),
        (
            404,
            r#"{"status":404,"code":"IDENTIFIER_NOT_FOUND"}"#.to_owned(),
            Failure::UnknownToSource,
        ),
        (
            401,
            r#"{"status":401,"code":"UNAUTHENTICATED"}"#.to_owned(),
            Failure::Unavailable,
        ),
        (
            429,
            r#"{"status":429,"code":"TOO_MANY_REQUESTS"}"#.to_owned(),
            Failure::Unavailable,
        ),
        (500, says(true), Failure::Unavailable),
    ];
    for (status, body, failure) in rows {
        let stage = stage(status, body.clone()).await;
        assert_eq!(stage.ask().await.err(), Some(failure), "{status} {body}");
        assert!(stage.operator.retrievals().is_empty(), "{status} {body}");
    }
}

#[tokio::test]
async fn a_master_that_hangs_costs_the_asks_own_time() {
    let operator = Operator::start(|seen| match seen.path.as_str() {
        PATH => Act::Hang,
        _ => honest(seen),
    });
    let stage = Stage::with_master(operator.await);
    let outcome = stage.ask_within(Duration::from_millis(200)).await;
    assert_eq!(outcome.err(), Some(Failure::Timeout));
    assert!(stage.operator.retrievals().is_empty());
}

#[tokio::test]
async fn without_a_master_nobody_is_asked() {
    let stage = Stage::new(Operator::start(honest).await);
    assert!(stage.ask().await.is_ok());
    assert!(stage.operator.seen(PATH).is_empty());
}
