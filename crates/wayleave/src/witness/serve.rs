//! `wayleave witness serve`: the HTTP side. Whoever can reach it may send; only what a followed journal signed is looked at
//! further.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, Request, Response, StatusCode};
use axum::routing::{get, post};
use domain::journal::checkpoint::{Checkpoint, VerifierKey};
use domain::journal::note::Note;
use domain::journal::submission::{SUBMISSION_BYTES_MAX, Submission};
use gateway::clock::{Clock, SystemClock};
use gateway::config::is_loopback;
use gateway::config::listen::Listen;
use gateway::config::log::Log;
use gateway::http::server;
use gateway::http::tls::{Acceptor, Current, keep_current};
use tokio::sync::watch;

use super::evidence::{self, Kept, Kind};
use super::folder::Folder;
use super::judge::{Verdict, judge};
use crate::{Failure, log, serve::wait_for_end};

/// How long a body may take to arrive.
const BODY_TIME_MAX: Duration = Duration::from_secs(10);
/// The kind of body that tells a size (C2SP tlog-witness).
const SIZE: HeaderValue = HeaderValue::from_static("text/x.tlog.size");

/// What `serve` is told.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The witness's folder.
    #[arg(long, default_value = "witness")]
    folder: PathBuf,
    /// Address and port. Off this machine it wants a certificate.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: String,
    /// What stands before `/add-checkpoint` in the address that gateways are given.
    #[arg(long, default_value = "")]
    prefix: String,
    /// The certificate and those that lead to its root, in PEM form.
    #[arg(long, requires = "key_file")]
    certificate_file: Option<PathBuf>,
    /// The certificate's key.
    #[arg(long, requires = "certificate_file")]
    key_file: Option<PathBuf>,
    /// Speak plain HTTP off this machine all the same: what is sent is public, and every answer is signed.
    #[arg(long)]
    plain_http_elsewhere: bool,
    /// Connections at a time.
    #[arg(long, default_value_t = 256)]
    connections_max: usize,
    /// Stop when standard input closes.
    #[arg(long)]
    exit_with_stdin: bool,
}

/// Serves until it is told to stop.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    log::start(&Log::default())?;
    let folder = Folder::open(&options.folder)?;
    let _lock = folder.lock()?;
    let limits = Listen {
        address: options.listen.clone(),
        certificate_file: options.certificate_file.clone(),
        key_file: options.key_file.clone(),
        ask_client_certificate: false,
        connections_max: options.connections_max,
        drain_s: 5,
        ..Listen::default()
    };
    if limits.pair().is_none() && !is_loopback(&limits.address) && !options.plain_http_elsewhere {
        let found = &limits.address;
        return Err(format!(
            "expected an address on loopback, a certificate, or `--plain-http-elsewhere`, found `{found}`"
        )
        .into());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let stop = watch::Sender::new(false);
        let stopped = stop.subscribe();
        tokio::spawn(wait_for_end(stop, options.exit_with_stdin));
        let listener = tokio::net::TcpListener::bind(&limits.address).await;
        let listener = listener.map_err(|error| format!("cannot listen on `{}`: {error}", limits.address))?;
        let acceptor = acceptor(&limits, &stopped)?;
        tracing::info!(key = %folder.key(), logs = folder.logs()?.len(), "the witness serves");
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let _ = writeln!(
            std::io::stdout(),
            "ready {scheme}://{}{}",
            listener.local_addr()?,
            options.prefix
        );
        server::serve(listener, router(&options.prefix, folder), &limits, acceptor, stopped).await;
        Ok(())
    })
}

fn acceptor(limits: &Listen, stop: &watch::Receiver<bool>) -> Result<Option<Acceptor>, Failure> {
    let Some((certificate, key)) = limits.pair() else {
        return Ok(None);
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let current = Arc::new(Current::read(
        "witness",
        certificate.to_owned(),
        key.to_owned(),
        clock.now(),
    )?);
    let within = Duration::from_millis(limits.handshake_timeout_ms.into());
    let acceptor = Acceptor::new(Arc::clone(&current), false, within)?;
    tokio::spawn(keep_current(current, clock, stop.clone()));
    Ok(Some(acceptor))
}

/// One at a time: what is checked against the latest checkpoint must become the latest before another is checked.
type Shared = Arc<Mutex<Folder>>;

fn router(prefix: &str, folder: Folder) -> Router {
    let prefix = prefix.trim_end_matches('/');
    Router::new()
        .route(&format!("{prefix}/add-checkpoint"), post(add))
        .route(&format!("{prefix}/checkpoint/{{digest}}"), get(latest))
        .route(&format!("{prefix}/"), get(about))
        .with_state(Arc::new(Mutex::new(folder)))
}

fn plain(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is answered when the disk or a file of the folder fails: nothing was cosigned.
fn failed(error: &Failure) -> Response<Body> {
    tracing::error!(%error, "the folder cannot be used; nothing is cosigned");
    plain(StatusCode::INTERNAL_SERVER_ERROR, "the witness cannot use its folder\n")
}

async fn about(State(folder): State<Shared>) -> Response<Body> {
    let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
    let Ok(logs) = folder.logs() else {
        return plain(StatusCode::INTERNAL_SERVER_ERROR, "");
    };
    let mut text = format!("{}\n\n", folder.key());
    for (origin, key) in logs {
        text.push_str(&format!(
            "{origin}\n  key {key}\n  checkpoint/{}\n",
            Folder::digest(&origin)
        ));
    }
    plain(StatusCode::OK, text)
}

async fn latest(State(folder): State<Shared>, Path(digest): Path<String>) -> Response<Body> {
    let is_digest = digest.len() == 64 && digest.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_digest {
        return plain(StatusCode::NOT_FOUND, "");
    }
    let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
    match folder.latest(&digest) {
        Ok(Some(note)) => plain(StatusCode::OK, note.to_string()),
        Ok(None) => plain(StatusCode::NOT_FOUND, ""),
        Err(error) => failed(&error),
    }
}

async fn add(State(folder): State<Shared>, request: Request<Body>) -> Response<Body> {
    let body = to_bytes(request.into_body(), SUBMISSION_BYTES_MAX);
    let Ok(Ok(body)) = tokio::time::timeout(BODY_TIME_MAX, body).await else {
        return plain(StatusCode::BAD_REQUEST, "expected a body of bounded size and time\n");
    };
    let judged = tokio::task::spawn_blocking(move || {
        let folder = folder.lock().unwrap_or_else(PoisonError::into_inner);
        take(&folder, &body)
    });
    match judged.await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error.into()),
    }
}

/// One submission, from its bytes to its answer. The caller holds the folder alone.
fn take(folder: &Folder, body: &[u8]) -> Result<Response<Body>, Failure> {
    let read = std::str::from_utf8(body).ok().map(Submission::parse);
    let Some(Ok(submission)) = read else {
        return Ok(plain(
            StatusCode::BAD_REQUEST,
            "expected a submission as C2SP tlog-witness says\n",
        ));
    };
    let Ok(new) = Checkpoint::parse(submission.note.text()) else {
        return Ok(plain(StatusCode::BAD_REQUEST, "expected a checkpoint\n"));
    };
    let keys: Vec<VerifierKey> = folder
        .logs()?
        .into_iter()
        .filter_map(|(origin, key)| (origin == new.origin).then_some(key))
        .collect();
    if keys.is_empty() {
        return Ok(plain(
            StatusCode::NOT_FOUND,
            "this witness does not follow that journal\n",
        ));
    }
    let Some(signed) = keys.iter().find_map(|key| key.only(&submission.note).ok()) else {
        return Ok(plain(
            StatusCode::FORBIDDEN,
            "expected a signature of the journal's key\n",
        ));
    };
    let latest = folder.latest(&Folder::digest(&new.origin))?;
    let known = latest.as_ref().map(|note| Checkpoint::parse(note.text())).transpose()?;
    let verdict = judge(known.as_ref(), &submission, &new);
    match verdict {
        Verdict::Cosign => cosign(folder, &new, signed),
        Verdict::Nonsense => Ok(plain(
            StatusCode::BAD_REQUEST,
            "expected an old size that is not beyond the new one\n",
        )),
        Verdict::Elsewhere(size) => Ok(conflict(size)),
        Verdict::Forked(size) => {
            catch(folder, Kind::Fork, latest.as_ref(), &submission);
            Ok(conflict(size))
        }
        Verdict::Unproved => {
            catch(folder, Kind::Unproved, latest.as_ref(), &submission);
            Ok(unproved())
        }
        // Anybody can send this, and it says nothing of the journal.
        Verdict::Overproved => Ok(unproved()),
    }
}

fn unproved() -> Response<Body> {
    let said = "expected a proof that this continues what was cosigned before\n";
    plain(StatusCode::UNPROCESSABLE_ENTITY, said)
}

fn conflict(size: u64) -> Response<Body> {
    let mut response = plain(StatusCode::CONFLICT, format!("{size}\n"));
    response.headers_mut().insert(CONTENT_TYPE, SIZE);
    response
}

/// Signs, makes it durable, and only then tells anybody.
fn cosign(folder: &Folder, new: &Checkpoint, mut signed: Note) -> Result<Response<Body>, Failure> {
    let time = u64::try_from(SystemClock.now().unix_seconds())?;
    let line = folder.cosigner().sign(signed.text(), time);
    signed.add(line.clone())?;
    folder.keep(&new.origin, &signed)?;
    tracing::info!(origin = new.origin, size = new.size, "cosigned");
    Ok(plain(StatusCode::OK, line.to_string()))
}

/// Keeps what contradicts the cosigned checkpoint. The answer is a refusal whether it can be kept or not.
fn catch(folder: &Folder, kind: Kind, known: Option<&Note>, submission: &Submission) {
    let Some(known) = known else { return };
    let kind_word = kind.word();
    match evidence::keep(folder.path(), kind, known, submission) {
        Ok(Kept::Now(case)) => tracing::error!(
            kind = kind_word,
            case = %case.display(),
            "A JOURNAL CONTRADICTS WHAT WAS COSIGNED: both checkpoints are kept; tell those who rely on it"
        ),
        Ok(Kept::Before) => tracing::warn!(kind = kind_word, "a journal contradicts what was cosigned, again"),
        Ok(Kept::Full) => tracing::warn!(
            kind = kind_word,
            "a journal contradicts what was cosigned, and it is not kept: move older cases of this kind elsewhere"
        ),
        Err(error) => {
            tracing::error!(kind = kind_word, %error, "a journal contradicts what was cosigned, and it cannot be kept")
        }
    }
}
