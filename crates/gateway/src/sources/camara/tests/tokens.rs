//! Access tokens: how they are asked for, kept, and replaced.

use std::sync::Arc;

use domain::locate::Failure;
use domain::permission::terms::Origin;
use domain::purpose::Purpose;
use domain::time::Span;
use wire::jose::SigningKey;
use wire::jose::assertion::UnverifiedAssertion;
use wire::oauth::form::Form;

use super::{DEADLINE, Stage};
use crate::clock::Clock as _;
use crate::sources::tests::operator::{Act, Operator, Seen, honest, http, json, token};
use crate::sources::tests::{World, circle};

const REFUSAL: &str = r#"{"status":401,"code":"UNAUTHENTICATED","message":"no"}"#;

#[tokio::test]
async fn a_token_is_asked_for_with_a_signed_assertion_and_kept() {
    let stage = Stage::new(Operator::start(honest).await);
    for _ in 0..3 {
        assert!(stage.ask().await.is_ok());
    }
    let [seen] = stage.operator.seen("/token").try_into().expect("one token");
    assert_eq!(seen.headers["content-type"], "application/x-www-form-urlencoded");
    let mut form = Form::parse(seen.body.as_bytes()).expect("a form");
    assert_eq!(form.take("grant_type").as_deref(), Some("client_credentials"));
    let scope = "dpv:RequestedServiceProvision location-retrieval:read";
    assert_eq!(form.take("scope").as_deref(), Some(scope));
    let assertion = form.take("client_assertion").expect("an assertion");
    let key = SigningKey::from_chance([9; 32]).expect("a key");
    let endpoint = format!("{}/token", stage.operator.base());
    let checked = UnverifiedAssertion::parse(&assertion)
        .and_then(|assertion| assertion.verify(&[key.public().clone()], &[&endpoint], stage.clock.now()));
    assert_eq!(checked.map(|assertion| assertion.client_id).as_deref(), Ok("wayleave"));
}

#[tokio::test]
async fn each_purpose_has_a_token_of_its_own() {
    let stage = Stage::new(Operator::start(honest).await);
    assert!(stage.ask().await.is_ok());
    let bank = World::agreed(Purpose::FraudPreventionAndDetection, Origin::Network);
    let recorded = bank.recorded(domain::ask::Question::Verify {
        circle: circle(2_000),
        max_age: None,
    });
    assert!(stage.source.ask(&recorded, DEADLINE).await.is_ok());
    let scopes: Vec<Option<String>> = stage
        .operator
        .seen("/token")
        .iter()
        .map(|seen| Form::parse(seen.body.as_bytes()).expect("a form").take("scope"))
        .collect();
    let second = "dpv:FraudPreventionAndDetection location-retrieval:read";
    assert_eq!(scopes.len(), 2);
    assert_eq!(scopes[1].as_deref(), Some(second));
    let used: Vec<_> = stage
        .operator
        .retrievals()
        .iter()
        .map(|seen| seen.headers["authorization"].clone())
        .collect();
    assert_eq!(used, ["Bearer token-0", "Bearer token-1"]);
}

#[tokio::test]
async fn a_token_is_replaced_shortly_before_it_expires() {
    let stage = Stage::new(Operator::start(honest).await);
    assert!(stage.ask().await.is_ok());
    stage.clock.forward(Span::seconds(569));
    assert!(stage.ask().await.is_ok());
    assert_eq!(stage.operator.seen("/token").len(), 1);
    stage.clock.forward(Span::seconds(1));
    assert!(stage.ask().await.is_ok());
    assert_eq!(stage.operator.seen("/token").len(), 2);
}

#[tokio::test]
async fn many_asks_at_once_fetch_one_token() {
    let stage = Stage::new(Operator::start(honest).await);
    let asks = tokio::join!(stage.ask(), stage.ask(), stage.ask(), stage.ask());
    assert!(asks.0.is_ok() && asks.1.is_ok() && asks.2.is_ok() && asks.3.is_ok());
    assert_eq!(stage.operator.seen("/token").len(), 1);
}

#[tokio::test]
async fn a_token_that_is_not_taken_is_replaced_once() {
    let first_is_stale = |seen: &Seen| match seen.headers["authorization"].as_str() {
        "Bearer token-0" => Act::Send(json(seen, 401, REFUSAL)),
        _ => honest(seen),
    };
    let stage = Stage::new(Operator::start(first_is_stale).await);
    assert!(stage.ask().await.is_ok());
    assert!(stage.ask().await.is_ok());
    assert_eq!(stage.operator.seen("/token").len(), 2, "and the new one is kept");
    assert_eq!(stage.operator.retrievals().len(), 3);
}

#[tokio::test]
async fn an_operator_that_takes_no_token_is_asked_twice_and_no_oftener() {
    let stage = Stage::new(Operator::start(|seen| Act::Send(json(seen, 401, REFUSAL))).await);
    assert_eq!(stage.ask().await.err(), Some(Failure::Unavailable));
    assert_eq!(stage.operator.seen("/token").len(), 2);
    assert_eq!(stage.operator.retrievals().len(), 2);
}

#[tokio::test]
async fn without_a_token_nobody_is_asked_about() {
    let json = |status, body: &str| http(status, &[("content-type", "application/json")], body);
    let answers = [
        json(401, r#"{"error":"invalid_client"}"#),
        json(200, r#"{"access_token":"a","token_type":"DPoP","expires_in":60}"#),
        json(200, r#"{"access_token":"a b","token_type":"Bearer"}"#),
        json(200, r#"{"access_token":"a","access_token":"b","token_type":"Bearer"}"#),
        json(200, r#"{"token_type":"Bearer"}"#),
        json(
            200,
            &format!(r#"{{"access_token":"{}","token_type":"Bearer"}}"#, "a".repeat(5_000)),
        ),
        json(200, "token"),
        json(500, ""),
        http(302, &[("location", "/token2")], ""),
    ];
    for answer in answers {
        let answer = Arc::new(answer);
        let sent = Arc::clone(&answer);
        let stage = Stage::new(Operator::raw(move |_| Act::Send(sent.to_string())).await);
        assert_eq!(stage.ask().await.err(), Some(Failure::Unavailable), "{answer}");
        assert!(stage.operator.retrievals().is_empty(), "{answer}");
        assert!(stage.operator.seen("/token2").is_empty(), "{answer}");
    }
}

#[tokio::test]
async fn a_token_is_fetched_again_with_a_new_assertion_when_the_connection_fails() {
    let operator = Operator::raw(|seen| match (seen.path.as_str(), seen.nth) {
        ("/token", 0) => Act::close(),
        ("/token", _) => token(seen, 600),
        _ => honest(seen),
    })
    .await;
    let stage = Stage::new(operator);
    assert!(stage.ask().await.is_ok());
    let seen = stage.operator.seen("/token");
    assert_eq!(seen.len(), 2);
    assert_ne!(seen[0].body, seen[1].body);
}
