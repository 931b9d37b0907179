//! `[gateway]`: who runs it, where, and for which world.

use std::path::PathBuf;

use domain::policy::World;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, is_loopback};
use crate::pages::policy::origin_of;
use wire::words::Locale;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gateway {
    /// Which world.
    pub world: WorldWord,
    /// The public address, without a slash at its end.
    pub issuer: String,
    /// Who runs it, as subscribers read it.
    pub operator: String,
    /// How subscribers reach them.
    #[serde(default)]
    pub contact: Option<String>,
    /// The language that subscribers are spoken to in, if a question names no other.
    #[serde(default = "locale")]
    pub locale: String,
    /// The time zone that subscribers are told times in.
    #[serde(default = "time_zone")]
    pub time_zone: String,
    /// Where the store and the keys are.
    #[serde(default = "data_dir")]
    pub data_dir: PathBuf,
    /// After how many days the gateway makes a new token key by itself; zero for never.
    #[serde(default = "token_key_days")]
    pub token_key_days: u32,
    /// How long a party's new keys wait before they are its keys.
    #[serde(default = "party_keys_wait_s")]
    pub party_keys_wait_s: u32,
    /// What consent can allow; the shipped policy if there is none.
    #[serde(default)]
    pub policy_file: Option<PathBuf>,
}

/// The world's name in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorldWord {
    /// Reserved numbers, loopback only.
    Sandbox,
    /// Real subscribers.
    Live,
}

impl From<WorldWord> for World {
    fn from(word: WorldWord) -> Self {
        match word {
            WorldWord::Sandbox => Self::Sandbox,
            WorldWord::Live => Self::Live,
        }
    }
}

fn time_zone() -> String {
    "UTC".to_owned()
}

fn locale() -> String {
    Locale::default().tag().to_owned()
}

fn data_dir() -> PathBuf {
    PathBuf::from("data")
}

const fn token_key_days() -> u32 {
    90
}

/// So long a party, or its operator, has to notice that somebody else changed its keys: 72 hours.
const fn party_keys_wait_s() -> u32 {
    259_200
}

impl Gateway {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let issuer = self.issuer.as_str();
        let secure = issuer.starts_with("https://") || (issuer.starts_with("http://") && is_loopback(issuer));
        // Browsers name an origin in small letters and without its usual port; forms are held against that very text.
        let usual_port = (issuer.starts_with("https:") && issuer.ends_with(":443"))
            || (issuer.starts_with("http:") && issuer.ends_with(":80"));
        let origin = origin_of(issuer) == Some(issuer) && !issuer.bytes().any(|b| b.is_ascii_uppercase());
        if !secure || !origin || usual_port {
            let want = "`https://` and a host in small letters, with nothing behind it but an unusual port (`http://` on loopback only)";
            return Err(ConfigError::Unfit("gateway.issuer", want, self.issuer.clone()));
        }
        if self.world == WorldWord::Live && self.party_keys_wait_s < party_keys_wait_s() {
            let want = "at least 259200 seconds (72 hours) in a live world";
            let found = self.party_keys_wait_s.to_string();
            return Err(ConfigError::Unfit("gateway.party_keys_wait_s", want, found));
        }
        if Locale::from_tag(&self.locale).is_none() {
            let want = "`en` or `es`";
            return Err(ConfigError::Unfit("gateway.locale", want, self.locale.clone()));
        }
        if TimeZone::get(&self.time_zone).is_err() {
            let want = "an IANA time zone as `Europe/Berlin`";
            return Err(ConfigError::Unfit("gateway.time_zone", want, self.time_zone.clone()));
        }
        if self.token_key_days > 3650 {
            let want = "at most 3650 days, or 0 for never";
            let found = self.token_key_days.to_string();
            return Err(ConfigError::Unfit("gateway.token_key_days", want, found));
        }
        Ok(())
    }

    /// The language that subscribers are spoken to in, if a question names no other.
    #[must_use]
    pub fn locale(&self) -> Locale {
        Locale::from_tag(&self.locale).unwrap_or_default()
    }

    /// A gateway for tests.
    #[cfg(test)]
    pub(crate) fn example(world: WorldWord) -> Self {
        Self {
            world,
            issuer: "http://127.0.0.1:8080".to_owned(),
            operator: "Port Aster".to_owned(),
            contact: None,
            data_dir: data_dir(),
            token_key_days: token_key_days(),
            party_keys_wait_s: party_keys_wait_s(),
            locale: locale(),
            time_zone: time_zone(),
            policy_file: None,
        }
    }

    /// The time zone that subscribers are told times in.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Whether this is a live gateway under a name that belongs to nobody: somebody forgot to change the example. Keys
    /// and a journal that were made under it could not be renamed.
    #[must_use]
    pub fn has_example_name(&self) -> bool {
        self.world == WorldWord::Live && super::ready::is_example(&self.issuer)
    }

    /// The journal's name in its checkpoints: the issuer without its scheme, as C2SP advises.
    #[must_use]
    pub fn origin(&self) -> String {
        let host = self
            .issuer
            .split_once("://")
            .map_or(self.issuer.as_str(), |(_, rest)| rest);
        format!("{host}/journal")
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[gateway]",
    about: "Who runs this gateway, where, and for which world. The world is fixed with the keys when the data directory is made.",
    keys: &[
        Key {
            name: "world",
            default: "required",
            about: "`sandbox` (reserved numbers, loopback only) or `live`",
            example: "world = \"sandbox\"",
        },
        Key {
            name: "issuer",
            default: "required",
            about: "the public address: issuer of tokens, start of every link, name of the journal",
            example: "issuer = \"https://gateway.example.com\"",
        },
        Key {
            name: "operator",
            default: "required",
            about: "who runs it, as subscribers read it",
            example: "operator = \"Port Aster Gateway\"",
        },
        Key {
            name: "contact",
            default: "none",
            about: "how subscribers reach the operator",
            example: "contact = \"help@example.com\"",
        },
        Key {
            name: "locale",
            default: "en",
            about: "the language of texts and pages, if a question names no other: `en` or `es`",
            example: "locale = \"en\"",
        },
        Key {
            name: "time_zone",
            default: "UTC",
            about: "the IANA time zone in which subscribers are told times, and of the quiet hours",
            example: "time_zone = \"Europe/Berlin\"",
        },
        Key {
            name: "data_dir",
            default: "data",
            about: "the folder of the store (`wayleave.db`) and the key directory (`keys/`)",
            example: "data_dir = \"/var/lib/wayleave\"",
        },
        Key {
            name: "token_key_days",
            default: "90",
            about: "days after which a new key signs tokens; it is published ten minutes before; 0 leaves it to `wayleave keys rotate`",
            example: "token_key_days = 90",
        },
        Key {
            name: "party_keys_wait_s",
            default: "259200",
            about: "seconds before a party's new keys are its keys; only a sandbox may wait less than 72 hours",
            example: "party_keys_wait_s = 259200",
        },
        Key {
            name: "policy_file",
            default: "none",
            about: "what a consent can allow, purpose by purpose; the shipped policy (`wayleave policy show`) if none is given",
            example: "policy_file = \"policy.toml\"",
        },
    ],
};
