//! Why a request is not answered with a place, in the words of HELD (RFC 5985 §6.3, RFC 6155).

use std::fmt;

use super::identity::Kind;
use super::page::Page;
use super::xml::Space;

/// The codes of an `error` (RFC 5985 §6.3; the last one by RFC 6155).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Code {
    /// The request is wrong in other ways than as XML.
    RequestError,
    /// The request is no XML that is read here.
    XmlError,
    /// Something failed here.
    GeneralLisError,
    /// The place could not be found out.
    LocationUnknown,
    /// The document is another one than a request for a place.
    UnsupportedMessage,
    /// The place was not found out in time.
    Timeout,
    /// The form of place that was wanted exactly cannot be given.
    CannotProvideLiType,
    /// The device is not one whose place can be found out here.
    NotLocatable,
    /// The identifier is wrong, unsupported, or not one that this caller may ask about.
    BadIdentifier,
}

impl Code {
    /// Each of them.
    pub const ALL: [Self; 9] = [
        Self::RequestError,
        Self::XmlError,
        Self::GeneralLisError,
        Self::LocationUnknown,
        Self::UnsupportedMessage,
        Self::Timeout,
        Self::CannotProvideLiType,
        Self::NotLocatable,
        Self::BadIdentifier,
    ];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::RequestError => "requestError",
            Self::XmlError => "xmlError",
            Self::GeneralLisError => "generalLisError",
            Self::LocationUnknown => "locationUnknown",
            Self::UnsupportedMessage => "unsupportedMessage",
            Self::Timeout => "timeout",
            Self::CannotProvideLiType => "cannotProvideLiType",
            Self::NotLocatable => "notLocatable",
            Self::BadIdentifier => "badIdentifier",
        }
    }

    /// A plain English sentence for people, where there is nothing more exact to say. It tells nothing of the device.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::RequestError => "the request is not one that can be answered",
            Self::XmlError => "the request is not well-formed XML",
            Self::GeneralLisError => "the server failed; the request may be sent again",
            Self::LocationUnknown => "the location could not be determined",
            Self::UnsupportedMessage => "only a locationRequest is answered",
            Self::Timeout => "the location could not be determined in time",
            Self::CannotProvideLiType => "the location is not available in the requested form",
            Self::NotLocatable => "this device cannot be located here",
            Self::BadIdentifier => "the device identifier is wrong, not supported or not permitted",
        }
    }
}

/// An `error` document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ErrorDocument<'a> {
    /// The code.
    pub code: Code,
    /// What people read.
    pub message: &'a str,
    /// The language of the message (BCP 47), such as `en`.
    pub language: &'a str,
    /// Which identifiers a request needs; written where there are any (RFC 6155).
    pub required: &'a [Kind],
}

impl ErrorDocument<'static> {
    /// An error with the code's own sentence.
    #[must_use]
    pub const fn plain(code: Code) -> Self {
        Self {
            code,
            message: code.message(),
            language: "en",
            required: &[],
        }
    }
}

impl ErrorDocument<'_> {
    /// The document, in UTF-8, as `application/held+xml`.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        let mut page = Page::document();
        page.open("error", &[("xmlns", Space::Held.name()), ("code", self.code.word())]);
        page.text("message", &[("xml:lang", self.language)], self.message);
        if !self.required.is_empty() {
            let names: Vec<&str> = self.required.iter().map(|kind| kind.name()).collect();
            // The names are qualified, and the default namespace qualifies them.
            let space = [("xmlns", Space::Identity.name())];
            page.text("requiredIdentifiers", &space, &names.join(" "));
        }
        page.close("error");
        page.into_bytes()
    }
}

/// Why a document is not taken. No variant carries anything that was read; names are those of the standards.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HeldError {
    /// It is longer than [`super::BYTES_MAX`].
    TooLong,
    /// Its elements are nested too deeply.
    TooDeep,
    /// It has too many elements, or too many attributes on one.
    TooMany,
    /// It is not in UTF-8.
    Encoding,
    /// It has a DOCTYPE.
    Doctype,
    /// It uses an entity that XML itself does not define.
    Entity,
    /// It is not well-formed XML with namespaces.
    Malformed,
    /// Its root is another element than the one of this name.
    Root(&'static str),
    /// The element of this name holds another one that has no place there.
    Unknown(&'static str),
    /// The element of this name has an attribute that has no place there.
    Attribute(&'static str),
    /// The element of this name holds text that has no place there.
    Text(&'static str),
    /// The element of this name is there more than once.
    Duplicate(&'static str),
    /// The element or attribute of this name is missing.
    Missing(&'static str),
    /// The element or attribute of this name has a value that it cannot have.
    Value(&'static str),
    /// It has more entries in the list of this name than are read.
    List(&'static str),
    /// A place is given in other coordinates than latitude and longitude in WGS 84.
    CoordinateSystem,
    /// A length or an angle is given in another unit than metres or degrees.
    Unit,
    /// A shape is unknown or impossible, or there are several.
    Shape,
    /// The request names no device.
    NoDevice,
    /// The identifier of this kind is not written as it should be.
    Identifier(Kind),
    /// There are two identifiers of this kind.
    IdentifierTwice(Kind),
    /// There is an identifier of a kind that no standard read here has.
    IdentifierUnknown,
    /// The identifier of this kind is not one by which a number is found.
    NoNumber(Kind),
    /// Two identifiers are of two numbers.
    NumbersDiffer,
    /// A request to a location URI names a device (RFC 6753).
    DeviceOfUri,
    /// A request to a location URI wants exactly another location URI (RFC 6753).
    UriOfUri,
}

impl HeldError {
    /// The code by which HELD tells it.
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::TooLong
            | Self::TooDeep
            | Self::TooMany
            | Self::Encoding
            | Self::Doctype
            | Self::Entity
            | Self::Malformed => Code::XmlError,
            Self::Root(_) => Code::UnsupportedMessage,
            Self::Unknown(_)
            | Self::Attribute(_)
            | Self::Text(_)
            | Self::Duplicate(_)
            | Self::Missing(_)
            | Self::Value(_)
            | Self::List(_)
            | Self::CoordinateSystem
            | Self::Unit
            | Self::Shape => Code::RequestError,
            Self::NoDevice
            | Self::Identifier(_)
            | Self::IdentifierTwice(_)
            | Self::IdentifierUnknown
            | Self::NoNumber(_)
            | Self::NumbersDiffer
            | Self::DeviceOfUri => Code::BadIdentifier,
            Self::UriOfUri => Code::CannotProvideLiType,
        }
    }

    /// Which identifiers the answer tells to be needed: those by which a number is found.
    #[must_use]
    pub const fn required(self) -> &'static [Kind] {
        match self {
            Self::NoDevice | Self::IdentifierUnknown | Self::NoNumber(_) => &[Kind::Msisdn],
            _ => &[],
        }
    }

    /// The `error` document that tells it, in UTF-8.
    #[must_use]
    pub fn print(self) -> Vec<u8> {
        let document = ErrorDocument {
            code: self.code(),
            message: &self.to_string(),
            language: "en",
            required: self.required(),
        };
        document.print()
    }
}

impl fmt::Display for HeldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::TooLong => "expected a document of at most 64 KiB, found a longer one",
            Self::TooDeep => "expected elements at most 32 deep, found deeper ones",
            Self::TooMany => "expected at most 500 elements with 32 attributes each, found more",
            Self::Encoding => "expected UTF-8, found another encoding",
            Self::Doctype => "expected a document without a DOCTYPE, found one",
            Self::Entity => "expected only the entities of XML itself, found another",
            Self::Malformed => "expected well-formed XML with namespaces, found something else",
            Self::Root(name) => return write!(f, "expected the document `{name}`, found another"),
            Self::Unknown(name) => return write!(f, "expected in `{name}` only what belongs there, found more"),
            Self::Attribute(name) => return write!(f, "expected on `{name}` only its own attributes, found another"),
            Self::Text(name) => return write!(f, "expected in `{name}` no text of its own, found some"),
            Self::Duplicate(name) => return write!(f, "expected `{name}` once, found it again"),
            Self::Missing(name) => return write!(f, "expected `{name}`, found none"),
            Self::Value(name) => return write!(f, "expected a value that `{name}` may have, found another"),
            Self::List(name) => return write!(f, "expected a shorter list in `{name}`, found a longer one"),
            Self::CoordinateSystem => "expected coordinates in urn:ogc:def:crs:EPSG::4326, found others",
            Self::Unit => "expected metres (EPSG::9001) or degrees (EPSG::9102), found another unit",
            Self::Shape => "expected one shape that holds a position, found something else",
            Self::NoDevice => "expected a `device` with an `msisdn`, found none",
            Self::Identifier(kind) => {
                return write!(f, "expected a well-formed identifier `{}`, found another", kind.name());
            }
            Self::IdentifierTwice(kind) => {
                return write!(f, "expected one identifier `{}`, found several", kind.name());
            }
            Self::IdentifierUnknown => "expected identifiers of RFC 6155, found another",
            Self::NoNumber(kind) => {
                let name = kind.name();
                return write!(
                    f,
                    "expected an `msisdn` or a `uri` with a number, found the identifier `{name}`"
                );
            }
            Self::NumbersDiffer => "expected identifiers of one device, found two numbers",
            Self::DeviceOfUri => "expected no `device` in a request to a location URI, found one",
            Self::UriOfUri => "expected another form than locationURI in a request to a location URI, found only that",
        };
        f.write_str(words)
    }
}

impl std::error::Error for HeldError {}
