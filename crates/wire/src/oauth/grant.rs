//! What a client sends to the token endpoint: who it is, and by which of three ways it wants a token.

use super::error::OAuthError;
use super::form::{self, Form};
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
}

impl Flow {
    /// Every flow.
    pub const ALL: [Self; 3] = [Self::ClientCredentials, Self::JwtBearer, Self::Ciba];

    /// The standard's `grant_type`.
    #[must_use]
    pub const fn grant_type(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client_credentials",
            Self::JwtBearer => "urn:ietf:params:oauth:grant-type:jwt-bearer",
            Self::Ciba => "urn:openid:params:grant-type:ciba",
        }
    }

    /// A short word for it, in parties' records and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::ClientCredentials => "client-credentials",
            Self::JwtBearer => "jwt-bearer",
            Self::Ciba => "ciba",
        }
    }

    /// The flow with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flow| flow.word() == word)
    }
}

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
        let flow = Flow::ALL
            .into_iter()
            .find(|flow| flow.grant_type() == grant_type)
            .ok_or(OAuthError::UnsupportedGrantType)?;
        let client = ClientAuthentication::take(&mut form)?;
        if client.assertion.is_none() && flow != Flow::JwtBearer {
            return Err(OAuthError::InvalidClient);
        }
        let grant = match flow {
            Flow::ClientCredentials => Grant::ClientCredentials {
                scope: form.take("scope").ok_or(ScopeError::NoPurpose)?,
            },
            Flow::JwtBearer => {
                if form.take("scope").is_some() {
                    return Err(OAuthError::InvalidRequest(
                        "expected the scope within the assertion, found it in the form",
                    ));
                }
                Grant::JwtBearer {
                    assertion: required(&mut form, "assertion", "expected assertion")?,
                }
            }
            Flow::Ciba => Grant::Ciba {
                auth_req_id: required(&mut form, "auth_req_id", "expected auth_req_id")?,
            },
        };
        Ok(Self { client, grant })
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
