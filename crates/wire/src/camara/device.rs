//! CAMARA's `Device`: up to four ways to name one line, of which this gateway serves one.

use std::net::{Ipv4Addr, Ipv6Addr};

use domain::number::Msisdn;
use serde_json::{Map, Value};

use crate::json::{Fields, Node, ParseError};

/// A device as a request names it. Every identifier was checked by its schema; only the phone number is kept, since
/// only it is served.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Device {
    phone_number: Option<Msisdn>,
}

/// Why a well-formed request does not say whom it is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentifierProblem {
    /// There is no `device`, and the token names no subject either.
    Missing,
    /// There are only identifiers of kinds that are not served.
    Unsupported,
    /// There is a `device`, although the token names the subject already.
    Unnecessary,
}

/// The longest network access identifier, in characters.
const NETWORK_ACCESS_IDENTIFIER_MAX: usize = 2048;

impl Device {
    /// Reads a `Device`.
    ///
    /// # Errors
    /// For an unknown field, a value that breaks its schema, or no identifier at all.
    pub fn read(node: Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            if fields.is_empty() {
                return Err(ParseError::new("at least one identifier", "an empty object"));
            }
            let phone_number = fields
                .optional("phoneNumber")
                .map(|node| node.parsed("a number in E.164 form with a leading +", Msisdn::parse))
                .transpose()?;
            if let Some(node) = fields.optional("networkAccessIdentifier") {
                node.parsed("a text of 1 to 2048 characters", |text| {
                    (1..=NETWORK_ACCESS_IDENTIFIER_MAX)
                        .contains(&text.chars().count())
                        .then_some(())
                })?;
            }
            if let Some(node) = fields.optional("ipv4Address") {
                read_ipv4_address(node)?;
            }
            if let Some(node) = fields.optional("ipv6Address") {
                node.parsed("an IPv6 address", |text| text.parse::<Ipv6Addr>().ok())?;
            }
            Ok(Self { phone_number })
        })
    }

    /// The phone number, if the device is named by one.
    #[must_use]
    pub const fn phone_number(&self) -> Option<Msisdn> {
        self.phone_number
    }
}

/// Reads `{publicAddress, privateAddress, publicPort}`, where either both addresses or the public one with its port
/// must be there.
fn read_ipv4_address(node: Node) -> Result<(), ParseError> {
    node.object(|fields| {
        let public_address = take_address(fields, "publicAddress")?;
        let private_address = take_address(fields, "privateAddress")?;
        // The next release excludes port 0, which no NAT gives.
        let port = fields
            .optional("publicPort")
            .map(|node| node.integer(1..=65_535))
            .transpose()?;
        if public_address.is_some() && (private_address.is_some() || port.is_some()) {
            return Ok(());
        }
        Err(ParseError::new(
            "publicAddress with privateAddress or publicPort",
            "fewer fields",
        ))
    })
}

fn take_address(fields: &mut Fields, name: &'static str) -> Result<Option<Ipv4Addr>, ParseError> {
    fields
        .optional(name)
        .map(|node| node.parsed("an IPv4 address", |text| text.parse().ok()))
        .transpose()
}

/// Takes the optional field `device`. Whom it names, if anybody, is the matter of a later step: see [`identify`].
///
/// # Errors
/// If `device` breaks its schema.
pub(super) fn take(fields: &mut Fields) -> Result<Option<Device>, ParseError> {
    fields.optional("device").map(Device::read).transpose()
}

/// Whom a request is about, which its token alone decides: the subject that a 3-legged token names, else the device.
///
/// # Errors
/// If a device is named beside a token that names a subject already, even the same; if neither names anybody; or if the
/// device is named only by identifiers that are not served.
pub fn identify(subject: Option<Msisdn>, device: Option<Device>) -> Result<Msisdn, IdentifierProblem> {
    match (subject, device) {
        (Some(subject), None) => Ok(subject),
        (Some(_), Some(_)) => Err(IdentifierProblem::Unnecessary),
        (None, Some(device)) => device.phone_number.ok_or(IdentifierProblem::Unsupported),
        (None, None) => Err(IdentifierProblem::Missing),
    }
}

/// The `device` that names a line by its number.
pub(super) fn print(number: Msisdn) -> Value {
    let mut device = Map::new();
    device.insert("phoneNumber".to_owned(), Value::from(number.to_e164()));
    Value::Object(device)
}

/// An answer's body, with the `device` that was used if the request named one: exactly the one identifier.
pub(super) fn print_beside(mut body: Value, number: Option<Msisdn>) -> Vec<u8> {
    if let (Value::Object(fields), Some(number)) = (&mut body, number) {
        fields.insert("device".to_owned(), print(number));
    }
    body.to_string().into_bytes()
}
