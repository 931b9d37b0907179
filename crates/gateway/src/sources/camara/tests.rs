//! Tests of the source that is another operator.

mod bounds;
mod lies;
mod tokens;
mod veto;

use std::sync::Arc;
use std::time::Duration;

use domain::ask::Question;
use domain::geo::{Circle, Metres};
use domain::locate::{Failure, Found};
use domain::permission::terms::Origin;
use domain::purpose::Purpose;
use domain::reply::{AnswerView, Codec};
use domain::serve::{ServeError, serve};
use domain::time::Span;
use serde_json::Value;
use wire::jose::SigningKey;

use super::{CamaraSource, Endpoint, Settings};
use crate::chance::SystemChance;
use crate::sources::link::line::Bounds;
use crate::sources::tests::operator::{Act, Operator, honest, http, json, location};
use crate::sources::tests::{NUMBER, StoppedClock, World, circle, grid, retrieve};

const DEADLINE: Duration = Duration::from_secs(5);

/// An operator, a source that asks it, and a world with asks.
struct Stage {
    operator: Operator,
    source: CamaraSource,
    clock: Arc<StoppedClock>,
    world: World,
}

impl Stage {
    fn new(operator: Operator) -> Self {
        Self::within(operator, 1_000, 100)
    }

    fn within(operator: Operator, per_second_max: u32, in_flight_max: usize) -> Self {
        Self::made(operator, (per_second_max, in_flight_max), false)
    }

    /// With a consent master.
    fn with_master(operator: Operator) -> Self {
        Self::made(operator, (1_000, 100), true)
    }

    fn made(operator: Operator, (per_second_max, in_flight_max): (u32, usize), consent_info: bool) -> Self {
        let clock = Arc::new(StoppedClock::new());
        let endpoint = |path: &str| Endpoint::parse(&format!("{}{path}", operator.base())).expect("on loopback");
        let settings = Settings {
            name: Arc::from("meridian"),
            base: endpoint(""),
            token_endpoint: endpoint("/token"),
            audience: None,
            client_id: "wayleave".to_owned(),
            key: SigningKey::from_chance([9; 32]).expect("a key"),
            bounds: Bounds {
                per_second_max,
                in_flight_max,
            },
            trust: crate::tls::trust::Trust::nobody().expect("both versions"),
            consent_info,
        };
        let source = CamaraSource::new(settings, clock.clone(), Arc::new(SystemChance::new())).expect("a source");
        Self {
            operator,
            source,
            clock,
            world: World::agreed(Purpose::RequestedServiceProvision, Origin::Network),
        }
    }

    async fn ask(&self) -> Result<Found, Failure> {
        self.ask_within(DEADLINE).await
    }

    async fn ask_within(&self, deadline: Duration) -> Result<Found, Failure> {
        let recorded = self.world.recorded(retrieve(None));
        self.source.ask(&recorded, deadline).await
    }
}

/// Prints what matters of an answer.
struct Plain;

impl Codec for Plain {
    fn print(&self, answer: &AnswerView) -> Vec<u8> {
        let area = answer
            .area
            .map(|area| (area.radius >= Metres::whole(200), holds_the_phone(&area)));
        format!("{area:?} {:?} {:?}", answer.verdict, answer.located_at).into_bytes()
    }
}

/// Whether the phone, which is at the centre of what the operator reports, lies in an area.
fn holds_the_phone(area: &Circle) -> bool {
    circle(1).centre.distance_to(area.centre) <= area.radius
}

async fn served(stage: &Stage, question: Question) -> String {
    let (ask, caller) = stage.world.ask(question);
    let reply = serve(&stage.world, &stage.source, &grid(), &Plain, ask, caller).await;
    String::from_utf8(reply.expect("a reply").into_parts().0).expect("text")
}

#[tokio::test]
async fn a_recorded_ask_becomes_one_retrieval_and_its_answer_a_coarse_area() {
    let stage = Stage::new(Operator::start(honest).await);
    let told = served(&stage, retrieve(Some(Span::seconds(60)))).await;
    assert_eq!(told, "Some((true, true)) None 2026-11-18T11:06:30.000Z");

    let [seen] = stage.operator.retrievals().try_into().expect("one retrieval");
    assert_eq!(
        seen.body,
        format!(r#"{{"device":{{"phoneNumber":"{NUMBER}"}},"maxAge":60}}"#)
    );
    assert_eq!(seen.headers["authorization"], "Bearer token-0");
    assert_eq!(seen.headers["content-type"], "application/json");
    assert!(seen.headers["x-correlator"].starts_with("ask_"), "{seen:?}");
}

#[tokio::test]
async fn a_verification_keeps_the_callers_circle_at_home() {
    let stage = Stage::new(Operator::start(honest).await);
    let question = Question::Verify {
        circle: Circle {
            radius: Metres::whole(54_321),
            ..circle(1)
        },
        max_age: None,
    };
    let told = served(&stage, question).await;
    assert!(told.starts_with("None Some(Inside)"), "{told}");
    let [seen] = stage.operator.retrievals().try_into().expect("one retrieval");
    assert_eq!(seen.body, format!(r#"{{"device":{{"phoneNumber":"{NUMBER}"}}}}"#));
    let body: Value = serde_json::from_str(&seen.body).expect("json");
    assert!(body.get("area").is_none());
}

#[tokio::test]
async fn a_position_older_than_wanted_is_not_told() {
    let stage = Stage::new(Operator::start(honest).await);
    let (ask, caller) = stage.world.ask(retrieve(Some(Span::seconds(1))));
    let reply = serve(&stage.world, &stage.source, &grid(), &Plain, ask, caller).await;
    assert!(matches!(reply, Err(ServeError::Failed(Failure::TooOld))), "{reply:?}");
}

#[tokio::test]
async fn each_ask_bears_its_own_id_over_one_connection() {
    let stage = Stage::new(Operator::start(honest).await);
    for _ in 0..3 {
        assert!(stage.ask().await.is_ok());
    }
    let mut ids: Vec<String> = stage
        .operator
        .retrievals()
        .into_iter()
        .map(|seen| seen.headers["x-correlator"].clone())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert_eq!(stage.operator.connections(), 1);
}

#[tokio::test]
async fn an_answer_that_only_names_the_ask_or_only_the_device_is_believed() {
    let without_device = location(NUMBER)
        .split(r#","device""#)
        .next()
        .map(|head| format!("{head}}}"));
    let without_device = without_device.expect("a head");
    let operator = Operator::start(move |seen| {
        Act::Send(match seen.nth {
            0 => json(seen, 200, &without_device),
            1 => http(
                200,
                &[("Content-Type", "Application/JSON; charset=utf-8")],
                &location(NUMBER),
            ),
            _ => http(200, &[("content-type", "application/json")], &without_device),
        })
    })
    .await;
    let stage = Stage::new(operator);
    assert!(stage.ask().await.is_ok());
    assert!(stage.ask().await.is_ok());
    assert_eq!(
        stage.ask().await.err(),
        Some(Failure::Untrustworthy),
        "one that names neither"
    );
}
