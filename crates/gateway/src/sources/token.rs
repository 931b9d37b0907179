//! Access tokens of the operator, one for each purpose: fetched with a signed assertion (`private_key_jwt`, RFC 7523),
//! kept until shortly before they expire.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use domain::purpose::Purpose;
use domain::time::{Span, Timestamp};
use http::{HeaderValue, StatusCode, Uri};
use wire::jose::{SigningKey, assertion};
use wire::oauth::grant::print_request;
use wire::oauth::scope::Api;
use wire::oauth::token::{TokenType, read_answer};

use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::sources::link::client::{Answer, CallError, Http, Post};

/// The longest that a token is kept, whatever the operator says.
const LIFE_MAX: Span = Span::seconds(3600);
/// A token is not used any more so long before its end, or in the last quarter of a short life, in milliseconds.
const MARGIN_MS_MAX: i64 = 30_000;
/// The longest token, in characters.
const TOKEN_CHARACTERS_MAX: usize = 4096;

/// Who this gateway is at the operator.
#[derive(Debug)]
pub struct Credentials {
    /// Where tokens are given out.
    pub endpoint: Uri,
    /// Whom the assertion is for: the operator's issuer, or the token endpoint itself.
    pub audience: String,
    /// The gateway's name there.
    pub client_id: String,
    /// The key that the operator knows.
    pub key: SigningKey,
    /// What tokens are for.
    pub apis: &'static [Api],
}

/// An access token.
#[derive(Clone, Debug)]
pub struct Token {
    /// The header's value, marked as sensitive.
    pub authorization: HeaderValue,
    until: Timestamp,
    serial: u64,
}

/// Why there is no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenError {
    /// The endpoint gave no answer.
    Call(CallError),
    /// It refused.
    Refused(StatusCode),
    /// Its answer is not what RFC 6749 §5.1 has.
    Malformed,
    /// The assertion could not be signed.
    Unsigned,
}

impl std::fmt::Display for TokenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call(error) => f.write_str(error.reason()),
            Self::Refused(status) => write!(f, "expected a token, found status {}", status.as_u16()),
            Self::Malformed => f.write_str("expected a bearer token, found another answer"),
            Self::Unsigned => f.write_str("the assertion could not be signed"),
        }
    }
}

/// The tokens of one operator.
pub struct Tokens {
    credentials: Credentials,
    slots: [Slot; Purpose::ALL.len()],
    clock: Arc<dyn Clock>,
    chance: Arc<SystemChance>,
}

#[derive(Default)]
struct Slot {
    kept: Mutex<Option<Token>>,
    /// Held while a token is fetched, so that many asks fetch one.
    fetching: tokio::sync::Mutex<u64>,
}

impl Tokens {
    /// No token yet.
    #[must_use]
    pub fn new(credentials: Credentials, clock: Arc<dyn Clock>, chance: Arc<SystemChance>) -> Self {
        Self {
            credentials,
            slots: Default::default(),
            clock,
            chance,
        }
    }

    /// A token for a purpose: the kept one, or a new one. `refused` is the token that the operator did not take, which
    /// is not given again.
    ///
    /// # Errors
    /// When none can be had.
    pub async fn token(&self, http: &Http, purpose: Purpose, refused: Option<&Token>) -> Result<Token, TokenError> {
        let position = Purpose::ALL.iter().position(|known| *known == purpose);
        // INVARIANT: `ALL` holds every purpose.
        let slot = position
            .and_then(|index| self.slots.get(index))
            .ok_or(TokenError::Malformed)?;
        if let Some(token) = self.kept(slot, refused) {
            return Ok(token);
        }
        let mut serial = slot.fetching.lock().await;
        if let Some(token) = self.kept(slot, refused) {
            return Ok(token);
        }
        let answer = match http.post(&self.request(purpose)?).await {
            // A new assertion each time: the operator may have seen the one before, and takes none twice.
            Err(CallError::Unheard) => http.post(&self.request(purpose)?).await,
            other => other,
        };
        *serial += 1;
        let token = read(&answer.map_err(TokenError::Call)?, *serial, self.clock.now())?;
        *slot.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        Ok(token)
    }

    fn kept(&self, slot: &Slot, refused: Option<&Token>) -> Option<Token> {
        let kept = slot.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let newer = |token: &&Token| refused.is_none_or(|refused| token.serial > refused.serial);
        kept.as_ref().filter(|token| token.until > now).filter(newer).cloned()
    }

    fn request(&self, purpose: Purpose) -> Result<Post, TokenError> {
        let Credentials {
            endpoint,
            audience,
            client_id,
            key,
            apis,
        } = &self.credentials;
        let id = URL_SAFE_NO_PAD.encode(self.chance.bytes::<16>());
        let signed = assertion::sign(key, client_id, audience, &id, self.clock.now());
        let assertion = signed.map_err(|_| TokenError::Unsigned)?;
        let apis: Vec<&str> = apis.iter().map(|api| api.name()).collect();
        let scope = format!("dpv:{} {}", purpose.term(), apis.join(" "));
        Ok(Post {
            uri: endpoint.clone(),
            content_type: HeaderValue::from_static("application/x-www-form-urlencoded"),
            accept: HeaderValue::from_static("application/json"),
            authorization: None,
            correlator: None,
            body: Bytes::from(print_request(&scope, &assertion)),
        })
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tokens({})", self.credentials.endpoint)
    }
}

/// Reads the token endpoint's answer.
fn read(answer: &Answer, serial: u64, now: Timestamp) -> Result<Token, TokenError> {
    if answer.status != StatusCode::OK {
        return Err(TokenError::Refused(answer.status));
    }
    let given = read_answer(&answer.body).map_err(|_| TokenError::Malformed)?;
    // A DPoP token needs proofs that this client does not make.
    if given.token_type != TokenType::Bearer || given.access_token.expose().len() > TOKEN_CHARACTERS_MAX {
        return Err(TokenError::Malformed);
    }
    let header = format!("Bearer {}", given.access_token.expose());
    let mut authorization = HeaderValue::try_from(header).map_err(|_| TokenError::Malformed)?;
    authorization.set_sensitive(true);
    Ok(Token {
        authorization,
        until: now.after(usable(given.life)),
        serial,
    })
}

/// How long a token is used: its life, less a margin for the way and for clocks that differ.
fn usable(life: Span) -> Span {
    let life = life.min(LIFE_MAX);
    let margin = MARGIN_MS_MAX.min(life.as_ms() / 4);
    // Neither is negative, and the difference is at most an hour.
    Span::milliseconds(u32::try_from(life.as_ms() - margin).unwrap_or_default())
}
