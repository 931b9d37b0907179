//! Why a signed token is not taken.

use std::fmt;

use crate::json::ParseError;

/// Why a signed token is not taken: for the log and for a sandbox. Outsiders see only that it is not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// It is not a compact JWS with readable JSON, or a claim is missing or of the wrong type.
    Malformed(ParseError),
    /// It is longer than is read here.
    TooLong,
    /// Its algorithm is neither ES256 nor `EdDSA`, or is not the one of the key that it is checked with.
    Algorithm,
    /// Its `typ` says that it is something else.
    Type,
    /// None of the known keys has its `kid`.
    UnknownKey,
    /// Its signature does not match.
    Signature,
    /// Its `iss` or `sub` names somebody else.
    Issuer,
    /// Its `aud` names somebody else, or somebody else as well.
    Audience,
    /// It has expired, or was made too long ago.
    Expired,
    /// It was made in the future.
    NotYet,
    /// It would live longer than allowed.
    LivesTooLong,
    /// It proves another method.
    Method,
    /// It proves another address.
    Address,
    /// It proves another access token, or none.
    AccessToken,
}

/// Which kind of fault it is, for a journal that says why something was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultClass {
    /// It cannot be read, or is something else.
    Malformed,
    /// No known key signed it.
    Signature,
    /// It is for somebody else, or speaks for somebody else.
    Audience,
    /// It is of another time, or would live too long.
    Time,
    /// It proves another request.
    Request,
}

impl Fault {
    /// Which kind it is.
    #[must_use]
    pub const fn class(&self) -> FaultClass {
        match self {
            Self::Malformed(_) | Self::TooLong | Self::Type => FaultClass::Malformed,
            Self::Algorithm | Self::UnknownKey | Self::Signature => FaultClass::Signature,
            Self::Issuer | Self::Audience => FaultClass::Audience,
            Self::Expired | Self::NotYet | Self::LivesTooLong => FaultClass::Time,
            Self::Method | Self::Address | Self::AccessToken => FaultClass::Request,
        }
    }
}

impl From<ParseError> for Fault {
    fn from(error: ParseError) -> Self {
        Self::Malformed(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed(error) => return write!(f, "malformed: {error}"),
            Self::TooLong => "expected a token of at most 8192 bytes, or a notice of at most 65536, found a longer one",
            Self::Algorithm => "expected the algorithm of the key, `ES256` or `EdDSA`, found another",
            Self::Type => "expected another `typ`",
            Self::UnknownKey => "expected the `kid` of a registered key, found another",
            Self::Signature => "the signature does not match",
            Self::Issuer => "expected `iss` and `sub` to be the client's own id, found another",
            Self::Audience => "expected `aud` to be this server alone, found another",
            Self::Expired => "expected a fresh token, found one that has expired",
            Self::NotYet => "expected a time in the past, found one in the future",
            Self::LivesTooLong => "expected `exp` sooner, found it further ahead than such a token may live",
            Self::Method => "expected `htm` to be the request's method, found another",
            Self::Address => "expected `htu` to be the request's address, found another",
            Self::AccessToken => "expected `ath` to be the hash of the access token, found another",
        })
    }
}

impl std::error::Error for Fault {}
