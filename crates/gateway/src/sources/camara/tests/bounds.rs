//! Time, repetition, and how many requests there are at once.

use std::time::{Duration, Instant};

use domain::locate::Failure;
use domain::time::Span;

use super::Stage;
use crate::sources::tests::operator::{Act, Operator, Seen, honest, json, location, token};
use crate::sources::tests::{NUMBER, retrieve};

const SHORT: Duration = Duration::from_millis(300);

#[expect(clippy::disallowed_methods, reason = "a deadline is measured")]
async fn times_out(stage: &Stage) {
    let began = Instant::now();
    assert_eq!(stage.ask_within(SHORT).await.err(), Some(Failure::Timeout));
    let took = began.elapsed();
    assert!(took >= SHORT && took < SHORT * 4, "{took:?}");
}

#[tokio::test]
async fn an_operator_that_hangs_is_left_at_the_deadline_and_not_asked_again() {
    let stage = Stage::new(Operator::start(|_| Act::Hang).await);
    times_out(&stage).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(stage.operator.retrievals().len(), 1);
}

#[tokio::test]
async fn a_slow_answer_is_left_at_the_deadline() {
    let stage = Stage::new(Operator::start(|seen| Act::Drip(json(seen, 200, &location(NUMBER)))).await);
    times_out(&stage).await;
    assert_eq!(stage.operator.retrievals().len(), 1);
}

#[tokio::test]
async fn an_operator_that_hangs_over_the_token_is_left_at_the_deadline() {
    let stage = Stage::new(Operator::raw(|_| Act::Hang).await);
    times_out(&stage).await;
    assert!(stage.operator.retrievals().is_empty());
}

#[tokio::test]
async fn a_late_answer_reaches_no_other_ask() {
    let late = |seen: &Seen| if seen.nth == 0 { Act::Hang } else { honest(seen) };
    let stage = Stage::new(Operator::start(late).await);
    times_out(&stage).await;
    assert!(stage.ask().await.is_ok());
    assert_eq!(
        stage.operator.connections(),
        2,
        "the connection with the open question is not used again"
    );
}

#[tokio::test]
async fn a_connection_that_fails_before_an_answer_is_tried_once_more() {
    let first_fails = |seen: &Seen| if seen.nth == 0 { Act::close() } else { honest(seen) };
    let stage = Stage::new(Operator::start(first_fails).await);
    assert!(stage.ask().await.is_ok());
    let seen = stage.operator.retrievals();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].headers["x-correlator"], seen[1].headers["x-correlator"]);
}

#[tokio::test]
async fn a_kept_connection_that_fails_before_an_answer_is_tried_once_more() {
    let second_fails = |seen: &Seen| if seen.nth == 1 { Act::close() } else { honest(seen) };
    let stage = Stage::new(Operator::start(second_fails).await);
    assert!(stage.ask().await.is_ok());
    assert!(stage.ask().await.is_ok());
    assert_eq!(stage.operator.retrievals().len(), 3);
}

#[tokio::test]
async fn it_is_tried_once_more_and_no_oftener() {
    let stage = Stage::new(Operator::start(|_| Act::close()).await);
    assert_eq!(stage.ask().await.err(), Some(Failure::Unavailable));
    assert_eq!(stage.operator.retrievals().len(), 2);
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let stage = Stage::new(Operator::start(honest).await);
    assert!(stage.ask().await.is_ok());
    stage.operator.stop().await;
    assert_eq!(stage.ask().await.err(), Some(Failure::Unavailable));
}

#[tokio::test]
async fn beyond_the_ceiling_the_operator_is_not_contacted() {
    let stage = Stage::within(Operator::start(honest).await, 3, 100);
    for _ in 0..3 {
        assert!(stage.ask().await.is_ok());
    }
    assert_eq!(stage.ask().await.err(), Some(Failure::Busy));
    assert_eq!(stage.operator.retrievals().len(), 3);
    stage.clock.forward(Span::seconds(1));
    assert!(stage.ask().await.is_ok());
}

#[tokio::test]
async fn an_ask_of_which_the_operator_heard_is_never_given_back() {
    let stage = Stage::within(Operator::start(|_| Act::close()).await, 1, 100);
    assert_eq!(
        stage.ask().await.err(),
        Some(Failure::Unavailable),
        "no room for the repetition"
    );
    assert_eq!(stage.operator.retrievals().len(), 1);
}

#[tokio::test]
async fn so_many_asks_at_once_and_no_more() {
    let stage = Stage::within(Operator::start(|_| Act::Hang).await, 1_000, 2);
    let recorded = [(); 3].map(|()| stage.world.recorded(retrieve(None)));
    let mut asks = recorded.iter().map(|recorded| stage.source.ask(recorded, SHORT));
    let (first, second, third) = (asks.next(), asks.next(), asks.next());
    let wait = async |ask: Option<_>| ask.expect("three asks").await;
    let all = tokio::join!(wait(first), wait(second), wait(third));
    assert_eq!(all.0.err(), Some(Failure::Timeout));
    assert_eq!(all.1.err(), Some(Failure::Timeout));
    assert_eq!(all.2.err(), Some(Failure::Busy));
    assert_eq!(stage.operator.retrievals().len(), 2);
}

#[tokio::test]
async fn an_ask_that_is_dropped_makes_room() {
    let hang_first = |seen: &Seen| match seen.path.as_str() {
        "/token" => token(seen, 600),
        _ if seen.nth == 0 => Act::Hang,
        _ => honest(seen),
    };
    let stage = Stage::within(Operator::raw(hang_first).await, 1_000, 1);
    let dropped = tokio::time::timeout(SHORT, stage.ask()).await;
    assert!(dropped.is_err());
    assert!(stage.ask().await.is_ok());
}
