//! The recipient's pages of `docs/partners`, run as they stand, with jwcrypto and with npm's jose, against a running gateway:
//! they make asks that a reseller carries, and open what comes back.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::chain::{RESELLER, ROADSIDE, Relay, Service, gateway};
use crate::http::{fetch, send_json};
use crate::jose::base64url;
use crate::parts::Parts;
use crate::program::said;
use crate::witness::journal_key;

const PYTHON: &str = "
import json, sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import recipient
call = json.loads(sys.argv[2])
if 'outcome' in call:
    told = recipient.open_outcome(call['outcome'], call['sealing'], call['recipient'], call['jti'], call['trusted'])
else:
    ask, jti = recipient.ask(call['signing'], call['recipient'], call['gateway'], call['gatewayKey'], call['number'],
        call['purpose'], call['question'], call['relays'])
    told = {'ask': ask, 'jti': jti}
print(json.dumps(told))
";

const JAVASCRIPT: &str = "
import { ask, openOutcome } from './recipient.mjs';
const call = JSON.parse(process.argv[2]);
const told = call.outcome ? await openOutcome(call.outcome, call.sealing, call) : await ask(call.signing, call);
console.log(JSON.stringify(told));
";

/// A page, ready to run: the command to which a call is added.
type Page = (&'static str, Vec<PathBuf>);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Says loudly what is not tested; in a full run it is an error.
fn missing(what: &str) {
    assert!(std::env::var_os("WAYLEAVE_MAKE_TEST").is_none(), "missing: {what}");
    let words = format!("!!! SKIPPED: a recipient's page; missing: {what} (`scripts/setup outside`)\n");
    // Past the test runner, which keeps what a passing test prints to itself.
    let _shown = std::io::stderr().write_all(words.as_bytes());
}

fn python() -> Option<Page> {
    let works = |python: &&str| {
        let mut imports = Command::new(python);
        imports.args(["-c", "import jwcrypto"]).stderr(Stdio::null());
        imports.status().is_ok_and(|status| status.success())
    };
    let Some(python) = ["python3", "/usr/bin/python3"].into_iter().find(works) else {
        missing("Python's jwcrypto");
        return None;
    };
    let page = root().join("docs/partners");
    Some(("jwcrypto", [python.into(), "-c".into(), PYTHON.into(), page].to_vec()))
}

fn javascript(parts: &Parts) -> Option<Page> {
    let modules = root().join("web/node_modules");
    if !modules.join("jose").exists() {
        missing("npm's jose");
        return None;
    }
    let folder = parts.world.folder.join("page");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(root().join("docs/partners/recipient.mjs"), folder.join("recipient.mjs")).expect("the page");
    std::fs::write(folder.join("call.mjs"), JAVASCRIPT).expect("written");
    std::os::unix::fs::symlink(modules.canonicalize().expect("there"), folder.join("node_modules")).expect("a link");
    Some(("jose", ["node".into(), folder.join("call.mjs")].to_vec()))
}

/// What a page says to a call; nothing if it refuses.
fn run((name, command): &Page, call: &Value) -> Option<Value> {
    let output = Command::new(&command[0])
        .args(&command[1..])
        .arg(call.to_string())
        .output();
    let output = output.unwrap_or_else(|error| panic!("{name}: {error}"));
    let refused = !output.status.success();
    if refused {
        // A failing test shows it.
        println!("{name}: {}", said(&output));
    }
    (!refused).then(|| serde_json::from_slice(&output.stdout).expect("JSON"))
}

#[test]
fn other_libraries_ask_and_open_what_a_gateway_sealed() {
    let parts = gateway();
    let (world, phone) = (&parts.world, parts.world.free_phone());
    let relay = Relay::start(&parts, &RESELLER);
    let service = Service::start(&parts, &ROADSIDE, &[&relay]);
    service.agree(&phone, &json!({}));
    let published = fetch(&format!("{}/oauth2/jwks", world.issuer)).json();
    let keys = published["keys"].as_array().expect("keys").iter();
    let seals = keys
        .into_iter()
        .find(|key| key["use"] == "enc")
        .expect("a key to seal to");
    let mut file: Value = serde_json::from_slice(&std::fs::read(&service.party.file).expect("a file")).expect("JSON");
    let signs = &mut file["private_jwk"];
    // Its RFC 7638 thumbprint, which it is enrolled under.
    let members = json!({"crv": signs["crv"], "kty": signs["kty"], "x": signs["x"], "y": signs["y"]});
    signs["kid"] = base64url(digest(&SHA256, members.to_string().as_bytes())).into();
    for page in [python(), javascript(&parts)].into_iter().flatten() {
        let name = page.0;
        for (number, outcome) in [(&phone.number, "answered"), (&world.free_phone().number, "refused")] {
            let asked = json!({
                "signing": file["private_jwk"], "recipient": service.party.id, "gateway": world.issuer,
                "gatewayKey": seals, "number": number, "purpose": ROADSIDE.purposes[0],
                "question": {"type": "retrieve"}, "relays": [relay.party.id],
            });
            let made = run(&page, &asked).unwrap_or_else(|| panic!("{name} made no ask"));
            let answer = send_json("POST", &format!("{}/carry", relay.url), &json!({"ask": made["ask"]}));
            assert_eq!(answer.status, 200, "{name}: {}", answer.text());
            let mut call = json!({
                "outcome": answer.text(), "sealing": file["encryption_jwk"], "recipient": service.party.id,
                "jti": made["jti"], "trusted": {&world.issuer: journal_key(&parts.config)},
            });
            let told = run(&page, &call).unwrap_or_else(|| panic!("{name} opened nothing"));
            assert_eq!(told["outcome"], outcome, "{name}");
            assert_eq!(
                told["answer"]["area"]["areaType"] == "CIRCLE",
                outcome == "answered",
                "{name}"
            );
            // Not as the outcome of another ask.
            call["jti"] = base64url("another").into();
            assert!(run(&page, &call).is_none(), "{name}");
        }
    }
    assert!(world.queries(&phone.number).len() <= 2);
    parts.verify_journal();
}
