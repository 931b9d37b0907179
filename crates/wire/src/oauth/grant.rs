//! What a client sends to the token endpoint: who it is, and by which way it wants a token.

use super::error::OAuthError;
use super::form::{self, Form};
use super::pkce::Verifier;
use super::scope::ScopeError;
use crate::jose::assertion::ASSERTION_TYPE;

/// A way to a token. A party may be approved for some of them only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Flow {
    /// Client credentials (RFC 6749 §4.4): the token names no subject.
    ClientCredentials,
    /// A JWT as an authorization grant (RFC 7523 §2.1): the client names the subject, who must have agreed.
    JwtBearer,
    /// CIBA in poll mode: the gateway asks the subject.
    Ciba,
    /// Authorization code (RFC 6749 §4.1): the subject's browser comes to the gateway, which asks the subject.
    AuthorizationCode,
}

impl Flow {
    /// Every flow.
    pub const ALL: [Self; 4] = [
        Self::ClientCredentials,
        Self::JwtBearer,
        Self::Ciba,
        Self::AuthorizationCode,
    ];

    /// The standard's `grant_type`.
    #[must_use]
    pub const fn grant_type(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::Ciba => "urn:openid:params:grant-type:ciba",
            Self::AuthorizationCode => "authorization_code",
        }
    }

    /// A short word for it, in parties' records and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client-credentials",
            Self::JwtBearer => "jwt-bearer",
            Self::Ciba => "ciba",
            Self::AuthorizationCode => "authorization-code",
        }
    }

    /// The flow with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.word() == word)
    }

    /// Whether the gateway asks the subject in this flow. Such a flow needs the approval for asking, and may come with a
    /// refresh token.
    #[must_use]
    pub const fn asks_people(self) -> bool {
        matches!(self, Self::Ciba | Self::AuthorizationCode)
    }
}

/// The `grant_type` of a refresh (RFC 6749 §6), which goes on with a flow and is none itself.
pub const REFRESH: &str = "refresh_token";

/// How a client says who it is: `private_key_jwt`, and nothing else.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClientAuthentication {
    /// The client's name, if the form gives it beside an assertion; it must then be the same.
    pub client_id: Option<String>,
    /// The signed assertion, if there is one.
    pub assertion: Option<String>,
}

impl ClientAuthentication {
    /// Takes the client's authentication out of a form.
    ///
    /// # Errors
    /// `invalid_client` for any other way than `private_key_jwt`, or for half of it.
    pub fn take(form: &mut Form) -> Result<Self, OAuthError> {
        let secret = form.take("client_secret");
        let kind = form.take("client_assertion_type");
        let assertion = form.take("client_assertion");
        let whole = kind.is_some() == assertion.is_some() && kind.is_none_or(|kind| kind == ASSERTION_TYPE);
        if secret.is_some() || !whole {
            return Err(OAuthError::InvalidClient);
        }
        Ok(Self {
            client_id: form.take("client_id"),
            assertion,
        })
    }

    /// Whether the form names this client, or none.
    #[must_use]
    pub fn agrees(&self, client_id: &str) -> bool {
        self.client_id.as_deref().is_none_or(|named| named == client_id)
    }
}

/// By which way a token is wanted. Scope and assertions are read by later steps, since a client is authenticated before
/// anything is said about what it wants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Grant {
    /// Client credentials.
    ClientCredentials {
        /// What the token shall be for.
        scope: String,
    },
    /// A JWT as an authorization grant.
    JwtBearer {
        /// The signed assertion, which also says who the client is.
        assertion: String,
    },
    /// CIBA.
    Ciba {
        /// What the backchannel endpoint gave.
        auth_req_id: String,
    },
    /// An authorization code.
    Code {
        /// What the authorization endpoint gave.
        code: String,
        /// The redirect address of that request.
        redirect_uri: String,
        /// What its code challenge was made from.
        verifier: Verifier,
    },
    /// A refresh token.
    Refresh {
        /// What the token endpoint gave.
        refresh_token: String,
        /// A narrower scope than before, if one is wanted.
        scope: Option<String>,
    },
}

/// A token request that is complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TokenRequest {
    /// Who the client is. A JWT bearer assertion says it too, so there the client's own may be left out.
    pub client: ClientAuthentication,
    /// What it wants.
    pub grant: Grant,
}

impl TokenRequest {
    /// Reads the form.
    ///
    /// # Errors
    /// `invalid_request` for a malformed form, a missing parameter, or a `scope` beside a JWT bearer assertion, which
    /// carries its own; `unsupported_grant_type`; and `invalid_client` for any other way of authentication than
    /// `private_key_jwt`.
    pub fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let mut form = Form::parse(body)?;
        let grant_type = required(&mut form, "grant_type", "expected grant_type")?;
        let flow = Flow::ALL.into_iter().find(|flow| flow.grant_type() == grant_type);
        if flow.is_none() && grant_type != REFRESH {
            return Err(OAuthError::UnsupportedGrantType);
        }
        let client = ClientAuthentication::take(&mut form)?;
        if client.assertion.is_none() && flow != Some(Flow::JwtBearer) {
            return Err(OAuthError::InvalidClient);
        }
        let grant = match flow {
            Some(flow) => Grant::of_flow(flow, &mut form)?,
            None => Grant::Refresh {
                refresh_token: required(&mut form, "refresh_token", "expected refresh_token")?,
                scope: form.take("scope"),
            },
        };
        Ok(Self { client, grant })
    }
}

impl Grant {
    fn of_flow(flow: Flow, form: &mut Form) -> Result<Self, OAuthError> {
        Ok(match flow {
            Flow::ClientCredentials => Self::ClientCredentials {
                scope: form.take("scope").ok_or(ScopeError::NoPurpose)?,
            },
            Flow::JwtBearer => {
                if form.take("scope").is_some() {
                    return Err(OAuthError::InvalidRequest(
                        "expected the scope within the assertion, found it in the form",
                    ));
                }
                Self::JwtBearer {
                    assertion: required(form, "assertion", "expected assertion")?,
                }
            }
            Flow::Ciba => Self::Ciba {
                auth_req_id: required(form, "auth_req_id", "expected auth_req_id")?,
            },
            Flow::AuthorizationCode => Self::Code {
                code: required(form, "code", "expected code")?,
                redirect_uri: required(form, "redirect_uri", "expected redirect_uri")?,
                verifier: form
                    .take("code_verifier")
                    .and_then(|text| Verifier::parse(&text))
                    .ok_or(OAuthError::InvalidRequest(
                        "expected code_verifier as RFC 7636 §4.1 has it",
                    ))?,
            },
        })
    }
}

fn required(form: &mut Form, name: &str, otherwise: &'static str) -> Result<String, OAuthError> {
    form.take(name).ok_or(OAuthError::InvalidRequest(otherwise))
}

/// The form by which this side asks another operator for a token.
#[must_use]
pub fn print_request(scope: &str, assertion: &str) -> String {
    form::print(&[
        ("grant_type", Flow::ClientCredentials.grant_type()),
        ("scope", scope),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ])
}
