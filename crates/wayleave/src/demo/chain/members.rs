//! The companies that ask through the hub: one id and one set of keys each, enrolled at the hub and at every carrier's
//! gateway by the operators there. A home believes no key that comes from a hub.

use std::path::{Path, PathBuf};

use domain::id::PartyId;
use domain::purpose::Purpose;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::data;
use gateway::keys::write_new;
use gateway::party::{Binding, PartyRecord, PublicKey, SealingKey};
use gateway::store::party::sqlite::by_client;
use serde_json::{Value, json};
use wire::jose::agreement_key::AgreementKey;
use wire::jose::signing_key::KeyUse;
use wire::jose::{SealingJwk, SigningKey};
use wire::oauth::grant::Flow;

use super::home::Home;
use crate::Failure;
use crate::party::enrol_as;

/// A company that asks, carries, or vouches.
pub(super) struct Member {
    /// Its short name, and its file's.
    pub(super) client: &'static str,
    /// The name that people read.
    pub(super) name: &'static str,
    purposes: &'static [Purpose],
    scopes: &'static [&'static str],
    /// Whether outcomes are sealed to it.
    seals: bool,
}

const HELP: Purpose = Purpose::RequestedServiceProvision;
const FRAUD: Purpose = Purpose::FraudPreventionAndDetection;
const PRISON: Purpose = Purpose::InmateCommunication;
const ALL: &[Purpose] = &[HELP, FRAUD, PRISON];

/// It carries what others ask.
pub(super) const RESELLER: Member = Member {
    client: "copper-reach",
    name: "Copper Reach Resale",
    purposes: ALL,
    scopes: &["wayleave:asks"],
    seals: false,
};
/// It helps people whose cars have stopped.
pub(super) const ROADSIDE: Member = Member {
    client: "larkspur",
    name: "Larkspur Recovery",
    purposes: &[HELP],
    scopes: &["wayleave:asks"],
    seals: true,
};
/// It keeps the roadside company's tickets, and tells which of them are open.
pub(super) const DESK: Member = Member {
    client: "fernhill",
    name: "Fernhill Casework",
    purposes: &[HELP],
    scopes: &["wayleave:events"],
    seals: false,
};
/// It asks whether a card and its owner's phone are in one place.
pub(super) const BANK: Member = Member {
    client: "harbour-cards",
    name: "Harbour Card Services",
    purposes: &[FRAUD],
    scopes: &["wayleave:asks"],
    seals: true,
};
/// It runs the telephones of a prison.
pub(super) const PLATFORM: Member = Member {
    client: "pinfold",
    name: "Pinfold Calling",
    purposes: &[PRISON],
    scopes: &["wayleave:asks", "wayleave:events"],
    seals: true,
};
const MEMBERS: [&Member; 5] = [&RESELLER, &ROADSIDE, &DESK, &BANK, &PLATFORM];

/// How a home knows the hub.
pub(super) const HUB: Member = Member {
    client: "hub",
    name: "Port Aster Gateway",
    purposes: ALL,
    scopes: &["wayleave:asks", "wayleave:notices"],
    seals: false,
};

/// How the hub knows a home, which tells it what people have ended.
pub(super) const fn home(client: &'static str, name: &'static str) -> Member {
    Member {
        client,
        name,
        purposes: ALL,
        scopes: &["wayleave:notices"],
        seals: false,
    }
}

impl Member {
    /// The file that its programs read, in a folder of such files.
    pub(super) fn file(&self, clients: &Path) -> PathBuf {
        clients.join(format!("{}.json", self.client))
    }

    fn record(&self, keys: &Keys, gateway: Option<&str>) -> Result<PartyRecord, Failure> {
        let sealing = keys.sealing.as_ref().map(|key| {
            let public = serde_json::to_vec(&key.public().print())?;
            Ok::<_, Failure>(SealingKey::new(&SealingJwk::parse(&public)?, SystemClock.now()))
        });
        Ok(PartyRecord {
            name: self.name.to_owned(),
            client: self.client.to_owned(),
            keys: vec![PublicKey::from(keys.signing.public())],
            purposes: self.purposes.to_vec(),
            scopes: self.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            next_keys: None,
            flows: vec![Flow::ClientCredentials],
            redirects: Vec::new(),
            signed_requests: false,
            programmes: Vec::new(),
            sealing: sealing.transpose()?.into_iter().collect(),
            gateway: gateway.map(str::to_owned),
            binding: Binding::Nothing,
        })
    }
}

/// Whom a member's file says that it is.
struct Keys {
    id: PartyId,
    signing: SigningKey,
    sealing: Option<AgreementKey>,
}

impl Keys {
    fn new(seals: bool) -> Result<Self, Failure> {
        let chance = SystemChance::new();
        let sealing = seals.then(|| AgreementKey::from_chance(chance.bytes())).transpose()?;
        Ok(Self {
            id: PartyId::new(SystemClock.now(), chance.bytes()),
            signing: SigningKey::from_chance(chance.bytes())?,
            sealing,
        })
    }

    fn read(file: &Value) -> Result<Self, Failure> {
        let part = |name: &str| file.get(name).cloned().unwrap_or_default();
        let sealing = file.get("encryption_jwk");
        let sealing = sealing.map(|jwk| AgreementKey::parse_private_jwk(jwk.to_string().as_bytes()));
        Ok(Self {
            id: part("client_id").as_str().unwrap_or_default().parse()?,
            signing: SigningKey::parse_private_jwk(part("private_jwk").to_string().as_bytes())?,
            sealing: sealing.transpose()?,
        })
    }

    /// The file's members that a member's programs read.
    fn print(&self, member: &Member) -> Result<Value, Failure> {
        let private = |text: &str| serde_json::from_str::<Value>(text);
        let signing = self.signing.print_private_jwk(KeyUse::Signing);
        // A company with several purposes says which it is with each token.
        let purpose = match member.purposes {
            [only] => only.term(),
            _ => "",
        };
        let mut file = json!({
            "client_id": self.id.to_string(), "name": member.name, "purpose": purpose,
            "scopes": member.scopes.join(" "), "dpop": false, "private_jwk": private(signing.expose())?,
        });
        if let Some(key) = &self.sealing {
            file["encryption_jwk"] = private(key.print_private_jwk().expose())?;
        }
        Ok(file)
    }
}

/// Who the member is: as its file says, or anew.
fn keys(member: &Member, path: &Path) -> Result<Keys, Failure> {
    if path.exists() {
        return Keys::read(&serde_json::from_slice(&std::fs::read(path)?)?);
    }
    Keys::new(member.seals)
}

/// Writes the member's file for one gateway, whose address may be new.
fn write(member: &Member, keys: &Keys, issuer: &str, path: &Path) -> Result<(), Failure> {
    let mut file = keys.print(member)?;
    file["issuer"] = issuer.into();
    file["token_endpoint"] = format!("{issuer}/oauth2/token").into();
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    Ok(write_new(path, &serde_json::to_vec_pretty(&file)?)?)
}

fn enrol_if_new(config: &Config, record: PartyRecord, id: PartyId) -> Result<(), Failure> {
    let store = data::open(&config.gateway, std::sync::Arc::new(SystemClock))?;
    let known = store.reader.read(|store| by_client(store, &record.client))?;
    drop(store);
    if known.is_none() {
        enrol_as(config, record, Some(id))?;
    }
    Ok(())
}

/// Enrols a gateway at another, as the gateway that it is, by the id that a third gave it if there is one. Returns it. What
/// the gateway needs to be that party is in `folder`: `NAME.jwk`.
pub(super) fn enrol_gateway(
    who: &Member,
    issuer: &str,
    at: &Config,
    folder: &Path,
    known_as: Option<PartyId>,
) -> Result<PartyId, Failure> {
    data::create_if_missing(&at.gateway)?;
    let path = who.file(folder);
    let mut keys = keys(who, &path)?;
    keys.id = known_as.filter(|_| !path.exists()).unwrap_or(keys.id);
    enrol_if_new(at, who.record(&keys, Some(issuer))?, keys.id)?;
    write(who, &keys, &at.gateway.issuer, &path)?;
    let own = path.with_extension("jwk");
    if !own.exists() {
        write_new(
            &own,
            keys.signing.print_private_jwk(KeyUse::Signing).expose().as_bytes(),
        )?;
    }
    Ok(keys.id)
}

/// Enrols everybody at a home, by the ids and keys that they have at the hub, and writes what they need there.
pub(super) fn enrol_at_home(hub_clients: &Path, home: &Home, config: &Config) -> Result<(), Failure> {
    let clients = home.clients();
    std::fs::create_dir_all(&clients)?;
    for member in MEMBERS {
        let path = member.file(hub_clients);
        let keys = keys(member, &path)?;
        if !path.exists() {
            // The address follows with the enrolment at the hub.
            write(member, &keys, "", &path)?;
        }
        enrol_if_new(config, member.record(&keys, None)?, keys.id)?;
        write(member, &keys, &home.issuer, &member.file(&clients))?;
    }
    Ok(())
}

/// Enrols everybody at the hub.
pub(super) fn enrol_at_hub(clients: &Path, config: &Config) -> Result<(), Failure> {
    for member in MEMBERS {
        let path = member.file(clients);
        let keys = keys(member, &path)?;
        enrol_if_new(config, member.record(&keys, None)?, keys.id)?;
        write(member, &keys, &config.gateway.issuer, &path)?;
    }
    Ok(())
}

/// The id of a member, as its file says it.
pub(super) fn id_of(member: &Member, clients: &Path) -> Result<PartyId, Failure> {
    Ok(keys(member, &member.file(clients))?.id)
}
