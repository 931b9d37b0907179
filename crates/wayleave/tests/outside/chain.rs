//! Services that sign their own asks, and relays that carry them: the running programs, each with keys of its own.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::http::{Answer, fetch, send_json};
use crate::jose::Key;
use crate::parts::{Parts, Settings, said_ready};
use crate::phone::Phone;
use crate::program::{Program, SIMULATOR, said, wayleave};
use crate::witness::journal_key;

/// What a party on the chain is.
pub struct Member {
    /// Its short name.
    pub client: &'static str,
    /// What people read.
    pub name: &'static str,
    pub purposes: &'static [&'static str],
    /// Whether outcomes can be sealed to it.
    pub seals: bool,
}

pub const ROADSIDE: Member = Member {
    client: "roadside",
    name: "Aster Roadside Help",
    purposes: &["RequestedServiceProvision"],
    seals: true,
};

pub const BANK: Member = Member {
    client: "lender",
    name: "Harbour Card Services",
    purposes: &["FraudPreventionAndDetection"],
    seals: true,
};

pub const FAMILY: Member = Member {
    client: "family",
    name: "Lantern Family",
    purposes: &["PersonalSafety"],
    seals: true,
};

pub const RESELLER: Member = Member {
    client: "reseller",
    name: "Copper Reach Resale",
    purposes: &[
        "RequestedServiceProvision",
        "FraudPreventionAndDetection",
        "PersonalSafety",
    ],
    seals: false,
};

pub const HUB: Member = Member {
    client: "hub",
    name: "Meridian Hub",
    purposes: &[
        "RequestedServiceProvision",
        "FraudPreventionAndDetection",
        "PersonalSafety",
    ],
    seals: false,
};

/// An enrolled party: its id, and the file that its programs read.
pub struct Enrolled {
    pub id: String,
    pub file: PathBuf,
}

impl Enrolled {
    /// Changes members of its file; its program reads it anew each time.
    pub fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut file: Value = serde_json::from_slice(&fs::read(&self.file).expect("a file")).expect("JSON");
        change(&mut file);
        fs::write(&self.file, file.to_string()).expect("written");
    }
}

/// A running relay.
pub struct Relay {
    pub party: Enrolled,
    pub url: String,
    pub control: String,
    _program: Program,
}

/// A running service, which holds the only keys to its outcomes.
pub struct Service {
    pub party: Enrolled,
    pub control: String,
    _program: Program,
}

/// A gateway that nobody talks to yet. Questions in plenty are put to one phone here.
pub fn gateway() -> Parts {
    Parts::start(Settings::default())
}

/// Enrols a member with the operator's command.
pub fn enrol(parts: &Parts, member: &Member) -> Enrolled {
    enrol_as(parts, member, &Key::generate(), &Key::generate(), None)
}

/// Enrols a member with these keys, by this id if another gateway gave it one.
pub fn enrol_as(parts: &Parts, member: &Member, key: &Key, seals: &Key, id: Option<&str>) -> Enrolled {
    let (folder, issuer) = (parts.world.folder.join("clients"), &parts.world.issuer);
    let file = |kind: &str| folder.join(format!("{}.{kind}", member.client));
    fs::write(file("pub.jwk"), key.public().to_string()).expect("written");
    fs::write(file("enc.jwk"), sealing(seals.public()).to_string()).expect("written");
    let scopes = ["wayleave:asks", "wayleave:events"];
    let (config, public) = (parts.config.to_string_lossy(), file("pub.jwk"));
    let (public, encryption) = (public.to_string_lossy(), file("enc.jwk"));
    let mut arguments = vec!["party", "add", "--config", &config, "--client", member.client];
    arguments.extend(["--name", member.name, "--jwk", &public]);
    arguments.extend(member.purposes.iter().flat_map(|purpose| ["--purpose", purpose]));
    arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    if member.seals {
        arguments.extend(["--encryption-jwk", encryption.to_str().expect("a path")]);
    }
    arguments.extend(id.iter().flat_map(|id| ["--id", id]));
    let output = wayleave(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let mut client = json!({
        "client_id": id, "name": member.name, "issuer": issuer, "purpose": member.purposes[0],
        "token_endpoint": format!("{issuer}/oauth2/token"), "scopes": "wayleave:asks", "dpop": false,
        "private_jwk": key.private(),
    });
    if member.seals {
        client["encryption_jwk"] = sealing(seals.private());
    }
    fs::write(file("json"), client.to_string()).expect("written");
    Enrolled { id, file: file("json") }
}

/// The form of a key that others seal to.
pub fn sealing(mut jwk: Value) -> Value {
    jwk["use"] = "enc".into();
    jwk["alg"] = "ECDH-ES".into();
    jwk
}

impl Relay {
    /// Enrols and starts one.
    pub fn start(parts: &Parts, member: &Member) -> Self {
        Self::of(parts, member, enrol(parts, member), &[])
    }

    /// Starts one that hands on to another.
    pub fn start_before(parts: &Parts, member: &Member, next: &Self) -> Self {
        Self::of(parts, member, enrol(parts, member), &["--next", &next.url])
    }

    /// Starts the program of one that is enrolled.
    pub fn of(parts: &Parts, member: &Member, party: Enrolled, more: &[&str]) -> Self {
        let program = start(parts, "relay", member, &party, more);
        Self {
            url: said_ready(&program, "url"),
            control: said_ready(&program, "control"),
            party,
            _program: program,
        }
    }

    /// Changes what it does with what it carries; all else is as an honest one does.
    pub fn behaves(&self, behaviour: &Value) {
        let answer = send_json("PUT", &format!("{}/behaviour", self.control), behaviour);
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    /// What it posted last, and what it read of the answer.
    pub fn last(&self) -> Value {
        fetch(&format!("{}/last", self.control)).json()
    }

    /// Has it do something of its own: `replay` or `invent`.
    pub fn does(&self, what: &str, body: &Value) -> Value {
        let answer = send_json("POST", &format!("{}/{what}", self.control), body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

impl Service {
    /// Enrols and starts one whose asks these relays carry, in order from it outward; with none it brings them itself.
    pub fn start(parts: &Parts, member: &Member, relays: &[&Relay]) -> Self {
        Self::of(parts, member, enrol(parts, member), relays)
    }

    /// Starts the program of one that is enrolled.
    pub fn of(parts: &Parts, member: &Member, party: Enrolled, relays: &[&Relay]) -> Self {
        Self::beside(parts, member, party, relays, &[])
    }

    /// The same with a ticket system beside it, whose client this file describes.
    pub fn with_tickets(parts: &Parts, member: &Member, party: Enrolled, relays: &[&Relay], tickets: &Path) -> Self {
        Self::beside(parts, member, party, relays, &["--events", &tickets.to_string_lossy()])
    }

    fn beside(parts: &Parts, member: &Member, party: Enrolled, relays: &[&Relay], more: &[&str]) -> Self {
        let via = relays.first().map(|relay| ["--via", relay.url.as_str()]);
        let named = relays.iter().flat_map(|relay| ["--relay", relay.party.id.as_str()]);
        let journal = journal_key(&parts.config);
        let way: Vec<&str> = via.into_iter().flatten().chain(named).collect();
        let more = [&way[..], &["--journal-key", &journal], more].concat();
        let program = start(parts, "service", member, &party, &more);
        Self {
            control: said_ready(&program, "control"),
            party,
            _program: program,
        }
    }

    /// Starts the program of one whose asks go by this address and these parties, and that believes the home of a number.
    pub fn through(parts: &Parts, member: &Member, party: Enrolled, way: (&str, &[&str]), home: &Parts) -> Self {
        let (url, relays) = way;
        let journal = journal_key(&home.config);
        let mut more: Vec<&str> = relays.iter().flat_map(|relay| ["--relay", relay]).collect();
        more.extend(["--via", url, "--trust", &home.world.issuer, "--journal-key", &journal]);
        let program = start(parts, "service", member, &party, &more);
        Self {
            control: said_ready(&program, "control"),
            party,
            _program: program,
        }
    }

    fn post(&self, what: &str, body: &Value) -> Answer {
        send_json("POST", &format!("{}/{what}", self.control), body)
    }

    /// Has it sign and send something: `ask`, `consent`, `status` or `batch`. What came of it, opened.
    pub fn does(&self, what: &str, body: &Value) -> Value {
        let answer = self.post(what, body);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Asks where a phone is.
    pub fn asks(&self, number: &str) -> Value {
        self.does("ask", &json!({"number": number}))
    }

    /// Gets a consent through a signed ask, and the owner agrees on the page; its id.
    pub fn agree(&self, phone: &Phone<'_>, change: &Value) -> String {
        let before = phone.count("/c/");
        let mut wish = json!({"number": phone.number});
        for (name, value) in change.as_object().into_iter().flatten() {
            wish[name] = value.clone();
        }
        let asked = self.does("consent", &wish);
        let found = (&asked["opened"]["outcome"], &asked["accepted"]);
        assert_eq!(found, (&json!("asked"), &json!(true)), "{}", brief(&asked));
        let agreed = phone.press("agree", &phone.question(before));
        assert_eq!(agreed.status, 200, "{}", agreed.text());
        asked["opened"]["consent"].as_str().expect("an id").to_owned()
    }
}

fn start(parts: &Parts, role: &str, member: &Member, party: &Enrolled, more: &[&str]) -> Program {
    let (file, folder) = (party.file.to_string_lossy(), &parts.world.folder);
    let name = format!("{role}-{}", member.client);
    let data = folder.join("sim").join(&name);
    fs::create_dir_all(&data).expect("a folder");
    let common = [
        role,
        "--data",
        data.to_str().expect("a path"),
        "--listen",
        "127.0.0.1:0",
    ];
    let arguments = [&common[..], &["--client", &file], more].concat();
    Program::start(SIMULATOR, &arguments, &folder.join(format!("{name}.log")), None)
}

/// What a test says of an outcome that it did not expect: all but the long texts.
pub fn brief(outcome: &Value) -> String {
    let mut opened = outcome["opened"].clone();
    if let Some(opened) = opened.as_object_mut() {
        opened.remove("receipt");
        opened.remove("answer");
    }
    format!("{} {opened} doubt: {}", outcome["status"], outcome["doubt"])
}

/// Stops the test unless the outcome is an answer that its recipient believes.
#[track_caller]
pub fn assert_told(outcome: &Value) {
    let found = (&outcome["opened"]["outcome"], &outcome["accepted"]);
    assert_eq!(found, (&json!("answered"), &json!(true)), "{}", brief(outcome));
}

/// Stops the test unless the recipient could open the outcome, and it is the one refusal, for this true reason.
#[track_caller]
pub fn assert_turned_down(outcome: &Value, reason: &str) {
    let opened = &outcome["opened"];
    assert_eq!(
        (&opened["outcome"], &opened["problem"]["code"], &opened["reason"]),
        (&json!("refused"), &json!("PERMISSION_DENIED"), &json!(reason)),
        "{}",
        brief(outcome)
    );
}

/// What the journal holds about the person of a number: of each entry what it says to both, and to them alone.
pub fn entries(parts: &Parts, number: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("export.json");
    let (config, file) = (parts.config.to_string_lossy(), out.to_string_lossy());
    let because = ["--who", "the operator", "--because", "a test"];
    let arguments = [
        "journal", "export", "--config", &config, "--number", number, "--out", &file,
    ];
    let output = wayleave(&[&arguments[..], &because].concat());
    assert!(output.status.success(), "{}", said(&output));
    let export = fs::read_to_string(&out).expect("an export");
    let lines = export
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let part = |entry: &Value, of: &str| serde_json::from_str::<Value>(entry[of]["text"].as_str()?).ok();
    lines
        .filter_map(|entry| {
            let mut both = part(&entry, "party")?;
            for (name, value) in part(&entry, "subject")?.as_object()? {
                both[name] = value.clone();
            }
            Some(both)
        })
        .collect()
}
