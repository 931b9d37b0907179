//! A carrier's location server, asked in OMA's Mobile Location Protocol: a recorded ask becomes one request that names
//! the whole chain, and its answer is believed only if it is whole, well-formed, and about the asked number.
//!
//! A server answers at once or, where the configuration says so, in a report that it brings afterwards. Either way the
//! wait ends at the grant's deadline; what comes later finds nobody.

pub mod dropped;
pub mod listener;
mod login;
mod meaning;
mod question;
pub mod waiting;

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::geo::confidence::Confidence;
use domain::id::AskId;
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Fix, Found, Source, Wait};
use http::{HeaderValue, StatusCode};
use wire::mlp::answer::{self, Answer, Located, RequestId};
use wire::mlp::dialect::Dialect;
use wire::mlp::expect::{Expect, Habits};
use wire::mlp::quirk::Quirk;
use wire::mlp::report;
use wire::mlp::resid::Resid;
use wire::mlp::slir::{Login, Mode, Slir};

use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::sources::DOUBTS_TOTAL;
use crate::sources::link::client::{self, Http, Post};
use crate::sources::link::endpoint::Endpoint;
use crate::sources::link::line::{Bounds, Line, LineError, Used};
use crate::tls::trust::Trust;
use dropped::Why;
use login::Expected;
pub use login::PushLogin;
use meaning::{failure_of, failure_of_status, is_xml};
use question::Wanted;
use waiting::{Delivery, Heard, Waiting};

/// The counter of answers that differ from the standard, by source and quirk.
pub const QUIRKS_TOTAL: &str = "wayleave_mlp_quirks_total";

/// What the configuration says of a carrier.
#[derive(Debug)]
pub struct Settings {
    /// The source's name: in the journal, in metrics and in logs.
    pub name: Arc<str>,
    /// The location server.
    pub url: Endpoint,
    /// The version that it is asked in.
    pub dialect: Dialect,
    /// This gateway's login there.
    pub login: Login,
    /// How it means what it writes.
    pub habits: Habits,
    /// What an answer has that states no confidence.
    pub confidence_unstated: Confidence,
    /// How much it takes.
    pub bounds: Bounds,
    /// Whom to believe at its end of TLS.
    pub trust: Trust,
    /// Where it brings its answers, if it does not give them at once.
    pub later: Option<Later>,
}

/// Where a carrier brings the answers that it gives later.
#[derive(Debug)]
pub struct Later {
    /// The asks that wait, which the listener finds by their tokens.
    pub waiting: Arc<Waiting>,
    /// The listener's address as the carrier reaches it, without a slash at its end.
    pub base_url: String,
    /// The login that the carrier's profile fixes; `None` for a new one with each request.
    pub login: Option<PushLogin>,
}

/// One location server as a source.
pub struct MlpSource {
    settings: Settings,
    line: Line,
    clock: Arc<dyn Clock>,
    chance: SystemChance,
}

/// One ask on its way to the location server.
struct Errand {
    ask: AskId,
    wanted: Wanted,
    used: Used,
    /// Whether a report came for this ask that could not be believed.
    doubted: bool,
}

/// What a report must be to count for an ask.
struct Awaited<'a> {
    slir: &'a Slir<'a>,
    login: Expected,
    /// The id that the server gave when it accepted the request, once it is known.
    request: Option<RequestId>,
}

impl MlpSource {
    /// The source that `settings` describes.
    #[must_use]
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, chance: SystemChance) -> Self {
        let http = Http::new(settings.bounds.in_flight_max, settings.trust.clone());
        Self {
            line: Line::new(http, settings.bounds, Arc::clone(&clock)),
            settings,
            clock,
            chance,
        }
    }

    /// Asks the location server, within `deadline`.
    async fn ask(&self, recorded: &Recorded, deadline: Duration) -> Result<Found, Failure> {
        let Some(_place) = self.line.enter() else {
            return Err(Failure::Busy);
        };
        let mut errand = Errand {
            ask: recorded.ask().id(),
            wanted: Wanted::of(recorded, deadline),
            used: Used::default(),
            doubted: false,
        };
        let located = match &self.settings.later {
            None => tokio::time::timeout(deadline, self.at_once(&mut errand)).await,
            Some(later) => tokio::time::timeout(deadline, self.afterwards(&mut errand, later)).await,
        };
        // Who was heard, and could not be believed, did not merely take too long.
        let silence = if errand.doubted {
            Failure::Untrustworthy
        } else {
            Failure::Timeout
        };
        let Located { area, confidence, at } = located.unwrap_or(Err(silence))?;
        let confidence = confidence.unwrap_or(self.settings.confidence_unstated);
        let source = Arc::clone(&self.settings.name);
        Ok(Found::Fix(Fix::new(recorded, source, area, confidence, at)))
    }

    /// A request that is answered in its answer.
    async fn at_once(&self, errand: &mut Errand) -> Result<Located, Failure> {
        let Errand { ask, wanted, used, .. } = errand;
        let slir = wanted.slir(self.settings.dialect, &self.settings.login, Mode::Sync);
        let sent = self.line.send(&self.post(&slir), used).await;
        let answer = sent.map_err(|error| self.unsent(*ask, error))?;
        match self.believe(*ask, &slir, &answer)? {
            Answer::Located(located) => Ok(located),
            Answer::Refused(resid) => Err(self.refused(*ask, resid)),
            Answer::Accepted(_) => {
                self.doubt(*ask, "the server promises a report that nobody asked for");
                Err(Failure::Untrustworthy)
            }
        }
    }

    /// A request that is answered in a report. The report may overtake the answer that promises it, and some servers
    /// answer at once although they were not asked to.
    async fn afterwards(&self, errand: &mut Errand, later: &Later) -> Result<Located, Failure> {
        let Errand {
            ask,
            wanted,
            used,
            doubted,
        } = errand;
        let seat = later.waiting.sit(&self.settings.name, self.chance.bytes());
        let mut seat = seat.ok_or(Failure::Busy)?;
        let url = format!("{}{}{}", later.base_url, listener::PATH, seat.token());
        let (push, login) = login::address(url, &self.settings.name, later.login.as_ref(), &self.chance);
        let slir = wanted.slir(self.settings.dialect, &self.settings.login, Mode::Async { push: &push });
        let mut awaited = Awaited {
            slir: &slir,
            login,
            request: None,
        };
        let post = self.post(&slir);
        let mut sending = pin!(self.line.send(&post, used));
        loop {
            tokio::select! {
                // What was accepted is read first, so that a report is held against it.
                biased;
                sent = &mut sending, if awaited.request.is_none() => {
                    let answer = sent.map_err(|error| self.unsent(*ask, error))?;
                    match self.believe(*ask, &slir, &answer)? {
                        Answer::Located(located) => return Ok(located),
                        Answer::Refused(resid) => return Err(self.refused(*ask, resid)),
                        Answer::Accepted(request) => awaited.request = Some(request),
                    }
                }
                Delivery { body, heard } = seat.report() => {
                    let outcome = self.hear(*ask, &awaited, &body);
                    let verdict = outcome.as_ref().map_or_else(|why| Heard::Dropped(*why), |_| Heard::Taken);
                    // Whoever brought it may have gone; what it said stays said.
                    let _ = heard.send(verdict);
                    match outcome {
                        Ok(Answer::Located(located)) => return Ok(located),
                        Ok(Answer::Refused(resid)) => return Err(self.refused(*ask, resid)),
                        Ok(Answer::Accepted(_)) | Err(_) => *doubted = true,
                    }
                }
            }
        }
    }

    /// What a report says, if it is the one that is awaited. One that is not leaves the ask waiting: somebody else may
    /// have sent it.
    fn hear(&self, ask: AskId, awaited: &Awaited<'_>, body: &Bytes) -> Result<Answer, Why> {
        let expect = Expect::answer_to(awaited.slir, &self.settings.habits, self.clock.now());
        let reading = report::read(body, &expect).map_err(|error| {
            self.doubt(ask, error.reason());
            Why::NotBelieved
        })?;
        if !awaited.login.is(reading.value.login.as_ref()) {
            self.doubt(ask, "a report does not log in with what its request carried");
            return Err(Why::WrongLogin);
        }
        let named = (&awaited.request, &reading.value.request);
        if matches!(named, (Some(accepted), Some(found)) if accepted != found) {
            self.doubt(ask, "a report is about another request");
            return Err(Why::WrongRequest);
        }
        if matches!(reading.value.outcome, Answer::Accepted(_)) {
            self.doubt(ask, "a report holds no outcome");
            return Err(Why::NotBelieved);
        }
        self.note(&reading.quirks);
        Ok(reading.value.outcome)
    }

    fn post(&self, slir: &Slir<'_>) -> Post {
        Post {
            uri: self.settings.url.uri(),
            content_type: HeaderValue::from_static("text/xml; charset=UTF-8"),
            accept: HeaderValue::from_static("text/xml, application/xml"),
            authorization: None,
            correlator: None,
            body: Bytes::from(slir.print()),
        }
    }

    /// What an answer says, if it can be believed.
    fn believe(&self, ask: AskId, slir: &Slir<'_>, answer: &client::Answer) -> Result<Answer, Failure> {
        let status = answer.status;
        if status != StatusCode::OK && !status.is_client_error() {
            return Err(self.failed(ask, status));
        }
        if !is_xml(&answer.headers) {
            self.doubt(ask, "the answer is not XML");
            return Err(if status == StatusCode::OK {
                Failure::Untrustworthy
            } else {
                failure_of_status(status)
            });
        }
        let expect = Expect::answer_to(slir, &self.settings.habits, self.clock.now());
        match answer::read(&answer.body, &expect) {
            // An unknown service is answered with 404 and a result; nothing but a result comes with an error.
            Ok(reading) if status == StatusCode::OK || matches!(reading.value, Answer::Refused(_)) => {
                self.note(&reading.quirks);
                Ok(reading.value)
            }
            Err(error) if status == StatusCode::OK => {
                self.doubt(ask, error.reason());
                Err(Failure::Untrustworthy)
            }
            Ok(_) | Err(_) => Err(self.failed(ask, status)),
        }
    }

    /// Counts what differs from the standard.
    fn note(&self, quirks: &[Quirk]) {
        for quirk in quirks {
            let source = self.settings.name.to_string();
            metrics::counter!(QUIRKS_TOTAL, "source" => source, "quirk" => quirk.code()).increment(1);
        }
    }

    fn refused(&self, ask: AskId, resid: Resid) -> Failure {
        let failure = failure_of(resid.meaning());
        if failure != Failure::Unlocatable {
            let (source, resid, slogan) = (&*self.settings.name, resid.0, resid.slogan());
            tracing::warn!(source, %ask, resid, slogan, outcome = failure.code(), "the carrier did not answer the ask");
        }
        failure
    }

    fn failed(&self, ask: AskId, status: StatusCode) -> Failure {
        let failure = failure_of_status(status);
        let (source, status) = (&*self.settings.name, status.as_u16());
        tracing::warn!(source, %ask, status, outcome = failure.code(), "the carrier did not answer the ask");
        failure
    }

    fn unsent(&self, ask: AskId, error: LineError) -> Failure {
        if let LineError::Call(error) = error {
            self.doubt(ask, error.reason());
        }
        error.failure()
    }

    fn doubt(&self, ask: AskId, reason: &'static str) {
        let source = &*self.settings.name;
        tracing::warn!(source, %ask, reason, "the carrier gave nothing that can be used");
        metrics::counter!(DOUBTS_TOTAL, "source" => source.to_owned(), "reason" => reason).increment(1);
    }
}

impl std::fmt::Debug for MlpSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MlpSource({})", self.settings.name)
    }
}

impl Source for MlpSource {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        let deadline = u64::try_from(recorded.grant().deadline.as_ms()).unwrap_or_default();
        Box::pin(self.ask(recorded, Duration::from_millis(deadline)))
    }
}

#[cfg(test)]
mod tests;
