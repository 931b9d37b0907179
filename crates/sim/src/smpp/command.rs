//! Command ids and statuses.

/// The command ids that this centre knows; a response is the request's id with the top bit set (SMPP 3.4 §5.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// `bind_receiver`: the peer takes messages only.
    BindReceiver,
    /// `bind_transmitter`: the peer sends messages only.
    BindTransmitter,
    /// `bind_transceiver`: both.
    BindTransceiver,
    /// `submit_sm`: a message to a phone.
    SubmitSm,
    /// `deliver_sm`: a message or receipt from a phone.
    DeliverSm,
    /// `unbind`.
    Unbind,
    /// `enquire_link`: are you there?
    EnquireLink,
}

/// The bit that makes a command id a response.
pub const RESPONSE: u32 = 0x8000_0000;

impl Command {
    /// The command of an id whose top bit is clear.
    pub fn of(id: u32) -> Option<Self> {
        Some(match id {
            0x1 => Self::BindReceiver,
            0x2 => Self::BindTransmitter,
            0x4 => Self::SubmitSm,
            0x5 => Self::DeliverSm,
            0x6 => Self::Unbind,
            0x9 => Self::BindTransceiver,
            0x15 => Self::EnquireLink,
            _ => return None,
        })
    }

    /// The id, top bit clear.
    pub fn id(self) -> u32 {
        match self {
            Self::BindReceiver => 0x1,
            Self::BindTransmitter => 0x2,
            Self::SubmitSm => 0x4,
            Self::DeliverSm => 0x5,
            Self::Unbind => 0x6,
            Self::BindTransceiver => 0x9,
            Self::EnquireLink => 0x15,
        }
    }
}

/// A command status (SMPP 3.4 §5.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u32);

impl Status {
    /// No error.
    pub const OK: Self = Self(0x00);
    /// The message has a length that cannot be.
    pub const INVALID_MESSAGE_LENGTH: Self = Self(0x01);
    /// The PDU has a length that cannot be.
    pub const INVALID_COMMAND_LENGTH: Self = Self(0x02);
    /// The command is not known here.
    pub const INVALID_COMMAND_ID: Self = Self(0x03);
    /// The command is not allowed in this state of the session.
    pub const INVALID_BIND_STATUS: Self = Self(0x04);
    /// The session is bound already.
    pub const ALREADY_BOUND: Self = Self(0x05);
    /// The destination is no number.
    pub const INVALID_DESTINATION: Self = Self(0x0B);
    /// The password is wrong.
    pub const INVALID_PASSWORD: Self = Self(0x0E);
    /// The system id is unknown.
    pub const INVALID_SYSTEM_ID: Self = Self(0x0F);
    /// The peer sends faster than it may.
    pub const THROTTLED: Self = Self(0x58);
}
