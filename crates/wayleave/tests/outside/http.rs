//! A small HTTP/1.1 client on bare sockets, so that a test can also send what no proper client would.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;

/// No answer takes longer than this, even on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
const ANSWER_BYTES_MAX: usize = 16 << 20;
/// The errors of an exchange that ended without a single byte of an answer.
pub const UNHEARD: [&str; 2] = [
    "the connection was closed after 0 bytes",
    "Connection reset by peer (os error 104)",
];

/// One answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; stops the test if it is something else.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("expected JSON, found {} `{}`: {error}", self.status, self.text()))
    }

    /// The problem document's `code`, or nothing.
    pub fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The true reason that a sandbox adds, or nothing.
    pub fn reason(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["sandbox"]["reason"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether anything in the answer could be a position or a verdict.
    pub fn tells_a_place(&self) -> bool {
        let text = self.text();
        let words = [
            "latitude",
            "longitude",
            "lastLocationTime",
            "verificationResult",
            "matchRate",
            "areaType",
        ];
        // A problem document may name the field of a request that it could not read, and says so with a code.
        let problem = self.status >= 400 && text.contains("\"code\"");
        self.header("wayleave-receipt").is_some() || !problem && words.iter().any(|word| text.contains(word))
    }
}

/// A request to put together piece by piece. `host` and `content-length` are added unless they are given.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string())
    }

    /// The bytes on the wire.
    pub fn bytes(&self, host: &str) -> Vec<u8> {
        let has = |name: &str| self.headers.iter().any(|(key, _)| key.eq_ignore_ascii_case(name));
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        if !has("host") {
            head.push_str(&format!("host: {}\r\n", host.trim_start_matches("https://")));
        }
        if !has("content-length") && !has("transfer-encoding") {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        if !has("connection") {
            head.push_str("connection: close\r\n");
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it to `host` (address and port) and reads the answer.
    pub fn try_send(&self, host: &str) -> Result<Answer, String> {
        exchange(host, &self.bytes(host), self.method == "HEAD")
    }

    /// Sends it; stops the test if no answer comes.
    pub fn send(&self, host: &str) -> Answer {
        self.try_send(host)
            .unwrap_or_else(|error| panic!("{} {} at {host}: {error}", self.method, self.target))
    }
}

/// `http://host:port/path` in its two parts. The first keeps an `https://` before it, by which it is called with TLS.
pub fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    let from = rest.find("://").map_or(0, |scheme| scheme + 3);
    let slash = rest[from..].find('/').map_or(rest.len(), |slash| from + slash);
    (&rest[..slash], if slash < rest.len() { &rest[slash..] } else { "/" })
}

pub fn fetch(url: &str) -> Answer {
    let (host, path) = split(url);
    Request::new("GET", path).send(host)
}

pub fn send_json(method: &str, url: &str, body: &Value) -> Answer {
    let (host, path) = split(url);
    Request::new(method, path).json(body).send(host)
}

/// How TLS is put on a connection, once a test has said whom it believes.
pub static SECURE: OnceLock<fn(TcpStream) -> Box<dyn Wire>> = OnceLock::new();

/// A connection, plain or with TLS.
pub trait Wire: Read + Write {}

impl<T: Read + Write> Wire for T {}

/// Sends bytes as they are and reads one answer.
pub fn exchange(host: &str, bytes: &[u8], headless: bool) -> Result<Answer, String> {
    let say = |error: std::io::Error| error.to_string();
    let address = host.strip_prefix("https://");
    let stream = TcpStream::connect(address.unwrap_or(host)).map_err(say)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(say)?;
    stream.set_write_timeout(Some(PATIENCE)).map_err(say)?;
    stream.set_nodelay(true).map_err(say)?;
    let mut stream: Box<dyn Wire> = match address {
        Some(_) => SECURE.get().ok_or("nobody said how to speak TLS")?(stream),
        None => Box::new(stream),
    };
    // A server may answer and close before it has read everything; its answer still counts.
    let sent = stream.write_all(bytes);
    match read_answer(&mut stream, headless) {
        Ok(answer) => Ok(answer),
        Err(error) => Err(sent.err().map_or(error, say)),
    }
}

/// Reads one answer from a connection.
pub fn read_answer(stream: &mut impl Read, headless: bool) -> Result<Answer, String> {
    let mut seen = Vec::new();
    let end = loop {
        if let Some(at) = find(&seen, b"\r\n\r\n") {
            break at;
        }
        more(stream, &mut seen)?;
    };
    let head = String::from_utf8_lossy(&seen[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default();
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| format!("expected a status line, found `{first}`"))?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut answer = Answer {
        status,
        headers,
        body: seen.split_off(end + 4),
    };
    if headless || status == 204 || status == 304 {
        return Ok(answer);
    }
    read_body(stream, &mut answer)?;
    Ok(answer)
}

fn read_body(stream: &mut impl Read, answer: &mut Answer) -> Result<(), String> {
    let length = answer
        .header("content-length")
        .and_then(|length| length.parse::<usize>().ok());
    let chunked = answer.header("transfer-encoding").is_some();
    loop {
        if let Some(length) = length
            && answer.body.len() >= length
        {
            answer.body.truncate(length);
            return Ok(());
        }
        if chunked && let Some(whole) = unchunk(&answer.body) {
            answer.body = whole;
            return Ok(());
        }
        match more(stream, &mut answer.body) {
            Ok(()) => {}
            Err(_) if length.is_none() && !chunked => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}

fn more(stream: &mut impl Read, seen: &mut Vec<u8>) -> Result<(), String> {
    let mut piece = [0; 16 * 1024];
    match stream.read(&mut piece) {
        Ok(0) => Err(format!("the connection was closed after {} bytes", seen.len())),
        Ok(_) if seen.len() > ANSWER_BYTES_MAX => Err("the answer is too large".to_owned()),
        Ok(count) => {
            seen.extend_from_slice(&piece[..count]);
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

fn unchunk(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let line = find(bytes, b"\r\n")?;
        let size = std::str::from_utf8(&bytes[..line]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        let rest = &bytes[line + 2..];
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(rest.get(..size)?);
        bytes = rest.get(size + 2..)?;
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}
