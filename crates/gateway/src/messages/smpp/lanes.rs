//! Texts and receipts that came in, on their way to the inbox: several lanes side by side, each person always in the same one, so that
//! one person's texts are dealt with in order and nobody waits for everybody.

use std::sync::Arc;

use domain::number::Msisdn;
use rusmpp::Pdu;
use rusmpp::pdus::DeliverSmResp;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::task::JoinSet;

use super::link::Link;
use super::parts::Piece;
use super::receipt::Receipt;
use super::station::Station;

/// How many lanes there are.
const LANES: usize = 8;

/// How many texts may wait in one; more are put off, and the message centre brings them again.
const WAITING_MOST: usize = 32;

/// What a unit carries that waits for its answer.
pub(super) enum Load {
    /// A person's text, or a part of one.
    Text(Msisdn, Piece),
    /// What became of a text of ours.
    Receipt(Receipt),
}

/// A load, and the unit that waits for its answer.
pub(super) struct Delivery {
    pub(super) sequence: u32,
    pub(super) load: Load,
}

/// What became of a delivery that was handed to its lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handed {
    /// The lane will answer it.
    Over,
    /// The lane has too many.
    Full,
    /// The lane is no more.
    Lost,
}

/// The lanes of one session.
pub(super) struct Lanes {
    senders: Vec<Sender<Delivery>>,
    tasks: JoinSet<()>,
}

impl Lanes {
    /// Opens the lanes; they answer over `link`.
    pub(super) fn start(station: &Arc<Station>, link: &Arc<Link>) -> Self {
        let mut tasks = JoinSet::new();
        let senders = (0..LANES)
            .map(|_| {
                let (sender, queue) = mpsc::channel(WAITING_MOST);
                tasks.spawn(work(Arc::clone(station), Arc::clone(link), queue));
                sender
            })
            .collect();
        Self { senders, tasks }
    }

    /// Hands a delivery to its person's lane.
    pub(super) fn hand(&self, delivery: Delivery) -> Handed {
        let person = match &delivery.load {
            Load::Text(from, _) => Some(*from),
            Load::Receipt(receipt) => receipt.phone,
        };
        let octets = person.map_or([0; 8], Msisdn::to_bytes);
        let digest: usize = octets.iter().map(|byte| usize::from(*byte)).sum();
        match self.senders.get(digest % LANES).map(|lane| lane.try_send(delivery)) {
            Some(Ok(())) => Handed::Over,
            Some(Err(TrySendError::Full(_))) => Handed::Full,
            Some(Err(TrySendError::Closed(_))) | None => Handed::Lost,
        }
    }

    /// Takes nothing more, and waits until everything in the lanes is answered.
    pub(super) async fn drain(mut self) {
        self.senders.clear();
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn work(station: Arc<Station>, link: Arc<Link>, mut queue: Receiver<Delivery>) {
    while let Some(delivery) = queue.recv().await {
        let status = match delivery.load {
            Load::Text(from, piece) => station.receive(from, piece).await,
            Load::Receipt(receipt) => station.note(receipt).await,
        };
        // A crash before this answer leaves a change that is durable and a text that is brought again: the inbox is
        // idempotent.
        let answer = Pdu::DeliverSmResp(DeliverSmResp::default());
        link.answer(delivery.sequence, status, answer).await;
    }
}
