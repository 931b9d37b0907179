//! `[[source]]` of the kind `mlp`: a carrier whose location server speaks OMA's Mobile Location Protocol.

use std::path::{Path, PathBuf};

use domain::geo::Metres;
use serde::{Deserialize, Serialize};
use wire::mlp::{dialect, expect};

use super::{in_flight_max, loopback_in_sandbox, requests_per_second_max, takes};
use crate::config::gateway::WorldWord;
use crate::config::{ConfigError, Key, Section, tls, within};
use crate::tls::trust::TrustFiles;

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mlp {
    /// The carrier's name in the journal and the metrics.
    pub name: String,
    /// The numbers that it serves, by their beginnings.
    pub prefixes: Vec<String>,
    /// Its location server.
    pub url: String,
    /// The version of the protocol that it speaks.
    pub dialect: Dialect,
    /// Who we are there.
    pub client_id: String,
    /// The file that holds our password there.
    pub password_file: PathBuf,
    /// The service that we are booked for there.
    #[serde(default)]
    pub service: Option<String>,
    /// How its answers come.
    #[serde(default)]
    pub mode: Mode,
    /// The name by which its reports log in.
    #[serde(default)]
    pub push_id: Option<String>,
    /// The file that holds the password by which its reports log in.
    #[serde(default)]
    pub push_password_file: Option<PathBuf>,
    /// What an answer without a confidence has.
    #[serde(default = "confidence_unstated_percent")]
    pub confidence_unstated_percent: u8,
    /// How its times are meant.
    #[serde(default)]
    pub utc_offset: UtcOffset,
    /// How its arcs are meant.
    #[serde(default)]
    pub arc_stop: ArcStop,
    /// How far around a bare point the phone may be.
    #[serde(default = "bare_point_radius_m")]
    pub bare_point_radius_m: u32,
    /// The roots that its certificate must lead to.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Our own certificate for it.
    #[serde(default)]
    pub client_certificate_file: Option<PathBuf>,
    /// That certificate's key.
    #[serde(default)]
    pub client_key_file: Option<PathBuf>,
    /// Requests a second.
    #[serde(default = "requests_per_second_max")]
    pub requests_per_second_max: u32,
    /// Requests at a time.
    #[serde(default = "in_flight_max")]
    pub in_flight_max: usize,
}

/// The versions of the protocol that are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dialect {
    /// LIF TS 101, MLP 3.0.
    #[serde(rename = "3.0")]
    V3_0,
    /// MLP 3.1.
    #[serde(rename = "3.1")]
    V3_1,
    /// MLP 3.2.
    #[serde(rename = "3.2")]
    V3_2,
    /// MLP 3.4.
    #[serde(rename = "3.4")]
    V3_4,
    /// MLP 3.5.
    #[serde(rename = "3.5")]
    V3_5,
}

impl From<Dialect> for dialect::Dialect {
    fn from(word: Dialect) -> Self {
        match word {
            Dialect::V3_0 => Self::V3_0,
            Dialect::V3_1 => Self::V3_1,
            Dialect::V3_2 => Self::V3_2,
            Dialect::V3_4 => Self::V3_4,
            Dialect::V3_5 => Self::V3_5,
        }
    }
}

/// How answers come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// With the answer to the request.
    #[default]
    Sync,
    /// As a report that the carrier sends to `[push]` afterwards.
    Async,
}

/// How a time with an offset is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UtcOffset {
    /// The wall clock at that offset, as the standard's examples have it.
    #[default]
    Local,
    /// UTC, whatever the offset says.
    Utc,
}

/// How the end of an arc is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArcStop {
    /// As the angle from the start, as the standard says.
    #[default]
    Included,
    /// As a bearing from north.
    Absolute,
}

const fn confidence_unstated_percent() -> u8 {
    67
}

const fn bare_point_radius_m() -> u32 {
    35_000
}

impl Mlp {
    /// Whom to believe at its end of TLS, and who to be there.
    #[must_use]
    pub fn trust(&self) -> TrustFiles<'_> {
        self.tls().trusted()
    }

    fn tls(&self) -> tls::Files<'_> {
        tls::Files {
            roots: &self.ca_file,
            certificate: &self.client_certificate_file,
            key: &self.client_key_file,
        }
    }

    /// How the carrier means what it writes.
    #[must_use]
    pub fn habits(&self) -> expect::Habits {
        expect::Habits {
            offset: match self.utc_offset {
                UtcOffset::Local => expect::Offset::Local,
                UtcOffset::Utc => expect::Offset::Utc,
            },
            arc: match self.arc_stop {
                ArcStop::Included => expect::ArcStop::Included,
                ArcStop::Absolute => expect::ArcStop::Absolute,
            },
            bare_point_radius: Metres::whole(self.bare_point_radius_m),
        }
    }

    pub(super) fn resolve(&mut self, folder: &Path) {
        let own = (&mut self.client_certificate_file, &mut self.client_key_file);
        tls::resolve(folder, [&mut self.ca_file, own.0, own.1]);
        self.password_file = folder.join(&self.password_file);
        if let Some(file) = &mut self.push_password_file {
            *file = folder.join(&file);
        }
    }

    pub(super) fn check(&self, world: WorldWord) -> Result<(), ConfigError> {
        self.tls().check()?;
        loopback_in_sandbox("source.url", &self.url, world)?;
        let fixed_login = self.push_id.is_some() || self.push_password_file.is_some();
        if fixed_login && self.mode == Mode::Sync {
            let want = "no login of reports where `mode` is `sync`, since then there are none";
            return Err(ConfigError::Unfit("source.push_id", want, "one".to_owned()));
        }
        if self.push_id.is_some() != self.push_password_file.is_some() {
            let want = "`push_id` and `push_password_file` together, or neither";
            return Err(ConfigError::Unfit("source.push_id", want, "one of them".to_owned()));
        }
        let percent = u64::from(self.confidence_unstated_percent);
        within("source.confidence_unstated_percent", "1 to 99", 1..=99, percent)?;
        let radius = u64::from(self.bare_point_radius_m);
        within("source.bare_point_radius_m", "1 to 100000", 1..=100_000, radius)?;
        takes(&self.prefixes, self.requests_per_second_max, self.in_flight_max)
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[[source]] # kind = \"mlp\"",
    about: "One carrier whose location server speaks OMA's Mobile Location Protocol. It is trusted as the other kind is. Each request names this gateway, the recipient as the last client, and the ask's id as the requestor.",
    keys: &[
        Key {
            name: "name",
            default: "required",
            about: "the carrier's name in the journal, the log and the metrics",
            example: "name = \"castor\"",
        },
        Key {
            name: "kind",
            default: "required",
            about: "the protocol: `mlp`",
            example: "kind = \"mlp\"",
        },
        Key {
            name: "prefixes",
            default: "required",
            about: "beginnings of the numbers that it serves; the longest wins",
            example: "prefixes = [\"+1202555014\"]",
        },
        Key {
            name: "url",
            default: "required",
            about: "its location server, with the path",
            example: "url = \"http://127.0.0.1:9210/LocationQueryService/\"",
        },
        Key {
            name: "dialect",
            default: "required",
            about: "the version that it speaks: `3.0`, `3.1`, `3.2`, `3.4` or `3.5`; answers in any are read",
            example: "dialect = \"3.2\"",
        },
        Key {
            name: "client_id",
            default: "required",
            about: "our client there",
            example: "client_id = \"wayleave\"",
        },
        Key {
            name: "password_file",
            default: "required",
            about: "the file that holds our password there, readable by its owner only",
            example: "password_file = \"castor.password\"",
        },
        Key {
            name: "service",
            default: "none",
            about: "the service id that we are booked for there",
            example: "service = \"LOCATION\"",
        },
        Key {
            name: "mode",
            default: "sync",
            about: "`sync`: it answers the request; `async`: it sends a report to `[push]` afterwards",
            example: "mode = \"async\"",
        },
        Key {
            name: "push_id",
            default: "none",
            about: "the name in the login of its reports, if its profile fixes one; else each request carries a new login",
            example: "push_id = \"castor\"",
        },
        Key {
            name: "push_password_file",
            default: "none",
            about: "the file that holds the password of that login, readable by its owner only",
            example: "push_password_file = \"castor-push.password\"",
        },
        Key {
            name: "confidence_unstated_percent",
            default: "67",
            about: "percent of confidence of an answer that states none; the area is made larger accordingly",
            example: "confidence_unstated_percent = 67",
        },
        Key {
            name: "utc_offset",
            default: "local",
            about: "how a time with an offset is meant: `local` (the wall clock there) or `utc`",
            example: "utc_offset = \"local\"",
        },
        Key {
            name: "arc_stop",
            default: "included",
            about: "how an arc's second angle is meant: `included` (from the first) or `absolute` (from north)",
            example: "arc_stop = \"included\"",
        },
        Key {
            name: "bare_point_radius_m",
            default: "35000",
            about: "metres around a point without a size in which the phone may be; a large cell's reach unless the carrier says better",
            example: "bare_point_radius_m = 35000",
        },
        tls::CA_FILE,
        tls::CLIENT_CERTIFICATE_FILE,
        tls::CLIENT_KEY_FILE,
        Key {
            name: "requests_per_second_max",
            default: "200",
            about: "requests a second at most",
            example: "requests_per_second_max = 200",
        },
        Key {
            name: "in_flight_max",
            default: "256",
            about: "requests at a time",
            example: "in_flight_max = 256",
        },
    ],
};
