//! Strict JSON reading. One document, one meaning: fields that come twice, fields that nobody knows, bytes after the
//! end and deep nesting are refused, because two readers could understand them differently.
//!
//! ```
//! use wire::json::{self, DEPTH_MAX};
//! let node = json::parse(br#"{"maxAge": 60}"#, DEPTH_MAX).expect("one document");
//! let max_age = node
//!     .object(|fields| fields.required("maxAge")?.integer(0..=i64::from(i32::MAX)))
//!     .expect("a known field of the right type");
//! assert_eq!(max_age, 60);
//! ```

mod error;
mod node;
mod tree;

pub use error::ParseError;
pub use node::{Fields, Node};
pub use tree::Value;

/// How deep a document may nest when nothing else is said; the outermost object counts as one.
pub const DEPTH_MAX: usize = 8;

/// Reads one document that nests at most `depth_max` deep.
///
/// How many bytes there may be is the caller's concern: the bytes are in memory already.
///
/// # Errors
/// For bytes that are not UTF-8 or not one JSON document, for a field that comes twice in one object, and for deeper
/// nesting.
pub fn parse(bytes: &[u8], depth_max: usize) -> Result<Node, ParseError> {
    tree::parse(bytes, depth_max).map(Node::whole)
}

#[cfg(test)]
mod tests;
