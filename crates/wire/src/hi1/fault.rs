//! What is wrong with a message, and the number by which the standard says so.

use std::fmt;

use super::fields::{Fields, Part, Unused};
use super::header::Header;
use super::page::Page;
use super::space::Space;
use super::text::LongText;
use super::xml::Element;

macro_rules! error_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal,)+) => {
        /// The error codes of TS 103 120, Annex D.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u32)]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ $name = $number,)+
        }

        impl ErrorCode {
            /// All of them, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The code of a number; `None` if Annex D does not have it.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

error_codes! {
    /// Something is wrong that no other code names.
    General = 3000,
    /// A feature is used that the receiver does not support.
    NotSupported = 3001,
    /// Two actions of a message have one identifier.
    DuplicateAction = 3002,
    /// A fault that may be gone when the message is sent again.
    Transient = 3003,
    /// A fault in the receiver's configuration.
    Configuration = 3004,
    /// An element is missing that must be there.
    ElementMissing = 3005,
    /// A member is to be changed that may not be.
    ChangeNotAllowed = 3006,
    /// A member has a value that it cannot have.
    ImproperValue = 3007,
    /// A change is not one that can be made now.
    ImproperChange = 3008,
    /// A value names something that is not there.
    ValueNotFound = 3009,
    /// An object is to be created that exists.
    ObjectExists = 3010,
    /// An object is to be updated that does not exist.
    UpdateTargetMissing = 3011,
    /// An object has expired.
    Expired = 3012,
    /// An object is to be cancelled that does not exist.
    CancelTargetMissing = 3013,
    /// An object is asked for that does not exist.
    ObjectNotFound = 3014,
    /// Something cannot be delivered.
    NotDeliverable = 3015,
    /// An object is to be linked with one that does not exist.
    LinkTargetMissing = 3016,
    /// An object is to be linked with one that has expired.
    LinkTargetExpired = 3017,
    /// Objects could not be linked.
    LinkFailed = 3018,
    /// The message cannot be decoded.
    Encoding = 3019,
    /// The message is not what the schema describes.
    Validation = 3020,
    /// The message is of a version that the receiver does not speak.
    Version = 3021,
    /// The message is too large.
    TooLarge = 3022,
}

impl ErrorCode {
    /// The number that goes on the wire.
    #[must_use]
    pub const fn number(self) -> u32 {
        self as u32
    }
}

/// A code, and what is wrong in words (TS 103 120 §6.4.9). It says why an action failed, or why an object is invalid.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ErrorInformation {
    /// The code's number. It may be one that Annex D does not have, since nations add their own.
    pub number: u32,
    /// What is wrong.
    pub description: LongText,
}

impl ErrorInformation {
    /// What is said about a code of Annex D.
    #[must_use]
    pub const fn new(code: ErrorCode, description: LongText) -> Self {
        Self {
            number: code.number(),
            description,
        }
    }

    /// The code, if Annex D has it.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        ErrorCode::from_number(self.number)
    }
}

impl From<Fault> for ErrorInformation {
    fn from(fault: Fault) -> Self {
        let words = LongText::new(&fault.to_string());
        Self::new(fault.code(), words.unwrap_or_default())
    }
}

impl Part for ErrorInformation {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, Space::Core, name, unused)?;
        let information = Self {
            number: fields.required("ErrorCode")?,
            description: fields.required("ErrorDescription")?,
        };
        fields.finish()?;
        Ok(information)
    }

    fn print(&self, page: &mut Page) {
        page.put(Space::Core, "ErrorCode", &self.number);
        page.put(Space::Core, "ErrorDescription", &self.description);
    }
}

/// What is wrong with a message. No variant carries anything that was read: names are the schema's own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fault {
    /// It is longer than [`super::BYTES_MAX`].
    TooLong,
    /// It is in another encoding than UTF-8.
    Encoding,
    /// It is not well-formed XML with namespaces.
    Malformed,
    /// It has markup that HI-1 has no use for, such as a document type.
    Markup(&'static str),
    /// It uses an entity that XML itself does not define.
    Entity,
    /// Its elements are nested too deeply.
    TooDeep,
    /// It has too many elements.
    TooManyElements,
    /// An element has an attribute that the schema does not give it.
    Attribute,
    /// It is no HI-1 message.
    NotAMessage,
    /// Within the named element stands one that the schema does not have there, or that stands there already.
    Unexpected(&'static str),
    /// Within the named element stands text beside elements, or elements beside text.
    Mixed(&'static str),
    /// An element is missing.
    Missing {
        /// The element that should hold it.
        within: &'static str,
        /// Its name.
        name: &'static str,
    },
    /// An element has a value that it cannot have.
    Improper {
        /// Its name.
        name: &'static str,
        /// What it can have.
        want: &'static str,
    },
    /// A list is longer than [`super::LIST_MAX`]; this is the name of its entries.
    TooManyEntries(&'static str),
    /// Contents are longer than [`super::CONTENTS_BYTES_MAX`].
    ContentsTooLong(&'static str),
    /// The named feature is not supported.
    NotSupported(&'static str),
    /// Two actions have one identifier.
    DuplicateAction,
    /// The version is not one of the standard.
    Version,
}

impl Fault {
    /// The code of Annex D.
    #[must_use]
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::TooLong
            | Self::TooDeep
            | Self::TooManyElements
            | Self::TooManyEntries(_)
            | Self::ContentsTooLong(_) => ErrorCode::TooLarge,
            Self::Encoding | Self::Malformed | Self::Markup(_) | Self::Entity => ErrorCode::Encoding,
            Self::Attribute | Self::NotAMessage | Self::Unexpected(_) | Self::Mixed(_) => ErrorCode::Validation,
            Self::Missing { .. } => ErrorCode::ElementMissing,
            Self::Improper { .. } => ErrorCode::ImproperValue,
            Self::NotSupported(_) => ErrorCode::NotSupported,
            Self::DuplicateAction => ErrorCode::DuplicateAction,
            Self::Version => ErrorCode::Version,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::TooLong => "expected a message of at most 6 MiB, found a longer one",
            Self::Encoding => "expected UTF-8, found another encoding",
            Self::Malformed => "expected well-formed XML with declared namespaces, found something else",
            Self::Markup(what) => return write!(f, "expected only elements, text and comments, found a {what}"),
            Self::Entity => "expected only the entities of XML itself, found another",
            Self::TooDeep => "expected elements at most 24 deep, found deeper ones",
            Self::TooManyElements => "expected at most 10,000 elements, found more",
            Self::Attribute => "expected only the attributes of the schema, found another",
            Self::NotAMessage => "expected an `HI1Message` of TS 103 120, found another document",
            Self::Unexpected(within) => {
                return write!(
                    f,
                    "expected in `{within}` only what the schema has, each in its place, found another element"
                );
            }
            Self::Mixed(within) => {
                return write!(f, "expected in `{within}` either elements or text, found the other");
            }
            Self::Missing { within, name } => return write!(f, "expected `{name}` in `{within}`, found none"),
            Self::Improper { name, want } => return write!(f, "expected in `{name}` {want}, found another value"),
            Self::TooManyEntries(name) => return write!(f, "expected at most 64 of `{name}`, found more"),
            Self::ContentsTooLong(name) => return write!(f, "expected in `{name}` at most 2 MiB, found more"),
            Self::NotSupported(what) => return write!(f, "feature not supported: {what}"),
            Self::DuplicateAction => "expected each `ActionIdentifier` once, found one twice",
            Self::Version => "expected an `ETSIVersion` such as `V1.13.1`, found something else",
        };
        f.write_str(words)
    }
}

impl std::error::Error for Fault {}

/// A message that was refused as a whole, with what is needed to answer it. One bad action refuses its whole message
/// (TS 103 120 §9.3).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// What is wrong.
    pub fault: Fault,
    /// The header, if that much could be read.
    pub header: Option<Box<Header>>,
    /// The `ActionIdentifier` of the action that is wrong, if one is to blame.
    pub action: Option<u32>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.action {
            Some(action) => write!(f, "action {action}: {}", self.fault),
            None => self.fault.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self {
            fault,
            header: None,
            action: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_annex_d() {
        let numbers: Vec<u32> = ErrorCode::ALL.iter().map(|code| code.number()).collect();
        assert_eq!(numbers, (3000..=3022).collect::<Vec<_>>());
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::from_number(code.number()), Some(*code));
        }
        assert_eq!(ErrorCode::from_number(2999), None);
        assert_eq!(ErrorCode::from_number(3023), None);
    }
}
