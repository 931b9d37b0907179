//! Who approved something, and when (TS 103 120 §7.2.10).

use domain::time::Timestamp;

use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::page::Page;
use super::space::Space;
use super::text::LongText;
use super::xml::Element;

const SPACE: Space = Space::Common;

/// One approval. Signatures and national details in it are refused (3001): nobody here verifies them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Approval {
    /// Which sort of approval it is.
    pub sort: Option<LongText>,
    /// What was approved.
    pub description: Option<LongText>,
    /// What the approver calls it.
    pub reference: Option<LongText>,
    /// Who approved.
    pub approver: Option<Approver>,
    /// When, in whole seconds.
    pub at: Option<Timestamp>,
    /// Whether in an emergency.
    pub is_emergency: Option<bool>,
}

/// Who approved. What is said here about a person proves nothing; never call back by what a request says of itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Approver {
    /// Their name.
    pub name: Option<LongText>,
    /// Their office.
    pub role: Option<LongText>,
    /// How to reach them.
    pub contacts: Vec<Contact>,
}

/// How an approver can be reached.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Contact {
    /// What the schema has for contacts in general: name, role, electronic mail, telephone, facsimile, address.
    general: [Option<LongText>; 6],
    languages: Vec<Language>,
    /// What it has for approvers: another name, electronic mail, telephone.
    own: [Option<LongText>; 3],
}

const GENERAL: [&str; 6] = ["Name", "Role", "EmailAddress", "PhoneNumber", "FaxNumber", "Address"];
const OWN: [&str; 3] = ["ApproverAlternateName", "ApproverEmailAddress", "ApproverPhoneNumber"];

impl Contact {
    /// Everything that is said, as pairs of the schema's name and the text; languages are left out.
    pub fn entries(&self) -> impl Iterator<Item = (&'static str, &LongText)> {
        let names = GENERAL.into_iter().chain(OWN);
        let texts = self.general.iter().chain(&self.own);
        names.zip(texts).filter_map(|(name, text)| Some((name, text.as_ref()?)))
    }
}

impl Part for Approval {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let approval = Self {
            sort: fields.optional("ApprovalType")?,
            description: fields.optional("ApprovalDescription")?,
            reference: fields.optional("ApprovalReference")?,
            approver: fields.optional("ApproverDetails")?,
            at: fields.optional("ApprovalTimestamp")?,
            is_emergency: fields.optional("ApprovalIsEmergency")?,
        };
        fields.not_supported("ApprovalDigitalSignature")?;
        fields.not_supported("ApprovalNationalDetails")?;
        fields.finish()?;
        Ok(approval)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "ApprovalType", &self.sort);
        page.put_all(SPACE, "ApprovalDescription", &self.description);
        page.put_all(SPACE, "ApprovalReference", &self.reference);
        page.put_all(SPACE, "ApproverDetails", &self.approver);
        page.put_all(SPACE, "ApprovalTimestamp", &self.at);
        page.put_all(SPACE, "ApprovalIsEmergency", &self.is_emergency);
    }
}

impl Part for Approver {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let (name, role) = (fields.optional("ApproverName")?, fields.optional("ApproverRole")?);
        fields.not_supported("ApproverIdentity")?;
        let contacts = fields.many("ApproverContactDetails")?;
        fields.finish()?;
        Ok(Self { name, role, contacts })
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "ApproverName", &self.name);
        page.put_all(SPACE, "ApproverRole", &self.role);
        page.put_all(SPACE, "ApproverContactDetails", &self.contacts);
    }
}

impl Part for Contact {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let mut contact = Self::default();
        for (name, text) in GENERAL.into_iter().zip(&mut contact.general) {
            *text = fields.optional(name)?;
        }
        contact.languages = fields.many("Languages")?;
        for (name, text) in OWN.into_iter().zip(&mut contact.own) {
            *text = fields.optional(name)?;
        }
        fields.finish()?;
        Ok(contact)
    }

    fn print(&self, page: &mut Page) {
        for (name, text) in GENERAL.into_iter().zip(&self.general) {
            page.put_all(SPACE, name, text);
        }
        page.put_all(SPACE, "Languages", &self.languages);
        for (name, text) in OWN.into_iter().zip(&self.own) {
            page.put_all(SPACE, name, text);
        }
    }
}

/// A language of two small letters (ISO 639-1).
#[derive(Clone, PartialEq, Eq, Debug)]
struct Language(LongText);

impl Part for Language {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        const NAME: &str = "ISO639Set1LanguageIdentifier";
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let text: LongText = fields.required(NAME)?;
        fields.finish()?;
        let letters = text.as_str().bytes().all(|byte| byte.is_ascii_lowercase());
        if letters && text.as_str().len() == 2 {
            Ok(Self(text))
        } else {
            Err(Fault::Improper {
                name: NAME,
                want: "two small letters",
            })
        }
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "ISO639Set1LanguageIdentifier", &self.0);
    }
}
