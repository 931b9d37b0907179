//! What goes to the peer: replies from phones, repeated until they are answered, and delivery receipts.

use super::Centre;
use super::behaviour::Receipt;
use super::inbox::address;
use crate::clock;
use crate::smpp::pdu::{Address, Body, Message};
use crate::smpp::{Pdu, Status, long};
use crate::sync::lock;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

/// How many deliveries may await an answer at once.
const IN_FLIGHT_MAX: usize = 32;

/// How often due deliveries are looked for when nothing rings the bell.
const TICK: Duration = Duration::from_millis(50);

/// Which answer a delivery awaits.
type Awaited = (u64, u32);

/// One `deliver_sm` that waits.
#[derive(Debug)]
struct Delivery {
    id: String,
    is_reply: bool,
    message: Message,
    due_ms: i64,
    awaits: Option<Awaited>,
    attempts: u32,
}

/// Everything that waits to be taken by the peer, in order.
#[derive(Debug, Default)]
pub struct Outgoing {
    waiting: Vec<Delivery>,
    reference: u8,
}

impl Outgoing {
    /// The replies that a ledger shows as taken from a phone but never answered by the peer.
    pub fn replayed(entries: &[Value]) -> Self {
        let ids = |kind: &'static str| entries.iter().filter(move |entry| entry["kind"] == kind);
        let answered: HashSet<&str> = ids("reply-answered").filter_map(|entry| entry["id"].as_str()).collect();
        let mut outgoing = Self::default();
        for entry in ids("reply") {
            let text = |name: &str| entry[name].as_str().unwrap_or_default();
            if !answered.contains(text("id")) {
                let (from, to) = (
                    Address::international(text("from")),
                    address(text("to"), &entry["receiver"]),
                );
                outgoing.add_reply(text("id"), &from, &to, text("text"), 1);
            }
        }
        outgoing
    }

    /// Queues a reply, in as many parts as it needs, `copies` times.
    pub fn add_reply(&mut self, id: &str, from: &Address, to: &Address, text: &str, copies: u8) {
        self.reference = self.reference.wrapping_add(1);
        let messages = long::messages(from, to, text, self.reference);
        for _ in 0..copies {
            for message in messages.clone() {
                self.push(id, true, message, 0);
            }
        }
    }

    /// Queues the receipt of the message `id`, for when it is due (milliseconds since 1970).
    pub fn add_receipt(&mut self, id: &str, of: &Message, receipt: Receipt, due_ms: i64) {
        let (word, state) = receipt.word_and_state();
        let delivered = u8::from(receipt == Receipt::Delivered);
        // SMPP 3.4 appendix B: dates as YYMMDDhhmm.
        let date: String = clock::rfc3339(clock::now_ms())
            .chars()
            .filter(char::is_ascii_digit)
            .skip(2)
            .take(10)
            .collect();
        let text = format!(
            "id:{id} sub:001 dlvrd:00{delivered} submit date:{date} done date:{date} stat:{word} err:000 text:"
        );
        let mut message = Message::new(of.destination.clone(), of.source.clone(), 0, text.into_bytes());
        message.esm_class = 0x04;
        message.parameters = vec![(0x001E, [id.as_bytes(), &[0]].concat()), (0x0427, vec![state])];
        self.push(id, false, message, due_ms);
    }

    fn push(&mut self, id: &str, is_reply: bool, message: Message, due_ms: i64) {
        let id = id.to_owned();
        self.waiting.push(Delivery {
            id,
            is_reply,
            message,
            due_ms,
            awaits: None,
            attempts: 0,
        });
    }

    /// Takes the peer's answer; gives the id of a reply that is thereby wholly answered.
    pub fn answered(&mut self, awaited: Awaited, status: Status, retry_ms: i64) -> Option<String> {
        let at = self
            .waiting
            .iter()
            .position(|delivery| delivery.awaits == Some(awaited))?;
        // A full queue (0x14) and a temporary refusal (0x64) are tried again, anything else is final.
        if matches!(status.0, 0x14 | 0x58 | 0x64) {
            let delivery = self.waiting.get_mut(at)?;
            delivery.awaits = None;
            delivery.due_ms = retry_ms;
            return None;
        }
        let done = self.waiting.remove(at);
        let more = self
            .waiting
            .iter()
            .any(|delivery| delivery.is_reply && delivery.id == done.id);
        (done.is_reply && !more).then_some(done.id)
    }

    /// Lets everything that awaited an answer on a session that ended be sent again at once.
    pub fn session_ended(&mut self, session: u64) {
        for delivery in &mut self.waiting {
            if delivery.awaits.is_some_and(|(awaited, _)| awaited == session) {
                delivery.awaits = None;
                delivery.due_ms = 0;
            }
        }
    }
}

/// Sends what is due to whoever is bound to receive, for as long as the runtime lives.
pub async fn run(centre: Arc<Centre>) {
    loop {
        send_due(&centre);
        // Either the bell or the next tick; both lead to another look.
        let _ = tokio::time::timeout(TICK, centre.bell.notified()).await;
    }
}

fn send_due(centre: &Centre) {
    let redeliver_ms = lock(&centre.behaviour).redeliver_ms;
    let now_ms = clock::now_ms();
    let mut attempts: HashMap<String, u32> = HashMap::new();
    {
        let mut outgoing = lock(&centre.outgoing);
        let mut sessions = lock(&centre.sessions);
        let in_flight = |delivery: &&Delivery| delivery.awaits.is_some() && delivery.due_ms > now_ms;
        let room = IN_FLIGHT_MAX.saturating_sub(outgoing.waiting.iter().filter(in_flight).count());
        for delivery in outgoing
            .waiting
            .iter_mut()
            .filter(|delivery| delivery.due_ms <= now_ms)
            .take(room)
        {
            let body = Body::DeliverSm(delivery.message.clone());
            let Some(awaited) = sessions.send_to_receiver(|sequence| Pdu::new(sequence, body)) else {
                break;
            };
            delivery.awaits = Some(awaited);
            delivery.due_ms = now_ms + redeliver_ms;
            delivery.attempts += 1;
            if delivery.is_reply {
                attempts.insert(delivery.id.clone(), delivery.attempts);
            }
        }
    }
    for (id, attempt) in attempts.into_iter().filter(|(_, attempt)| *attempt > 1) {
        centre
            .ledger
            .note("redelivered", &json!({"id": id, "attempt": attempt}));
    }
}
