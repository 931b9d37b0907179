//! What strict reading refuses, as a table, and that no bytes at all can make it panic.

use proptest::prelude::*;

use super::{DEPTH_MAX, ParseError, parse};

fn refused(text: &str) -> String {
    parse(text.as_bytes(), DEPTH_MAX)
        .and_then(|node| {
            node.object(|fields| {
                fields.required("a")?.integer(0..=9)?;
                fields
                    .optional("b")
                    .map(|b| b.list(1..=2, |item| item.object(|f| f.required("c")?.text())))
                    .transpose()?;
                Ok(())
            })
        })
        .expect_err(text)
        .to_string()
}

#[test]
fn every_refusal_says_where_and_what() {
    for (text, error) in [
        ("", "expected a JSON document, found nothing"),
        ("{", "expected a JSON document, found text that is not JSON"),
        ("[]", "expected an object, found a list"),
        ("{}", "at `a`: expected the field, found nothing"),
        (
            r#"{"a":1} {"a":1}"#,
            "expected the end of the document, found more text after it",
        ),
        (
            r#"{"a":1,"a":1}"#,
            "at `a`: expected the field once, found the field twice",
        ),
        (
            r#"{"a":1,"\u0061":1}"#,
            "at `a`: expected the field once, found the field twice",
        ),
        (
            r#"{"a":1,"b":[{"c":"x","c":"y"}]}"#,
            "at `b[0].c`: expected the field once, found the field twice",
        ),
        (
            r#"{"a":1,"z":1}"#,
            "at `z`: expected no such field, found an unknown field",
        ),
        (
            r#"{"a":1,"+12025550123":1}"#,
            "at `…`: expected no such field, found an unknown field",
        ),
        (
            r#"{"a":null}"#,
            "at `a`: expected a whole number from 0 to 9, found null",
        ),
        (
            r#"{"a":"1"}"#,
            "at `a`: expected a whole number from 0 to 9, found a text",
        ),
        (
            r#"{"a":10}"#,
            "at `a`: expected a whole number from 0 to 9, found a number outside that range",
        ),
        (
            r#"{"a":1.0}"#,
            "at `a`: expected a whole number from 0 to 9, found a number that is not whole, or too large",
        ),
        (
            r#"{"a":1e999}"#,
            "expected a JSON document, found text that is not JSON",
        ),
        (
            r#"{"a":1,"b":[]}"#,
            "at `b`: expected a list of 1 to 2 items, found a list of another length",
        ),
        (
            r#"{"a":1,"b":[{"c":"x"},{"c":7}]}"#,
            "at `b[1].c`: expected a text, found a number",
        ),
        (
            r#"{"a":1,"b":[[[[[[[[1]]]]]]]]}"#,
            "at `b[0][0][0][0][0][0][0]`: expected less nesting, found a value that nests too deep",
        ),
        (
            r#"{"a":"\ud800"}"#,
            "expected a JSON document, found text that is not JSON",
        ),
    ] {
        assert_eq!(refused(text), error, "{text}");
    }
}

#[test]
fn bytes_must_be_utf8() {
    let error = parse(b"{\"a\":\"\xFF\"}", DEPTH_MAX).expect_err("bad bytes");
    assert_eq!(error, ParseError::new("JSON in UTF-8", "bytes that are not UTF-8"));
}

#[test]
fn a_flood_of_fields_is_refused() {
    let names: Vec<String> = (0..200).map(|index| format!("\"n{index}\":0")).collect();
    let error = parse(format!("{{{}}}", names.join(",")).as_bytes(), DEPTH_MAX).expect_err("too many");
    assert_eq!(error.found, "an object with too many fields");
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes, DEPTH_MAX);
    }

    #[test]
    fn no_error_repeats_a_value(digits in "[0-9]{6,15}") {
        let text = format!(r#"{{"a":"+{digits}","{digits}":{digits}.5,"b":[{digits}]}}"#);
        let error = refused(&text);
        prop_assert!(!error.contains(&digits));
    }
}
