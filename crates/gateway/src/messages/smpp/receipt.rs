//! Delivery receipts: what became of a text after the message centre took it.

use rusmpp::tlvs::TlvValue;
use rusmpp::values::MessageState;

/// What a receipt says of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It is on its way still.
    Enroute,
    /// The phone has it.
    Delivered,
    /// Its validity ended first.
    Expired,
    /// It was deleted in the message centre.
    Deleted,
    /// It cannot be delivered.
    Undeliverable,
    /// Somebody took it on the phone's behalf.
    Accepted,
    /// The message centre rejected it.
    Rejected,
    /// Nothing, or nothing that is understood.
    Unknown,
}

impl Receipt {
    /// A stable word for the metric.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Enroute => "enroute",
            Self::Delivered => "delivered",
            Self::Expired => "expired",
            Self::Deleted => "deleted",
            Self::Undeliverable => "undeliverable",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Unknown => "unknown",
        }
    }

    /// From the parameter `message_state` if there is one, else from the text's `stat:` (SMPP 3.4 §5.3.2.35, app. B).
    pub(super) fn read<'a>(mut parameters: impl Iterator<Item = &'a TlvValue>, text: &[u8]) -> Self {
        let state = parameters.find_map(|parameter| match parameter {
            TlvValue::MessageState(state) => Some(*state),
            _ => None,
        });
        state.map_or_else(|| Self::of_text(text), Self::of_state)
    }

    const fn of_state(state: MessageState) -> Self {
        match state {
            MessageState::Scheduled | MessageState::Enroute => Self::Enroute,
            MessageState::Delivered => Self::Delivered,
            MessageState::Expired => Self::Expired,
            MessageState::Deleted | MessageState::Skipped => Self::Deleted,
            MessageState::Undeliverable => Self::Undeliverable,
            MessageState::Accepted => Self::Accepted,
            MessageState::Rejected => Self::Rejected,
            MessageState::Unknown | MessageState::Other(_) => Self::Unknown,
        }
    }

    /// The word after `stat:`, in any case. Centres cut it to seven letters, mostly.
    fn of_text(text: &[u8]) -> Self {
        let text = String::from_utf8_lossy(text).to_ascii_uppercase();
        let word = text.split("STAT:").nth(1).unwrap_or_default();
        match word.trim_start().get(..7).unwrap_or_default() {
            "ENROUTE" => Self::Enroute,
            "DELIVRD" | "DELIVER" => Self::Delivered,
            "EXPIRED" => Self::Expired,
            "DELETED" => Self::Deleted,
            "UNDELIV" => Self::Undeliverable,
            "ACCEPTD" | "ACCEPTE" => Self::Accepted,
            "REJECTD" | "REJECTE" => Self::Rejected,
            _ => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_read_from_text() {
        for (stat, receipt) in [
            ("stat:DELIVRD err:000", Receipt::Delivered),
            ("stat: undeliv err:1", Receipt::Undeliverable),
            ("Stat:EXPIRED", Receipt::Expired),
            ("stat:REJECTD", Receipt::Rejected),
            ("stat:ACCEPTD", Receipt::Accepted),
            ("stat:NONSENSE", Receipt::Unknown),
            ("stat:", Receipt::Unknown),
            ("", Receipt::Unknown),
        ] {
            let text = format!("id:0a sub:001 dlvrd:001 submit date:2611220830 done date:2611220831 {stat} text:hello");
            assert_eq!(Receipt::read(std::iter::empty(), text.as_bytes()), receipt, "{stat}");
        }
    }

    #[test]
    fn the_parameter_outweighs_the_text() {
        let parameters = [TlvValue::MessageState(MessageState::Undeliverable)];
        let receipt = Receipt::read(parameters.iter(), b"id:1 stat:DELIVRD");
        assert_eq!(receipt, Receipt::Undeliverable);
    }
}
