//! The MLP carrier over real sockets: its dialects, its results, its honesty.

use crate::common::{call, common, get, ledger, ready};
use serde_json::{Value, json};
use sim::area::{Circle, Point};
use sim::carrier_mlp::dialect::Dialect;
use sim::carrier_mlp::xml::{Element, read};
use sim::carrier_mlp::{LastClient, Options, start};
use sim::clock;
use sim::fetch::{Fetch, Reply, request};
use sim::life::Running;
use std::path::Path;
use std::time::Duration;

/// The carrier's one client in these tests.
pub const LOGIN: (&str, &str) = ("hub-7", "a password");
const PATIENCE: Duration = Duration::from_secs(10);

/// A carrier that speaks MLP.
pub struct Mlp {
    /// The running role.
    pub running: Running,
    dialect: Dialect,
}

/// What may differ from an ordinary request.
pub struct Slir<'a> {
    /// The phone.
    pub number: &'a str,
    /// The password.
    pub password: &'a str,
    /// What stands in `slir` after the numbers.
    pub rest: &'a str,
    /// `res_type`.
    pub kind: &'a str,
    /// `ver`; the carrier's own if empty.
    pub version: &'a str,
}

impl Default for Slir<'_> {
    fn default() -> Self {
        Self {
            number: "12025550140",
            password: LOGIN.1,
            rest: "<loc_type type=\"LAST\"/>",
            kind: "SYNC",
            version: "",
        }
    }
}

impl Mlp {
    /// Starts a carrier whose ledger and state are in `dir`; it answers at once.
    pub async fn start(dir: &Path, dialect: Dialect) -> Self {
        let client_password_file = dir.join("password");
        std::fs::write(&client_password_file, format!("{}\n", LOGIN.1)).unwrap();
        let options = Options {
            tls: sim::tls::Secured::default(),
            common: common(&dir.join("castor")),
            name: "Castor Wireless".into(),
            client_id: LOGIN.0.into(),
            client_password_file,
            client_services: Vec::new(),
            last_client: LastClient::Required,
            dialect,
            world: None,
        };
        let mlp = Self {
            running: start(options).await.unwrap(),
            dialect,
        };
        mlp.behave(json!({"last_known_ms": 0, "fresh_ms": [0, 0], "push_delay_ms": 0}))
            .await;
        mlp
    }

    /// Changes how it behaves.
    pub async fn behave(&self, change: Value) {
        call(
            "PUT",
            &format!("{}/behaviour", ready(&self.running, "control")),
            &change,
        )
        .await;
    }

    /// Sends a document.
    pub async fn post(&self, document: String, patience: Duration) -> Result<Reply, String> {
        let asked = request("POST", ready(&self.running, "url"), Some("text/xml"), document).unwrap();
        Fetch::default().send(asked, patience).await.map_err(|error| error.0)
    }

    /// The document of a request.
    pub fn document(&self, slir: &Slir<'_>) -> String {
        let version = if slir.version.is_empty() {
            self.dialect.version()
        } else {
            slir.version
        };
        format!(
            "<?xml version=\"1.0\"?><svc_init ver=\"{version}\"><hdr ver=\"{version}\"><client><id>{}</id><pwd>{}</pwd>\
             <serviceid>ROADSIDE</serviceid></client><subclient><id>reseller</id></subclient>\
             <subclient last_client=\"YES\"><id>pty_1</id></subclient><requestor><id>ask_1</id></requestor></hdr>\
             <slir ver=\"{version}\" res_type=\"{}\"><msids><msid type=\"MSISDN\">{}</msid></msids>{}</slir></svc_init>",
            LOGIN.0, slir.password, slir.kind, slir.number, slir.rest
        )
    }

    /// Sends a request and reads the answer.
    pub async fn ask(&self, slir: &Slir<'_>) -> Element {
        let reply = self.post(self.document(slir), PATIENCE).await.unwrap();
        assert_eq!(reply.status, 200, "{}", reply.text());
        read(&reply.body).unwrap()
    }

    /// The lines of its ledger that are of one kind.
    pub async fn lines(&self, kind: &str) -> Vec<Value> {
        let lines = ledger(&self.running).await.into_iter();
        lines.filter(|line| line["kind"] == kind).collect()
    }
}

/// The first element of a name, at any depth.
pub fn find<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    if element.name == name {
        return Some(element);
    }
    element.children.iter().find_map(|child| find(child, name))
}

fn resid(document: &Element) -> u16 {
    find(document, "result").map_or(0, |result| result.value("resid").unwrap().parse().unwrap())
}

fn number(document: &Element, name: &str) -> f64 {
    find(document, name).unwrap().text.parse().unwrap()
}

#[tokio::test]
async fn each_line_gets_the_documented_result() {
    for dialect in [Dialect::V3_0, Dialect::V3_2, Dialect::V3_5] {
        let dir = tempfile::tempdir().unwrap();
        let mlp = Mlp::start(dir.path(), dialect).await;
        for (number, rest, expected) in [
            ("12025550140", "", 0),
            ("12025550113", "<loc_type type=\"LAST_OR_CURRENT\"/>", 0),
            ("12025550148", "", 5),
            ("12025550149", "", 4),
            ("12025550100", "", 4),
            ("99910000007", "", 0),
            ("99999999999", "", 4),
            ("12025550140", "<eqop><hor_acc>soon</hor_acc></eqop>", 105),
        ] {
            let slir = Slir {
                number,
                rest,
                ..Slir::default()
            };
            let answer = mlp.ask(&slir).await;
            assert_eq!(resid(&answer), expected, "{dialect:?} {number}");
            assert_eq!(find(&answer, "pd").is_some(), expected == 0);
            // From the second generation on, a failure of the one phone stands in its own position.
            let in_position = (4..=7).contains(&expected) && dialect != Dialect::V3_0;
            assert_eq!(find(&answer, "poserr").is_some(), in_position);
        }
        let lines = mlp.lines("slir").await;
        let first = &lines[0];
        assert_eq!(
            (&first["number"], &first["requestor"]),
            (&json!("+12025550140"), &json!("ask_1"))
        );
        assert_eq!((&first["client"], &first["mode"]), (&json!(LOGIN.0), &json!("sync")));
        assert_eq!(first["chain"][1], json!({"id": "pty_1", "service": null, "last": true}));
        assert!(first["document"].as_str().unwrap().contains("<pwd>…</pwd>"));
        let results: Vec<u64> = lines.iter().map(|line| line["resid"].as_u64().unwrap()).collect();
        assert_eq!(results, [0, 0, 5, 4, 4, 0, 4, 105]);
    }
}

#[tokio::test]
async fn strangers_and_strange_documents_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_2).await;
    let wrong = Slir {
        password: "guessed",
        ..Slir::default()
    };
    assert_eq!(resid(&mlp.ask(&wrong).await), 3);
    let newer = Slir {
        version: "3.5.0",
        ..Slir::default()
    };
    assert_eq!(resid(&mlp.ask(&newer).await), 103);
    let chainless = mlp.document(&Slir::default()).replace(" last_client=\"YES\"", "");
    let refused = read(&mlp.post(chainless, PATIENCE).await.unwrap().body).unwrap();
    assert_eq!(resid(&refused), 3);
    let other = mlp.document(&Slir::default()).replace("slir", "hlir");
    let unknown = mlp.post(other, PATIENCE).await.unwrap();
    assert_eq!(unknown.status, 404);
    let error = read(&unknown.body).unwrap();
    assert_eq!((error.name.as_str(), resid(&error)), ("gem", 108));
    let broken = mlp.post("<svc_init>".into(), PATIENCE).await.unwrap();
    assert_eq!(
        (broken.status.as_u16(), resid(&read(&broken.body).unwrap())),
        (200, 106)
    );
    let url = ready(&mlp.running, "url");
    let json = request("POST", url, Some("application/json"), "{}").unwrap();
    assert_eq!(Fetch::default().send(json, PATIENCE).await.unwrap().status, 415);
    assert_eq!(mlp.lines("other").await.len(), 2);
}

#[tokio::test]
async fn the_dialects_write_one_place_in_three_ways() {
    for (dialect, media_type, latitude) in [
        (Dialect::V3_0, "text/xml", "12 0"),
        (Dialect::V3_2, "application/xml", "12 0"),
        (Dialect::V3_5, "text/xml; charset=utf-8", "12."),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mlp = Mlp::start(dir.path(), dialect).await;
        let reply = mlp.post(mlp.document(&Slir::default()), PATIENCE).await.unwrap();
        assert_eq!(reply.headers["content-type"], media_type);
        let answer = read(&reply.body).unwrap();
        assert_eq!(answer.value("ver"), Some(dialect.version()));
        let x = &find(&answer, "X").unwrap().text;
        assert!(x.starts_with(latitude) || x.starts_with("11"), "{x}");
        let offset = find(&answer, "time").unwrap().value("utc_off");
        let expected = [None, Some("-0300"), Some("+0000")][dialect as usize];
        assert_eq!(offset, expected);
    }
}

#[tokio::test]
async fn the_reported_circle_contains_the_truth_as_often_as_stated() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_5).await;
    mlp.behave(json!({"confidence": 80})).await;
    let (mut inside, mut samples) = (0, 0);
    for round in 0..40 {
        for last in 40..48 {
            let slir = Slir {
                number: &format!("120255501{last}"),
                rest: "<loc_type type=\"CURRENT\"/>",
                ..Slir::default()
            };
            let answer = mlp.ask(&slir).await;
            assert_eq!(number(&answer, "lev_conf"), 80.0);
            let center = Point {
                latitude: number(&answer, "X"),
                longitude: number(&answer, "Y"),
            };
            let told = Circle {
                center,
                radius: number(&answer, "radius"),
            };
            let url = format!("{}/phones/{}", ready(&mlp.running, "control"), slir.number);
            let fix = get(&url).await["fixes"].as_array().unwrap().last().unwrap().clone();
            let truth: Point = serde_json::from_value(fix["truth"].clone()).unwrap();
            samples += 1;
            inside += u32::from(told.contains(&truth));
            assert!(told.center.distance_to(&truth) < 400.0, "round {round}");
        }
    }
    let share = f64::from(inside) / f64::from(samples);
    // Four standard errors of 320 draws at 0.8.
    assert!((share - 0.8).abs() < 0.09, "stated 0.80, found {share} of {samples}");
}

#[tokio::test]
async fn a_request_waits_no_longer_than_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_5).await;
    mlp.behave(json!({"fresh_ms": [5000, 5000]})).await;
    let timed = |rest: &'static str| Slir {
        rest,
        ..Slir::default()
    };
    let began = clock::now_ms();
    let current = timed("<eqop><resp_timer>1</resp_timer></eqop><loc_type type=\"CURRENT\"/>");
    assert_eq!(resid(&mlp.ask(&current).await), 7);
    let either = timed("<eqop><resp_timer>1</resp_timer></eqop><loc_type type=\"CURRENT_OR_LAST\"/>");
    assert_eq!(resid(&mlp.ask(&either).await), 0);
    assert!((2000..4000).contains(&(clock::now_ms() - began)));
    let last = timed("<eqop><max_loc_age>300</max_loc_age></eqop><loc_type type=\"LAST_OR_CURRENT\"/>");
    assert_eq!(resid(&mlp.ask(&last).await), 0);
    let fine = timed("<eqop><hor_acc qos_class=\"ASSURED\">1</hor_acc></eqop><loc_type type=\"LAST\"/>");
    assert_eq!(resid(&mlp.ask(&fine).await), 201);
    let coarse = timed("<eqop><hor_acc>1</hor_acc></eqop><loc_type type=\"LAST\"/>");
    assert!(find(&mlp.ask(&coarse).await, "qos_not_met").is_some());
    assert!(clock::now_ms() - began < 4000);
}

#[tokio::test]
async fn every_habit_shows_and_can_be_read() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_5).await;
    for habit in [
        "three-digit-degrees",
        "no-padding",
        "six-decimal-seconds",
        "signed-decimals",
        "hemisphere-prefix",
        "z-nan",
        "float-radii",
        "radius-zero",
        "ellipse-in-circle",
        "arc-absolute-stop",
        "arc-without-out-radius",
        "unclosed-ring",
        "geo-info-in-pd",
        "default-xmlns",
        "vendor-siblings",
        "ver-mismatch",
        "missing-ver",
        "lower-case-res-type",
        "lev-conf-last",
        "no-lev-conf",
        "hdr-misplaced",
        "iso-8859-1",
        "bom",
        "single-quotes",
        "vendor-doctype",
        "untyped-msid",
        "national-msid",
        "msid-other-type",
        "msid-with-plus",
        "mixed-positions",
        "utc-off-empty",
        "time-is-utc",
        "no-content-type",
    ] {
        let kind = match habit {
            "float-radii" | "radius-zero" => "CircularArea",
            "ellipse-in-circle" => "EllipticalArea",
            "arc-absolute-stop" | "arc-without-out-radius" => "CircularArcArea",
            _ => "Polygon",
        };
        let mut seen = Vec::new();
        for quirk in [Value::Null, json!(habit)] {
            mlp.behave(json!({"quirk": quirk, "shape": kind})).await;
            // The network hears of a phone now and then; a fix that was asked for is the last for a while.
            let reply = mlp.post(mlp.document(&Slir::default()), PATIENCE).await.unwrap();
            read(&reply.body).unwrap_or_else(|error| panic!("{habit}: {error}"));
            seen.push((reply.body, reply.headers.get("content-type").cloned()));
        }
        assert_ne!(seen[0], seen[1], "{habit} does not show");
    }
}

#[tokio::test]
async fn every_shape_is_reported() {
    let dir = tempfile::tempdir().unwrap();
    let mlp = Mlp::start(dir.path(), Dialect::V3_0).await;
    for (kind, element) in [
        ("CircularArea", "radius"),
        ("EllipticalArea", "semiMajor"),
        ("CircularArcArea", "stopAngle"),
        ("Polygon", "outerBoundaryIs"),
        ("PolygonWithHole", "innerBoundaryIs"),
        ("Box", "Box"),
        ("Point", "Point"),
        ("LineString", "LineString"),
        ("MultiPoint", "MultiPoint"),
        ("MultiLineString", "MultiLineString"),
        ("MultiPolygon", "MultiPolygon"),
    ] {
        mlp.behave(json!({"shape": kind})).await;
        let answer = mlp.ask(&Slir::default()).await;
        assert!(find(&answer, element).is_some(), "{kind}: {answer:?}");
        let bare = kind.contains("Point") || kind.contains("Line");
        assert_eq!(find(&answer, "lev_conf").is_none(), bare, "{kind}");
    }
}
