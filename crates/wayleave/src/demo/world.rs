//! The simulated world: which systems there are, and what is written down about them.

use std::path::{Path, PathBuf};

use gateway::chance::SystemChance;
use gateway::keys::write_new;
use hyper::Method;
use serde_json::{Value, json};
use wire::jose::SigningKey;
use wire::jose::signing_key::KeyUse;

use super::chain::Home;
use super::children::Child;
use super::clients::PARTNERS;
use crate::Failure;
use crate::http::send;

/// The file with the message centre's password, which has eight characters at most.
pub(super) const SMPP_PASSWORD: &str = "smpp.password";
/// The file with our password at the carrier that speaks MLP.
pub(super) const CASTOR_PASSWORD: &str = "castor.password";
/// The phone that has agreed to every partner from the start.
pub(crate) const AGREED_NUMBER: &str = "+12025550100";

/// Where everything is.
pub(crate) struct World {
    /// The demo's folder.
    pub(crate) folder: PathBuf,
    /// The gateway's address.
    pub(crate) issuer: String,
    /// The carrier that speaks CAMARA: API root, token endpoint, issuer.
    pub(super) meridian: [String; 3],
    /// The carrier that speaks MLP: its location server.
    pub(super) castor: String,
    /// The message centre's SMPP address.
    pub(super) smsc: String,
    /// The authority that knows whose a number is: its name in its events, and the file of its key.
    pub(super) port_authority: [String; 2],
    pub(super) meridian_control: String,
    castor_control: String,
    smsc_control: String,
    phones_control: String,
    partner_control: String,
    ports_control: String,
    phones: Value,
}

/// Starts the carriers, the message centre, the phones and the partners' backends.
pub(crate) async fn start(
    data: &Path,
    issuer: &str,
    homes: &[Home],
    children: &mut Vec<Child>,
) -> Result<World, Failure> {
    let clients = data.join("clients");
    std::fs::create_dir_all(&clients)?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let public = text(&carrier_key(data)?);
    let meridian = ["--client-id", "wayleave", "--client-jwk", &public];
    let meridian = Child::simulated(data, "carrier-camara", &meridian).await?;
    let password = text(&secret(data, CASTOR_PASSWORD, 16)?);
    let castor = ["--client-id", "wayleave", "--client-password-file", &password];
    let castor = [&castor[..], &["--dialect", "3.5", "--last-client", "required"]].concat();
    let castor = Child::simulated(data, "carrier-mlp", &castor).await?;
    let password = text(&secret(data, SMPP_PASSWORD, 4)?);
    let smsc = ["--system-id", "wayleave", "--password-file", &password];
    let smsc = [&smsc[..], &["--smpp", "127.0.0.1:0"]].concat();
    let smsc = Child::simulated(data, "smsc", &smsc).await?;
    let controls = [&meridian, &castor, &smsc].map(|child| child.said("control"));
    let [meridian_control, castor_control, smsc_control] = controls;
    let (meridian_control, castor_control, smsc_control) = (meridian_control?, castor_control?, smsc_control?);
    let mut phones = vec!["--smsc", &smsc_control, "--carrier", &meridian_control];
    phones.extend(["--carrier", &castor_control]);
    let others = homes
        .iter()
        .flat_map(|home| [("--smsc", &home.centre_control), ("--carrier", &home.carrier_control)]);
    phones.extend(others.flat_map(|(option, control)| [option, control.as_str()]));
    let phones = Child::simulated(data, "phones", &phones).await?;
    let partner = Child::simulated(data, "partner", &["--clients", &text(&clients)]).await?;
    let ports = Child::simulated(data, "port-authority", &["--gateway", issuer]).await?;
    let phones_control = phones.said("control")?;
    let listed = send(Method::GET, &format!("{}/api/phones", base(&phones_control)), &[], "").await?;
    let world = World {
        folder: data.to_owned(),
        issuer: issuer.to_owned(),
        meridian: [
            meridian.said("base")?,
            meridian.said("token_endpoint")?,
            meridian.said("issuer")?,
        ],
        castor: castor.said("url")?,
        smsc: smsc.said("smpp")?,
        meridian_control,
        castor_control,
        smsc_control,
        phones_control,
        partner_control: partner.said("control")?,
        port_authority: [ports.said("issuer")?, ports.said("public_jwk_file")?],
        ports_control: ports.said("control")?,
        phones: serde_json::from_slice(&listed.body)?,
    };
    children.extend([meridian, castor, smsc, phones, partner, ports]);
    Ok(world)
}

/// The origin of a control address.
fn base(control: &str) -> &str {
    control.trim_end_matches("/control")
}

/// Our key at the carrier, made once; returns the file with its public half.
pub(super) fn carrier_key(data: &Path) -> Result<PathBuf, Failure> {
    let (private, public) = (data.join("carrier.jwk"), data.join("carrier.pub.jwk"));
    if !private.exists() {
        let key = SigningKey::from_chance(SystemChance::new().bytes())?;
        std::fs::write(&public, key.public().print().to_string())?;
        write_new(&private, key.print_private_jwk(KeyUse::Signing).expose().as_bytes())?;
    }
    Ok(public)
}

/// A password that is made once, of twice as many characters as `bytes`.
pub(super) fn secret(data: &Path, name: &str, bytes: usize) -> Result<PathBuf, Failure> {
    let path = data.join(name);
    if !path.exists() {
        let chance: [u8; 32] = SystemChance::new().bytes();
        let password: String = chance.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect();
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
                peer("meridian", "carrier-camara", &self.meridian_control),
                peer("castor", "carrier-mlp", &self.castor_control),
                peer("smsc", "smsc", &self.smsc_control),
                peer("phones", "phones", &self.phones_control),
                peer("partner", "partner", &self.partner_control),
                peer("port-authority", "port-authority", &self.ports_control),
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
