//! The simulated world: which systems there are, and what is written down about them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use gateway::chance::SystemChance;
use gateway::keys::write_new;
use hyper::Method;
use serde_json::{Value, json};
use wire::jose::SigningKey;
use wire::jose::signing_key::KeyUse;

use super::children::Child;
use super::clients::PARTNERS;
use crate::Failure;
use crate::http::send;

/// The gateway's own number, to which people reply.
const OWN_NUMBER: &str = "+12025550199";
/// The phone that has agreed to every partner from the start.
pub(crate) const AGREED_NUMBER: &str = "+12025550100";
/// The phone on the stage.
const STAGE_NUMBER: &str = "+12025550101";

/// Where everything is.
pub(crate) struct World {
    /// The demo's folder.
    pub(crate) folder: PathBuf,
    /// The gateway's address.
    pub(crate) issuer: String,
    carrier_base: String,
    carrier_tokens: String,
    carrier_issuer: String,
    carrier_control: String,
    smsc: String,
    smsc_control: String,
    phones_control: String,
    partner_control: String,
    phones: Value,
}

/// Starts the carrier, the message centre, the phones and the partners' backends.
pub(crate) async fn start(data: &Path, issuer: &str, children: &mut Vec<Child>) -> Result<World, Failure> {
    let public = carrier_key(data)?;
    let password = password(data)?;
    let clients = data.join("clients");
    std::fs::create_dir_all(&clients)?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let carrier = Child::simulated(
        data,
        "carrier-camara",
        &["--client-id", "wayleave", "--client-jwk", &text(&public)],
    )
    .await?;
    let smsc = [
        "--system-id",
        "wayleave",
        "--password-file",
        &text(&password),
        "--smpp",
        "127.0.0.1:0",
    ];
    let smsc = Child::simulated(data, "smsc", &smsc).await?;
    let (carrier_control, smsc_control) = (carrier.said("control")?, smsc.said("control")?);
    let phones = Child::simulated(
        data,
        "phones",
        &["--smsc", &smsc_control, "--carrier", &carrier_control],
    )
    .await?;
    let partner = Child::simulated(data, "partner", &["--clients", &text(&clients)]).await?;
    let phones_control = phones.said("control")?;
    let listed = send(Method::GET, &format!("{}/api/phones", base(&phones_control)), &[], "").await?;
    let world = World {
        folder: data.to_owned(),
        issuer: issuer.to_owned(),
        carrier_base: carrier.said("base")?,
        carrier_tokens: carrier.said("token_endpoint")?,
        carrier_issuer: carrier.said("issuer")?,
        carrier_control,
        smsc: smsc.said("smpp")?,
        smsc_control,
        phones_control,
        partner_control: partner.said("control")?,
        phones: serde_json::from_slice(&listed.body)?,
    };
    children.extend([carrier, smsc, phones, partner]);
    Ok(world)
}

/// The origin of a control address.
fn base(control: &str) -> &str {
    control.trim_end_matches("/control")
}

/// Our key at the carrier, made once; returns the file with its public half.
fn carrier_key(data: &Path) -> Result<PathBuf, Failure> {
    let (private, public) = (data.join("carrier.jwk"), data.join("carrier.pub.jwk"));
    if !private.exists() {
        let key = SigningKey::from_chance(SystemChance::new().bytes())?;
        std::fs::write(&public, key.public().print().to_string())?;
        write_new(&private, key.print_private_jwk(KeyUse::Signing).expose().as_bytes())?;
    }
    Ok(public)
}

/// The message centre's password, made once: eight characters.
fn password(data: &Path) -> Result<PathBuf, Failure> {
    let path = data.join("smpp.password");
    if !path.exists() {
        let chance: [u8; 4] = SystemChance::new().bytes();
        let password: String = chance.iter().map(|byte| format!("{byte:02x}")).collect();
        write_new(&path, password.as_bytes())?;
    }
    Ok(path)
}

impl World {
    /// The phones' address.
    pub(crate) fn phones_url(&self) -> &str {
        base(&self.phones_control)
    }

    /// The partners' backend.
    pub(crate) fn partner_url(&self) -> &str {
        base(&self.partner_control)
    }

    /// Writes the gateway's configuration.
    pub(crate) fn write_config(&self, data: &Path, listen: SocketAddr) -> Result<(), Failure> {
        let config = toml::toml! {
            [gateway]
            world = "sandbox"
            operator = "Port Aster Gateway"
            contact = "help@example.com"
            data_dir = "gateway"

            [sms]
            system_id = "wayleave"
            password_file = "smpp.password"

            [[source]]
            name = "meridian"
            kind = "camara"
            prefixes = ["+120255501", "+999"]
            client_id = "wayleave"
            key_file = "carrier.jwk"
            requests_per_second_max = 100000
            in_flight_max = 1024

            [sandbox]
        };
        let mut config = toml::Value::Table(config);
        let mut put = |section: &str, key: &str, value: &str| {
            let section = match config.get_mut(section) {
                Some(toml::Value::Array(sources)) => sources.first_mut(),
                other => other,
            };
            if let Some(table) = section.and_then(toml::Value::as_table_mut) {
                table.insert(key.to_owned(), value.into());
            }
        };
        put("gateway", "issuer", &self.issuer);
        put("sms", "address", &self.smsc);
        put("sms", "number", OWN_NUMBER);
        put("source", "base_url", &self.carrier_base);
        put("source", "token_endpoint", &self.carrier_tokens);
        put("source", "audience", &self.carrier_issuer);
        put("sandbox", "phones_url", self.phones_url());
        put("sandbox", "partner_url", self.partner_url());
        put("sandbox", "carrier_control_url", &self.carrier_control);
        put("sandbox", "stage_number", STAGE_NUMBER);
        let text = format!(
            "{}\n[listen]\naddress = \"{listen}\"\n",
            toml::to_string_pretty(&config)?
        );
        Ok(std::fs::write(data.join("wayleave.toml"), text)?)
    }

    /// Writes `world.json`: where everything is, for people and tests.
    pub(crate) fn write(&self, data: &Path) -> Result<(), Failure> {
        let peer = |name: &str, kind: &str, control: &str| json!({"name": name, "kind": kind, "control": control});
        let phones: Vec<Value> = self
            .phones
            .as_array()
            .into_iter()
            .flatten()
            .map(|phone| self.phone(phone))
            .collect();
        let world = json!({
            "gateway": self.issuer,
            "issuer": self.issuer,
            "pages": {"stage": format!("{}/", self.issuer), "phones": format!("{}/phones", self.phones_url())},
            "partner": self.partner_url(),
            "phonesUrl": self.phones_url(),
            "peers": [
                peer("meridian", "carrier-camara", &self.carrier_control),
                peer("smsc", "smsc", &self.smsc_control),
                peer("phones", "phones", &self.phones_control),
                peer("partner", "partner", &self.partner_control),
            ],
            "phones": phones,
        });
        Ok(std::fs::write(
            data.join("world.json"),
            serde_json::to_vec_pretty(&world)?,
        )?)
    }

    fn phone(&self, phone: &Value) -> Value {
        let number = phone.get("number").and_then(Value::as_str).unwrap_or_default();
        let agreed: Vec<&str> = if number == AGREED_NUMBER {
            PARTNERS.iter().map(|partner| partner.client).collect()
        } else {
            Vec::new()
        };
        let mut phone = phone.clone();
        phone["agreed"] = json!(agreed);
        phone
    }
}
