//! Tests of the routes.

use std::sync::Arc;

use domain::geo::Area;
use domain::geo::confidence::Confidence;
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Fix, Found, Source, Wait};
use domain::permission::terms::Origin;
use domain::purpose::Purpose;
use domain::time::Span;
use metrics_exporter_prometheus::PrometheusBuilder;

use super::{Prefix, RouteError, Routes};
use crate::sources::tests::{NOW, StoppedClock, World, circle, retrieve};

/// A source that always ends in the same way, after a quarter of a second by the clock.
struct Always(Result<(), Failure>, Arc<StoppedClock>);

impl Source for Always {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        Box::pin(async move {
            self.1.forward(Span::milliseconds(250));
            self.0.map(|()| {
                Found::Fix(Fix::new(
                    recorded,
                    Arc::from("always"),
                    Area::Circle(circle(9)),
                    Confidence::WANTED,
                    NOW,
                ))
            })
        })
    }
}

fn prefix(text: &str) -> Prefix {
    Prefix::parse(text).expect("a prefix")
}

/// Routes in which every source fails in a way of its own, so that the failure says who was asked.
fn routes() -> Routes {
    let clock = Arc::new(StoppedClock::new());
    let source = |failure| Arc::new(Always(Err(failure), Arc::clone(&clock)));
    let mut routes = Routes::new(source(Failure::Unlocatable), clock.clone());
    for (text, name, failure) in [
        ("+1202", "meridian", Failure::TooOld),
        ("+1", "anyone", Failure::DeniedBySource),
        ("+12025550100", "nearby", Failure::UnknownToSource),
        ("+999", "elsewhere", Failure::Unavailable),
    ] {
        routes
            .add(prefix(text), Arc::from(name), source(failure))
            .expect("a prefix of its own");
    }
    routes
}

fn recorded(origin: Origin) -> Recorded {
    World::agreed(Purpose::RequestedServiceProvision, origin).recorded(retrieve(None))
}

#[tokio::test]
async fn the_longest_prefix_wins() {
    let mut routes = routes();
    let recorded = recorded(Origin::Network);
    assert_eq!(routes.locate(&recorded).await.err(), Some(Failure::UnknownToSource));
    routes.network.retain(|route| *route.name != *"nearby");
    assert_eq!(routes.locate(&recorded).await.err(), Some(Failure::TooOld));
    routes.network.retain(|route| *route.name != *"meridian");
    assert_eq!(routes.locate(&recorded).await.err(), Some(Failure::DeniedBySource));
    routes.network.retain(|route| *route.name != *"anyone");
    assert_eq!(routes.locate(&recorded).await.err(), Some(Failure::NoSource));
}

#[tokio::test]
async fn a_consent_for_the_handset_goes_to_the_handset_and_to_no_network() {
    assert_eq!(
        routes().locate(&recorded(Origin::Handset)).await.err(),
        Some(Failure::Unlocatable)
    );
}

#[test]
fn a_prefix_belongs_to_one_source() {
    let mut routes = routes();
    let source = Arc::new(Always(Ok(()), Arc::new(StoppedClock::new())));
    let taken = routes.add(prefix("+1202"), Arc::from("other"), source);
    assert_eq!(
        taken,
        Err(RouteError::Taken {
            by: Arc::from("meridian")
        })
    );
}

#[test]
fn only_the_beginning_of_a_number_is_a_prefix() {
    for good in ["+1", "+999", "+12025550100"] {
        assert!(Prefix::parse(good).is_ok(), "{good}");
    }
    for bad in ["", "+", "1202", "+01", "+1 202", "+1-2", "+1234567890123456", "+१"] {
        assert_eq!(Prefix::parse(bad), Err(RouteError::NotAPrefix), "{bad}");
    }
}

#[test]
fn each_source_is_measured() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    metrics::with_local_recorder(&recorder, || {
        let mut routes = routes();
        let recorded = recorded(Origin::Network);
        let clock = Arc::new(StoppedClock::new());
        routes.clock = clock.clone();
        routes.network[0].source = Arc::new(Always(Ok(()), clock));
        assert!(runtime.block_on(routes.locate(&recorded)).is_ok());
        routes.network.clear();
        assert!(runtime.block_on(routes.locate(&recorded)).is_err());
    });
    let text = recorder.handle().render();
    for line in [
        r#"wayleave_source_requests_total{source="nearby",outcome="found"} 1"#,
        r#"wayleave_source_requests_total{source="none",outcome="no-source"} 1"#,
        r#"wayleave_source_seconds_sum{source="nearby"} 0.25"#,
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn the_home_of_a_number_is_named_by_its_longest_prefix() {
    let mut routes = routes();
    let own = domain::id::PartyId::from_bytes([7; 16]);
    routes.is_home(Arc::from("nearby"), "https://nearby.example.com/", own);
    let home = |number: &str| {
        let number = domain::number::Msisdn::parse(number).expect("a number");
        (routes.home(number), routes.is_elsewhere(number))
    };
    assert_eq!(home("+12025550100"), (Some("https://nearby.example.com"), true));
    assert_eq!(home("+12025550101"), (None, false));
    assert_eq!(routes.own_names(), [own]);
}
