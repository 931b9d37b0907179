//! A partner's credentials, and the signed requests that they make possible.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::PartyId;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use gateway::chance::SystemChance;
use gateway::clock::{Clock as _, SystemClock};
use hyper::Method;
use serde::Deserialize;
use serde_json::Value;
use wire::jose::jwk::Jwk;
use wire::jose::{AgreementKey, SealingJwk, SigningKey, assertion, dpop, key_change};
use wire::oauth::grant::print_request;
use wire::oauth::token::read_answer;

use crate::Failure;
use crate::http::{Answer, send};

/// A client's file, as `wayleave demo` writes it.
#[derive(Debug, Deserialize)]
struct File {
    client_id: String,
    private_jwk: Value,
    /// What opens the outcomes of signed asks.
    encryption_jwk: Option<Value>,
    issuer: String,
    token_endpoint: String,
    scopes: String,
    purpose: String,
    #[serde(default)]
    dpop: bool,
}

/// A client with its key.
pub(crate) struct Credentials {
    file: File,
    key: SigningKey,
    chance: SystemChance,
    quiet: bool,
}

impl Credentials {
    /// Reads a client's file.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let file: File = serde_json::from_slice(&text).map_err(|error| format!("`{}`: {error}", path.display()))?;
        let key = SigningKey::parse_private_jwk(file.private_jwk.to_string().as_bytes())?;
        Ok(Self {
            file,
            key,
            chance: SystemChance::new(),
            quiet: false,
        })
    }

    /// The same client, which says nothing of what it sends.
    pub(crate) fn quietly(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// The gateway's address.
    pub(crate) fn issuer(&self) -> &str {
        &self.file.issuer
    }

    /// The party that it is.
    pub(crate) fn party(&self) -> Result<PartyId, Failure> {
        let id = self.file.client_id.parse::<PartyId>();
        Ok(id.map_err(|error| format!("`client_id`: {error}"))?)
    }

    /// What it asks for.
    pub(crate) fn purpose(&self) -> Result<Purpose, Failure> {
        let term = &self.file.purpose;
        Ok(Purpose::from_term(term).ok_or_else(|| format!("`purpose`: expected a purpose's term, found `{term}`"))?)
    }

    /// What signs for it.
    pub(crate) const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// What opens the outcomes of its signed asks.
    pub(crate) fn opens(&self) -> Result<AgreementKey, Failure> {
        let jwk = self.file.encryption_jwk.as_ref();
        let jwk = jwk.ok_or("expected a client's file with `encryption_jwk`, which opens outcomes")?;
        Ok(AgreementKey::parse_private_jwk(jwk.to_string().as_bytes())?)
    }

    /// The time.
    pub(crate) fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    /// Chance that is used once.
    pub(crate) fn chance<const N: usize>(&self) -> [u8; N] {
        self.chance.bytes()
    }

    /// Signs the client's future keys with its present one, and the key that outcomes shall be sealed to if that changes.
    pub(crate) fn sign_keys(&self, keys: &[Jwk], encryption: Option<&SealingJwk>) -> Result<String, Failure> {
        let (client, issuer) = (&self.file.client_id, &self.file.issuer);
        Ok(key_change::sign(
            &self.key,
            client,
            issuer,
            keys,
            encryption,
            SystemClock.now(),
        )?)
    }

    /// A name that is used once.
    pub(crate) fn jti(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.chance.bytes::<16>())
    }

    /// Gets a token, and says on standard error which curl would have done the same.
    pub(crate) async fn token(&self) -> Result<String, Failure> {
        let now = SystemClock.now();
        let signed = assertion::sign(&self.key, &self.file.client_id, &self.file.issuer, &self.jti(), now)?;
        let scope = format!("dpv:{} {}", self.file.purpose, self.file.scopes);
        let form = print_request(&scope, &signed);
        let endpoint = &self.file.token_endpoint;
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        let proof = self.proof("POST", endpoint, None)?;
        if let Some(proof) = &proof {
            headers.push(("dpop", proof));
        }
        if !self.quiet {
            self.show_token_request(&scope, now)?;
        }
        let answer = send(Method::POST, endpoint, &headers, form).await?;
        if !answer.status.is_success() {
            return Err(format!("the token endpoint answered {}: {}", answer.status, answer.text()).into());
        }
        Ok(read_answer(&answer.body)?.access_token.expose().clone())
    }

    /// Says which curl would get such a token, with an assertion and a proof of their own: each can be used once.
    fn show_token_request(&self, scope: &str, now: Timestamp) -> Result<(), Failure> {
        let endpoint = &self.file.token_endpoint;
        let signed = assertion::sign(&self.key, &self.file.client_id, &self.file.issuer, &self.jti(), now)?;
        let proof = self.proof("POST", endpoint, None)?;
        let proof = proof.map_or_else(String::new, |proof| format!(" -H 'DPoP: {proof}'"));
        eprintln!("curl -sS{proof} --data '{}' {endpoint}", print_request(scope, &signed));
        Ok(())
    }

    fn proof(&self, method: &str, url: &str, token: Option<&str>) -> Result<Option<String>, Failure> {
        if !self.file.dpop {
            return Ok(None);
        }
        let request = dpop::Request {
            method,
            url,
            access_token: token,
        };
        Ok(Some(dpop::sign(&self.key, request, &self.jti(), SystemClock.now())?))
    }

    /// Sends one request with a new token, and says which curl would have done the same.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Answer, Failure> {
        self.call_and_show(method, path, body, body).await
    }

    /// The same where a body can be used once: another one is shown.
    pub(crate) async fn call_and_show(
        &self,
        method: Method,
        path: &str,
        body: &Value,
        other: &Value,
    ) -> Result<Answer, Failure> {
        let token = self.token().await?;
        let url = format!("{}{path}", self.file.issuer);
        let proof = self.proof(method.as_str(), &url, Some(&token))?;
        let scheme = if proof.is_some() { "DPoP" } else { "Bearer" };
        let authorization = format!("{scheme} {token}");
        let mut headers = vec![
            ("authorization", authorization.as_str()),
            ("content-type", "application/json"),
        ];
        if let Some(proof) = &proof {
            headers.push(("dpop", proof));
        }
        if !self.quiet {
            let shown = self.proof(method.as_str(), &url, Some(&token))?;
            let shown = shown.map_or_else(String::new, |proof| format!(" -H 'DPoP: {proof}'"));
            eprintln!(
                "curl -sS -H \"Authorization: {scheme} {token}\"{shown} -H 'Content-Type: application/json' -d '{other}' {url}"
            );
        }
        send(method, &url, &headers, body.to_string()).await
    }
}
