//! Reports of asynchronous requests: an address that listens for them during the check, and what they say.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use bytes::Bytes;
use domain::journal::entry::hex;
use http_body_util::{BodyExt as _, Limited};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use wire::mlp::BYTES_MAX;
use wire::mlp::answer::RequestId;
use wire::mlp::expect::{Expect, Habits};
use wire::mlp::report;
use wire::mlp::slir::{PushAddress, Slir};

use super::finding::Finding;
use super::mlp_answers::{Said, resid, said, spelling, unreadable};
use super::place::tells_a_place;
use super::probe::{Probe, located_nobody};

const REPORT: &str = "OMA MLP 3.5, slirep: one report for each accepted request, to the pushaddr of that request";
const LOGIN: &str = "OMA MLP 3.5, HTTP mapping: the server logs in to the client with the id and pwd of pushaddr";

/// How long a report's body may take.
const BODY_WITHIN: Duration = Duration::from_secs(5);
/// How long a second report is waited for.
const SECOND_WITHIN: Duration = Duration::from_millis(700);
/// How many reports are kept; further ones are answered and forgotten.
const REPORTS_MAX: usize = 16;

/// Something that came to the address for reports.
enum Came {
    /// A body, under a path.
    Report(String, Bytes),
    /// A body that is larger than is read, or was cut short.
    TooLarge,
    /// A body that took too long.
    TooSlow,
}

/// The address for reports, for as long as the check runs.
pub struct Listener {
    came: mpsc::Receiver<Came>,
    task: AbortHandle,
}

impl Listener {
    /// Listens on `address`.
    ///
    /// # Errors
    /// If it is no address, or taken.
    pub async fn bind(address: &str) -> Result<Self, String> {
        let address: SocketAddr = address
            .parse()
            .map_err(|_| "expected an IP address and a port".to_owned())?;
        let listener = TcpListener::bind(address).await.map_err(|error| error.to_string())?;
        let (send, came) = mpsc::channel(REPORTS_MAX);
        let routes = Router::new().fallback(take).with_state(send);
        let serving = tokio::spawn(async move {
            // It serves until the check is over; what goes wrong shows as a report that does not come.
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self {
            came,
            task: serving.abort_handle(),
        })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(send): State<mpsc::Sender<Came>>, uri: Uri, body: Body) -> StatusCode {
    let read = tokio::time::timeout(BODY_WITHIN, Limited::new(body, BYTES_MAX).collect()).await;
    let (came, status) = match read {
        Ok(Ok(body)) => (Came::Report(uri.path().to_owned(), body.to_bytes()), StatusCode::OK),
        Ok(Err(_)) => (Came::TooLarge, StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => (Came::TooSlow, StatusCode::REQUEST_TIMEOUT),
    };
    // A full channel has enough to judge by.
    let _ = send.try_send(came);
    status
}

/// An unguessable word.
#[must_use]
pub fn token(probe: &Probe) -> String {
    hex(&probe.chance::<16>())
}

/// What a report is held against.
pub struct Awaited<'a> {
    /// The request.
    pub slir: &'a Slir<'a>,
    /// How the carrier means what it writes.
    pub habits: &'a Habits,
    /// Where and with which login the report comes.
    pub address: &'a PushAddress,
    /// The word in that address.
    pub token: &'a str,
    /// The id under which the request was accepted.
    pub request: &'a RequestId,
}

/// Waits for the report, and for a second one that should not come.
pub async fn look(listener: &mut Listener, awaited: &Awaited<'_>, probe: &Probe) -> Vec<Finding> {
    let check = "report";
    let Ok(Some(first)) = tokio::time::timeout(probe.within(), listener.came.recv()).await else {
        let found = format!("no report within {} s", probe.within().as_secs());
        let advice =
            "asks would end as timed out: check that the carrier reaches `push.base_url`, and how long it takes";
        return vec![Finding::failed(check, REPORT, found, advice)];
    };
    let mut findings = judge(first, awaited, probe);
    if let Ok(Some(_)) = tokio::time::timeout(SECOND_WITHIN, listener.came.recv()).await {
        let advice = "copes: the first counts; others are dropped unread, counted and journalled";
        findings.push(Finding::differs(
            check,
            REPORT,
            "a second report came for one request",
            advice,
        ));
    }
    findings
}

fn judge(came: Came, awaited: &Awaited<'_>, probe: &Probe) -> Vec<Finding> {
    let check = "report";
    let dropped = |found: &str| {
        let advice = "such a report is dropped, counted and journalled, and the ask ends as timed out; ask the carrier";
        vec![Finding::failed(check, REPORT, found, advice)]
    };
    let (path, body) = match came {
        Came::TooLarge => return dropped("a report larger than 64 KiB, or cut short"),
        Came::TooSlow => return dropped("a report whose body took longer than 5 s"),
        Came::Report(path, body) => (path, body),
    };
    if !path.ends_with(awaited.token) {
        return dropped("a report came to an address that nobody gave");
    }
    if tells_a_place(&body) {
        return vec![located_nobody(check)];
    }
    let expect = Expect::answer_to(awaited.slir, awaited.habits, probe.now());
    let report = match report::read(&body, &expect) {
        Ok(report) => report,
        Err(error) => return vec![unreadable(error).about(check)],
    };
    let mut findings = vec![login(report.value.login.as_ref(), awaited.address)];
    if report.value.request.as_ref() != Some(awaited.request) {
        findings.extend(dropped(
            "the report names another request than the one that was accepted",
        ));
    }
    match said(report.value.outcome, report.quirks) {
        Said::Place => return vec![located_nobody(check)],
        Said::Refused(refused, quirks) => {
            findings.push(resid(check, refused));
            findings.extend(spelling(&quirks, &body, awaited.habits, probe.now()));
        }
        Said::Accepted(_) | Said::Unreadable(_) => findings.extend(dropped("the report reports nothing")),
    }
    findings
}

fn login(found: Option<&report::PushLogin>, address: &PushAddress) -> Finding {
    let advice = "such a report is dropped: ask the carrier to log in as `pushaddr` says, or set the login that its profile fixes";
    match found {
        Some(login) if login.id == address.id && login.password.expose() == address.password.expose() => {
            Finding::ok("report-login", LOGIN, "as the request asked")
        }
        Some(_) => Finding::failed(
            "report-login",
            LOGIN,
            "the report logs in with another id or password",
            advice,
        ),
        None => Finding::failed("report-login", LOGIN, "the report does not log in", advice),
    }
}
