//! A message as it is printed.

use super::dictionary::{Closed, Word};
use super::fields::Part;
use super::space::{PRINTED, Space};
use crate::xml::escape;

/// A document that grows. Names are printed with one prefix for each namespace, all declared on the root.
pub(super) struct Page(String);

impl Page {
    /// Prints a whole document.
    pub(super) fn document(name: &str, fill: impl FnOnce(&mut Self)) -> Vec<u8> {
        let mut page = Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<".to_owned());
        page.0.push_str(name);
        for (_, prefix, uri) in PRINTED {
            let colon = if prefix.is_empty() { "" } else { ":" };
            page.0.push_str(&format!(" xmlns{colon}{prefix}=\"{uri}\""));
        }
        page.0.push('>');
        fill(&mut page);
        page.close(Space::Core, name);
        page.0.into_bytes()
    }

    /// Prints an element around what `fill` prints.
    pub(super) fn around(&mut self, space: Space, name: &str, fill: impl FnOnce(&mut Self)) {
        self.start(space, name);
        self.0.push('>');
        fill(self);
        self.close(space, name);
    }

    /// Prints an element that says its type around what `fill` prints.
    pub(super) fn typed(&mut self, space: Space, name: &str, kind: (Space, &str), fill: impl FnOnce(&mut Self)) {
        self.start(space, name);
        self.0
            .push_str(&format!(" xsi:type=\"{}{}\">", kind.0.prefix(), kind.1));
        fill(self);
        self.close(space, name);
    }

    /// Prints one element.
    pub(super) fn put(&mut self, space: Space, name: &str, part: &impl Part) {
        self.around(space, name, |page| part.print(page));
    }

    /// Prints all elements of one name; from an `Option`, one or none.
    pub(super) fn put_all<'a, T: Part + 'a>(
        &mut self,
        space: Space,
        name: &str,
        parts: impl IntoIterator<Item = &'a T>,
    ) {
        for part in parts {
            self.put(space, name, part);
        }
    }

    /// Prints a word of a closed list, if there is one.
    pub(super) fn put_word<T: Word>(&mut self, space: Space, name: &str, word: Option<T>) {
        self.put_all(space, name, &word.map(Closed));
    }

    /// Prints a list that has an element around it.
    pub(super) fn put_list(&mut self, space: Space, outer: &str, inner: &str, list: Option<&Vec<impl Part>>) {
        if let Some(entries) = list {
            self.around(space, outer, |page| page.put_all(space, inner, entries));
        }
    }

    /// Prints text.
    pub(super) fn text(&mut self, text: &str) {
        escape(&mut self.0, text);
    }

    fn start(&mut self, space: Space, name: &str) {
        self.0.push('<');
        self.0.push_str(space.prefix());
        self.0.push_str(name);
    }

    fn close(&mut self, space: Space, name: &str) {
        self.0.push_str("</");
        self.0.push_str(space.prefix());
        self.0.push_str(name);
        self.0.push('>');
    }
}
