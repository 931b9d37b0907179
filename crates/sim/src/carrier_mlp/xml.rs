//! Documents as trees: a small tolerant reader and a plain printer, written for this carrier alone.
//!
//! The reader skips declarations, comments, processing instructions and DOCTYPEs, resolves no entity but the five of XML
//! and characters by number, and stops at fixed depths and counts.

/// The deepest nesting that is read.
const DEPTH_MAX: usize = 32;

/// The most elements that are read.
const ELEMENTS_MAX: usize = 1000;

/// An element: its name (without a namespace's prefix), attributes, children and all its own text, trimmed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// The name.
    pub name: String,
    /// The attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// The child elements, in order.
    pub children: Vec<Element>,
    /// The text outside of children.
    pub text: String,
}

impl Element {
    /// An empty element.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// An element that holds text.
    pub fn text(name: &str, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            ..Self::default()
        }
    }

    /// This element with one more attribute.
    #[must_use]
    pub fn attribute(mut self, name: &str, value: impl Into<String>) -> Self {
        self.attributes.push((name.into(), value.into()));
        self
    }

    /// This element with more children.
    #[must_use]
    pub fn with(mut self, children: impl IntoIterator<Item = Element>) -> Self {
        self.children.extend(children);
        self
    }

    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first child of a name, unless it is empty.
    pub fn child_text(&self, name: &str) -> Option<&str> {
        self.child(name)
            .map(|child| child.text.as_str())
            .filter(|text| !text.is_empty())
    }

    /// The value of an attribute.
    pub fn value(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Prints the element; attribute values stand between `quote`s.
    pub fn print(&self, quote: char, out: &mut String) {
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            out.extend([" ", name, "="]);
            out.push(quote);
            escape(value, out);
            out.push(quote);
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        escape(&self.text, out);
        for child in &self.children {
            child.print(quote, out);
        }
        out.extend(["</", &self.name, ">"]);
    }
}

fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
}

/// Reads a document: UTF-8 with or without a byte order mark, or ISO-8859-1 where it says so.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn read(bytes: &[u8]) -> Result<Element, String> {
    let text = decode(bytes)?;
    let mut reader = Reader {
        rest: text.trim_start(),
        elements: 0,
    };
    reader.skip_misc()?;
    let root = reader.element(0)?;
    reader.skip_misc()?;
    if reader.rest.is_empty() {
        Ok(root)
    } else {
        Err("expected the end of the document, found more".into())
    }
}

fn decode(bytes: &[u8]) -> Result<String, String> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(100)).unwrap_or_default()).to_ascii_lowercase();
    let declaration = head.split("?>").next().unwrap_or_default();
    if declaration.starts_with("<?xml") && declaration.contains("iso-8859-1") {
        return Ok(bytes.iter().map(|byte| char::from(*byte)).collect());
    }
    String::from_utf8(bytes.to_vec()).map_err(|_| "expected UTF-8".into())
}

struct Reader<'a> {
    rest: &'a str,
    elements: usize,
}

impl<'a> Reader<'a> {
    fn take_until(&mut self, end: &str, what: &str) -> Result<&'a str, String> {
        let (inside, rest) = self
            .rest
            .split_once(end)
            .ok_or_else(|| format!("expected the end of {what}, found none"))?;
        self.rest = rest;
        Ok(inside)
    }

    fn skip(&mut self, start: &str) -> bool {
        self.rest.strip_prefix(start).map(|rest| self.rest = rest).is_some()
    }

    /// Skips what may stand around the root: blanks, declarations, comments, and a DOCTYPE with all that it contains.
    fn skip_misc(&mut self) -> Result<(), String> {
        loop {
            self.rest = self.rest.trim_start();
            if self.skip("<?") {
                self.take_until("?>", "an instruction")?;
            } else if self.skip("<!--") {
                self.take_until("-->", "a comment")?;
            } else if self.skip("<!") {
                self.doctype()?;
            } else {
                return Ok(());
            }
        }
    }

    fn doctype(&mut self) -> Result<(), String> {
        let (mut quote, mut depth) = (None, 0_usize);
        for (at, character) in self.rest.char_indices() {
            match (quote, character) {
                (Some(open), close) if open == close => quote = None,
                (Some(_), _) => {}
                (None, '"' | '\'') => quote = Some(character),
                (None, '<' | '[') => depth += 1,
                (None, '>') if depth == 0 => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return Ok(());
                }
                (None, '>' | ']') => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        Err("expected the end of a DOCTYPE, found none".into())
    }

    fn element(&mut self, depth: usize) -> Result<Element, String> {
        self.elements += 1;
        if depth > DEPTH_MAX || self.elements > ELEMENTS_MAX {
            return Err("expected fewer or shallower elements".into());
        }
        if !self.skip("<") {
            return Err("expected an element, found text".into());
        }
        let name = self.name()?;
        let mut element = Element::new(local(name));
        loop {
            self.rest = self.rest.trim_start();
            if self.skip("/>") {
                return Ok(element);
            }
            if self.skip(">") {
                break;
            }
            element.attributes.push(self.attribute()?);
        }
        self.content(&mut element, depth)?;
        let closing = self.take_until(">", "an end tag")?.trim_end();
        if closing == name {
            element.text = element.text.trim().into();
            Ok(element)
        } else {
            Err(format!("expected the end of `{}`, found another end tag", element.name))
        }
    }

    /// Reads text and children up to, and including, the `</` of the end tag.
    fn content(&mut self, element: &mut Element, depth: usize) -> Result<(), String> {
        loop {
            let at = self.rest.find('<').ok_or("expected an end tag, found the end")?;
            let (text, rest) = self.rest.split_at(at);
            unescape(text, &mut element.text)?;
            self.rest = rest;
            if self.skip("</") {
                return Ok(());
            }
            if self.skip("<!--") {
                self.take_until("-->", "a comment")?;
            } else if self.skip("<![CDATA[") {
                element.text.push_str(self.take_until("]]>", "a CDATA section")?);
            } else if self.skip("<?") {
                self.take_until("?>", "an instruction")?;
            } else {
                element.children.push(self.element(depth + 1)?);
            }
        }
    }

    fn attribute(&mut self) -> Result<(String, String), String> {
        let name = local(self.name()?).to_owned();
        self.rest = self.rest.trim_start();
        if !self.skip("=") {
            return Err(format!("expected `=` after `{name}`"));
        }
        self.rest = self.rest.trim_start();
        let quote = if self.skip("\"") {
            "\""
        } else if self.skip("'") {
            "'"
        } else {
            return Err(format!("expected the value of `{name}` between quotes"));
        };
        let mut value = String::new();
        unescape(self.take_until(quote, "an attribute's value")?, &mut value)?;
        Ok((name, value))
    }

    fn name(&mut self) -> Result<&'a str, String> {
        let is_part = |character: char| character.is_alphanumeric() || "_:.-".contains(character);
        let end = self
            .rest
            .find(|character| !is_part(character))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() {
            Err("expected a name, found none".into())
        } else {
            Ok(name)
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn unescape(text: &str, out: &mut String) -> Result<(), String> {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let (entity, after) = after.split_once(';').ok_or("expected `;` after `&`")?;
        let number = entity
            .strip_prefix("#x")
            .map(|hex| u32::from_str_radix(hex, 16))
            .or_else(|| entity.strip_prefix('#').map(str::parse));
        let character = match (entity, number) {
            ("lt", _) => Some('<'),
            ("gt", _) => Some('>'),
            ("amp", _) => Some('&'),
            ("quot", _) => Some('"'),
            ("apos", _) => Some('\''),
            (_, Some(Ok(number))) => char::from_u32(number),
            _ => None,
        };
        out.push(character.ok_or("expected one of XML's own entities, found another")?);
        rest = after;
    }
    out.push_str(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        let tree = Element::new("a").attribute("b", "1<'\"&").with([
            Element::text("c", "x & y"),
            Element::new("d"),
            Element::text("c", "z"),
        ]);
        for quote in ['"', '\''] {
            let mut text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e \"]>\">]><!-- c -->".to_owned();
            tree.print(quote, &mut text);
            assert_eq!(read(text.as_bytes()).unwrap(), tree, "{text}");
        }
    }

    #[test]
    fn broken_documents_are_refused() {
        for broken in [
            "",
            "a",
            "<a>",
            "<a></b>",
            "<a b=1/>",
            "<a/><b/>",
            "<a>&e;</a>",
            "<a>&#xD800;</a>",
            "<a b=\"&x\"/>",
            "<a",
        ] {
            assert!(read(broken.as_bytes()).is_err(), "{broken}");
        }
        let deep = ["<a>".repeat(100), "</a>".repeat(100)].concat();
        assert!(read(deep.as_bytes()).is_err());
        let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xF6</a>";
        assert_eq!(read(latin).unwrap().text, "\u{f6}");
    }
}
