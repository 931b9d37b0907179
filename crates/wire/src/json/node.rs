//! Reading a parsed document: each value is taken by name and type, and a field that nobody took is refused.

use std::ops::RangeInclusive;

use super::error::{ParseError, plain_name};
use super::tree::Value;

/// Where a node stands in what encloses it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Whole,
    Field(&'static str),
    Item(usize),
}

/// One value of a document, with its place, waiting to be read as what it should be.
#[derive(Debug)]
#[must_use]
pub struct Node {
    step: Step,
    value: Value,
}

impl Node {
    /// The node of a whole document.
    pub const fn whole(value: Value) -> Self {
        Self {
            step: Step::Whole,
            value,
        }
    }

    /// Reads an object. `read` takes the fields that it knows; any other is refused.
    ///
    /// # Errors
    /// If it is no object, if `read` fails, or if a field is left over.
    pub fn object<T>(self, read: impl FnOnce(&mut Fields) -> Result<T, ParseError>) -> Result<T, ParseError> {
        self.fields(|fields| {
            let read = read(fields)?;
            match fields.0.first() {
                None => Ok(read),
                Some((name, _)) => {
                    Err(ParseError::new("no such field", "an unknown field").under_field(plain_name(name)))
                }
            }
        })
    }

    /// Reads an object of which others may have added fields that do not concern this reader.
    ///
    /// # Errors
    /// If it is no object, or if `read` fails.
    pub fn open_object<T>(self, read: impl FnOnce(&mut Fields) -> Result<T, ParseError>) -> Result<T, ParseError> {
        self.fields(read)
    }

    fn fields<T>(self, read: impl FnOnce(&mut Fields) -> Result<T, ParseError>) -> Result<T, ParseError> {
        let step = self.step;
        match self.value {
            Value::Object(fields) => read(&mut Fields(fields)),
            other => Err(ParseError::new("an object", other.kind())),
        }
        .map_err(|error| step.around(error))
    }

    /// Reads a list with so many items, each by `read`.
    ///
    /// # Errors
    /// If it is no list, too short or too long, or if `read` fails for an item.
    pub fn list<T>(
        self,
        lengths: RangeInclusive<usize>,
        mut read: impl FnMut(Node) -> Result<T, ParseError>,
    ) -> Result<Vec<T>, ParseError> {
        let step = self.step;
        let want = || format!("a list of {} to {} items", lengths.start(), lengths.end());
        match self.value {
            Value::List(items) if lengths.contains(&items.len()) => items
                .into_iter()
                .enumerate()
                .map(|(index, value)| {
                    read(Node {
                        step: Step::Item(index),
                        value,
                    })
                })
                .collect(),
            Value::List(_) => Err(ParseError::new(want(), "a list of another length")),
            other => Err(ParseError::new(want(), other.kind())),
        }
        .map_err(|error| step.around(error))
    }

    /// Reads a text.
    ///
    /// # Errors
    /// If it is none.
    pub fn text(self) -> Result<String, ParseError> {
        match self.value {
            Value::Text(text) => Ok(text),
            other => Err(self.step.around(ParseError::new("a text", other.kind()))),
        }
    }

    /// Reads a text that `parse` understands; `want` says what that is.
    ///
    /// # Errors
    /// If it is no text, or `parse` gives `None`.
    pub fn parsed<T>(self, want: &'static str, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, ParseError> {
        match &self.value {
            Value::Text(text) => parse(text).ok_or_else(|| ParseError::new(want, "another text")),
            other => Err(ParseError::new(want, other.kind())),
        }
        .map_err(|error| self.step.around(error))
    }

    /// The same node, or `None` where `null` stands, for fields that must be there and may say "nothing".
    #[must_use]
    pub fn not_null(self) -> Option<Self> {
        (!matches!(self.value, Value::Null)).then_some(self)
    }

    /// Reads a whole number in `range`. A number that is written with a fraction or an exponent is none.
    ///
    /// # Errors
    /// If it is no number, not whole, or outside the range.
    pub fn integer(self, range: RangeInclusive<i64>) -> Result<i64, ParseError> {
        let found = match &self.value {
            Value::Number(number) => match number.as_i64() {
                Some(integer) if range.contains(&integer) => return Ok(integer),
                Some(_) => "a number outside that range",
                None => "a number that is not whole, or too large",
            },
            other => other.kind(),
        };
        let want = format!("a whole number from {} to {}", range.start(), range.end());
        Err(self.step.around(ParseError::new(want, found)))
    }

    /// Reads a finite number in `range`.
    ///
    /// # Errors
    /// If it is no number, or outside the range.
    pub fn number(self, range: RangeInclusive<f64>) -> Result<f64, ParseError> {
        let found = match &self.value {
            Value::Number(number) => match number.as_f64() {
                Some(number) if range.contains(&number) => return Ok(number),
                _ => "a number outside that range",
            },
            other => other.kind(),
        };
        let want = format!("a number from {} to {}", range.start(), range.end());
        Err(self.step.around(ParseError::new(want, found)))
    }

    /// Reads `true` or `false`.
    ///
    /// # Errors
    /// If it is neither.
    pub fn boolean(self) -> Result<bool, ParseError> {
        match self.value {
            Value::Boolean(boolean) => Ok(boolean),
            other => Err(self.step.around(ParseError::new("true or false", other.kind()))),
        }
    }

    /// Whether it is an object with this field, for documents of two forms.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        matches!(&self.value, Value::Object(fields) if fields.iter().any(|(known, _)| known == name))
    }

    /// Whether it is an object in which this field is this text, for lists of documents of several kinds.
    #[must_use]
    pub fn is_text_at(&self, name: &str, text: &str) -> bool {
        let same = |value: &Value| matches!(value, Value::Text(found) if found == text);
        matches!(&self.value, Value::Object(fields) if fields.iter().any(|(known, value)| known == name && same(value)))
    }

    /// Whether it is an object, for fields that may be one or a text.
    #[must_use]
    pub const fn is_object(&self) -> bool {
        matches!(self.value, Value::Object(_))
    }

    /// The same value as `serde_json` has it, for whoever hands a part of a document on as it is.
    #[must_use]
    pub fn into_value(self) -> serde_json::Value {
        self.value.into()
    }

    /// Whether it is a list, for fields that may be one text or several.
    #[must_use]
    pub const fn is_list(&self) -> bool {
        matches!(self.value, Value::List(_))
    }
}

impl Step {
    /// The error as the enclosing value tells it.
    fn around(self, error: ParseError) -> ParseError {
        match self {
            Self::Whole => error,
            Self::Field(name) => error.under_field(name),
            Self::Item(index) => error.under_item(index),
        }
    }
}

/// The fields of an object that nobody has taken yet.
#[derive(Debug)]
pub struct Fields(Vec<(String, Value)>);

impl Fields {
    /// Takes a field that must be there.
    ///
    /// # Errors
    /// If it is not.
    pub fn required(&mut self, name: &'static str) -> Result<Node, ParseError> {
        self.optional(name)
            .ok_or_else(|| ParseError::new("the field", "nothing").under_field(name))
    }

    /// Takes a field that may be there. `null` is not the same as nothing, and is left for the reader to refuse.
    pub fn optional(&mut self, name: &'static str) -> Option<Node> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.0.swap_remove(index);
        Some(Node {
            step: Step::Field(name),
            value,
        })
    }

    /// Whether a field is there that was not taken yet.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// Whether a field that was not taken yet is this text, for documents of several forms.
    #[must_use]
    pub fn is_text(&self, name: &str, text: &str) -> bool {
        let same = |value: &Value| matches!(value, Value::Text(found) if found == text);
        self.0.iter().any(|(known, value)| known == name && same(value))
    }

    /// Whether there is no field left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
