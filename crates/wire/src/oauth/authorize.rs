//! The authorization endpoint (RFC 6749 §4.1, OpenID Connect Core §3.1.2, CAMARA's security profile): a browser comes with
//! what a client wants, and goes back with a code or an error. Whom it goes back to is settled first: until then nothing
//! is sent anywhere.

use domain::number::Msisdn;

use super::error::AuthorizeError;
use super::form::Form;
use super::hint::Hint;
use super::pkce::{self, Challenge};
use super::redirect::RedirectUri;
use super::scope::{Scope, ScopeError};
use crate::json::{Fields, Node, ParseError};

/// The path of the endpoint.
pub const PATH: &str = "/oauth2/authorize";

/// The one response type.
pub const RESPONSE_TYPE: &str = "code";

/// The longest `state`, in bytes.
const STATE_BYTES_MAX: usize = 2048;
/// The longest `nonce`, in bytes.
const NONCE_BYTES_MAX: usize = 512;

/// A request as it stands in the query.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuthorizationRequest {
    /// Which client sent the browser.
    pub client_id: String,
    /// Where it wants the browser back. Nobody has looked yet whether that is registered.
    pub redirect_uri: RedirectUri,
    /// The request object, if the client signed its request.
    pub object: Option<String>,
    /// The parameters of the query.
    pub parameters: Parameters,
}

/// What a request wants, not read yet: from the query, or from a request object.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Parameters {
    response_type: Option<String>,
    response_mode: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    nonce: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
    prompt: Option<String>,
    login_hint: Option<String>,
    claims: bool,
    refers: bool,
}

/// What a request wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wish {
    /// What the token shall be for.
    pub scope: Scope,
    /// What comes back unchanged.
    pub state: Option<String>,
    /// What the ID token repeats.
    pub nonce: Option<String>,
    /// What the bringer of the code must know the origin of.
    pub challenge: Challenge,
    /// Whom it is about, if the client says so. The profile lets other hints be ignored.
    pub hint: Option<Msisdn>,
    /// Whether the person must not be shown anything.
    pub silent: bool,
}

impl AuthorizationRequest {
    /// Reads the query; `None` if it does not say which client sent the browser and where to, so that nobody can be told.
    #[must_use]
    pub fn parse(query: &str) -> Option<Self> {
        let mut form = Form::parse(query.as_bytes()).ok()?;
        let object = form.take("request");
        let parameters = Parameters::of_form(&mut form);
        Some(Self {
            client_id: parameters.client_id.clone()?,
            redirect_uri: parameters.redirect_uri.as_deref()?.parse().ok()?,
            object,
            parameters,
        })
    }
}

impl Parameters {
    fn of_form(form: &mut Form) -> Self {
        let mut take = |name: &str| form.take(name);
        Self {
            response_type: take("response_type"),
            response_mode: take("response_mode"),
            client_id: take("client_id"),
            redirect_uri: take("redirect_uri"),
            scope: take("scope"),
            state: take("state"),
            nonce: take("nonce"),
            code_challenge: take("code_challenge"),
            code_challenge_method: take("code_challenge_method"),
            prompt: take("prompt"),
            login_hint: take("login_hint"),
            claims: take("claims").is_some(),
            refers: take("request_uri").is_some(),
        }
    }

    /// Takes the parameters out of a request object's claims.
    ///
    /// # Errors
    /// If one is no text.
    pub(crate) fn of_claims(claims: &mut Fields) -> Result<Self, ParseError> {
        let mut take = |name: &'static str| claims.optional(name).map(Node::text).transpose();
        Ok(Self {
            response_type: take("response_type")?,
            response_mode: take("response_mode")?,
            client_id: take("client_id")?,
            redirect_uri: take("redirect_uri")?,
            scope: take("scope")?,
            state: take("state")?,
            nonce: take("nonce")?,
            code_challenge: take("code_challenge")?,
            code_challenge_method: take("code_challenge_method")?,
            prompt: take("prompt")?,
            login_hint: take("login_hint")?,
            claims: claims.has("claims"),
            // RFC 9101 §4: a request object holds and names no other.
            refers: claims.has("request_uri") || claims.has("request"),
        })
    }

    /// The `state`, if it can go back.
    #[must_use]
    pub fn state(&self) -> Option<&str> {
        let visible = |text: &&str| text.len() <= STATE_BYTES_MAX && text.bytes().all(|byte| (32..127).contains(&byte));
        self.state.as_deref().filter(visible)
    }

    /// Whether a request object says what the query beside it says. Of the two, the object is signed; the profile wants
    /// these four in the query as well.
    #[must_use]
    pub fn agrees_with(&self, query: &Self) -> bool {
        self.response_type == query.response_type
            && self.redirect_uri == query.redirect_uri
            && self.scope == query.scope
            && (self.client_id.is_none() || self.client_id == query.client_id)
    }

    /// What is wanted.
    ///
    /// # Errors
    /// See [`AuthorizeError`]; each can be told to the client.
    pub fn read(&self) -> Result<Wish, AuthorizeError> {
        if self.refers {
            return Err(AuthorizeError::RequestUriNotSupported);
        }
        match self.response_type.as_deref() {
            Some(RESPONSE_TYPE) => {}
            Some(_) => return Err(AuthorizeError::UnsupportedResponseType),
            None => return Err(AuthorizeError::InvalidRequest("expected response_type")),
        }
        if self.response_mode.as_deref().is_some_and(|mode| mode != "query") {
            return Err(AuthorizeError::InvalidRequest(
                "expected response_mode query, found another",
            ));
        }
        if self.state.is_some() && self.state().is_none() {
            return Err(AuthorizeError::InvalidRequest(
                "expected a state of at most 2048 visible characters",
            ));
        }
        if self.nonce.as_ref().is_some_and(|nonce| nonce.len() > NONCE_BYTES_MAX) {
            return Err(AuthorizeError::InvalidRequest("expected a nonce of at most 512 bytes"));
        }
        let scope: Scope = self.scope.as_deref().ok_or(ScopeError::NoPurpose)?.parse()?;
        if self.claims && !scope.openid() {
            return Err(AuthorizeError::InvalidRequest(
                "expected openid in the scope, since claims are asked for",
            ));
        }
        Ok(Wish {
            scope,
            state: self.state.clone(),
            nonce: self.nonce.clone(),
            challenge: self.challenge()?,
            hint: self
                .login_hint
                .as_deref()
                .and_then(Hint::parse)
                .and_then(|hint| match hint {
                    Hint::Number(number) => Some(number),
                    Hint::Unserved => None,
                }),
            silent: self.is_silent()?,
        })
    }

    /// The code challenge. A missing method would mean the plain one (RFC 7636 §4.3), which is not served.
    fn challenge(&self) -> Result<Challenge, AuthorizeError> {
        let challenge = self.code_challenge.as_deref().and_then(Challenge::parse);
        match self.code_challenge_method.as_deref() {
            Some(pkce::METHOD) => challenge,
            _ => None,
        }
        .ok_or(AuthorizeError::InvalidRequest(
            "expected code_challenge with code_challenge_method S256",
        ))
    }

    fn is_silent(&self) -> Result<bool, AuthorizeError> {
        let Some(prompt) = &self.prompt else {
            return Ok(false);
        };
        let mut words = prompt.split(' ');
        match (words.any(|word| word == "none"), prompt == "none") {
            (false, _) => Ok(false),
            (true, true) => Ok(true),
            (true, false) => Err(AuthorizeError::InvalidRequest("expected prompt none alone")),
        }
    }
}

#[cfg(test)]
mod tests;
