//! Gateways in a chain: a hub that carriers share, and the gateway that is home to the numbers.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::chain::{Enrolled, HUB, Member, RESELLER, Relay, Service, enrol_as};
use crate::http::fetch;
use crate::jose::Key;
use crate::parts::{Parts, Settings};
use crate::program::{said, wayleave};

/// A home and a hub before it.
pub struct Chain {
    pub home: Parts,
    pub hub: Parts,
    /// The hub as the home knows it.
    pub known_as: Enrolled,
}

impl Chain {
    pub fn start() -> Self {
        Self::under(Settings::default())
    }

    /// The same, with a hub of these settings.
    pub fn under(settings: Settings) -> Self {
        Self::between(Settings::default(), settings)
    }

    /// The same, with a home of these settings and a hub of those.
    pub fn between(home: Settings, hub: Settings) -> Self {
        let home = Parts::start(home);
        let mut hub = Parts::prepare(hub);
        let key = Key::generate();
        let known_as = enrol_gateway(&home, &HUB, &hub.world.issuer, &key);
        point_to(&hub, &home, &known_as, &key);
        hub.start_gateway();
        Self { home, hub, known_as }
    }

    /// Lets the home tell the hub of what ends there: the hub enrols it, and it names the hub as a peer. What the
    /// home is at the hub.
    pub fn tells_back(&mut self) -> String {
        let key = Key::generate();
        let member = Member {
            client: "home",
            name: "Lark Mobile",
            purposes: HUB.purposes,
            seals: false,
        };
        let known_as = enrol_gateway(&self.hub, &member, &self.home.world.issuer, &key);
        let folder = &self.home.world.folder;
        fs::write(folder.join("peer.enc.jwk"), seals_of(&self.hub).to_string()).expect("written");
        write_key(&folder.join("peer.jwk"), &key);
        let text = fs::read_to_string(&self.home.config).expect("a configuration");
        let peer = format!(
            "\n[[peer]]\nname = \"hub\"\nurl = \"{}\"\nclient_id = \"{}\"\nkey_file = \"peer.jwk\"\n\
             encryption_key_file = \"peer.enc.jwk\"\n",
            self.hub.world.issuer, known_as.id
        );
        fs::write(&self.home.config, text + &peer).expect("written");
        drop(self.home.gateway.take());
        self.home.start_gateway();
        known_as.id
    }

    /// Enrols a party at both, by one id and with the same keys.
    pub fn enrol(&self, member: &Member) -> Enrolled {
        let (key, seals) = (Key::generate(), Key::generate());
        let at_hub = enrol_as(&self.hub, member, &key, &seals, None);
        enrol_as(&self.home, member, &key, &seals, Some(&at_hub.id));
        at_hub
    }

    /// A service behind a reseller, both known to hub and home, whose asks go to the hub.
    pub fn service(&self, member: &Member) -> (Service, Relay) {
        let relay = Relay::of(&self.hub, &RESELLER, self.enrol(&RESELLER), &[]);
        let party = self.enrol(member);
        let relays = [relay.party.id.as_str(), self.known_as.id.as_str()];
        let service = Service::through(&self.hub, member, party, (&relay.url, &relays), &self.home);
        (service, relay)
    }
}

/// Enrols one gateway at another.
pub fn enrol_gateway(at: &Parts, member: &Member, issuer: &str, key: &Key) -> Enrolled {
    let folder = at.world.folder.join("clients");
    let file = |kind: &str| folder.join(format!("{}.{kind}", member.client));
    fs::write(file("pub.jwk"), key.public().to_string()).expect("written");
    let (config, public) = (at.config.to_string_lossy(), file("pub.jwk"));
    let public = public.to_string_lossy();
    let mut arguments = vec!["party", "add", "--config", &config, "--client", member.client];
    arguments.extend(["--name", member.name, "--jwk", &public, "--gateway", issuer]);
    arguments.extend(["--scope", "wayleave:asks", "--scope", "wayleave:notices"]);
    arguments.extend(member.purposes.iter().flat_map(|purpose| ["--purpose", purpose]));
    let output = wayleave(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let client = json!({
        "client_id": id, "issuer": at.world.issuer, "purpose": member.purposes[0], "dpop": false,
        "token_endpoint": format!("{}/oauth2/token", at.world.issuer), "scopes": "wayleave:asks",
        "private_jwk": key.private(),
    });
    fs::write(file("json"), client.to_string()).expect("written");
    Enrolled { id, file: file("json") }
}

/// The key that a running gateway is sealed to.
pub fn seals_of(gateway: &Parts) -> Value {
    let published = fetch(&format!("{}/oauth2/jwks", gateway.world.issuer)).json();
    let keys = published["keys"].as_array().expect("keys");
    let seals = keys.iter().find(|key| key["use"] == "enc");
    seals.expect("a key to seal to").clone()
}

fn write_key(path: &Path, key: &Key) {
    fs::write(path, key.private().to_string()).expect("written");
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}

/// Makes the home the one source of the hub.
fn point_to(hub: &Parts, home: &Parts, known_as: &Enrolled, key: &Key) {
    let folder = &hub.world.folder;
    fs::write(folder.join("home.enc.jwk"), seals_of(home).to_string()).expect("written");
    write_key(&folder.join("home.jwk"), key);
    let text = fs::read_to_string(&hub.config).expect("a configuration");
    let (before, _) = text.split_once("[[source]]").expect("a source");
    let source = format!(
        "[[source]]\nname = \"home\"\nkind = \"gateway\"\nprefixes = [\"{}\", \"+999\"]\nissuer = \"{}\"\n\
         client_id = \"{}\"\nkey_file = \"home.jwk\"\nencryption_key_file = \"home.enc.jwk\"\n",
        crate::world::NUMBERS,
        home.world.issuer,
        known_as.id
    );
    fs::write(&hub.config, format!("{before}{source}")).expect("written");
}
