//! Where what was found is to be delivered (TS 103 120 §8.2.8 and §8.3.6).

use std::net::{Ipv4Addr, Ipv6Addr};

use super::dictionary::{DictionaryEntry, Term, words};
use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::header::Endpoint;
use super::page::Page;
use super::space::Space;
use super::text::LongText;
use super::xml::Element;

const SPACE: Space = Space::Task;

words! {
    /// How a live task's findings are handed over: TS 103 120 table 8.13.
    HandoverFormat in "HandoverFormat" {
        /// TS 102 232-2.
        Ts102232Part2 = "TS102232-2",
        /// TS 102 232-3.
        Ts102232Part3 = "TS102232-3",
        /// TS 102 232-4.
        Ts102232Part4 = "TS102232-4",
        /// TS 102 232-5.
        Ts102232Part5 = "TS102232-5",
        /// TS 102 232-6.
        Ts102232Part6 = "TS102232-6",
        /// TS 102 232-7.
        Ts102232Part7 = "TS102232-7",
        /// TS 103 707.
        Ts103707 = "TS103707",
        /// TS 103 976.
        Ts103976 = "TS103976",
    }
}

words! {
    /// How a disclosure is handed over: TS 103 120 table 8.24.
    DisclosureFormat in "LDHandoverFormat" {
        /// TS 102 657, by its own interface.
        Ts102657 = "TS102657",
        /// TS 102 657, in a delivery of this interface.
        EncapsulatedTs102657 = "EncapsulatedTS102657",
        /// A delivery of this interface.
        Ts103120 = "TS103120",
        /// TS 103 705, in a delivery of this interface.
        Ts103705 = "TS103705",
        /// TS 103 707, in a delivery of this interface.
        Ts103707 = "TS103707",
    }
}

/// What an address is, where it is a simple one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AddressKind {
    /// An IPv4 address with dots.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A telephone number, digits without `+`.
    Number,
    /// An address of the File Transfer Protocol.
    Ftp,
    /// A URL.
    Url,
    /// A name in the DNS.
    Fqdn,
    /// An address of electronic mail.
    Email,
    /// A name that both sides agreed on.
    Agreed,
}

impl AddressKind {
    /// Every kind, with its name, in the order of the schema.
    const ALL: [(&str, Self); 8] = [
        ("IPv4Address", Self::Ipv4),
        ("IPv6Address", Self::Ipv6),
        ("E164Number", Self::Number),
        ("FTPAddress", Self::Ftp),
        ("URL", Self::Url),
        ("FQDN", Self::Fqdn),
        ("EmailAddress", Self::Email),
        ("DeliveryInformationID", Self::Agreed),
    ];

    fn name(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, kind)| *kind == self);
        known.map_or("", |(name, _)| name)
    }

    /// Whether a text can be such an address. URLs and names are taken as they are.
    fn fits(self, text: &str) -> bool {
        match self {
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Number => (1..=15).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()),
            Self::Email => text.contains('@'),
            Self::Ftp | Self::Url | Self::Fqdn | Self::Agreed => !text.trim().is_empty(),
        }
    }
}

/// Where to. Addresses with a port are refused (3001).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Address {
    /// An end of this interface.
    Endpoint(Endpoint),
    /// Anything simpler.
    Simple(AddressKind, LongText),
}

impl Part for Address {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        fields.not_supported("IPAddressPort")?;
        fields.not_supported("IPAddressPortRange")?;
        let found = match fields.optional("EndpointID")? {
            Some(endpoint) => Self::Endpoint(endpoint),
            None => Self::read_simple(&mut fields)?,
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        match self {
            Self::Endpoint(endpoint) => page.put(SPACE, "EndpointID", endpoint),
            Self::Simple(kind, text) => page.put(SPACE, kind.name(), text),
        }
    }
}

impl Address {
    fn read_simple(fields: &mut Fields) -> Result<Self, Fault> {
        for (name, kind) in AddressKind::ALL {
            if let Some(text) = fields.optional::<LongText>(name)? {
                let fits = kind.fits(text.as_str());
                let improper = Fault::Improper {
                    name,
                    want: "an address of its kind",
                };
                return fits.then_some(Self::Simple(kind, text)).ok_or(improper);
            }
        }
        Err(fields.none_of("an address"))
    }
}

/// A `DeliveryDestination` of a live task.
///
/// Destinations and keys that are objects of their own, and national parameters, are refused (3001): to pass them over
/// would deliver elsewhere, or under another key, than was asked. Profiles have no effect.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Destination {
    /// Where to.
    pub address: Option<Address>,
    /// Which findings, in a word of any dictionary.
    pub iri_or_cc: Option<DictionaryEntry>,
    /// In which form.
    pub format: Option<Term<HandoverFormat>>,
}

impl Part for Destination {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            address: address(&mut fields)?,
            iri_or_cc: fields.optional("IRIorCC")?,
            format: fields.optional("HandoverFormat")?,
        };
        fields.without_effect::<DictionaryEntry>("DeliveryProfile")?;
        fields.not_supported("NationalDeliveryParameters")?;
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "DeliveryAddress", &self.address);
        page.put_all(SPACE, "IRIorCC", &self.iri_or_cc);
        page.put_all(SPACE, "HandoverFormat", &self.format);
    }
}

/// An `LDDeliveryDestination` of a disclosure. What is refused and what has no effect is as in [`Destination`].
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DisclosureDestination {
    /// Where to.
    pub address: Option<Address>,
    /// In which form.
    pub format: Option<Term<DisclosureFormat>>,
}

impl Part for DisclosureDestination {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            address: address(&mut fields)?,
            format: fields.optional("LDHandoverFormat")?,
        };
        fields.without_effect::<DictionaryEntry>("LDDeliveryProfile")?;
        fields.not_supported("NationalDeliveryParameters")?;
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "DeliveryAddress", &self.address);
        page.put_all(SPACE, "LDHandoverFormat", &self.format);
    }
}

/// The address, and nothing that is an object of its own.
fn address(fields: &mut Fields) -> Result<Option<Address>, Fault> {
    let address = fields.optional("DeliveryAddress")?;
    fields.not_supported("DestinationReference")?;
    fields.not_supported("EncryptionReference")?;
    fields.not_supported("EncryptionDetails")?;
    Ok(address)
}
