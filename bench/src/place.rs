//! The place of a run: a folder with keys, configuration, an enrolled partner, and the numbers of a carrier's block.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::PartyId;
use domain::journal::settle::{Item, Outcome};
use domain::purpose::Purpose;
use gateway::chance::SystemChance;
use gateway::clock::{Clock, SystemClock};
use gateway::config::Config;
use gateway::data::{self, Data};
use gateway::keys::{read_secret, write_new};
use gateway::party::{Binding, PartyRecord, PublicKey};
use serde_json::{Value, json};
use wire::jose::SigningKey;
use wire::jose::signing_key::KeyUse;
use wire::oauth::grant::Flow;

use crate::Failure;
use crate::people::FIRST_NUMBER;

/// What the partner's tokens may do.
const SCOPE: &str = "location-retrieval:read";
/// What it asks for.
pub const PURPOSE: Purpose = Purpose::RequestedServiceProvision;

/// A folder for one run.
#[derive(Debug)]
pub struct Place {
    folder: PathBuf,
}

impl Place {
    /// A folder with keys and configuration for a gateway at `gateway` that asks the carrier at `carrier` (both
    /// `host:port`), and a block of so many numbers for that carrier. A key that is there already is kept, so that a
    /// running carrier knows the next gateway too.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn create(folder: &Path, gateway: &str, carrier: &str, people: u32) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let path = folder.join("carrier.jwk");
        if !path.exists() {
            let key = SigningKey::from_chance(SystemChance::new().bytes())?;
            write_new(&path, key.print_private_jwk(KeyUse::Signing).expose().as_bytes())?;
        }
        let key = SigningKey::parse_private_jwk(&read_secret(&path)?)?;
        std::fs::write(folder.join("carrier.pub.jwk"), key.public().print().to_string())?;
        let block = json!({"first": format!("+{FIRST_NUMBER}"), "count": people, "state": "on"});
        std::fs::write(folder.join("numbers.json"), json!({"blocks": [block]}).to_string())?;
        let issuer = format!("http://{carrier}");
        let at_carrier = client("wayleave", &issuer, &key, (PURPOSE, SCOPE))?;
        std::fs::write(folder.join("at-carrier.json"), at_carrier.to_string())?;
        std::fs::write(folder.join("wayleave.toml"), config(gateway, &issuer)?)?;
        Ok(Self { folder })
    }

    /// The configuration.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn config(&self) -> Result<Config, Failure> {
        Ok(Config::load(&self.folder.join("wayleave.toml"))?)
    }

    /// Makes keys and an empty store, opens it, and enrols the partner, whose tokens are bound like that and whose
    /// credentials are written to `partner.json`.
    ///
    /// # Errors
    /// When it cannot be done.
    pub fn open(&self, binding: Binding) -> Result<(Data, PartyId), Failure> {
        let config = self.config()?;
        data::create_if_missing(&config.gateway)?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut data = data::open(&config.gateway, clock)?;
        let chance = SystemChance::new();
        let key = SigningKey::from_chance(chance.bytes())?;
        let record = PartyRecord {
            binding,
            ..record("plain", "Plainfield Towing", &key, PURPOSE, &[SCOPE])
        };
        let party = PartyId::new(SystemClock.now(), chance.bytes());
        enrol(&mut data, party, &record)?;
        let mut credentials = client(&party.to_string(), &config.gateway.issuer, &key, (PURPOSE, SCOPE))?;
        credentials["dpop"] = (binding == Binding::Dpop).into();
        std::fs::write(self.folder.join("partner.json"), credentials.to_string())?;
        Ok((data, party))
    }
}

/// A party with this key, whose tokens are bound to nothing.
pub(crate) fn record(client: &str, name: &str, key: &SigningKey, purpose: Purpose, scopes: &[&str]) -> PartyRecord {
    PartyRecord {
        name: name.to_owned(),
        client: client.to_owned(),
        keys: vec![PublicKey::from(key.public())],
        purposes: vec![purpose],
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        next_keys: None,
        flows: vec![Flow::ClientCredentials],
        redirects: Vec::new(),
        signed_requests: false,
        programmes: Vec::new(),
        sealing: Vec::new(),
        gateway: None,
        binding: Binding::Nothing,
    }
}

/// Enrols a party by this id.
pub(crate) fn enrol(data: &mut Data, party: PartyId, record: &PartyRecord) -> Result<(), Failure> {
    let enrol = record.enrolment(party, SystemClock.now());
    let settled = data
        .journal
        .settle("enrol", vec![Item::Change(enrol)], &mut SystemChance::new())?;
    let [Outcome::Changed(_)] = settled[..] else {
        return Err("expected the partner to be enrolled, found that it is not".into());
    };
    Ok(())
}

/// Credentials in the form that `wayleave client` and the measuring programs read; with a purpose, and scopes with spaces.
pub(crate) fn client(
    id: &str,
    issuer: &str,
    key: &SigningKey,
    (purpose, scopes): (Purpose, &str),
) -> Result<Value, Failure> {
    let private: Value = serde_json::from_str(key.print_private_jwk(KeyUse::Signing).expose())?;
    Ok(json!({
        "client_id": id,
        "private_jwk": private,
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth2/token"),
        "scopes": scopes,
        "purpose": purpose.term(),
        "dpop": false,
    }))
}

fn config(gateway: &str, carrier: &str) -> Result<String, Failure> {
    let issuer = format!("http://{gateway}");
    let tokens = format!("{carrier}/oauth2/token");
    let config = toml::toml! {
        [gateway]
        world = "sandbox"
        issuer = issuer
        operator = "Port Aster Gateway"
        contact = "help@example.com"
        data_dir = "gateway"

        [listen]
        address = gateway
        connections_max = 2048
        asks_per_second_max = 1000000

        [[source]]
        name = "meridian"
        kind = "camara"
        prefixes = ["+999"]
        base_url = carrier
        token_endpoint = tokens
        audience = carrier
        client_id = "wayleave"
        key_file = "carrier.jwk"
        requests_per_second_max = 100000
        in_flight_max = 1024
    };
    Ok(toml::to_string(&config)?)
}
