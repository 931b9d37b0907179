//! The place of a chain: a carrier's gateway with people who agreed, a hub before it, and the parties of a signed ask: a
//! bank, and a reseller that carries for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::id::PartyId;
use domain::journal::checkpoint::VerifierKey;
use domain::permission::terms::Precision;
use domain::purpose::Purpose;
use domain::time::Span;
use gateway::chance::SystemChance;
use gateway::clock::{Clock, SystemClock};
use gateway::config::Config;
use gateway::data::{self, Data};
use gateway::keys::write_new;
use gateway::party::{PartyRecord, SealingKey};
use serde_json::{Value, json};
use wire::jose::signing_key::KeyUse;
use wire::jose::{AgreementKey, SealingJwk, SigningKey};

use crate::Failure;
use crate::people::{self, Agreement};
use crate::place::{Place, client, enrol, record};

/// What the bank asks for: a card check.
pub const PURPOSE: Purpose = Purpose::FraudPreventionAndDetection;
/// What a direct question takes.
const VERIFY: &str = "location-verification:verify";
/// What carrying a signed ask takes.
const ASKS: &str = "wayleave:asks";
/// The least radius of the area that a verdict is computed on, in metres: the policy's.
const FINEST_M: u32 = 2000;

/// Where each program listens: `host:port`.
#[derive(Debug)]
pub struct Addresses<'a> {
    /// The hub.
    pub hub: &'a str,
    /// The carrier's gateway.
    pub home: &'a str,
    /// The carrier.
    pub carrier: &'a str,
}

/// One party at both gateways.
struct Member {
    id: PartyId,
    name: &'static str,
    client: &'static str,
    key: SigningKey,
}

impl Member {
    fn new(client: &'static str, name: &'static str) -> Result<Self, Failure> {
        let chance = SystemChance::new();
        Ok(Self {
            id: PartyId::new(SystemClock.now(), chance.bytes()),
            name,
            client,
            key: SigningKey::from_chance(chance.bytes())?,
        })
    }

    fn record(&self) -> PartyRecord {
        record(self.client, self.name, &self.key, PURPOSE, &[VERIFY, ASKS])
    }

    fn credentials(&self, issuer: &str, scope: &str) -> Result<Value, Failure> {
        client(&self.id.to_string(), issuer, &self.key, (PURPOSE, scope))
    }
}

/// Makes both gateways' folders under `folder`, and beside them the credentials `at-carrier.json`, `at-home.json` (the
/// bank's), `at-hub.json` (the reseller's) and `recipient.json` (what the bank signs and opens with).
///
/// # Errors
/// When a file cannot be written, or a party cannot be enrolled.
pub fn prepare(folder: &Path, at: &Addresses<'_>, people: u32) -> Result<(), Failure> {
    let place = Place::create(&folder.join("home"), at.home, at.carrier, people)?;
    let bank = Member::new("bank", "Harbour Card Services")?;
    let reseller = Member::new("reseller", "Copper Reach Resale")?;
    let hub = Member::new("hub", "Port Aster Hub")?;
    let sealing = AgreementKey::from_chance(SystemChance::new().bytes())?;
    let sealed_to = sealing.public();
    let recipient = PartyRecord {
        sealing: vec![SealingKey::new(sealed_to, SystemClock.now())],
        ..bank.record()
    };
    let passes_on = PartyRecord {
        gateway: Some(format!("http://{}", at.hub)),
        ..hub.record()
    };
    let mut home = open(&place.config()?)?;
    for (member, record) in [(&bank, &recipient), (&reseller, &reseller.record()), (&hub, &passes_on)] {
        enrol(&mut home, member.id, record)?;
    }
    let agreement = Agreement {
        recipient: bank.id,
        purpose: PURPOSE,
        precision: Precision::YesNo { metres: FINEST_M },
        count: None,
        lasts: Span::seconds(86_400),
        relays: vec![reseller.id, hub.id],
        seal: Some(sealed_to.thumbprint().to_bytes()),
    };
    people::put(&home.store, &home.sealer, &home.index, &agreement, people)?;

    let config = hub_config(&folder.join("hub"), at, &hub, &home)?;
    let mut beyond = open(&Config::load(&config)?)?;
    enrol(&mut beyond, bank.id, &recipient)?;
    enrol(&mut beyond, reseller.id, &reseller.record())?;

    let (home_issuer, hub_issuer) = (format!("http://{}", at.home), format!("http://{}", at.hub));
    let mut signs = bank.credentials(&hub_issuer, ASKS)?;
    signs["encryption_jwk"] = serde_json::from_str(sealing.print_private_jwk().expose())?;
    signs["relays"] = json!([reseller.id.to_string(), hub.id.to_string()]);
    signs["gateway_jwk"] = published(&beyond)?.print();
    signs["home"] = home_issuer.as_str().into();
    signs["journal_key"] = VerifierKey::of(home.journal.keys()).to_string().into();
    let write = |name: &str, file: &Value| std::fs::write(folder.join(name), file.to_string());
    write("recipient.json", &signs)?;
    write("at-hub.json", &reseller.credentials(&hub_issuer, ASKS)?)?;
    write("at-home.json", &bank.credentials(&home_issuer, VERIFY)?)?;
    let mut at_carrier: Value = serde_json::from_slice(&std::fs::read(folder.join("home/at-carrier.json"))?)?;
    (at_carrier["scopes"], at_carrier["purpose"]) = (VERIFY.into(), PURPOSE.term().into());
    write("at-carrier.json", &at_carrier)?;
    Ok(())
}

fn open(config: &Config) -> Result<Data, Failure> {
    data::create_if_missing(&config.gateway)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(data::open(&config.gateway, clock)?)
}

/// The key that is sealed to for a gateway.
fn published(data: &Data) -> Result<SealingJwk, Failure> {
    let keys = data.sealing.published();
    let first = keys.into_iter().next();
    Ok(first.ok_or("expected a gateway with a key to seal to, found none")?)
}

/// Writes the hub's keys and configuration; where it is.
fn hub_config(folder: &Path, at: &Addresses<'_>, hub: &Member, home: &Data) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder)?;
    let private = hub.key.print_private_jwk(KeyUse::Signing);
    write_new(&folder.join("home.jwk"), private.expose().as_bytes())?;
    std::fs::write(folder.join("home.enc.jwk"), published(home)?.print().to_string())?;
    let (issuer, source, known_as) = (
        format!("http://{}", at.hub),
        format!("http://{}", at.home),
        hub.id.to_string(),
    );
    let address = at.hub;
    let config = toml::toml! {
        [gateway]
        world = "sandbox"
        issuer = issuer
        operator = "Port Aster Hub"
        contact = "help@example.com"
        data_dir = "gateway"

        [listen]
        address = address
        connections_max = 2048
        asks_per_second_max = 1000000

        [[source]]
        name = "home"
        kind = "gateway"
        prefixes = ["+999"]
        issuer = source
        client_id = known_as
        key_file = "home.jwk"
        encryption_key_file = "home.enc.jwk"
        requests_per_second_max = 100000
        in_flight_max = 1024
    };
    let path = folder.join("wayleave.toml");
    std::fs::write(&path, toml::to_string(&config)?)?;
    Ok(path)
}
