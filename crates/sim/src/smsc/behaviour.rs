//! How the centre behaves: throttling, gone, receipts, duplicates.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What receipts say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Receipt {
    /// The text reached the phone.
    #[serde(rename = "DELIVRD")]
    Delivered,
    /// It did not, and never will (a ported number, say); it is not put into the inbox.
    #[serde(rename = "UNDELIV")]
    Undelivered,
}

impl Receipt {
    /// Whether `registered_delivery` asks for this receipt (SMPP 3.4 §5.2.17): 1 for any, 2 for failures only.
    pub fn wanted_by(self, registered_delivery: u8) -> bool {
        match registered_delivery & 0x03 {
            1 => true,
            2 => self == Self::Undelivered,
            _ => false,
        }
    }

    /// The word in the receipt's text, and its message state.
    pub fn word_and_state(self) -> (&'static str, u8) {
        match self {
            Self::Delivered => ("DELIVRD", 2),
            Self::Undelivered => ("UNDELIV", 5),
        }
    }
}

/// The centre's behaviour; every field can be changed while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// Answer every message with `ESME_RTHROTTLED`.
    pub throttle: bool,
    /// Hang up on everybody and take no connection.
    pub down: bool,
    /// What receipts say; `null` sends none, also where one was asked for.
    pub receipt: Option<Receipt>,
    /// Deliver every reply twice.
    pub twice: bool,
    /// How long a receipt takes, in milliseconds.
    pub receipt_ms: i64,
    /// How long an unanswered delivery waits before it is repeated, in milliseconds.
    pub redeliver_ms: i64,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            throttle: false,
            down: false,
            receipt: Some(Receipt::Delivered),
            twice: false,
            receipt_ms: 300,
            redeliver_ms: 5_000,
        }
    }
}

impl Behaviour {
    /// This behaviour with the named fields changed; what `change` does not name stays.
    ///
    /// # Errors
    /// When `change` is no object, or a field is unknown or of the wrong type.
    pub fn changed(&self, change: Value) -> Result<Self, String> {
        let Value::Object(change) = change else {
            return Err("expected an object of the fields to change".into());
        };
        let mut fields = serde_json::to_value(self).map_err(|error| error.to_string())?;
        if let Some(fields) = fields.as_object_mut() {
            fields.extend(change);
        }
        serde_json::from_value(fields).map_err(|error| error.to_string())
    }
}
