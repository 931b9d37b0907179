//! A location server with every habit of the field, and one that misbehaves in every way: habits do not hide anybody,
//! and no misdeed becomes an answer.

use serde_json::{Value, json};

use crate::http::Answer;
use crate::partner::{Partner, assert_answered};
use crate::parts::{Parts, Settings};
use crate::world::{World, ledger};

const CITY: (f64, f64) = (12.0, -40.0);

/// So many of a bank's questions fit into one day of a phone.
const A_DAY: usize = 20;

/// Phones whose owners agree to a bank one after the other, each for as many questions as a day allows.
struct Asker<'a> {
    world: &'a World,
    bank: Partner,
    asked: usize,
}

impl<'a> Asker<'a> {
    fn new(world: &'a World) -> Self {
        let bank = world.partner("bank");
        Self { world, bank, asked: 0 }
    }

    /// Asks whether a phone is within 50 km of the city, which it is, while the carrier behaves so.
    fn ask(&mut self, behaviour: &Value) -> Answer {
        let nth = u32::try_from(self.asked / A_DAY).expect("a few phones");
        let phone = self.world.castor_phone(nth);
        if self.asked.is_multiple_of(A_DAY) {
            phone.agree_to(&self.bank, &json!({}));
        }
        self.asked += 1;
        self.world.castor_behaves(behaviour);
        self.bank.verify(&phone.number, CITY, 50_000.0)
    }
}

/// Every habit that needs no word in the configuration.
const HABITS: [&str; 33] = [
    "three-digit-degrees",
    "no-padding",
    "six-decimal-seconds",
    "signed-decimals",
    "hemisphere-prefix",
    "z-nan",
    "float-radii",
    "radius-zero",
    "ellipse-in-circle",
    "arc-without-out-radius",
    "unclosed-ring",
    "geo-info-in-pd",
    "no-edition",
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
    "no-content-type",
    "untyped-msid",
    "national-msid",
    "msid-other-type",
    "msid-with-plus",
    "mixed-positions",
    "sync-to-async",
    "utc-off-empty",
];

const SHAPES: [&str; 11] = [
    "CircularArea",
    "EllipticalArea",
    "CircularArcArea",
    "Polygon",
    "PolygonWithHole",
    "Box",
    "Point",
    "LineString",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
];

/// Whether the phone is where the answer says, or around it.
#[track_caller]
fn assert_found(answer: &Answer, what: &str) {
    assert_answered(answer);
    let result = answer.json()["verificationResult"].clone();
    assert!(result == "TRUE" || result == "PARTIAL", "{what}: {}", answer.text());
}

fn habits_and_shapes(world: &World) {
    let mut asker = Asker::new(world);
    for habit in HABITS {
        let answer = asker.ask(&json!({"quirk": habit, "misbehave": null, "shape": "CircularArea"}));
        assert_found(&answer, habit);
    }
    for shape in SHAPES {
        assert_found(&asker.ask(&json!({"quirk": null, "shape": shape})), shape);
    }
}

#[test]
fn every_habit_and_every_shape_is_understood_in_reports() {
    let world = World::demo();
    habits_and_shapes(&world);
    let metrics = world.get("/metrics").text();
    for quirk in [
        "three-digit-degrees",
        "byte-order-mark",
        "answered-at-once",
        "zero-radius",
    ] {
        let line = format!("wayleave_mlp_quirks_total{{source=\"castor\",quirk=\"{quirk}\"}} ");
        assert!(metrics.contains(&line), "{quirk} is not counted");
    }
}

#[test]
fn every_habit_and_every_shape_is_understood_in_each_dialect() {
    for dialect in ["3.0", "3.2"] {
        let castor = Some((dialect, "sync"));
        let parts = Parts::start(Settings {
            castor,
            ..Settings::default()
        });
        habits_and_shapes(&parts.world);
        let requests = ledger(&parts.world.castor);
        let slirs = requests.iter().filter(|line| line["kind"] == "slir");
        assert!(
            slirs
                .clone()
                .all(|line| line["mode"] == "sync" && line["client"] == "wayleave")
        );
        assert!(slirs.clone().all(|line| line["chain"][0]["last"] == true), "{dialect}");
        assert_eq!(slirs.count(), HABITS.len() + SHAPES.len());
    }
}

/// What a server does that answers at once, and what the partner is told.
const MISDEEDS: [(&str, u16, &str); 24] = [
    ("hang", 504, "source-timeout"),
    ("slow-body", 504, "source-timeout"),
    ("late", 504, "source-timeout"),
    // Whether the head of the answer had left when it hung up is chance.
    ("truncate", 503, "source-un"),
    ("error-500", 503, "source-unavailable"),
    ("huge", 503, "source-untrustworthy"),
    ("endless", 503, "source-untrustworthy"),
    ("redirect", 503, "source-untrustworthy"),
    ("wrong-type", 503, "source-untrustworthy"),
    ("unknown-result", 503, "source-unavailable"),
    ("wrong-number", 503, "source-untrustworthy"),
    ("disagree", 503, "source-untrustworthy"),
    ("future-time", 503, "source-untrustworthy"),
    ("twice", 503, "source-untrustworthy"),
    ("malformed", 503, "source-untrustworthy"),
    ("entity-bomb", 503, "source-untrustworthy"),
    ("doctype", 503, "source-untrustworthy"),
    ("deep-nesting", 503, "source-untrustworthy"),
    ("never-push", 200, ""),
    ("push-twice", 200, ""),
    ("always-ok", 200, ""),
    ("any-password", 200, ""),
    ("any-version", 200, ""),
    ("locates-nobody", 200, ""),
];

#[test]
fn no_misdeed_of_a_location_server_becomes_an_answer() {
    let castor = Some(("3.2", "sync"));
    let parts = Parts::start(Settings {
        castor,
        ..Settings::default()
    });
    let mut asker = Asker::new(&parts.world);
    for (misdeed, status, reason) in MISDEEDS {
        let answer = asker.ask(&json!({"misbehave": misdeed}));
        assert_eq!(answer.status, status, "{misdeed}: {}", answer.text());
        assert!(answer.reason().starts_with(reason), "{misdeed}: {}", answer.text());
        assert!(
            answer.status == 200 || !answer.tells_a_place(),
            "{misdeed}: {}",
            answer.text()
        );
    }
    let lines = ledger(&parts.world.castor);
    assert!(
        !lines.iter().any(|line| line["kind"] == "other"),
        "a redirect or an entity was followed"
    );
    let asked = lines.iter().filter(|line| line["kind"] == "slir").count();
    // One repetition at most, and none where anything was heard.
    assert!((MISDEEDS.len()..=MISDEEDS.len() + 2).contains(&asked), "{asked}");
}

#[test]
fn an_old_position_is_no_current_one() {
    let castor = Some(("3.2", "sync"));
    let parts = Parts::start(Settings {
        castor,
        ..Settings::default()
    });
    let (plain, phone) = (parts.world.partner("plain"), parts.world.castor_phone(0));
    phone.agree_to(&plain, &json!({}));
    parts
        .world
        .castor_behaves(&json!({"misbehave": "stale-time", "fresh_ms": [100, 200]}));
    let mut body = crate::world::retrieval(&phone.number);
    for (age, status) in [(json!(0), 503), (json!(60), 422)] {
        body["maxAge"] = age;
        let answer = plain.call("POST", crate::world::RETRIEVE, &body);
        assert_eq!(answer.status, status, "{}", answer.text());
        assert!(!answer.tells_a_place());
    }
}
