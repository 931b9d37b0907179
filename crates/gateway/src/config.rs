//! The configuration: one TOML file, a Rust file per section. Unknown keys are errors, and every key has a default or
//! says that it must be given, a unit in its name, and a line that `docs/configuration.md` is made from.

pub mod board;
pub mod breaker;
pub mod checker;
pub mod feed;
pub mod gateway;
pub mod journal;
pub mod listen;
pub mod log;
pub mod notices;
pub mod peer;
pub mod publish;
pub mod push;
pub mod questions;
mod ready;
pub mod retention;
pub mod sandbox;
pub mod sms;
pub mod source;
mod tls;
pub mod witness;
pub mod work;
pub mod world_file;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Who runs this gateway, where, and for which world.
    pub gateway: gateway::Gateway,
    /// The HTTP side.
    #[serde(default)]
    pub listen: listen::Listen,
    /// Questions, tokens and refusals.
    #[serde(default)]
    pub questions: questions::Questions,
    /// The bind to the message centre.
    #[serde(default)]
    pub sms: Option<sms::Sms>,
    /// Where carriers bring the answers that they give later.
    #[serde(default)]
    pub push: Option<push::Push>,
    /// The carriers.
    #[serde(default)]
    pub source: Vec<source::Source>,
    /// Who tells what happens to numbers.
    #[serde(default)]
    pub feed: Vec<feed::Feed>,
    /// The gateways that are told of suspended parties.
    #[serde(default)]
    pub peer: Vec<peer::Peer>,
    /// How long notices may wait.
    #[serde(default)]
    pub notices: notices::Notices,
    /// When a source that fails is left alone.
    #[serde(default)]
    pub breaker: breaker::Breaker,
    /// The subscriber's own page.
    #[serde(default)]
    pub board: board::Board,
    /// What the gateway does by itself.
    #[serde(default)]
    pub work: work::Work,
    /// How long entries about people keep their parts.
    #[serde(default)]
    pub retention: retention::Retention,
    /// The log as plain files.
    #[serde(default)]
    pub publish: Option<publish::Publish>,
    /// What others have to say to the journal.
    #[serde(default)]
    pub journal: journal::Journal,
    /// Who cosigns the journal's checkpoints.
    #[serde(default)]
    pub witness: Vec<witness::Witness>,
    /// The second opinion on the journal.
    #[serde(default)]
    pub checker: checker::Checker,
    /// The simulated world that the stage shows.
    #[serde(default)]
    pub sandbox: Option<sandbox::Sandbox>,
    /// The log.
    #[serde(default)]
    pub log: log::Log,
}

/// One key, for the reference.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name; the unit is at its end.
    pub name: &'static str,
    /// Its default as TOML, or `required`.
    pub default: &'static str,
    /// What it is for, in one line.
    pub about: &'static str,
    /// An example as TOML.
    pub example: &'static str,
}

/// One section, for the reference.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    /// Its heading in the file.
    pub heading: &'static str,
    /// What it is for, and what it is trusted with.
    pub about: &'static str,
    /// Its keys, in order.
    pub keys: &'static [Key],
}

/// Every section, in the order of the reference.
pub const SECTIONS: [Section; 21] = [
    gateway::SECTION,
    listen::SECTION,
    questions::SECTION,
    sms::SECTION,
    push::SECTION,
    source::camara::SECTION,
    source::gateway::SECTION,
    source::mlp::SECTION,
    feed::SECTION,
    peer::SECTION,
    notices::SECTION,
    breaker::SECTION,
    board::SECTION,
    work::SECTION,
    retention::SECTION,
    publish::SECTION,
    journal::SECTION,
    witness::SECTION,
    checker::SECTION,
    sandbox::SECTION,
    log::SECTION,
];

/// Why a configuration cannot be used.
#[derive(Debug)]
pub enum ConfigError {
    /// The file cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// The file is not the TOML that was expected.
    Malformed(PathBuf, Box<toml::de::Error>),
    /// A key has a value that does not fit; says which, what was wanted, and what was found.
    Unfit(&'static str, &'static str, String),
}

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::Malformed(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
            Self::Unfit(key, want, found) => write!(f, "`{key}`: expected {want}, found `{found}`"),
        }
    }
}

impl std::error::Error for ConfigError {}

impl Config {
    /// Reads and checks a file. Relative paths in it start at its own folder.
    ///
    /// # Errors
    /// When it cannot be read, has an unknown key, or a value that does not fit.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        let mut config: Self =
            toml::from_str(&text).map_err(|error| ConfigError::Malformed(path.to_owned(), Box::new(error)))?;
        config.resolve(path.parent().unwrap_or(Path::new(".")));
        config.check()?;
        Ok(config)
    }

    fn resolve(&mut self, folder: &Path) {
        self.gateway.data_dir = folder.join(&self.gateway.data_dir);
        if let Some(policy) = &mut self.gateway.policy_file {
            *policy = folder.join(&*policy);
        }
        self.listen.resolve(folder);
        if let Some(sms) = &mut self.sms {
            sms.password_file = folder.join(&sms.password_file);
        }
        if let Some(push) = &mut self.push {
            push.resolve(folder);
        }
        if let Some(publish) = &mut self.publish {
            publish.resolve(folder);
        }
        if let Some(sandbox) = &mut self.sandbox {
            sandbox.resolve(folder);
        }
        for source in &mut self.source {
            source.resolve(folder);
        }
        for feed in &mut self.feed {
            feed.resolve(folder);
        }
        for peer in &mut self.peer {
            peer.resolve(folder);
        }
        for witness in &mut self.witness {
            witness.resolve(folder);
        }
    }

    /// Checks what one section alone, or two together, must hold.
    ///
    /// # Errors
    /// The first value that does not fit.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.gateway.check()?;
        self.listen.check(&self.gateway)?;
        self.questions.check()?;
        self.breaker.check()?;
        self.board.check(self.gateway.world.into())?;
        self.work.check()?;
        self.retention.check()?;
        if let Some(publish) = &self.publish {
            publish.check(self.gateway.world)?;
        }
        self.checker.check()?;
        self.check_sources()?;
        self.check_feeds()?;
        self.check_peers()?;
        self.notices.check()?;
        self.journal.check(self.witness.len())?;
        self.check_witnesses()?;
        if let Some(sms) = &self.sms {
            sms.check(self.gateway.world)?;
        }
        match (&self.sandbox, self.gateway.world) {
            (Some(_), gateway::WorldWord::Live) => Err(ConfigError::Unfit(
                "sandbox",
                "no such section in a live world",
                "one".to_owned(),
            )),
            (Some(sandbox), gateway::WorldWord::Sandbox) => sandbox.check(),
            (None, _) => Ok(()),
        }
    }
}

impl Config {
    fn check_sources(&self) -> Result<(), ConfigError> {
        if let Some(push) = &self.push {
            push.check(self.gateway.world)?;
        }
        for source in &self.source {
            source.check(self.gateway.world)?;
            if source.is_pushed_to_us() && self.push.is_none() {
                let want = "a section `[push]` beside `mode = \"async\"`, so that reports can come";
                return Err(ConfigError::Unfit("push", want, "none".to_owned()));
            }
            if self.source.iter().filter(|other| other.name() == source.name()).count() > 1 {
                let want = "a name of its own for each source";
                return Err(ConfigError::Unfit("source.name", want, source.name().to_owned()));
            }
        }
        Ok(())
    }
}

impl Config {
    fn check_feeds(&self) -> Result<(), ConfigError> {
        for feed in &self.feed {
            feed.check()?;
            let same = |other: &&feed::Feed| other.name == feed.name || other.issuer == feed.issuer;
            if self.feed.iter().filter(same).count() > 1 {
                let want = "a name and an issuer of its own for each feed";
                return Err(ConfigError::Unfit("feed.issuer", want, feed.issuer.clone()));
            }
        }
        Ok(())
    }
}

impl Config {
    fn check_peers(&self) -> Result<(), ConfigError> {
        for peer in &self.peer {
            peer.check(self.gateway.world)?;
            let same = |other: &&peer::Peer| other.name == peer.name || other.url == peer.url;
            if self.peer.iter().filter(same).count() > 1 {
                let want = "a name and an issuer of its own for each peer";
                return Err(ConfigError::Unfit("peer.name", want, peer.name.clone()));
            }
        }
        Ok(())
    }
}

impl Config {
    fn check_witnesses(&self) -> Result<(), ConfigError> {
        for witness in &self.witness {
            witness.check(self.gateway.world)?;
            // Two sections with one key would count one witness twice.
            let same = |other: &&witness::Witness| other.name == witness.name || other.key == witness.key;
            if self.witness.iter().filter(same).count() > 1 {
                let want = "a name and a key of its own for each witness";
                return Err(ConfigError::Unfit("witness.name", want, witness.name.clone()));
            }
        }
        Ok(())
    }
}

/// Whether a URL's or an address's host is this machine, as a sandbox wants it. What could be read in two ways, such as a
/// user's name before the host, is not.
#[must_use]
pub fn is_loopback(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = authority
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'-' | b'[' | b']'));
    if !plain {
        return false;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => rest.split_once(']').unwrap_or_default(),
        None => authority
            .find(':')
            .map_or((authority, ""), |colon| authority.split_at(colon)),
    };
    let port_fits = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
    port_fits && (host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()))
}

/// Checks that a number lies within what makes sense.
///
/// # Errors
/// When it does not.
fn within(
    key: &'static str,
    want: &'static str,
    range: std::ops::RangeInclusive<u64>,
    found: u64,
) -> Result<(), ConfigError> {
    if range.contains(&found) {
        Ok(())
    } else {
        Err(ConfigError::Unfit(key, want, found.to_string()))
    }
}

/// A size as the widest number, for [`within`].
fn wide(size: usize) -> u64 {
    u64::try_from(size).unwrap_or(u64::MAX)
}

/// The reference as Markdown: what `docs/configuration.md` holds.
#[must_use]
pub fn reference() -> String {
    let mut text = String::from(
        "# Configuration\n\nOne TOML file, given to `wayleave serve --config`. Unknown keys are errors. Relative paths \
         start at the file's own folder.\nThis page is made by `wayleave config explain --markdown`.\n",
    );
    for section in SECTIONS {
        text.push_str(&format!(
            "\n## `{}`\n\n{}\n\n| key | default | what for | example |\n|---|---|---|---|\n",
            section.heading, section.about
        ));
        for key in section.keys {
            text.push_str(&format!(
                "| `{}` | {} | {} | `{}` |\n",
                key.name,
                code(key.default),
                key.about,
                key.example
            ));
        }
    }
    text
}

fn code(default: &str) -> String {
    if default == "required" || default == "none" {
        default.to_owned()
    } else {
        format!("`{default}`")
    }
}

#[cfg(test)]
mod tests;
