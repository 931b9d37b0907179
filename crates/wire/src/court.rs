//! What a court signed: bytes to a checked order. The order is structured JSON; a court signs it as a compact JWS, as a
//! CMS message or as a PDF in which it is embedded, and what is served is exactly what was signed.
//!
//! The keys come from the caller, who enrolled them; nothing that a document says about itself adds one. A signing time
//! is the signer's own word and never helps: a certificate has to be good at that time *and* now, so that whoever holds
//! an old key gains nothing by writing an old date. What is not plain is refused, and each refusal says what was expected
//! and what was found, for the officer who reads it.
//!
//! Whether the order is of a kind that covers the data, and whether it is in force, is decided elsewhere.

mod algorithm;
mod attributes;
mod cms;
mod jws;
pub mod order;
mod pdf;
mod refused;
mod signer;

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};
use domain::id::PartyId;
use domain::time::{Span, Timestamp};

use crate::jose::certificate::CertificateThumbprint;
use crate::jose::jwk::{Jwk, Thumbprint};

pub use cms::{verify_cms, verify_cms_detached};
pub use jws::verify_jws;
pub use order::Order;
pub use pdf::verify_pdf;
pub use refused::Refused;

/// The `typ` of an order that is signed as a JWS.
pub const TYPE: &str = "wayleave-order+jwt";

/// The longest CMS message, in bytes.
pub const CMS_BYTES_MAX: usize = 256 * 1024;

/// The longest PDF, in bytes.
pub const PDF_BYTES_MAX: usize = 10 * 1024 * 1024;

/// The name of the file in a signed PDF that is the order.
pub const FILE_NAME: &str = "order.json";

/// How far a court's clock may run ahead.
const SKEW: Span = Span::seconds(300);

/// When a pinned key or certificate counts, by the word of those who enrolled it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Term {
    /// From when on.
    pub not_before: Timestamp,
    /// Until when, if that is known already.
    pub not_after: Option<Timestamp>,
    /// Since when it counts no more. What it signed earlier does not count either, since only its holder says when.
    pub revoked_at: Option<Timestamp>,
}

/// A key that checks a court's JWS.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PinnedKey {
    /// The key, with the name that the court gives it.
    pub jwk: Jwk,
    /// When it counts.
    pub term: Term,
}

/// A certificate in DER form by which a court signs, or from which it issues those by which it signs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PinnedCertificate {
    /// The certificate (RFC 5280 §4.1), DER.
    pub der: Vec<u8>,
    /// When it counts; its own dates bind as well.
    pub term: Term,
}

/// A certificate that an authority called back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Revoked {
    /// The subject of the authority that issued it: an X.501 `Name`, DER.
    pub issuer: Vec<u8>,
    /// Its serial number: the content of the DER `INTEGER`, most significant byte first.
    pub serial: Vec<u8>,
}

/// A court as it is enrolled: all that its signatures are checked with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Court {
    /// The court; an order has to name it.
    pub id: PartyId,
    /// Keys of its JWS.
    pub keys: Vec<PinnedKey>,
    /// Certificates by which it signs.
    pub certificates: Vec<PinnedCertificate>,
    /// Authorities of its own: whatever certificate for signing they issue signs for it.
    pub authorities: Vec<PinnedCertificate>,
    /// Certificates in DER form that its tools enclose and that nothing rests on, such as those above a pinned one.
    pub enclosed: Vec<Vec<u8>>,
    /// What was called back: certificates by which it signs, and those between them and its authorities.
    pub revoked: Vec<Revoked>,
}

/// In which form the court signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// A compact JWS (RFC 7515).
    Jws,
    /// A CMS message with the order inside or beside it (RFC 5652).
    Cms,
    /// A PDF with the order embedded (ISO 32000-1 §12.8).
    Pdf,
}

/// The name of the key that signed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyName {
    /// A key's own (RFC 7638).
    Key(Thumbprint),
    /// That of its certificate.
    Certificate(CertificateThumbprint),
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Certificate(certificate) => certificate.fmt(f),
        }
    }
}

/// An order that its court signed. Only the three readers of this module make one.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Verified {
    /// What was ordered.
    pub order: Order,
    /// SHA-256 of the document that was signed: of the JSON for a JWS (its payload) and CMS (its content), of the bytes
    /// that the signature covers for a PDF.
    pub digest: [u8; 32],
    /// Which key signed.
    pub key: KeyName,
    /// In which form.
    pub form: Form,
    /// When, by the signer's own word, where the form carries it.
    pub signed_at: Option<Timestamp>,
}

impl Term {
    /// Whether it holds at `now`; `what` names what is checked.
    fn check(&self, what: &'static str, now: Timestamp) -> Result<(), Refused> {
        if let Some(at) = self.revoked_at.filter(|at| *at <= now) {
            return Err(Refused::Revoked { what, at: Some(at) });
        }
        if now < self.not_before {
            return Err(Refused::NotYetValid {
                what,
                from: self.not_before,
                at: now,
            });
        }
        match self.not_after {
            Some(until) if until < now => Err(Refused::Expired { what, until, at: now }),
            _ => Ok(()),
        }
    }
}

impl Court {
    /// Reads an order that one of the court's keys signed, and whether it is this court's.
    fn read_order(&self, json: &[u8], now: Timestamp) -> Result<Order, Refused> {
        let order = Order::parse(json)?;
        if order.court != self.id {
            return Err(Refused::OtherCourt);
        }
        if order.issued > now.after(SKEW) {
            return Err(Refused::IssuedLater {
                issued: order.issued,
                now,
            });
        }
        Ok(order)
    }
}

/// SHA-256 of bytes that stand in several places.
fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().try_into().unwrap_or_default()
}

#[cfg(test)]
mod tests;
