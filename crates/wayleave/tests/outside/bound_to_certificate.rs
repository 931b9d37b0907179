//! Mutual TLS as the alternative to DPoP (RFC 8705): a token that is bound to a client certificate is worth nothing on a
//! connection that shows none, or another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::jose::Key;
use crate::oauth::form;
use crate::partner::ASSERTION_TYPE;
use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};
use crate::world::{RETRIEVE, retrieval};

/// A certificate for `name` and its key, in files of their own.
pub fn certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
    fs::write(&certificate, made.cert.pem()).expect("written");
    fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&key, mode).expect("permissions");
    (certificate, key)
}

/// One request by curl: the status and the body.
pub struct Curl<'a> {
    pub issuer: &'a str,
    pub trust: &'a Path,
    pub shown: Option<&'a (PathBuf, PathBuf)>,
}

impl Curl<'_> {
    fn post(&self, path: &str, headers: &[&str], body: &str) -> (u16, Value) {
        let mut command = Command::new("curl");
        command.args(["-sS", "--max-time", "20", "-w", "\n%{http_code}", "--cacert"]);
        command.arg(self.trust);
        if let Some((certificate, key)) = self.shown {
            command.arg("--cert").arg(certificate).arg("--key").arg(key);
        }
        headers.iter().for_each(|header| {
            command.args(["-H", header]);
        });
        command.args(["--data", body]).arg(format!("{}{path}", self.issuer));
        let output = command.output().expect("curl");
        assert!(output.status.success(), "{}", said(&output));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let (body, status) = printed.rsplit_once('\n').expect("a status");
        (
            status.parse().expect("a status"),
            serde_json::from_str(body).expect("JSON"),
        )
    }

    /// Asks for a token with an assertion of this key's.
    pub fn token(&self, key: &Key, client: &str) -> (u16, Value) {
        let assertion = key.assertion(client, self.issuer);
        let scope = "dpv:RequestedServiceProvision location-retrieval:read";
        let body = form(&[
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ]);
        self.post("/oauth2/token", &[], &body)
    }

    /// Asks where a phone is with a token: the status, and what it is called.
    pub fn ask(&self, token: &Value, number: &str) -> (u16, String) {
        let token = token["access_token"].as_str().expect("a token");
        let (bearer, body) = (format!("Authorization: Bearer {token}"), retrieval(number).to_string());
        let headers = ["Content-Type: application/json", bearer.as_str()];
        let (status, body) = self.post(RETRIEVE, &headers, &body);
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    }
}

/// A gateway that is not started yet, whose connections are secured, and its certificate.
pub fn gateway() -> (Parts, PathBuf) {
    // The journal is named after the address, so the address is this one from the first entry on.
    let parts = Parts::prepare(Settings {
        scheme: "https",
        host: "localhost",
        listen: "certificate_file = \"localhost.crt\"\nkey_file = \"localhost.key\"".to_owned(),
        ..Settings::default()
    });
    let own = certificate(&parts.world.folder, "localhost");
    (parts, own.0)
}

/// Enrols a party whose tokens must be bound to a certificate; its client id.
pub fn enrol(parts: &Parts, client: &str, name: &str, key: &Key) -> String {
    let public = parts.world.folder.join(format!("{client}.jwk"));
    fs::write(&public, key.public().to_string()).expect("written");
    let (config, public) = (parts.config.to_string_lossy(), public.to_string_lossy());
    let mut arguments = vec!["party", "add", "--config", &config, "--client", client, "--name", name];
    arguments.extend([
        "--purpose",
        "RequestedServiceProvision",
        "--scope",
        "location-retrieval:read",
    ]);
    arguments.extend(["--mtls", "--jwk", &public]);
    let output = wayleave(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[test]
fn a_stolen_token_is_useless_without_the_certificate() {
    let (mut parts, own) = gateway();
    let folder = parts.world.folder.clone();
    let (ours, thiefs) = (certificate(&folder, "towing"), certificate(&folder, "thief"));
    let issuer = parts.world.issuer.clone();
    let key = Key::generate();
    let client = enrol(&parts, "towing", "Harbour Towing", &key);
    parts.start_gateway();
    let curl = |shown| Curl {
        issuer: &issuer,
        trust: &own,
        shown,
    };
    let (status, bare) = curl(None).token(&key, &client);
    assert_eq!((status, &bare["error"]), (400, &json!("invalid_request")), "{bare}");
    let (status, given) = curl(Some(&ours)).token(&key, &client);
    assert_eq!((status, &given["token_type"]), (200, &json!("Bearer")), "{given}");
    let ask = |shown| curl(shown).ask(&given, "+12025550150");
    assert_eq!(
        ask(Some(&ours)),
        (403, "PERMISSION_DENIED".to_owned()),
        "known, and not permitted"
    );
    assert_eq!(ask(Some(&thiefs)), (401, "UNAUTHENTICATED".to_owned()));
    assert_eq!(ask(None), (401, "UNAUTHENTICATED".to_owned()));
}
