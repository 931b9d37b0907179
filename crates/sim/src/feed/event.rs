//! What may happen to a number, by the names that gateways know.

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
    /// A listed number calls it.
    CallStarted(Call),
    /// The call is over.
    CallEnded(Call),
}

/// A call, as the carrier's switch knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The number that calls, E.164.
    pub line: String,
    /// The carrier's name of the call.
    pub call: String,
}

impl Event {
    /// The event's name and payload.
    pub fn parts(&self) -> (&'static str, Value) {
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
            Self::CallStarted(call) => ("urn:example:wayleave:event:call-started", call.payload()),
            Self::CallEnded(call) => ("urn:example:wayleave:event:call-ended", call.payload()),
        }
    }
}

impl Call {
    fn payload(&self) -> Value {
        json!({ "line": self.line, "call": self.call })
    }
}
