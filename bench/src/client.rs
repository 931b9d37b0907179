//! A client's credentials, and what it needs before anything is measured: its token, and proofs of its key.

use std::path::Path;

use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use serde_json::Value;
use wire::jose::{SigningKey, assertion, dpop};
use wire::oauth::grant::print_request;
use wire::oauth::token::read_answer;

use crate::Failure;
use crate::http::Connection;

/// A client's credentials.
pub struct Client {
    file: Value,
    /// Its key.
    pub key: SigningKey,
    /// Whether its tokens are bound to its key (RFC 9449).
    pub dpop: bool,
}

impl Client {
    /// Reads a client's file.
    ///
    /// # Errors
    /// When it cannot be read or holds no key.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let file: Value = serde_json::from_slice(&std::fs::read(path)?)?;
        Ok(Self {
            key: SigningKey::parse_private_jwk(file["private_jwk"].to_string().as_bytes())?,
            dpop: file["dpop"] == true,
            file,
        })
    }

    /// A member of the file that is text.
    ///
    /// # Errors
    /// When there is none.
    pub fn text(&self, name: &str) -> Result<&str, Failure> {
        let text = self.file.get(name).and_then(Value::as_str);
        Ok(text.ok_or_else(|| format!("expected a client's file with `{name}`"))?)
    }

    /// The address, `host:port`, of the server that gives it tokens.
    ///
    /// # Errors
    /// When the file names none.
    pub fn host(&self) -> Result<&str, Failure> {
        Ok(self.text("issuer")?.trim_start_matches("http://"))
    }

    /// An access token by `private_key_jwt`.
    ///
    /// # Errors
    /// When the server gives none.
    pub async fn token(&self) -> Result<String, Failure> {
        let (issuer, endpoint) = (self.text("issuer")?, self.text("token_endpoint")?);
        let signed = assertion::sign(&self.key, self.text("client_id")?, issuer, &jti(), SystemClock.now())?;
        let scope = format!("dpv:{} {}", self.text("purpose")?, self.text("scopes")?);
        let mut headers = "content-type: application/x-www-form-urlencoded\r\n".to_owned();
        if self.dpop {
            headers.push_str(&format!("dpop: {}\r\n", self.proof(endpoint, None)?));
        }
        let mut connection = Connection::open(self.host()?).await?;
        let form = print_request(&scope, &signed);
        let answer = connection.post("/oauth2/token", &headers, &form).await?;
        if answer.status != 200 {
            let body = String::from_utf8_lossy(connection.body(answer)).into_owned();
            return Err(format!("expected a token, found {} {body}", answer.status).into());
        }
        Ok(read_answer(connection.body(answer))?.access_token.expose().clone())
    }

    fn proof(&self, url: &str, token: Option<&str>) -> Result<String, Failure> {
        let request = dpop::Request {
            method: "POST",
            url,
            access_token: token,
        };
        Ok(dpop::sign(&self.key, request, &jti(), SystemClock.now())?)
    }

    /// So many proofs for asks at `path`, made before anything is measured: what they cost is the client's.
    ///
    /// # Errors
    /// When the key does not sign.
    pub fn proofs(&self, path: &str, count: usize, token: &str) -> Result<Vec<String>, Failure> {
        let url = format!("{}{path}", self.text("issuer")?);
        (0..count).map(|_| self.proof(&url, Some(token))).collect()
    }
}

/// A name that is used once.
#[must_use]
pub fn jti() -> String {
    u128::from_be_bytes(SystemChance::new().bytes()).to_string()
}
