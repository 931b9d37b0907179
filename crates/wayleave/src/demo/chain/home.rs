//! A carrier with a gateway of its own: its network, its message centre, and the gateway that is home to its numbers.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gateway::clock::SystemClock;
use gateway::config::Config;
use gateway::data;
use serde_json::{Value, json};
use toml::{Table, toml};

use crate::Failure;
use crate::demo::Held;
use crate::demo::children::Child;
use crate::demo::settings::{POLICY, basis, policy, put};
use crate::demo::world::{SMPP_PASSWORD, carrier_key, secret};

/// The file that says whose the numbers are.
const ROSTER: &str = "roster.json";
/// The file of the hub's private key for this home.
const HUB_KEY: &str = "hub.jwk";
/// The file of the key that others seal to.
const SEALING_KEY: &str = "sealing.jwk";
/// The file with the gateway's password at a carrier that speaks MLP.
const MLP_PASSWORD: &str = "mlp.password";

/// What a carrier speaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Camara,
    Mlp,
}

/// What is settled about a carrier before anything starts.
pub(super) struct Plan {
    /// Its short name: of its folder, its processes, and the hub's source.
    pub(super) key: &'static str,
    /// Its name, which is also its gateway's operator.
    pub(super) name: &'static str,
    speaks: Speaks,
    /// How its numbers begin.
    pub(super) prefix: &'static str,
    /// The number from which its gateway writes.
    own_number: &'static str,
    owners: [&'static str; 10],
}

/// A carrier that speaks CAMARA.
pub(super) const OSIER: Plan = Plan {
    key: "osier",
    name: "Osier Mobile",
    speaks: Speaks::Camara,
    prefix: "+9996555",
    own_number: "+99965550199",
    owners: [
        "Maud Penhallow",
        "Idris Vane",
        "Celia Roake",
        "Tobias Lunt",
        "Nerys Whitlow",
        "Amos Tregear",
        "Petra Hollin",
        "Silas Orme",
        "Greta Fallow",
        "Ned Askew",
    ],
};

/// A carrier that speaks MLP, and whose switch tells of calls.
pub(super) const TERN: Plan = Plan {
    key: "tern",
    name: "Tern Wireless",
    speaks: Speaks::Mlp,
    prefix: "+9997555",
    own_number: "+99975550199",
    owners: [
        "Rosa Kimble",
        "Felix Ardern",
        "Imogen Slate",
        "Walt Corrie",
        "Tamsin Pell",
        "Owen Garrick",
        "Lotte Brand",
        "Hugh Merrow",
        "Vera Stannage",
        "Colm Tandy",
    ],
};

/// A carrier that runs.
pub(in crate::demo) struct Home {
    /// What it is.
    pub(super) plan: &'static Plan,
    /// Where its gateway's configuration, data and clients are.
    pub(super) folder: PathBuf,
    /// Its gateway's issuer.
    pub(super) issuer: String,
    /// Its network's control.
    pub(in crate::demo) carrier_control: String,
    /// Its message centre's control.
    pub(in crate::demo) centre_control: String,
    listen: SocketAddr,
    /// Its address, until its gateway starts.
    held: Option<Held>,
    centre: String,
    source: Table,
}

impl Home {
    /// Starts its network and its message centre.
    pub(super) async fn start(data: &Path, plan: &'static Plan, children: &mut Vec<Child>) -> Result<Self, Failure> {
        let folder = data.join("homes").join(plan.key);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(ROSTER), plan.roster().to_string())?;
        let (carrier, source) = plan.network(data, &folder).await?;
        let password = secret(&folder, SMPP_PASSWORD, 4)?;
        let centre = ["--system-id", "wayleave", "--smpp", "127.0.0.1:0", "--password-file"];
        let password = password.to_string_lossy();
        let centre = [&centre[..], &[&*password]].concat();
        let centre = Child::simulated_as(data, &format!("smsc-{}", plan.key), "smsc", &centre).await?;
        let held = Held::choose(SocketAddr::from(([127, 0, 0, 1], 0)), &folder)?;
        let home = Self {
            plan,
            folder,
            issuer: format!("http://{}", held.address),
            carrier_control: carrier.said("control")?,
            centre_control: centre.said("control")?,
            listen: held.address,
            held: Some(held),
            centre: centre.said("smpp")?,
            source,
        };
        children.extend([carrier, centre]);
        Ok(home)
    }

    /// Writes the gateway's configuration, and reads it as any gateway does.
    pub(super) fn configure(&self, hub: &str, known_as: &str, feeds: Vec<toml::Value>) -> Result<Config, Failure> {
        let mut config = basis();
        put(&mut config, "listen", &[("address", &self.listen.to_string())]);
        let gateway = [
            ("issuer", &*self.issuer),
            ("operator", self.plan.name),
            ("policy_file", POLICY),
        ];
        put(&mut config, "gateway", &gateway);
        let sms = [
            ("address", &*self.centre),
            ("number", self.plan.own_number),
            ("password_file", SMPP_PASSWORD),
        ];
        put(&mut config, "sms", &sms);
        put(&mut config, "sandbox", &[("stage_origin", hub)]);
        // A peer is reached by an address; a hub that was given a name is not told of what people end here.
        if is_loopback_address(hub) {
            let hub = toml::Value::from(self.hub_as_peer(hub, known_as));
            config.insert("peer".to_owned(), vec![hub].into());
        }
        if !feeds.is_empty() {
            config.insert("feed".to_owned(), feeds.into());
        }
        config.insert("source".to_owned(), vec![toml::Value::from(self.source.clone())].into());
        std::fs::write(self.folder.join(POLICY), policy())?;
        std::fs::write(self.config(), toml::to_string_pretty(&config)?)?;
        Ok(Config::load(&self.config())?)
    }

    /// Starts its gateway.
    pub(super) async fn serve(&mut self, log: &str) -> Result<Child, Failure> {
        drop(self.held.take());
        Child::gateway(&self.folder, log).await
    }

    /// Its gateway's configuration.
    pub(super) fn config(&self) -> PathBuf {
        self.folder.join("wayleave.toml")
    }

    /// Where the files of who is enrolled here are.
    pub(super) fn clients(&self) -> PathBuf {
        self.folder.join("clients")
    }

    /// Whom it tells of what people end here.
    fn hub_as_peer(&self, hub: &str, known_as: &str) -> Table {
        table(&[
            ("name", "port-aster"),
            ("url", hub),
            ("client_id", known_as),
            ("key_file", &format!("{}.jwk", self.plan.key)),
            ("encryption_key_file", &format!("../../{SEALING_KEY}")),
        ])
    }

    /// How the hub tells it of who is suspended, as this party.
    pub(in crate::demo) fn as_peer(&self, hub: &str) -> Table {
        table(&[
            ("name", self.plan.key),
            ("url", &self.issuer),
            ("client_id", hub),
            ("key_file", &self.beside(HUB_KEY)),
        ])
    }

    /// How the hub has it as a source, as this party.
    pub(in crate::demo) fn as_source(&self, hub: &str) -> Table {
        let mut source = table(&[
            ("kind", "gateway"),
            ("name", self.plan.key),
            ("issuer", &self.issuer),
            ("client_id", hub),
            ("key_file", &self.beside(HUB_KEY)),
            ("encryption_key_file", &self.beside(SEALING_KEY)),
        ]);
        source.insert("prefixes".to_owned(), vec![self.plan.prefix].into());
        source
    }

    /// A file of this home, as the hub's configuration names it.
    fn beside(&self, name: &str) -> String {
        format!("homes/{}/{name}", self.plan.key)
    }
}

/// Whether a URL names a loopback address, and not a name for it.
fn is_loopback_address(url: &str) -> bool {
    let host = url
        .strip_prefix("http://")
        .and_then(|rest| rest.parse::<SocketAddr>().ok());
    host.is_some_and(|host| host.ip().is_loopback())
}

fn table(values: &[(&str, &str)]) -> Table {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), (*value).into()));
    values.collect()
}

/// Writes down the key that others seal to for a gateway, as its operator would hand it over.
pub(super) fn write_sealing_key(config: &Config, folder: &Path) -> Result<(), Failure> {
    data::create_if_missing(&config.gateway)?;
    let data = data::open(&config.gateway, Arc::new(SystemClock))?;
    let keys = data.sealing.published();
    let key = keys.first().ok_or("expected a key to seal to, found none")?;
    Ok(std::fs::write(folder.join(SEALING_KEY), key.print().to_string())?)
}

impl Plan {
    /// The numbers of its subscribers, in order.
    pub(super) fn numbers(&self) -> impl Iterator<Item = String> {
        (1..=self.owners.len()).map(|nth| format!("{}{:04}", self.prefix, 100 + nth))
    }

    /// The role that plays its network.
    pub(super) const fn kind(&self) -> &'static str {
        match self.speaks {
            Speaks::Camara => "carrier-camara",
            Speaks::Mlp => "carrier-mlp",
        }
    }

    fn roster(&self) -> Value {
        let line = |(number, owner): (String, &&str)| json!({"number": number, "name": owner, "carrier": self.name, "state": "on"});
        let lines: Vec<Value> = self.numbers().zip(&self.owners).map(line).collect();
        json!({ "lines": lines })
    }

    /// Starts the carrier's network; with it, what its gateway's configuration says of it.
    async fn network(&self, data: &Path, folder: &Path) -> Result<(Child, Table), Failure> {
        let roster = folder.join(ROSTER).to_string_lossy().into_owned();
        let usual = ["--client-id", "wayleave", "--name", self.name, "--world", &roster];
        let name = format!("carrier-{}", self.key);
        let mut source = toml! {
            client_id = "wayleave"
            requests_per_second_max = 100000
            in_flight_max = 1024
        };
        source.insert("name".to_owned(), self.key.into());
        source.insert("prefixes".to_owned(), vec![self.prefix].into());
        let mut says = |values: &[(&str, &str)]| {
            for (key, value) in values {
                source.insert((*key).to_owned(), (*value).into());
            }
        };
        let child = match self.speaks {
            Speaks::Camara => {
                let key = carrier_key(folder)?.to_string_lossy().into_owned();
                let arguments = [&usual[..], &["--client-jwk", &key]].concat();
                let child = Child::simulated_as(data, &name, self.kind(), &arguments).await?;
                says(&[
                    ("kind", "camara"),
                    ("key_file", "carrier.jwk"),
                    ("base_url", &child.said("base")?),
                ]);
                says(&[
                    ("token_endpoint", &child.said("token_endpoint")?),
                    ("audience", &child.said("issuer")?),
                ]);
                child
            }
            Speaks::Mlp => {
                let password = secret(folder, MLP_PASSWORD, 16)?.to_string_lossy().into_owned();
                let arguments = ["--dialect", "3.5", "--last-client", "required"];
                let arguments = [&usual[..], &arguments, &["--client-password-file", &password]].concat();
                let child = Child::simulated_as(data, &name, self.kind(), &arguments).await?;
                says(&[("kind", "mlp"), ("dialect", "3.5"), ("mode", "sync")]);
                says(&[("url", &child.said("url")?), ("password_file", MLP_PASSWORD)]);
                child
            }
        };
        Ok((child, source))
    }
}
