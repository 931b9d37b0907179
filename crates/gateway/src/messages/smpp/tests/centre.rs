//! A small message centre for the tests, one connection at a time.

use rusmpp::pdus::{BindTransceiverResp, DeliverSm, SubmitSm, SubmitSmResp};
use rusmpp::types::{COctetString, OctetString};
use rusmpp::values::{EsmClass, Npi, Ton};
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::super::frame::{Frame, FrameReader, StreamEnd, encode};

/// The listening centre.
pub struct Centre(TcpListener);

impl Centre {
    pub async fn start() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
    }

    pub fn address(&self) -> String {
        self.0.local_addr().expect("bound").to_string()
    }

    /// The next connection, before its bind.
    pub async fn accept(&self) -> Peer {
        let (stream, _) = self.0.accept().await.expect("a connection");
        let (read, write) = stream.into_split();
        Peer {
            reader: FrameReader::new(read),
            write,
        }
    }

    /// The next connection, bound.
    pub async fn bound(&self) -> Peer {
        let mut peer = self.accept().await;
        let frame = peer.next().await;
        assert_eq!(frame.id, CommandId::BindTransceiver);
        let answer = Pdu::BindTransceiverResp(BindTransceiverResp::default());
        peer.send(CommandStatus::EsmeRok, frame.sequence, answer).await;
        peer
    }
}

/// One connection, as the centre sees it.
pub struct Peer {
    pub reader: FrameReader<OwnedReadHalf>,
    write: OwnedWriteHalf,
}

impl Peer {
    pub async fn next(&mut self) -> Frame {
        self.reader.next().await.expect("a unit")
    }

    pub async fn end(&mut self) -> StreamEnd {
        self.reader.next().await.expect_err("the end of the connection")
    }

    pub async fn send(&mut self, status: CommandStatus, sequence: u32, pdu: Pdu) {
        self.bytes(&encode(status, sequence, pdu)).await;
    }

    pub async fn bytes(&mut self, bytes: &[u8]) {
        self.write.write_all(bytes).await.expect("written");
    }

    /// Waits for a `submit_sm`.
    pub async fn submitted(&mut self) -> (u32, SubmitSm) {
        let frame = self.next().await;
        let sequence = frame.sequence;
        match frame.pdu().expect("well formed") {
            Pdu::SubmitSm(submit) => (sequence, submit),
            other => panic!("expected a submit_sm, found {:?}", other.command_id()),
        }
    }

    /// Answers a `submit_sm`.
    pub async fn answer(&mut self, sequence: u32, status: CommandStatus) {
        self.send(status, sequence, Pdu::SubmitSmResp(SubmitSmResp::default()))
            .await;
    }

    /// Delivers, and waits for the answer.
    pub async fn deliver(&mut self, sequence: u32, message: DeliverSm) -> CommandStatus {
        self.send(CommandStatus::EsmeRok, sequence, Pdu::DeliverSm(message))
            .await;
        self.delivered(sequence).await
    }

    /// Waits for the answer to a `deliver_sm`.
    pub async fn delivered(&mut self, sequence: u32) -> CommandStatus {
        let frame = self.next().await;
        assert_eq!((frame.id, frame.sequence), (CommandId::DeliverSmResp, sequence));
        frame.status
    }
}

/// A message from the phone +12025550101, or from whatever `from` is.
pub fn message(from: (Ton, &str), esm_class: u8, octets: &[u8]) -> DeliverSm {
    DeliverSm::builder()
        .source_addr_ton(from.0)
        .source_addr_npi(Npi::Isdn)
        .source_addr(COctetString::from_string(from.1.to_owned()).expect("short"))
        .esm_class(EsmClass::from(esm_class))
        .short_message(OctetString::from_slice(octets).expect("short"))
        .build()
}

/// A text from the phone.
pub fn text(words: &str) -> DeliverSm {
    message((Ton::International, "12025550101"), 0, words.as_bytes())
}
