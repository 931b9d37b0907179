//! The whole outside face: one request to a gateway that runs in this process, over a socket as anybody would send it.
//!
//! The gateway is a sandbox without parties, sources and questions. So nobody can be let in, and no link can lead
//! anywhere, whatever the request.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use gateway::config::Config;

use crate::input::other_reader;

/// What anybody may read: the door of the board is a page that knows nobody yet.
const PUBLIC: [&str; 13] = [
    "/",
    "/sandbox/journal",
    "/.well-known/openid-configuration",
    "/oauth2/jwks",
    "/counts",
    "/counterparties",
    "/wayleave/v1/counterparties",
    "/me",
    "/try",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
];

/// What anybody may send to the door of the board: leave, ask for a link by text, ask for a challenge. The answer says the
/// same whoever asks.
const DOOR: [&str; 3] = ["/me/leave", "/me/link", "/me/keys/challenge"];

/// Fields that this side writes itself, since they say where a request ends.
const OURS: [&str; 6] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "transfer-encoding",
    "upgrade",
];

/// How long any answer may take.
const PATIENCE: Duration = Duration::from_secs(4);

fn gateway() -> SocketAddr {
    static ADDRESS: OnceLock<SocketAddr> = OnceLock::new();
    *ADDRESS.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("wayleave-fuzz-{}", std::process::id()));
        let text = format!(
            "[gateway]\nworld = \"sandbox\"\nissuer = \"http://127.0.0.1:8080\"\noperator = \"Port Aster\"\n\
             data_dir = {:?}\n[listen]\naddress = \"127.0.0.1:0\"\n",
            folder.to_string_lossy()
        );
        let config: Config = toml::from_str(&text).expect("a configuration");
        let (tell, told) = mpsc::channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(1)
                .enable_all()
                .build()
                .expect("a runtime");
            let (_stop, stopping) = tokio::sync::watch::channel(false);
            let ended = runtime.block_on(gateway::run::run(config, stopping, |address| {
                tell.send(address).expect("somebody waits");
            }));
            panic!("the gateway ended: {ended:?}");
        });
        let address = told.recv().expect("a gateway that starts");
        // What is open stays usable; nothing is left behind.
        let _ = std::fs::remove_dir_all(folder);
        address
    })
}

/// The first line is method and path, further ones are header fields up to an empty line, the rest is the body.
pub(crate) fn run(data: &[u8]) {
    let Some(request) = Request::of(data) else { return };
    // That page answers only after half a second, on purpose.
    if request.path.contains("/stop") {
        return;
    }
    let answer = send(&request);
    let (head, body) = split(&answer);
    let status = status(head);
    assert!(
        !(500..600).contains(&status) || status == 503,
        "{status}: the gateway failed"
    );
    if status == 200 {
        // A fragment has no place in a request. The HTTP library drops it before anybody here sees it.
        let path = request.path.split(['?', '#']).next().unwrap_or_default();
        let is_public = PUBLIC.contains(&path) || ["/assets/", "/journal/"].iter().any(|below| path.starts_with(below));
        match request.method {
            "GET" | "HEAD" => assert!(is_public, "somebody was let in at {path}"),
            "POST" => assert!(DOOR.contains(&path), "somebody was let in at {path}"),
            method => panic!("{method} {path} was answered"),
        }
    }
    let field = |name: &str| {
        let mut fields = head.lines().skip(1).filter_map(|line| line.split_once(": "));
        fields
            .find(|(one, _)| one.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    let is_json = field("content-type").is_some_and(|kind| kind.contains("json"));
    if is_json && field("content-length").is_some() && request.method != "HEAD" {
        assert!(other_reader(body).is_object());
    }
    if let Some(correlator) = field("x-correlator") {
        assert!(
            request.fields.iter().any(|line| line.contains(correlator)),
            "it was not sent"
        );
    }
}

struct Request<'a> {
    method: &'a str,
    path: &'a str,
    fields: Vec<&'a str>,
    body: &'a [u8],
}

impl<'a> Request<'a> {
    /// `None` for what no client library would put on the wire.
    fn of(data: &'a [u8]) -> Option<Self> {
        let head_end = data.windows(2).position(|pair| pair == b"\n\n").unwrap_or(data.len());
        let (head, body) = data.split_at(head_end);
        let mut lines = std::str::from_utf8(head).ok()?.split('\n');
        let (method, path) = lines.next()?.split_once(' ')?;
        let is_token = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let fields: Vec<&str> = lines.collect();
        let fits = |line: &&str| {
            let named = line
                .split_once(':')
                .is_some_and(|(name, _)| is_token(name) && !OURS.iter().any(|ours| ours.eq_ignore_ascii_case(name)));
            named && !line.bytes().any(|byte| byte < b' ' || byte == 0x7F)
        };
        let sendable = is_token(method)
            && method != "CONNECT"
            && path.starts_with('/')
            && path.bytes().all(|byte| byte.is_ascii_graphic())
            && fields.iter().all(fits);
        sendable.then_some(Self {
            method,
            path,
            fields,
            body: body.get(2..).unwrap_or_default(),
        })
    }

    fn print(&self) -> Vec<u8> {
        let mut text = format!("{} {} HTTP/1.1\r\nhost: 127.0.0.1:8080\r\n", self.method, self.path);
        for line in &self.fields {
            text.push_str(line);
            text.push_str("\r\n");
        }
        text.push_str(&format!(
            "content-length: {}\r\nconnection: close\r\n\r\n",
            self.body.len()
        ));
        [text.as_bytes(), self.body].concat()
    }
}

fn send(request: &Request<'_>) -> Vec<u8> {
    let mut stream = TcpStream::connect_timeout(&gateway(), PATIENCE).expect("the gateway listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a patience");
    stream.write_all(&request.print()).expect("the request is sent");
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        // Who closes while bytes are still coming in resets; the answer was read by then.
        Err(error) => assert!(!answer.is_empty(), "no answer: {error}"),
    }
    answer
}

fn split(answer: &[u8]) -> (&str, &[u8]) {
    let end = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("a whole head");
    let (head, body) = answer.split_at(end);
    (std::str::from_utf8(head).expect("a head in ASCII"), &body[4..])
}

fn status(head: &str) -> u16 {
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    status.and_then(|status| status.parse().ok()).expect("a status")
}
