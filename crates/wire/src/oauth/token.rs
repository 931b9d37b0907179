//! The token endpoint: what a client sends (RFC 6749 §4.4 with RFC 7523), what comes back, and how the gateway asks
//! another operator's endpoint in the same way.

use domain::secret::Secret;
use domain::time::Span;
use serde_json::json;

use super::form::{self, Form, FormError};
use super::scope::ScopeError;
use crate::jose::assertion::ASSERTION_TYPE;
use crate::json::{self, DEPTH_MAX, ParseError};

/// A token request that is complete. Its scope and its assertion are read by later steps, since a client is
/// authenticated before anything is said about what it wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRequest {
    /// The client's name, if the form gives it beside the assertion; it must then be the same.
    pub client_id: Option<String>,
    /// The signed assertion.
    pub assertion: String,
    /// What the token shall be for.
    pub scope: String,
}

impl TokenRequest {
    /// Reads the form.
    ///
    /// # Errors
    /// `invalid_request` for a malformed form or a missing parameter, `unsupported_grant_type`, and `invalid_client` for
    /// any other way of authentication than `private_key_jwt`.
    pub fn parse(body: &[u8]) -> Result<Self, TokenError> {
        let mut form = Form::parse(body)?;
        let grant_type = form
            .take("grant_type")
            .ok_or(TokenError::InvalidRequest("expected grant_type"))?;
        if grant_type != GRANT_TYPE {
            return Err(TokenError::UnsupportedGrantType);
        }
        if form.take("client_secret").is_some() {
            return Err(TokenError::InvalidClient);
        }
        let assertion_type = form.take("client_assertion_type").ok_or(TokenError::InvalidClient)?;
        let assertion = form.take("client_assertion").ok_or(TokenError::InvalidClient)?;
        if assertion_type != ASSERTION_TYPE {
            return Err(TokenError::InvalidClient);
        }
        let scope = form
            .take("scope")
            .ok_or(TokenError::InvalidScope(ScopeError::NoPurpose))?;
        Ok(Self {
            client_id: form.take("client_id"),
            assertion,
            scope,
        })
    }
}

/// The one way in which a token is given.
pub const GRANT_TYPE: &str = "client_credentials";

/// The form by which this side asks for a token.
#[must_use]
pub fn print_request(scope: &str, assertion: &str) -> String {
    form::print(&[
        ("grant_type", GRANT_TYPE),
        ("scope", scope),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ])
}

/// How a token is used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenType {
    /// By itself.
    Bearer,
    /// With a proof of the key to which it is bound.
    Dpop,
}

impl TokenType {
    /// The word for `token_type`, which is also the scheme of the `Authorization` header.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }
}

/// The body of a successful answer.
#[must_use]
pub fn print_answer(access_token: &str, token_type: TokenType, life: Span, scope: &str) -> Vec<u8> {
    json!({
        "access_token": access_token,
        "token_type": token_type.word(),
        "expires_in": life.as_seconds(),
        "scope": scope,
    })
    .to_string()
    .into_bytes()
}

/// A token that another server gave.
#[derive(Debug)]
pub struct GivenToken {
    /// The token.
    pub access_token: Secret<String>,
    /// How it is used.
    pub token_type: TokenType,
    /// How long it lives; a minute if the server does not say.
    pub life: Span,
}

/// Reads the body of a successful answer.
///
/// # Errors
/// If it is not one, or if the token's type is neither `Bearer` nor `DPoP`.
pub fn read_answer(body: &[u8]) -> Result<GivenToken, ParseError> {
    json::parse(body, DEPTH_MAX)?.open_object(|fields| {
        let visible = |text: &str| {
            (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Secret::new(text.to_owned()))
        };
        let access_token = fields
            .required("access_token")?
            .parsed("a text without white space", visible)?;
        // RFC 6749 §7.1: the type ignores case.
        let token_type = fields.required("token_type")?.parsed("Bearer or DPoP", |text| {
            [TokenType::Bearer, TokenType::Dpop]
                .into_iter()
                .find(|one| one.word().eq_ignore_ascii_case(text))
        })?;
        let life = fields
            .optional("expires_in")
            .map(|node| node.integer(1..=i64::from(i32::MAX)))
            .transpose()?;
        let life = Span::seconds(life.and_then(|life| u32::try_from(life).ok()).unwrap_or(60));
        Ok(GivenToken {
            access_token,
            token_type,
            life,
        })
    })
}

/// Why no token is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenError {
    /// The request is malformed; the text says how, without repeating it.
    InvalidRequest(&'static str),
    /// The form is malformed.
    InvalidForm(FormError),
    /// The client is not authenticated. What is wrong with its assertion is for the log.
    InvalidClient,
    /// The scope is not one that can be given.
    InvalidScope(ScopeError),
    /// The client is not approved for what it asks, whatever that is.
    UnauthorizedClient,
    /// Another grant type than client credentials.
    UnsupportedGrantType,
    /// The proof of possession is missing or not valid.
    InvalidDpopProof,
    /// The server cannot give a token now.
    TemporarilyUnavailable,
}

impl From<FormError> for TokenError {
    fn from(error: FormError) -> Self {
        Self::InvalidForm(error)
    }
}

impl From<ScopeError> for TokenError {
    fn from(error: ScopeError) -> Self {
        Self::InvalidScope(error)
    }
}

impl TokenError {
    /// The status of the response.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest(_)
            | Self::InvalidForm(_)
            | Self::InvalidScope(_)
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::InvalidDpopProof => 400,
        }
    }

    /// The standard's word.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) | Self::InvalidForm(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidScope(_) => "invalid_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// What a developer reads.
    #[must_use]
    pub fn description(&self) -> String {
        match self {
            Self::InvalidRequest(text) => (*text).to_owned(),
            Self::InvalidForm(error) => error.to_string(),
            Self::InvalidScope(error) => error.to_string(),
            Self::InvalidClient => "expected a fresh private_key_jwt assertion of a registered client".to_owned(),
            Self::UnauthorizedClient => "the client is not approved for this purpose or scope".to_owned(),
            Self::UnsupportedGrantType => "expected the grant type client_credentials".to_owned(),
            Self::InvalidDpopProof => "expected a fresh DPoP proof for this request".to_owned(),
            Self::TemporarilyUnavailable => "the server cannot serve now; try again later".to_owned(),
        }
    }

    /// The body of the response.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        json!({ "error": self.code(), "error_description": self.description() })
            .to_string()
            .into_bytes()
    }
}
