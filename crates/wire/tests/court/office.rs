//! The office of a court that does not exist: keys, certificates and signed documents, made anew by the tools of others.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::{Value, json};
use wire::jose::jwk::Jwk;
use wire::json::{self as strict, DEPTH_MAX};

use super::{Court, PartyId, PinnedCertificate, PinnedKey, Revoked, Term, Timestamp};

/// What the tools made.
#[derive(Debug)]
pub struct Office {
    folder: PathBuf,
    pub now: Timestamp,
    pub keys: Vec<Jwk>,
}

/// The certificates that are enrolled for the court.
const PINNED: [&str; 8] = ["p256", "p384", "rsa", "ed25519", "rsa1024", "expired", "early", "late"];

pub fn party(seed: u8) -> PartyId {
    PartyId::from_bytes([seed; 16])
}

/// An order of this court, about a number that nobody has.
fn order_of(court: PartyId) -> String {
    let task = json!({ "number": "+99912345678", "data": "location", "precisionMetres": 100, "intervalSeconds": 900,
        "from": "2027-01-10T00:00:00Z", "to": "2027-01-20T00:00:00Z" });
    json!({ "v": 1, "court": court.to_string(), "case": "27-0001", "kind": "warrant", "agency": party(2).to_string(),
        "jurisdiction": "XX", "issued": "2026-01-09T12:00:00Z", "from": "2027-01-10T00:00:00Z",
        "to": "2027-02-01T00:00:00Z", "tasks": [task],
        "seal": { "until": "2027-06-01T00:00:00Z", "reason": "the search is not over" } })
    .to_string()
}

/// What the court ordered.
pub fn order_text() -> String {
    order_of(party(1))
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    domain::journal::tree::sha256(&[bytes])
}

impl Office {
    /// The office, made once; `None`, and it is said, where the tools are missing.
    pub fn open() -> Option<&'static Self> {
        static OFFICE: OnceLock<Option<Office>> = OnceLock::new();
        OFFICE.get_or_init(Self::make).as_ref()
    }

    fn make() -> Option<Self> {
        let Some(python) = python() else {
            missing("Python's cryptography and pyHanko, or openssl (`scripts/setup outside`)");
            return None;
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("court");
        // What an earlier run left there is not good any more.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/court/tools.py");
        let mut child = Command::new(python)
            .arg("-B")
            .arg(script)
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts");
        let call = json!({ "order": order_text(), "other": order_of(party(9)), "openssl": "openssl" });
        let mut input = child.stdin.take().expect("standard input");
        write!(input, "{call}").expect("it reads");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success(), "the tools failed");
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let keys = told["keys"].as_array().expect("keys").iter().map(|key| {
            let node = strict::parse(key.to_string().as_bytes(), DEPTH_MAX).expect("JSON");
            Jwk::read(node).expect("a key")
        });
        Some(Self {
            keys: keys.collect(),
            now: Timestamp::from_unix_seconds(told["now"].as_i64().expect("a time")),
            folder,
        })
    }

    pub fn file(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// In force, from long ago.
    pub fn term() -> Term {
        Term {
            not_before: Timestamp::from_unix_seconds(0),
            not_after: None,
            revoked_at: None,
        }
    }

    pub fn pinned(&self, name: &str) -> PinnedCertificate {
        PinnedCertificate {
            der: self.file(&format!("{name}.der")),
            term: Self::term(),
        }
    }

    pub fn called_back(&self, name: &str) -> Revoked {
        Revoked {
            issuer: self.file(&format!("{name}.issuer")),
            serial: self.file(&format!("{name}.serial")),
        }
    }

    /// The court with all that is its own.
    pub fn court(&self) -> Court {
        let keys = self.keys.iter().cloned();
        let pin = |jwk| PinnedKey {
            jwk,
            term: Self::term(),
        };
        Court {
            id: party(1),
            keys: keys.map(pin).collect(),
            certificates: PINNED.iter().map(|name| self.pinned(name)).collect(),
            authorities: vec![self.pinned("root"), self.pinned("root-old")],
            enclosed: Vec::new(),
            revoked: Vec::new(),
        }
    }
}

/// A Python with the tools, beside the build or the machine's own.
fn python() -> Option<PathBuf> {
    let openssl = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
    openssl.ok().filter(std::process::ExitStatus::success)?;
    // The folder for what tests leave is in the one in which everything is built.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent()?;
    let works = |python: &PathBuf| {
        let imports = Command::new(python)
            .args(["-c", "import cryptography, pyhanko"])
            .stderr(Stdio::null())
            .status();
        imports.is_ok_and(|status| status.success())
    };
    [target.join("foreign/bin/python"), PathBuf::from("python3")]
        .into_iter()
        .find(works)
}

/// Says loudly what is not tested; in a full run it is an error.
fn missing(what: &str) {
    assert!(std::env::var_os("WAYLEAVE_MAKE_TEST").is_none(), "missing: {what}");
    // The handle is written to directly, since the test runner keeps what `eprintln!` prints to itself.
    let notice = format!("\n!!! SKIPPED: courts' signatures by the tools of others; missing: {what}\n");
    std::io::stderr()
        .write_all(notice.as_bytes())
        .expect("standard error can be written");
}
