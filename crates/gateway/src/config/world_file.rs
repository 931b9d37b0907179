//! `sandbox.world_file`: where the simulated parties of the chain are. The pages of the journeys talk to them.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use domain::id::PartyId;
use serde::{Deserialize, Serialize};

use super::sandbox::{is_local, is_reserved};

/// The longest file, in bytes.
const BYTES_MAX: u64 = 65_536;
/// The most phones of one journey.
const NUMBERS_MAX: usize = 100;

/// The simulated world of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageWorld {
    /// The gateway that passes asks on, which shows the journeys.
    pub hub: Gateway,
    /// The operator's hand: runs commands of `wayleave` in the demo's folder.
    pub operator: String,
    /// The simulated phones.
    pub phones: String,
    /// The gateways that are home to numbers, by a short name.
    pub homes: BTreeMap<String, Home>,
    /// Who carries asks.
    pub reseller: Reseller,
    /// A roadside service.
    pub roadside: Service,
    /// A bank.
    pub bank: Service,
    /// A prison telephony platform.
    pub prison: Platform,
}

/// A gateway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Gateway {
    /// What people read.
    pub name: String,
    /// Its address.
    pub issuer: String,
    /// The key of its journal, in the form of a signed note, where it is known.
    pub journal_key: Option<String>,
}

/// A gateway that is home to a carrier's numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Home {
    /// What people read.
    pub name: String,
    /// Its address.
    pub issuer: String,
    /// The key of its journal, in the form of a signed note, where it is known.
    pub journal_key: Option<String>,
    /// The carrier that it asks.
    pub carrier: Carrier,
}

/// A simulated carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Carrier {
    /// What people read.
    pub name: String,
    /// The simulator's role, such as `carrier-mlp`.
    pub kind: String,
    /// Its control.
    pub control: String,
}

/// A simulated relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reseller {
    /// What people read.
    pub name: String,
    /// Its id.
    pub party: String,
    /// Its control.
    pub control: String,
}

/// A simulated service that signs asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// What people read.
    pub name: String,
    /// Its id.
    pub party: String,
    /// Its control.
    pub control: String,
    /// Which of the homes its phones belong to.
    pub home: String,
    /// Phones that are on, for this journey alone.
    pub numbers: Vec<String>,
}

/// A simulated prison telephony platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// What people read.
    pub name: String,
    /// Its id.
    pub party: String,
    /// Its control.
    pub control: String,
    /// Which of the homes its phones belong to.
    pub home: String,
    /// The control of the carrier's switch.
    pub switch: String,
    /// The facility's listed number.
    pub line: String,
    /// Phones that are on, for this journey alone.
    pub numbers: Vec<String>,
}

/// Why a world file cannot be used.
#[derive(Debug)]
pub enum WorldFileError {
    /// It cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// It is longer than any such file.
    Long(PathBuf),
    /// It is not the JSON that was expected.
    Malformed(PathBuf, serde_json::Error),
    /// A member has a value that does not fit; says which, what was wanted, and what was found.
    Unfit(PathBuf, &'static str, &'static str, String),
}

impl std::fmt::Display for WorldFileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::Long(path) => write!(
                f,
                "`{}`: expected at most {BYTES_MAX} bytes, found more",
                path.display()
            ),
            Self::Malformed(path, error) => write!(f, "cannot use `{}`: {error}", path.display()),
            Self::Unfit(path, member, want, found) => {
                write!(f, "`{}`: `{member}`: expected {want}, found `{found}`", path.display())
            }
        }
    }
}

impl std::error::Error for WorldFileError {}

impl StageWorld {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// When it cannot be read, is too long, has an unknown or missing member, or one that does not fit.
    pub fn load(path: &Path) -> Result<Self, WorldFileError> {
        let unreadable = |error| WorldFileError::Unreadable(path.to_owned(), error);
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        // One byte more than fits tells a long file from one that just fits.
        file.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(unreadable)?;
        if u64::try_from(text.len()).is_ok_and(|bytes| bytes > BYTES_MAX) {
            return Err(WorldFileError::Long(path.to_owned()));
        }
        let world: Self =
            serde_json::from_str(&text).map_err(|error| WorldFileError::Malformed(path.to_owned(), error))?;
        match world.unfit() {
            Some((member, want, found)) => Err(WorldFileError::Unfit(path.to_owned(), member, want, found.to_owned())),
            None => Ok(world),
        }
    }

    /// The origins that the pages read from and show, each once: every simulated party and every home.
    #[must_use]
    pub fn addresses(&self) -> Vec<&str> {
        let mut all = self.urls();
        all.retain(|(_, url)| *url != self.hub.issuer);
        all.into_iter().map(|(_, url)| url).collect()
    }

    fn urls(&self) -> Vec<(&'static str, &str)> {
        let homes = self.homes.values().flat_map(|home| {
            [
                ("homes.issuer", home.issuer.as_str()),
                ("homes.carrier.control", home.carrier.control.as_str()),
            ]
        });
        let parties = [
            ("hub.issuer", &self.hub.issuer),
            ("operator", &self.operator),
            ("phones", &self.phones),
            ("reseller.control", &self.reseller.control),
            ("roadside.control", &self.roadside.control),
            ("bank.control", &self.bank.control),
            ("prison.control", &self.prison.control),
            ("prison.switch", &self.prison.switch),
        ];
        parties
            .into_iter()
            .map(|(member, url)| (member, url.as_str()))
            .chain(homes)
            .collect()
    }

    /// The first member that does not fit, what was wanted, and what was found.
    fn unfit(&self) -> Option<(&'static str, &'static str, &str)> {
        let want = "an http address on loopback";
        if let Some((member, url)) = self.urls().into_iter().find(|(_, url)| !is_local(url)) {
            return Some((member, want, url));
        }
        let parties = [
            ("reseller.party", &self.reseller.party),
            ("roadside.party", &self.roadside.party),
            ("bank.party", &self.bank.party),
            ("prison.party", &self.prison.party),
        ];
        if let Some((member, party)) = parties.into_iter().find(|(_, party)| party.parse::<PartyId>().is_err()) {
            return Some((member, "a party's id", party));
        }
        let homes = [
            ("roadside.home", &self.roadside.home),
            ("bank.home", &self.bank.home),
            ("prison.home", &self.prison.home),
        ];
        if let Some((member, home)) = homes.into_iter().find(|(_, home)| !self.homes.contains_key(*home)) {
            return Some((member, "one of `homes`", home));
        }
        if !is_reserved(&self.prison.line) {
            return Some(("prison.line", "a reserved number", &self.prison.line));
        }
        let phones = [
            ("roadside.numbers", &self.roadside.numbers),
            ("bank.numbers", &self.bank.numbers),
            ("prison.numbers", &self.prison.numbers),
        ];
        phones
            .into_iter()
            .find_map(|(member, numbers)| unfit_numbers(member, numbers))
    }
}

fn unfit_numbers<'a>(member: &'static str, numbers: &'a [String]) -> Option<(&'static str, &'static str, &'a str)> {
    if numbers.is_empty() || numbers.len() > NUMBERS_MAX {
        return Some((
            member,
            "between 1 and 100 numbers",
            if numbers.is_empty() { "none" } else { "more" },
        ));
    }
    let unfit = numbers.iter().find(|number| !is_reserved(number));
    unfit.map(|number| (member, "reserved numbers", number.as_str()))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::sample_world;
