//! What would keep a good configuration from serving: files that are missing or open to others, keys of another world, a
//! name that is only an example. Nothing is changed by looking.

use std::path::{Path, PathBuf};

use super::Config;
use crate::data::{self, mark};
use crate::keys::{KeyDirectory, read_secret};
use crate::policy_file::{self, PolicyError};

/// Names that belong to nobody (RFC 2606, RFC 6761). A live world has another.
const EXAMPLES: [&str; 7] = [
    "example.com",
    "example.net",
    "example.org",
    "example",
    "test",
    "invalid",
    "localhost",
];

impl Config {
    /// Everything that would keep `wayleave serve` from starting, in words. Empty if nothing is known to.
    #[must_use]
    pub fn hindrances(&self) -> Vec<String> {
        let mut found = Vec::new();
        if self.gateway.has_example_name() {
            found.push(format!(
                "`gateway.issuer`: expected the gateway's own name, found the example `{}`; the journal keeps this name for good",
                self.gateway.issuer
            ));
        }
        for (key, path) in self.files() {
            let outcome = if is_public(&key) {
                std::fs::read(&path)
                    .map(drop)
                    .map_err(|error| format!("cannot read `{}`: {error}", path.display()))
            } else {
                read_secret(&path).map(drop).map_err(|error| error.to_string())
            };
            found.extend(outcome.err().map(|error| format!("`{key}`: {error}")));
        }
        found.extend(self.policy_hindrance());
        found.extend(self.data_hindrance());
        found
    }

    /// Every key that names a file: its name ends in `_file`.
    fn files(&self) -> Vec<(String, PathBuf)> {
        let mut files = Vec::new();
        if let Ok(table) = toml::Value::try_from(self) {
            collect("", &table, &mut files);
        }
        files
    }

    /// A policy that cannot be read was found among the files already.
    fn policy_hindrance(&self) -> Option<String> {
        match policy_file::load(self.gateway.policy_file.as_deref(), self.gateway.world.into()) {
            Ok(_) | Err(PolicyError::Unreadable(..)) => None,
            Err(error) => Some(format!("`gateway.policy_file`: {error}")),
        }
    }

    fn data_hindrance(&self) -> Option<String> {
        let folder = &self.gateway.data_dir;
        let (keys, store) = (folder.join(data::KEYS), folder.join(data::STORE));
        match (keys.exists(), store.exists()) {
            // Both are made at the first start.
            (false, false) => None,
            (false, true) => Some(data::DataError::KeysLost(keys).to_string()),
            (true, false) => Some(data::DataError::StoreLost(store).to_string()),
            (true, true) => {
                let opened = KeyDirectory::open(&keys, self.gateway.world.into()).map_err(|error| error.to_string());
                let marked = mark::read(&keys).map_err(|error| error.to_string());
                opened.err().or(marked.err())
            }
        }
    }
}

/// Certificates, public keys and the policy are for everybody to read.
fn is_public(key: &str) -> bool {
    ["certificate_file", "ca_file", "public_key_file", "policy_file"]
        .iter()
        .any(|end| key.ends_with(end))
}

fn collect(at: &str, value: &toml::Value, files: &mut Vec<(String, PathBuf)>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                let key = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                match value {
                    toml::Value::String(path) if name.ends_with("_file") => files.push((key, Path::new(path).into())),
                    _ => collect(&key, value, files),
                }
            }
        }
        toml::Value::Array(list) => list.iter().for_each(|value| collect(at, value, files)),
        _ => {}
    }
}

/// Whether the host of an issuer is a name that belongs to nobody.
pub(super) fn is_example(issuer: &str) -> bool {
    let host = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or_default();
    EXAMPLES
        .iter()
        .any(|name| host == *name || host.strip_suffix(name).is_some_and(|rest| rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_belong_to_nobody_are_known() {
        for name in [
            "gateway.example.com",
            "example.org",
            "a.b.example",
            "x.test:8443",
            "localhost",
        ] {
            assert!(is_example(&format!("https://{name}")), "{name}");
        }
        for name in ["gateway.notexample.com", "example.com.au", "127.0.0.1:8080", "contest"] {
            assert!(!is_example(&format!("https://{name}")), "{name}");
        }
    }

    #[test]
    fn every_secret_and_certificate_that_a_configuration_names_is_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("wayleave.toml");
        let text = "[gateway]\nworld = \"sandbox\"\nissuer = \"http://127.0.0.1:8080\"\noperator = \"Port Aster\"\n\
                    [sms]\naddress = \"127.0.0.1:2775\"\nsystem_id = \"wayleave\"\npassword_file = \"smpp.password\"\n\
                    number = \"+12025550199\"\n";
        std::fs::write(&path, text).expect("written");
        let config = Config::load(&path).expect("a good one");
        let secret = folder.path().join("smpp.password");
        let hindrances = config.hindrances();
        assert!(
            hindrances.len() == 1 && hindrances[0].contains("sms.password_file"),
            "{hindrances:?}"
        );
        crate::keys::write_new(&secret, b"aster-01").expect("written");
        assert_eq!(config.hindrances(), Vec::<String>::new());
        std::fs::create_dir(folder.path().join("data")).expect("a folder");
        std::fs::write(folder.path().join("data/wayleave.db"), "").expect("a store");
        assert!(config.hindrances()[0].contains("key directory"));
    }
}
