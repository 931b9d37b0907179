//! AWS Signature Version 4 as a store checks it: what was sent is put into the canonical form, and the signature over it
//! made again. "Authenticating Requests: Using the Authorization Header", Amazon S3 API Reference.

use super::object::hex;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, HOST};
use axum::http::request::Parts;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// How far the caller's clock may be from the store's, in seconds.
const CLOCKS_APART_MAX_S: i64 = 900;
/// The one algorithm.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// An access key, and the region that signatures with it must name.
#[derive(Clone)]
pub struct AccessKey {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The store's region.
    pub region: String,
}

impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccessKey({}, …)", self.id)
    }
}

/// Why a request is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A header is missing, or is not what the specification has.
    Malformed,
    /// Nobody has this key here.
    UnknownKey,
    /// The signature is not that of the request.
    WrongSignature,
    /// It was signed too long ago, or is of later than now.
    WrongTime,
    /// The body is not the one that was signed.
    WrongBody,
}

impl Doubt {
    /// The store's word for it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "AuthorizationHeaderMalformed",
            Self::UnknownKey => "InvalidAccessKeyId",
            Self::WrongSignature => "SignatureDoesNotMatch",
            Self::WrongTime => "RequestTimeTooSkewed",
            Self::WrongBody => "XAmzContentSHA256Mismatch",
        }
    }
}

/// What the `Authorization` header says.
struct Claim<'a> {
    id: &'a str,
    scope: &'a str,
    date: &'a str,
    signed: Vec<&'a str>,
    signature: &'a str,
}

/// Checks that whoever has `key` signed this request, with this body, just now.
///
/// # Errors
/// Why it is not believed.
pub fn check(key: &AccessKey, parts: &Parts, body: &[u8], now_s: i64) -> Result<(), Doubt> {
    let header = text(&parts.headers, AUTHORIZATION.as_str())?;
    let claim = claim(header).ok_or(Doubt::Malformed)?;
    if claim.id != key.id {
        return Err(Doubt::UnknownKey);
    }
    let (at, sent) = (
        text(&parts.headers, "x-amz-date")?,
        text(&parts.headers, "x-amz-content-sha256")?,
    );
    let seconds = seconds(at).ok_or(Doubt::Malformed)?;
    if (now_s - seconds).abs() > CLOCKS_APART_MAX_S {
        return Err(Doubt::WrongTime);
    }
    let scope = format!("{}/{}/s3/aws4_request", claim.date, key.region);
    if claim.scope != scope || !at.starts_with(claim.date) {
        return Err(Doubt::Malformed);
    }
    if sent != hex(digest(&SHA256, body).as_ref()) {
        return Err(Doubt::WrongBody);
    }
    let canonical = canonical(parts, &claim.signed, sent)?;
    let to_sign = format!(
        "{ALGORITHM}\n{at}\n{scope}\n{}",
        hex(digest(&SHA256, canonical.as_bytes()).as_ref())
    );
    let made = hex(&sign(key, claim.date, &to_sign));
    verify_slices_are_equal(made.as_bytes(), claim.signature.as_bytes()).map_err(|_| Doubt::WrongSignature)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Doubt> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().map_err(|_| Doubt::Malformed),
        _ => Err(Doubt::Malformed),
    }
}

/// Reads `AWS4-HMAC-SHA256 Credential=ID/SCOPE, SignedHeaders=A;B, Signature=HEX`.
fn claim(header: &str) -> Option<Claim<'_>> {
    let rest = header.strip_prefix(ALGORITHM)?.strip_prefix(' ')?;
    let (mut credential, mut signed, mut signature) = (None, None, None);
    for part in rest.split(',') {
        match part.trim().split_once('=')? {
            ("Credential", value) => credential = Some(value),
            ("SignedHeaders", value) => signed = Some(value),
            ("Signature", value) => signature = Some(value),
            _ => return None,
        }
    }
    let (id, scope) = credential?.split_once('/')?;
    Some(Claim {
        id,
        scope,
        date: scope.split_once('/')?.0,
        signed: signed?.split(';').collect(),
        signature: signature?,
    })
}

/// `20270102T030405Z` in seconds since 1970.
fn seconds(at: &str) -> Option<i64> {
    let at = DateTime::strptime("%Y%m%dT%H%M%SZ", at).ok()?;
    Some(at.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second())
}

/// The request in its canonical form.
fn canonical(parts: &Parts, signed: &[&str], body: &str) -> Result<String, Doubt> {
    // What the store acts by must be signed: the host, what the body is, and every header of the store's own.
    let own = parts.headers.keys().map(|name| name.as_str());
    let acts = |name: &&str| name.starts_with("x-amz-") || *name == "content-type";
    let mut wanted = own.filter(acts).chain([HOST.as_str()]);
    if !signed.is_sorted() || !wanted.all(|name| signed.contains(&name)) {
        return Err(Doubt::Malformed);
    }
    let mut headers = String::new();
    for name in signed {
        let value = text(&parts.headers, name)?;
        let value = value.split_ascii_whitespace().collect::<Vec<_>>().join(" ");
        headers.push_str(&format!("{name}:{value}\n"));
    }
    let mut query: Vec<(String, String)> = pairs(parts.uri.query().unwrap_or_default())
        .iter()
        .map(|(name, value)| (escaped(name), escaped(value)))
        .collect();
    query.sort();
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(format!(
        "{}\n{}\n{}\n{headers}\n{}\n{body}",
        parts.method,
        parts.uri.path(),
        query.join("&"),
        signed.join(";"),
    ))
}

/// The signature: a key for the day, the region and the service, made from the secret step by step.
fn sign(key: &AccessKey, date: &str, to_sign: &str) -> Vec<u8> {
    let hmac = |key: &[u8], text: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
    };
    let mut made = hmac(format!("AWS4{}", key.secret).as_bytes(), date);
    for step in [&key.region, "s3", "aws4_request", to_sign] {
        made = hmac(&made, step);
    }
    made
}

/// A query's names and values, without their escapes.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (plain(name), plain(value))
    };
    parts.map(pair).collect()
}

/// Text without its escapes.
fn plain(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|_| *first == b'%');
        let byte = escape.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        rest = if byte.is_some() { &after[2..] } else { after };
        bytes.push(byte.unwrap_or(if *first == b'+' { b' ' } else { *first }));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Text with everything escaped but letters, digits, `-`, `.`, `_` and `~`.
fn escaped(text: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte: u8| {
        if kept(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests;
