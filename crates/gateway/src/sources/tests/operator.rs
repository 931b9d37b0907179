//! An operator for tests, on a plain socket so that it can do what no HTTP library would: hang, stop in the middle,
//! close without a word.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::{NUMBER, lock};

/// A request that the operator saw.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// The path.
    pub(crate) path: String,
    /// How many requests for this path came before it.
    pub(crate) nth: usize,
    /// The headers, by lower-case name.
    pub(crate) headers: HashMap<String, String>,
    /// The body.
    pub(crate) body: String,
}

/// What the operator does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Sends these bytes, and waits for the next request.
    Send(String),
    /// Sends these bytes, and closes.
    SendAndClose(String),
    /// Sends the bytes one by one, slowly.
    Drip(String),
    /// Sends these bytes after so many milliseconds, and waits for the next request.
    SendLate(u64, String),
    /// Does nothing, forever.
    Hang,
}

impl Act {
    /// Closes without a word.
    pub(crate) fn close() -> Self {
        Self::SendAndClose(String::new())
    }
}

type Script = dyn Fn(&Seen) -> Act + Send + Sync;

/// An operator that listens.
pub(crate) struct Operator {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<Mutex<Vec<JoinHandle<()>>>>,
    listening: JoinHandle<()>,
}

impl Operator {
    /// An operator that gives out tokens and acts by `script` on everything else.
    pub(crate) async fn start(script: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Self {
        Self::raw(move |seen| {
            if seen.path == "/token" {
                token(seen, 600)
            } else {
                script(seen)
            }
        })
        .await
    }

    /// An operator that acts by `script` on everything.
    pub(crate) async fn raw(script: impl Fn(&Seen) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let script: Arc<Script> = Arc::new(script);
        let connections: Arc<Mutex<Vec<JoinHandle<()>>>> = Arc::default();
        let shared = (Arc::clone(&seen), Arc::clone(&connections));
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection = tokio::spawn(serve(stream, Arc::clone(&shared.0), Arc::clone(&script)));
                lock(&shared.1).push(connection);
            }
        });
        Self {
            address,
            seen,
            connections,
            listening,
        }
    }

    /// Closes everything, and refuses connections from now on.
    pub(crate) async fn stop(&self) {
        self.listening.abort();
        lock(&self.connections).iter().for_each(JoinHandle::abort);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        lock(&self.connections).len()
    }

    /// Its root.
    pub(crate) fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it saw at a path.
    pub(crate) fn seen(&self, path: &str) -> Vec<Seen> {
        lock(&self.seen)
            .iter()
            .filter(|seen| seen.path == path)
            .cloned()
            .collect()
    }

    /// How often it was asked where a phone is.
    pub(crate) fn retrievals(&self) -> Vec<Seen> {
        self.seen(wire::camara::south::RETRIEVE_PATH)
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Seen>>>, script: Arc<Script>) {
    let mut buffer = Vec::new();
    while let Some(mut request) = read(&mut stream, &mut buffer).await {
        {
            let mut seen = lock(&seen);
            request.nth = seen.iter().filter(|other| other.path == request.path).count();
            seen.push(request.clone());
        }
        let act = script(&request);
        let wrote = match &act {
            Act::Send(bytes) | Act::SendAndClose(bytes) => stream.write_all(bytes.as_bytes()).await,
            Act::SendLate(milliseconds, bytes) => {
                tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
                stream.write_all(bytes.as_bytes()).await
            }
            Act::Drip(bytes) => drip(&mut stream, bytes).await,
            Act::Hang => std::future::pending().await,
        };
        if wrote.is_err() || matches!(act, Act::SendAndClose(_)) {
            return;
        }
    }
}

async fn drip(stream: &mut TcpStream, bytes: &str) -> std::io::Result<()> {
    for byte in bytes.bytes() {
        stream.write_all(&[byte]).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Reads one request; `None` when the connection is closed.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Seen> {
    loop {
        if let Some((request, used)) = parse(buffer) {
            buffer.drain(..used);
            return Some(request);
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

fn parse(buffer: &[u8]) -> Option<(Seen, usize)> {
    let text = std::str::from_utf8(buffer).ok()?;
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers
        .get("content-length")
        .map_or(Some(0), |length| length.parse().ok())?;
    let body = rest.get(..length)?.to_owned();
    let request = Seen {
        path,
        nth: 0,
        headers,
        body,
    };
    Some((request, head.len() + 4 + length))
}

/// An HTTP answer with a body of JSON, and the asker's correlator.
pub(crate) fn json(seen: &Seen, status: u16, body: &str) -> String {
    http(
        status,
        &[("content-type", "application/json"), ("x-correlator", correlator(seen))],
        body,
    )
}

/// An HTTP answer with these headers and this body.
pub(crate) fn http(status: u16, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!(
        "HTTP/1.1 {status} Some\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
}

/// The correlator that came with a request.
pub(crate) fn correlator(seen: &Seen) -> &str {
    seen.headers.get("x-correlator").map_or("", String::as_str)
}

/// Gives out `token-0`, `token-1` and so on.
pub(crate) fn token(seen: &Seen, life_s: u32) -> Act {
    let body = format!(
        r#"{{"access_token":"token-{}","token_type":"bearer","expires_in":{life_s}}}"#,
        seen.nth
    );
    Act::Send(http(200, &[("content-type", "application/json")], &body))
}

/// A `Location` about a number.
pub(crate) fn location(number: &str) -> String {
    format!(
        r#"{{"lastLocationTime":"2026-11-18T11:06:30Z","area":{{"areaType":"CIRCLE","center":{{"latitude":12.0,"longitude":-40.0}},"radius":120}},"device":{{"phoneNumber":"{number}"}}}}"#
    )
}

/// The honest answer.
pub(crate) fn honest(seen: &Seen) -> Act {
    Act::Send(json(seen, 200, &location(NUMBER)))
}
