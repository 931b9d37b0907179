//! A parsed document, and the visitor that builds it while it counts levels and looks for fields that come twice.

use std::cell::RefCell;
use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::error::{ParseError, plain_name};

/// A JSON value. It prints its kind only.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// Any number.
    Number(serde_json::Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// An object: its fields in the order in which they came, each name once.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The kind of thing it is, as an error names it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(boolean) => Self::Bool(boolean),
            Value::Number(number) => Self::Number(number),
            Value::Text(text) => Self::String(text),
            Value::List(items) => items.into_iter().map(Self::from).collect(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (name, Self::from(value)))
                .collect(),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({})", self.kind())
    }
}

/// Levels that a value read through serde may nest, as in the parts of a signed token.
const DEPTH_IN_TOKENS_MAX: usize = 6;

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fault = RefCell::new(None);
        Seed {
            left: DEPTH_IN_TOKENS_MAX,
            fault: &fault,
        }
        .deserialize(deserializer)
    }
}

pub(super) fn parse(bytes: &[u8], depth_max: usize) -> Result<Value, ParseError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ParseError::new("JSON in UTF-8", "bytes that are not UTF-8"))?;
    if text.trim_ascii().is_empty() {
        return Err(ParseError::new("a JSON document", "nothing"));
    }
    let fault = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Seed {
        left: depth_max,
        fault: &fault,
    }
    .deserialize(&mut deserializer)
    .map_err(|_| {
        fault
            .take()
            .unwrap_or_else(|| ParseError::new("a JSON document", "text that is not JSON"))
    })?;
    deserializer
        .end()
        .map_err(|_| ParseError::new("the end of the document", "more text after it"))?;
    Ok(value)
}

/// Builds one value. What serde's own error cannot carry without repeating the input is left in `fault`.
struct Seed<'a> {
    left: usize,
    fault: &'a RefCell<Option<ParseError>>,
}

impl Seed<'_> {
    /// The seed for what lies one level further in.
    fn inner<E: serde::de::Error>(&self) -> Result<Self, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Seed {
                left,
                fault: self.fault,
            }),
            None => Err(self.fail(ParseError::new("less nesting", "a value that nests too deep"))),
        }
    }

    fn again(&self) -> Self {
        Seed {
            left: self.left,
            fault: self.fault,
        }
    }

    fn fail<E: serde::de::Error>(&self, error: ParseError) -> E {
        self.fault.replace(Some(error));
        E::custom("refused")
    }

    /// A fault that was found further in, told with the path through `name` or `index`.
    fn lift<E>(&self, error: E, lift: impl FnOnce(ParseError) -> ParseError) -> E {
        let found = self.fault.take();
        self.fault.replace(found.map(lift));
        error
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        serde_json::Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inner::<A::Error>()?;
        let mut list = Vec::new();
        while let Some(item) = items
            .next_element_seed(inner.again())
            .map_err(|error| self.lift(error, |fault| fault.under_item(list.len())))?
        {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let inner = self.inner::<A::Error>()?;
        let mut object: Vec<(String, Value)> = Vec::new();
        while let Some(name) = fields.next_key::<String>()? {
            if object.iter().any(|(known, _)| *known == name) {
                let error = ParseError::new("the field once", "the field twice");
                return Err(self.fail(error.under_field(plain_name(&name))));
            }
            if object.len() >= FIELDS_MAX {
                return Err(self.fail(ParseError::new("fewer fields", "an object with too many fields")));
            }
            let value = fields
                .next_value_seed(inner.again())
                .map_err(|error| self.lift(error, |fault| fault.under_field(plain_name(&name))))?;
            object.push((name, value));
        }
        Ok(Value::Object(object))
    }
}

/// How many fields one object may have. Looking for a name that comes twice compares with all before it, so that a
/// flood of names must not make that slow.
const FIELDS_MAX: usize = 128;
