//! The gateway's configuration in the demo: written at each start, since the simulated systems' ports are new.

use std::net::{SocketAddr, TcpListener};

use gateway::config::Config;
use gateway::policy_file::SHIPPED;
use toml::{Table, toml};

use super::chain::{STAGE, Working};
use super::world::{CASTOR_PASSWORD, SMPP_PASSWORD, World};
use crate::Failure;

/// Who runs the gateway.
const OPERATOR: &str = "Port Aster Gateway";
/// The gateway's own number, to which people reply.
const OWN_NUMBER: &str = "+12025550199";
/// The policy's file.
pub(super) const POLICY: &str = "policy.toml";
/// The phone on the stage.
const STAGE_NUMBER: &str = "+12025550101";

/// Writes the configuration, and reads it as any gateway does. The homes behind it come in when they serve.
pub(crate) fn write(world: &World, chain: Option<&Working>, listen: SocketAddr) -> Result<Config, Failure> {
    let mut config = basis();
    let listen = listen.to_string();
    put(&mut config, "listen", &[("address", &listen)]);
    let gateway = [("issuer", &*world.issuer), ("operator", OPERATOR)];
    put(&mut config, "gateway", &gateway);
    put(
        &mut config,
        "sms",
        &[
            ("address", &world.smsc),
            ("number", OWN_NUMBER),
            ("password_file", SMPP_PASSWORD),
        ],
    );
    let push = free_address()?.to_string();
    put(
        &mut config,
        "push",
        &[("address", &push), ("base_url", &format!("http://{push}"))],
    );
    put(
        &mut config,
        "sandbox",
        &[
            ("phones_url", world.phones_url()),
            ("partner_url", world.partner_url()),
            ("carrier_control_url", &world.meridian_control),
            ("stage_number", STAGE_NUMBER),
            ("world_file", STAGE),
        ],
    );
    std::fs::write(world.folder.join(POLICY), policy())?;
    put(&mut config, "gateway", &[("policy_file", POLICY)]);
    let feeds = std::iter::once(port_authority(world)).chain(chain.map(Working::feed));
    let sources = [meridian(world), castor(world)].into_iter();
    let sources = sources.chain(chain.into_iter().flat_map(Working::sources));
    let peers = chain.into_iter().flat_map(Working::peers);
    let mut list = |section: &str, tables: Vec<Table>| config.insert(section.to_owned(), tables.into());
    list("feed", feeds.collect());
    list("source", sources.collect());
    list("peer", peers.collect());
    let path = world.folder.join("wayleave.toml");
    std::fs::write(&path, toml::to_string_pretty(&config)?)?;
    Ok(Config::load(&path)?)
}

/// What the demo's gateways have in common.
pub(super) fn basis() -> Table {
    toml! {
        [gateway]
        world = "sandbox"
        contact = "help@example.com"
        data_dir = "gateway"

        [board]
        key_wait_s = 20

        [sms]
        system_id = "wayleave"
    }
}

/// The carrier that speaks CAMARA, and serves every number that no other does.
fn meridian(world: &World) -> Table {
    let mut source = toml! {
        name = "meridian"
        kind = "camara"
        prefixes = ["+120255501", "+999"]
        client_id = "wayleave"
        key_file = "carrier.jwk"
        requests_per_second_max = 100000
        in_flight_max = 1024
    };
    let [base, tokens, issuer] = &world.meridian;
    for (key, value) in [("base_url", base), ("token_endpoint", tokens), ("audience", issuer)] {
        source.insert(key.to_owned(), value.as_str().into());
    }
    source
}

/// The carrier that speaks MLP: ten numbers, the one that was ported to it, and a block.
fn castor(world: &World) -> Table {
    let mut source = toml! {
        name = "castor"
        kind = "mlp"
        prefixes = ["+1202555014", "+12025550113", "+9991"]
        dialect = "3.5"
        mode = "async"
        client_id = "wayleave"
        requests_per_second_max = 100000
        in_flight_max = 1024
    };
    for (key, value) in [("url", world.castor.as_str()), ("password_file", CASTOR_PASSWORD)] {
        source.insert(key.to_owned(), value.into());
    }
    source
}

/// Who tells what happens to the numbers of both carriers.
fn port_authority(world: &World) -> Table {
    let mut feed = toml! {
        name = "port-authority"
        prefixes = ["+120255501", "+999"]
    };
    let [issuer, key] = &world.port_authority;
    for (name, value) in [("issuer", issuer), ("public_key_file", key)] {
        feed.insert(name.to_owned(), value.as_str().into());
    }
    feed
}

/// The shipped policy, except for how often somebody may be asked, and how long they wait: a visitor plays the same phone
/// again and again.
pub(super) fn policy() -> String {
    [
        ("open_max = 2\n", "open_max = 8\n"),
        ("per_day_max = 3\n", "per_day_max = 200\n"),
        ("cooling_off_hours = 24\n", "cooling_off_s = 0\n"),
        ("review_after = 10\n", "review_after = 1000000\n"),
        ("asks_per_day_max = 200\n", "asks_per_day_max = 1000000\n"),
        ("sim_change_wait_hours = 72\n", "sim_change_wait_minutes = 1\n"),
        ("never_lift_wait_hours = 24\n", "never_lift_wait_s = 10\n"),
    ]
    .into_iter()
    .fold(SHIPPED.to_owned(), |policy, (shipped, here)| {
        policy.replace(shipped, here)
    })
}

pub(super) fn put(config: &mut Table, section: &str, values: &[(&str, &str)]) {
    let section = config.entry(section).or_insert_with(|| Table::new().into());
    if let Some(section) = section.as_table_mut() {
        for (key, value) in values {
            section.insert((*key).to_owned(), (*value).into());
        }
    }
}

/// An address on loopback that nobody listens on.
fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

#[cfg(test)]
mod tests {
    use domain::policy::{Policy, World};
    use domain::purpose::Purpose;

    #[test]
    fn a_visitor_may_play_again_and_again_under_the_same_rules_for_each_purpose() {
        let policy = gateway::policy_file::parse(&super::policy(), World::Sandbox).expect("a good policy");
        let shipped = Policy::shipped(World::Sandbox);
        assert!(policy.questions.per_day_max >= 100 && policy.questions.open_max > shipped.questions.open_max);
        assert_eq!(policy.questions.cooling_off.as_seconds(), 0);
        assert!(policy.person.sim_change_wait < shipped.person.sim_change_wait);
        for purpose in Purpose::ALL {
            assert_eq!(policy.rule(purpose), shipped.rule(purpose), "{purpose}");
        }
    }
}
