//! What the token endpoint answers (RFC 6749 §5.1), and how another operator's answer is read.

use domain::secret::Secret;
use domain::time::Span;
use serde_json::{Value, json};

use crate::json::{self, DEPTH_MAX, ParseError};

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

/// What a successful answer says.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The access token.
    pub access_token: &'a str,
    /// How it is used.
    pub token_type: TokenType,
    /// How long it lives.
    pub life: Span,
    /// What it is for.
    pub scope: &'a str,
    /// The ID token, if `openid` was asked for.
    pub id_token: Option<&'a str>,
    /// The refresh token, if `offline_access` was asked for.
    pub refresh_token: Option<&'a str>,
}

/// The body of a successful answer.
#[must_use]
pub fn print_answer(given: Given<'_>) -> Vec<u8> {
    let mut answer = json!({
        "access_token": given.access_token,
        "token_type": given.token_type.word(),
        "expires_in": given.life.as_seconds(),
        "scope": given.scope,
    });
    let further = [("id_token", given.id_token), ("refresh_token", given.refresh_token)];
    for (name, token) in further {
        if let (Some(members), Some(token)) = (answer.as_object_mut(), token) {
            members.insert(name.to_owned(), Value::from(token));
        }
    }
    answer.to_string().into_bytes()
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
