//! The two journals of a chain of gateways against each other: what a hub passed on, and what the home has as brought by
//! it. Each operator writes down its own side in a file and compares with the other's. A line names an ask by the hash of
//! what its recipient signed, which both have, and by which a hub knows whom it is about: so the home's file does not say
//! what became of it, and the hub's not what it did not pass on.

mod side;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::BufRead;

use domain::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

pub use side::{Side, write};

use super::RecordsError;
use super::book::Book;

/// What such a file calls itself.
pub const WHAT: &str = "wayleave chain ledger";
/// The form of its lines.
pub const VERSION: u32 = 1;
/// The longest line that is read, in bytes.
const LINE_BYTES_MAX: usize = 4096;

/// Which end of the chain a file is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// The gateway that passes on.
    Hub,
    /// The gateway that is home to the numbers.
    Home,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`WHAT`].
    pub what: String,
    /// [`VERSION`].
    pub v: u32,
    /// Which end wrote it.
    pub role: Role,
    /// The issuer of the gateway that wrote it.
    pub gateway: String,
    /// When, RFC 3339.
    pub made: String,
    /// How many entries its journal had.
    pub size: u64,
}

/// One ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// SHA-256 of what its recipient signed, in hexadecimal.
    pub letter: String,
    /// When it was asked, RFC 3339.
    pub at: String,
    /// When the hub had it answered; absent while it is open, and in a home's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// How: by a hub the kind of the entry that ended it, or `open`; by a home `ended`, `abandoned` or `open`, since a hub
    /// that reads *refused* would know whom somebody refuses.
    pub end: String,
    /// Whether it reached the home: by the hub, whether it was passed on; by the home always.
    pub reached: Reached,
    /// Who asked.
    pub recipient: String,
    /// What for.
    pub purpose: String,
    /// The class of the question.
    pub question: String,
}

/// Whether an ask reached the home.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reached {
    /// It did.
    Yes,
    /// It may have: no answer came.
    Perhaps,
    /// It was not passed on.
    No,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The hub had an answer to it, and the home has no entry of it.
    HubOnly(Line),
    /// The home has it as brought by the hub, and the hub has no entry of it.
    HomeOnly(Line),
    /// The home has it as brought by the hub, and the hub says that it did not pass it on.
    NotPassedOn(Line),
    /// The hub had an answer to it, and the home's journal has no end of it.
    NoEnd(Line),
    /// The two say different things of it: who asked, what for, or what.
    Otherwise(Line, Line),
    /// The two have it at different times.
    Time(Line, Line),
}

/// What was compared.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Compared {
    /// How many asks the hub passed on, or may have.
    pub hub: u64,
    /// How many the home has as brought by it.
    pub home: u64,
    /// How many are in both.
    pub both: u64,
    /// Asks that had no answer at the hub and are not at the home: they may not have reached it.
    pub unsure: u64,
    /// Questions for consents, and after them, of which the home has no entry of this kind.
    pub questions: u64,
    /// Asks that are younger than the other's file.
    pub later: u64,
    /// How many differences there are.
    pub differences: u64,
}

/// Whose file is expected, and how old it may be.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The issuer of the other end.
    pub gateway: &'a str,
    /// Now.
    pub now: Timestamp,
}

/// So old a file may be where nothing else says up to when it counts: everything younger is *later*, and not compared.
const AGE_MAX: Span = Span::seconds(86_400);

impl Expected<'_> {
    /// Whether the file is the expected gateway's, and young enough for these bounds.
    fn check(&self, header: &Header, made: Timestamp, bounds: &Bounds) -> Result<(), RecordsError> {
        if header.gateway != self.gateway {
            let want = format!("expected the file of {}, found another's", self.gateway);
            return Err(RecordsError::Line(1, want));
        }
        let reaches = bounds.to.is_some_and(|to| to <= made);
        if !reaches && made.after(AGE_MAX) < self.now {
            let want = "expected a file of the last day, or `--to` and a time before it was made, found an older one";
            return Err(RecordsError::Line(1, want.to_owned()));
        }
        Ok(())
    }
}

/// What bounds a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How far the two clocks may be apart.
    pub tolerance: Span,
    /// Only what was asked from this time on.
    pub from: Option<Timestamp>,
    /// Only what was asked before.
    pub to: Option<Timestamp>,
}

/// Compares the journal's side with the other's file; each difference is handed to `each`.
///
/// # Errors
/// When the journal does not verify, or the file is no such file of the other end.
pub fn compare(
    book: &Book,
    side: &Side,
    other: &mut dyn BufRead,
    (bounds, expected): (&Bounds, &Expected<'_>),
    each: &mut dyn FnMut(&Difference),
) -> Result<(Header, Compared), RecordsError> {
    let mut own = HashMap::new();
    side.each(book, &mut |line| keep(&mut own, line))?;
    let (header, theirs) = read(other, side.role())?;
    let made = time(&header.made).ok_or_else(|| unfit(1, "when it was made, RFC 3339"))?;
    expected.check(&header, made, bounds)?;
    let (hub, home) = match side.role() {
        Role::Hub => (own, theirs),
        Role::Home => (theirs, own),
    };
    let compared = Both { bounds, made }.collate(&hub, &home, each);
    Ok((header, compared))
}

fn sorted(lines: &HashMap<String, Line>) -> Vec<&Line> {
    let mut sorted: Vec<&Line> = lines.values().collect();
    sorted.sort_by(|one, other| (&one.at, &one.letter).cmp(&(&other.at, &other.letter)));
    sorted
}

/// Of several entries of one ask the one counts that got furthest, and of those one without an end: whoever carries an ask
/// can have it refused at first, and must hide nothing by that.
fn keep(lines: &mut HashMap<String, Line>, line: Line) {
    let reach = |line: &Line| match line.reached {
        Reached::No => 0,
        Reached::Perhaps => 1,
        Reached::Yes => 2,
    };
    let weight = |line: &Line| (reach(line), has_no_end(line));
    match lines.entry(line.letter.clone()) {
        Entry::Occupied(mut known) if weight(&line) > weight(known.get()) => drop(known.insert(line)),
        Entry::Occupied(_) => {}
        Entry::Vacant(place) => drop(place.insert(line)),
    }
}

fn has_no_end(line: &Line) -> bool {
    matches!(line.end.as_str(), "open" | "abandoned")
}

/// What holds for each line.
struct Both<'a> {
    bounds: &'a Bounds,
    /// When the other's file was made.
    made: Timestamp,
}

impl Both<'_> {
    fn collate(
        &self,
        hub: &HashMap<String, Line>,
        home: &HashMap<String, Line>,
        each: &mut dyn FnMut(&Difference),
    ) -> Compared {
        let mut compared = Compared::default();
        for line in sorted(hub) {
            self.look_at_hub(line, home.get(&line.letter), &mut compared, each);
        }
        for line in sorted(home) {
            self.look_at_home(line, hub.get(&line.letter), &mut compared, each);
        }
        compared
    }

    fn covers(&self, line: &Line) -> bool {
        let at = time(&line.at);
        let from = |from| at.is_some_and(|at| at >= from);
        let to = |to| at.is_some_and(|at| at < to);
        self.bounds.from.is_none_or(from) && self.bounds.to.is_none_or(to)
    }

    /// Whether the other may not have known of it when its file was made.
    fn is_later(&self, line: &Line) -> bool {
        let known = time(line.ended.as_ref().unwrap_or(&line.at));
        known.is_none_or(|known| known.after(self.bounds.tolerance) > self.made)
    }

    fn look_at_hub(&self, hub: &Line, home: Option<&Line>, compared: &mut Compared, each: &mut dyn FnMut(&Difference)) {
        if !self.covers(hub) {
            return;
        }
        let mut note = |difference: Difference| {
            compared.differences += 1;
            each(&difference);
        };
        match (hub.reached, home) {
            (Reached::No, None) => return,
            (Reached::No, Some(home)) => note(Difference::NotPassedOn(home.clone())),
            (Reached::Yes, Some(home)) if has_no_end(home) && !self.is_later(hub) => {
                note(Difference::NoEnd(hub.clone()));
            }
            (_, Some(home)) if says(home) != says(hub) => note(Difference::Otherwise(hub.clone(), home.clone())),
            (_, Some(home)) if !self.fits(hub, home) => note(Difference::Time(hub.clone(), home.clone())),
            (_, Some(_)) => compared.both += 1,
            (_, None) if !matches!(hub.question.as_str(), "retrieve" | "verify") => compared.questions += 1,
            (_, None) if self.is_later(hub) => compared.later += 1,
            (Reached::Perhaps, None) => compared.unsure += 1,
            (Reached::Yes, None) => note(Difference::HubOnly(hub.clone())),
        }
        compared.hub += 1;
    }

    fn look_at_home(
        &self,
        home: &Line,
        hub: Option<&Line>,
        compared: &mut Compared,
        each: &mut dyn FnMut(&Difference),
    ) {
        if !self.covers(home) {
            return;
        }
        compared.home += 1;
        if hub.is_some() {
            return;
        }
        if self.is_later(home) {
            compared.later += 1;
            return;
        }
        compared.differences += 1;
        each(&Difference::HomeOnly(home.clone()));
    }

    /// The home has it after the hub asked and before the hub had its answer, as far as the clocks agree.
    fn fits(&self, hub: &Line, home: &Line) -> bool {
        let (Some(asked), Some(at)) = (time(&hub.at), time(&home.at)) else {
            return false;
        };
        let ended = hub.ended.as_ref().and_then(|ended| time(ended));
        at.after(self.bounds.tolerance) >= asked && ended.is_none_or(|ended| ended.after(self.bounds.tolerance) >= at)
    }
}

fn says(line: &Line) -> (&str, &str, &str) {
    (&line.recipient, &line.purpose, &line.question)
}

fn time(text: &str) -> Option<Timestamp> {
    Timestamp::from_rfc3339(text)
}

fn unfit(line: u64, want: &str) -> RecordsError {
    RecordsError::Line(line, format!("expected {want}, found another"))
}

/// Reads the other's file, which must be of the other end.
fn read(other: &mut dyn BufRead, own: Role) -> Result<(Header, HashMap<String, Line>), RecordsError> {
    let mut lines = HashMap::new();
    let mut header = None;
    let mut number = 0;
    loop {
        let mut text = String::new();
        let limit = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
        let read = std::io::Read::take(&mut *other, limit).read_line(&mut text);
        number += 1;
        match read {
            Ok(0) => break,
            Ok(_) if text.ends_with('\n') => {}
            _ => {
                return Err(unfit(
                    number,
                    "a line of JSON in UTF-8 of at most 4096 bytes, with its end",
                ));
            }
        }
        if header.is_none() {
            let first: Header =
                serde_json::from_str(&text).map_err(|_| unfit(1, "the first line of a chain ledger"))?;
            if first.what != WHAT || first.v != VERSION {
                return Err(unfit(1, "a chain ledger of version 1"));
            }
            if first.role == own {
                return Err(unfit(1, "the file of the other end"));
            }
            header = Some(first);
            continue;
        }
        let line: Line = serde_json::from_str(&text).map_err(|_| unfit(number, "a line about one ask"))?;
        if time(&line.at).is_none() {
            return Err(unfit(number, "`at` as RFC 3339"));
        }
        keep(&mut lines, line);
    }
    let header = header.ok_or_else(|| unfit(1, "the first line of a chain ledger"))?;
    Ok((header, lines))
}

#[cfg(test)]
mod tests;
