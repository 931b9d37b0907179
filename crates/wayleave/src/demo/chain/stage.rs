//! `stage.json`: who is who in the chain, and where, for the pages that play its journeys.

use std::path::Path;

use serde_json::{Value, json};

use super::Working;
use super::actors::{Actors, LINE};
use super::home::Home;
use super::members::{BANK, Member, PLATFORM, RESELLER, ROADSIDE, id_of};
use crate::Failure;
use crate::demo::world::World;

/// The file's name, beside the hub's configuration.
pub(in crate::demo) const STAGE: &str = "stage.json";

/// Writes the file.
pub(super) fn write(
    chain: &Working,
    actors: &Actors,
    world: &World,
    operator: &str,
    hub_key: &str,
) -> Result<(), Failure> {
    let clients = world.folder.join("clients");
    let party = |member: &Member, control: &str| party(member, control, &clients);
    let [osier, tern] = &chain.homes;
    let numbers = |home: &Home, from, count| home.plan.numbers().skip(from).take(count).collect::<Vec<_>>();
    let asking = |mut party: Value, home: &Home, numbers: Vec<String>| {
        party["home"] = home.plan.key.into();
        party["numbers"] = numbers.into();
        party
    };
    let mut prison = asking(party(&PLATFORM, &actors.platform)?, tern, numbers(tern, 0, 10));
    prison["switch"] = chain.switch.control.clone().into();
    prison["line"] = LINE.into();
    let stage = json!({
        "hub": {"name": "Port Aster Gateway", "issuer": world.issuer, "journalKey": hub_key},
        "operator": operator,
        "phones": world.phones_url(),
        "homes": {
            osier.plan.key: home(osier, &chain.journal_keys[0]),
            tern.plan.key: home(tern, &chain.journal_keys[1]),
        },
        "reseller": party(&RESELLER, &actors.reseller)?,
        "roadside": asking(party(&ROADSIDE, &actors.roadside)?, osier, numbers(osier, 0, 5)),
        "bank": asking(party(&BANK, &actors.bank)?, osier, numbers(osier, 5, 5)),
        "prison": prison,
    });
    Ok(std::fs::write(
        world.folder.join(STAGE),
        serde_json::to_vec_pretty(&stage)?,
    )?)
}

fn party(member: &Member, control: &str, clients: &Path) -> Result<Value, Failure> {
    let id = id_of(member, clients)?.to_string();
    Ok(json!({"name": member.name, "party": id, "control": control}))
}

fn home(home: &Home, journal_key: &str) -> Value {
    let carrier = json!({"name": home.plan.name, "kind": home.plan.kind(), "control": home.carrier_control});
    json!({"name": home.plan.name, "issuer": home.issuer, "journalKey": journal_key, "carrier": carrier})
}
