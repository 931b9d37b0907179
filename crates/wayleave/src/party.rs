//! `wayleave party`: who may ask at all. Every change is an entry of the journal.

use std::path::PathBuf;
use std::sync::Arc;

use domain::id::PartyId;
use domain::journal::settle::{Change, Item, Outcome};
use domain::journal::tree::sha256;
use domain::party::RegisteredName;
use domain::purpose::Purpose;
use domain::reply::LEAVE_WITHIN;
use domain::time::Span;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::config::Config;
use gateway::data::{self, Data};
use gateway::party::{Binding, NextKeys, PartyRecord, PublicKey};
use gateway::store::party::sqlite::{Listed, by_client, list};
use wire::jose::jwk::Jwk;
use wire::jose::key_change;
use wire::oauth::grant::Flow;
use wire::oauth::redirect::RedirectUri;
use wire::oauth::scope::Api;

use crate::{Failure, log};

/// What can be done with parties.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Enrol a party by its public key; prints its client id.
    Add(Add),
    /// List the parties.
    List {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
    },
    /// Change a party's keys, as one of its present keys has signed; prints from when.
    Keys(Keys),
    /// Suspend a party: nothing of it is answered from now on, asks in flight included.
    Suspend {
        /// The configuration.
        #[arg(long, default_value = "wayleave.toml")]
        config: PathBuf,
        /// The party's short name.
        name: String,
        /// Lift the suspension instead.
        #[arg(long)]
        lift: bool,
    },
}

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
    /// The file with its public key, a JWK (EC P-256).
    #[arg(long)]
    jwk: PathBuf,
}

/// What `party keys` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Keys {
    /// The configuration.
    #[arg(long, default_value = "wayleave.toml")]
    config: PathBuf,
    /// The party's short name.
    name: String,
    /// The file with its new key set, signed by one of its present keys: what `wayleave client keys` prints.
    #[arg(long, required_unless_present = "cancel")]
    jwks: Option<PathBuf>,
    /// Call off a change that waits.
    #[arg(long, conflicts_with = "jwks")]
    cancel: bool,
}

/// Runs a command.
pub(crate) fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Add(add) => {
            let config = open_config(&add.config)?;
            let key = Jwk::read(wire::json::parse(&std::fs::read(&add.jwk)?, wire::json::DEPTH_MAX)?)?;
            let record = record(&add, &key)?;
            data::create_if_missing(&config.gateway)?;
            println!("{}", enrol(&config, record)?);
            Ok(())
        }
        Command::List { config } => {
            let data = open(&open_config(&config)?)?;
            for party in data.reader.read(list)? {
                print(&party);
            }
            Ok(())
        }
        Command::Keys(keys) => change_keys(&keys),
        Command::Suspend { config, name, lift } => suspend(&open_config(&config)?, &name, !lift),
    }
}

fn open_config(path: &std::path::Path) -> Result<Config, Failure> {
    let config = Config::load(path)?;
    log::start(&gateway::config::log::Log {
        filter: "warn".to_owned(),
        ..config.log.clone()
    })?;
    Ok(config)
}

fn open(config: &Config) -> Result<Data, Failure> {
    Ok(data::open(&config.gateway, Arc::new(SystemClock))?)
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
    let mut data = open(config)?;
    if data.reader.read(|store| by_client(store, &record.client))?.is_some() {
        return Err(format!("expected a new short name, found that `{}` is enrolled", record.client).into());
    }
    let mut chance = SystemChance::new();
    let party = PartyId::new(SystemClock.now(), chance.bytes());
    let change = Change::Enrol {
        party,
        client: record.client.clone(),
        record: record.to_json(),
        purposes: record.purposes,
    };
    settle(&mut data, change, &mut chance)?;
    Ok(party)
}

fn change_keys(options: &Keys) -> Result<(), Failure> {
    let config = open_config(&options.config)?;
    let (mut data, now) = (open(&config)?, SystemClock.now());
    let party = enrolled(&data, &options.name)?;
    let present = party.record.keys_at(now).to_vec();
    let next_keys = match &options.jwks {
        None => None,
        Some(file) => {
            let text = std::fs::read_to_string(file)?;
            let (id, issuer) = (party.id.to_string(), &config.gateway.issuer);
            let keys = key_change::verify(text.trim(), &id, &party.record.jwks(now), issuer, now)?;
            Some(NextKeys {
                keys: keys.iter().map(PublicKey::from).collect(),
                from: now.after(Span::seconds(config.gateway.party_keys_wait_s)),
            })
        }
    };
    let from = next_keys.as_ref().map(|next| next.from.rfc3339());
    let change = Change::Rekey {
        party: party.id,
        replaces: sha256(&[party.record.to_json().as_bytes()]),
        record: PartyRecord {
            keys: present,
            next_keys,
            ..party.record
        }
        .to_json(),
    };
    settle(&mut data, change, &mut SystemChance::new())?;
    match from {
        Some(from) => println!(
            "{}: the new keys are its keys from {from}; until then the present ones are",
            options.name
        ),
        None => println!("{}: the present keys stay", options.name),
    }
    Ok(())
}

fn enrolled(data: &Data, name: &str) -> Result<Listed, Failure> {
    let found = data.reader.read(|store| by_client(store, name))?;
    found.ok_or_else(|| format!("expected an enrolled party, found none with the short name `{name}`").into())
}

fn suspend(config: &Config, name: &str, suspended: bool) -> Result<(), Failure> {
    let mut data = open(config)?;
    let party = enrolled(&data, name)?;
    if party.suspended == suspended {
        println!("{name}: nothing to do");
        return Ok(());
    }
    settle(
        &mut data,
        Change::Suspend {
            party: party.id,
            suspended,
        },
        &mut SystemChance::new(),
    )?;
    if suspended {
        // What was released before may still be on its way out for this long, and it is not so any more once it is said.
        std::thread::sleep(std::time::Duration::from_millis(LEAVE_WITHIN.as_ms().unsigned_abs()));
    }
    println!(
        "{name}: {}",
        if suspended {
            "suspended; nothing of it is answered from now on"
        } else {
            "may ask again"
        }
    );
    Ok(())
}

fn settle(data: &mut Data, change: Change, chance: &mut SystemChance) -> Result<(), Failure> {
    let mut outcomes = data.journal.settle("party", vec![Item::Change(change)], chance)?;
    match outcomes.pop() {
        Some(Outcome::Changed(_)) => Ok(()),
        _ => Err("the journal did not take the change".into()),
    }
}

fn print(party: &Listed) {
    let record = &party.record;
    let purposes: Vec<&str> = record.purposes.iter().map(|purpose| purpose.term()).collect();
    println!(
        "{}  {:<12} {:<28} {}{}{}{}",
        party.id,
        record.client,
        record.name,
        purposes.join(","),
        match record.binding {
            Binding::Nothing => String::new(),
            binding => format!("  {}", binding.word()),
        },
        record
            .next_keys
            .as_ref()
            .filter(|next| next.from > SystemClock.now())
            .map_or_else(String::new, |next| format!("  other keys from {}", next.from.rfc3339())),
        if party.suspended { "  SUSPENDED" } else { "" },
    );
}
