//! Bodies of the carrier's answers, honest and otherwise.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// The least number of bytes in a huge body.
const HUGE_BYTES: u64 = 64 << 20;

/// How long a slow body pauses before each byte.
const SLOW_PAUSE: Duration = Duration::from_millis(500);

/// How long after its first half a body is cut.
const CUT_PAUSE: Duration = Duration::from_millis(50);

/// What an answer's body does.
#[derive(Debug)]
pub enum AnswerBody {
    /// Arrives whole.
    Whole(Option<Bytes>),
    /// Promises all of it, sends the first half and hangs up a little later, so that the half arrives.
    Cut(Option<Bytes>, u64, Pin<Box<Sleep>>),
    /// Arrives byte by byte.
    Slow(Bytes, Pin<Box<Sleep>>),
    /// Goes on and on: what it begins with, and the number of bytes left after that.
    Huge(Bytes, u64),
    /// Comes from the control side.
    Other(axum::body::Body),
}

impl AnswerBody {
    /// The whole of `bytes`.
    pub fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Whole(Some(bytes.into()))
    }

    /// Half of `bytes`, of which the whole is promised.
    pub fn cut(bytes: impl Into<Bytes>) -> Self {
        let mut bytes = bytes.into();
        let promised = bytes.len() as u64;
        bytes.truncate(bytes.len() / 2);
        Self::Cut(Some(bytes), promised, Box::pin(sleep(CUT_PAUSE)))
    }

    /// All of `bytes`, one each half second.
    pub fn slow(bytes: impl Into<Bytes>) -> Self {
        Self::Slow(bytes.into(), Box::pin(sleep(SLOW_PAUSE)))
    }

    /// A body that begins with `beginning` and does not end for 64 MiB.
    pub fn huge(beginning: &'static str) -> Self {
        Self::Huge(Bytes::from_static(beginning.as_bytes()), HUGE_BYTES)
    }

    /// A body that begins with `beginning` and never ends.
    pub fn endless(beginning: &'static str) -> Self {
        Self::Huge(Bytes::from_static(beginning.as_bytes()), u64::MAX)
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Cut(bytes, _, pause) => {
                if let Some(bytes) = bytes.take() {
                    return Poll::Ready(Some(Ok(Frame::data(bytes))));
                }
                std::task::ready!(pause.as_mut().poll(context));
                Poll::Ready(Some(Err(io::Error::other("the answer was cut on purpose"))))
            }
            Self::Slow(bytes, pause) => {
                if bytes.is_empty() {
                    return Poll::Ready(None);
                }
                std::task::ready!(pause.as_mut().poll(context));
                *pause = Box::pin(sleep(SLOW_PAUSE));
                Poll::Ready(Some(Ok(Frame::data(bytes.split_to(1)))))
            }
            Self::Huge(beginning, _) if !beginning.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(std::mem::take(beginning)))))
            }
            Self::Huge(_, 0) => Poll::Ready(None),
            Self::Huge(_, left) => {
                let part = (*left).min(1 << 16);
                *left -= part;
                Poll::Ready(Some(Ok(Frame::data(vec![b'x'; part as usize].into()))))
            }
            Self::Other(body) => Pin::new(body).poll_frame(context).map_err(io::Error::other),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_none(),
            Self::Cut(..) => false,
            Self::Slow(bytes, _) => bytes.is_empty(),
            Self::Huge(beginning, left) => beginning.is_empty() && *left == 0,
            Self::Other(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Cut(_, promised, _) => SizeHint::with_exact(*promised),
            Self::Slow(bytes, _) => SizeHint::with_exact(bytes.len() as u64),
            Self::Huge(..) => SizeHint::default(),
            Self::Other(body) => body.size_hint(),
        }
    }
}
