//! The sandbox's partners: their keys, their files, and their enrolment.

use std::path::Path;

use domain::purpose::Purpose;
use gateway::chance::SystemChance;
use gateway::config::Config;
use gateway::keys::write_new;
use gateway::party::{Binding, PartyRecord, PublicKey};
use serde_json::{Value, json};
use wire::jose::SigningKey;
use wire::jose::signing_key::KeyUse;
use wire::oauth::grant::Flow;

use crate::Failure;
use crate::party::enrol as enrol_party;

/// A sandbox partner.
pub(crate) struct Partner {
    /// Its short name.
    pub(crate) client: &'static str,
    name: &'static str,
    purpose: Purpose,
    scopes: &'static [&'static str],
    dpop: bool,
}

/// The sandbox's partners. `plain` is what an off-the-shelf CAMARA client is: no proof of possession.
pub(crate) const PARTNERS: [Partner; 3] = [
    Partner {
        client: "roadside",
        name: "Aster Roadside Help",
        purpose: Purpose::RequestedServiceProvision,
        scopes: &["location-retrieval:read", "wayleave:consents", "consent-info:retrieve"],
        dpop: true,
    },
    Partner {
        client: "bank",
        name: "Harbour Bank",
        purpose: Purpose::FraudPreventionAndDetection,
        scopes: &[
            "location-verification:verify",
            "wayleave:consents",
            "consent-info:retrieve",
        ],
        dpop: true,
    },
    Partner {
        client: "plain",
        name: "Plainfield Towing",
        purpose: Purpose::RequestedServiceProvision,
        scopes: &[
            "location-retrieval:read",
            "location-verification:verify",
            "wayleave:consents",
            "consent-info:retrieve",
        ],
        dpop: false,
    },
];

/// Where the sandbox partners' users come back: any port of this machine.
const REDIRECT_URI: &str = "http://127.0.0.1/back";

/// Enrols the partners that are not enrolled yet, and writes their files.
pub(crate) fn enrol(config: &Config, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    gateway::data::create_if_missing(&config.gateway)?;
    for partner in &PARTNERS {
        let path = folder.join(format!("{}.json", partner.client));
        if !path.exists() {
            let file = enrol_one(config, partner)?;
            write_new(&path, &serde_json::to_vec_pretty(&file)?)?;
        }
    }
    Ok(())
}

fn enrol_one(config: &Config, partner: &Partner) -> Result<Value, Failure> {
    let chance = SystemChance::new();
    let signing = SigningKey::from_chance(chance.bytes())?;
    let sealing = SigningKey::from_chance(chance.bytes())?;
    let record = PartyRecord {
        name: partner.name.to_owned(),
        client: partner.client.to_owned(),
        keys: vec![PublicKey::from(signing.public())],
        purposes: vec![partner.purpose],
        scopes: partner.scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        next_keys: None,
        flows: Flow::ALL.to_vec(),
        redirects: vec![REDIRECT_URI.parse()?],
        signed_requests: false,
        programmes: Vec::new(),
        sealing: Vec::new(),
        gateway: None,
        binding: if partner.dpop { Binding::Dpop } else { Binding::Nothing },
    };
    let id = enrol_party(config, record)?;
    let issuer = &config.gateway.issuer;
    let jwk = |key: &SigningKey, key_use| serde_json::from_str::<Value>(key.print_private_jwk(key_use).expose());
    Ok(json!({
        "client_id": id.to_string(),
        "name": partner.name,
        "issuer": issuer,
        "token_endpoint": format!("{issuer}/oauth2/token"),
        "purpose": partner.purpose.term(),
        "scopes": partner.scopes.join(" "),
        "dpop": partner.dpop,
        "private_jwk": jwk(&signing, KeyUse::Signing)?,
        "encryption_jwk": jwk(&sealing, KeyUse::Agreement)?,
    }))
}
