//! Which device a request is about (RFC 6155): identifiers of all kinds are read, a number is found by few.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::number::Msisdn;

use super::error::HeldError;
use super::xml::{Element, Space};

/// The most identifiers that a device may have.
pub const IDENTIFIERS_MAX: usize = 8;
/// No identifier that is read is longer, in bytes.
const LENGTH_MAX: usize = 255;

/// A kind of identifier (RFC 6155 §3).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// An IP address.
    Ip,
    /// An address of a network card.
    Mac,
    /// A UDP port.
    UdpPort,
    /// A TCP port.
    TcpPort,
    /// An SCTP port.
    SctpPort,
    /// A DCCP port.
    DccpPort,
    /// A network access identifier.
    Nai,
    /// A URI.
    Uri,
    /// A host's name.
    Fqdn,
    /// A DHCP unique identifier.
    Duid,
    /// A number in international form.
    Msisdn,
    /// The number of a SIM.
    Imsi,
    /// The number of a handset.
    Imei,
    /// A mobile identification number.
    Min,
    /// A mobile directory number.
    Mdn,
}

impl Kind {
    /// Each of them.
    pub const ALL: [Self; 15] = [
        Self::Ip,
        Self::Mac,
        Self::UdpPort,
        Self::TcpPort,
        Self::SctpPort,
        Self::DccpPort,
        Self::Nai,
        Self::Uri,
        Self::Fqdn,
        Self::Duid,
        Self::Msisdn,
        Self::Imsi,
        Self::Imei,
        Self::Min,
        Self::Mdn,
    ];

    /// The element's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::UdpPort => "udpport",
            Self::TcpPort => "tcpport",
            Self::SctpPort => "sctpport",
            Self::DccpPort => "dccpport",
            Self::Nai => "nai",
            Self::Uri => "uri",
            Self::Fqdn => "fqdn",
            Self::Duid => "duid",
            Self::Msisdn => "msisdn",
            Self::Imsi => "imsi",
            Self::Imei => "imei",
            Self::Min => "min",
            Self::Mdn => "mdn",
        }
    }
}

/// One identifier. It prints only its kind.
#[derive(Clone, PartialEq, Eq)]
pub enum Identifier {
    /// `ip`, of the version that its `v` says.
    Ip(IpAddr),
    /// `mac`: six pairs of hexadecimal digits.
    Mac([u8; 6]),
    /// `udpport`.
    UdpPort(u16),
    /// `tcpport`.
    TcpPort(u16),
    /// `sctpport`.
    SctpPort(u16),
    /// `dccpport`.
    DccpPort(u16),
    /// `nai`, as it was written.
    Nai(String),
    /// `uri`, as it was written; white space is none of it.
    Uri(String),
    /// `fqdn`, as it was written.
    Fqdn(String),
    /// `duid`: its bytes.
    Duid(Vec<u8>),
    /// `msisdn`: 6 to 15 digits.
    Msisdn(Msisdn),
    /// `imsi`: 6 to 15 digits.
    Imsi(String),
    /// `imei`: at most 15 digits.
    Imei(String),
    /// `min`: ten digits.
    Min(String),
    /// `mdn`: digits, of which it is not told whether they are in international form.
    Mdn(String),
}

impl Identifier {
    /// What kind of identifier it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Ip(_) => Kind::Ip,
            Self::Mac(_) => Kind::Mac,
            Self::UdpPort(_) => Kind::UdpPort,
            Self::TcpPort(_) => Kind::TcpPort,
            Self::SctpPort(_) => Kind::SctpPort,
            Self::DccpPort(_) => Kind::DccpPort,
            Self::Nai(_) => Kind::Nai,
            Self::Uri(_) => Kind::Uri,
            Self::Fqdn(_) => Kind::Fqdn,
            Self::Duid(_) => Kind::Duid,
            Self::Msisdn(_) => Kind::Msisdn,
            Self::Imsi(_) => Kind::Imsi,
            Self::Imei(_) => Kind::Imei,
            Self::Min(_) => Kind::Min,
            Self::Mdn(_) => Kind::Mdn,
        }
    }

    /// The number that it names: an `msisdn`, or a `uri` of a number in international form.
    #[must_use]
    pub fn number(&self) -> Option<Msisdn> {
        match self {
            Self::Msisdn(number) => Some(*number),
            Self::Uri(uri) => number_of_uri(uri),
            _ => None,
        }
    }

    fn read(element: &Element) -> Result<Self, HeldError> {
        if element.space() != Space::Identity {
            return Err(HeldError::IdentifierUnknown);
        }
        let kind = Kind::ALL.into_iter().find(|kind| kind.name() == element.name());
        let kind = kind.ok_or(HeldError::IdentifierUnknown)?;
        let attributes: &[&str] = if kind == Kind::Ip { &["v"] } else { &[] };
        let text = element.leaf(kind.name(), attributes)?;
        let fits = (1..=LENGTH_MAX).contains(&text.len()) && !text.contains(char::is_whitespace);
        let identifier = match kind {
            _ if !fits => None,
            Kind::Ip => ip(element.attribute("v"), text).map(Self::Ip),
            Kind::Mac => mac(text).map(Self::Mac),
            Kind::UdpPort => port(text).map(Self::UdpPort),
            Kind::TcpPort => port(text).map(Self::TcpPort),
            Kind::SctpPort => port(text).map(Self::SctpPort),
            Kind::DccpPort => port(text).map(Self::DccpPort),
            Kind::Nai => Some(Self::Nai(text.to_owned())),
            Kind::Uri => Some(Self::Uri(text.to_owned())),
            Kind::Fqdn => is_host(text).then(|| Self::Fqdn(text.to_owned())),
            Kind::Duid => bytes(text).map(Self::Duid),
            Kind::Msisdn => digits(text, 6, 15)
                .as_deref()
                .and_then(Msisdn::from_digits)
                .map(Self::Msisdn),
            Kind::Imsi => digits(text, 6, 15).map(Self::Imsi),
            Kind::Imei => digits(text, 1, 15).map(Self::Imei),
            Kind::Min => digits(text, 10, 10).map(Self::Min),
            Kind::Mdn => digits(text, 1, 15).map(Self::Mdn),
        };
        identifier.ok_or(HeldError::Identifier(kind))
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identifier({}, …)", self.kind().name())
    }
}

/// What a request tells of the device: 1 to [`IDENTIFIERS_MAX`] identifiers, no two of one kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device(Vec<Identifier>);

impl Device {
    /// The identifiers, in the order of the request.
    #[must_use]
    pub fn identifiers(&self) -> &[Identifier] {
        &self.0
    }

    /// The one number that all identifiers name.
    ///
    /// An identifier that is not understood is not passed over, since it may name another device than the others do
    /// (RFC 6155 §3).
    ///
    /// # Errors
    /// If one of them names none, or two of them name two; all are `badIdentifier`.
    pub fn number(&self) -> Result<Msisdn, HeldError> {
        let mut found = None;
        for identifier in &self.0 {
            let number = identifier.number().ok_or(HeldError::NoNumber(identifier.kind()))?;
            if found.is_some_and(|other| other != number) {
                return Err(HeldError::NumbersDiffer);
            }
            found = Some(number);
        }
        found.ok_or(HeldError::NoDevice)
    }

    /// Reads the element `device`.
    ///
    /// # Errors
    /// If it holds anything but well-formed identifiers, none, too many, or two of one kind.
    pub(super) fn read(element: &Element) -> Result<Self, HeldError> {
        let mut identifiers: Vec<Identifier> = Vec::new();
        for child in element.holder("device", &[])? {
            if identifiers.len() >= IDENTIFIERS_MAX {
                return Err(HeldError::List("device"));
            }
            let identifier = Identifier::read(child)?;
            let kind = identifier.kind();
            if identifiers.iter().any(|other| other.kind() == kind) {
                return Err(HeldError::IdentifierTwice(kind));
            }
            identifiers.push(identifier);
        }
        if identifiers.is_empty() {
            return Err(HeldError::NoDevice);
        }
        Ok(Self(identifiers))
    }
}

/// The number of `tel:+…`, `sip:+…@host`, `sips:+…@host`, or of a number that stands alone.
///
/// All want the plus sign: without it nobody can tell whether a national number is meant, whose digits are somebody
/// else's elsewhere. Parameters of a number (an extension, a subaddress, RFC 3966 §3) would make another target of it.
fn number_of_uri(uri: &str) -> Option<Msisdn> {
    let (scheme, rest) = uri.split_once(':').unwrap_or(("", uri));
    let user = match scheme.to_ascii_lowercase().as_str() {
        "" => rest.to_owned(),
        // RFC 3966 §3: visual separators are none of the number.
        "tel" => rest.replace(['-', '.', '(', ')'], ""),
        "sip" | "sips" => {
            let (user, host) = rest.split_once('@')?;
            // What follows the host says how to reach it, and a header would say more.
            let bare = host.split(';').next()?;
            (is_authority(bare) && !host.contains(['?', '@'])).then(|| user.to_owned())?
        }
        _ => return None,
    };
    Msisdn::parse(&user)
}

/// Whether it is a host, maybe with a port.
fn is_authority(text: &str) -> bool {
    let (host, port_fits) = match text.rsplit_once(':') {
        Some((host, digits)) if !digits.ends_with(']') => (host, port(digits).is_some()),
        _ => (text, true),
    };
    let literal = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    port_fits && literal.map_or_else(|| is_host(host), |address| address.parse::<Ipv6Addr>().is_ok())
}

/// Whether it is a host's name: labels of letters, digits and hyphens.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

fn ip(version: Option<&str>, text: &str) -> Option<IpAddr> {
    match version? {
        "4" => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        "6" => text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        _ => None,
    }
}

fn port(text: &str) -> Option<u16> {
    digits(text, 1, 5)?.parse().ok()
}

fn mac(text: &str) -> Option<[u8; 6]> {
    let pairs: Vec<&str> = text.split('-').collect();
    let alike = pairs.iter().all(|pair| pair.len() == 2);
    bytes(&pairs.concat()).filter(|_| alike)?.try_into().ok()
}

/// Hexadecimal digits as bytes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(text.get(at..at + 2)?, 16).ok();
    (0..text.len()).step_by(2).map(pair).collect()
}

fn digits(text: &str, least: usize, most: usize) -> Option<String> {
    let fits = (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| text.to_owned())
}
