//! What messages, objects and tasks are called by.

use std::fmt;

use super::fault::Fault;
use super::fields::{Part, Unused};
use super::page::Page;
use super::text::ShortText;
use super::value::leaf;
use super::xml::Element;

/// TS 103 280 `UUID`: of a transaction, an object or a delivery. Letters of either case are read; small ones are printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

/// How many bytes stand in each of the five groups of a UUID.
const GROUPS: [usize; 5] = [4, 2, 2, 2, 6];

impl Uuid {
    /// From its sixteen bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The sixteen bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// Reads the form `7dbbc880-8750-4d3c-abe7-ea4a17646045` (RFC 9562 §4).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut groups = text.split('-');
        let mut bytes = Vec::with_capacity(16);
        for length in GROUPS {
            let group = groups.next().filter(|group| group.len() == 2 * length)?;
            for pair in group.as_bytes().chunks(2) {
                let hexadecimal = pair.iter().all(u8::is_ascii_hexdigit);
                let pair = std::str::from_utf8(pair).ok().filter(|_| hexadecimal)?;
                bytes.push(u8::from_str_radix(pair, 16).ok()?);
            }
        }
        let bytes = bytes.try_into().ok().filter(|_| groups.next().is_none())?;
        Some(Self(bytes))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = self.0.iter();
        for (index, length) in GROUPS.into_iter().enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            for byte in bytes.by_ref().take(length) {
                write!(f, "{byte:02x}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uuid({self})")
    }
}

impl Part for Uuid {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        Self::parse(leaf(element, name)?).ok_or(Fault::Improper { name, want: "a UUID" })
    }

    fn print(&self, page: &mut Page) {
        page.text(&self.to_string());
    }
}

/// TS 103 280 `LIID`, by which a live task is called: 1 to 25 printable ASCII characters, or 26 to 50 digits of
/// hexadecimal in small letters.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Liid(ShortText);

impl Liid {
    /// Reads a reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = match text.len() {
            1..=25 => text.bytes().all(|byte| byte.is_ascii_graphic()),
            26..=50 => text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')),
            _ => false,
        };
        ShortText::new(text).filter(|_| fits).map(Self)
    }

    /// The reference as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Part for Liid {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        Self::parse(leaf(element, name)?).ok_or(Fault::Improper {
            name,
            want: "an LIID of 1 to 25 printable characters",
        })
    }

    fn print(&self, page: &mut Page) {
        page.text(self.as_str());
    }
}

/// TS 103 280 `LDID`, by which a disclosure is called: a country, an agency and the agency's own number, with hyphens
/// between, such as `XX-ACTOR01-1234`; at most 255 characters.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Ldid(ShortText);

impl Ldid {
    /// Reads a reference.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (country, rest) = text.split_once('-')?;
        let (owner, number) = rest.split_once('-')?;
        let country_fits = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let fits = country_fits && !owner.is_empty() && !number.is_empty();
        ShortText::new(text).filter(|_| fits).map(Self)
    }

    /// The reference as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl Part for Ldid {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        Self::parse(leaf(element, name)?).ok_or(Fault::Improper {
            name,
            want: "an LDID such as `XX-ACTOR01-1234`",
        })
    }

    fn print(&self, page: &mut Page) {
        page.text(self.as_str());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_one_meaning_and_one_printed_form() {
        let text = "7dbbc880-8750-4d3c-abe7-ea4a17646045";
        let uuid = Uuid::parse(text).expect("valid");
        assert_eq!(uuid.to_string(), text);
        assert_eq!(Uuid::parse(&text.to_uppercase()), Some(uuid));
        assert_eq!(Uuid::from_bytes(uuid.to_bytes()), uuid);
        for bad in [
            "",
            "7dbbc88087504d3cabe7ea4a17646045",
            "{7dbbc880-8750-4d3c-abe7-ea4a17646045}",
            "7dbbc880-8750-4d3c-abe7-ea4a1764604",
            "7dbbc880-8750-4d3c-abe7-ea4a17646045-",
            "7dbbc880-8750-4d3c-abe7-ea4a1764604g",
            "7dbbc88-08750-4d3c-abe7-ea4a17646045",
            "+dbbc880-8750-4d3c-abe7-ea4a17646045",
            "7dbbc8é0-8750-4d3c-abe7-ea4a17646045",
        ] {
            assert_eq!(Uuid::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn references_have_their_shape() {
        for good in ["LIID1", "!", &"~".repeat(25), &"0a".repeat(25)] {
            assert!(Liid::parse(good).is_some(), "{good}");
        }
        for bad in ["", "a b", "é", &"g".repeat(26), &"0a".repeat(26)] {
            assert!(Liid::parse(bad).is_none(), "{bad}");
        }
        for good in ["XX-ACTOR01-1234", "XX-A-1-2"] {
            assert!(Ldid::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "XX",
            "XX-ACTOR01",
            "XX--1",
            "XX-A-",
            "xx-A-1",
            "XXX-A-1",
            &format!("XX-A-{}", "1".repeat(255)),
        ] {
            assert!(Ldid::parse(bad).is_none(), "{bad}");
        }
        assert_eq!(format!("{:?}", Liid::parse("LIID1")), "Some(Liid(Text(5 characters)))");
    }
}
