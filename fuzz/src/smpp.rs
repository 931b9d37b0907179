//! What a message centre sends: units on a stream, the texts in them, parts of long ones.
//!
//! The sources of the link are compiled in here as they are, since nothing outside the link may use them.

#[path = "../../crates/gateway/src/messages/smpp/deliver.rs"]
mod deliver;
#[path = "../../crates/gateway/src/messages/smpp/frame.rs"]
mod frame;
#[path = "../../crates/gateway/src/messages/smpp/message_id.rs"]
mod message_id;
#[path = "../../crates/gateway/src/messages/smpp/parts.rs"]
mod parts;
#[path = "../../crates/gateway/src/messages/smpp/receipt.rs"]
mod receipt;
#[path = "../../crates/gateway/src/messages/smpp/text.rs"]
mod text;

use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use domain::number::Msisdn;
use domain::time::Timestamp;
use rusmpp::Pdu;
use tokio::io::{AsyncRead, ReadBuf};

use crate::replies::means_what_it_says;
use deliver::Incoming;
use frame::{Frame, FrameReader, StreamEnd};
use parts::{Parts, Piece, Place, Taken};

/// How many units of one input are looked at.
const UNITS_MAX: usize = 32;

/// The first byte says how many bytes arrive at a time; the rest is the stream.
pub(crate) fn run(data: &[u8]) {
    let Some((step, stream)) = data.split_first() else {
        return;
    };
    let (whole, end) = units(stream, stream.len().max(1));
    let (cut, other_end) = units(stream, usize::from(*step).max(1));
    assert!(
        end == other_end && whole.len() == cut.len(),
        "how bytes arrive has a meaning"
    );
    let mut parts = Parts::default();
    for (index, (frame, other)) in whole.into_iter().zip(cut).enumerate() {
        let (id, status, sequence) = (frame.id, frame.status, frame.sequence);
        assert!((id, status, sequence) == (other.id, other.status, other.sequence));
        assert_eq!(frame.is_response(), u32::from(id) >> 31 == 1);
        let pdu = frame.pdu();
        assert!(pdu == other.pdu());
        let Ok(pdu) = pdu else { continue };
        survives_encoding(&frame::encode(status, sequence, pdu.clone()), &pdu);
        if let Pdu::DeliverSm(message) = &pdu {
            take(&mut parts, deliver::read(message), index);
        }
    }
    own_words(&String::from_utf8_lossy(stream));
    // Everything that waits is handed out in the end, and can be read.
    for (key, _, text) in parts.overdue(Timestamp::from_unix_seconds(1_000)) {
        means_what_it_says(&text);
        parts.finish(key);
    }
    assert!(parts.overdue(Timestamp::from_unix_seconds(1_000)).is_empty());
}

fn take(parts: &mut Parts, incoming: Incoming, index: usize) {
    match incoming {
        Incoming::Text(from, piece) => {
            let now = Timestamp::from_unix_seconds(i64::try_from(index).unwrap_or_default());
            if let Taken::Whole(text, key) = parts.take(from, piece, now) {
                means_what_it_says(&text);
                key.into_iter().for_each(|key| parts.finish(key));
            }
        }
        Incoming::Receipt(receipt) => {
            assert!(!receipt.state.is_lost() || receipt.state.code() != "delivered");
            for name in receipt.id.iter().flat_map(message_id::MessageId::spellings) {
                assert_eq!(message_id::MessageId::new(name.as_str()), Some(name));
            }
        }
        Incoming::NoNumber | Incoming::Other => {}
    }
}

/// Our own words come out of the parts as they went in, the last part first.
fn own_words(words: &str) {
    let from = Msisdn::parse("+12025550123").expect("a reserved number");
    let own = text::split(words, 7).unwrap_or_default();
    let total = u8::try_from(own.len()).expect("few parts");
    let mut parts = Parts::default();
    for (number, part) in (1..=total).zip(&own).rev() {
        let place = part.has_header.then_some(Place {
            reference: 7,
            total,
            number,
        });
        let piece = Piece {
            place,
            data_coding: part.data_coding,
            octets: part.octets[if part.has_header { 6 } else { 0 }..].to_vec(),
        };
        match parts.take(from, piece, Timestamp::from_unix_seconds(0)) {
            Taken::Whole(text, _) => assert!(number == 1 && text == words, "other words came out"),
            taken => assert!(taken == Taken::Kept && number > 1),
        }
    }
}

fn survives_encoding(bytes: &[u8], pdu: &Pdu) {
    let (again, _) = units(bytes, bytes.len());
    let [frame] = <[Frame; 1]>::try_from(again).expect("one unit");
    assert!(frame.pdu().as_ref() == Ok(pdu), "print and parse are no inverses");
}

fn units(stream: &[u8], step: usize) -> (Vec<Frame>, StreamEnd) {
    let mut reader = FrameReader::new(Trickle { rest: stream, step });
    let mut frames = Vec::new();
    loop {
        match at_once(reader.next()) {
            Ok(frame) if frames.len() < UNITS_MAX => frames.push(frame),
            Ok(_) => return (frames, StreamEnd::Closed),
            Err(end) => return (frames, end),
        }
    }
}

/// The value of a future that never has to wait.
fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the bytes are all there"),
    }
}

/// A stream of which a few bytes arrive at a time.
#[derive(Debug)]
struct Trickle<'a> {
    rest: &'a [u8],
    step: usize,
}

impl AsyncRead for Trickle<'_> {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let now = self.step.min(self.rest.len()).min(buffer.remaining());
        let (now, later) = self.rest.split_at(now);
        buffer.put_slice(now);
        self.rest = later;
        Poll::Ready(Ok(()))
    }
}
