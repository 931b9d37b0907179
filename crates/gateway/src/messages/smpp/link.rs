//! Requests and their answers on one connection: each request waits for the answer that bears its sequence number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::sync::{mpsc, oneshot};

use super::frame::encode;
use super::message_id::MessageId;

/// Why a request has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unanswered {
    /// The connection ended first.
    Lost,
    /// The answer did not come in time.
    Late,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answered {
    /// Its status.
    pub(super) status: CommandStatus,
    /// What the centre calls the message, if this answers a message and it says so.
    pub(super) message: Option<MessageId>,
}

/// The sending side of one connection.
#[derive(Debug)]
pub(super) struct Link {
    outgoing: mpsc::Sender<Bytes>,
    waiting: Mutex<HashMap<u32, Waiting>>,
    sequence: AtomicU32,
    response_timeout: Duration,
}

/// Who waits for an answer, and of which kind it must be.
type Waiting = (CommandId, oneshot::Sender<Answered>);

impl Link {
    /// A link whose bytes go to `outgoing`.
    pub(super) fn new(outgoing: mpsc::Sender<Bytes>, response_timeout: Duration) -> Self {
        Self {
            outgoing,
            waiting: Mutex::default(),
            sequence: AtomicU32::new(0),
            response_timeout,
        }
    }

    /// Sends a request and waits for its answer.
    pub(super) async fn request(&self, pdu: Pdu) -> Result<Answered, Unanswered> {
        let sequence = self.next_sequence();
        let answer_id = CommandId::from(u32::from(pdu.command_id()) | 0x8000_0000);
        let (sender, answer) = oneshot::channel();
        self.waiting().insert(sequence, (answer_id, sender));
        // Forgets the request however this ends, also when the caller gives up.
        let _forget = Forget { link: self, sequence };
        let bytes = encode(CommandStatus::EsmeRok, sequence, pdu);
        let answered = async {
            self.outgoing.send(bytes).await.map_err(|_| Unanswered::Lost)?;
            answer.await.map_err(|_| Unanswered::Lost)
        };
        tokio::time::timeout(self.response_timeout, answered)
            .await
            .unwrap_or(Err(Unanswered::Late))
    }

    /// Sends an answer; if the connection is gone, the peer will ask again.
    pub(super) async fn answer(&self, sequence: u32, status: CommandStatus, pdu: Pdu) {
        let _gone = self.outgoing.send(encode(status, sequence, pdu)).await;
    }

    /// Hands an answer that arrived to the request it belongs to. An answer to nothing, or of the wrong kind, is dropped.
    pub(super) fn answered(&self, id: CommandId, sequence: u32, answered: Answered) {
        let mut waiting = self.waiting();
        let fits = waiting
            .get(&sequence)
            .is_some_and(|(wanted, _)| *wanted == id || id == CommandId::GenericNack);
        if fits && let Some((_, sender)) = waiting.remove(&sequence) {
            // A nack is never a success, whatever its status says.
            let mut answered = answered;
            if id == CommandId::GenericNack && answered.status == CommandStatus::EsmeRok {
                answered.status = CommandStatus::EsmeRsyserr;
            }
            let _gone = sender.send(answered);
        }
    }

    /// Has everything written that waits to be, and nothing after it.
    pub(super) async fn finish(&self) {
        let _gone = self.outgoing.send(Bytes::new()).await;
    }

    /// Ends every wait: the connection is gone.
    pub(super) fn lose(&self) {
        self.waiting().clear();
    }

    /// 1 to 0x7FFFFFFF, and again from 1 (SMPP 3.4 §3.2).
    fn next_sequence(&self) -> u32 {
        self.sequence.fetch_add(1, Ordering::Relaxed) % 0x7FFF_FFFF + 1
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u32, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes a request off the list when it is dropped.
struct Forget<'a> {
    link: &'a Link,
    sequence: u32,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.link.waiting().remove(&self.sequence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(status: CommandStatus) -> Answered {
        Answered { status, message: None }
    }

    #[tokio::test]
    async fn only_the_answer_of_its_own_kind_counts() {
        let (outgoing, mut sent) = mpsc::channel(4);
        let link = Link::new(outgoing, Duration::from_secs(5));
        let asked = link.request(Pdu::EnquireLink);
        let answering = async {
            sent.recv().await.expect("sent");
            link.answered(CommandId::SubmitSmResp, 1, plain(CommandStatus::EsmeRok));
            link.answered(CommandId::EnquireLinkResp, 2, plain(CommandStatus::EsmeRok));
            assert_eq!(link.waiting().len(), 1);
            link.answered(CommandId::EnquireLinkResp, 1, plain(CommandStatus::EsmeRsyserr));
        };
        let (answered, ()) = tokio::join!(asked, answering);
        assert_eq!(answered, Ok(plain(CommandStatus::EsmeRsyserr)));
    }

    #[tokio::test]
    async fn silence_and_loss_are_told_apart_and_leave_nothing_behind() {
        let (outgoing, sent) = mpsc::channel(4);
        let link = Link::new(outgoing, Duration::from_millis(20));
        assert_eq!(link.request(Pdu::EnquireLink).await, Err(Unanswered::Late));
        assert!(link.waiting().is_empty());
        drop(sent);
        assert_eq!(link.request(Pdu::EnquireLink).await, Err(Unanswered::Lost));
        assert!(link.waiting().is_empty());
    }

    #[test]
    fn sequence_numbers_start_again() {
        let (outgoing, _sent) = mpsc::channel(1);
        let link = Link::new(outgoing, Duration::from_secs(1));
        link.sequence.store(0x7FFF_FFFE, Ordering::Relaxed);
        assert_eq!((link.next_sequence(), link.next_sequence()), (0x7FFF_FFFF, 1));
    }
}
