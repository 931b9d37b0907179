//! Another operator's CAMARA endpoint: a recorded ask becomes one retrieval, whose answer is believed only if it is
//! whole, well-formed, and about the asked number.
//!
//! A verification retrieves too: the caller's circle stays here, and the comparison is made on the coarse area.
//!
//! Where the operator keeps a consent master, it is asked first. Its no ends the ask; its yes gives nothing that the
//! recorded ask did not have.

mod veto;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::geo::confidence::Confidence;
use domain::id::AskId;
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Fix, Found, Source, Wait};
use domain::purpose::Purpose;
use http::{HeaderValue, StatusCode, Uri};
use wire::camara::consent_info;
use wire::camara::south::{AnswerError, Located, OperatorProblem, Query, RETRIEVE_PATH};
use wire::jose::SigningKey;
use wire::json::{self, DEPTH_MAX};
use wire::oauth::scope::Api;

use super::token::{Credentials, Token, TokenError, Tokens};
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::sources::DOUBTS_TOTAL;
use crate::sources::link::client::{Answer, Http, Post, Several};
use crate::sources::link::endpoint::{Endpoint, EndpointError};
use crate::sources::link::line::{Bounds, Line, LineError, Used};
use crate::tls::trust::Trust;

/// What the configuration says of an operator.
#[derive(Debug)]
pub struct Settings {
    /// The source's name: in the journal, in metrics and in logs.
    pub name: Arc<str>,
    /// The operator's API root.
    pub base: Endpoint,
    /// Where the operator gives out tokens.
    pub token_endpoint: Endpoint,
    /// Whom assertions are for, when it is not the token endpoint: the operator's issuer.
    pub audience: Option<String>,
    /// This gateway's name at the operator.
    pub client_id: String,
    /// The key that the operator knows this gateway by.
    pub key: SigningKey,
    /// How much the operator takes.
    pub bounds: Bounds,
    /// Whom to believe at its end of TLS.
    pub trust: Trust,
    /// Whether its consent master is asked first.
    pub consent_info: bool,
}

/// One operator as a source.
pub struct CamaraSource {
    name: Arc<str>,
    retrieve: Uri,
    /// Its consent master, if it has one.
    consent_info: Option<Uri>,
    line: Line,
    tokens: Tokens,
}

/// One ask on its way to the operator.
struct Errand {
    ask: AskId,
    query: Query,
    /// The question to the consent master, if there is one.
    inquiry: Option<Post>,
    post: Post,
    used: Used,
}

/// Which of an errand's requests.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// To the consent master.
    Inquiry,
    /// The retrieval.
    Retrieval,
}

impl CamaraSource {
    /// The source that `settings` describes.
    ///
    /// # Errors
    /// When the operator's API root gives no URL.
    pub fn new(settings: Settings, clock: Arc<dyn Clock>, chance: Arc<SystemChance>) -> Result<Self, EndpointError> {
        let endpoint = settings.token_endpoint.uri();
        let credentials = Credentials {
            audience: settings.audience.unwrap_or_else(|| settings.token_endpoint.to_string()),
            endpoint,
            client_id: settings.client_id,
            key: settings.key,
            apis: if settings.consent_info {
                &[Api::Retrieve, Api::ConsentInfo]
            } else {
                &[Api::Retrieve]
            },
        };
        let consent_info = settings.consent_info.then(|| settings.base.join(consent_info::PATH));
        Ok(Self {
            consent_info: consent_info.transpose()?,
            name: settings.name,
            retrieve: settings.base.join(RETRIEVE_PATH)?,
            line: Line::new(
                Http::new(settings.bounds.in_flight_max, settings.trust),
                settings.bounds,
                Arc::clone(&clock),
            ),
            tokens: Tokens::new(credentials, clock, chance),
        })
    }

    /// Asks the operator, within `deadline`.
    async fn ask(&self, recorded: &Recorded, deadline: Duration) -> Result<Found, Failure> {
        let Some(_place) = self.line.enter() else {
            return Err(Failure::Busy);
        };
        let mut errand = Errand::new(recorded, self.retrieve.clone(), self.consent_info.clone());
        match tokio::time::timeout(deadline, self.retrieve(&mut errand, recorded)).await {
            Ok(found) => {
                let Located { area, at } = found?;
                Ok(Found::Fix(Fix::new(
                    recorded,
                    Arc::clone(&self.name),
                    area,
                    Confidence::WANTED,
                    at,
                )))
            }
            Err(_) => Err(Failure::Timeout),
        }
    }

    /// The retrieval: with a kept token, and once more with a new one if the operator does not take it any more.
    async fn retrieve(&self, errand: &mut Errand, recorded: &Recorded) -> Result<Located, Failure> {
        let purpose = recorded.ask().purpose();
        let token = self.tokens.token(self.line.http(), purpose, None).await;
        let mut token = token.map_err(|error| self.tokenless(errand, error))?;
        self.ask_master(errand, purpose, &mut token).await?;
        let answer = self.call(errand, Step::Retrieval, purpose, &mut token).await?;
        self.believe(errand, &answer)
    }

    /// Sends a request, and once more with a new token if the operator does not take this one any more.
    async fn call(
        &self,
        errand: &mut Errand,
        step: Step,
        purpose: Purpose,
        token: &mut Token,
    ) -> Result<Answer, Failure> {
        let answer = self.send(errand, step, token).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        let renewed = self.tokens.token(self.line.http(), purpose, Some(token)).await;
        *token = renewed.map_err(|error| self.tokenless(errand, error))?;
        self.send(errand, step, token).await
    }

    /// Sends a request, and once more if the connection failed before an answer began.
    async fn send(&self, errand: &mut Errand, step: Step, token: &Token) -> Result<Answer, Failure> {
        let post = match (step, &mut errand.inquiry) {
            (Step::Inquiry, Some(inquiry)) => inquiry,
            _ => &mut errand.post,
        };
        post.authorization = Some(token.authorization.clone());
        self.line.send(post, &mut errand.used).await.map_err(|error| {
            if let LineError::Call(error) = error {
                self.doubt(errand, error.reason());
            }
            error.failure()
        })
    }

    /// Whether an answer is whole and this ask's, as far as its head tells; and whether it names the ask.
    fn is_own(&self, errand: &Errand, answer: &Answer) -> Result<bool, Failure> {
        let named = match answer.correlator() {
            Ok(None) => false,
            Ok(Some(found)) if Some(found) == errand.post.correlator.as_ref() => true,
            Ok(Some(_)) | Err(Several) => {
                self.doubt(errand, "the answer bears another ask's x-correlator");
                return Err(Failure::Untrustworthy);
            }
        };
        if answer.status != StatusCode::OK {
            return Err(self.problem(errand, answer));
        }
        if !answer.is_json() {
            self.doubt(errand, "the answer is not application/json");
            return Err(Failure::Untrustworthy);
        }
        Ok(named)
    }

    /// What an answer says, if it can be believed.
    fn believe(&self, errand: &Errand, answer: &Answer) -> Result<Located, Failure> {
        let named = self.is_own(errand, answer)?;
        if !named && !names_a_device(&answer.body) {
            self.doubt(errand, "the answer names neither the ask nor a device");
            return Err(Failure::Untrustworthy);
        }
        errand.query.read_answer(&answer.body).map_err(|error| {
            let reason = match error {
                AnswerError::Malformed(_) => "the answer is malformed",
                AnswerError::WrongDevice => "the answer is about another device",
            };
            self.doubt(errand, reason);
            Failure::Untrustworthy
        })
    }

    /// What another status than 200 means.
    fn problem(&self, errand: &Errand, answer: &Answer) -> Failure {
        let status = answer.status.as_u16();
        let failure = match OperatorProblem::read(status, &answer.body) {
            OperatorProblem::UnableToLocate => return Failure::Unlocatable,
            OperatorProblem::MaxAge => return Failure::TooOld,
            OperatorProblem::UnknownSubscriber => return Failure::UnknownToSource,
            OperatorProblem::Denied => Failure::DeniedBySource,
            // The operator was contacted, so that the ask stays spent: not this gateway's own `Busy`.
            OperatorProblem::Busy | OperatorProblem::Unavailable | OperatorProblem::Unauthenticated => {
                Failure::Unavailable
            }
            OperatorProblem::Other => Failure::Untrustworthy,
        };
        let (source, ask) = (&*self.name, errand.ask);
        tracing::warn!(source, %ask, status, outcome = failure.code(), "the operator did not answer the ask");
        failure
    }

    fn doubt(&self, errand: &Errand, reason: &'static str) {
        let (source, ask) = (&*self.name, errand.ask);
        tracing::warn!(source, %ask, reason, "the operator gave nothing that can be used");
        metrics::counter!(DOUBTS_TOTAL, "source" => source.to_owned(), "reason" => reason).increment(1);
    }

    fn tokenless(&self, errand: &Errand, error: TokenError) -> Failure {
        let (source, ask) = (&*self.name, errand.ask);
        tracing::warn!(source, %ask, reason = %error, "no access token can be had");
        Failure::Unavailable
    }
}

impl Errand {
    fn new(recorded: &Recorded, retrieve: Uri, consent_info: Option<Uri>) -> Self {
        let ask = recorded.ask();
        // The text form of an id is letters, digits and `_`, which every header may hold.
        let correlator = HeaderValue::try_from(ask.id().to_string()).ok();
        let json = HeaderValue::from_static("application/json");
        let post = |uri: Uri, body: Vec<u8>| Post {
            uri,
            content_type: json.clone(),
            accept: json.clone(),
            authorization: None,
            correlator: correlator.clone(),
            body: Bytes::from(body),
        };
        let query = Query {
            number: ask.subject().number,
            max_age: ask.question().max_age(),
        };
        Self {
            ask: ask.id(),
            inquiry: consent_info.map(|uri| post(uri, veto::inquiry(ask).print())),
            post: post(retrieve, query.print()),
            query,
            used: Used::default(),
        }
    }
}

impl std::fmt::Debug for CamaraSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CamaraSource({})", self.name)
    }
}

impl Source for CamaraSource {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        let deadline = u64::try_from(recorded.grant().deadline.as_ms()).unwrap_or_default();
        Box::pin(self.ask(recorded, Duration::from_millis(deadline)))
    }
}

/// Whether an answer says about whom it is. What it says is checked where it is read.
fn names_a_device(body: &[u8]) -> bool {
    json::parse(body, DEPTH_MAX)
        .and_then(|node| node.open_object(|fields| Ok(fields.has("device"))))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
