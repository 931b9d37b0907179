//! Which source a recorded ask goes to, and the measure of each.

use std::fmt;
use std::sync::Arc;

use domain::id::PartyId;
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Found, Source, Wait};
use domain::number::Msisdn;
use domain::permission::terms::Origin;

use super::handset;
use crate::clock::Clock;

/// The counter of asks by source and outcome.
pub const REQUESTS_TOTAL: &str = "wayleave_source_requests_total";
/// The histogram of how long each source took, in seconds.
pub const SECONDS: &str = "wayleave_source_seconds";
/// What the metrics call the source of an ask that no source serves.
const NOBODY: &str = "none";

/// The beginning of a number in E.164 form: `+` and 1 to 15 digits, the first not zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Prefix(String);

impl Prefix {
    /// Reads a prefix.
    ///
    /// # Errors
    /// `NotAPrefix` for anything else.
    pub fn parse(text: &str) -> Result<Self, RouteError> {
        let digits = text.strip_prefix('+').ok_or(RouteError::NotAPrefix)?;
        let well_formed =
            (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        well_formed
            .then(|| Self(digits.to_owned()))
            .ok_or(RouteError::NotAPrefix)
    }
}

/// Why a route cannot be added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RouteError {
    /// The prefix is none.
    NotAPrefix,
    /// The prefix belongs to another source.
    Taken {
        /// That source.
        by: Arc<str>,
    },
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAPrefix => f.write_str("expected `+` and 1 to 15 digits, the first not zero, found another text"),
            Self::Taken { by } => write!(f, "expected a prefix of its own, found one that belongs to `{by}`"),
        }
    }
}

impl std::error::Error for RouteError {}

/// All sources of the gateway: the network's by the beginning of the number, and the handset.
pub struct Routes {
    network: Vec<Route>,
    handset: Arc<dyn Source>,
    handset_name: Arc<str>,
    clock: Arc<dyn Clock>,
    /// The sources that are other gateways, home to their numbers, with their issuers.
    homes: Vec<(Arc<str>, String)>,
    own_names: Vec<PartyId>,
}

struct Route {
    prefix: Prefix,
    name: Arc<str>,
    source: Arc<dyn Source>,
}

impl Routes {
    /// Only the handset yet.
    #[must_use]
    pub fn new(handset: Arc<dyn Source>, clock: Arc<dyn Clock>) -> Self {
        Self {
            network: Vec::new(),
            handset,
            handset_name: handset::NAME.into(),
            clock,
            homes: Vec::new(),
            own_names: Vec::new(),
        }
    }

    /// Sends asks about numbers that begin with `prefix` to `source`. Among several, the longest prefix wins.
    ///
    /// # Errors
    /// `Taken` if the same prefix was added before.
    pub fn add(&mut self, prefix: Prefix, name: Arc<str>, source: Arc<dyn Source>) -> Result<(), RouteError> {
        if let Some(route) = self.network.iter().find(|route| route.prefix == prefix) {
            return Err(RouteError::Taken {
                by: Arc::clone(&route.name),
            });
        }
        let place = self
            .network
            .partition_point(|route| route.prefix.0.len() >= prefix.0.len());
        self.network.insert(place, Route { prefix, name, source });
        Ok(())
    }

    fn pick(&self, origin: Origin, number: Msisdn) -> Option<(&Arc<str>, &dyn Source)> {
        match origin {
            Origin::Handset => Some((&self.handset_name, &*self.handset)),
            Origin::Network => {
                let digits = number.to_digits();
                let route = self.network.iter().find(|route| digits.starts_with(&route.prefix.0))?;
                Some((&route.name, &*route.source))
            }
        }
    }

    /// The name of the source that an ask about this number goes to, or would go to.
    #[must_use]
    pub fn name(&self, origin: Origin, number: Msisdn) -> Arc<str> {
        let picked = self.pick(origin, number);
        picked.map_or_else(|| NOBODY.into(), |(name, _)| Arc::clone(name))
    }

    /// The names under which the homes of other numbers know this gateway.
    #[must_use]
    pub fn own_names(&self) -> &[PartyId] {
        &self.own_names
    }

    /// Whether another gateway is home to this number.
    #[must_use]
    pub fn is_elsewhere(&self, number: Msisdn) -> bool {
        self.home(number).is_some()
    }

    /// The issuer of the gateway that is home to this number; `None` if no other one is.
    #[must_use]
    pub fn home(&self, number: Msisdn) -> Option<&str> {
        let (name, _) = self.pick(Origin::Network, number)?;
        let home = self.homes.iter().find(|(home, _)| home == name);
        home.map(|(_, issuer)| issuer.as_str())
    }

    /// Says that the source with this name is another gateway of this issuer, which knows this one as `own`.
    pub fn is_home(&mut self, name: Arc<str>, issuer: &str, own: PartyId) {
        self.homes.push((name, issuer.trim_end_matches('/').to_owned()));
        self.own_names.push(own);
    }

    async fn ask(&self, recorded: &Recorded) -> Result<Found, Failure> {
        let started = self.clock.now();
        let number = recorded.ask().subject().number;
        let (name, found) = match self.pick(recorded.grant().origin, number) {
            Some((name, source)) => (&**name, source.locate(recorded).await),
            None => (NOBODY, Err(Failure::NoSource)),
        };
        let took_ms = self.clock.now().since(started).as_ms();
        let outcome = match &found {
            Ok(Found::Fix(_)) => "found",
            Ok(Found::Sealed(_)) => "sealed",
            Err(failure) => failure.code(),
        };
        metrics::counter!(REQUESTS_TOTAL, "source" => name.to_owned(), "outcome" => outcome).increment(1);
        metrics::histogram!(SECONDS, "source" => name.to_owned()).record(took_ms as f64 / 1000.0);
        tracing::debug!(source = name, ask = %recorded.ask().id(), outcome, took_ms, "a source was asked");
        found
    }
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let routes = self.network.iter().map(|route| (&route.prefix.0, &route.name));
        f.debug_map().entries(routes).finish()
    }
}

impl Source for Routes {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        Box::pin(self.ask(recorded))
    }
}

#[cfg(test)]
mod tests;
