//! `wayleave party keys`: a party's keys change, as one of its present keys has signed.

use std::path::PathBuf;

use domain::journal::settle::Change;
use domain::journal::tree::sha256;
use domain::time::{Span, Timestamp};
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use gateway::party::{NextKeys, PartyRecord, PublicKey, SealingKey};
use wire::jose::key_change::{self, KeyChange};

use super::{enrolled, open, open_config, settle};
use crate::Failure;

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

/// Changes the keys, or calls a change off.
pub(super) fn run(options: &Keys) -> Result<(), Failure> {
    let config = open_config(&options.config)?;
    let (mut data, now) = (open(&config)?, SystemClock.now());
    let party = enrolled(&data, &options.name)?;
    let from = now.after(Span::seconds(config.gateway.party_keys_wait_s));
    let next = match &options.jwks {
        None => None,
        Some(file) => {
            let text = std::fs::read_to_string(file)?;
            let (id, issuer) = (party.id.to_string(), &config.gateway.issuer);
            Some(key_change::verify(
                text.trim(),
                &id,
                &party.record.jwks(now),
                issuer,
                now,
            )?)
        }
    };
    let replaces = sha256(&[party.record.to_json().as_bytes()]);
    let record = rekeyed(party.record, next.as_ref(), now, from);
    let from = next.map(|_| from.rfc3339());
    let change = Change::Rekey {
        party: party.id,
        replaces,
        record: record.to_json(),
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

/// The record with keys that take the place of the present ones at `from`, and without any other that waited: what comes
/// next is said by one statement alone.
fn rekeyed(record: PartyRecord, next: Option<&KeyChange>, now: Timestamp, from: Timestamp) -> PartyRecord {
    let present = record.keys_at(now).to_vec();
    let mut sealing = record.sealing.clone();
    sealing.retain(|key| key.from_ms <= now.unix_ms());
    let encryption = next.and_then(|next| next.encryption.as_ref());
    sealing.extend(encryption.map(|key| SealingKey::new(key, from)));
    PartyRecord {
        keys: present,
        next_keys: next.map(|next| NextKeys {
            keys: next.keys.iter().map(PublicKey::from).collect(),
            from,
        }),
        sealing,
        ..record
    }
}
