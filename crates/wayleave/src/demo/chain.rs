//! The demo's chain: two carriers with gateways of their own behind the hub, and the companies that ask through it. Each
//! is a process of its own, and knows only what the others tell it.

mod actors;
mod home;
mod members;
mod stage;

use std::path::Path;
use std::sync::Arc;

use domain::journal::checkpoint::VerifierKey;
use gateway::clock::SystemClock;
use gateway::config::Config;
use toml::{Table, toml};

use super::children::Child;
use super::command;
use super::hand::Place;
use super::world::World;
use crate::Failure;
use actors::{Known, LINE};
pub(super) use home::Home;
use home::{OSIER, TERN};
use members::{HUB, PLATFORM, ROADSIDE};
pub(super) use stage::STAGE;

/// The carriers with gateways of their own, before those serve.
pub(super) struct Chain {
    /// Osier, then Tern.
    homes: [Home; 2],
    switch: Switch,
    /// The hub's issuer.
    hub: String,
}

/// The switch through which Tern's calls go.
struct Switch {
    control: String,
    issuer: String,
    key: String,
}

/// The carriers' gateways at work.
pub(super) struct Working {
    homes: [Home; 2],
    journal_keys: [String; 2],
    switch: Switch,
    /// The hub's id at the homes.
    hub: String,
}

impl Chain {
    /// Starts the carriers' own systems: networks, message centres, and the switch that tells of calls.
    pub(super) async fn start(data: &Path, hub: &str, children: &mut Vec<Child>) -> Result<Self, Failure> {
        let homes = [
            Home::start(data, &OSIER, children).await?,
            Home::start(data, &TERN, children).await?,
        ];
        let switch = ["--gateway", hub, "--gateway", &homes[1].issuer];
        let switch = Child::simulated(data, "switch", &switch).await?;
        let said = Switch {
            control: switch.said("control")?,
            issuer: switch.said("issuer")?,
            key: switch.said("public_jwk_file")?,
        };
        children.push(switch);
        Ok(Self {
            homes,
            switch: said,
            hub: hub.to_owned(),
        })
    }

    /// The carriers.
    pub(super) const fn homes(&self) -> &[Home; 2] {
        &self.homes
    }

    /// Starts the carriers' gateways. The operators there, and at the hub, whose gateway is not serving yet, have enrolled
    /// each other and everybody who asks.
    pub(super) async fn open(
        mut self,
        config: &Config,
        data: &Path,
        log: &str,
    ) -> Result<(Working, Vec<Child>), Failure> {
        let [osier, tern] = &self.homes;
        let clients = data.join("clients");
        home::write_sealing_key(config, data)?;
        members::enrol_at_hub(&clients, config)?;
        let mut hub = None;
        let mut journal_keys = Vec::new();
        for (home, feeds) in [(osier, Vec::new()), (tern, vec![self.switch.feed().into()])] {
            let plan = home.plan;
            let known_as = members::home(plan.key, plan.name);
            let known_as = members::enrol_gateway(&known_as, &home.issuer, config, &home.folder, None)?;
            let own = home.configure(&self.hub, &known_as.to_string(), feeds)?;
            home::write_sealing_key(&own, &home.folder)?;
            hub = Some(members::enrol_gateway(&HUB, &self.hub, &own, &home.folder, hub)?);
            members::enrol_at_home(&clients, home, &own)?;
            journal_keys.push(journal_key(&own)?);
        }
        approve(data, &data.join("wayleave.toml"), &[CALLS, TICKETS_AT_HUB]).await?;
        approve(data, &osier.config(), &[TICKETS]).await?;
        approve(data, &tern.config(), &[CALLS]).await?;
        let mut children = Vec::new();
        for home in &mut self.homes {
            children.push(home.serve(log).await?);
        }
        let working = Working {
            hub: hub.map(|id| id.to_string()).ok_or("expected a home, found none")?,
            journal_keys: <[String; 2]>::try_from(journal_keys).map_err(|_| "expected a key for each home")?,
            homes: self.homes,
            switch: self.switch,
        };
        Ok((working, children))
    }
}

impl Working {
    /// The hub's sources: the homes.
    pub(super) fn sources(&self) -> Vec<Table> {
        self.homes.iter().map(|home| home.as_source(&self.hub)).collect()
    }

    /// How the hub hears of calls.
    pub(super) fn feed(&self) -> Table {
        self.switch.feed()
    }

    /// Whom the hub tells of who is suspended.
    pub(super) fn peers(&self) -> Vec<Table> {
        self.homes.iter().map(|home| home.as_peer(&self.hub)).collect()
    }

    /// Starts the companies that ask, and writes down who is who, for the hub to read when it starts.
    pub(super) async fn people_the_stage(
        &self,
        world: &World,
        operator: &str,
        config: &Config,
        children: &mut Vec<Child>,
    ) -> Result<(), Failure> {
        let (hub_key, clients) = (journal_key(config)?, world.folder.join("clients"));
        let [osier, tern] = &self.homes;
        let known = Known {
            clients: &clients,
            hub: &self.hub,
            hub_trust: (&world.issuer, &hub_key),
            homes: [(osier, &self.journal_keys[0]), (tern, &self.journal_keys[1])],
            switch: &self.switch.control,
        };
        let actors = actors::start(&world.folder, &known, children).await?;
        stage::write(self, &actors, world, operator, &hub_key)
    }

    /// Where the operators sit: at the hub, and at each home.
    pub(super) fn operators(&self, hub: &Config) -> Result<Vec<Place>, Failure> {
        let at_hub = Place {
            name: "hub",
            folder: String::new(),
            issuer: hub.gateway.issuer.clone(),
            journal_key: journal_key(hub)?,
            carrier: None,
        };
        let at_home = |(home, key): (&Home, &String)| Place {
            name: home.plan.key,
            folder: format!("homes/{}", home.plan.key),
            issuer: home.issuer.clone(),
            journal_key: key.clone(),
            carrier: Some(home.carrier_control.clone()),
        };
        let at_homes = self.homes.iter().zip(&self.journal_keys).map(at_home);
        Ok(std::iter::once(at_hub).chain(at_homes).collect())
    }
}

/// What bounds a company whose asks need more than a yes: its short name, the purpose, and the bounds.
type Bounds = (&'static str, &'static str, &'static [&'static str]);
const TICKETS: Bounds = (
    ROADSIDE.client,
    "RequestedServiceProvision",
    &["--event", "ticket", "--source", "fernhill"],
);
/// The hub wants no ticket, and believes who tells of them: an ask that names one rests on it there too.
const TICKETS_AT_HUB: Bounds = (ROADSIDE.client, "RequestedServiceProvision", &["--source", "fernhill"]);
const CALLS: Bounds = (
    PLATFORM.client,
    "InmateCommunication",
    &["--event", "call", "--line", LINE],
);

/// Approves programmes with their bounds, at the gateway with this configuration.
async fn approve(data: &Path, config: &Path, programmes: &[Bounds]) -> Result<(), Failure> {
    let config = config.display().to_string();
    for (client, purpose, bounds) in programmes {
        let arguments = ["party", "programme", client, purpose, "--config", &config];
        let ran = command::run(data, &[&arguments[..], bounds].concat()).await?;
        if ran.status != 0 {
            return Err(format!("{}: {}", ran.command, ran.output).into());
        }
    }
    Ok(())
}

impl Switch {
    /// How a gateway hears of its calls.
    fn feed(&self) -> Table {
        let mut feed = toml! {
            name = "switch"
        };
        for (name, value) in [("issuer", &self.issuer), ("public_key_file", &self.key)] {
            feed.insert(name.to_owned(), value.as_str().into());
        }
        feed.insert("prefixes".to_owned(), vec![TERN.prefix].into());
        feed
    }
}

/// What verifies a gateway's checkpoints.
fn journal_key(config: &Config) -> Result<String, Failure> {
    gateway::data::create_if_missing(&config.gateway)?;
    let data = gateway::data::open(&config.gateway, Arc::new(SystemClock))?;
    Ok(VerifierKey::of(data.journal.keys()).to_string())
}
