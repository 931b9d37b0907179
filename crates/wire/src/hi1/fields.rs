//! What an element holds, taken one after the other as the schema's sequence has it.

use super::LIST_MAX;
use super::dictionary::{Closed, Word};
use super::fault::Fault;
use super::page::Page;
use super::space::Space;
use super::xml::{Element, is_space};

/// Names of elements that were read and have no effect.
pub(super) type Unused = Vec<&'static str>;

/// What stands in an element: a value, or a structure of further elements.
pub(super) trait Part: Sized {
    /// Reads it from the element that is called `name`.
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault>;

    /// Prints what stands in the element.
    fn print(&self, page: &mut Page);
}

/// The elements in an element that were not taken yet.
pub(super) struct Fields<'a> {
    space: Space,
    name: &'static str,
    children: &'a [Element],
    unused: &'a mut Unused,
}

impl<'a> Fields<'a> {
    /// The elements in one that holds only elements, and says no type of its own.
    pub(super) fn of(
        element: &'a Element,
        space: Space,
        name: &'static str,
        unused: &'a mut Unused,
    ) -> Result<Self, Fault> {
        if element.kind.is_some() {
            return Err(Fault::Attribute);
        }
        Self::of_kind(element, space, name, unused)
    }

    /// The elements in one that holds only elements, whatever type it says.
    pub(super) fn of_kind(
        element: &'a Element,
        space: Space,
        name: &'static str,
        unused: &'a mut Unused,
    ) -> Result<Self, Fault> {
        if !element.text.chars().all(is_space) {
            return Err(Fault::Mixed(name));
        }
        Ok(Self {
            space,
            name,
            children: &element.children,
            unused,
        })
    }

    /// What follows is in another namespace.
    pub(super) fn go_on_in(&mut self, space: Space) {
        self.space = space;
    }

    /// The next element, if it is the named one.
    pub(super) fn next(&mut self, name: &str) -> Option<&'a Element> {
        let (first, rest) = self.children.split_first()?;
        first.is(self.space, name).then(|| {
            self.children = rest;
            first
        })
    }

    /// The next element, which must be the named one.
    pub(super) fn next_or_missing(&mut self, name: &'static str) -> Result<&'a Element, Fault> {
        self.next(name).ok_or_else(|| self.missing(name))
    }

    /// A word of a closed list.
    pub(super) fn word<T: Word>(&mut self, name: &'static str) -> Result<Option<T>, Fault> {
        Ok(self.optional::<Closed<T>>(name)?.map(|closed| closed.0))
    }

    pub(super) fn optional<T: Part>(&mut self, name: &'static str) -> Result<Option<T>, Fault> {
        match self.next(name) {
            Some(element) => T::read(element, name, self.unused).map(Some),
            None => Ok(None),
        }
    }

    pub(super) fn required<T: Part>(&mut self, name: &'static str) -> Result<T, Fault> {
        self.optional(name)?.ok_or_else(|| self.missing(name))
    }

    /// All that follow of one name.
    pub(super) fn many<T: Part>(&mut self, name: &'static str) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        while let Some(one) = self.optional(name)? {
            if found.len() >= LIST_MAX {
                return Err(Fault::TooManyEntries(name));
            }
            found.push(one);
        }
        Ok(found)
    }

    /// The entries of a list that has an element around it.
    pub(super) fn list<T: Part>(&mut self, outer: &'static str, inner: &'static str) -> Result<Option<Vec<T>>, Fault> {
        let Some(element) = self.next(outer) else {
            return Ok(None);
        };
        let mut fields = Fields::of(element, self.space, outer, self.unused)?;
        let entries = fields.many(inner)?;
        fields.finish()?;
        Ok(Some(entries))
    }

    /// The entries of a list that has an element around it, and at least one entry where it is there.
    pub(super) fn filled_list<T: Part>(
        &mut self,
        outer: &'static str,
        inner: &'static str,
    ) -> Result<Option<Vec<T>>, Fault> {
        match self.list(outer, inner)? {
            Some(entries) if entries.is_empty() => Err(Fault::Missing {
                within: outer,
                name: inner,
            }),
            entries => Ok(entries),
        }
    }

    /// Reads what has no effect, and notes its name.
    pub(super) fn without_effect<T: Part>(&mut self, name: &'static str) -> Result<(), Fault> {
        if self.optional::<T>(name)?.is_some() && !self.unused.contains(&name) {
            self.unused.push(name);
        }
        Ok(())
    }

    /// Refuses what would change the meaning of the rest.
    pub(super) fn not_supported(&mut self, name: &'static str) -> Result<(), Fault> {
        match self.next(name) {
            Some(_) => Err(Fault::NotSupported(name)),
            None => Ok(()),
        }
    }

    /// The names that had no effect so far.
    pub(super) fn unused(&mut self) -> &mut Unused {
        self.unused
    }

    /// Refuses what is left.
    pub(super) fn finish(self) -> Result<(), Fault> {
        if self.children.is_empty() {
            Ok(())
        } else {
            Err(Fault::Unexpected(self.name))
        }
    }

    /// Why none of a choice was found: nothing is there, or something else.
    pub(super) fn none_of(&self, choice: &'static str) -> Fault {
        if self.children.is_empty() {
            return Fault::Missing {
                within: self.name,
                name: choice,
            };
        }
        Fault::Unexpected(self.name)
    }

    /// What is missing; or, if it stands elsewhere, is not where the schema has it.
    pub(super) fn missing(&self, name: &'static str) -> Fault {
        if self.children.iter().any(|child| child.is(self.space, name)) {
            return Fault::Unexpected(self.name);
        }
        Fault::Missing {
            within: self.name,
            name,
        }
    }
}
