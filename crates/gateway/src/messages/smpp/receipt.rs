//! Delivery receipts: what became of a text after the message centre took it.

use domain::number::Msisdn;
use rusmpp::tlvs::TlvValue;
use rusmpp::values::MessageState;

use super::message_id::MessageId;

/// A receipt.
#[derive(Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What it says.
    pub state: State,
    /// Of which message, as the centre calls it.
    pub id: Option<MessageId>,
    /// Of which phone.
    pub phone: Option<Msisdn>,
}

impl std::fmt::Debug for Receipt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Receipt({})", self.state.code())
    }
}

impl Receipt {
    /// From the parameters `message_state` and `receipted_message_id` where there are such, else from the text's `stat:`
    /// and `id:` (SMPP 3.4 §5.3.2.35, §5.3.2.12, app. B). `phone` is whom the message was sent to.
    pub(super) fn read<'a>(parameters: impl Iterator<Item = &'a TlvValue>, text: &[u8], phone: Option<Msisdn>) -> Self {
        let (mut state, mut id) = (None, None);
        for parameter in parameters {
            match parameter {
                TlvValue::MessageState(found) => state = Some(State::of_state(*found)),
                TlvValue::ReceiptedMessageId(found) => id = MessageId::new(found.as_str()),
                _ => {}
            }
        }
        let text = String::from_utf8_lossy(text);
        Self {
            state: state.unwrap_or_else(|| State::of_text(&text)),
            id: id.or_else(|| id_of_text(&text)),
            phone,
        }
    }
}

/// The word after `id:` at the text's beginning.
fn id_of_text(text: &str) -> Option<MessageId> {
    let begins = text
        .trim_start()
        .get(..3)
        .is_some_and(|word| word.eq_ignore_ascii_case("id:"));
    let rest = text.trim_start().get(3..).filter(|_| begins)?;
    MessageId::new(rest.split_ascii_whitespace().next()?)
}

/// What a receipt says of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
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

impl State {
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

    /// Whether the text will never reach its phone.
    #[must_use]
    pub const fn is_lost(self) -> bool {
        matches!(
            self,
            Self::Expired | Self::Deleted | Self::Undeliverable | Self::Rejected
        )
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
    fn of_text(text: &str) -> Self {
        let text = text.to_ascii_uppercase();
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
    use rusmpp::types::COctetString;

    use super::*;

    #[test]
    fn receipts_are_read_from_text() {
        for (stat, receipt) in [
            ("stat:DELIVRD err:000", State::Delivered),
            ("stat: undeliv err:1", State::Undeliverable),
            ("Stat:EXPIRED", State::Expired),
            ("stat:REJECTD", State::Rejected),
            ("stat:ACCEPTD", State::Accepted),
            ("stat:NONSENSE", State::Unknown),
            ("stat:", State::Unknown),
            ("", State::Unknown),
        ] {
            let text = format!("id:0a sub:001 dlvrd:001 submit date:2611220830 done date:2611220831 {stat} text:hello");
            let read = Receipt::read(std::iter::empty(), text.as_bytes(), None);
            assert_eq!((read.state, read.id), (receipt, MessageId::new("a")), "{stat}");
        }
    }

    #[test]
    fn the_parameter_outweighs_the_text() {
        let id = COctetString::from_string("0b7".to_owned()).expect("short");
        let parameters = [
            TlvValue::MessageState(MessageState::Undeliverable),
            TlvValue::ReceiptedMessageId(id),
        ];
        let receipt = Receipt::read(parameters.iter(), b"id:1 stat:DELIVRD", None);
        assert_eq!(
            (receipt.state, receipt.id),
            (State::Undeliverable, MessageId::new("b7"))
        );
    }
}
