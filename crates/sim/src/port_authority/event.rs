//! Security Event Tokens (RFC 8417), as this authority makes them.

use super::Authority;
use crate::jwt::JwtError;
use crate::{chance, clock};
use serde_json::{Value, json};

/// What may happen to a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was given to somebody else.
    Recycle,
    /// It went to another carrier with its holder.
    Port,
    /// It got another SIM.
    SimSwap,
    /// It is a line of this kind, of this account.
    Attest {
        /// `machine` or `personal`.
        line: String,
        /// The account, for a machine.
        account: Option<String>,
    },
}

impl Event {
    /// The event's name and payload.
    fn parts(&self) -> (&'static str, Value) {
        match self {
            Self::Recycle => (
                "https://schemas.openid.net/secevent/risc/event-type/identifier-recycled",
                json!({}),
            ),
            Self::Port => ("urn:example:wayleave:event:ported", json!({})),
            Self::SimSwap => ("urn:example:wayleave:event:sim-changed", json!({})),
            Self::Attest { line, account } => {
                let mut payload = json!({ "line": line });
                if let Some(account) = account {
                    payload["account"] = account.as_str().into();
                }
                ("urn:example:wayleave:event:line-attested", payload)
            }
        }
    }
}

impl Authority {
    /// The signed event about a number, which happened `seconds_ago`.
    ///
    /// # Errors
    /// When signing fails.
    pub fn token(&self, number: &str, event: &Event, seconds_ago: i64) -> Result<String, JwtError> {
        let (name, payload) = event.parts();
        let now = clock::now_s();
        let claims = json!({
            "iss": self.issuer,
            "aud": self.gateway,
            "iat": now,
            "toe": now - seconds_ago,
            "jti": chance::token(),
            "sub_id": { "format": "phone_number", "phone_number": number },
            "events": { name: payload },
        });
        self.key.sign_jws(json!({ "typ": "secevent+jwt" }), &claims)
    }
}
