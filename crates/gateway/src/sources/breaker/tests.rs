//! Tests of the breaker: its rule as a table, and its life before a source.

use std::collections::VecDeque;

use domain::geo::Area;
use domain::geo::confidence::Confidence;
use domain::locate::Fix;
use domain::permission::terms::Origin;
use domain::purpose::Purpose;
use metrics_exporter_prometheus::PrometheusBuilder;

use super::*;
use crate::sources::tests::{NOW, StoppedClock, World, circle, lock, retrieve};

const SETTINGS: BreakerSettings = BreakerSettings {
    failures_in_a_row: 3,
    open: Span::seconds(10),
};

/// A source that ends as it is told, and counts who came.
struct Scripted {
    ends: Mutex<VecDeque<Option<Failure>>>,
    asked: Mutex<usize>,
}

impl Source for Scripted {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        Box::pin(async move {
            *lock(&self.asked) += 1;
            match lock(&self.ends).pop_front().flatten() {
                Some(failure) => Err(failure),
                None => Ok(fix(recorded)),
            }
        })
    }
}

/// A source that never ends.
struct Silent;

impl Source for Silent {
    fn locate<'a>(&'a self, _: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        Box::pin(std::future::pending())
    }
}

fn fix(recorded: &Recorded) -> Found {
    let area = Area::Circle(circle(9));
    Found::Fix(Fix::new(recorded, Arc::from("meridian"), area, Confidence::WANTED, NOW))
}

fn recorded() -> Recorded {
    World::agreed(Purpose::RequestedServiceProvision, Origin::Network).recorded(retrieve(None))
}

fn guarded(source: Arc<dyn Source>) -> (Guarded, Arc<StoppedClock>) {
    let clock = Arc::new(StoppedClock::new());
    (
        Guarded::new(Arc::from("meridian"), source, SETTINGS, clock.clone()),
        clock,
    )
}

fn scripted(ends: &[Option<Failure>]) -> Arc<Scripted> {
    Arc::new(Scripted {
        ends: Mutex::new(ends.iter().copied().collect()),
        asked: Mutex::new(0),
    })
}

/// Which ends of an ask say that a source fails, that it works, or nothing.
#[test]
fn what_opens_the_breaker_and_what_does_not() {
    let (timeout, recorded) = (Some(Failure::Timeout), recorded());
    let table = [
        (None, "works"),
        (Some(Failure::NoSource), "nothing"),
        (Some(Failure::Busy), "nothing"),
        (Some(Failure::UnknownToSource), "works"),
        (Some(Failure::DeniedBySource), "works"),
        (Some(Failure::Vetoed), "works"),
        (Some(Failure::Unlocatable), "works"),
        (Some(Failure::TooOld), "works"),
        (Some(Failure::SurfaceNotMet), "works"),
        (Some(Failure::BeyondGrid), "works"),
        (timeout, "fails"),
        (Some(Failure::Unavailable), "fails"),
        (Some(Failure::Untrustworthy), "fails"),
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    for (end, says) in table {
        // Two failures, this end, and one failure more: open if the end was a failure or said nothing.
        let (guarded, _) = guarded(scripted(&[timeout, timeout, end, timeout]));
        let states: Vec<State> = (0..4)
            .map(|_| {
                let _ = runtime.block_on(guarded.locate(&recorded));
                guarded.state()
            })
            .collect();
        let expected = match says {
            "fails" => [State::Closed, State::Closed, State::Open, State::Open],
            "nothing" => [State::Closed, State::Closed, State::Closed, State::Open],
            _ => [State::Closed; 4],
        };
        assert_eq!(states, expected, "{end:?} {says}");
    }
}

#[tokio::test]
async fn an_open_breaker_asks_nobody_and_then_lets_one_through() {
    let source = scripted(&[Some(Failure::Timeout); 4]);
    let (guarded, clock) = guarded(source.clone());
    let recorded = recorded();
    for _ in 0..3 {
        assert_eq!(guarded.locate(&recorded).await.err(), Some(Failure::Timeout));
    }
    for _ in 0..5 {
        assert_eq!(guarded.locate(&recorded).await.err(), Some(Failure::Busy), "given back");
    }
    assert_eq!(*lock(&source.asked), 3);
    clock.forward(Span::milliseconds(9_999));
    assert_eq!(guarded.locate(&recorded).await.err(), Some(Failure::Busy));
    clock.forward(Span::milliseconds(1));
    assert_eq!(guarded.state(), State::HalfOpen);
    assert_eq!(guarded.locate(&recorded).await.err(), Some(Failure::Timeout), "the try");
    assert_eq!(guarded.state(), State::Open);
    clock.forward(Span::seconds(10));
    assert!(guarded.locate(&recorded).await.is_ok(), "the second try");
    assert_eq!(guarded.state(), State::Closed);
    assert_eq!(*lock(&source.asked), 5);
}

#[tokio::test]
async fn only_one_ask_tries_and_one_that_is_given_up_does_not_block() {
    let (guarded, clock) = guarded(Arc::new(Silent));
    let recorded = recorded();
    for _ in 0..3 {
        let admission = guarded.change(Circuit::admit).expect("closed");
        guarded.change(|circuit, now| circuit.report(admission, Verdict::Fails, now));
    }
    clock.forward(Span::seconds(10));
    let mut first = guarded.locate(&recorded);
    assert!(futures_poll(&mut first).is_pending());
    assert_eq!(
        guarded.locate(&recorded).await.err(),
        Some(Failure::Busy),
        "one is trying"
    );
    drop(first);
    assert!(
        futures_poll(&mut guarded.locate(&recorded)).is_pending(),
        "the next one tries"
    );
}

#[test]
fn an_outcome_counts_only_in_its_own_life() {
    let mut circuit = Circuit::new(SETTINGS);
    let early: Vec<Admission> = (0..4).filter_map(|_| circuit.admit(NOW)).collect();
    for admission in &early[..3] {
        circuit.report(*admission, Verdict::Fails, NOW);
    }
    assert_eq!(circuit.state(NOW), State::Open);
    let later = NOW.after(Span::seconds(10));
    let probe = circuit.admit(later).expect("a try");
    circuit.report(early[3], Verdict::Works, later);
    assert_eq!(
        circuit.state(later),
        State::HalfOpen,
        "an answer from before is none to the try"
    );
    circuit.report(probe, Verdict::Works, later);
    assert_eq!(circuit.state(later), State::Closed);
}

#[test]
fn its_state_is_measured() {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        let (guarded, _) = guarded(scripted(&[Some(Failure::Unavailable); 3]));
        let recorded = recorded();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        assert!(
            recorder
                .handle()
                .render()
                .contains(r#"wayleave_source_up{source="meridian"} 1"#)
        );
        for _ in 0..3 {
            assert!(runtime.block_on(guarded.locate(&recorded)).is_err());
        }
    });
    let text = recorder.handle().render();
    for line in [
        r#"wayleave_source_up{source="meridian"} 0"#,
        r#"wayleave_source_breaker_state{source="meridian"} 2"#,
        r#"wayleave_source_breaker_transitions_total{source="meridian",to="open"} 1"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// Polls once.
fn futures_poll<T>(wait: &mut Wait<'_, T>) -> std::task::Poll<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    wait.as_mut().poll(&mut context)
}
