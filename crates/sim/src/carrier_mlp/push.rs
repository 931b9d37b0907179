//! Reports of asynchronous requests: a POST to the address that the request named, logged in as it said.

use super::Carrier;
use super::answer::Pen;
use super::behaviour::{Behaviour, Misbehaviour};
use super::locate::{Plan, conclude};
use super::misdeed::deform;
use super::question::{Push, Question};
use crate::fetch::request;
use crate::{chance, clock};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// How long the client may take to answer a report.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a slow report pauses before each byte.
const SLOW_PAUSE: Duration = Duration::from_millis(500);

/// How much a huge report holds.
const HUGE_BYTES: usize = 64 << 20;

/// An accepted request.
#[derive(Debug)]
pub struct Accepted {
    /// Its id at this carrier.
    pub request: String,
    /// Who began it.
    pub requestor: Option<String>,
    /// What was asked.
    pub question: Question,
    /// What will come of it.
    pub plan: Plan,
}

/// A ledger line of a report.
#[derive(Serialize)]
struct Entry<'a> {
    request: &'a str,
    requestor: Option<&'a str>,
    number: &'a str,
    url: &'a str,
    login: Option<&'a str>,
    bytes: usize,
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    misbehave: Option<Misbehaviour>,
}

/// Waits until the position is known, and reports it.
pub async fn report(carrier: Arc<Carrier>, behaviour: Arc<Behaviour>, pen: Pen, accepted: Accepted) {
    let Accepted {
        request,
        requestor,
        question,
        plan,
    } = accepted;
    let Some(push) = question.push.clone() else { return };
    let misdeed = behaviour.misbehave;
    tokio::time::sleep(Duration::from_millis(plan.wait_ms)).await;
    let outcome = conclude(plan.end, &question, &behaviour, clock::now_ms());
    let late_ms = if misdeed == Some(Misbehaviour::LatePush) {
        behaviour.late_ms
    } else {
        0
    };
    tokio::time::sleep(Duration::from_millis(behaviour.push_delay_ms + late_ms)).await;
    if misdeed == Some(Misbehaviour::NeverPush) {
        return;
    }
    let (url, login) = address(&push, misdeed);
    let named = if misdeed == Some(Misbehaviour::PushWrongRequest) {
        chance::token()
    } else {
        request.clone()
    };
    let document = pen.report(login.as_ref(), &named, &question.number, &outcome);
    let document = padded(deform(misdeed, document, &carrier.base), misdeed);
    let times = if misdeed == Some(Misbehaviour::PushTwice) { 2 } else { 1 };
    for _ in 0..times {
        let sent = send(&carrier, &url, document.clone(), pen, misdeed).await;
        let entry = Entry {
            request: &named,
            requestor: requestor.as_deref(),
            number: &question.number,
            url: &url,
            login: login.as_ref().map(|(id, _)| id.as_str()),
            bytes: document.len(),
            status: sent.as_ref().ok().copied(),
            error: sent.err(),
            misbehave: misdeed,
        };
        carrier.ledger.note("push", &entry);
    }
}

/// Where to, and logged in as whom.
fn address(push: &Push, misdeed: Option<Misbehaviour>) -> (String, Option<(String, String)>) {
    let login = push.login.clone();
    match misdeed {
        Some(Misbehaviour::PushToNobody) => {
            let folder = push
                .url
                .rsplit_once('/')
                .map_or(push.url.as_str(), |(folder, _)| folder);
            (format!("{folder}/{}", chance::token()), login)
        }
        Some(Misbehaviour::PushWrongLogin) => {
            let wrong = login.map(|(id, password)| (id, format!("{password}x")));
            (push.url.clone(), wrong)
        }
        Some(Misbehaviour::PushWithoutLogin) => (push.url.clone(), None),
        _ => (push.url.clone(), login),
    }
}

fn padded(mut document: Vec<u8>, misdeed: Option<Misbehaviour>) -> Vec<u8> {
    if misdeed == Some(Misbehaviour::PushHuge) {
        document.resize(HUGE_BYTES, b'\n');
    }
    document
}

async fn send(
    carrier: &Carrier,
    url: &str,
    document: Vec<u8>,
    pen: Pen,
    misdeed: Option<Misbehaviour>,
) -> Result<u16, String> {
    if misdeed == Some(Misbehaviour::PushSlow) {
        return slowly(url, &document).await;
    }
    let asked = request("POST", url, Some(pen.form.dialect.media_type()), document);
    let sent = carrier
        .fetch
        .send(asked.map_err(|error| error.to_string())?, PATIENCE)
        .await;
    sent.map(|reply| reply.status.as_u16())
        .map_err(|error| error.to_string())
}

/// One byte each half second, until the client answers or hangs up.
async fn slowly(url: &str, document: &[u8]) -> Result<u16, String> {
    let failed = |error: std::io::Error| error.to_string();
    let address = url.strip_prefix("http://").ok_or("expected an http URL")?;
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let stream = TcpStream::connect(host).await.map_err(failed)?;
    let (mut reader, mut writer) = stream.into_split();
    let length = document.len();
    let head =
        format!("POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: text/xml\r\nContent-Length: {length}\r\n\r\n");
    let write = async {
        writer.write_all(head.as_bytes()).await?;
        for byte in document {
            tokio::time::sleep(SLOW_PAUSE).await;
            writer.write_all(&[*byte]).await?;
        }
        std::future::pending::<std::io::Result<()>>().await
    };
    let mut answer = [0_u8; 12];
    tokio::select! {
        read = reader.read_exact(&mut answer) => read.map_err(failed)?,
        written = write => return written.map(|()| 0).map_err(failed),
    };
    let text = String::from_utf8_lossy(&answer).into_owned();
    let status = text.rsplit(' ').next().and_then(|status| status.parse().ok());
    status.ok_or_else(|| "expected an HTTP answer".into())
}
