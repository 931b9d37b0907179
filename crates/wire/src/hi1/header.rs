//! Who sends a message to whom, which one it is, and of which version (TS 103 120 §6.2).

use domain::time::Timestamp;

use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::identifier::Uuid;
use super::page::Page;
use super::space::Space;
use super::text::{LongText, ShortText};
use super::value::{CountryCode, Stamp, leaf};
use super::xml::Element;

const SPACE: Space = Space::Core;

/// An end of the interface (TS 103 120 §6.2.2): an agency, a gateway, a provider.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Endpoint {
    /// Its country.
    pub country: CountryCode,
    /// What it is called there.
    pub identifier: LongText,
}

impl Part for Endpoint {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let endpoint = Self {
            country: fields.required("CountryCode")?,
            identifier: fields.required("UniqueIdentifier")?,
        };
        fields.finish()?;
        Ok(endpoint)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "CountryCode", &self.country);
        page.put(SPACE, "UniqueIdentifier", &self.identifier);
    }
}

/// A version of the standard: `V`, and three numbers with points between.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct EtsiVersion(String);

impl EtsiVersion {
    /// Reads a version such as `V1.13.1`, at most 255 characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Vec<&str> = text.strip_prefix('V')?.split('.').collect();
        let is_number = |number: &&str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let fits = text.len() <= 255 && numbers.len() == 3 && numbers.iter().all(is_number);
        fits.then(|| Self(text.to_owned()))
    }

    /// The version as it goes on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Part for EtsiVersion {
    fn read(element: &Element, name: &'static str, _: &mut Unused) -> Result<Self, Fault> {
        Self::parse(leaf(element, name)?).ok_or(Fault::Version)
    }

    fn print(&self, page: &mut Page) {
        page.text(&self.0);
    }
}

/// The version of the standard and of the national profile that a message keeps to.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Version {
    /// The standard's.
    pub etsi: EtsiVersion,
    /// Who keeps the national profile.
    pub profile_owner: ShortText,
    /// The profile's.
    pub profile: ShortText,
}

impl Part for Version {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let version = Self {
            etsi: fields.required("ETSIVersion")?,
            profile_owner: fields.required("NationalProfileOwner")?,
            profile: fields.required("NationalProfileVersion")?,
        };
        fields.finish()?;
        Ok(version)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "ETSIVersion", &self.etsi);
        page.put(SPACE, "NationalProfileOwner", &self.profile_owner);
        page.put(SPACE, "NationalProfileVersion", &self.profile);
    }
}

/// The header of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Header {
    /// Who sent the request. A response names the same one: the roles stay those of the request.
    pub sender: Endpoint,
    /// Who was to receive the request.
    pub receiver: Endpoint,
    /// Which request it is; its response bears the same.
    pub transaction: Uuid,
    /// When the message was made, in whole milliseconds.
    pub timestamp: Timestamp,
    /// What it keeps to.
    pub version: Version,
    /// The workflow that it belongs to (TS 103 120 Annex H).
    pub workflow: Option<LongText>,
}

impl Header {
    /// The header of the response to the message with this one, made at `now`: all is echoed but the time.
    #[must_use]
    pub fn answered(&self, now: Timestamp) -> Self {
        Self {
            timestamp: now,
            ..self.clone()
        }
    }
}

impl Part for Header {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let header = Self {
            sender: fields.required("SenderIdentifier")?,
            receiver: fields.required("ReceiverIdentifier")?,
            transaction: fields.required("TransactionIdentifier")?,
            timestamp: fields.required::<Stamp>("Timestamp")?.0,
            version: fields.required("Version")?,
            workflow: fields.optional("WorkflowIdentifier")?,
        };
        fields.finish()?;
        Ok(header)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "SenderIdentifier", &self.sender);
        page.put(SPACE, "ReceiverIdentifier", &self.receiver);
        page.put(SPACE, "TransactionIdentifier", &self.transaction);
        page.put(SPACE, "Timestamp", &Stamp(self.timestamp));
        page.put(SPACE, "Version", &self.version);
        page.put_all(SPACE, "WorkflowIdentifier", &self.workflow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_three_numbers() {
        for good in ["V1.13.1", "V0.0.0", "V10.200.3000"] {
            assert_eq!(EtsiVersion::parse(good).map(|found| found.0), Some(good.to_owned()));
        }
        for bad in [
            "",
            "V",
            "1.13.1",
            "v1.13.1",
            "V1.13",
            "V1.13.1.0",
            "V1..1",
            "V1.13.1 ",
            "V1.13.-1",
        ] {
            assert_eq!(EtsiVersion::parse(bad), None, "{bad}");
        }
    }
}
