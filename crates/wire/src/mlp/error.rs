//! Why an answer is not believed.

use std::fmt;

/// Why a document yields no answer. No variant carries anything that was read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum MlpError {
    /// It is longer than [`super::BYTES_MAX`].
    TooLong,
    /// Its elements are nested too deeply.
    TooDeep,
    /// It has too many elements, or too many attributes on one.
    TooMany,
    /// It is in an encoding that is neither UTF-8 nor ISO-8859-1.
    Encoding,
    /// It uses an entity that XML itself does not define.
    Entity,
    /// It is not well-formed XML.
    Malformed,
    /// It is XML, but no document that the protocol gives as an answer.
    NotAnAnswer,
    /// An element that the answer needs is missing; this is its name.
    Missing(&'static str),
    /// A result code is no number.
    Resid,
    /// A request id is empty, or longer than any server needs.
    RequestId,
    /// It is about another subscriber, or does not say whom it is about.
    WrongSubscriber,
    /// It holds positions that contradict each other.
    Disagreement,
    /// Coordinates are in another system than WGS 84.
    CoordinateSystem,
    /// A coordinate cannot be read.
    Coordinate,
    /// A length or an angle cannot be read, or is in an unknown unit.
    Measure,
    /// A shape is unknown, or impossible.
    Shape,
    /// A time cannot be read.
    Time,
    /// A position is from the future by more than a minute.
    FutureTime,
    /// A position is hours old although the current one was asked for.
    StaleTime,
}

impl MlpError {
    /// A stable word for logs and metrics.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::TooDeep => "too-deep",
            Self::TooMany => "too-many-elements",
            Self::Encoding => "encoding",
            Self::Entity => "entity",
            Self::Malformed => "malformed",
            Self::NotAnAnswer => "not-an-answer",
            Self::Missing(_) => "missing-element",
            Self::Resid => "result-code",
            Self::RequestId => "request-id",
            Self::WrongSubscriber => "wrong-subscriber",
            Self::Disagreement => "disagreement",
            Self::CoordinateSystem => "coordinate-system",
            Self::Coordinate => "coordinate",
            Self::Measure => "measure",
            Self::Shape => "shape",
            Self::Time => "time",
            Self::FutureTime => "future-time",
            Self::StaleTime => "stale-time",
        }
    }
}

impl fmt::Display for MlpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::TooLong => "expected an answer of at most 64 KiB, found a longer one",
            Self::TooDeep => "expected elements at most 32 deep, found deeper ones",
            Self::TooMany => "expected at most 2,000 elements with 32 attributes each, found more",
            Self::Encoding => "expected UTF-8 or ISO-8859-1, found another encoding",
            Self::Entity => "expected only the entities of XML itself, found another",
            Self::Malformed => "expected well-formed XML, found something else",
            Self::NotAnAnswer => "expected an answer of the Mobile Location Protocol, found another document",
            Self::Missing(name) => return write!(f, "expected the element or attribute `{name}`, found none"),
            Self::Resid => "expected a result code, found something else",
            Self::RequestId => "expected a request id of 1 to 128 characters, found another",
            Self::WrongSubscriber => "expected an answer about the asked number, found another subscriber",
            Self::Disagreement => "expected one position, found several that contradict each other",
            Self::CoordinateSystem => "expected coordinates in WGS 84, found another system",
            Self::Coordinate => "expected a latitude and a longitude, found something else",
            Self::Measure => "expected a length in metres or an angle in degrees, found something else",
            Self::Shape => "expected a shape that holds a position, found something else",
            Self::Time => "expected a time as `yyyyMMddhhmmss` with its offset, found something else",
            Self::FutureTime => "expected a position from the past, found one from the future",
            Self::StaleTime => "expected a current position, found one that is hours old",
        };
        f.write_str(words)
    }
}

impl std::error::Error for MlpError {}
