//! What a request asks for: one action after the other (TS 103 120 §6.4).

use domain::time::Timestamp;

use super::dictionary::DictionaryEntry;
use super::fault::Fault;
use super::fields::{Fields, Part, Unused};
use super::identifier::Uuid;
use super::national::positive;
use super::object::{Object, ObjectType};
use super::page::Page;
use super::space::Space;
use super::timespan::Timespan;
use super::value::CountryCode;
use super::xml::Element;

const SPACE: Space = Space::Core;

/// One `ActionRequest`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// Its number in the message. The standard counts from 0; one of ETSI's examples counts from 1, so that only order is
    /// demanded, and that none is there twice (3002).
    pub identifier: u32,
    /// What is to be done.
    pub verb: Verb,
}

/// What is to be done. `GETCSPCONFIG` is refused (3001).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verb {
    /// Tell what an object is.
    Get(Uuid),
    /// Make an object.
    Create(Box<Object>),
    /// Replace members of an object; see [`Object`] for those that stay.
    Update(Box<Object>),
    /// Name objects.
    List(Wish),
    /// Take an object that was made for whoever receives this.
    Deliver {
        /// Which object.
        identifier: Uuid,
        /// The object, which bears the same identifier: another one is an error 3007.
        object: Box<Object>,
    },
}

/// Which objects are to be named: those to which all that is said applies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wish {
    /// Of one kind.
    pub object_type: Option<ObjectType>,
    /// Changed since, in whole seconds.
    pub last_changed: Option<Timestamp>,
    /// Changed within.
    pub last_changed_within: Option<Timespan>,
    /// No more than so many, not 0.
    pub count_max: Option<u32>,
    /// In one state.
    pub status: Option<DictionaryEntry>,
    /// Of one country.
    pub country: Option<CountryCode>,
}

impl Action {
    /// Reads what follows the number.
    pub(super) fn read_verb(fields: &mut Fields) -> Result<Verb, Fault> {
        fields.not_supported("GETCSPCONFIG")?;
        if let Some(element) = fields.next("GET") {
            let mut members = Fields::of(element, SPACE, "GET", fields.unused())?;
            let identifier = members.required("Identifier")?;
            members.finish()?;
            return Ok(Verb::Get(identifier));
        }
        if let Some(element) = fields.next("DELIVER") {
            return read_deliver(element, fields.unused());
        }
        if let Some(Alone(object)) = fields.optional("CREATE")? {
            return Ok(Verb::Create(object));
        }
        if let Some(Alone(object)) = fields.optional("UPDATE")? {
            return Ok(Verb::Update(object));
        }
        let wish = fields.optional("LIST")?;
        wish.map(Verb::List).ok_or_else(|| fields.none_of("an action"))
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put(SPACE, "ActionIdentifier", &self.identifier);
        match &self.verb {
            Verb::Get(identifier) => page.around(SPACE, "GET", |page| page.put(SPACE, "Identifier", identifier)),
            Verb::Create(object) => page.around(SPACE, "CREATE", |page| object.put(page)),
            Verb::Update(object) => page.around(SPACE, "UPDATE", |page| object.put(page)),
            Verb::List(wish) => page.put(SPACE, "LIST", wish),
            Verb::Deliver { identifier, object } => page.around(SPACE, "DELIVER", |page| {
                page.put(SPACE, "Identifier", identifier);
                object.put(page);
            }),
        }
    }
}

fn read_deliver(element: &Element, unused: &mut Unused) -> Result<Verb, Fault> {
    let mut members = Fields::of(element, SPACE, "DELIVER", unused)?;
    let identifier: Uuid = members.required("Identifier")?;
    let object: Object = members.required("HI1Object")?;
    members.finish()?;
    if identifier != object.identifier {
        return Err(Fault::Improper {
            name: "Identifier",
            want: "the identifier of the object beside it",
        });
    }
    let object = Box::new(object);
    Ok(Verb::Deliver { identifier, object })
}

/// An element that holds one object and nothing else.
struct Alone(Box<Object>);

impl Part for Alone {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let object = fields.required("HI1Object")?;
        fields.finish()?;
        Ok(Self(Box::new(object)))
    }

    fn print(&self, page: &mut Page) {
        self.0.put(page);
    }
}

impl Part for Wish {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let wish = Self {
            object_type: fields.word("ObjectType")?,
            last_changed: fields.optional("LastChanged")?,
            last_changed_within: Timespan::read(&mut fields, "LastChangedTimespan", Space::Common)?,
            count_max: positive(&mut fields, "MaximumObjectCount")?,
            status: fields.optional("Status")?,
            country: fields.optional("CountryCode")?,
        };
        fields.finish()?;
        Ok(wish)
    }

    fn print(&self, page: &mut Page) {
        page.put_word(SPACE, "ObjectType", self.object_type);
        page.put_all(SPACE, "LastChanged", &self.last_changed);
        if let Some(span) = &self.last_changed_within {
            page.around(SPACE, "LastChangedTimespan", |page| span.print(page, Space::Common));
        }
        page.put_all(SPACE, "MaximumObjectCount", &self.count_max);
        page.put_all(SPACE, "Status", &self.status);
        page.put_all(SPACE, "CountryCode", &self.country);
    }
}
