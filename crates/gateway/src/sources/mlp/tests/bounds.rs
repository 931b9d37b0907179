//! Time, repetition, and how many requests there are at once.

use std::time::Instant;

use super::*;

const SHORT: Duration = Duration::from_millis(300);

#[expect(clippy::disallowed_methods, reason = "a deadline is measured")]
async fn times_out(stage: &Stage) {
    let began = Instant::now();
    assert_eq!(stage.ask_within(SHORT).await.err(), Some(Failure::Timeout));
    let took = began.elapsed();
    assert!(took >= SHORT && took < SHORT * 8, "{took:?}");
}

#[tokio::test]
async fn a_server_that_hangs_is_left_at_the_deadline_and_not_asked_again() {
    for later in [false, true] {
        let stage = Stage::with(
            Operator::raw(|_| Act::Hang).await,
            Setup {
                later,
                ..Setup::default()
            },
        );
        times_out(&stage).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(stage.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_slow_answer_is_left_at_the_deadline_and_reaches_no_other_ask() {
    let late = |seen: &Seen| match seen.nth {
        0 => Act::Drip(slia(&position(DIGITS, ""))),
        _ => honest(seen),
    };
    let stage = Stage::new(Operator::raw(late).await);
    times_out(&stage).await;
    assert!(stage.ask().await.is_ok());
    assert_eq!(stage.operator.connections(), 2);
}

#[tokio::test]
async fn a_connection_that_fails_before_an_answer_is_tried_once_more_and_no_oftener() {
    let first_fails = |seen: &Seen| if seen.nth == 0 { Act::close() } else { honest(seen) };
    let stage = Stage::new(Operator::raw(first_fails).await);
    assert!(stage.ask().await.is_ok());
    let seen = stage.requests();
    assert_eq!(seen.len(), 2);
    assert_eq!(seen[0].body, seen[1].body);

    for later in [false, true] {
        let stage = Stage::with(
            Operator::raw(|_| Act::close()).await,
            Setup {
                later,
                ..Setup::default()
            },
        );
        assert_eq!(stage.ask().await.err(), Some(Failure::Unavailable));
        assert_eq!(stage.requests().len(), 2);
    }
}

#[tokio::test]
async fn nobody_there_is_unavailable() {
    let stage = Stage::new(Operator::raw(honest).await);
    stage.operator.stop().await;
    assert_eq!(stage.ask().await.err(), Some(Failure::Unavailable));
}

#[tokio::test]
async fn beyond_the_ceiling_the_server_is_not_contacted() {
    let bounds = Bounds {
        per_second_max: 3,
        in_flight_max: 100,
    };
    let stage = Stage::with(
        Operator::raw(honest).await,
        Setup {
            bounds,
            ..Setup::default()
        },
    );
    for _ in 0..3 {
        assert!(stage.ask().await.is_ok());
    }
    assert_eq!(stage.ask().await.err(), Some(Failure::Busy));
    assert_eq!(stage.requests().len(), 3);
    stage.clock.forward(Span::seconds(1));
    assert!(stage.ask().await.is_ok());
}

#[tokio::test]
async fn so_many_asks_at_once_and_no_more() {
    for later in [false, true] {
        let bounds = Bounds {
            per_second_max: 1_000,
            in_flight_max: 2,
        };
        let stage = Stage::with(
            Operator::raw(|_| Act::Hang).await,
            Setup {
                bounds,
                later,
                ..Setup::default()
            },
        );
        let asks = tokio::join!(
            stage.ask_within(SHORT),
            stage.ask_within(SHORT),
            stage.ask_within(SHORT)
        );
        assert_eq!(asks.0.err(), Some(Failure::Timeout));
        assert_eq!(asks.1.err(), Some(Failure::Timeout));
        assert_eq!(asks.2.err(), Some(Failure::Busy));
        assert_eq!(stage.requests().len(), 2);
    }
}
