//! A prison telephony platform, and the carrier's switch through which its calls go.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::http::send_json;
use crate::operator::{done, enrol};
use crate::parts::{Parts, Settings, said_ready};
use crate::phone::Phone;
use crate::program::{Program, SIMULATOR};
use crate::witness::journal_key;
use crate::world::NUMBERS;

/// What the platform is for.
pub const PURPOSE: &str = "InmateCommunication";
/// The facility's listed number.
pub const LINE: &str = "+12025550190";
/// A number of the facility that nobody listed.
pub const OTHER_LINE: &str = "+12025550191";

/// The platform, the switch, and the gateway that believes the switch.
pub struct Prison {
    pub parts: Parts,
    platform: String,
    pub switch: String,
    _programs: [Program; 2],
}

fn start(folder: &Path, role: &str, arguments: &[&str]) -> Program {
    let data = folder.join("sim").join(role);
    fs::create_dir_all(&data).expect("a folder");
    let common = [
        role,
        "--data",
        data.to_str().expect("a path"),
        "--listen",
        "127.0.0.1:0",
    ];
    Program::start(
        SIMULATOR,
        &[&common, arguments].concat(),
        &folder.join(format!("{role}.log")),
        None,
    )
}

impl Prison {
    /// Starts everything; the platform is approved for calls from its listed number.
    pub fn start(settings: Settings) -> Self {
        let mut parts = Parts::prepare(settings);
        let folder = parts.world.folder.clone();
        let switch = start(&folder, "switch", &["--gateway", &parts.world.issuer]);
        let feed = format!(
            "\n[[feed]]\nname = \"switch\"\nissuer = \"{}\"\npublic_key_file = \"{}\"\nprefixes = [\"{NUMBERS}01\"]\n",
            said_ready(&switch, "issuer"),
            said_ready(&switch, "public_jwk_file")
        );
        let config = fs::read_to_string(&parts.config).expect("a configuration");
        fs::write(&parts.config, config + &feed).expect("written");
        let party = enrol(&parts, "prison", PURPOSE, &["wayleave:asks", "wayleave:events"], None);
        done(
            &parts,
            &[
                "party",
                "programme",
                "prison",
                PURPOSE,
                "--event",
                "call",
                "--line",
                LINE,
            ],
        );
        parts.start_gateway();
        let (file, key) = (party.file.to_string_lossy().into_owned(), journal_key(&parts.config));
        let control = said_ready(&switch, "control");
        let arguments = [
            "--client",
            &file,
            "--line",
            LINE,
            "--switch",
            &control,
            "--journal-key",
            &key,
        ];
        let platform = start(&folder, "prison-platform", &arguments);
        Self {
            platform: said_ready(&platform, "control"),
            switch: control,
            _programs: [switch, platform],
            parts,
        }
    }

    /// Has the platform do something: `ask`, `batch`, `call` or `hangup`.
    pub fn does(&self, what: &str, body: &Value) -> Value {
        let answer = send_json("POST", &format!("{}/{what}", self.platform), body);
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
        answer.json()
    }

    /// Begins a call, or invents one; its name.
    pub fn call(&self, about: &Value) -> String {
        let told = self.does("call", about);
        assert_eq!(told["event"]["status"], 204, "{told}");
        if !told["invented"].as_bool().expect("a flag") {
            assert_eq!(told["carrier"]["status"], 202, "{told}");
        }
        told["id"].as_str().expect("an id").to_owned()
    }

    /// Ends a real call: the carrier says so, and its word is taken at once.
    pub fn hang_up(&self, call: &str) {
        let told = self.does("hangup", &json!({"id": call}));
        assert_eq!(told["carrier"]["status"], 202, "{told}");
    }

    /// The called person is asked about this call, and says yes by text.
    pub fn says_yes(&self, phone: &Phone<'_>, event: &str, change: &Value) {
        let before = phone.count("/c/");
        let mut wish = json!({"number": phone.number, "event": event});
        for (name, value) in change.as_object().into_iter().flatten() {
            wish[name] = value.clone();
        }
        let asked = self.does("consent", &wish);
        assert_eq!(
            asked["opened"]["outcome"], "asked",
            "{} {}",
            asked["opened"], asked["doubt"]
        );
        let question = phone.question(before);
        phone.reply(&format!("YES {}", question.code));
    }

    /// Asks where a phone is, on this call.
    pub fn asks(&self, number: &str, event: &str) -> Value {
        self.does("ask", &json!({"number": number, "event": event}))
    }
}

/// Stops the test unless the platform was told a place, and believes it.
#[track_caller]
pub fn assert_told(outcome: &Value) {
    let opened = &outcome["opened"];
    assert_eq!(
        (&opened["outcome"], &outcome["accepted"]),
        (&json!("answered"), &json!(true)),
        "{} {}",
        opened["problem"],
        outcome["doubt"]
    );
}

/// Stops the test unless it is the one refusal, for this true reason.
#[track_caller]
pub fn assert_turned_down(outcome: &Value, reason: &str) {
    let opened = &outcome["opened"];
    assert_eq!(
        (&opened["outcome"], &opened["reason"]),
        (&json!("refused"), &json!(reason)),
        "{} {}",
        opened["problem"],
        outcome["doubt"]
    );
}
