//! JSON as every body and every part of a token is read.

use serde_json::Value as Other;
use wire::json::{self, DEPTH_MAX, ParseError, Value};

use crate::input::{count, depth, other_reader};

/// Levels that the reader of tokens allows.
const DEPTH_IN_TOKENS: usize = 6;

pub(crate) fn run(data: &[u8]) {
    match json::parse(data, DEPTH_MAX) {
        Ok(_) => assert!(depth(&other_reader(data)) <= DEPTH_MAX, "nests deeper than allowed"),
        Err(error) => repeats_no_value(&error),
    }
    let read = serde_json::from_slice::<Value>(data);
    assert_eq!(
        read.is_ok(),
        json::parse(data, DEPTH_IN_TOKENS).is_ok(),
        "two ways to one reader"
    );
    if let Ok(value) = read {
        let other = other_reader(data);
        assert!(depth(&other) <= DEPTH_IN_TOKENS);
        assert_eq!(size(&value), count(&other), "a field that comes twice was accepted");
        let printed = print(&value);
        let again: Value = serde_json::from_str(&printed).expect("what was printed can be read");
        assert!(again == value, "print and parse are no inverses");
    }
}

/// An error names places by plain words only: a stranger's field name could be a number or a position.
pub(crate) fn repeats_no_value(error: &ParseError) {
    for step in error.at.split(['.', '[', ']']).filter(|step| !step.is_empty()) {
        let index = step.len() <= 6 && step.bytes().all(|byte| byte.is_ascii_digit());
        let plain = step.len() <= 40
            && step
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b'-');
        let known = ["x5t#S256", "ipv4Address", "ipv6Address", "…"].contains(&step);
        assert!(index || plain || known, "the error's path repeats what was read");
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Object(fields) => fields.iter().map(|(_, value)| size(value)).sum(),
        _ => 0,
    }
}

/// The document as text, its fields in the order in which they came.
fn print(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => Other::from(text.as_str()).to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(print).collect::<Vec<_>>().join(",")),
        Value::Object(fields) => {
            let field = |(name, value): &(String, Value)| format!("{}:{}", Other::from(name.as_str()), print(value));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(","))
        }
    }
}
