//! Why a signed order is not taken: one variant for each fact, in words for the officer who reads it.

use std::fmt;

use domain::time::Timestamp;

use super::order::OrderError;
use crate::jose::Fault;

/// Why a document does not count as a court's order. It carries no number, name or text of the order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    /// It is longer than is read.
    TooLong {
        /// How many bytes are read.
        most: usize,
        /// How many there are.
        found: usize,
    },
    /// The court signed it, and it is no order.
    Order(OrderError),
    /// It is the order of another court than the one whose keys it was checked with.
    OtherCourt,
    /// The order says that it was issued in the future.
    IssuedLater {
        /// When it says that it was issued.
        issued: Timestamp,
        /// When it was read.
        now: Timestamp,
    },
    /// The JWS does not hold.
    Token(Fault),
    /// It is not built as it has to be.
    Structure {
        /// What was expected.
        want: &'static str,
        /// What stood there.
        found: &'static str,
    },
    /// There is not exactly one signature.
    Signers {
        /// How many there are.
        found: usize,
    },
    /// A digest or signature algorithm is not taken.
    Algorithm {
        /// Which are taken there.
        want: &'static str,
        /// Which was found: its object identifier, or what is wrong with the key.
        found: String,
    },
    /// The digest in the signature is not that of the content.
    Content,
    /// The signature does not match what it signs, or its key.
    Signature,
    /// Nobody who is enrolled for this court signed it.
    UnknownSigner,
    /// The certificate vouches for itself, and is not enrolled.
    SelfSigned,
    /// The certificate does not lead to an authority of the court.
    Path {
        /// What is wrong with the path.
        found: String,
    },
    /// The certificate is for something else than signing documents.
    Purpose,
    /// A key or certificate was no longer valid.
    Expired {
        /// Which.
        what: &'static str,
        /// Until when it was.
        until: Timestamp,
        /// When it would have had to be.
        at: Timestamp,
    },
    /// A key or certificate was not valid yet.
    NotYetValid {
        /// Which.
        what: &'static str,
        /// From when on it is.
        from: Timestamp,
        /// When it would have had to be.
        at: Timestamp,
    },
    /// A key or certificate was called back.
    Revoked {
        /// Which.
        what: &'static str,
        /// Since when, if that is known.
        at: Option<Timestamp>,
    },
    /// It says that it was signed in the future.
    SignedLater {
        /// When it says that it was signed.
        signed: Timestamp,
        /// When it was read.
        now: Timestamp,
    },
    /// Bytes follow those that a PDF's signature covers: the file was added to after it was signed.
    After {
        /// The end of what the signature covers.
        covered: usize,
        /// How long the file is.
        length: usize,
    },
    /// A PDF's signature leaves out more than itself.
    Range {
        /// What was expected.
        want: &'static str,
        /// The four numbers of `/ByteRange`.
        found: [usize; 4],
        /// How long the file is.
        length: usize,
    },
    /// A PDF is not plain.
    Pdf {
        /// What was expected.
        want: &'static str,
        /// How many of it were found, where that is what is wrong.
        found: Option<usize>,
    },
}

impl From<OrderError> for Refused {
    fn from(error: OrderError) -> Self {
        Self::Order(error)
    }
}

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Self::Token(fault)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { most, found } => write!(f, "expected at most {most} bytes, found {found}"),
            Self::Order(error) => write!(f, "the court signed it, but it is no order: {error}"),
            Self::Token(fault) => write!(f, "the JWS is not taken: {fault}"),
            Self::Structure { want, found } => write!(f, "expected {want}, found {found}"),
            Self::Signers { found } => write!(f, "expected exactly one signature, found {found}"),
            Self::Algorithm { want, found } => write!(f, "expected {want}, found `{found}`"),
            Self::Path { found } => write!(
                f,
                "expected a certificate that leads to an authority of the court, found that {found}"
            ),
            Self::After { covered, length } => write!(
                f,
                "the signature covers bytes 0–{covered} of {length}; {} bytes follow it",
                length.saturating_sub(*covered)
            ),
            Self::Range {
                want,
                found: [a, b, c, d],
                length,
            } => write!(
                f,
                "expected {want}, found `/ByteRange [{a} {b} {c} {d}]` in a file of {length} bytes"
            ),
            Self::Pdf { want, found } => {
                write!(f, "expected a PDF with {want}, found ")?;
                match found {
                    Some(count) => write!(f, "{count}"),
                    None => f.write_str("something else"),
                }
            }
            _ => self.write_time_or_signer(f),
        }
    }
}

impl Refused {
    /// The facts about who signed and when.
    fn write_time_or_signer(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired { what, until, at } => {
                write!(f, "expected {what} to be valid at {at}, found that it ended at {until}")
            }
            Self::NotYetValid { what, from, at } => {
                write!(f, "expected {what} to be valid at {at}, found that it begins at {from}")
            }
            Self::Revoked { what, at: Some(at) } => write!(f, "expected {what} in force, found it revoked at {at}"),
            Self::Revoked { what, at: None } => write!(f, "expected {what} in force, found it revoked"),
            Self::SignedLater { signed, now } => {
                write!(f, "expected a signature made before {now}, found one dated {signed}")
            }
            Self::IssuedLater { issued, now } => {
                write!(f, "expected an order issued before {now}, found one issued at {issued}")
            }
            Self::Content => f.write_str("expected the content that was signed, found another: it was altered or swapped"),
            Self::Signature => f.write_str("expected a signature that matches, found one that does not: it was altered"),
            Self::UnknownSigner => {
                f.write_str("expected the signature of a key that is enrolled for this court, found another signer")
            }
            Self::SelfSigned => f.write_str(
                "expected a certificate that is enrolled or issued by an authority of the court, found one that only vouches for itself",
            ),
            Self::Purpose => f.write_str("expected a certificate for signing documents, found one for something else"),
            _ => f.write_str("expected an order of this court, found one that names another court"),
        }
    }
}

impl std::error::Error for Refused {}
