//! Where everything is: the gateway, and the simulated systems with their ledgers.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use crate::http::{self, Answer, Request};
use crate::partner::Partner;
use crate::phone::Phone;
use crate::program::{Program, WAYLEAVE, folder};

/// A gateway with its world.
pub struct World {
    pub folder: PathBuf,
    pub issuer: String,
    /// The control address of the carrier that speaks CAMARA.
    pub carrier: String,
    /// The control address of the carrier that speaks MLP, where there is one.
    pub castor: String,
    /// The message centre's control address.
    pub smsc: String,
    /// The phones' address.
    pub phones: String,
    _program: Option<Program>,
    next_number: AtomicU32,
}

impl World {
    /// The demo that all cases share which need nobody else's quiet.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<World> = OnceLock::new();
        SHARED.get_or_init(Self::demo)
    }

    /// A demo of one's own, for cases that change how the carrier behaves.
    pub fn demo() -> Self {
        Self::demo_with(&[])
    }

    /// A demo of one's own that is told something more.
    pub fn demo_with(more: &[&str]) -> Self {
        let folder = folder();
        let log = folder.join("demo.log");
        let data = folder.join("data");
        let arguments = [
            "demo",
            "--data",
            data.to_str().expect("a path"),
            "--listen",
            "127.0.0.1:0",
        ];
        let program = Program::start(WAYLEAVE, &[&arguments, more].concat(), &log, Some(&folder));
        let world = std::fs::read(data.join("world.json")).expect("world.json");
        let world: Value = serde_json::from_slice(&world).expect("world.json");
        Self {
            _program: Some(program),
            ..Self::of_description(&data, &world)
        }
    }

    /// The world that a demo's `world.json` describes.
    pub fn of_description(data: &Path, world: &Value) -> Self {
        let control = |name: &str| {
            let peers = world["peers"].as_array().expect("peers");
            let peer = peers.iter().find(|peer| peer["name"] == name).expect(name);
            peer["control"].as_str().expect("control").to_owned()
        };
        let text = |name: &str| world[name].as_str().expect(name).to_owned();
        let castor = control("castor");
        let parts = Self::of_parts(
            data.to_owned(),
            text("issuer"),
            control("meridian"),
            control("smsc"),
            text("phonesUrl"),
        );
        parts.with_castor(castor)
    }

    /// A world whose parts were started one by one.
    pub fn of_parts(folder: PathBuf, issuer: String, carrier: String, smsc: String, phones: String) -> Self {
        Self {
            folder,
            issuer,
            carrier,
            castor: String::new(),
            smsc,
            phones,
            _program: None,
            next_number: AtomicU32::new(20),
        }
    }

    /// The same with a carrier that speaks MLP.
    pub fn with_castor(self, castor: String) -> Self {
        Self { castor, ..self }
    }

    /// The gateway's address and port.
    pub fn host(&self) -> &str {
        http::split(&self.issuer).0
    }

    pub fn partner(&self, name: &str) -> Partner {
        let path = self.folder.join("clients").join(format!("{name}.json"));
        let file = std::fs::read(path).expect("a client's file");
        Partner::new(serde_json::from_slice(&file).expect("a client's file"))
    }

    pub fn phone(&self, number: &str) -> Phone<'_> {
        Phone::new(self, number)
    }

    /// A phone that no other case uses, switched on, whose owner has agreed to nothing.
    pub fn free_phone(&self) -> Phone<'_> {
        let next = self.next_number.fetch_add(1, Ordering::Relaxed);
        // 140 to 149 are the second carrier's.
        let next = if next < 40 { next } else { next + 10 };
        assert!(next < 99, "the cases need more phones than there are");
        Phone::new(self, &format!("{NUMBERS}{:04}", 100 + next))
    }

    /// A phone of the carrier that speaks MLP, switched on: the `nth` of eight.
    pub fn castor_phone(&self, nth: u32) -> Phone<'_> {
        assert!(nth < 8, "the second carrier has no such phone");
        Phone::new(self, &format!("{NUMBERS}{:04}", 140 + nth))
    }

    pub fn get(&self, path: &str) -> Answer {
        Request::new("GET", path).send(self.host())
    }

    /// Every query about `number` that reached the carrier.
    pub fn queries(&self, number: &str) -> Vec<Value> {
        let lines = ledger(&self.carrier);
        let about = |line: &Value| line["kind"] == "retrieve" || line["kind"] == "verify";
        lines
            .into_iter()
            .filter(|line| about(line) && line["number"] == number)
            .collect()
    }

    /// Every request about `number` that reached the carrier that speaks MLP.
    pub fn castor_requests(&self, number: &str) -> Vec<Value> {
        let lines = ledger(&self.castor).into_iter();
        lines
            .filter(|line| line["kind"] == "slir" && line["number"] == number)
            .collect()
    }

    /// Changes how the carrier behaves.
    pub fn carrier_behaves(&self, change: &Value) {
        let answer = http::send_json("PUT", &format!("{}/behaviour", self.carrier), change);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Changes how the carrier that speaks MLP behaves.
    pub fn castor_behaves(&self, change: &Value) {
        let answer = http::send_json("PUT", &format!("{}/behaviour", self.castor), change);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// Changes how the message centre behaves.
    pub fn smsc_behaves(&self, change: &Value) {
        let answer = http::send_json("PUT", &format!("{}/behaviour", self.smsc), change);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// A counter of the gateway's own, or 0.
    pub fn measure(&self, line: &str) -> u64 {
        let metrics = self.get("/metrics").text();
        let found = metrics
            .lines()
            .find_map(|found| found.strip_prefix(line)?.trim().parse().ok());
        found.unwrap_or_default()
    }

    /// Where a phone truly is: latitude and longitude.
    pub fn truth(&self, number: &str) -> (f64, f64) {
        let phone = http::fetch(&format!("{}/phones/{number}", self.carrier)).json();
        let degrees = |name: &str| phone["truth"][name].as_f64().expect("a true position");
        (degrees("latitude"), degrees("longitude"))
    }
}

/// Everything that a simulated system received, in order.
pub fn ledger(control: &str) -> Vec<Value> {
    let text = http::fetch(&format!("{control}/ledger")).text();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

/// The shortest retrieval of `number`.
pub fn retrieval(number: &str) -> Value {
    json!({"device": {"phoneNumber": number}})
}

/// A verification of `number` in a circle.
pub fn verification(number: &str, (latitude, longitude): (f64, f64), radius: f64) -> Value {
    json!({
        "device": {"phoneNumber": number},
        "area": {"areaType": "CIRCLE", "center": {"latitude": latitude, "longitude": longitude}, "radius": radius},
    })
}

/// What the simulated carrier's numbers begin with.
pub const NUMBERS: &str = concat!("+1", "202555");

pub const RETRIEVE: &str = "/location-retrieval/v0.5/retrieve";
pub const VERIFY: &str = "/location-verification/v3/verify";
pub const CONSENTS: &str = "/wayleave/v1/consents";
