//! The two fields of JSON errors that mean something: CAMARA's `code` and OAuth's `error`.

use http::StatusCode;
use wire::json::{self, DEPTH_MAX, Node};

/// What is read of CAMARA's `ErrorInfo`.
pub struct ErrorInfo {
    /// Its `code`, if that is a plain word.
    pub code: String,
    /// Whether it has all three fields, and `status` is the answer's own.
    pub whole: bool,
}

impl ErrorInfo {
    /// Reads an error; `None` if there is no `code` in it.
    pub fn read(status: StatusCode, body: &[u8]) -> Option<Self> {
        let node = json::parse(body, DEPTH_MAX).ok()?;
        node.open_object(|fields| {
            let code = fields.required("code")?.text()?;
            let stated = fields.optional("status").map(|node| node.integer(100..=599));
            let stated = stated.and_then(Result::ok);
            let message = fields.optional("message").map(Node::text);
            Ok(Self {
                code: plain(&code),
                whole: stated == Some(i64::from(status.as_u16())) && matches!(message, Some(Ok(_))),
            })
        })
        .ok()
    }
}

/// OAuth's `error`, or `None`.
pub fn oauth_error(body: &[u8]) -> Option<String> {
    let node = json::parse(body, DEPTH_MAX).ok()?;
    let error = node.open_object(|fields| fields.required("error")?.text()).ok()?;
    Some(plain(&error))
}

/// A code as it may be printed: what a peer wrote could hold anything.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c));
    kept.take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_words_are_kept() {
        let body = br#"{"status":404,"code":"IDENTIFIER_NOT_FOUND\u001b[1m","message":"m"}"#;
        let read = ErrorInfo::read(StatusCode::NOT_FOUND, body).expect("an error");
        assert_eq!(read.code, "IDENTIFIER_NOT_FOUND1m");
        assert!(read.whole);
        let short = ErrorInfo::read(StatusCode::NOT_FOUND, br#"{"code":"X"}"#).expect("a code");
        assert!(!short.whole);
        assert!(ErrorInfo::read(StatusCode::NOT_FOUND, b"<html>").is_none());
        assert_eq!(
            oauth_error(br#"{"error":"invalid_client"}"#).as_deref(),
            Some("invalid_client")
        );
    }
}
