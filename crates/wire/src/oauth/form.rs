//! `application/x-www-form-urlencoded`, read strictly: a parameter that comes twice has two meanings (RFC 6749 §3.2
//! forbids it), and bytes that are not UTF-8 have none.

use std::fmt;

/// How many parameters a form may have.
const PARAMETERS_MAX: usize = 32;

/// The parameters of a form that nobody has taken yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Form(Vec<(String, String)>);

/// Why bytes are no form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormError {
    /// A percent sign without two hexadecimal digits, or a byte that must have been encoded.
    Encoding,
    /// The decoded bytes are not UTF-8.
    Utf8,
    /// A parameter comes twice.
    Twice,
    /// There are more parameters than are read.
    TooMany,
}

impl fmt::Display for FormError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Encoding => "expected an url-encoded form, found a malformed encoding",
            Self::Utf8 => "expected an url-encoded form in UTF-8, found other bytes",
            Self::Twice => "expected each parameter once, found one twice",
            Self::TooMany => "expected at most 32 parameters, found more",
        })
    }
}

impl std::error::Error for FormError {}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Form({} parameters)", self.0.len())
    }
}

impl Form {
    /// Reads a body. How many bytes there may be is the caller's concern.
    ///
    /// # Errors
    /// See [`FormError`].
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut parameters: Vec<(String, String)> = Vec::new();
        for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            if parameters.len() >= PARAMETERS_MAX {
                return Err(FormError::TooMany);
            }
            let middle = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (name, value) = pair.split_at_checked(middle).unwrap_or((pair, &[]));
            let name = decode(name)?;
            let value = decode(value.strip_prefix(b"=").unwrap_or(value))?;
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(FormError::Twice);
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// Takes a parameter. One without a value counts as absent (RFC 6749 §3.2).
    pub fn take(&mut self, name: &str) -> Option<String> {
        let index = self.0.iter().position(|(known, _)| known == name)?;
        let (_, value) = self.0.swap_remove(index);
        Some(value).filter(|value| !value.is_empty())
    }
}

fn decode(part: &[u8]) -> Result<String, FormError> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (rest.next().and_then(digit), rest.next().and_then(digit)) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(FormError::Encoding),
            },
            b'!'..=b'~' => *byte,
            _ => return Err(FormError::Encoding),
        });
    }
    String::from_utf8(bytes).map_err(|_| FormError::Utf8)
}

fn digit(byte: &u8) -> Option<u8> {
    char::from(*byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// Writes a form.
#[must_use]
pub fn print(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = parameters
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    pairs.join("&")
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => encoded.push(char::from(byte)),
            b' ' => encoded.push('+'),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}
