//! What comes in: texts, receipts, long texts, and what cannot be understood.

use std::collections::VecDeque;

use rusmpp::values::Ton;
use rusmpp::{CommandId, Pdu};
use tokio::sync::Notify;

use super::super::*;
use super::centre::{Centre, message, text};
use super::{config, start};

/// An inbox that remembers, and fails as often as it is told to.
#[derive(Default)]
pub struct Ear {
    heard: Mutex<Vec<(String, String)>>,
    receipts: Mutex<Vec<Receipt>>,
    fail: Mutex<VecDeque<()>>,
    gate: Option<Notify>,
}

impl Ear {
    fn failing(times: usize) -> Arc<Self> {
        Arc::new(Self {
            fail: Mutex::new(vec![(); times].into()),
            ..Self::default()
        })
    }

    pub fn heard(&self) -> Vec<String> {
        self.heard
            .lock()
            .expect("unpoisoned")
            .iter()
            .map(|(_, text)| text.clone())
            .collect()
    }
}

impl Inbox for Ear {
    fn received<'a>(
        &'a self,
        from: Msisdn,
        text: String,
    ) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>> {
        Box::pin(async move {
            self.heard.lock().expect("unpoisoned").push((from.to_e164(), text));
            if let Some(gate) = &self.gate {
                gate.notified().await;
            }
            match self.fail.lock().expect("unpoisoned").pop_front() {
                Some(()) => Err(InboxError("the disk is full".to_owned())),
                None => Ok(()),
            }
        })
    }

    fn receipt<'a>(&'a self, receipt: Receipt) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>> {
        Box::pin(async move {
            self.receipts.lock().expect("unpoisoned").push(receipt);
            match self.fail.lock().expect("unpoisoned").pop_front() {
                Some(()) => Err(InboxError("the disk is full".to_owned())),
                None => Ok(()),
            }
        })
    }
}

#[tokio::test]
async fn a_text_is_acknowledged_only_once_it_was_dealt_with() {
    let ear = Arc::new(Ear {
        gate: Some(Notify::new()),
        ..Ear::default()
    });
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    peer.send(CommandStatus::EsmeRok, 7, Pdu::DeliverSm(text("YES 4821")))
        .await;
    // The link is alive meanwhile.
    peer.send(CommandStatus::EsmeRok, 8, Pdu::EnquireLink).await;
    let frame = peer.next().await;
    assert_eq!((frame.id, frame.sequence), (CommandId::EnquireLinkResp, 8));
    let early = timeout(Duration::from_millis(100), peer.reader.next()).await;
    assert!(early.is_err(), "acknowledged before it was dealt with");
    ear.gate.as_ref().expect("gated").notify_one();
    assert_eq!(peer.delivered(7).await, CommandStatus::EsmeRok);
    let heard = ear.heard.lock().expect("unpoisoned").clone();
    assert_eq!(heard, [("+12025550101".to_owned(), "YES 4821".to_owned())]);
}

#[tokio::test]
async fn a_text_that_was_not_dealt_with_comes_again() {
    let ear = Ear::failing(2);
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    assert_eq!(peer.deliver(1, text("STOP")).await, CommandStatus::EsmeRxTAppn);
    assert_eq!(peer.deliver(2, text("STOP")).await, CommandStatus::EsmeRxTAppn);
    assert_eq!(peer.deliver(3, text("STOP")).await, CommandStatus::EsmeRok);
    assert_eq!(ear.heard(), ["STOP", "STOP", "STOP"]);
}

#[tokio::test]
async fn an_inbox_that_hangs_does_not_hold_the_message_for_ever() {
    let ear = Arc::new(Ear {
        gate: Some(Notify::new()),
        ..Ear::default()
    });
    let centre = Centre::start().await;
    let mut config = config(&centre.address());
    config.response_timeout_s = 1;
    let _bind = start(&config, ear.clone());
    let mut peer = centre.bound().await;
    assert_eq!(peer.deliver(1, text("NO")).await, CommandStatus::EsmeRxTAppn);
}

#[tokio::test]
async fn texts_of_one_person_are_dealt_with_in_order() {
    let ear = Ear::failing(0);
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    let words: Vec<String> = (0..20).map(|turn| format!("word {turn}")).collect();
    for (sequence, words) in (1..).zip(&words) {
        peer.send(CommandStatus::EsmeRok, sequence, Pdu::DeliverSm(text(words)))
            .await;
    }
    for sequence in 1..=20 {
        assert_eq!(peer.delivered(sequence).await, CommandStatus::EsmeRok);
    }
    assert_eq!(ear.heard(), words);
}

#[tokio::test]
async fn more_texts_than_can_wait_are_put_off() {
    let ear = Arc::new(Ear {
        gate: Some(Notify::new()),
        ..Ear::default()
    });
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    for sequence in 1..=40 {
        peer.send(CommandStatus::EsmeRok, sequence, Pdu::DeliverSm(text("hello")))
            .await;
    }
    let frame = peer.next().await;
    assert_eq!(
        (frame.id, frame.status),
        (CommandId::DeliverSmResp, CommandStatus::EsmeRxTAppn)
    );
    assert!(frame.sequence > 30, "number {} was put off", frame.sequence);
}

#[tokio::test]
async fn a_long_text_is_heard_once_and_whole() {
    let ear = Ear::failing(1);
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    let part = |number: u8, words: &str| {
        let octets = [&[5, 0, 3, 9, 2, number][..], words.as_bytes()].concat();
        message((Ton::International, "12025550101"), 0x40, &octets)
    };
    assert_eq!(peer.deliver(1, part(2, "please")).await, CommandStatus::EsmeRok);
    assert_eq!(peer.deliver(2, part(1, "STOP ")).await, CommandStatus::EsmeRxTAppn);
    assert_eq!(peer.deliver(3, part(1, "STOP ")).await, CommandStatus::EsmeRok);
    assert_eq!(peer.deliver(4, part(1, "STOP ")).await, CommandStatus::EsmeRok);
    assert_eq!(ear.heard(), ["STOP please", "STOP please"]);
}

#[tokio::test]
async fn receipts_and_nobodys_texts_are_acknowledged_and_not_heard() {
    let ear = Ear::failing(0);
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    let receipt = b"id:1 sub:001 dlvrd:000 submit date:2611220830 done date:2611220831 stat:UNDELIV err:001 text:";
    let receipt = message((Ton::International, "12025550101"), 0x04, receipt);
    assert_eq!(peer.deliver(1, receipt).await, CommandStatus::EsmeRok);
    for (sequence, from) in [(2, (Ton::Alphanumeric, "Harbour")), (3, (Ton::National, "2025550101"))] {
        assert_eq!(
            peer.deliver(sequence, message(from, 0, b"YES 4821")).await,
            CommandStatus::EsmeRok
        );
    }
    let receipts = ear.receipts.lock().expect("unpoisoned").clone();
    let [receipt] = receipts.as_slice() else {
        panic!("one receipt")
    };
    assert_eq!(receipt.state, State::Undeliverable);
    assert_eq!(
        (receipt.id.clone(), receipt.phone),
        (MessageId::new("1"), Msisdn::parse("+12025550101"))
    );
    assert!(ear.heard().is_empty());
}

#[tokio::test]
async fn what_cannot_be_understood_is_refused_and_the_session_goes_on() {
    let ear = Ear::failing(0);
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    // A deliver_sm whose text is shorter than it says, a command that nobody knows, and one that is not served.
    let garbled = frame::encode(CommandStatus::EsmeRok, 1, Pdu::DeliverSm(text("STOP")));
    let mut garbled = garbled.to_vec();
    garbled.pop();
    garbled[3] -= 1;
    peer.bytes(&garbled).await;
    assert_eq!(peer.delivered(1).await, CommandStatus::EsmeRxRAppn);
    for (sequence, id) in [(2, 0x0777_u32), (3, 0x0103)] {
        let unknown = [
            &16_u32.to_be_bytes()[..],
            &id.to_be_bytes(),
            &[0; 4],
            &u32::to_be_bytes(sequence),
        ]
        .concat();
        peer.bytes(&unknown).await;
        let frame = peer.next().await;
        assert_eq!((frame.id, frame.sequence), (CommandId::GenericNack, sequence));
        assert_eq!(frame.status, CommandStatus::EsmeRinvcmdid);
    }
    assert_eq!(peer.deliver(4, text("STOP")).await, CommandStatus::EsmeRok);
}

#[tokio::test]
async fn a_goodbye_from_the_centre_is_answered_and_a_new_session_begun() {
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), Ear::failing(0));
    let mut peer = centre.bound().await;
    peer.send(CommandStatus::EsmeRok, 5, Pdu::Unbind).await;
    let frame = peer.next().await;
    assert_eq!((frame.id, frame.sequence), (CommandId::UnbindResp, 5));
    centre.bound().await;
}

#[tokio::test]
async fn a_receipt_that_could_not_be_dealt_with_comes_again() {
    let ear = Ear::failing(1);
    let centre = Centre::start().await;
    let _bind = start(&config(&centre.address()), ear.clone());
    let mut peer = centre.bound().await;
    let receipt = || message((Ton::International, "12025550101"), 0x04, b"id:7 stat:UNDELIV");
    assert_eq!(peer.deliver(1, receipt()).await, CommandStatus::EsmeRxTAppn);
    assert_eq!(peer.deliver(2, receipt()).await, CommandStatus::EsmeRok);
    assert_eq!(ear.receipts.lock().expect("unpoisoned").len(), 2);
}
