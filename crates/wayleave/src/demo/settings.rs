//! The gateway's configuration in the demo: written at each start, since the simulated systems' ports are new.

use std::net::{SocketAddr, TcpListener};

use gateway::config::Config;
use toml::{Table, toml};

use super::world::{CASTOR_PASSWORD, SMPP_PASSWORD, World};
use crate::Failure;

/// The gateway's own number, to which people reply.
const OWN_NUMBER: &str = "+12025550199";
/// The phone on the stage.
const STAGE_NUMBER: &str = "+12025550101";

/// Writes the configuration, and reads it as any gateway does.
pub(crate) fn write(world: &World, listen: SocketAddr) -> Result<Config, Failure> {
    let mut config = basis();
    let listen = listen.to_string();
    put(&mut config, "listen", &[("address", &listen)]);
    put(&mut config, "gateway", &[("issuer", &world.issuer)]);
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
        ],
    );
    let sources = vec![meridian(world).into(), castor(world).into()];
    config.insert("source".to_owned(), toml::Value::Array(sources));
    let path = world.folder.join("wayleave.toml");
    std::fs::write(&path, toml::to_string_pretty(&config)?)?;
    Ok(Config::load(&path)?)
}

fn basis() -> Table {
    toml! {
        [gateway]
        world = "sandbox"
        operator = "Port Aster Gateway"
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

fn put(config: &mut Table, section: &str, values: &[(&str, &str)]) {
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
