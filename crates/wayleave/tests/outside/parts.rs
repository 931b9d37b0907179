//! A gateway and its world, started part by part: for cases that need a configuration of their own, or start the gateway
//! again.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::http::send_json;
use crate::jose::Key;
use crate::partner::Partner;
use crate::program::{Program, SIMULATOR, WAYLEAVE, folder, said, wayleave};
use crate::world::{NUMBERS, World};

const PASSWORD: &str = "aster-01";

/// What a case sets otherwise than the shipped configuration.
pub struct Settings {
    pub question_life_s: u32,
    pub head_timeout_ms: u32,
    pub body_timeout_ms: u32,
    /// More lines of `[listen]`.
    pub listen: String,
    /// More lines of the carrier's `[[source]]`.
    pub source: String,
    /// More sections.
    pub more: String,
    /// More arguments of the carrier.
    pub carrier: Vec<String>,
    /// What the issuer begins with: `https` where `listen` names a certificate.
    pub scheme: &'static str,
    /// The issuer's host: passkeys need a name.
    pub host: &'static str,
    /// A wrapper around the gateway, such as a command that limits it.
    pub wrapper: Vec<String>,
    /// The dialect and the mode of a second carrier, which speaks MLP.
    pub castor: Option<(&'static str, &'static str)>,
    /// What the shipped policy says, and what it shall say here.
    pub policy: Vec<(&'static str, &'static str)>,
    /// Whether a port authority tells what happens to numbers.
    pub ports: bool,
    /// A message centre that is not the simulated one: the command in front of its arguments.
    pub centre: Option<Vec<String>>,
    /// More lines of `[gateway]`.
    pub gateway: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            question_life_s: 900,
            head_timeout_ms: 10_000,
            body_timeout_ms: 10_000,
            listen: String::new(),
            source: String::new(),
            more: String::new(),
            carrier: Vec::new(),
            scheme: "http",
            host: "127.0.0.1",
            wrapper: Vec::new(),
            castor: None,
            policy: Vec::new(),
            ports: false,
            centre: None,
            gateway: String::new(),
        }
    }
}

/// The parts. The gateway ends first, and the folder goes with the last.
pub struct Parts {
    pub gateway: Option<Program>,
    pub world: World,
    pub config: PathBuf,
    pub settings: Settings,
    _phones: Program,
    _smsc: Program,
    _castor: Option<Program>,
    ports: Option<Program>,
    _carrier: Program,
}

impl Parts {
    /// Starts everything, with the partners `plain` and `bank` enrolled.
    pub fn start(settings: Settings) -> Self {
        let mut parts = Self::prepare(settings);
        parts.start_gateway();
        parts
    }

    /// Starts everything but the gateway.
    pub fn prepare(settings: Settings) -> Self {
        let folder = folder();
        let key = Key::generate();
        write_secret(&folder.join("carrier.jwk"), &key.private().to_string());
        let public = folder.join("carrier.pub.jwk");
        fs::write(&public, key.public().to_string()).expect("written");
        let password = folder.join("smpp.password");
        write_secret(&password, PASSWORD);
        let (public, password) = (public.to_string_lossy(), password.to_string_lossy());
        let mut carrier = vec!["--client-id", "wayleave", "--client-jwk", &public];
        carrier.extend(settings.carrier.iter().map(String::as_str));
        let carrier = simulate(&folder, "carrier-camara", &carrier, Some(&folder));
        let smsc = [
            "--system-id",
            "wayleave",
            "--password-file",
            &password,
            "--smpp",
            "127.0.0.1:0",
        ];
        let smsc = match &settings.centre {
            None => simulate(&folder, "smsc", &smsc, None),
            Some(command) => foreign(&folder, command, &password),
        };
        let controls = (said_ready(&carrier, "control"), said_ready(&smsc, "control"));
        let castor = settings.castor.map(|(dialect, _)| {
            let client = ["--client-id", "wayleave", "--client-password-file", &password];
            simulate(
                &folder,
                "carrier-mlp",
                &[&client[..], &["--dialect", dialect, "--last-client", "required"]].concat(),
                None,
            )
        });
        let of_castor = castor
            .as_ref()
            .map_or_else(String::new, |castor| said_ready(castor, "control"));
        let mut phones = vec!["--smsc", &controls.1, "--carrier", &controls.0];
        if castor.is_some() {
            phones.extend(["--carrier", &of_castor]);
        }
        let phones = simulate(&folder, "phones", &phones, None);
        let issuer = format!("{}://{}:{}", settings.scheme, settings.host, free_port());
        let ports = settings
            .ports
            .then(|| simulate(&folder, "port-authority", &["--gateway", &issuer], None));
        let config = folder.join("wayleave.toml");
        let mut text = configuration(&issuer, &settings, &carrier, &smsc);
        if let (Some((dialect, mode)), Some(castor)) = (settings.castor, &castor) {
            text.push_str(&second_source(dialect, mode, castor));
        }
        if let Some(ports) = &ports {
            text.push_str(&feed(ports));
        }
        if !settings.policy.is_empty() {
            write_policy(&folder, &settings.policy);
            text = text.replace("[gateway]\n", "[gateway]\npolicy_file = \"policy.toml\"\n");
        }
        fs::write(&config, text).expect("written");
        enrol(&folder, &config, &issuer, "plain");
        enrol(&folder, &config, &issuer, "bank");
        let page = said_ready(&phones, "control").trim_end_matches("/control").to_owned();
        Self {
            gateway: None,
            world: World::of_parts(folder, issuer, controls.0, controls.1, page).with_castor(of_castor),
            config,
            settings,
            _phones: phones,
            _smsc: smsc,
            _castor: castor,
            ports,
            _carrier: carrier,
        }
    }

    /// Starts the gateway, again if it ran before.
    pub fn start_gateway(&mut self) -> &Program {
        let log = self.world.folder.join("gateway.log");
        let serve = [WAYLEAVE, "serve", "--config", self.config.to_str().expect("a path")];
        let command: Vec<&str> = self.settings.wrapper.iter().map(String::as_str).chain(serve).collect();
        let program = Program::try_start(&command, &log, None);
        let program = program.unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap_or_default()));
        self.gateway.insert(program)
    }

    /// Enrols one more partner, beside a running gateway or before it.
    pub fn enrol(&self, client: &str) -> Partner {
        enrol(&self.world.folder, &self.config, &self.world.issuer, client);
        self.world.partner(client)
    }

    /// Lets something happen to a number: `recycle`, `port`, `sim-swap` or `attest`. What the authority says of it.
    pub fn happens(&self, what: &str, about: &Value) -> Value {
        let control = said_ready(self.ports.as_ref().expect("a port authority"), "control");
        let answer = send_json("POST", &format!("{control}/{what}"), about);
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    pub fn gateway_folder(&self) -> PathBuf {
        self.world.folder.join("gateway")
    }

    /// What `wayleave journal verify` says of the store; stops the test if it finds a fault.
    pub fn verify_journal(&self) -> String {
        let output = wayleave(&["journal", "verify", "--config", self.config.to_str().expect("a path")]);
        assert!(output.status.success(), "{}", said(&output));
        said(&output)
    }
}

fn simulate(folder: &Path, role: &str, arguments: &[&str], remove: Option<&Path>) -> Program {
    let data = folder.join("sim").join(role);
    fs::create_dir_all(&data).expect("a folder");
    let data = data.to_string_lossy();
    let common = [role, "--data", &data, "--listen", "127.0.0.1:0"];
    let log = folder.join(format!("{role}.log"));
    Program::start(SIMULATOR, &[&common, arguments].concat(), &log, remove)
}

/// Starts a message centre that somebody else wrote.
fn foreign(folder: &Path, command: &[String], password_file: &str) -> Program {
    let log = folder.join("centre.log");
    let mut command: Vec<&str> = command.iter().map(String::as_str).collect();
    command.extend(["wayleave", password_file]);
    let program = Program::try_start(&command, &log, None);
    program.unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap_or_default()))
}

/// What a program said behind `ready`.
pub fn said_ready(program: &Program, field: &str) -> String {
    let ready: Value = serde_json::from_str(&program.ready).expect("JSON behind `ready`");
    ready[field].as_str().expect(field).to_owned()
}

fn configuration(issuer: &str, settings: &Settings, carrier: &Program, smsc: &Program) -> String {
    let Settings {
        question_life_s,
        head_timeout_ms,
        body_timeout_ms,
        listen: limits,
        source,
        more,
        scheme,
        gateway,
        ..
    } = settings;
    let (base, tokens) = (said_ready(carrier, "base"), said_ready(carrier, "token_endpoint"));
    let (audience, smpp) = (said_ready(carrier, "issuer"), said_ready(smsc, "smpp"));
    let listen = issuer.trim_start_matches(scheme).trim_start_matches("://");
    let listen = listen.replace("localhost", "127.0.0.1");
    format!(
        r#"
[gateway]
world = "sandbox"
issuer = "{issuer}"
operator = "Port Aster Gateway"
data_dir = "gateway"
{gateway}

[listen]
address = "{listen}"
header_timeout_ms = {head_timeout_ms}
body_timeout_ms = {body_timeout_ms}
{limits}

[questions]
life_s = {question_life_s}

[sms]
address = "{smpp}"
system_id = "wayleave"
password_file = "smpp.password"
number = "+12025550199"
quiet_from = "00:00"
quiet_to = "00:00"

[work]
rest_s = 1

[[source]]
name = "meridian"
kind = "camara"
prefixes = ["{NUMBERS}", "+999"]
base_url = "{base}"
token_endpoint = "{tokens}"
audience = "{audience}"
client_id = "wayleave"
key_file = "carrier.jwk"
{source}

{more}
"#
    )
}

/// The carrier that speaks MLP, and where it brings its reports.
fn second_source(dialect: &str, mode: &str, castor: &Program) -> String {
    let (url, port) = (said_ready(castor, "url"), free_port());
    format!(
        r#"
[push]
address = "127.0.0.1:{port}"
base_url = "http://127.0.0.1:{port}"

[[source]]
name = "castor"
kind = "mlp"
prefixes = ["{NUMBERS}014"]
url = "{url}"
dialect = "{dialect}"
mode = "{mode}"
client_id = "wayleave"
password_file = "smpp.password"
"#
    )
}

/// Who tells what happens to numbers.
fn feed(ports: &Program) -> String {
    let (issuer, key) = (said_ready(ports, "issuer"), said_ready(ports, "public_jwk_file"));
    format!(
        r#"
[[feed]]
name = "port-authority"
issuer = "{issuer}"
public_key_file = "{key}"
prefixes = ["{NUMBERS}01"]
"#
    )
}

/// The shipped policy, as the program shows it, with some lines changed.
pub fn write_policy(folder: &Path, changes: &[(&str, &str)]) {
    let shown = wayleave(&["policy", "show"]);
    assert!(shown.status.success(), "{}", said(&shown));
    let mut text = String::from_utf8(shown.stdout).expect("text");
    for (line, other) in changes {
        assert!(text.contains(line), "{line}");
        text = text.replace(line, other);
    }
    fs::write(folder.join("policy.toml"), text).expect("written");
}

/// Enrols a partner with the operator's command, and writes its file as the demo does.
fn enrol(folder: &Path, config: &Path, issuer: &str, client: &str) {
    let key = Key::generate();
    let clients = folder.join("clients");
    fs::create_dir_all(&clients).expect("a folder");
    let public = clients.join(format!("{client}.pub.jwk"));
    fs::write(&public, key.public().to_string()).expect("written");
    let (name, purpose) = match client {
        "bank" => ("Harbour Bank", "FraudPreventionAndDetection"),
        "guard" => ("Lantern Family", "PersonalSafety"),
        "fleet" => ("Copper Freight", "DeliveryOfGoods"),
        _ => ("Plainfield Towing", "RequestedServiceProvision"),
    };
    let scopes = [
        "location-retrieval:read",
        "location-verification:verify",
        "wayleave:consents",
        "consent-info:retrieve",
    ];
    let back = format!("https://{client}.example.com/back");
    let (config, public) = (config.to_string_lossy(), public.to_string_lossy());
    let mut arguments = vec!["party", "add", "--config", &config, "--client", client, "--name", name];
    arguments.extend(["--purpose", purpose, "--jwk", &public]);
    arguments.extend(["--redirect-uri", &back, "--redirect-uri", "http://127.0.0.1/back"]);
    arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    let output = wayleave(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    let file = json!({
        "client_id": String::from_utf8_lossy(&output.stdout).trim(), "issuer": issuer, "purpose": purpose,
        "token_endpoint": format!("{issuer}/oauth2/token"), "scopes": scopes.join(" "), "dpop": false,
        "private_jwk": key.private(),
    });
    fs::write(clients.join(format!("{client}.json")), file.to_string()).expect("written");
}

fn write_secret(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}

pub fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    free.local_addr().expect("an address").port()
}
