//! What came of a request: an answer for each action, or one error for all (TS 103 120 §6.4).

use domain::time::Timestamp;

use super::dictionary::Closed;
use super::fault::{ErrorInformation, Fault};
use super::fields::{Fields, Part, Unused};
use super::identifier::Uuid;
use super::object::{Object, ObjectType};
use super::page::Page;
use super::space::Space;
use super::text::{LongText, ShortText};
use super::value::CountryCode;
use super::xml::Element;

const SPACE: Space = Space::Core;

/// A `ResponsePayload`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Response {
    /// One answer for each action, in the order of the request.
    Answers(Vec<Answer>),
    /// Nothing was done.
    Refused(ErrorInformation),
}

/// One `ActionResponse`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The number of the action that is answered.
    pub identifier: u32,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// `GETResponse`: what the object is.
    Got(Box<Object>),
    /// `CREATEResponse`: which object was made, and what it is now.
    Created(Uuid, Option<Box<Object>>),
    /// `UPDATEResponse`: which object was changed, and what it is now.
    Updated(Uuid, Option<Box<Object>>),
    /// `LISTResponse`: which objects there are.
    Listed(Vec<Record>),
    /// `DELIVERResponse`: which object was taken.
    Delivered(Uuid),
    /// `ErrorInformation`: it was not done.
    Failed(ErrorInformation),
}

/// One object in a list: a `ListResponseRecord`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// Its kind.
    pub object_type: ObjectType,
    /// Which object it is.
    pub identifier: Uuid,
    /// Its owner's country.
    pub country: Option<CountryCode>,
    /// Its owner.
    pub owner: Option<ShortText>,
    /// How often it was changed.
    pub generation: u32,
    /// What others call it.
    pub external: Option<LongText>,
    /// When it was changed, in whole seconds.
    pub last_changed: Option<Timestamp>,
}

impl Answer {
    /// Reads what follows the number.
    pub(super) fn read_outcome(fields: &mut Fields) -> Result<Outcome, Fault> {
        if let Some(element) = fields.next("GETResponse") {
            let mut members = Fields::of(element, SPACE, "GETResponse", fields.unused())?;
            let object = members.required("HI1Object")?;
            members.finish()?;
            return Ok(Outcome::Got(Box::new(object)));
        }
        if let Some(Named(identifier, object)) = fields.optional("CREATEResponse")? {
            return Ok(Outcome::Created(identifier, object));
        }
        if let Some(Named(identifier, object)) = fields.optional("UPDATEResponse")? {
            return Ok(Outcome::Updated(identifier, object));
        }
        if let Some(records) = fields.list("LISTResponse", "ListResponseRecord")? {
            return Ok(Outcome::Listed(records));
        }
        if let Some(information) = fields.optional("ErrorInformation")? {
            return Ok(Outcome::Failed(information));
        }
        fields.not_supported("GETCSPCONFIGResponse")?;
        match fields.optional("DELIVERResponse")? {
            Some(Named(identifier, None)) => Ok(Outcome::Delivered(identifier)),
            Some(Named(_, Some(_))) => Err(Fault::Unexpected("DELIVERResponse")),
            None => Err(fields.none_of("an answer")),
        }
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put(SPACE, "ActionIdentifier", &self.identifier);
        match &self.outcome {
            Outcome::Got(object) => page.around(SPACE, "GETResponse", |page| object.put(page)),
            Outcome::Created(identifier, object) => print_named(page, "CREATEResponse", *identifier, object.as_deref()),
            Outcome::Updated(identifier, object) => print_named(page, "UPDATEResponse", *identifier, object.as_deref()),
            Outcome::Listed(records) => {
                page.put_list(SPACE, "LISTResponse", "ListResponseRecord", Some(records));
            }
            Outcome::Delivered(identifier) => print_named(page, "DELIVERResponse", *identifier, None),
            Outcome::Failed(information) => page.put(SPACE, "ErrorInformation", information),
        }
    }
}

/// An element that names an object, and may hold it.
struct Named(Uuid, Option<Box<Object>>);

impl Part for Named {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let identifier = fields.required("Identifier")?;
        let object = fields.optional("HI1Object")?;
        fields.finish()?;
        Ok(Self(identifier, object.map(Box::new)))
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "Identifier", &self.0);
        if let Some(object) = &self.1 {
            object.put(page);
        }
    }
}

fn print_named(page: &mut Page, name: &str, identifier: Uuid, object: Option<&Object>) {
    page.around(SPACE, name, |page| {
        page.put(SPACE, "Identifier", &identifier);
        if let Some(object) = object {
            object.put(page);
        }
    });
}

impl Part for Record {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let record = Self {
            object_type: fields.required::<Closed<ObjectType>>("ObjectType")?.0,
            identifier: fields.required("Identifier")?,
            country: fields.optional("CountryCode")?,
            owner: fields.optional("OwnerIdentifier")?,
            generation: fields.required("Generation")?,
            external: fields.optional("ExternalIdentifier")?,
            last_changed: fields.optional("LastChanged")?,
        };
        fields.finish()?;
        Ok(record)
    }

    fn print(&self, page: &mut Page) {
        page.put(SPACE, "ObjectType", &Closed(self.object_type));
        page.put(SPACE, "Identifier", &self.identifier);
        page.put_all(SPACE, "CountryCode", &self.country);
        page.put_all(SPACE, "OwnerIdentifier", &self.owner);
        page.put(SPACE, "Generation", &self.generation);
        page.put_all(SPACE, "ExternalIdentifier", &self.external);
        page.put_all(SPACE, "LastChanged", &self.last_changed);
    }
}
