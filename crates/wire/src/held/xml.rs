//! A document as a small tree of elements, each in its namespace, read within hard bounds.
//!
//! Nothing outside the document is ever fetched, and nothing inside it grows: a DOCTYPE ends the reading, and of entities
//! there are the five of XML itself and character references. One pass over the document makes the tree.

use quick_xml::NsReader;
use quick_xml::escape::{EscapeError, resolve_xml_entity, unescape};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

use super::BYTES_MAX;
use super::error::HeldError;

/// How deep elements may be nested.
pub(super) const DEPTH_MAX: usize = 32;
/// How many elements a document may have, those of foreign namespaces included.
pub(super) const ELEMENTS_MAX: usize = 500;
/// How many attributes an element may have, declarations of namespaces included.
pub(super) const ATTRIBUTES_MAX: usize = 32;
/// How many declarations of namespaces may be in scope at once.
const BINDINGS_MAX: usize = 64;

/// The namespaces that this codec knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Space {
    /// HELD itself (RFC 5985).
    Held,
    /// Identifiers of devices (RFC 6155).
    Identity,
    /// Presence documents (RFC 3863).
    Pidf,
    /// What presence says of places (RFC 4119).
    Geopriv,
    /// Who may keep and pass on (RFC 4119).
    Policy,
    /// Devices and persons of presence documents (RFC 4479).
    DataModel,
    /// Points and polygons of the Geography Markup Language (RFC 5491 §5).
    Gml,
    /// The other shapes (RFC 5491 §5).
    Shape,
    /// How sure a place is (RFC 7459).
    Confidence,
    /// Any other namespace.
    Foreign,
    /// None at all.
    Without,
}

impl Space {
    /// All that have a name.
    const NAMED: [Self; 9] = [
        Self::Held,
        Self::Identity,
        Self::Pidf,
        Self::Geopriv,
        Self::Policy,
        Self::DataModel,
        Self::Gml,
        Self::Shape,
        Self::Confidence,
    ];

    /// The name that documents carry.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Held => "urn:ietf:params:xml:ns:geopriv:held",
            Self::Identity => "urn:ietf:params:xml:ns:geopriv:held:id",
            Self::Pidf => "urn:ietf:params:xml:ns:pidf",
            Self::Geopriv => "urn:ietf:params:xml:ns:pidf:geopriv10",
            Self::Policy => "urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy",
            Self::DataModel => "urn:ietf:params:xml:ns:pidf:data-model",
            Self::Gml => "http://www.opengis.net/gml",
            Self::Shape => "http://www.opengis.net/pidflo/1.0",
            Self::Confidence => "urn:ietf:params:xml:ns:geopriv:conf",
            Self::Foreign | Self::Without => "",
        }
    }

    fn of(resolved: &ResolveResult<'_>) -> Result<Self, HeldError> {
        match resolved {
            ResolveResult::Unbound => Ok(Self::Without),
            ResolveResult::Bound(Namespace(name)) => {
                let known = Self::NAMED.into_iter().find(|space| space.name() == *name);
                Ok(known.unwrap_or(Self::Foreign))
            }
            ResolveResult::Unknown(_) => Err(HeldError::Malformed),
        }
    }
}

/// One element: its namespace and local name, its attributes without a namespace, its own text, and the elements in it.
pub(super) struct Element {
    space: Space,
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Self>,
}

impl Element {
    /// The local name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The namespace.
    pub(super) const fn space(&self) -> Space {
        self.space
    }

    /// Whether it is the element of this name in this namespace.
    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }

    /// The value of an attribute that is in no namespace, without white space around it.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.trim())
    }

    /// The elements in it, if there is no text beside them and it has no other attributes than these; attributes of
    /// foreign namespaces pass.
    ///
    /// # Errors
    /// If there is text, or another attribute; `own` is the name that the error tells.
    pub(super) fn holder(&self, own: &'static str, attributes: &[&str]) -> Result<&[Self], HeldError> {
        self.check_attributes(own, attributes)?;
        if self.text.trim().is_empty() {
            Ok(&self.children)
        } else {
            Err(HeldError::Text(own))
        }
    }

    /// Its text without white space around it, if there is no element in it and it has no other attributes than these.
    ///
    /// # Errors
    /// If there is an element, or another attribute; `own` is the name that the error tells.
    pub(super) fn leaf(&self, own: &'static str, attributes: &[&str]) -> Result<&str, HeldError> {
        self.check_attributes(own, attributes)?;
        if self.children.is_empty() {
            Ok(self.text.trim())
        } else {
            Err(HeldError::Unknown(own))
        }
    }

    fn check_attributes(&self, own: &'static str, known: &[&str]) -> Result<(), HeldError> {
        let all_known = self.attributes.iter().all(|(key, _)| known.contains(&key.as_str()));
        all_known.then_some(()).ok_or(HeldError::Attribute(own))
    }
}

/// Puts an element in the place kept for it.
///
/// # Errors
/// If the place is taken.
pub(super) fn once<T>(place: &mut Option<T>, value: T, name: &'static str) -> Result<(), HeldError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(HeldError::Duplicate(name)),
    }
}

/// Reads a document in UTF-8, with or without a byte order mark.
///
/// # Errors
/// If it is not well-formed with its namespaces, has a DOCTYPE, or exceeds a bound.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, HeldError> {
    if bytes.len() > BYTES_MAX {
        return Err(HeldError::TooLong);
    }
    let bytes = bytes.strip_prefix(&[0xef, 0xbb, 0xbf]).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| HeldError::Encoding)?;
    if !text.chars().all(is_xml) {
        return Err(HeldError::Malformed);
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    reader.resolver_mut().set_max_namespace_bindings(BINDINGS_MAX);
    let mut growth = Growth {
        open: Vec::new(),
        count: 0,
        events: 0,
        root: None,
    };
    loop {
        let event = reader.read_event().map_err(|_| HeldError::Malformed)?;
        growth.events += 1;
        match event {
            Event::Start(start) => growth.start(&start, &reader)?,
            Event::Empty(start) => {
                growth.start(&start, &reader)?;
                growth.end()?;
            }
            Event::End(_) => growth.end()?,
            Event::Text(text) if text.contains("]]>") => return Err(HeldError::Malformed),
            Event::Text(text) => growth.text(&text)?,
            Event::CData(text) => growth.text(&text)?,
            Event::GeneralRef(reference) => growth.text(resolve(&reference)?.encode_utf8(&mut [0; 4]))?,
            Event::Decl(declaration) => growth.declaration(&declaration)?,
            Event::DocType(_) => return Err(HeldError::Doctype),
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => return growth.finish(),
        }
    }
}

/// What a reference stands for: one of the five characters, or the one whose number it is.
fn resolve(reference: &BytesRef) -> Result<char, HeldError> {
    if reference.is_char_ref() {
        let c = reference.resolve_char_ref().map_err(|_| HeldError::Malformed)?;
        return c.filter(|c| is_xml(*c)).ok_or(HeldError::Malformed);
    }
    let text = resolve_xml_entity(reference).ok_or(HeldError::Entity)?;
    text.chars().next().ok_or(HeldError::Entity)
}

/// Whether XML 1.0 §2.2 has the character.
fn is_xml(c: char) -> bool {
    c >= ' ' && !"\u{fffe}\u{ffff}".contains(c) || "\t\n\r".contains(c)
}

/// A tree that grows.
struct Growth {
    /// The elements that are not closed yet, the root first.
    open: Vec<Element>,
    /// How many elements were entered.
    count: usize,
    /// How many pieces of markup and text were seen.
    events: usize,
    root: Option<Element>,
}

impl Growth {
    fn start(&mut self, start: &BytesStart, reader: &NsReader<&[u8]>) -> Result<(), HeldError> {
        if self.root.is_some() {
            return Err(HeldError::Malformed);
        }
        self.count += 1;
        if self.open.len() >= DEPTH_MAX {
            return Err(HeldError::TooDeep);
        }
        if self.count > ELEMENTS_MAX {
            return Err(HeldError::TooMany);
        }
        let (resolved, local) = reader.resolver().resolve_element(start.name());
        self.open.push(Element {
            space: Space::of(&resolved)?,
            name: local.as_ref().to_owned(),
            attributes: attributes(start, reader)?,
            text: String::new(),
            children: Vec::new(),
        });
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), HeldError> {
        match self.open.last_mut() {
            Some(element) => element.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(HeldError::Malformed),
        }
        Ok(())
    }

    /// The declaration stands first, and names no other encoding.
    fn declaration(&self, declaration: &BytesDecl) -> Result<(), HeldError> {
        if self.events != 1 {
            return Err(HeldError::Malformed);
        }
        match declaration.encoding() {
            None => Ok(()),
            Some(Ok(name))
                if ["utf-8", "us-ascii"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known)) =>
            {
                Ok(())
            }
            Some(_) => Err(HeldError::Encoding),
        }
    }

    fn end(&mut self) -> Result<(), HeldError> {
        let element = self.open.pop().ok_or(HeldError::Malformed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, HeldError> {
        // A document that ends early leaves elements open.
        self.root.filter(|_| self.open.is_empty()).ok_or(HeldError::Malformed)
    }
}

/// The attributes that are in no namespace. The others are checked and passed over, as are declarations.
fn attributes(start: &BytesStart, reader: &NsReader<&[u8]>) -> Result<Vec<(String, String)>, HeldError> {
    let mut kept = Vec::new();
    let mut foreign: Vec<(String, String)> = Vec::new();
    for (index, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|_| HeldError::Malformed)?;
        if index >= ATTRIBUTES_MAX {
            return Err(HeldError::TooMany);
        }
        let value = unescape(&attribute.value).map_err(|error| match error {
            EscapeError::UnrecognizedEntity(..) => HeldError::Entity,
            EscapeError::UnterminatedEntity(_)
            | EscapeError::InvalidCharRef(_)
            | EscapeError::TooManyNestedEntities => HeldError::Malformed,
        })?;
        if attribute.value.contains('<') || !value.chars().all(is_xml) {
            return Err(HeldError::Malformed);
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (resolved, local) = reader.resolver().resolve_attribute(attribute.key);
        match resolved {
            ResolveResult::Unbound => kept.push((local.as_ref().to_owned(), value.into_owned())),
            ResolveResult::Bound(Namespace(space)) => {
                let name = (space.to_owned(), local.as_ref().to_owned());
                if foreign.contains(&name) {
                    return Err(HeldError::Malformed);
                }
                foreign.push(name);
            }
            ResolveResult::Unknown(_) => return Err(HeldError::Malformed),
        }
    }
    Ok(kept)
}
