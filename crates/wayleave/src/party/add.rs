//! `wayleave party add`: a party is enrolled by its public key.

use std::path::PathBuf;

use domain::id::PartyId;
use domain::party::RegisteredName;
use domain::purpose::Purpose;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::data;
use gateway::party::{Binding, PartyRecord, PublicKey, SealingKey};
use gateway::store::party::sqlite::{by_client, by_id};
use wire::jose::SealingJwk;
use wire::jose::jwk::Jwk;
use wire::oauth::grant::Flow;
use wire::oauth::redirect::RedirectUri;
use wire::oauth::scope::Api;

use super::{open, open_config, settle};
use crate::Failure;

/// What `party add` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// A short name for operators, such as `roadside`.
    #[arg(long)]
    client: String,
    /// The registered name, which subscribers read.
    #[arg(long)]
    name: String,
    /// A purpose that it is approved for; may be given several times.
    #[arg(long = "purpose", required = true)]
    purposes: Vec<String>,
    /// An API scope that its tokens may have; may be given several times.
    #[arg(long = "scope", required = true)]
    scopes: Vec<String>,
    /// A way in which it may get tokens: `client-credentials`, `jwt-bearer`, `ciba` or `authorization-code`; may
    /// be given several times. Every way, if none is named.
    #[arg(long = "flow")]
    flows: Vec<String>,
    /// An address to which its users' browsers may be sent back: https, http on 127.0.0.1 or [::1], or an application's
    /// own scheme; may be given several times. Without one it has no authorization codes and no capture addresses.
    #[arg(long = "redirect-uri")]
    redirects: Vec<String>,
    /// Its authorization requests must be signed request objects (RFC 9101), so that no stranger sends browsers in its name.
    #[arg(long)]
    signed_requests: bool,
    /// Tokens of this party must be bound to a key that each request proves (RFC 9449).
    #[arg(long)]
    dpop: bool,
    /// Tokens of this party must be bound to the client certificate of its connection (RFC 8705).
    #[arg(long, conflicts_with = "dpop")]
    mtls: bool,
    /// The file with the public key that signs for it, a JWK (EC P-256, or OKP Ed25519).
    #[arg(long)]
    jwk: PathBuf,
    /// The file with the public key that outcomes are sealed to for it, a JWK (EC P-256). Without one it can carry signed
    /// asks, and gets no answer to one of its own.
    #[arg(long)]
    encryption_jwk: Option<PathBuf>,
    /// The id by which another gateway knows this party; a new one otherwise.
    #[arg(long)]
    id: Option<PartyId>,
    /// The party is a gateway with this issuer: it passes on asks that were made for it.
    #[arg(long, value_name = "ISSUER")]
    gateway: Option<String>,
}

/// Enrols the party and prints its client id.
pub(super) fn run(add: &Add) -> Result<(), Failure> {
    let config = open_config(&add.config)?;
    let key = Jwk::read(wire::json::parse(&std::fs::read(&add.jwk)?, wire::json::DEPTH_MAX)?)?;
    let mut record = record(add, &key)?;
    if let Some(file) = &add.encryption_jwk {
        let key = SealingJwk::parse(&std::fs::read(file)?)?;
        record.sealing = vec![SealingKey::new(&key, SystemClock.now())];
    }
    data::create_if_missing(&config.gateway)?;
    println!("{}", enrol_as(&config, record, add.id)?);
    Ok(())
}

fn record(add: &Add, key: &Jwk) -> Result<PartyRecord, Failure> {
    let name = RegisteredName::new(&add.name).ok_or_else(|| {
        format!(
            "`--name`: expected 1 to 60 letters, digits and plain punctuation, found `{}`",
            add.name.escape_debug()
        )
    })?;
    let purposes = add.purposes.iter().map(|term| {
        Purpose::from_term(term).ok_or_else(|| {
            let known = Purpose::ALL.map(Purpose::term).join(", ");
            format!("`--purpose`: expected one of {known}, found `{term}`")
        })
    });
    for scope in &add.scopes {
        if !Api::ALL.iter().any(|api| api.name() == scope) {
            let known = Api::ALL.map(Api::name).join(", ");
            return Err(format!("`--scope`: expected one of {known}, found `{scope}`").into());
        }
    }
    let flows = add.flows.iter().map(|word| {
        Flow::from_word(word).ok_or_else(|| {
            let known = Flow::ALL.map(Flow::word).join(", ");
            format!("`--flow`: expected one of {known}, found `{word}`")
        })
    });
    let mut flows = flows.collect::<Result<Vec<_>, _>>()?;
    if flows.is_empty() {
        flows = Flow::ALL.to_vec();
    }
    let redirects = add.redirects.iter().map(|text| {
        text.parse::<RedirectUri>()
            .map_err(|error| format!("`--redirect-uri`: {error}: `{}`", text.escape_debug()))
    });
    Ok(PartyRecord {
        redirects: redirects.collect::<Result<_, _>>()?,
        signed_requests: add.signed_requests,
        programmes: Vec::new(),
        sealing: Vec::new(),
        gateway: add.gateway.clone(),
        name: name.as_str().to_owned(),
        client: add.client.clone(),
        keys: vec![PublicKey::from(key)],
        purposes: purposes.collect::<Result<_, _>>()?,
        scopes: add.scopes.clone(),
        next_keys: None,
        flows,
        binding: match (add.dpop, add.mtls) {
            (true, _) => Binding::Dpop,
            (false, true) => Binding::Certificate,
            (false, false) => Binding::Nothing,
        },
    })
}

/// Enrols a party and returns its id, which is also the name of its OAuth client.
pub(crate) fn enrol(config: &Config, record: PartyRecord) -> Result<PartyId, Failure> {
    enrol_as(config, record, None)
}

/// The same by the id under which another gateway knows the party, if there is one.
pub(crate) fn enrol_as(config: &Config, record: PartyRecord, id: Option<PartyId>) -> Result<PartyId, Failure> {
    let mut data = open(config)?;
    if data.reader.read(|store| by_client(store, &record.client))?.is_some() {
        return Err(format!("expected a new short name, found that `{}` is enrolled", record.client).into());
    }
    let mut chance = SystemChance::new();
    let party = id.unwrap_or_else(|| PartyId::new(SystemClock.now(), chance.bytes()));
    if data.reader.read(|store| by_id(store, party, &data.sealer))?.is_some() {
        return Err(format!("expected a new party, found that `{party}` is enrolled").into());
    }
    let change = record.enrolment(party, SystemClock.now());
    settle(&mut data, change, &mut chance)?;
    Ok(party)
}
