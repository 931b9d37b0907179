//! A keep-alive HTTP/1.1 connection, as bare as can be, so that the load generator takes little of the machine that it
//! shares with what it measures.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;

/// The most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 1 << 16;

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
    request: Vec<u8>,
}

/// An answer's status; its body lies in the connection until the next request.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    /// The status.
    pub status: u16,
    body_starts: usize,
    body_ends: usize,
}

impl Connection {
    /// Connects to `host:port`.
    ///
    /// # Errors
    /// When nobody listens there.
    pub async fn open(host: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: host.to_owned(),
            buffer: Vec::with_capacity(4096),
            request: Vec::with_capacity(2048),
        })
    }

    /// Posts a body and reads the whole answer. `headers` are whole lines, each with its line end.
    ///
    /// # Errors
    /// When the connection ends, or the answer is not one with a length.
    pub async fn post(&mut self, path: &str, headers: &str, body: &str) -> Result<Answer, Failure> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\n{headers}content-length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.request.clear();
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body.as_bytes());
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err("expected an answer, found the end of the connection".into());
            }
            if let Some(answer) = whole(&self.buffer)? {
                return Ok(answer);
            }
            if self.buffer.len() > ANSWER_BYTES_MAX {
                return Err("expected a small answer, found a large one".into());
            }
        }
    }

    /// The body of the latest answer.
    #[must_use]
    pub fn body(&self, answer: Answer) -> &[u8] {
        self.buffer
            .get(answer.body_starts..answer.body_ends)
            .unwrap_or_default()
    }
}

/// The answer, once all of it has come.
fn whole(buffer: &[u8]) -> Result<Option<Answer>, Failure> {
    let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?;
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    let length = lines
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .and_then(|(_, value)| value.trim().parse::<usize>().ok());
    let (Some(status), Some(length)) = (status, length) else {
        return Err(format!("expected a status and a length, found: {head}").into());
    };
    let (body_starts, body_ends) = (end + 4, end + 4 + length);
    Ok((buffer.len() >= body_ends).then_some(Answer {
        status,
        body_starts,
        body_ends,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_when_its_length_has_come() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        for cut in 0..text.len() {
            assert!(whole(&text[..cut]).expect("well-formed").is_none());
        }
        let answer = whole(text).expect("well-formed").expect("whole");
        assert_eq!(
            (answer.status, &text[answer.body_starts..answer.body_ends]),
            (200, &b"abc"[..])
        );
        assert!(whole(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
