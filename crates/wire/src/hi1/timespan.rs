//! From when until when an authorisation, a document or a task holds.

use domain::time::Timestamp;

use super::fault::Fault;
use super::fields::Fields;
use super::page::Page;
use super::space::Space;

/// A span of time; an end that is not given is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Timespan {
    /// Its first moment, in whole seconds.
    pub start: Option<Timestamp>,
    /// Its end, in whole seconds. Whether that lies after the start is not looked at here.
    pub end: Option<Timestamp>,
}

impl Timespan {
    /// Reads a span whose ends are named in `space`.
    pub(super) fn read(fields: &mut Fields, name: &'static str, space: Space) -> Result<Option<Self>, Fault> {
        let Some(element) = fields.next(name) else {
            return Ok(None);
        };
        let mut ends = Fields::of(element, space, name, fields.unused())?;
        let span = Self {
            start: ends.optional("StartTime")?,
            end: ends.optional("EndTime")?,
        };
        ends.finish()?;
        Ok(Some(span))
    }

    /// Prints what stands in a span, its ends named in `space`.
    pub(super) fn print(&self, page: &mut Page, space: Space) {
        page.put_all(space, "StartTime", &self.start);
        page.put_all(space, "EndTime", &self.end);
    }
}
