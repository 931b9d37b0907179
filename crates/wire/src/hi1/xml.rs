//! A message as a small tree whose names are resolved to their namespaces, read within hard bounds.
//!
//! Nothing outside the message is fetched and nothing inside it grows: a document type is refused, and of entities there
//! are the five of XML itself and character references. A prefix means what it was last bound to around the element that
//! bears it, in the names of elements and in the value of `xsi:type` alike.

use quick_xml::NsReader;
use quick_xml::escape::{resolve_xml_entity, unescape};
use quick_xml::events::{BytesDecl, BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};

use super::BYTES_MAX;
use super::fault::Fault;
use super::space::Space;

/// How deep elements may be nested.
pub(super) const DEPTH_MAX: usize = 24;
/// How many elements a message may have.
pub(super) const ELEMENTS_MAX: usize = 10_000;
/// How many attributes an element may have, declarations of namespaces included.
pub(super) const ATTRIBUTES_MAX: usize = 32;
/// How many declarations of namespaces may be in force at once.
const BINDINGS_MAX: usize = 64;

/// One element: its name, its type if it says one, its own text, and the elements in it.
pub(super) struct Element {
    pub(super) space: Space,
    pub(super) name: String,
    /// What `xsi:type` names.
    pub(super) kind: Option<(Space, String)>,
    pub(super) text: String,
    pub(super) children: Vec<Element>,
}

impl Element {
    /// Whether it bears a name.
    pub(super) fn is(&self, space: Space, name: &str) -> bool {
        self.space == space && self.name == name
    }
}

/// Reads a message.
///
/// # Errors
/// If it is not well-formed, or exceeds a bound.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, Fault> {
    if bytes.len() > BYTES_MAX {
        return Err(Fault::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if !text.chars().all(is_xml) {
        return Err(Fault::Malformed);
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().enable_all_checks(true);
    reader.resolver_mut().set_max_namespace_bindings(BINDINGS_MAX);
    let mut growth = Growth::default();
    loop {
        let first = reader.buffer_position() == 0;
        match reader.read_event().map_err(|_| Fault::Malformed)? {
            Event::Start(start) => growth.start(&start, reader.resolver())?,
            Event::End(_) => growth.end()?,
            Event::Empty(start) => {
                growth.start(&start, reader.resolver())?;
                growth.end()?;
            }
            Event::Text(text) => growth.text(&text)?,
            Event::CData(_) if growth.open.is_empty() => return Err(Fault::Malformed),
            Event::CData(text) => growth.text(&text)?,
            Event::GeneralRef(reference) => growth.reference(&reference)?,
            Event::DocType(_) => return Err(Fault::Markup("document type")),
            Event::PI(_) => return Err(Fault::Markup("processing instruction")),
            Event::Decl(declaration) if first => check_encoding(&declaration)?,
            Event::Decl(_) => return Err(Fault::Malformed),
            Event::Comment(_) => {}
            Event::Eof => return growth.finish(),
        }
    }
}

/// Refuses a declaration that names another encoding than the one the message is read in.
fn check_encoding(declaration: &BytesDecl) -> Result<(), Fault> {
    match declaration.encoding() {
        None => Ok(()),
        Some(Ok(encoding)) if encoding.eq_ignore_ascii_case("UTF-8") => Ok(()),
        Some(Ok(_)) => Err(Fault::Encoding),
        Some(Err(_)) => Err(Fault::Malformed),
    }
}

/// Whether XML 1.0 §2.2 has the character.
pub(super) fn is_xml(c: char) -> bool {
    c >= ' ' && !"\u{fffe}\u{ffff}".contains(c) || "\t\n\r".contains(c)
}

/// White space as XML 1.0 §2.3 has it.
pub(super) fn is_space(c: char) -> bool {
    " \t\n\r".contains(c)
}

/// The space that a name was resolved to.
fn space_of(resolved: &ResolveResult) -> Result<Space, Fault> {
    match resolved {
        ResolveResult::Bound(Namespace(name)) => Ok(Space::of(name)),
        ResolveResult::Unbound => Ok(Space::Other),
        ResolveResult::Unknown(_) => Err(Fault::Malformed),
    }
}

/// A tree that grows.
#[derive(Default)]
struct Growth {
    /// The elements that are not closed yet, the root first.
    open: Vec<Element>,
    elements: usize,
    root: Option<Element>,
}

impl Growth {
    fn start(&mut self, start: &BytesStart, resolver: &NamespaceResolver) -> Result<(), Fault> {
        if self.root.is_some() {
            return Err(Fault::Malformed);
        }
        self.elements += 1;
        if self.open.len() >= DEPTH_MAX {
            return Err(Fault::TooDeep);
        }
        if self.elements > ELEMENTS_MAX {
            return Err(Fault::TooManyElements);
        }
        let (resolved, local) = resolver.resolve_element(start.name());
        self.open.push(Element {
            space: space_of(&resolved)?,
            name: local.as_ref().to_owned(),
            kind: kind(start, resolver)?,
            text: String::new(),
            children: Vec::new(),
        });
        Ok(())
    }

    /// Text as it stands, its line ends as XML 1.0 §2.11 wants them.
    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(element) if text.contains('\r') => {
                element.text.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
                Ok(())
            }
            Some(element) => {
                element.text.push_str(text);
                Ok(())
            }
            None if text.chars().all(is_space) => Ok(()),
            None => Err(Fault::Malformed),
        }
    }

    /// One of the five characters, or the one whose number it is.
    fn reference(&mut self, reference: &BytesRef) -> Result<(), Fault> {
        let element = self.open.last_mut().ok_or(Fault::Malformed)?;
        if reference.is_char_ref() {
            let c = reference.resolve_char_ref().map_err(|_| Fault::Malformed)?;
            element.text.push(c.filter(|c| is_xml(*c)).ok_or(Fault::Malformed)?);
        } else {
            element
                .text
                .push_str(resolve_xml_entity(reference).ok_or(Fault::Entity)?);
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Fault> {
        let element = self.open.pop().ok_or(Fault::Malformed)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn finish(self) -> Result<Element, Fault> {
        // A message that ends early leaves elements open.
        self.root.filter(|_| self.open.is_empty()).ok_or(Fault::Malformed)
    }
}

/// What `xsi:type` names, if the element has one. Its only other attributes may be declarations of namespaces, and where
/// a schema is to be found, which is not looked at.
fn kind(start: &BytesStart, resolver: &NamespaceResolver) -> Result<Option<(Space, String)>, Fault> {
    let mut kind = None;
    for (index, attribute) in start.attributes().enumerate() {
        let attribute = attribute.map_err(|_| Fault::Malformed)?;
        if index >= ATTRIBUTES_MAX {
            return Err(Fault::Attribute);
        }
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (resolved, local) = resolver.resolve_attribute(attribute.key);
        match (space_of(&resolved)?, local.as_ref()) {
            (Space::Instance, "type") if kind.is_none() => {
                let value = unescape(&attribute.value).map_err(|_| Fault::Malformed)?;
                let (resolved, local) = resolver.resolve(QName(value.trim_matches(is_space)), true);
                kind = Some((space_of(&resolved)?, local.as_ref().to_owned()));
            }
            (Space::Instance, "schemaLocation" | "noNamespaceSchemaLocation") => {}
            _ => return Err(Fault::Attribute),
        }
    }
    Ok(kind)
}
