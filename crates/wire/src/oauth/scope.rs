//! What a token is for: exactly one purpose, as `dpv:<Purpose>`, and the interfaces that it opens.

use std::fmt;
use std::str::FromStr;

use domain::purpose::Purpose;

use crate::camara;

/// An interface that a token can open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Api {
    /// CAMARA location retrieval.
    Retrieve,
    /// CAMARA location verification.
    Verify,
    /// Asking for consents and reading their state.
    Consents,
}

impl Api {
    /// Every interface.
    pub const ALL: [Self; 3] = [Self::Retrieve, Self::Verify, Self::Consents];

    /// The scope's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retrieve => camara::retrieve::SCOPE,
            Self::Verify => camara::verify::SCOPE,
            Self::Consents => "wayleave:consents",
        }
    }
}

/// The scope that asks for an ID token (OpenID Connect Core §3.1.2.1).
const OPENID: &str = "openid";

/// One purpose and at least one interface, perhaps with an ID token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    openid: bool,
    purpose: Purpose,
    apis: Vec<Api>,
}

/// Why a text is no scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScopeError {
    /// No purpose.
    NoPurpose,
    /// Two purposes.
    TwoPurposes,
    /// A purpose that is not known, or not of the form `dpv:<Purpose>` alone. The form `dpv:<Purpose>#<scope>` of older
    /// deployments is one of these.
    UnknownPurpose,
    /// No interface.
    NoApi,
    /// A scope that is not known, or one that comes twice.
    UnknownScope,
    /// `openid`, for a token that names nobody.
    OpenidWithoutSubject,
}

impl fmt::Display for ScopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPurpose => "expected exactly one purpose such as dpv:RequestedServiceProvision, found none",
            Self::TwoPurposes => "expected exactly one purpose, found two",
            Self::UnknownPurpose => "expected a known purpose as dpv:Purpose, found another",
            Self::NoApi => "expected at least one API scope, found none",
            Self::UnknownScope => "expected the scopes that discovery lists, found another",
            Self::OpenidWithoutSubject => "expected no openid, since this token names nobody",
        })
    }
}

impl std::error::Error for ScopeError {}

impl Scope {
    /// One purpose, and the interfaces; `None` if there are none.
    #[must_use]
    pub fn new(purpose: Purpose, apis: &[Api]) -> Option<Self> {
        let mut apis = apis.to_vec();
        apis.sort_unstable();
        apis.dedup();
        (!apis.is_empty()).then_some(Self {
            openid: false,
            purpose,
            apis,
        })
    }

    /// Whether an ID token is asked for. Only a token about somebody can come with one.
    #[must_use]
    pub const fn openid(&self) -> bool {
        self.openid
    }

    /// The purpose.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// The interfaces, each once.
    #[must_use]
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// Whether it opens an interface.
    #[must_use]
    pub fn opens(&self, api: Api) -> bool {
        self.apis.contains(&api)
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    /// Reads the value of `scope`: names with single spaces between them. Unknown names are refused rather than
    /// dropped, so that nobody holds a token for less than they think.
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let mut purpose = None;
        let mut apis = Vec::new();
        let mut openid = false;
        for name in text.split(' ') {
            if name == OPENID && !openid {
                openid = true;
            } else if let Some(term) = name.strip_prefix("dpv:") {
                let term = Purpose::from_term(term).ok_or(ScopeError::UnknownPurpose)?;
                if purpose.replace(term).is_some() {
                    return Err(ScopeError::TwoPurposes);
                }
            } else {
                apis.push(
                    Api::ALL
                        .into_iter()
                        .find(|api| api.name() == name)
                        .ok_or(ScopeError::UnknownScope)?,
                );
            }
        }
        let scope = Self::new(purpose.ok_or(ScopeError::NoPurpose)?, &apis).ok_or(ScopeError::NoApi)?;
        Ok(Self { openid, ..scope })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.openid {
            write!(f, "{OPENID} ")?;
        }
        write!(f, "dpv:{}", self.purpose)?;
        self.apis.iter().try_for_each(|api| write!(f, " {}", api.name()))
    }
}
