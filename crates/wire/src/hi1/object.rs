//! An object of HI-1: what all share, and what each kind has of its own (TS 103 120 §7.1).

use domain::time::Timestamp;

use super::authorisation::Authorisation;
use super::delivery::Delivery;
use super::dictionary::words;
use super::disclosure::Disclosure;
use super::document::Document;
use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::identifier::Uuid;
use super::interception::Interception;
use super::notification::Notification;
use super::page::Page;
use super::space::Space;
use super::text::{LongText, ShortText};
use super::value::CountryCode;
use super::xml::Element;

const SPACE: Space = Space::Core;

words! {
    /// Kinds of objects, as lists name them: TS 103 120 table 6.14.
    ObjectType in "ObjectType" {
        /// [`Authorisation`].
        Authorisation = "Authorisation",
        /// [`Document`].
        Document = "Document",
        /// [`Notification`].
        Notification = "Notification",
        /// [`Interception`].
        Task = "Task",
        /// [`Disclosure`].
        LdTask = "LDTask",
        /// A preservation, which this gateway does not know.
        LpTask = "LPTask",
        /// [`Delivery`].
        Delivery = "Delivery",
    }
}

/// An `HI1Object`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    /// Which object it is.
    pub identifier: Uuid,
    /// Its owner's country.
    pub country: Option<CountryCode>,
    /// Its owner.
    pub owner: Option<ShortText>,
    /// How often it was changed; the receiver sets this.
    pub generation: Option<u32>,
    /// What others call it.
    pub external: Option<LongText>,
    /// Which objects it belongs to. In an update, `None` leaves them as they are, and an empty list takes all away.
    pub associated: Option<Vec<Uuid>>,
    /// When it was changed; the receiver sets this. In whole seconds.
    pub last_changed: Option<Timestamp>,
    /// What its kind has of its own.
    pub body: Body,
    /// Elements of the schema that were read and have no effect. Printing passes over them.
    pub unused: Vec<&'static str>,
}

/// What a kind of object has of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Body {
    /// `AuthorisationObject`.
    Authorisation(Box<Authorisation>),
    /// `DocumentObject`.
    Document(Box<Document>),
    /// `LDTaskObject`.
    Disclosure(Box<Disclosure>),
    /// `LITaskObject`.
    Interception(Box<Interception>),
    /// `NotificationObject`.
    Notification(Box<Notification>),
    /// `DeliveryObject`.
    Delivery(Box<Delivery>),
}

impl Object {
    /// An object of which nothing but its kind is said.
    #[must_use]
    pub const fn new(identifier: Uuid, body: Body) -> Self {
        Self {
            identifier,
            country: None,
            owner: None,
            generation: None,
            external: None,
            associated: None,
            last_changed: None,
            body,
            unused: Vec::new(),
        }
    }
}

impl Part for Object {
    fn read(element: &Element, name: &'static str, outer: &mut Unused) -> Result<Self, Fault> {
        let kind = element.kind.as_ref().ok_or(Fault::Missing {
            within: name,
            name: "xsi:type",
        })?;
        let mut unused = Unused::new();
        let mut fields = Fields::of_kind(element, SPACE, name, &mut unused)?;
        let identifier = fields.required("ObjectIdentifier")?;
        let country = fields.optional("CountryCode")?;
        let owner = fields.optional("OwnerIdentifier")?;
        let generation = fields.optional("Generation")?;
        let external = fields.optional("ExternalIdentifier")?;
        let associated = fields.list("AssociatedObjects", "AssociatedObject")?;
        let last_changed = fields.optional("LastChanged")?;
        fields.not_supported("NationalHandlingParameters")?;
        fields.go_on_in(kind.0);
        let body = Body::read((kind.0, &kind.1), &mut fields)?;
        fields.finish()?;
        outer.extend(&unused);
        Ok(Self {
            identifier,
            country,
            owner,
            generation,
            external,
            associated,
            last_changed,
            body,
            unused,
        })
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "ObjectIdentifier", &self.identifier);
        page.put_all(SPACE, "CountryCode", &self.country);
        page.put_all(SPACE, "OwnerIdentifier", &self.owner);
        page.put_all(SPACE, "Generation", &self.generation);
        page.put_all(SPACE, "ExternalIdentifier", &self.external);
        page.put_list(SPACE, "AssociatedObjects", "AssociatedObject", self.associated.as_ref());
        page.put_all(SPACE, "LastChanged", &self.last_changed);
        self.body.print(page);
    }
}

impl Object {
    /// Prints the element that holds it, which says its type.
    pub(super) fn put(&self, page: &mut Page) {
        page.typed(SPACE, "HI1Object", self.body.kind(), |page| self.print(page));
    }
}

impl Body {
    /// Its kind, as lists name it.
    #[must_use]
    pub const fn object_type(&self) -> ObjectType {
        match self {
            Self::Authorisation(_) => ObjectType::Authorisation,
            Self::Document(_) => ObjectType::Document,
            Self::Disclosure(_) => ObjectType::LdTask,
            Self::Interception(_) => ObjectType::Task,
            Self::Notification(_) => ObjectType::Notification,
            Self::Delivery(_) => ObjectType::Delivery,
        }
    }

    /// What `xsi:type` names.
    const fn kind(&self) -> (Space, &'static str) {
        match self {
            Self::Authorisation(_) => (Space::Authorisation, "AuthorisationObject"),
            Self::Document(_) => (Space::Document, "DocumentObject"),
            Self::Disclosure(_) => (Space::Task, "LDTaskObject"),
            Self::Interception(_) => (Space::Task, "LITaskObject"),
            Self::Notification(_) => (Space::Notification, "NotificationObject"),
            Self::Delivery(_) => (Space::Delivery, "DeliveryObject"),
        }
    }

    fn read(kind: (Space, &str), fields: &mut Fields) -> Result<Self, Fault> {
        match kind {
            (Space::Authorisation, "AuthorisationObject") => {
                Authorisation::read(fields).map(|found| Self::Authorisation(Box::new(found)))
            }
            (Space::Document, "DocumentObject") => Document::read(fields).map(|found| Self::Document(Box::new(found))),
            (Space::Task, "LDTaskObject") => Disclosure::read(fields).map(|found| Self::Disclosure(Box::new(found))),
            (Space::Task, "LITaskObject") => {
                Interception::read(fields).map(|found| Self::Interception(Box::new(found)))
            }
            (Space::Notification, "NotificationObject") => {
                Notification::read(fields).map(|found| Self::Notification(Box::new(found)))
            }
            (Space::Delivery, "DeliveryObject") => Delivery::read(fields).map(|found| Self::Delivery(Box::new(found))),
            (Space::Task, "LPTaskObject") => Err(Fault::NotSupported("LPTaskObject")),
            (Space::Task, "TDTaskObject") => Err(Fault::NotSupported("TDTaskObject")),
            _ => Err(Fault::NotSupported("an HI1Object of this type")),
        }
    }

    fn print(&self, page: &mut Page) {
        match self {
            Self::Authorisation(body) => body.print(page),
            Self::Document(body) => body.print(page),
            Self::Disclosure(body) => body.print(page),
            Self::Interception(body) => body.print(page),
            Self::Notification(body) => body.print(page),
            Self::Delivery(body) => body.print(page),
        }
    }
}
