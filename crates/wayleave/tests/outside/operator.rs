//! The operator at work: commands, and parties that are enrolled for one thing.

use std::fs;
use std::process::Output;

use serde_json::json;

use crate::http::{Answer, Request};
use crate::jose::{Key, jti, now};
use crate::over_time::rfc3339;
use crate::parts::Parts;
use crate::program::{said, wayleave};

/// Runs a command on the gateway's configuration.
pub fn run(parts: &Parts, arguments: &[&str]) -> Output {
    let config = parts.config.to_str().expect("a path");
    wayleave(&[arguments, &["--config", config]].concat())
}

/// What a command says that does what it was told.
#[track_caller]
pub fn done(parts: &Parts, arguments: &[&str]) -> String {
    let output = run(parts, arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

/// A party and its keys.
pub struct Party {
    pub id: String,
    pub key: Key,
    /// The file that its programs read.
    pub file: std::path::PathBuf,
}

impl Party {
    /// Somebody who says to be this party, and does not have its key.
    pub fn with_another_key(&self) -> Self {
        Self {
            id: self.id.clone(),
            key: Key::generate(),
            file: self.file.clone(),
        }
    }
}

/// Enrols a party for a purpose and these scopes, by this id if another gateway gave it one.
pub fn enrol(parts: &Parts, client: &str, purpose: &str, scopes: &[&str], id: Option<&str>) -> Party {
    let (folder, issuer) = (parts.world.folder.join("clients"), &parts.world.issuer);
    let (key, seals) = (Key::generate(), Key::generate());
    let file = |kind: &str| folder.join(format!("{client}.{kind}"));
    let sealing = |mut jwk: serde_json::Value| {
        jwk["use"] = "enc".into();
        jwk["alg"] = "ECDH-ES".into();
        jwk
    };
    fs::write(file("pub.jwk"), key.public().to_string()).expect("written");
    fs::write(file("enc.jwk"), sealing(seals.public()).to_string()).expect("written");
    let (public, encryption) = (file("pub.jwk"), file("enc.jwk"));
    let name = format!("Granite {client}");
    let mut arguments = vec![
        "party",
        "add",
        "--client",
        client,
        "--name",
        &name,
        "--purpose",
        purpose,
    ];
    arguments.extend(["--jwk", public.to_str().expect("a path")]);
    arguments.extend(["--encryption-jwk", encryption.to_str().expect("a path")]);
    arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    arguments.extend(id.iter().flat_map(|id| ["--id", id]));
    let id = done(parts, &arguments).trim().to_owned();
    let client = json!({
        "client_id": id, "name": name, "issuer": issuer, "purpose": purpose, "dpop": false,
        "token_endpoint": format!("{issuer}/oauth2/token"), "scopes": scopes.join(" "),
        "private_jwk": key.private(), "encryption_jwk": sealing(seals.private()),
    });
    fs::write(file("json"), client.to_string()).expect("written");
    Party {
        id,
        key,
        file: file("json"),
    }
}

/// A notice about a party.
pub fn notice(parts: &Parts, by: &Party, about: &str, purpose: Option<&str>) -> String {
    let mut claims = json!({
        "iss": by.id, "aud": parts.world.issuer, "iat": now(), "exp": now() + 120, "jti": jti(), "about": about,
        "kind": "misuse", "text": "Three people were located who never asked for a tow.",
        "documents": [{"name": "complaint-17", "sha256": "ab".repeat(32)}],
    });
    if let Some(purpose) = purpose {
        claims["purpose"] = purpose.into();
    }
    by.key
        .jws(&json!({"alg": "ES256", "typ": "wayleave-notice+jwt"}), &claims)
}

/// Sends a signed statement to one of the gateway's doors.
pub fn send(parts: &Parts, path: &str, field: &str, signed: &str) -> Answer {
    let request = Request::new("POST", path).json(&json!({ field: signed }));
    request.send(parts.world.host())
}

/// A moment so many seconds from now, as commands read it.
pub fn moment(in_s: i64) -> String {
    rfc3339(now() + in_s)
}
