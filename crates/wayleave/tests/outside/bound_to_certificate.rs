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
fn certificate(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).expect("a certificate");
    let (certificate, key) = (folder.join(format!("{name}.crt")), folder.join(format!("{name}.key")));
    fs::write(&certificate, made.cert.pem()).expect("written");
    fs::write(&key, made.signing_key.serialize_pem()).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&key, mode).expect("permissions");
    (certificate, key)
}

/// One request by curl: the status and the body.
struct Curl<'a> {
    issuer: &'a str,
    trust: &'a Path,
    shown: Option<&'a (PathBuf, PathBuf)>,
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
}

#[test]
fn a_stolen_token_is_useless_without_the_certificate() {
    // The journal is named after the address, so the address is this one from the first entry on.
    let mut parts = Parts::prepare(Settings {
        scheme: "https",
        host: "localhost",
        listen: "certificate_file = \"localhost.crt\"\nkey_file = \"localhost.key\"".to_owned(),
        ..Settings::default()
    });
    let folder = parts.world.folder.clone();
    let gateway = certificate(&folder, "localhost");
    let (ours, thiefs) = (certificate(&folder, "towing"), certificate(&folder, "thief"));
    let issuer = parts.world.issuer.clone();
    let key = Key::generate();
    let client = enrol(&parts, &folder, &key);
    parts.start_gateway();
    let curl = |shown| Curl {
        issuer: &issuer,
        trust: &gateway.0,
        shown,
    };
    let token = |shown| {
        let assertion = key.assertion(&client, &issuer);
        let scope = "dpv:RequestedServiceProvision location-retrieval:read";
        let body = form(&[
            ("grant_type", "client_credentials"),
            ("scope", scope),
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ]);
        curl(shown).post("/oauth2/token", &[], &body)
    };
    let (status, bare) = token(None);
    assert_eq!((status, &bare["error"]), (400, &json!("invalid_request")), "{bare}");
    let (status, given) = token(Some(&ours));
    assert_eq!((status, &given["token_type"]), (200, &json!("Bearer")), "{given}");
    let authorization = format!(
        "Authorization: Bearer {}",
        given["access_token"].as_str().expect("a token")
    );
    let ask = |shown| {
        let body = retrieval("+12025550150").to_string();
        let headers = ["Content-Type: application/json", authorization.as_str()];
        let (status, body) = curl(shown).post(RETRIEVE, &headers, &body);
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(
        ask(Some(&ours)),
        (403, "PERMISSION_DENIED".to_owned()),
        "known, and not permitted"
    );
    assert_eq!(ask(Some(&thiefs)), (401, "UNAUTHENTICATED".to_owned()));
    assert_eq!(ask(None), (401, "UNAUTHENTICATED".to_owned()));
}

/// Enrols a party whose tokens must be bound to a certificate; its client id.
fn enrol(parts: &Parts, folder: &Path, key: &Key) -> String {
    let public = folder.join("towing.jwk");
    fs::write(&public, key.public().to_string()).expect("written");
    let (config, public) = (parts.config.to_string_lossy(), public.to_string_lossy());
    let output = wayleave(&[
        "party",
        "add",
        "--config",
        &config,
        "--client",
        "towing",
        "--name",
        "Harbour Towing",
        "--purpose",
        "RequestedServiceProvision",
        "--scope",
        "location-retrieval:read",
        "--mtls",
        "--jwk",
        &public,
    ]);
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
