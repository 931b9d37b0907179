//! Protocol data units: header, the bodies that a message centre needs, and the bytes of both.

use super::command::{Command, RESPONSE, Status};
use super::read::{Reader, put_text};

/// What identifies a peer that binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    /// Its name.
    pub system_id: String,
    /// Its password.
    pub password: String,
}

/// A number with its type and plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Type of number: 1 international, 3 short code, 5 alphanumeric.
    pub ton: u8,
    /// Numbering plan: 1 E.164, 0 unknown.
    pub npi: u8,
    /// The digits, without `+`.
    pub digits: String,
}

impl Address {
    /// An E.164 number, given with or without `+`.
    pub fn international(number: &str) -> Self {
        Self {
            ton: 1,
            npi: 1,
            digits: number.trim_start_matches('+').to_owned(),
        }
    }

    /// As people write it: with `+` when it is international.
    pub fn shown(&self) -> String {
        if self.ton == 1 {
            format!("+{}", self.digits)
        } else {
            self.digits.clone()
        }
    }
}

/// The body that `submit_sm` and `deliver_sm` share (SMPP 3.4 §4.4.1, §4.6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Who sends.
    pub source: Address,
    /// Who receives.
    pub destination: Address,
    /// Mode, type and features; 0x40 says that a user data header precedes the text, 0x04 that it is a receipt.
    pub esm_class: u8,
    /// Whether receipts are wanted.
    pub registered_delivery: u8,
    /// How the text is encoded: 0 GSM 7-bit, 3 Latin-1, 8 UCS-2.
    pub data_coding: u8,
    /// Header and text; taken from `message_payload` when that is used.
    pub payload: Vec<u8>,
    /// Part number of a long message by SAR parameters: reference, total, part.
    pub sar: Option<(u16, u8, u8)>,
    /// Further parameters, as tag and value.
    pub parameters: Vec<(u16, Vec<u8>)>,
}

impl Message {
    /// A message with nothing special about it.
    pub fn new(source: Address, destination: Address, data_coding: u8, payload: Vec<u8>) -> Self {
        let (esm_class, registered_delivery) = (0, 0);
        Self {
            source,
            destination,
            esm_class,
            registered_delivery,
            data_coding,
            payload,
            sar: None,
            parameters: vec![],
        }
    }
}

/// What a PDU says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// One of the three binds.
    Bind(Command, Bind),
    /// The answer to a bind, with the centre's name.
    BindResponse(Command, String),
    /// A message to a phone.
    SubmitSm(Message),
    /// The answer, with the message id; empty on failure.
    SubmitSmResponse(String),
    /// A message or receipt from a phone.
    DeliverSm(Message),
    /// The answer.
    DeliverSmResponse,
    /// The end of a session.
    Unbind,
    /// The answer.
    UnbindResponse,
    /// Are you there?
    EnquireLink,
    /// Yes.
    EnquireLinkResponse,
    /// A PDU that was not understood.
    GenericNack,
}

/// A protocol data unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pdu {
    /// How it went; 0 in requests.
    pub status: Status,
    /// The request's number, repeated in its response.
    pub sequence: u32,
    /// What it says.
    pub body: Body,
}

/// Why bytes are no PDU: the status of the `generic_nack` that they deserve, and the sequence to put into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Garbled {
    /// The status to answer with.
    pub status: Status,
    /// The sequence number to answer with.
    pub sequence: u32,
}

/// The length of a header, in bytes.
pub const HEADER_BYTES: usize = 16;

/// The longest PDU that is read, in bytes: 64 KiB of payload and what surrounds it.
pub const PDU_BYTES_MAX: usize = 70_000;

impl Pdu {
    /// A PDU without error.
    pub fn new(sequence: u32, body: Body) -> Self {
        Self {
            status: Status::OK,
            sequence,
            body,
        }
    }

    /// Reads a whole PDU, header included.
    ///
    /// # Errors
    /// What to nack with, when the command is unknown or the body too short.
    pub fn decode(bytes: &[u8]) -> Result<Self, Garbled> {
        let mut reader = Reader::new(bytes);
        let header = (reader.u32(), reader.u32(), reader.u32(), reader.u32());
        let (Some(_), Some(id), Some(status), Some(sequence)) = header else {
            return Err(Garbled {
                status: Status::INVALID_COMMAND_LENGTH,
                sequence: 0,
            });
        };
        let garbled = |status| Garbled { status, sequence };
        let status = Status(status);
        if id == RESPONSE {
            return Ok(Self {
                status,
                sequence,
                body: Body::GenericNack,
            });
        }
        let command = Command::of(id & !RESPONSE).ok_or_else(|| garbled(Status::INVALID_COMMAND_ID))?;
        let body = if id & RESPONSE == 0 {
            request(command, &mut reader)
        } else {
            response(command, &mut reader)
        };
        let body = body.ok_or_else(|| garbled(Status::INVALID_COMMAND_LENGTH))?;
        Ok(Self { status, sequence, body })
    }

    /// The PDU's bytes, header included.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![0; HEADER_BYTES];
        let id = match &self.body {
            Body::Bind(command, bind) => {
                put_text(&mut out, &bind.system_id);
                put_text(&mut out, &bind.password);
                // No system type, interface version 3.4, no address range.
                out.extend([0, 0x34, 0, 0, 0]);
                command.id()
            }
            Body::BindResponse(command, system_id) => {
                // On an error a bind response has no body (SMPP 3.4 §4.1.2).
                if self.status == Status::OK {
                    put_text(&mut out, system_id);
                    out.extend([0x02, 0x10, 0, 1, 0x34]);
                }
                command.id() | RESPONSE
            }
            Body::SubmitSm(message) => {
                put_message(&mut out, message);
                Command::SubmitSm.id()
            }
            Body::SubmitSmResponse(id) => {
                if self.status == Status::OK {
                    put_text(&mut out, id);
                }
                Command::SubmitSm.id() | RESPONSE
            }
            Body::DeliverSm(message) => {
                put_message(&mut out, message);
                Command::DeliverSm.id()
            }
            Body::DeliverSmResponse => {
                out.push(0);
                Command::DeliverSm.id() | RESPONSE
            }
            Body::Unbind => Command::Unbind.id(),
            Body::UnbindResponse => Command::Unbind.id() | RESPONSE,
            Body::EnquireLink => Command::EnquireLink.id(),
            Body::EnquireLinkResponse => Command::EnquireLink.id() | RESPONSE,
            Body::GenericNack => RESPONSE,
        };
        let header = [out.len() as u32, id, self.status.0, self.sequence];
        out.splice(..HEADER_BYTES, header.iter().flat_map(|word| word.to_be_bytes()));
        out
    }
}

fn request(command: Command, reader: &mut Reader<'_>) -> Option<Body> {
    Some(match command {
        Command::BindReceiver | Command::BindTransmitter | Command::BindTransceiver => {
            let bind = Bind {
                system_id: reader.text(16)?,
                password: reader.text(9)?,
            };
            let (_system_type, _version, _ton, _npi) = (reader.text(13)?, reader.u8()?, reader.u8()?, reader.u8()?);
            reader.text(41)?;
            Body::Bind(command, bind)
        }
        Command::SubmitSm => Body::SubmitSm(message(reader)?),
        Command::DeliverSm => Body::DeliverSm(message(reader)?),
        Command::Unbind => Body::Unbind,
        Command::EnquireLink => Body::EnquireLink,
    })
}

fn response(command: Command, reader: &mut Reader<'_>) -> Option<Body> {
    Some(match command {
        Command::BindReceiver | Command::BindTransmitter | Command::BindTransceiver => {
            Body::BindResponse(command, reader.text(16).unwrap_or_default())
        }
        Command::SubmitSm => Body::SubmitSmResponse(reader.text(65).unwrap_or_default()),
        Command::DeliverSm => Body::DeliverSmResponse,
        Command::Unbind => Body::UnbindResponse,
        Command::EnquireLink => Body::EnquireLinkResponse,
    })
}

fn address(reader: &mut Reader<'_>) -> Option<Address> {
    Some(Address {
        ton: reader.u8()?,
        npi: reader.u8()?,
        digits: reader.text(21)?,
    })
}

fn message(reader: &mut Reader<'_>) -> Option<Message> {
    let _service_type = reader.text(6)?;
    let (source, destination) = (address(reader)?, address(reader)?);
    let esm_class = reader.u8()?;
    let (_protocol, _priority) = (reader.u8()?, reader.u8()?);
    let (_schedule, _validity) = (reader.text(17)?, reader.text(17)?);
    let registered_delivery = reader.u8()?;
    let _replace = reader.u8()?;
    let data_coding = reader.u8()?;
    let _default_message = reader.u8()?;
    let length = reader.u8()?;
    let mut payload = reader.bytes(usize::from(length))?.to_vec();
    let parameters = reader.parameters()?;
    if let Some((_, value)) = parameters.iter().find(|(tag, _)| *tag == 0x0424) {
        payload.clone_from(value);
    }
    let sar = sar(&parameters);
    Some(Message {
        source,
        destination,
        esm_class,
        registered_delivery,
        data_coding,
        payload,
        sar,
        parameters,
    })
}

/// `sar_msg_ref_num`, `sar_total_segments` and `sar_segment_seqnum`, when all three are there.
fn sar(parameters: &[(u16, Vec<u8>)]) -> Option<(u16, u8, u8)> {
    let value = |tag: u16| {
        parameters
            .iter()
            .find(|(found, _)| *found == tag)
            .map(|(_, value)| value.as_slice())
    };
    match (value(0x020C)?, value(0x020E)?, value(0x020F)?) {
        ([high, low], [total], [part]) => Some((u16::from_be_bytes([*high, *low]), *total, *part)),
        _ => None,
    }
}

fn put_message(out: &mut Vec<u8>, message: &Message) {
    put_text(out, "");
    for address in [&message.source, &message.destination] {
        out.extend([address.ton, address.npi]);
        put_text(out, &address.digits);
    }
    out.extend([message.esm_class, 0, 0]);
    put_text(out, "");
    put_text(out, "");
    out.extend([message.registered_delivery, 0, message.data_coding, 0]);
    let short = u8::try_from(message.payload.len()).ok().filter(|length| *length < 255);
    out.push(short.unwrap_or(0));
    if short.is_some() {
        out.extend_from_slice(&message.payload);
    } else {
        put_parameter(out, 0x0424, &message.payload);
    }
    for (tag, value) in &message.parameters {
        put_parameter(out, *tag, value);
    }
}

fn put_parameter(out: &mut Vec<u8>, tag: u16, value: &[u8]) {
    out.extend(tag.to_be_bytes());
    // Payloads are cut to what a length of 16 bits can say.
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    out.extend(length.to_be_bytes());
    out.extend(value.iter().take(usize::from(length)));
}

#[cfg(test)]
mod tests;
