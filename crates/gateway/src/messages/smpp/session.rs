//! One connection to the message centre, from connecting to its end.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rusmpp::pdus::{DeliverSm, DeliverSmResp};
use rusmpp::{CommandId, CommandStatus, Pdu};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;

use super::deliver::{self, Incoming};
use super::frame::{Frame, FrameReader, StreamEnd};
use super::lanes::{Delivery, Handed, Lanes, Load};
use super::link::{Answered, Link};
use super::message_id::MessageId;
use super::station::Station;
use crate::messages::count;

/// How many units may wait to be written. A peer that does not read holds up reading too.
const OUTGOING_MOST: usize = 64;

/// Why a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// We were told to stop, and said goodbye.
    Stopped,
    /// No connection came about.
    Unreachable(std::io::ErrorKind),
    /// The centre refused to bind.
    Refused(CommandStatus),
    /// The centre does not answer any more.
    Silent,
    /// The stream of bytes ended.
    Stream(StreamEnd),
    /// The centre said goodbye.
    Unbound,
    /// A lane of deliveries died.
    LaneLost,
}

/// Connects, binds, and serves the connection until it ends.
pub(super) async fn run(station: Arc<Station>, mut stop: watch::Receiver<bool>) -> Ended {
    let patience = station.patience;
    let stream = tokio::select! {
        connected = timeout(patience, TcpStream::connect(&station.address)) => match connected {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Ended::Unreachable(error.kind()),
            Err(_) => return Ended::Unreachable(std::io::ErrorKind::TimedOut),
        },
        _ = stop.wait_for(|stop| *stop) => return Ended::Stopped,
    };
    if let Err(error) = stream.set_nodelay(true) {
        return Ended::Unreachable(error.kind());
    }
    let (read, write) = stream.into_split();
    let (outgoing, queue) = mpsc::channel(OUTGOING_MOST);
    let mut writer = tokio::spawn(write_all(queue, write, patience));
    let link = Arc::new(Link::new(outgoing, patience));
    let mut session = Session {
        reader: FrameReader::new(read),
        lanes: Some(Lanes::start(&station, &link)),
        link: Arc::clone(&link),
        station: Arc::clone(&station),
    };
    let ended = session.live(&mut stop).await;
    station.bound(None);
    // What was still to be written may leave; then every wait on this connection ends.
    let flushed = async {
        link.finish().await;
        (&mut writer).await
    };
    if timeout(patience.min(Duration::from_secs(1)), flushed).await.is_err() {
        writer.abort();
    }
    link.lose();
    ended
}

struct Session {
    reader: FrameReader<OwnedReadHalf>,
    /// Gone once the session is leaving: what comes then is put off.
    lanes: Option<Lanes>,
    link: Arc<Link>,
    station: Arc<Station>,
}

impl Session {
    async fn live(&mut self, stop: &mut watch::Receiver<bool>) -> Ended {
        let link = Arc::clone(&self.link);
        match self.while_reading(link.request(self.station.ready.bind())).await {
            Ok(Ok(answered)) if answered.status == CommandStatus::EsmeRok => {}
            Ok(Ok(answered)) => return Ended::Refused(answered.status),
            Ok(Err(_)) => return Ended::Silent,
            Err(ended) => return ended,
        }
        tracing::info!("bound to the message centre");
        self.station.bound(Some(Arc::clone(&link)));
        let interval = self.station.enquire_link;
        let until_over = async {
            tokio::select! {
                () = keep_alive(&link, interval) => Ended::Silent,
                _ = stop.wait_for(|stop| *stop) => Ended::Stopped,
            }
        };
        match self.while_reading(until_over).await {
            Ok(Ended::Stopped) => self.leave().await,
            Ok(ended) | Err(ended) => ended,
        }
    }

    /// Says goodbye: nothing new begins, what began is finished, then the centre is told.
    async fn leave(&mut self) -> Ended {
        let (station, link) = (Arc::clone(&self.station), Arc::clone(&self.link));
        station.bound(None);
        let lanes = self.lanes.take();
        let goodbye = async {
            let _late = timeout(station.patience, station.window.acquire_many(station.window_size)).await;
            if let Some(lanes) = lanes {
                let _late = timeout(station.patience, lanes.drain()).await;
            }
            link.request(Pdu::Unbind).await
        };
        match self.while_reading(goodbye).await {
            Ok(Ok(_)) => tracing::info!("unbound from the message centre"),
            Ok(Err(_)) | Err(_) => tracing::warn!("the message centre did not answer our goodbye"),
        }
        Ended::Stopped
    }

    /// Reads and serves what comes in while `work` is under way.
    async fn while_reading<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Ended> {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                frame = self.reader.next() => self.take(frame.map_err(Ended::Stream)?).await?,
            }
        }
    }

    async fn take(&mut self, frame: Frame) -> Result<(), Ended> {
        let (id, sequence, link) = (frame.id, frame.sequence, &self.link);
        if frame.is_response() {
            let status = frame.status;
            let message = message_of(frame);
            link.answered(id, sequence, Answered { status, message });
            return Ok(());
        }
        let ok = CommandStatus::EsmeRok;
        match id {
            CommandId::EnquireLink => link.answer(sequence, ok, Pdu::EnquireLinkResp).await,
            CommandId::Unbind => {
                link.answer(sequence, ok, Pdu::UnbindResp).await;
                return Err(Ended::Unbound);
            }
            CommandId::DeliverSm => {
                if let Some(status) = self.deliver(frame)? {
                    let answer = Pdu::DeliverSmResp(DeliverSmResp::default());
                    self.link.answer(sequence, status, answer).await;
                }
            }
            // These two have no answer, and nothing here waits for them.
            CommandId::AlertNotification | CommandId::Outbind => {}
            _ => {
                link.answer(sequence, CommandStatus::EsmeRinvcmdid, Pdu::GenericNack)
                    .await
            }
        }
        Ok(())
    }

    /// Takes a `deliver_sm`; what a lane will answer has no status yet.
    fn deliver(&self, frame: Frame) -> Result<Option<CommandStatus>, Ended> {
        let sequence = frame.sequence;
        let Ok(Pdu::DeliverSm(deliver)) = frame.pdu() else {
            // It would be as malformed the next time: rejected for good, and only this one.
            tracing::warn!("a deliver_sm from the message centre could not be decoded");
            count("in", "malformed");
            return Ok(Some(CommandStatus::EsmeRxRAppn));
        };
        self.sort(sequence, &deliver)
    }

    fn sort(&self, sequence: u32, deliver: &DeliverSm) -> Result<Option<CommandStatus>, Ended> {
        match deliver::read(deliver) {
            Incoming::Receipt(receipt) => {
                count("receipt", receipt.state.code());
                self.hand(sequence, Load::Receipt(receipt))
            }
            Incoming::NoNumber => {
                count("in", "no-number");
                Ok(Some(CommandStatus::EsmeRok))
            }
            Incoming::Other => {
                count("in", "other");
                Ok(Some(CommandStatus::EsmeRok))
            }
            Incoming::Text(from, piece) => self.hand(sequence, Load::Text(from, piece)),
        }
    }

    fn hand(&self, sequence: u32, load: Load) -> Result<Option<CommandStatus>, Ended> {
        let direction = match load {
            Load::Text(..) => "in",
            Load::Receipt(_) => "receipt",
        };
        let delivery = Delivery { sequence, load };
        match self.lanes.as_ref().map_or(Handed::Full, |lanes| lanes.hand(delivery)) {
            Handed::Over => Ok(None),
            Handed::Full => {
                count(direction, "put-off");
                Ok(Some(CommandStatus::EsmeRxTAppn))
            }
            Handed::Lost => Err(Ended::LaneLost),
        }
    }
}

/// What the centre calls the message that this answers. An answer without a body, or with one that cannot be read, names
/// nothing, and is an answer all the same.
fn message_of(frame: Frame) -> Option<MessageId> {
    if frame.id != CommandId::SubmitSmResp {
        return None;
    }
    match frame.pdu() {
        Ok(Pdu::SubmitSmResp(answer)) => MessageId::new(answer.message_id().as_str()),
        _ => None,
    }
}

/// Asks again and again whether the centre is there; returns when it is not.
async fn keep_alive(link: &Link, interval: Duration) {
    loop {
        tokio::time::sleep(interval).await;
        // Any answer shows that somebody is there, also one that says no.
        if link.request(Pdu::EnquireLink).await.is_err() {
            return;
        }
    }
}

/// Writes units one after the other. It is a task of its own, so that a sender who gives up cannot leave half a unit
/// behind. Empty bytes end it.
async fn write_all(mut queue: mpsc::Receiver<Bytes>, mut write: OwnedWriteHalf, patience: Duration) {
    while let Some(bytes) = queue.recv().await {
        let written = timeout(patience, write.write_all(&bytes)).await;
        if bytes.is_empty() || !matches!(written, Ok(Ok(()))) {
            break;
        }
    }
    let _gone = timeout(patience, write.shutdown()).await;
}
