//! CIBA in poll mode (OpenID Client-Initiated Backchannel Authentication Core 1.0 §7): a client asks the gateway to ask a
//! person, and comes back for the token. The question's parameters stand in the form, or in a request object that the
//! client signed (§7.1.1).

use domain::time::Span;
use serde_json::json;

use super::error::OAuthError;
use super::form::Form;
use super::grant::ClientAuthentication;
use super::hint::Hint;
use super::scope::{Scope, ScopeError};

/// The path of the endpoint.
pub const PATH: &str = "/oauth2/bc-authorize";

/// How long a client waits between two polls, in seconds.
pub const INTERVAL_S: u32 = 5;

/// A request to the endpoint. What is wanted is read after the client is authenticated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackchannelRequest {
    /// Who the client is.
    pub client: ClientAuthentication,
    /// What it wants.
    pub wish: Wish,
}

/// The parameters of a question: plain, or signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// They stand in the form.
    Plain(Parameters),
    /// They stand in this request object.
    Signed(String),
}

/// What a question is about, not read yet.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Parameters {
    /// What the token shall be for.
    pub scope: Option<String>,
    /// Whom to ask.
    pub login_hint: Option<String>,
    /// Whether another hint stands beside it, which the profile does not allow.
    pub other_hint: bool,
}

/// Every parameter of a question that this gateway knows or, as the profile wants, ignores. Beside a request object none
/// of them may stand (§7.1.1).
const PARAMETERS: [&str; 9] = [
    "scope",
    "login_hint",
    "login_hint_token",
    "id_token_hint",
    "acr_values",
    "binding_message",
    "user_code",
    "requested_expiry",
    "client_notification_token",
];

impl BackchannelRequest {
    /// Reads the form.
    ///
    /// # Errors
    /// `invalid_request` for a malformed form or parameters beside a request object, `invalid_client` without
    /// `private_key_jwt`.
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let mut form = Form::parse(body)?;
        let client = ClientAuthentication::take(&mut form)?;
        if client.assertion.is_none() {
            return Err(OAuthError::InvalidClient);
        }
        let wish = match form.take("request") {
            Some(_) if PARAMETERS.iter().any(|name| form.take(name).is_some()) => {
                return Err(OAuthError::InvalidRequest(
                    "expected the parameters within the request object, found some in the form",
                ));
            }
            Some(object) => Wish::Signed(object),
            None => Wish::Plain(Parameters {
                scope: form.take("scope"),
                login_hint: form.take("login_hint"),
                other_hint: form.take("login_hint_token").is_some() || form.take("id_token_hint").is_some(),
            }),
        };
        Ok(Self { client, wish })
    }
}

impl Parameters {
    /// What is asked of whom.
    ///
    /// # Errors
    /// `invalid_request` for a missing, malformed or second hint, `invalid_scope`.
    pub fn read(&self) -> Result<(Scope, Hint), OAuthError> {
        let scope = self.scope.as_deref().ok_or(ScopeError::NoPurpose)?.parse()?;
        if self.other_hint {
            return Err(OAuthError::InvalidRequest(
                "expected login_hint as the only hint, found another",
            ));
        }
        let hint = self
            .login_hint
            .as_deref()
            .ok_or(OAuthError::InvalidRequest("expected login_hint"))?;
        let hint = Hint::parse(hint).ok_or(OAuthError::InvalidRequest("expected login_hint as tel:+ and a number"))?;
        Ok((scope, hint))
    }
}

/// The body of a successful answer.
#[must_use]
pub fn print_answer(auth_req_id: &str, life: Span) -> Vec<u8> {
    json!({
        "auth_req_id": auth_req_id,
        "expires_in": life.as_seconds(),
        "interval": INTERVAL_S,
    })
    .to_string()
    .into_bytes()
}
