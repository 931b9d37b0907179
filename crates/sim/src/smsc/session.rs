//! SMPP sessions: connections, binds, and one PDU after the other.

use super::Centre;
use crate::clock;
use crate::smpp::pdu::{Bind, Body, Garbled, HEADER_BYTES, PDU_BYTES_MAX};
use crate::smpp::{Command, Pdu, Status};
use crate::sync::lock;
use bytes::{Buf as _, BytesMut};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// After this long without a PDU the peer is asked whether it is there; after twice as long it is hung up on.
const IDLE: Duration = Duration::from_secs(60);

/// Who is connected.
#[derive(Debug, Default)]
pub struct Sessions {
    open: BTreeMap<u64, Open>,
    next_session: u64,
    turn: u64,
}

#[derive(Debug)]
struct Open {
    out: UnboundedSender<Option<Pdu>>,
    bound: Option<Command>,
    next_sequence: u32,
}

impl Sessions {
    fn enter(&mut self, out: UnboundedSender<Option<Pdu>>) -> u64 {
        self.next_session += 1;
        self.open.insert(
            self.next_session,
            Open {
                out,
                bound: None,
                next_sequence: 1,
            },
        );
        self.next_session
    }

    fn bound(&self, session: u64) -> Option<Command> {
        self.open.get(&session).and_then(|open| open.bound)
    }

    /// Sends a PDU to one of the sessions that are bound to receive, in turn; gives the session and sequence used.
    pub fn send_to_receiver(&mut self, pdu: impl FnOnce(u32) -> Pdu) -> Option<(u64, u32)> {
        let receives = |open: &Open| matches!(open.bound, Some(Command::BindReceiver | Command::BindTransceiver));
        let after = |turn: u64| move |(session, _): &(&u64, &mut Open)| **session > turn;
        let turn = self.turn;
        let chosen = {
            let mut receivers: Vec<_> = self.open.iter_mut().filter(|(_, open)| receives(open)).collect();
            let at = receivers.iter().position(after(turn)).unwrap_or(0);
            if receivers.is_empty() {
                return None;
            }
            let (session, open) = receivers.swap_remove(at);
            let sequence = open.next_sequence;
            open.next_sequence = if sequence >= 0x7FFF_FFFF { 1 } else { sequence + 1 };
            open.out.send(Some(pdu(sequence))).ok()?;
            (*session, sequence)
        };
        self.turn = chosen.0;
        Some(chosen)
    }

    /// Hangs up on everybody.
    pub fn close_all(&mut self) {
        for open in self.open.values() {
            // A session whose writer is gone is closed already.
            let _ = open.out.send(None);
        }
    }
}

/// Takes connections for as long as the runtime lives.
pub async fn accept(listener: TcpListener, centre: Arc<Centre>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) if lock(&centre.behaviour).down => drop(stream),
            Ok((stream, _)) => {
                tokio::spawn(serve(stream, Arc::clone(&centre)));
            }
            // Out of file descriptors, most likely: wait for some to be given back.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn serve(stream: TcpStream, centre: Arc<Centre>) {
    // Without it small PDUs wait for the peer's delayed acknowledgement; a refusal only costs time.
    let _ = stream.set_nodelay(true);
    let (read, write) = stream.into_split();
    let (out, queue) = unbounded_channel();
    let session = lock(&centre.sessions).enter(out.clone());
    tokio::select! {
        () = take(read, &centre, session, &out) => {}
        () = send(write, queue) => {}
    }
    let was_bound = lock(&centre.sessions).open.remove(&session).and_then(|open| open.bound);
    if was_bound.is_some() {
        centre.ledger.note("session-ended", &json!({"session": session}));
    }
    lock(&centre.outgoing).session_ended(session);
    centre.bell.notify_one();
}

/// Writes what is queued; ends at `None` or when the peer is gone.
async fn send(mut write: OwnedWriteHalf, mut queue: UnboundedReceiver<Option<Pdu>>) {
    while let Some(Some(pdu)) = queue.recv().await {
        if write.write_all(&pdu.encode()).await.is_err() {
            return;
        }
    }
}

/// Reads and answers; ends when the peer hangs up, unbinds, stays silent or talks nonsense.
async fn take(mut read: OwnedReadHalf, centre: &Centre, session: u64, out: &UnboundedSender<Option<Pdu>>) {
    let mut buffer = BytesMut::new();
    let mut asked = false;
    let mut own_sequence = 0x4000_0000;
    loop {
        let step = match next(&mut buffer) {
            Ok(Some(bytes)) => {
                asked = false;
                answer(centre, session, Pdu::decode(&bytes))
            }
            Ok(None) => match tokio::time::timeout(IDLE, read.read_buf(&mut buffer)).await {
                Ok(Ok(count)) if count > 0 => continue,
                Err(_) if !asked => {
                    asked = true;
                    own_sequence += 1;
                    Step {
                        reply: Some(Pdu::new(own_sequence, Body::EnquireLink)),
                        close: false,
                    }
                }
                _ => return,
            },
            Err(garbled) => Step {
                reply: Some(nack(garbled)),
                close: true,
            },
        };
        if let Some(pdu) = step.reply {
            // A writer that is gone ends the session at the next read.
            let _ = out.send(Some(pdu));
        }
        if step.close {
            let _ = out.send(None);
            // The writer ends the session once everything before is written.
            return std::future::pending().await;
        }
    }
}

/// The next whole PDU in the buffer.
fn next(buffer: &mut BytesMut) -> Result<Option<BytesMut>, Garbled> {
    let Some(length) = buffer.get(..4).and_then(|bytes| <[u8; 4]>::try_from(bytes).ok()) else {
        return Ok(None);
    };
    let length = u32::from_be_bytes(length) as usize;
    if !(HEADER_BYTES..=PDU_BYTES_MAX).contains(&length) {
        buffer.advance(buffer.len());
        return Err(Garbled {
            status: Status::INVALID_COMMAND_LENGTH,
            sequence: 0,
        });
    }
    Ok((buffer.len() >= length).then(|| buffer.split_to(length)))
}

struct Step {
    reply: Option<Pdu>,
    close: bool,
}

fn nack(garbled: Garbled) -> Pdu {
    Pdu {
        status: garbled.status,
        sequence: garbled.sequence,
        body: Body::GenericNack,
    }
}

/// Nothing is said, and the session goes on.
const SILENCE: Step = Step {
    reply: None,
    close: false,
};

fn answer(centre: &Centre, session: u64, pdu: Result<Pdu, Garbled>) -> Step {
    let pdu = match pdu {
        Ok(pdu) => pdu,
        Err(garbled) => {
            centre
                .ledger
                .note("garbled", &json!({"session": session, "status": garbled.status.0}));
            return Step {
                reply: Some(nack(garbled)),
                close: false,
            };
        }
    };
    let bound = lock(&centre.sessions).bound(session);
    let reply = |status, body| Step {
        reply: Some(Pdu {
            status,
            sequence: pdu.sequence,
            body,
        }),
        close: false,
    };
    match pdu.body {
        Body::Bind(command, bind) => {
            let status = take_bind(centre, session, command, &bind);
            let body = Body::BindResponse(command, "PORTASTER".into());
            Step {
                close: status != Status::OK && bound.is_none(),
                ..reply(status, body)
            }
        }
        Body::SubmitSm(message) => match bound {
            Some(Command::BindTransmitter | Command::BindTransceiver) => match centre.submit(&message) {
                Ok(id) => reply(Status::OK, Body::SubmitSmResponse(id)),
                Err(status) => reply(status, Body::SubmitSmResponse(String::new())),
            },
            _ => reply(Status::INVALID_BIND_STATUS, Body::SubmitSmResponse(String::new())),
        },
        Body::DeliverSmResponse | Body::GenericNack => {
            take_delivery_answer(centre, (session, pdu.sequence), pdu.status);
            SILENCE
        }
        Body::EnquireLink => reply(Status::OK, Body::EnquireLinkResponse),
        Body::Unbind => Step {
            close: true,
            ..reply(Status::OK, Body::UnbindResponse)
        },
        Body::EnquireLinkResponse | Body::UnbindResponse => SILENCE,
        // Only the centre sends these.
        Body::DeliverSm(_) | Body::SubmitSmResponse(_) | Body::BindResponse(..) => Step {
            reply: Some(nack(Garbled {
                status: Status::INVALID_COMMAND_ID,
                sequence: pdu.sequence,
            })),
            close: false,
        },
    }
}

fn take_bind(centre: &Centre, session: u64, command: Command, bind: &Bind) -> Status {
    let status = {
        let mut sessions = lock(&centre.sessions);
        match sessions.open.get_mut(&session) {
            Some(open) if open.bound.is_some() => Status::ALREADY_BOUND,
            Some(_) if bind.system_id != centre.system_id => Status::INVALID_SYSTEM_ID,
            Some(_) if bind.password != centre.password => Status::INVALID_PASSWORD,
            Some(open) => {
                open.bound = Some(command);
                Status::OK
            }
            None => Status::INVALID_BIND_STATUS,
        }
    };
    let as_what = match command {
        Command::BindReceiver => "receiver",
        Command::BindTransmitter => "transmitter",
        _ => "transceiver",
    };
    let system_id = &bind.system_id;
    let entry = json!({"session": session, "as": as_what, "system_id": system_id, "status": status.0});
    centre.ledger.note("bind", &entry);
    centre.bell.notify_one();
    status
}

fn take_delivery_answer(centre: &Centre, awaited: (u64, u32), status: Status) {
    let retry_ms = clock::now_ms() + lock(&centre.behaviour).redeliver_ms;
    let answered = lock(&centre.outgoing).answered(awaited, status, retry_ms);
    if let Some(id) = answered {
        centre
            .ledger
            .note("reply-answered", &json!({"id": id, "status": status.0}));
    }
    centre.bell.notify_one();
}
