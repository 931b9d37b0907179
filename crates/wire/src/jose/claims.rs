//! Claims that several kinds of token share, and the rules about time that hold for all.

use domain::time::{Span, Timestamp};

use super::fault::Fault;
use crate::json::{Node, ParseError};

/// How long an assertion or proof may live, and how far a proof's time may lie from now (CAMARA's security profile,
/// RFC 9449 §11.1).
pub(super) const LIFE_MAX: Span = Span::seconds(300);

/// How far another machine's clock may run ahead.
pub(super) const SKEW: Span = Span::seconds(10);

/// The longest `jti`, in bytes.
const JTI_BYTES_MAX: usize = 256;

/// Reads a `NumericDate` (RFC 7519 §2): seconds since the epoch, possibly with a fraction.
pub(super) fn read_date(node: Node) -> Result<Timestamp, ParseError> {
    let seconds = node.number(0.0..=1e11)?;
    // The range above keeps the product far within i64.
    Ok(Timestamp::from_unix_ms((seconds * 1000.0) as i64))
}

/// Reads a `jti`.
pub(super) fn read_jti(node: Node) -> Result<String, ParseError> {
    node.parsed("a text of 1 to 256 bytes", |jti| {
        (1..=JTI_BYTES_MAX).contains(&jti.len()).then(|| jti.to_owned())
    })
}

/// Reads an `aud`: one text, or a list of them.
pub(super) fn read_audience(node: Node) -> Result<Vec<String>, ParseError> {
    if node.is_list() {
        node.list(1..=4, Node::text)
    } else {
        Ok(vec![node.text()?])
    }
}

/// The rules for a token's times: not expired, living no longer than `LIFE_MAX`, not from the future.
pub(super) fn check_times(
    expires: Timestamp,
    issued: Option<Timestamp>,
    not_before: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), Fault> {
    if expires <= now {
        return Err(Fault::Expired);
    }
    if expires > now.after(LIFE_MAX) || issued.is_some_and(|issued| expires > issued.after(LIFE_MAX)) {
        return Err(Fault::LivesTooLong);
    }
    if [issued, not_before]
        .into_iter()
        .flatten()
        .any(|time| time > now.after(SKEW))
    {
        return Err(Fault::NotYet);
    }
    Ok(())
}
