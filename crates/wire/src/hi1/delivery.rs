//! A delivery: what a task found, handed over (TS 103 120 §10).

use aws_lc_rs::digest::{SHA256, digest};

use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::identifier::{Ldid, Liid, Uuid};
use super::page::Page;
use super::space::Space;
use super::status::{DeliveryDesiredStatus, DeliveryStatus};
use super::text::{Contents, LongText, ShortText};
use super::xml::Element;

const SPACE: Space = Space::Delivery;

/// A `DeliveryObject`. In an update, members that are `None` stay as they are.
///
/// Only binary data under a manifest of one's own (`ExternalSchema` with a `ManifestID`) is known here; the schema's other
/// forms are refused (3001).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Delivery {
    /// Which task found it.
    pub reference: Option<Reference>,
    /// Which delivery it is, or is a part of.
    pub delivery: Option<Uuid>,
    /// Which part of the delivery it is.
    pub sequence_number: Option<u32>,
    /// Whether it is the last part.
    pub is_last: Option<bool>,
    /// What the data are, by the name of a schema that both sides know.
    pub manifest: Option<LongText>,
    /// The data.
    pub data: Option<BinaryData>,
    /// In which state it is.
    pub status: Option<DeliveryStatus>,
    /// In which state its receiver says it is.
    pub desired_status: Option<DeliveryDesiredStatus>,
}

/// The task that something is delivered for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reference {
    /// A disclosure.
    Disclosure(Ldid),
    /// A live task.
    Interception(Liid),
}

/// Data as bytes, with their media type and checksum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BinaryData {
    /// The bytes.
    pub contents: Contents,
    /// Their media type, such as `application/jose` for a sealed answer.
    pub content_type: Option<ShortText>,
    /// Their checksum, as hexadecimal digits.
    pub checksum: Option<ShortText>,
    /// How the checksum is made.
    pub checksum_type: Option<ShortText>,
}

impl BinaryData {
    /// Data with their SHA-256.
    #[must_use]
    pub fn new(contents: Contents, content_type: ShortText) -> Self {
        let hash = digest(&SHA256, contents.as_bytes());
        let hexadecimal: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            contents,
            content_type: Some(content_type),
            checksum: ShortText::new(&hexadecimal),
            checksum_type: ShortText::new("SHA-256"),
        }
    }
}

impl Delivery {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Fault> {
        let found = Self {
            reference: fields.optional("Reference")?,
            delivery: fields.optional("DeliveryID")?,
            sequence_number: fields.optional("SequenceNumber")?,
            is_last: fields.optional("LastSequence")?,
            manifest: read_manifest(fields)?,
            data: read_data(fields)?,
            status: fields.word("DeliveryStatus")?,
            desired_status: fields.word("DeliveryDesiredStatus")?,
        };
        fields.not_supported("EncryptionDetails")?;
        Ok(found)
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "Reference", &self.reference);
        page.put_all(SPACE, "DeliveryID", &self.delivery);
        page.put_all(SPACE, "SequenceNumber", &self.sequence_number);
        page.put_all(SPACE, "LastSequence", &self.is_last);
        if let Some(manifest) = &self.manifest {
            page.around(SPACE, "Manifest", |page| {
                page.around(SPACE, "ExternalSchema", |page| page.put(SPACE, "ManifestID", manifest));
            });
        }
        if let Some(data) = &self.data {
            page.around(SPACE, "Delivery", |page| page.put(SPACE, "BinaryData", data));
        }
        page.put_word(SPACE, "DeliveryStatus", self.status);
        page.put_word(SPACE, "DeliveryDesiredStatus", self.desired_status);
    }
}

fn read_manifest(fields: &mut Fields) -> Result<Option<LongText>, Fault> {
    let Some(element) = fields.next("Manifest") else {
        return Ok(None);
    };
    let mut choice = Fields::of(element, SPACE, "Manifest", fields.unused())?;
    choice.not_supported("Specification")?;
    let schema = choice.next_or_missing("ExternalSchema")?;
    let mut members = Fields::of(schema, SPACE, "ExternalSchema", choice.unused())?;
    let manifest = members.required("ManifestID")?;
    members.not_supported("ManifestContents")?;
    members.finish()?;
    choice.finish()?;
    Ok(Some(manifest))
}

fn read_data(fields: &mut Fields) -> Result<Option<BinaryData>, Fault> {
    let Some(element) = fields.next("Delivery") else {
        return Ok(None);
    };
    let mut choice = Fields::of(element, SPACE, "Delivery", fields.unused())?;
    for other in ["XMLData", "JSONData", "URL", "DataExistence"] {
        choice.not_supported(other)?;
    }
    let data = choice.required("BinaryData")?;
    choice.finish()?;
    Ok(Some(data))
}

impl Part for Reference {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = match fields.optional("LDID")? {
            Some(reference) => Self::Disclosure(reference),
            None => Self::Interception(fields.required("LIID")?),
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        match self {
            Self::Disclosure(reference) => page.put(SPACE, "LDID", reference),
            Self::Interception(reference) => page.put(SPACE, "LIID", reference),
        }
    }
}

impl Part for BinaryData {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            contents: fields.required("Data")?,
            content_type: fields.optional("ContentType")?,
            checksum: fields.optional("Checksum")?,
            checksum_type: fields.optional("ChecksumType")?,
        };
        fields.not_supported("Checksums")?;
        fields.without_effect::<LongText>("OriginalFilename")?;
        fields.without_effect::<u32>("ContentLength")?;
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "Data", &self.contents);
        page.put_all(SPACE, "ContentType", &self.content_type);
        page.put_all(SPACE, "Checksum", &self.checksum);
        page.put_all(SPACE, "ChecksumType", &self.checksum_type);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_bear_their_checksum() {
        let contents = Contents::new(b"abc".to_vec()).expect("short");
        let data = BinaryData::new(contents, ShortText::new("application/jose").expect("short"));
        // FIPS 180-2, appendix B.1: SHA-256 of `abc`.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(data.checksum.as_ref().map(ShortText::as_str), Some(expected));
    }
}
