//! The order itself: who orders whom to tell what, about which numbers, from when until when. Reading is strict, since
//! whoever wrote a field that is not known here meant something by it.

use std::fmt;

use domain::geo::Metres;
use domain::id::PartyId;
use domain::number::Msisdn;
use domain::time::{Span, Timestamp};

use crate::json::{self, DEPTH_MAX, Fields, Node, ParseError};

/// The longest order, in bytes of JSON.
pub const BYTES_MAX: usize = 64 * 1024;

/// The most tasks of one order.
pub const TASKS_MAX: usize = 20;

/// The coarsest precision that is ordered, in metres.
const PRECISION_METRES_MAX: i64 = 100_000;

/// The longest interval between two positions, in seconds: a week.
const INTERVAL_SECONDS_MAX: i64 = 604_800;

/// A court's order, as it was signed.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Order {
    /// The court.
    pub court: PartyId,
    /// The court's own reference of the case: 1 to 64 characters.
    pub case: String,
    /// What kind of order it is, a word such as `warrant`: small letters and `-`, 1 to 32 characters. Which kind covers
    /// which data is not decided here.
    pub kind: String,
    /// The agency that is told.
    pub agency: PartyId,
    /// Whose law it is under: two capital letters (ISO 3166-1).
    pub jurisdiction: [u8; 2],
    /// When it was issued.
    pub issued: Timestamp,
    /// From when on it counts.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// What is to be told: 1 to [`TASKS_MAX`].
    pub tasks: Vec<Task>,
    /// Until when it is kept from the person.
    pub seal: Option<Seal>,
}

/// One thing to be told.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Task {
    /// Whose phone.
    pub number: Msisdn,
    /// What about it.
    pub data: TaskData,
    /// How exactly, in whole metres.
    pub precision: Metres,
    /// How often; `None` is once.
    pub interval: Option<Span>,
    /// From when on, not before the order.
    pub from: Timestamp,
    /// Until when, not after the order.
    pub to: Timestamp,
}

/// What an order can ask for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TaskData {
    /// Where the phone is.
    Location,
}

/// That the person is not told yet.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Seal {
    /// Until when; then the person is told.
    pub until: Timestamp,
    /// Why: 1 to 500 characters.
    pub reason: String,
}

/// Why a text is no order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderError {
    /// It is longer than [`BYTES_MAX`].
    TooLong {
        /// How many bytes there are.
        found: usize,
    },
    /// It is not the JSON of an order.
    Malformed(ParseError),
    /// It is to be kept from the person, and does not say until which date.
    SealWithoutEnd,
    /// The seal ends before the order was issued.
    SealEndsBeforeIssue,
    /// It ends before it begins, or when it begins; the order, or its task with this number from 0.
    Backwards(Option<usize>),
    /// It lasts longer than any time that is reckoned with, about 136 years.
    TooLongASpan,
    /// A task begins before the order or ends after it.
    TaskOutside {
        /// Which task, from 0.
        task: usize,
    },
}

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    /// If it is no JSON of an order, has fields that are not known, or its times do not fit together.
    pub fn parse(bytes: &[u8]) -> Result<Self, OrderError> {
        if bytes.len() > BYTES_MAX {
            return Err(OrderError::TooLong { found: bytes.len() });
        }
        let (order, seal) = json::parse(bytes, DEPTH_MAX)?.object(|fields| {
            version(fields.required("v")?)?;
            let seal = read_seal(fields.required("seal")?)?;
            Ok((Self::take(fields)?, seal))
        })?;
        let order = Self {
            seal: seal.map(SealRead::ended).transpose()?,
            ..order
        };
        order.check()?;
        Ok(order)
    }

    fn take(fields: &mut Fields) -> Result<Self, ParseError> {
        Ok(Self {
            court: party(fields.required("court")?)?,
            case: fields
                .required("case")?
                .parsed("a text of 1 to 64 characters", |text| plain_text(text, 64))?,
            kind: fields
                .required("kind")?
                .parsed("a word of 1 to 32 small letters and `-`", word)?,
            agency: party(fields.required("agency")?)?,
            jurisdiction: fields
                .required("jurisdiction")?
                .parsed("two capital letters", jurisdiction)?,
            issued: time(fields.required("issued")?)?,
            from: time(fields.required("from")?)?,
            to: time(fields.required("to")?)?,
            tasks: fields.required("tasks")?.list(1..=TASKS_MAX, Task::read)?,
            seal: None,
        })
    }

    fn check(&self) -> Result<(), OrderError> {
        if self.from >= self.to {
            return Err(OrderError::Backwards(None));
        }
        let seconds = self.to.unix_seconds().saturating_sub(self.from.unix_seconds());
        u32::try_from(seconds.saturating_add(1)).map_err(|_| OrderError::TooLongASpan)?;
        for (index, task) in self.tasks.iter().enumerate() {
            if task.from >= task.to {
                return Err(OrderError::Backwards(Some(index)));
            }
            if task.from < self.from || task.to > self.to {
                return Err(OrderError::TaskOutside { task: index });
            }
        }
        match &self.seal {
            Some(seal) if seal.until <= self.issued => Err(OrderError::SealEndsBeforeIssue),
            _ => Ok(()),
        }
    }
}

impl Task {
    fn read(node: Node) -> Result<Self, ParseError> {
        node.object(|fields| {
            let precision = fields.required("precisionMetres")?.integer(1..=PRECISION_METRES_MAX)?;
            let interval = fields.required("intervalSeconds")?.not_null();
            let interval = interval
                .map(|node| node.integer(1..=INTERVAL_SECONDS_MAX))
                .transpose()?;
            Ok(Self {
                number: fields
                    .required("number")?
                    .parsed("a number in E.164 form, with `+`", Msisdn::parse)?,
                data: fields
                    .required("data")?
                    .parsed("location", |text| (text == "location").then_some(TaskData::Location))?,
                precision: Metres::whole(u32::try_from(precision).unwrap_or(u32::MAX)),
                interval: interval.map(|seconds| Span::seconds(u32::try_from(seconds).unwrap_or(u32::MAX))),
                from: time(fields.required("from")?)?,
                to: time(fields.required("to")?)?,
            })
        })
    }
}

/// A seal as it stands there, perhaps without an end.
struct SealRead {
    until: Option<Timestamp>,
    reason: String,
}

impl SealRead {
    fn ended(self) -> Result<Seal, OrderError> {
        let until = self.until.ok_or(OrderError::SealWithoutEnd)?;
        Ok(Seal {
            until,
            reason: self.reason,
        })
    }
}

fn read_seal(node: Node) -> Result<Option<SealRead>, ParseError> {
    let read = |fields: &mut Fields| {
        // Whatever stands here instead of a date, such as "until further notice", is no end.
        let until = fields.optional("until").and_then(Node::not_null).map(Node::text);
        let reason = fields.required("reason")?;
        Ok(SealRead {
            until: until.transpose()?.and_then(|text| Timestamp::from_rfc3339(&text)),
            reason: reason.parsed("a text of 1 to 500 characters", |text| plain_text(text, 500))?,
        })
    };
    node.not_null().map(|node| node.object(read)).transpose()
}

fn version(node: Node) -> Result<(), ParseError> {
    node.integer(1..=1).map(|_| ())
}

fn party(node: Node) -> Result<PartyId, ParseError> {
    node.parsed("the id of a party", |text| text.parse().ok())
}

fn time(node: Node) -> Result<Timestamp, ParseError> {
    node.parsed("a date and time with its offset", Timestamp::from_rfc3339)
}

fn plain_text(text: &str, characters_max: usize) -> Option<String> {
    let fits = (1..=characters_max).contains(&text.chars().count());
    (fits && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn word(text: &str) -> Option<String> {
    let fits = (1..=32).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    fits.then(|| text.to_owned())
}

fn jurisdiction(text: &str) -> Option<[u8; 2]> {
    let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
    letters.iter().all(u8::is_ascii_uppercase).then_some(letters)
}

impl From<ParseError> for OrderError {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { found } => write!(f, "expected an order of at most {BYTES_MAX} bytes, found {found}"),
            Self::Malformed(error) => error.fmt(f),
            Self::SealWithoutEnd => f.write_str("expected a seal that ends on a date, found one without an end"),
            Self::SealEndsBeforeIssue => {
                f.write_str("expected a seal that ends after the order was issued, found one that ends before")
            }
            Self::Backwards(None) => f.write_str("expected `to` after `from`, found it before or at the same time"),
            Self::Backwards(Some(task)) => write!(
                f,
                "expected `to` after `from` in `tasks[{task}]`, found it before or at the same time"
            ),
            Self::TooLongASpan => f.write_str("expected an order of at most 136 years, found a longer one"),
            Self::TaskOutside { task } => write!(
                f,
                "expected `tasks[{task}]` within the order's own times, found it outside"
            ),
        }
    }
}

impl std::error::Error for OrderError {}

impl fmt::Debug for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The case and the numbers are not for a log.
        f.debug_struct("Order")
            .field("court", &self.court)
            .field("kind", &self.kind)
            .field("agency", &self.agency)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("tasks", &self.tasks.len())
            .field("sealed", &self.seal.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Task(…)")
    }
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seal")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
