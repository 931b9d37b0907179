//! SMPP 3.4 as this message centre speaks it: a codec of the simulator's own.

pub mod alphabet;
pub mod command;
pub mod long;
pub mod pdu;
pub mod read;

pub use command::{Command, Status};
pub use pdu::Pdu;
