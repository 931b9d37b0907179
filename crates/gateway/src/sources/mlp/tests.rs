//! Tests of the source that is a location server.

mod bounds;
mod lies;
mod reports;

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

use super::*;
use crate::sources::tests::operator::{Act, Operator, Seen, http};
use crate::sources::tests::{StoppedClock, World, circle, grid, retrieve};

const DEADLINE: Duration = Duration::from_secs(5);
/// The asked number as the protocol has it.
const DIGITS: &str = "12025550100";
const XML: (&str, &str) = ("content-type", "text/xml");

/// A location server, a source that asks it, and a world with asks.
struct Stage {
    operator: Operator,
    source: MlpSource,
    clock: Arc<StoppedClock>,
    world: World,
    waiting: Arc<Waiting>,
}

/// How the source is set up.
struct Setup {
    later: bool,
    login: Option<PushLogin>,
    bounds: Bounds,
    dialect: Dialect,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            later: false,
            login: None,
            bounds: Bounds {
                per_second_max: 1_000,
                in_flight_max: 100,
            },
            dialect: Dialect::V3_2,
        }
    }
}

impl Stage {
    fn new(operator: Operator) -> Self {
        Self::with(operator, Setup::default())
    }

    /// A stage whose carrier brings its answers later.
    fn later(operator: Operator) -> Self {
        let later = true;
        Self::with(
            operator,
            Setup {
                later,
                ..Setup::default()
            },
        )
    }

    fn with(operator: Operator, setup: Setup) -> Self {
        let clock = Arc::new(StoppedClock::new());
        let waiting = Arc::new(Waiting::new());
        let later = setup.later.then(|| Later {
            waiting: Arc::clone(&waiting),
            base_url: "http://127.0.0.1:8090".to_owned(),
            login: setup.login,
        });
        let settings = Settings {
            name: Arc::from("castor"),
            url: Endpoint::parse(&format!("{}/LocationQueryService/", operator.base())).expect("on loopback"),
            dialect: setup.dialect,
            trust: crate::tls::trust::Trust::nobody().expect("both versions"),
            login: Login {
                id: "wayleave".to_owned(),
                password: domain::secret::Secret::new("aster-01".to_owned()),
                service: Some("LOCATION".to_owned()),
            },
            habits: Habits {
                offset: wire::mlp::expect::Offset::Local,
                arc: wire::mlp::expect::ArcStop::Included,
                bare_point_radius: Metres::whole(35_000),
            },
            confidence_unstated: Confidence::new(67).expect("a confidence"),
            bounds: setup.bounds,
            later,
        };
        let source = MlpSource::new(settings, clock.clone(), SystemChance::new());
        Self {
            operator,
            source,
            clock,
            world: World::agreed(Purpose::RequestedServiceProvision, Origin::Network),
            waiting,
        }
    }

    async fn ask(&self) -> Result<Found, Failure> {
        self.ask_within(DEADLINE).await
    }

    async fn ask_within(&self, deadline: Duration) -> Result<Found, Failure> {
        let recorded = self.world.recorded(retrieve(None));
        self.source.ask(&recorded, deadline).await
    }

    /// The requests that reached the server.
    fn requests(&self) -> Vec<Seen> {
        self.operator.seen("/LocationQueryService/")
    }
}

/// The document of an answer, around its body.
fn document(body: &str) -> String {
    format!(r#"<?xml version="1.0"?><svc_result ver="3.2.0">{body}</svc_result>"#)
}

/// A position at 12° north and 40° west, two seconds before the tests begin.
fn position(digits: &str, more: &str) -> String {
    format!(
        r#"<pos><msid type="MSISDN">{digits}</msid><pd><time utc_off="+0000">{}</time><shape><CircularArea srsName="www.epsg.org#4326"><coord><X>12 00 00.000N</X><Y>040 00 00.000W</Y></coord><radius>120</radius></CircularArea></shape>{more}</pd></pos>"#,
        "20261118110638"
    )
}

/// An answer at once.
fn slia(body: &str) -> String {
    http(200, &[XML], &document(&format!(r#"<slia ver="3.2.0">{body}</slia>"#)))
}

fn result(resid: u16) -> String {
    format!(r#"<result resid="{resid}">WHATEVER</result>"#)
}

/// The honest answer.
fn honest(_: &Seen) -> Act {
    Act::Send(slia(&position(DIGITS, "<lev_conf>95</lev_conf>")))
}

/// The text between a tag and its end.
fn within<'a>(document: &'a str, tag: &str) -> &'a str {
    let from = document.find(&format!("<{tag}>")).expect(tag) + tag.len() + 2;
    let to = document[from..].find(&format!("</{tag}>")).expect(tag);
    &document[from..from + to]
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

fn holds_the_phone(area: &Circle) -> bool {
    circle(1).centre.distance_to(area.centre) <= area.radius
}

async fn served(stage: &Stage, question: Question) -> Result<String, ServeError> {
    let (ask, caller) = stage.world.ask(question);
    let reply = serve(&stage.world, &stage.source, &grid(), &Plain, ask, caller).await?;
    Ok(String::from_utf8(reply.into_parts().0).expect("text"))
}

#[tokio::test]
async fn a_recorded_ask_becomes_one_request_and_its_answer_a_coarse_area() {
    let stage = Stage::new(Operator::raw(honest).await);
    let told = served(&stage, retrieve(Some(Span::seconds(60))))
        .await
        .expect("a reply");
    assert_eq!(told, "Some((true, true)) None 2026-11-18T11:06:38.000Z");

    let [seen] = stage.requests().try_into().expect("one request");
    assert!(seen.headers["content-type"].starts_with("text/xml"), "{seen:?}");
    assert!(seen.headers["accept"].contains("application/xml"), "{seen:?}");
    assert!(!seen.headers.contains_key("x-correlator"));
    let body = seen.body.as_str();
    let client = within(body, "client");
    assert!(client.contains("<id>wayleave</id><pwd>aster-01</pwd><serviceid>LOCATION</serviceid>"));
    let recipient = domain::id::PartyId::from_bytes([2; 16]);
    assert!(
        body.contains(&format!(r#"<subclient last_client="YES"><id>{recipient}</id>"#)),
        "{body}"
    );
    assert!(body.contains("<requestor><id>ask_"), "{body}");
    assert!(
        body.contains(&format!(r#"<msid type="MSISDN">{DIGITS}</msid>"#)),
        "{body}"
    );
    assert!(
        body.contains("LAST_OR_CURRENT") && body.contains("<max_loc_age>60</max_loc_age>"),
        "{body}"
    );
    assert!(
        body.contains("<resp_timer>14</resp_timer>") && body.contains("hor_acc>200<"),
        "{body}"
    );
    assert!(
        body.contains(r#"res_type="SYNC""#) && !body.contains("pushaddr"),
        "{body}"
    );
}

#[tokio::test]
async fn a_fresh_position_is_asked_for_as_one() {
    let stage = Stage::new(Operator::raw(honest).await);
    assert!(served(&stage, retrieve(Some(Span::seconds(0)))).await.is_ok());
    let [seen] = stage.requests().try_into().expect("one request");
    assert!(seen.body.contains(r#"<loc_type type="CURRENT"/>"#), "{}", seen.body);
    assert!(!seen.body.contains("max_loc_age"), "{}", seen.body);
}

#[tokio::test]
async fn a_verification_keeps_the_callers_circle_at_home() {
    let stage = Stage::new(Operator::raw(honest).await);
    let question = Question::Verify {
        circle: Circle {
            radius: Metres::whole(54_321),
            ..circle(1)
        },
        max_age: None,
    };
    let told = served(&stage, question).await.expect("a reply");
    assert!(told.starts_with("None Some(Inside)"), "{told}");
    let [seen] = stage.requests().try_into().expect("one request");
    assert!(
        !seen.body.contains("54321") && !seen.body.contains("shape"),
        "{}",
        seen.body
    );
}

#[tokio::test]
async fn each_dialect_is_spoken_and_each_ask_bears_its_own_id_over_one_connection() {
    for dialect in Dialect::ALL {
        let stage = Stage::with(
            Operator::raw(honest).await,
            Setup {
                dialect,
                ..Setup::default()
            },
        );
        for _ in 0..2 {
            assert!(stage.ask().await.is_ok(), "{dialect}");
        }
        let seen = stage.requests();
        assert_eq!((seen.len(), stage.operator.connections()), (2, 1));
        assert!(seen[0].body.contains(&format!(r#"<svc_init ver="{dialect}">"#)));
        assert_ne!(seen[0].body, seen[1].body);
    }
}

#[tokio::test]
async fn a_position_older_than_wanted_is_not_told() {
    let stage = Stage::new(Operator::raw(honest).await);
    let told = served(&stage, retrieve(Some(Span::seconds(1)))).await;
    let old = |_: &Seen| Act::Send(slia(&position(DIGITS, "").replace("20261118110638", "20261118100638")));
    assert!(told.is_ok(), "{told:?}");
    let stage = Stage::new(Operator::raw(old).await);
    let told = served(&stage, retrieve(Some(Span::seconds(1)))).await;
    assert!(matches!(told, Err(ServeError::Failed(Failure::TooOld))), "{told:?}");
}
