//! One witness: what it is sent, what it answers, and where it stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use domain::journal::cosignature::CosignerKey;
use domain::journal::note::{Note, NoteSignature};
use domain::journal::store::StoreError;
use domain::journal::submission::Submission;
use domain::journal::tree::Hash;
use domain::time::Timestamp;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode, Uri};

use crate::config::witness::Witness;
use crate::journal::proofs::Proofs;
use crate::sources::link::client::{Answer, Http, Post};
use crate::sources::link::endpoint::Endpoint;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How far a witness's clock may be from ours, in seconds.
const CLOCKS_APART_MOST_S: u64 = 300;
/// How often a witness may say that it is elsewhere before it is left for a while: another gateway may be sending too.
const TRIES: usize = 3;

/// What came of one attempt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// It cosigned.
    Cosigned(NoteSignature),
    /// It knows a larger journal under this name, of so many entries.
    Ahead(u64),
    /// It says that this journal does not continue the one that it knows; says how.
    Contradicts(&'static str),
    /// It cannot be reached, or is of no use; says why.
    Away(&'static str),
}

/// A client of one witness.
#[derive(Debug)]
pub struct Client {
    name: String,
    http: Http,
    uri: Uri,
    key: CosignerKey,
    /// How far it has followed, as far as is known.
    known: AtomicU64,
}

impl Client {
    /// The client of a section of the configuration.
    ///
    /// # Errors
    /// What keeps it from being reached safely.
    pub fn new(witness: &Witness) -> Result<Self, String> {
        let unfit = |error: &dyn std::fmt::Display| format!("witness `{}`: {error}", witness.name);
        let endpoint = Endpoint::parse(&witness.url).map_err(|error| unfit(&error))?;
        let trust = witness.trust().map_err(|error| unfit(&error))?;
        Ok(Self {
            name: witness.name.clone(),
            http: Http::new(1, trust),
            uri: endpoint.join("/add-checkpoint").map_err(|error| unfit(&error))?,
            key: CosignerKey::parse(&witness.key).map_err(|error| unfit(&error))?,
            known: AtomicU64::new(0),
        })
    }

    /// Its name in the configuration.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Has it cosign `note`, the checkpoint of the first `size` leaves: from where it is, which it says itself.
    pub async fn cosign(&self, note: &Note, size: u64, proofs: &Arc<Proofs>, now: Timestamp) -> Told {
        // What this process learned may be older than what the witness knows, never newer.
        let mut old = self.known.load(Ordering::Relaxed).min(size);
        for _ in 0..TRIES {
            let proofs = Arc::clone(proofs);
            let proof = tokio::task::spawn_blocking(move || consistency(&proofs, old, size)).await;
            let Ok(Ok(proof)) = proof else {
                return Told::Away("the journal's own tree could not be read");
            };
            let submission = Submission {
                old,
                proof,
                note: note.clone(),
            };
            match self.submit(&submission, now).await {
                Step::Done(told) => {
                    if let Told::Cosigned(_) = told {
                        self.known.store(size, Ordering::Relaxed);
                    }
                    return told;
                }
                Step::Elsewhere(known) if known > size => return Told::Ahead(known),
                Step::Elsewhere(known) if known == old && old == size => {
                    return Told::Contradicts("it cosigned another root of this size");
                }
                Step::Elsewhere(known) if known == old => return Told::Away("it contradicts itself"),
                Step::Elsewhere(known) => old = known,
            }
        }
        Told::Away("it is elsewhere each time")
    }

    async fn submit(&self, submission: &Submission, now: Timestamp) -> Step {
        let post = Post {
            uri: self.uri.clone(),
            content_type: HeaderValue::from_static("text/plain; charset=utf-8"),
            accept: HeaderValue::from_static("*/*"),
            authorization: None,
            correlator: None,
            body: Bytes::from(submission.to_string()),
        };
        match tokio::time::timeout(PATIENCE, self.http.post(&post)).await {
            Ok(Ok(answer)) => self.read(&answer, submission.note.text(), now),
            Ok(Err(error)) => Step::Done(Told::Away(error.reason())),
            Err(_) => Step::Done(Told::Away("it did not answer in time")),
        }
    }

    fn read(&self, answer: &Answer, text: &str, now: Timestamp) -> Step {
        let away = |why| Step::Done(Told::Away(why));
        let body = std::str::from_utf8(&answer.body).unwrap_or_default();
        match answer.status {
            StatusCode::OK => {
                let lines = NoteSignature::parse_lines(body).unwrap_or_default();
                match self.key.find(text, &lines) {
                    Ok((_, time)) if now_s(now).abs_diff(time) > CLOCKS_APART_MOST_S => {
                        away("its clock and ours are more than five minutes apart")
                    }
                    Ok((line, _)) => Step::Done(Told::Cosigned(line)),
                    Err(_) => away("its answer holds no cosignature by the configured key"),
                }
            }
            StatusCode::CONFLICT => match size(answer, body) {
                Some(size) => Step::Elsewhere(size),
                None => away("it does not say where it is"),
            },
            StatusCode::UNPROCESSABLE_ENTITY => Step::Done(Told::Contradicts("our proof does not convince it")),
            StatusCode::NOT_FOUND => {
                away("it does not follow this journal: its operator runs `wayleave witness add-log`")
            }
            StatusCode::FORBIDDEN => away("it knows this journal by another key"),
            _ => away("it answered with another status than the protocol has"),
        }
    }
}

/// The proof that the first `old` leaves are the beginning of the first `size`; none is needed from nothing, or to the same.
fn consistency(proofs: &Proofs, old: u64, size: u64) -> Result<Vec<Hash>, StoreError> {
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    proofs.at_head(|walk| walk.consistency(old, size))
}

/// What one submission led to.
enum Step {
    Done(Told),
    /// It stands at this size.
    Elsewhere(u64),
}

fn now_s(now: Timestamp) -> u64 {
    u64::try_from(now.unix_seconds()).unwrap_or_default()
}

/// The size in the body of a 409 (C2SP tlog-witness), and nothing that only looks like one.
fn size(answer: &Answer, body: &str) -> Option<u64> {
    let kind = answer.headers.get(CONTENT_TYPE)?;
    let text = body.strip_suffix('\n')?;
    let size: u64 = text.parse().ok()?;
    (kind.as_bytes() == b"text/x.tlog.size" && size.to_string() == text).then_some(size)
}
