//! Why the authorization server gives nothing: the standard's codes, and words for a developer that say nothing about a
//! person.

use std::fmt;

use serde_json::json;

use super::form::FormError;
use super::scope::ScopeError;

/// An error of the token endpoint or of the backchannel endpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OAuthError {
    /// The request is malformed; the text says how, without repeating it.
    InvalidRequest(&'static str),
    /// The form is malformed.
    InvalidForm(FormError),
    /// The client is not authenticated. What is wrong with its assertion is for the log.
    InvalidClient,
    /// The grant is not valid: a malformed, forged, expired or used assertion, or a person who has not agreed. Which of
    /// them it is, is not said.
    InvalidGrant,
    /// The scope is not one that can be given.
    InvalidScope(ScopeError),
    /// The client is not approved for what it asks, or for asking in this way.
    UnauthorizedClient,
    /// A grant type that is not served.
    UnsupportedGrantType,
    /// The proof of possession is missing or not valid.
    InvalidDpopProof,
    /// CIBA: the person has not answered yet.
    AuthorizationPending,
    /// CIBA: as before, and the client asks more often than it may.
    SlowDown,
    /// CIBA: the question lapsed.
    ExpiredToken,
    /// CIBA, at the token endpoint: the person has not agreed and will not.
    AccessDenied,
    /// CIBA, at the backchannel endpoint: no question of this kind is put.
    QuestionDenied,
    /// CIBA: the hint names somebody in a way that is not served.
    UnknownUserId,
    /// The signed request is malformed, forged, expired or used.
    InvalidRequestObject,
    /// The server cannot serve now.
    TemporarilyUnavailable,
}

impl From<FormError> for OAuthError {
    fn from(error: FormError) -> Self {
        Self::InvalidForm(error)
    }
}

impl From<ScopeError> for OAuthError {
    fn from(error: ScopeError) -> Self {
        Self::InvalidScope(error)
    }
}

impl OAuthError {
    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.kind().0
    }

    /// The standard's word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.kind().1
    }

    /// Status and code, as CAMARA's security profile pairs them.
    const fn kind(&self) -> (u16, &'static str) {
        match self {
            Self::InvalidRequest(_) | Self::InvalidForm(_) => (400, "invalid_request"),
            Self::InvalidClient => (401, "invalid_client"),
            Self::InvalidGrant => (400, "invalid_grant"),
            Self::InvalidScope(_) => (400, "invalid_scope"),
            Self::UnauthorizedClient => (400, "unauthorized_client"),
            Self::UnsupportedGrantType => (400, "unsupported_grant_type"),
            Self::InvalidDpopProof => (400, "invalid_dpop_proof"),
            Self::AuthorizationPending => (400, "authorization_pending"),
            Self::SlowDown => (400, "slow_down"),
            Self::ExpiredToken => (400, "expired_token"),
            Self::AccessDenied => (400, "access_denied"),
            Self::QuestionDenied => (403, "access_denied"),
            Self::UnknownUserId => (400, "unknown_user_id"),
            Self::InvalidRequestObject => (400, "invalid_request_object"),
            Self::TemporarilyUnavailable => (503, "temporarily_unavailable"),
        }
    }

    /// The body of the response.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        json!({ "error": self.code(), "error_description": self.to_string() })
            .to_string()
            .into_bytes()
    }
}

impl fmt::Display for OAuthError {
    /// What a developer reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidRequest(text) => text,
            Self::InvalidForm(error) => return error.fmt(f),
            Self::InvalidScope(error) => return error.fmt(f),
            Self::InvalidClient => "expected a fresh private_key_jwt assertion of a registered client",
            Self::InvalidGrant => "the grant is not valid, or the person has not agreed",
            Self::UnauthorizedClient => "the client is not approved for this purpose, scope or flow",
            Self::UnsupportedGrantType => "expected one of the grant types that discovery lists",
            Self::InvalidDpopProof => "expected a fresh DPoP proof for this request",
            Self::AuthorizationPending => "the person has not answered yet",
            Self::SlowDown => "the person has not answered yet; ask five seconds less often",
            Self::ExpiredToken => "the question has lapsed",
            Self::AccessDenied => "the person has not agreed",
            Self::QuestionDenied => "no such question is put to anybody",
            Self::UnknownUserId => "expected a login_hint of the form tel:+ and a number",
            Self::InvalidRequestObject => "expected a fresh request object, signed by the client for this server",
            Self::TemporarilyUnavailable => "the server cannot serve now; try again later",
        })
    }
}

impl std::error::Error for OAuthError {}

/// An error of the authorization endpoint, which goes back by way of the browser.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorizeError {
    /// The request is malformed; the text says how, without repeating it.
    InvalidRequest(&'static str),
    /// The client is not approved for what it asks, or for asking in this way.
    UnauthorizedClient,
    /// The person has not agreed, or did not go on.
    AccessDenied,
    /// Another response type than `code`.
    UnsupportedResponseType,
    /// The scope is not one that can be given.
    InvalidScope(ScopeError),
    /// Nothing may be shown to the person, and without that there is no answer.
    ConsentRequired,
    /// The signed request is malformed, forged, expired or used, or says something else than the query.
    InvalidRequestObject,
    /// The request stands elsewhere, where this server does not look.
    RequestUriNotSupported,
    /// The server failed.
    ServerError,
    /// The server cannot serve now.
    TemporarilyUnavailable,
}

impl From<ScopeError> for AuthorizeError {
    fn from(error: ScopeError) -> Self {
        Self::InvalidScope(error)
    }
}

impl AuthorizeError {
    /// The standard's word.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope(_) => "invalid_scope",
            Self::ConsentRequired => "consent_required",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }
}

impl fmt::Display for AuthorizeError {
    /// What a developer reads.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::InvalidRequest(text) => text,
            Self::InvalidScope(error) => return error.fmt(f),
            Self::UnauthorizedClient => "the client is not approved for this purpose, scope or flow",
            Self::AccessDenied => "the person has not agreed",
            Self::UnsupportedResponseType => "expected response_type code",
            Self::ConsentRequired => "the person has to answer, which prompt none forbids",
            Self::InvalidRequestObject => {
                "expected a fresh request object, signed by the client for this server, that says what the query says"
            }
            Self::RequestUriNotSupported => "expected the request in the query or in a request object",
            Self::ServerError => "the server failed",
            Self::TemporarilyUnavailable => "the server cannot serve now; try again later",
        })
    }
}

impl std::error::Error for AuthorizeError {}
