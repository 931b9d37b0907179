//! A document as a small tree, read within hard bounds.
//!
//! Nothing outside the document is ever fetched, and nothing inside it grows: a DOCTYPE is passed over unread, of
//! entities there are the five of XML itself and character references, each of which is shorter than what it is written
//! with. So a tree is never larger than a small multiple of its document, and one pass over the document makes it.

use quick_xml::Reader;
use quick_xml::escape::{EscapeError, resolve_xml_entity, unescape};
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::BYTES_MAX;
use super::encoding::decode;
use super::error::MlpError;
use super::quirk::{Notes, Quirk};

/// How deep elements may be nested.
pub(super) const DEPTH_MAX: usize = 32;
/// How many elements a document may have.
pub(super) const ELEMENTS_MAX: usize = 2000;
/// How many attributes an element may have.
pub(super) const ATTRIBUTES_MAX: usize = 32;

/// One element: its local name, its attributes, its own text, and the elements in it.
#[derive(Default)]
pub(super) struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Element>,
}

/// What reading a document cost, in things that do not depend on the machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Work {
    /// Pieces of markup and text that were looked at.
    pub(super) events: usize,
    /// Elements that were entered.
    pub(super) elements: usize,
    /// Bytes of names, attributes and text that were copied.
    pub(super) copied: usize,
}

impl Element {
    /// The local name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Its text, without white space around it.
    pub(super) fn text(&self) -> &str {
        self.text.trim()
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim())
    }

    /// All elements in it, in order.
    pub(super) fn children(&self) -> &[Element] {
        &self.children
    }

    /// The elements in it of one name, in order.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element in it of one name.
    pub(super) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first element in it of one name.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn need(&self, name: &'static str) -> Result<&Element, MlpError> {
        self.child(name).ok_or(MlpError::Missing(name))
    }
}

/// Reads a document.
///
/// # Errors
/// If it is not well-formed, or exceeds a bound.
pub(super) fn parse(bytes: &[u8], notes: &mut Notes) -> Result<Element, MlpError> {
    parse_counting(bytes, notes, &mut Work::default())
}

/// Reads a document, and counts what that cost.
///
/// # Errors
/// If it is not well-formed, or exceeds a bound.
pub(super) fn parse_counting(bytes: &[u8], notes: &mut Notes, work: &mut Work) -> Result<Element, MlpError> {
    if bytes.len() > BYTES_MAX {
        return Err(MlpError::TooLong);
    }
    let text = decode(bytes, notes)?;
    let mut reader = Reader::from_str(&text);
    let mut growth = Growth {
        notes,
        work,
        open: Vec::new(),
        skipped: 0,
        own_prefix: None,
        root: None,
    };
    loop {
        growth.work.events += 1;
        match reader.read_event().map_err(|_| MlpError::Malformed)? {
            Event::Start(start) => growth.start(&start)?,
            Event::End(_) => growth.end()?,
            Event::Empty(start) => {
                growth.start(&start)?;
                growth.end()?;
            }
            Event::Text(text) => growth.text(&text)?,
            Event::CData(text) => growth.text(&text)?,
            Event::GeneralRef(reference) => growth.text(resolve(&reference)?.encode_utf8(&mut [0; 4]))?,
            Event::DocType(_) if growth.begun() => return Err(MlpError::Malformed),
            Event::DocType(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return growth.finish(),
        }
    }
}

/// What a reference stands for: one of the five characters, or the one whose number it is.
fn resolve(reference: &BytesRef) -> Result<char, MlpError> {
    if reference.is_char_ref() {
        let c = reference.resolve_char_ref().map_err(|_| MlpError::Malformed)?;
        return c.filter(|c| is_xml(*c)).ok_or(MlpError::Malformed);
    }
    let text = resolve_xml_entity(reference).ok_or(MlpError::Entity)?;
    text.chars().next().ok_or(MlpError::Entity)
}

/// Whether XML 1.0 §2.2 has the character.
fn is_xml(c: char) -> bool {
    c >= ' ' && !"\u{fffe}\u{ffff}".contains(c) || "\t\n\r".contains(c)
}

/// A tree that grows.
struct Growth<'a> {
    notes: &'a mut Notes,
    work: &'a mut Work,
    /// The elements that are not closed yet, the root first.
    open: Vec<Element>,
    /// How many elements of a vendor's own are not closed yet. They are counted, and not kept.
    skipped: usize,
    /// The prefix that the root bears; elements with another one are the vendor's own.
    own_prefix: Option<String>,
    root: Option<Element>,
}

impl Growth<'_> {
    const fn begun(&self) -> bool {
        !self.open.is_empty() || self.root.is_some()
    }

    fn start(&mut self, start: &BytesStart) -> Result<(), MlpError> {
        if self.root.is_some() {
            return Err(MlpError::Malformed);
        }
        self.work.elements += 1;
        if self.open.len() + self.skipped >= DEPTH_MAX {
            return Err(MlpError::TooDeep);
        }
        if self.work.elements > ELEMENTS_MAX {
            return Err(MlpError::TooMany);
        }
        let name = start.name();
        let (local, prefix) = (name.local_name(), name.prefix());
        let prefix = prefix.as_ref().map(|prefix| prefix.as_ref());
        if self.open.is_empty() {
            self.own_prefix = prefix.map(str::to_owned);
        }
        let foreign = prefix.is_some() && prefix != self.own_prefix.as_deref();
        if foreign || self.skipped > 0 {
            self.notes.note(Quirk::VendorElement);
            self.skipped += 1;
            // Also what is not kept must be well-formed.
            return self.attributes(start).map(|_| ());
        }
        let attributes = self.attributes(start)?;
        let name = local.as_ref().to_owned();
        self.work.copied += name.len();
        self.open.push(Element {
            name,
            attributes,
            ..Element::default()
        });
        Ok(())
    }

    fn attributes(&mut self, start: &BytesStart) -> Result<Vec<(String, String)>, MlpError> {
        let mut attributes = Vec::new();
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| MlpError::Malformed)?;
            if attributes.len() >= ATTRIBUTES_MAX {
                return Err(MlpError::TooMany);
            }
            let value = unescape(&attribute.value).map_err(|error| match error {
                EscapeError::UnrecognizedEntity(..) => MlpError::Entity,
                EscapeError::UnterminatedEntity(_)
                | EscapeError::InvalidCharRef(_)
                | EscapeError::TooManyNestedEntities => MlpError::Malformed,
            })?;
            if !value.chars().all(is_xml) {
                return Err(MlpError::Malformed);
            }
            let key = attribute.key.as_ref();
            self.work.copied += key.len() + value.len();
            attributes.push((key.to_owned(), value.into_owned()));
        }
        if single_quoted(start.attributes_raw()) {
            self.notes.note(Quirk::SingleQuotes);
        }
        let declares = |key: &str| key == "xmlns" || key.starts_with("xmlns:");
        if self.open.is_empty() && attributes.iter().any(|(key, _)| declares(key)) {
            self.notes.note(Quirk::DefaultNamespace);
        }
        Ok(attributes)
    }

    fn text(&mut self, text: &str) -> Result<(), MlpError> {
        if self.skipped > 0 {
            return Ok(());
        }
        match self.open.last_mut() {
            Some(element) => {
                self.work.copied += text.len();
                element.text.push_str(text);
                Ok(())
            }
            None if text.trim().is_empty() => Ok(()),
            None => Err(MlpError::Malformed),
        }
    }

    fn end(&mut self) -> Result<(), MlpError> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(());
        }
        let element = self.open.pop().ok_or(MlpError::Malformed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, MlpError> {
        // A document that ends early leaves elements open.
        match self.root {
            Some(root) if self.open.is_empty() && self.skipped == 0 => Ok(root),
            _ => Err(MlpError::Malformed),
        }
    }
}

/// Whether an attribute's value stands in single quotes.
fn single_quoted(attributes: &str) -> bool {
    let mut within_double = false;
    for c in attributes.chars() {
        match c {
            '"' => within_double = !within_double,
            '\'' if !within_double => return true,
            _ => {}
        }
    }
    false
}
