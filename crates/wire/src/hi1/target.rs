//! Whom a task is about (TS 103 120 §8.2.6 and §8.3.5).

use domain::number::Msisdn;

use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::page::Page;
use super::space::Space;
use super::text::{LongText, ShortText};
use super::xml::Element;

const SPACE: Space = Space::Task;
const OWNER: &str = "ETSI";
const E164: &str = "InternationalE164";

/// One identifier of the person whom a task is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// A telephone number: ETSI's format `InternationalE164`, digits without `+`.
    Number(Msisdn),
    /// Anything else, such as an IMSI or an address. Nothing can be located by it here; it is kept so that the answer can
    /// say so (3001).
    Other {
        /// Who defines the format.
        owner: ShortText,
        /// The format.
        format: ShortText,
        /// The identifier.
        value: LongText,
    },
}

impl Target {
    /// The number, if it is one.
    #[must_use]
    pub const fn number(&self) -> Option<Msisdn> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Other { .. } => None,
        }
    }
}

impl Part for Target {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let format_type = fields.next_or_missing("FormatType")?;
        let mut format = Fields::of(format_type, SPACE, "FormatType", fields.unused())?;
        let owner: ShortText = format.required("FormatOwner")?;
        let format_name: ShortText = format.required("FormatName")?;
        format.finish()?;
        let value: LongText = fields.required("Value")?;
        fields.finish()?;
        if owner.as_str() != OWNER || format_name.as_str() != E164 {
            return Ok(Self::Other {
                owner,
                format: format_name,
                value,
            });
        }
        let number = Msisdn::from_digits(value.as_str());
        number.map(Self::Number).ok_or(Fault::Improper {
            name: "Value",
            want: "a number of 5 to 15 digits in international form, without `+`",
        })
    }

    fn print(&self, page: &mut Page) {
        let (owner, format) = match self {
            Self::Number(_) => (OWNER, E164),
            Self::Other { owner, format, .. } => (owner.as_str(), format.as_str()),
        };
        page.around(SPACE, "FormatType", |page| {
            page.around(SPACE, "FormatOwner", |page| page.text(owner));
            page.around(SPACE, "FormatName", |page| page.text(format));
        });
        page.around(SPACE, "Value", |page| match self {
            Self::Number(number) => page.text(&number.to_digits()),
            Self::Other { value, .. } => page.text(value.as_str()),
        });
    }
}
