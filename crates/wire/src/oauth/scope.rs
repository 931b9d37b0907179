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
    /// CAMARA's status of a consent.
    ConsentInfo,
    /// Signed asks, the party's own or carried.
    Asks,
    /// Telling of events.
    Events,
    /// Notices of misuse.
    Notices,
}

impl Api {
    /// Every interface.
    pub const ALL: [Self; 7] = [
        Self::Retrieve,
        Self::Verify,
        Self::Consents,
        Self::ConsentInfo,
        Self::Asks,
        Self::Events,
        Self::Notices,
    ];

    /// The scope's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Retrieve => camara::retrieve::SCOPE,
            Self::Verify => camara::verify::SCOPE,
            Self::Consents => "wayleave:consents",
            Self::ConsentInfo => camara::consent_info::SCOPE,
            Self::Asks => "wayleave:asks",
            Self::Events => "wayleave:events",
            Self::Notices => "wayleave:notices",
        }
    }
}

impl Api {
    /// The interface with this scope's name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|api| api.name() == name)
    }
}

/// The scope that asks for an ID token (OpenID Connect Core §3.1.2.1).
pub(super) const OPENID: &str = "openid";

/// The scope that asks for a refresh token (OpenID Connect Core §11).
pub(super) const OFFLINE_ACCESS: &str = "offline_access";

/// One purpose and at least one interface, perhaps with an ID token and a refresh token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    openid: bool,
    offline: bool,
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
    /// `offline_access`, in a flow that has no refresh tokens.
    OfflineWithoutRefresh,
    /// More than the grant that is refreshed was for.
    Wider,
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
            Self::OfflineWithoutRefresh => "expected no offline_access, since this flow gives no refresh token",
            Self::Wider => "expected no more than the scope that was granted, found more",
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
            offline: false,
            purpose,
            apis,
        })
    }

    /// Whether an ID token is asked for. Only a token about somebody can come with one.
    #[must_use]
    pub const fn openid(&self) -> bool {
        self.openid
    }

    /// Whether a refresh token is asked for.
    #[must_use]
    pub const fn offline(&self) -> bool {
        self.offline
    }

    /// Whether this is no more than `granted`.
    #[must_use]
    pub fn is_within(&self, granted: &Self) -> bool {
        self.purpose == granted.purpose
            && (granted.openid || !self.openid)
            && (granted.offline || !self.offline)
            && self.apis.iter().all(|api| granted.opens(*api))
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
        let (mut openid, mut offline) = (false, false);
        for name in text.split(' ') {
            if name == OPENID && !openid {
                openid = true;
            } else if name == OFFLINE_ACCESS && !offline {
                offline = true;
            } else if let Some(term) = name.strip_prefix("dpv:") {
                let term = Purpose::from_term(term).ok_or(ScopeError::UnknownPurpose)?;
                if purpose.replace(term).is_some() {
                    return Err(ScopeError::TwoPurposes);
                }
            } else {
                apis.push(Api::from_name(name).ok_or(ScopeError::UnknownScope)?);
            }
        }
        let scope = Self::new(purpose.ok_or(ScopeError::NoPurpose)?, &apis).ok_or(ScopeError::NoApi)?;
        Ok(Self {
            openid,
            offline,
            ..scope
        })
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.openid {
            write!(f, "{OPENID} ")?;
        }
        if self.offline {
            write!(f, "{OFFLINE_ACCESS} ")?;
        }
        write!(f, "dpv:{}", self.purpose)?;
        self.apis.iter().try_for_each(|api| write!(f, " {}", api.name()))
    }
}
