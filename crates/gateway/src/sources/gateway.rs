//! Another gateway, home to its numbers. A recorded ask that its recipient signed is passed on with the key of its sealed
//! subject; what comes back is sealed to the recipient, and says nothing here.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use domain::journal::settle::Recorded;
use domain::locate::{Failure, Found, Sealed, Source, Wait};
use domain::time::{Span, Timestamp};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode, Uri};
use wire::asks::body::{AsksBody, Posted};
use wire::jose::jwe::{Envelope, Fresh};
use wire::jose::signed_ask::UnverifiedAsk;
use wire::jose::{SealingJwk, SigningKey};
use wire::oauth::scope::Api;

use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::http::asks::PATH;
use crate::keys::sealing::SealingKeys;
use crate::sources::DOUBTS_TOTAL;
use crate::sources::link::client::{Answer, Http, Post};
use crate::sources::link::endpoint::{Endpoint, EndpointError};
use crate::sources::link::line::{Bounds, Line, LineError, Used};
use crate::sources::token::{Credentials, Tokens};
use crate::tls::trust::Trust;

/// What the configuration says of another gateway.
#[derive(Debug)]
pub struct Settings {
    /// Its name: in the journal, in metrics and in logs.
    pub name: Arc<str>,
    /// Its issuer URL.
    pub issuer: Endpoint,
    /// The party that this gateway is there.
    pub client_id: String,
    /// The key that it knows this gateway by.
    pub key: SigningKey,
    /// The key that is sealed to for it.
    pub sealing: SealingJwk,
    /// How much it takes.
    pub bounds: Bounds,
    /// Whom to believe at its end of TLS.
    pub trust: Trust,
}

/// So much of the wait is kept for what comes after the home's source: its commit, the half second in which an answer may
/// begin to leave, and the way here.
const KEPT_BACK: Span = Span::milliseconds(700);

/// How long the home's source may take, if this gateway gives up at `given_up`.
fn wait_left(now: Timestamp, given_up: Timestamp) -> Span {
    let last = given_up.before(KEPT_BACK);
    if now < last { last.since(now) } else { Span::default() }
}

/// One other gateway as a source.
pub struct GatewaySource {
    name: Arc<str>,
    asks: Uri,
    line: Line,
    tokens: Tokens,
    /// The other gateway's key.
    theirs: SealingJwk,
    /// This gateway's keys, which open the subjects of what was made for it.
    own: Arc<SealingKeys>,
    clock: Arc<dyn Clock>,
    chance: Arc<SystemChance>,
}

impl GatewaySource {
    /// The source that `settings` describes.
    ///
    /// # Errors
    /// When the issuer gives no URL.
    pub fn new(
        settings: Settings,
        own: Arc<SealingKeys>,
        clock: Arc<dyn Clock>,
        chance: Arc<SystemChance>,
    ) -> Result<Self, EndpointError> {
        let credentials = Credentials {
            audience: settings.issuer.to_string().trim_end_matches('/').to_owned(),
            endpoint: settings.issuer.join("/oauth2/token")?,
            client_id: settings.client_id,
            key: settings.key,
            apis: &[Api::Asks],
        };
        Ok(Self {
            name: settings.name,
            asks: settings.issuer.join(PATH)?,
            line: Line::new(
                Http::new(settings.bounds.in_flight_max, settings.trust),
                settings.bounds,
                Arc::clone(&clock),
            ),
            tokens: Tokens::new(credentials, Arc::clone(&clock), Arc::clone(&chance)),
            theirs: settings.sealing,
            own,
            clock,
            chance,
        })
    }

    /// Passes an ask on, within `deadline`.
    async fn ask(&self, recorded: &Recorded, deadline: Duration) -> Result<Found, Failure> {
        let letter = recorded.ask().how().letter.as_deref().ok_or(Failure::NoSource)?;
        let Some(_place) = self.line.enter() else {
            return Err(Failure::Busy);
        };
        let posted = self.letter(letter).ok_or(Failure::NoSource)?;
        let given_up = self.clock.now().after(recorded.grant().deadline);
        let passed = tokio::time::timeout(deadline, self.pass_on(recorded, posted, given_up)).await;
        let sealed = passed.map_err(|_| Failure::Timeout)??;
        Ok(Found::Sealed(Sealed::new(recorded, Arc::clone(&self.name), sealed)))
    }

    /// The ask as its recipient signed it, and the key of its subject, sealed to the other gateway.
    fn letter(&self, ask: &str) -> Option<Posted> {
        let claimed = UnverifiedAsk::parse(ask).ok()?.claimed().ok()?;
        let fresh = Fresh {
            secret: self.chance.bytes(),
            nonce: self.chance.bytes(),
        };
        let key = self.own.hand_on(claimed.subject(), &self.theirs, fresh).ok()?;
        Some(Posted {
            ask: ask.to_owned(),
            key: Some(key),
            wait: None,
        })
    }

    /// The body that leaves now: it says how long the home has, so that it says its own word before this gateway gives up.
    fn body(&self, posted: &Posted, given_up: Timestamp) -> Bytes {
        let posted = Posted {
            wait: Some(wait_left(self.clock.now(), given_up)),
            ..posted.clone()
        };
        Bytes::from(AsksBody::One(posted).print())
    }

    /// Sends it with a kept token, and once more with a new one if the other gateway does not take it any more.
    async fn pass_on(&self, recorded: &Recorded, posted: Posted, given_up: Timestamp) -> Result<Arc<str>, Failure> {
        let purpose = recorded.ask().purpose();
        let json = HeaderValue::from_static("application/json");
        let mut post = Post {
            uri: self.asks.clone(),
            content_type: json,
            accept: HeaderValue::from_static("application/jose"),
            authorization: None,
            correlator: HeaderValue::try_from(recorded.ask().id().to_string()).ok(),
            body: Bytes::new(),
        };
        let mut used = Used::default();
        let mut refused = None;
        loop {
            let token = self.tokens.token(self.line.http(), purpose, refused.as_ref()).await;
            let token = token.map_err(|error| {
                let source = &*self.name;
                tracing::warn!(source, reason = %error, "no access token can be had");
                Failure::Unavailable
            })?;
            post.authorization = Some(token.authorization.clone());
            post.body = self.body(&posted, given_up);
            let answer = self.line.send(&post, &mut used).await.map_err(LineError::failure)?;
            // An ask counts once: what was turned away before it was read may be sent again.
            if answer.status == StatusCode::UNAUTHORIZED && refused.is_none() {
                refused = Some(token);
                continue;
            }
            return self.believe(&answer);
        }
    }

    /// What is passed back is a sealed text of the other gateway's; more nobody here can tell.
    fn believe(&self, answer: &Answer) -> Result<Arc<str>, Failure> {
        match answer.status {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(Failure::DeniedBySource),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                return Err(Failure::Unavailable);
            }
            _ => return Err(self.doubt("the answer is no outcome")),
        }
        let kind = answer.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        let text = std::str::from_utf8(&answer.body).ok();
        match text.filter(|text| kind == Some(b"application/jose") && Envelope::parse(text).is_ok()) {
            Some(text) => Ok(text.into()),
            None => Err(self.doubt("the outcome is not sealed")),
        }
    }

    fn doubt(&self, reason: &'static str) -> Failure {
        let source = &*self.name;
        tracing::warn!(source, reason, "the other gateway gave nothing that can be passed on");
        metrics::counter!(DOUBTS_TOTAL, "source" => source.to_owned(), "reason" => reason).increment(1);
        Failure::Untrustworthy
    }
}

impl std::fmt::Debug for GatewaySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "GatewaySource({})", self.name)
    }
}

impl Source for GatewaySource {
    fn locate<'a>(&'a self, recorded: &'a Recorded) -> Wait<'a, Result<Found, Failure>> {
        let deadline = u64::try_from(recorded.grant().deadline.as_ms()).unwrap_or_default();
        Box::pin(self.ask(recorded, Duration::from_millis(deadline)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_has_less_than_what_is_left_here() {
        let now = Timestamp::from_unix_ms(1_800_000_000_000);
        assert_eq!(wait_left(now, now.after(Span::seconds(5))), Span::milliseconds(4300));
        for late in [now, now.after(KEPT_BACK), now.before(Span::seconds(1))] {
            assert_eq!(wait_left(now, late), Span::default());
        }
    }
}
