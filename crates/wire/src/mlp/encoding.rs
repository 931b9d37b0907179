//! From the bytes of a document to its characters.

use std::borrow::Cow;

use super::error::MlpError;
use super::quirk::{Notes, Quirk};

/// An XML declaration stands within so many bytes.
const DECLARATION_MAX: usize = 256;

/// The characters of a document in UTF-8 or ISO-8859-1, without a byte order mark. Everything that matters to the
/// protocol is ASCII, so that bytes which are not UTF-8 may be taken for ISO-8859-1 whatever was declared.
///
/// # Errors
/// For another encoding, and for control characters, which no XML document holds (XML 1.0 §2.2).
pub(super) fn decode<'a>(bytes: &'a [u8], notes: &mut Notes) -> Result<Cow<'a, str>, MlpError> {
    if bytes.starts_with(&[0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe]) {
        return Err(MlpError::Encoding);
    }
    let bytes = match bytes.strip_prefix(&[0xef, 0xbb, 0xbf]) {
        Some(rest) => {
            notes.note(Quirk::ByteOrderMark);
            rest
        }
        None => bytes,
    };
    if bytes.iter().any(|byte| *byte < 0x20 && !b"\t\n\r".contains(byte)) {
        // A document in UTF-16 without its mark is full of zeros, too.
        return Err(MlpError::Malformed);
    }
    let latin_declared = match declared(bytes).as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => false,
        Some("iso-8859-1" | "iso-8859-15" | "latin1" | "windows-1252") => true,
        Some(_) => return Err(MlpError::Encoding),
    };
    match std::str::from_utf8(bytes) {
        Ok(text) if !latin_declared => Ok(Cow::Borrowed(text)),
        _ => {
            notes.note(Quirk::Latin1);
            Ok(Cow::Owned(bytes.iter().map(|byte| char::from(*byte)).collect()))
        }
    }
}

/// The encoding that the XML declaration names, in lower case.
fn declared(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..bytes.len().min(DECLARATION_MAX))?;
    let declaration = start.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = std::str::from_utf8(declaration.get(..end)?).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| "'\"".contains(*c))?;
    let (name, _) = value.get(1..)?.split_once(quote)?;
    Some(name.to_ascii_lowercase())
}
