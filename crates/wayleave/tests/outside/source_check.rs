//! `wayleave source check`, run as an engineer runs it: against honest carriers it finds nothing that prevents service,
//! against each misdeed it names it, and never does it say where anybody is.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::http::send_json;
use crate::jose::Key;
use crate::parts::free_port;
use crate::phone::Phone;
use crate::program::{Program, SIMULATOR, folder, said, wayleave};
use crate::world::World;

/// Two carriers, and a configuration that names them. No gateway runs.
struct Carriers {
    camara: Program,
    mlp: Program,
    config: PathBuf,
}

fn secret(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}

fn simulate(folder: &Path, role: &str, arguments: &[&str], remove: Option<&Path>) -> Program {
    let data = folder.join(role);
    let data = data.to_string_lossy();
    let common = [role, "--data", &data, "--listen", "127.0.0.1:0"];
    Program::start(SIMULATOR, &[&common, arguments].concat(), &folder.join("log"), remove)
}

fn ready(program: &Program, field: &str) -> String {
    let ready: Value = serde_json::from_str(&program.ready).expect("JSON behind `ready`");
    ready[field].as_str().expect(field).to_owned()
}

impl Carriers {
    fn start(dialect: &str, mode: &str) -> Self {
        let folder = folder();
        let key = Key::generate();
        secret(&folder.join("meridian.jwk"), &key.private().to_string());
        secret(&folder.join("castor.password"), "a password\n");
        let public = folder.join("meridian.pub.jwk");
        fs::write(&public, key.public().to_string()).expect("written");
        let password = folder.join("castor.password");
        let public = public.to_string_lossy();
        let camara = ["--client-id", "wayleave", "--client-jwk", &public];
        let camara = simulate(&folder, "carrier-camara", &camara, Some(&folder));
        let password = password.to_string_lossy();
        let mlp = [
            "--client-id",
            "wayleave",
            "--client-password-file",
            &password,
            "--dialect",
            dialect,
        ];
        let mlp = simulate(
            &folder,
            "carrier-mlp",
            &[&mlp[..], &["--last-client", "required"]].concat(),
            None,
        );
        let config = folder.join("wayleave.toml");
        fs::write(&config, configuration(&camara, &mlp, dialect, mode)).expect("written");
        Self { camara, mlp, config }
    }

    fn control(&self, name: &str) -> String {
        let carrier = if name == "castor" { &self.mlp } else { &self.camara };
        ready(carrier, "control")
    }

    fn behave(&self, name: &str, change: &Value) {
        let answer = send_json("PUT", &format!("{}/behaviour", self.control(name)), change);
        assert_eq!(answer.status, 200, "{change}: {}", answer.text());
    }

    /// Runs the check; whether it found nothing against the carrier, and what it said.
    fn check(&self, name: &str, more: &[&str]) -> (bool, String) {
        let config = self.config.to_string_lossy();
        let arguments = ["source", "check", name, "--config", &config, "--within-s", "2"];
        let output = wayleave(&[&arguments, more].concat());
        let text = said(&output);
        for place in ["latitude", "12.0", "12 00", "radius", "99999999999", "a password"] {
            assert!(!text.contains(place), "`{place}` was said: {text}");
        }
        (output.status.success(), text)
    }
}

fn configuration(camara: &Program, mlp: &Program, dialect: &str, mode: &str) -> String {
    let (base, tokens) = (ready(camara, "base"), ready(camara, "token_endpoint"));
    let (url, push) = (ready(mlp, "url"), free_port());
    format!(
        r#"
[gateway]
world = "sandbox"
issuer = "http://127.0.0.1:8080"
operator = "Port Aster Gateway"
data_dir = "gateway"

[push]
address = "127.0.0.1:{push}"
base_url = "http://127.0.0.1:{push}"

[[source]]
name = "meridian"
kind = "camara"
prefixes = ["+120255501", "+999"]
base_url = "{base}"
token_endpoint = "{tokens}"
client_id = "wayleave"
key_file = "meridian.jwk"

[[source]]
name = "castor"
kind = "mlp"
prefixes = ["+1202555014", "+9991"]
url = "{url}"
dialect = "{dialect}"
client_id = "wayleave"
password_file = "castor.password"
mode = "{mode}"
"#
    )
}

#[test]
fn honest_carriers_can_be_put_into_service() {
    for (dialect, mode) in [("3.0", "sync"), ("3.2", "async"), ("3.5", "async")] {
        let carriers = Carriers::start(dialect, mode);
        for name in ["castor", "meridian"] {
            let (good, text) = carriers.check(name, &[]);
            assert!(good && !text.contains("failed"), "{name} {dialect}: {text}");
            let (good, text) = carriers.check(name, &["--json"]);
            let report: Value = serde_json::from_str(&text).expect("JSON");
            assert!(good && report["serviceable"] == true, "{text}");
            let findings = report["findings"].as_array().expect("findings");
            assert!(findings.len() > 6, "{text}");
            for finding in findings {
                assert!(
                    finding["standard"].as_str().is_some_and(|text| text.len() > 10),
                    "{finding}"
                );
            }
        }
    }
}

#[test]
fn only_nobody_is_asked_about() {
    let carriers = Carriers::start("3.5", "async");
    let somebody = ["+1", "2025551234"].concat();
    for name in ["castor", "meridian"] {
        let (good, text) = carriers.check(name, &["--nobody", &somebody]);
        assert!(!good && text.contains("belongs to nobody"), "{text}");
        carriers.check(name, &[]);
        let ledger = crate::world::ledger(&carriers.control(name));
        let numbers: Vec<&str> = ledger.iter().filter_map(|line| line["number"].as_str()).collect();
        assert!(
            !numbers.is_empty() && numbers.iter().all(|number| *number == "+99999999999"),
            "{numbers:?}"
        );
    }
    // A number that is reserved for fiction, but a subscriber in this world: its place is dropped and told of.
    let (good, text) = carriers.check("castor", &["--nobody", "+12025550140"]);
    assert!(!good && text.contains("a position came back"), "{text}");
    let (good, text) = carriers.check("nowhere", &[]);
    assert!(!good && text.contains("`meridian`, `castor`"), "{text}");
}

#[test]
fn each_misdeed_of_a_camara_carrier_is_named() {
    let carriers = Carriers::start("3.5", "sync");
    for (misdeed, good, words) in [
        ("hang", false, "no answer within 2 s"),
        ("slow-body", false, "no answer within 2 s"),
        ("late", false, "no answer within 2 s"),
        ("truncate", false, "cut short"),
        ("huge", false, "larger than is read here"),
        ("error-500", false, "status 500: the server failed"),
        ("redirect", false, "a redirect (status 307)"),
        ("twice", false, "it is broken, or has no `code`"),
        // What is broken looks like a position, so it is thrown away as one.
        ("malformed", false, "a position came back"),
        ("bare-errors", false, "it is broken, or has no `code`"),
        ("wrong-type", false, "the answer is not application/json"),
        (
            "locates-nobody",
            false,
            "a position came back for a number that belongs to nobody",
        ),
        ("any-token", false, "where 401 UNAUTHENTICATED is expected"),
        ("any-client", false, "what must be refused is granted"),
        ("no-correlator", true, "did not come back"),
        ("other-correlator", false, "another value came back"),
        ("always-400", true, "400 INVALID_ARGUMENT"),
    ] {
        carriers.behave(
            "meridian",
            &json!({"misbehave": misdeed, "late_ms": 5000, "last_known_ms": 0}),
        );
        let (found, text) = carriers.check("meridian", &[]);
        assert!(found == good && text.contains(words), "{misdeed}: {text}");
    }
}

#[test]
fn each_misdeed_of_an_mlp_carrier_is_named() {
    let carriers = Carriers::start("3.5", "async");
    for (misdeed, good, words) in [
        ("hang", false, "no answer within 2 s"),
        ("slow-body", false, "no answer within 2 s"),
        ("late", false, "no answer within 2 s"),
        ("truncate", false, "cut short"),
        ("huge", false, "larger than is read here"),
        ("endless", false, "larger than is read here"),
        ("error-500", false, "status 500: the server failed"),
        ("redirect", false, "a redirect (status 307)"),
        ("wrong-type", false, "the answer is not called XML"),
        ("twice", false, "well-formed XML"),
        ("malformed", false, "a position came back"),
        ("entity-bomb", false, "only the entities of XML itself"),
        ("doctype", false, "only the entities of XML itself"),
        ("deep-nesting", false, "at most 32 deep"),
        ("wrong-number", false, "found another subscriber"),
        (
            "locates-nobody",
            false,
            "a position came back for a number that belongs to nobody",
        ),
        ("unknown-result", false, "resid 999"),
        ("future-time", false, "ahead of ours"),
        ("stale-time", true, "behind ours"),
        ("any-password", false, "a wrong password is taken"),
        ("any-version", true, "version 9.9.9 is not refused"),
        ("always-ok", true, "status 200 with resid 108"),
        ("never-push", false, "no report within 2 s"),
        ("late-push", false, "no report within 2 s"),
        ("push-slow", false, "no report within 2 s"),
        ("push-twice", true, "a second report came"),
        ("push-to-nobody", false, "an address that nobody gave"),
        ("push-wrong-login", false, "logs in with another id or password"),
        ("push-without-login", false, "does not log in"),
        ("push-wrong-request", false, "names another request"),
        ("push-huge", false, "larger than 64 KiB"),
    ] {
        carriers.behave(
            "castor",
            &json!({"misbehave": misdeed, "late_ms": 5000, "last_known_ms": 0}),
        );
        let (found, text) = carriers.check("castor", &[]);
        assert!(found == good && text.contains(words), "{misdeed}: {text}");
    }
    let fetched = crate::world::ledger(&carriers.control("castor"));
    assert!(
        !fetched.iter().any(|line| line["path"].is_string()),
        "an entity was fetched, or a redirect followed"
    );
}

#[test]
fn habits_of_spelling_are_told_apart_from_faults() {
    let carriers = Carriers::start("3.5", "sync");
    for (habit, words) in [
        ("default-xmlns", "default-namespace"),
        ("vendor-siblings", "vendor-element"),
        ("ver-mismatch", "ver-mismatch"),
        ("missing-ver", "ver-missing"),
        ("lower-case-res-type", "lower-case-word"),
        ("hdr-misplaced", "misplaced-header"),
        ("iso-8859-1", "iso-8859-1"),
        ("bom", "byte-order-mark"),
        ("single-quotes", "single-quotes"),
        ("msid-other-type", "msid-type"),
        ("msid-with-plus", "msid-spelling"),
        ("utc-off-empty", "offset-empty"),
        ("no-content-type", "has no Content-Type"),
    ] {
        carriers.behave("castor", &json!({"quirk": habit}));
        let (good, text) = carriers.check("castor", &[]);
        assert!(good && text.contains(words), "{habit}: {text}");
    }
    carriers.behave("castor", &json!({"quirk": "time-is-utc"}));
    let (good, text) = carriers.check("castor", &[]);
    assert!(!good && text.contains("utc_offset = \"utc\""), "{text}");
}

#[test]
fn one_agreed_ask_shows_what_refusals_cannot() {
    let world = World::demo();
    let plain = world.partner("plain");
    let phone = world.free_phone();
    phone.agree_to(&plain, &json!({}));
    let config = world.folder.join("wayleave.toml");
    let client = world.folder.join("clients").join("plain.json");
    let (config, client) = (config.to_string_lossy(), client.to_string_lossy());
    let check = || {
        let arguments = ["source", "check", "meridian", "--config", &config];
        let asked = ["--number", &phone.number, "--client", &client];
        let output = wayleave(&[&arguments[..], &asked].concat());
        (output.status.success(), said(&output))
    };
    let (good, text) = check();
    assert!(good && text.contains("the gateway answered with an area"), "{text}");
    world.carrier_behaves(&json!({"misbehave": "wrong-number"}));
    let (good, text) = check();
    assert!(
        !good && text.contains("not believed: the answer is about another device"),
        "{text}"
    );
    for secret in [phone.number.as_str(), "latitude", "radius", "eyJ", "private_jwk"] {
        assert!(!text.contains(secret), "`{secret}` was said: {text}");
    }
    // Each of the two was an ask like any other: in the carrier's ledger, and so in the journal before it.
    assert_eq!(world.queries(&phone.number).len(), 2);
}

#[test]
fn one_agreed_ask_shows_how_a_carrier_draws_areas() {
    let world = World::demo();
    let described = fs::read(world.folder.join("world.json")).expect("world.json");
    let described: Value = serde_json::from_slice(&described).expect("JSON");
    let peers = described["peers"].as_array().expect("peers");
    let castor = peers.iter().find(|peer| peer["name"] == "castor").expect("castor");
    let behaviour = format!("{}/behaviour", castor["control"].as_str().expect("control"));
    let plain = world.partner("plain");
    let (config, client) = (
        world.folder.join("wayleave.toml"),
        world.folder.join("clients").join("plain.json"),
    );
    let (config, client) = (config.to_string_lossy(), client.to_string_lossy());
    let check = |number: &str| {
        let arguments = ["source", "check", "castor", "--config", &config];
        let output = wayleave(&[&arguments[..], &["--number", number, "--client", &client]].concat());
        (output.status.success(), said(&output))
    };
    let habits = [
        ("three-digit-degrees", "(three-digit-degrees)"),
        ("no-padding", "(unpadded-degrees)"),
        ("six-decimal-seconds", "(long-seconds)"),
        ("hemisphere-prefix", "(hemisphere-prefix)"),
        ("z-nan", "(nan-altitude)"),
        ("float-radii", "(float-measure)"),
        ("ellipse-in-circle", "(circle-as-ellipse)"),
        ("geo-info-in-pd", "(misplaced-geo-info)"),
        ("mixed-positions", "(mixed-outcome)"),
        ("sync-to-async", "(answered-at-once)"),
    ];
    let phone = Phone::new(&world, "+12025550140");
    phone.agree_to(&plain, &json!({}));
    for (habit, word) in habits {
        send_json(
            "PUT",
            &behaviour,
            &json!({"quirk": habit, "last_known_ms": 0, "fresh_ms": [0, 0]}),
        );
        let (good, text) = check(&phone.number);
        assert!(good && text.contains(word), "{habit}: {text}");
        // The gateway listens for reports, so the check does not.
        assert!(
            text.contains("not looked at: cannot listen on `push.address`"),
            "{text}"
        );
    }
    for (misdeed, words) in [
        ("disagree", "not believed: disagreement"),
        ("future-time", "not believed: future-time"),
    ] {
        send_json("PUT", &behaviour, &json!({"quirk": null, "misbehave": misdeed}));
        let (good, text) = check(&phone.number);
        assert!(!good && text.contains(words), "{misdeed}: {text}");
    }
}
