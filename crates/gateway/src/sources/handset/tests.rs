//! Tests of the source that is the phone itself.

use std::sync::Arc;
use std::time::Duration;

use domain::id::{AskId, ConsentId};
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Found};
use domain::permission::terms::Origin;
use domain::purpose::Purpose;

use super::{ASKS_PER_CONSENT_MAX, Handsets, PAGES_PER_CONSENT_MAX};
use crate::sources::tests::{NOW, World, circle, retrieve};

const GRACE: Duration = Duration::from_millis(100);
const DEADLINE: Duration = Duration::from_millis(400);
const LONG: Duration = Duration::from_secs(5);

fn handsets() -> Arc<Handsets> {
    Arc::new(Handsets {
        page_grace: GRACE,
        ..Handsets::default()
    })
}

fn world() -> World {
    World::agreed(Purpose::RequestedServiceProvision, Origin::Handset)
}

fn recorded() -> Recorded {
    world().recorded(retrieve(None))
}

/// A page that answers the first ask that it is told of.
async fn answer_one(handsets: &Handsets) -> (AskId, bool) {
    let ask = handsets.wanted(World::consent(), LONG).await.expect("somebody asks");
    (ask, handsets.deliver(World::consent(), ask, circle(30), NOW))
}

fn nobody_is_left(handsets: &Handsets) -> bool {
    let meetings = handsets.meetings();
    meetings.by_consent.is_empty() && meetings.pages == 0 && meetings.asks == 0
}

#[tokio::test]
async fn a_page_that_waits_is_told_and_answers() {
    let (handsets, recorded) = (handsets(), recorded());
    let (found, (ask, taken)) = tokio::join!(
        async {
            tokio::task::yield_now().await;
            handsets.ask(&recorded, LONG).await
        },
        answer_one(&handsets)
    );
    assert!(matches!(found, Ok(Found::Fix(_))), "{found:?}");
    assert!(taken);
    assert_eq!(ask, recorded.ask().id());
    assert!(nobody_is_left(&handsets));
}

#[tokio::test]
async fn a_page_that_comes_back_within_the_grace_is_told() {
    let (handsets, recorded) = (handsets(), recorded());
    let (found, (_, taken)) = tokio::join!(handsets.ask(&recorded, LONG), async {
        tokio::time::sleep(GRACE / 2).await;
        answer_one(&handsets).await
    });
    assert!(found.is_ok(), "{found:?}");
    assert!(taken);
}

#[tokio::test]
async fn without_a_page_the_phone_cannot_be_located() {
    let (handsets, recorded) = (handsets(), recorded());
    let waited = tokio::time::timeout(DEADLINE, handsets.ask(&recorded, LONG)).await;
    assert_eq!(waited.expect("the grace is short").err(), Some(Failure::Unlocatable));
    assert!(nobody_is_left(&handsets));
    assert_eq!(handsets.wanted(World::consent(), GRACE).await, None, "the ask is gone");
}

#[tokio::test]
async fn a_page_of_another_consent_is_told_nothing() {
    let (handsets, recorded) = (handsets(), recorded());
    let other = ConsentId::from_bytes([9; 16]);
    let (found, told) = tokio::join!(handsets.ask(&recorded, LONG), handsets.wanted(other, GRACE * 2));
    assert_eq!(found.err(), Some(Failure::Unlocatable));
    assert_eq!(told, None);
}

#[tokio::test]
async fn a_page_that_does_not_answer_is_left_at_the_deadline() {
    let (handsets, recorded) = (handsets(), recorded());
    let (found, told) = tokio::join!(
        handsets.ask(&recorded, DEADLINE),
        handsets.wanted(World::consent(), LONG)
    );
    assert_eq!(found.err(), Some(Failure::Timeout));
    let late = handsets.deliver(World::consent(), told.expect("told"), circle(30), NOW);
    assert!(!late, "a late position is not taken");
    assert!(nobody_is_left(&handsets));
}

#[tokio::test]
async fn only_a_wanted_position_is_taken_and_only_once() {
    let (handsets, recorded) = (handsets(), recorded());
    let ask = recorded.ask().id();
    let deliver = |consent, ask| handsets.deliver(consent, ask, circle(30), NOW);
    let (found, ()) = tokio::join!(handsets.ask(&recorded, LONG), async {
        tokio::task::yield_now().await;
        assert!(!deliver(World::consent(), ask), "no page was told of it");
        assert_eq!(handsets.wanted(World::consent(), LONG).await, Some(ask));
        assert!(!deliver(ConsentId::from_bytes([9; 16]), ask), "another consent");
        assert!(!deliver(World::consent(), AskId::from_bytes([9; 16])), "another ask");
        assert!(deliver(World::consent(), ask));
        assert!(!deliver(World::consent(), ask), "a second time");
    });
    assert!(found.is_ok());
}

#[tokio::test]
async fn each_ask_is_told_to_one_page_once() {
    let (handsets, world) = (handsets(), world());
    let (first, second) = (world.recorded(retrieve(None)), world.recorded(retrieve(None)));
    let page = || handsets.wanted(World::consent(), GRACE * 2);
    let (_, _, a, b, c) = tokio::join!(
        handsets.ask(&first, DEADLINE),
        handsets.ask(&second, DEADLINE),
        page(),
        page(),
        page()
    );
    let mut told: Vec<AskId> = [a, b, c].into_iter().flatten().collect();
    told.sort_unstable();
    assert_eq!(told, [first.ask().id(), second.ask().id()]);
}

#[tokio::test]
async fn whoever_goes_away_leaves_nothing_behind() {
    let (handsets, recorded) = (handsets(), recorded());
    let page = tokio::time::timeout(GRACE / 2, handsets.wanted(World::consent(), LONG)).await;
    assert!(page.is_err(), "the page is closed");
    let asker = tokio::time::timeout(GRACE / 2, handsets.ask(&recorded, LONG)).await;
    assert!(asker.is_err(), "the asker hangs up");
    assert!(nobody_is_left(&handsets));
}

#[tokio::test]
async fn asks_and_pages_are_bounded() {
    let (handsets, world) = (handsets(), world());
    let asks: Vec<Recorded> = (0..=ASKS_PER_CONSENT_MAX)
        .map(|_| world.recorded(retrieve(None)))
        .collect();
    let mut outcomes = tokio::task::JoinSet::new();
    for recorded in asks {
        let handsets = Arc::clone(&handsets);
        outcomes.spawn(async move { handsets.ask(&recorded, LONG).await.err() });
    }
    let mut outcomes = outcomes.join_all().await;
    outcomes.sort_unstable_by_key(|failure| failure.map(Failure::code));
    assert_eq!(outcomes[0], Some(Failure::Unlocatable));
    assert!(
        outcomes[1..]
            .iter()
            .all(|outcome| *outcome == Some(Failure::Unlocatable))
    );

    let mut pages = tokio::task::JoinSet::new();
    for _ in 0..PAGES_PER_CONSENT_MAX {
        let handsets = Arc::clone(&handsets);
        pages.spawn(async move { handsets.wanted(World::consent(), LONG).await });
    }
    tokio::time::sleep(GRACE).await;
    let refused = tokio::time::timeout(GRACE, handsets.wanted(World::consent(), LONG)).await;
    assert_eq!(refused, Ok(None), "one page too many");
    pages.shutdown().await;
    assert!(nobody_is_left(&handsets));
}

#[tokio::test]
async fn an_ask_for_the_network_is_not_put_to_the_page() {
    let handsets = handsets();
    let world = World::agreed(Purpose::RequestedServiceProvision, Origin::Network);
    let found = handsets.ask(&world.recorded(retrieve(None)), LONG).await;
    assert_eq!(found.err(), Some(Failure::NoSource));
}
