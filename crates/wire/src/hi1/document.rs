//! A document that goes with an authorisation, such as the order itself (TS 103 120 §7.3).

use super::approval::Approval;
use super::dictionary::{DictionaryEntry, Term, words};
use super::fault::{ErrorInformation, Fault};
use super::fields::{Fields, Part, Unused};
use super::page::Page;
use super::space::Space;
use super::status::{DocumentDesiredStatus, DocumentStatus};
use super::text::{Contents, LongText, ShortText};
use super::timespan::Timespan;
use super::xml::Element;

const SPACE: Space = Space::Document;

words! {
    /// What a document is: TS 103 120 table 7.16. Nations have words of their own.
    DocumentType in "DocumentType" {
        /// An order or warrant.
        Warrant = "Warrant",
        /// More about what is to be taken down.
        TakedownRefinement = "TakedownRefinement",
    }
}

/// A `DocumentObject`. In an update, members that are `None` stay as they are; the others are replaced whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// What its author calls it.
    pub reference: Option<LongText>,
    /// Its title.
    pub name: Option<LongText>,
    /// In which state it is; the receiver sets this.
    pub status: Option<DocumentStatus>,
    /// In which state its owner wants it to be.
    pub desired_status: Option<DocumentDesiredStatus>,
    /// From when until when it holds.
    pub timespan: Option<Timespan>,
    /// What it is.
    pub document_type: Option<Term<DocumentType>>,
    /// What nations say about it.
    pub properties: Option<Vec<Property>>,
    /// The document itself.
    pub body: Option<Body>,
    /// Who approved it. This is what the sender says; whether the body bears a signature is another question.
    pub approvals: Vec<Approval>,
    /// Why it is invalid; the receiver sets this.
    pub invalid_reason: Option<ErrorInformation>,
}

/// What is said about a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Property {
    /// Which property.
    pub property: DictionaryEntry,
    /// What it is.
    pub value: LongText,
}

/// A document as bytes. Whether they match their checksum is not looked at here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Body {
    /// The bytes.
    pub contents: Option<Contents>,
    /// Their media type.
    pub content_type: Option<ShortText>,
    /// Their checksum.
    pub checksum: Option<ShortText>,
    /// How the checksum is made.
    pub checksum_type: Option<ShortText>,
}

impl Document {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Fault> {
        let found = Self {
            reference: fields.optional("DocumentReference")?,
            name: fields.optional("DocumentName")?,
            status: fields.word("DocumentStatus")?,
            desired_status: fields.word("DocumentDesiredStatus")?,
            timespan: Timespan::read(fields, "DocumentTimespan", SPACE)?,
            document_type: fields.optional("DocumentType")?,
            properties: fields.list("DocumentProperties", "DocumentProperty")?,
            body: fields.optional("DocumentBody")?,
            approvals: fields.many("DocumentSignature")?,
            invalid_reason: fields.optional("DocumentInvalidReason")?,
        };
        fields.not_supported("NationalDocumentParameters")?;
        Ok(found)
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "DocumentReference", &self.reference);
        page.put_all(SPACE, "DocumentName", &self.name);
        page.put_word(SPACE, "DocumentStatus", self.status);
        page.put_word(SPACE, "DocumentDesiredStatus", self.desired_status);
        if let Some(span) = &self.timespan {
            page.around(SPACE, "DocumentTimespan", |page| span.print(page, SPACE));
        }
        page.put_all(SPACE, "DocumentType", &self.document_type);
        page.put_list(
            SPACE,
            "DocumentProperties",
            "DocumentProperty",
            self.properties.as_ref(),
        );
        page.put_all(SPACE, "DocumentBody", &self.body);
        page.put_all(SPACE, "DocumentSignature", &self.approvals);
        page.put_all(SPACE, "DocumentInvalidReason", &self.invalid_reason);
    }
}

impl Part for Property {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            property: fields.required("PropertyType")?,
            value: fields.required("PropertyValue")?,
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "PropertyType", &self.property);
        page.put(SPACE, "PropertyValue", &self.value);
    }
}

impl Part for Body {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            contents: fields.optional("Contents")?,
            content_type: fields.optional("ContentType")?,
            checksum: fields.optional("Checksum")?,
            checksum_type: fields.optional("ChecksumType")?,
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "Contents", &self.contents);
        page.put_all(SPACE, "ContentType", &self.content_type);
        page.put_all(SPACE, "Checksum", &self.checksum);
        page.put_all(SPACE, "ChecksumType", &self.checksum_type);
    }
}
