//! Protocol data units on a byte stream. They are cut apart by their length first and decoded afterwards, so that one
//! malformed unit costs itself and not the connection, which would come back with the same unit for ever.

use bytes::{Buf, BufMut, Bytes, BytesMut};
use rusmpp::decode::DecodeWithLength;
use rusmpp::encode::{Length, owned::Encode};
use rusmpp::{Command, CommandId, CommandStatus, Pdu};
use tokio::io::{AsyncRead, AsyncReadExt};

/// Length, id, status and sequence number (SMPP 3.4 §3.2).
const HEADER: usize = 16;

/// The longest unit that is read. A text message with every parameter fits many times over; more is not SMPP.
const LONGEST: usize = 16 * 1024;

/// Why a stream of units ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamEnd {
    /// The peer closed the connection.
    Closed,
    /// Reading failed.
    Io(std::io::ErrorKind),
    /// The announced length is less than a header or more than is read: what follows cannot be found any more.
    Length(usize),
}

/// The body does not have the form of its command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// One unit: the header read, the body still bytes.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) id: CommandId,
    pub(super) status: CommandStatus,
    pub(super) sequence: u32,
    bytes: BytesMut,
}

impl Frame {
    /// Whether this is an answer: the top bit of the id is set.
    pub(super) fn is_response(&self) -> bool {
        u32::from(self.id) & 0x8000_0000 != 0
    }

    /// The decoded body.
    pub(super) fn pdu(self) -> Result<Pdu, Malformed> {
        let mut bytes = self.bytes;
        let length = bytes.len();
        let (command, read) = Command::decode(&mut bytes, length).map_err(|_| Malformed)?;
        if read != length {
            return Err(Malformed);
        }
        command.pdu().cloned().ok_or(Malformed)
    }
}

/// Reads units from a stream. [`FrameReader::next`] may be dropped at any point and called again; nothing is lost.
#[derive(Debug)]
pub(super) struct FrameReader<R> {
    read: R,
    buffer: BytesMut,
}

impl<R: AsyncRead + Unpin> FrameReader<R> {
    pub(super) fn new(read: R) -> Self {
        Self {
            read,
            buffer: BytesMut::with_capacity(4096),
        }
    }

    /// The next unit.
    pub(super) async fn next(&mut self) -> Result<Frame, StreamEnd> {
        loop {
            if let Some(frame) = cut(&mut self.buffer)? {
                return Ok(frame);
            }
            self.buffer.reserve(4096);
            match self.read.read_buf(&mut self.buffer).await {
                Ok(0) => return Err(StreamEnd::Closed),
                Ok(_) => {}
                Err(error) => return Err(StreamEnd::Io(error.kind())),
            }
        }
    }
}

/// Takes one whole unit off the front, if there is one.
fn cut(buffer: &mut BytesMut) -> Result<Option<Frame>, StreamEnd> {
    if buffer.len() < HEADER {
        return Ok(None);
    }
    let mut header = &buffer[..HEADER];
    let length = usize::try_from(header.get_u32()).unwrap_or(usize::MAX);
    if !(HEADER..=LONGEST).contains(&length) {
        return Err(StreamEnd::Length(length));
    }
    if buffer.len() < length {
        return Ok(None);
    }
    let (id, status, sequence) = (header.get_u32(), header.get_u32(), header.get_u32());
    let mut bytes = buffer.split_to(length);
    // The decoder wants the unit without its length.
    bytes.advance(4);
    Ok(Some(Frame {
        id: id.into(),
        status: status.into(),
        sequence,
        bytes,
    }))
}

/// The bytes of one unit.
pub(super) fn encode(status: CommandStatus, sequence: u32, pdu: Pdu) -> Bytes {
    let command = Command::new(status, sequence, pdu);
    let length = 4 + command.length();
    let mut bytes = BytesMut::with_capacity(length);
    bytes.put_u32(u32::try_from(length).unwrap_or(u32::MAX));
    Encode::encode(&command, &mut bytes);
    bytes.freeze()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[tokio::test]
    async fn units_are_found_however_the_bytes_arrive() {
        let mut bytes = encode(CommandStatus::EsmeRok, 7, Pdu::EnquireLink).to_vec();
        bytes.extend(encode(CommandStatus::EsmeRthrottled, 8, Pdu::UnbindResp));
        let (mut near, far) = tokio::io::duplex(3);
        tokio::spawn(async move {
            tokio::io::AsyncWriteExt::write_all(&mut near, &bytes)
                .await
                .expect("written");
        });
        let mut reader = FrameReader::new(far);
        let first = reader.next().await.expect("a unit");
        assert_eq!(
            (first.id, first.sequence, first.is_response()),
            (CommandId::EnquireLink, 7, false)
        );
        let second = reader.next().await.expect("a unit");
        assert_eq!(
            (second.status, second.is_response()),
            (CommandStatus::EsmeRthrottled, true)
        );
        assert_eq!(reader.next().await.expect_err("the end"), StreamEnd::Closed);
    }

    #[tokio::test]
    async fn an_impossible_length_ends_the_stream() {
        for length in [0_u32, 15, 16 * 1024 + 1, u32::MAX] {
            let mut bytes = length.to_be_bytes().to_vec();
            bytes.extend([0; 12]);
            let end = FrameReader::new(bytes.as_slice()).next().await.expect_err("refused");
            assert_eq!(end, StreamEnd::Length(length as usize));
        }
    }

    proptest! {
        /// Whatever a message centre sends, reading it ends without a panic.
        #[test]
        fn any_body_is_read_or_refused(id in prop_oneof![Just(5_u32), Just(0x103), any::<u32>()], body in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut buffer = BytesMut::new();
            buffer.put_u32(u32::try_from(16 + body.len()).expect("short"));
            buffer.put_u32(id);
            buffer.put_u64(1);
            buffer.put_slice(&body);
            let frame = cut(&mut buffer).expect("a possible length").expect("whole");
            let _ = frame.pdu();
        }

        /// The same for bodies that begin as a deliver_sm does and go wrong later.
        #[test]
        fn any_deliver_sm_is_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..200), length in any::<u8>(), tail in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut body = b"\0\x01\x0112025550101\0\x01\x0112025550199\0\0\0\0\0\0\0\0\0\0".to_vec();
            body.push(length);
            body.extend(text);
            body.extend(tail);
            let mut buffer = BytesMut::new();
            buffer.put_u32(u32::try_from(16 + body.len()).expect("short"));
            buffer.put_u32(5);
            buffer.put_u64(1);
            buffer.put_slice(&body);
            let frame = cut(&mut buffer).expect("a possible length").expect("whole");
            let _ = frame.pdu();
        }
    }
}
