//! This gateway's own parameters of a location task, since the standard has none: how precise, how often, how long sealed.
//!
//! They stand where the schema has an abstract `NationalLDTaskingParameters` or `NationalLITaskingParameters`, as the
//! types `LocationDisclosureParameters` and `LocationInterceptionParameters` of the namespace `urn:wayleave:hi1:1`. Each
//! extends its base by the same three optional elements, in this order:
//!
//! | element | type | meaning |
//! |---|---|---|
//! | `Precision` | whole metres, from 1 | no finer position than this is wanted |
//! | `Interval` | whole seconds, from 1 | how long from one position to the next |
//! | `SealUntil` | `QualifiedDateTime` | until when the person is not to learn of it |
//!
//! ```xml
//! <task:NationalLDTaskingParameters xmlns:w="urn:wayleave:hi1:1" xsi:type="w:LocationDisclosureParameters">
//!   <task:CountryCode>XX</task:CountryCode>
//!   <w:Precision>500</w:Precision>
//!   <w:SealUntil>2027-01-31T00:00:00Z</w:SealUntil>
//! </task:NationalLDTaskingParameters>
//! ```
//!
//! National parameters of any other type are refused (3001).

use domain::time::Timestamp;

use super::fault::Fault;
use super::fields::Fields;
use super::page::Page;
use super::space::Space;
use super::value::CountryCode;

/// The parameters of a location task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LocationParameters {
    /// Whose national parameters they are.
    pub country: CountryCode,
    /// How precise the position is wanted, in metres, not 0.
    pub precision_m: Option<u32>,
    /// How long from one position to the next, in seconds, not 0.
    pub interval_s: Option<u32>,
    /// Until when the person is not to learn of it, in whole seconds.
    pub seal_until: Option<Timestamp>,
}

/// Where the parameters stand, and what their type is called there.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) element: &'static str,
    pub(super) kind: &'static str,
}

/// In a disclosure.
pub(super) const DISCLOSURE: Place = Place {
    element: "NationalLDTaskingParameters",
    kind: "LocationDisclosureParameters",
};
/// In a live task.
pub(super) const INTERCEPTION: Place = Place {
    element: "NationalLITaskingParameters",
    kind: "LocationInterceptionParameters",
};

impl LocationParameters {
    pub(super) fn read(fields: &mut Fields, place: Place) -> Result<Option<Self>, Fault> {
        let Some(element) = fields.next(place.element) else {
            return Ok(None);
        };
        if element
            .kind
            .as_ref()
            .is_none_or(|(space, kind)| (*space, kind.as_str()) != (Space::Own, place.kind))
        {
            return Err(Fault::NotSupported(place.element));
        }
        let mut fields = Fields::of_kind(element, Space::Task, place.element, fields.unused())?;
        let country = fields.required("CountryCode")?;
        fields.go_on_in(Space::Own);
        let found = Self {
            country,
            precision_m: positive(&mut fields, "Precision")?,
            interval_s: positive(&mut fields, "Interval")?,
            seal_until: fields.optional("SealUntil")?,
        };
        fields.finish()?;
        Ok(Some(found))
    }

    pub(super) fn print(&self, page: &mut Page, place: Place) {
        page.typed(Space::Task, place.element, (Space::Own, place.kind), |page| {
            page.put(Space::Task, "CountryCode", &self.country);
            page.put_all(Space::Own, "Precision", &self.precision_m);
            page.put_all(Space::Own, "Interval", &self.interval_s);
            page.put_all(Space::Own, "SealUntil", &self.seal_until);
        });
    }
}

/// A whole number that is not 0.
pub(super) fn positive(fields: &mut Fields, name: &'static str) -> Result<Option<u32>, Fault> {
    match fields.optional(name)? {
        Some(0) => Err(Fault::Improper {
            name,
            want: "a whole number from 1",
        }),
        number => Ok(number),
    }
}
