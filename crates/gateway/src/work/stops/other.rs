//! Another gateway as it is told of stops: where it is, who this one is there, and what it makes of one.

use std::path::Path;
use std::time::Duration;

use domain::id::PartyId;
use domain::time::Span;
use http::{StatusCode, Uri};
use serde_json::json;
use wire::jose::{SealingJwk, SigningKey};

use crate::config::peer::Peer;
use crate::config::source::gateway::Gateway;
use crate::http::stops::PATH;
use crate::keys::read_secret;
use crate::sources::link::client::{Http, Post};
use crate::sources::link::endpoint::Endpoint;
use crate::tls::trust::Trust;

/// So many are told to one gateway at one time.
pub(super) const AT_ONCE: usize = 8;
/// How long one answer may take; the other end gives what was on its way there half a second before it answers.
const PATIENCE: Duration = Duration::from_secs(5);
/// Whoever takes so long to say anything but yes is left alone for the rest of a round.
pub(super) const SLOW: Span = Span::seconds(1);

/// Another gateway, and who this one is there.
pub(super) struct Other {
    pub(super) name: String,
    /// Its issuer, without a slash at its end.
    pub(super) issuer: String,
    uri: Uri,
    pub(super) us: PartyId,
    pub(super) key: SigningKey,
    pub(super) sealing: SealingJwk,
    http: Http,
}

/// What came of telling.
pub(super) enum Heard {
    Taken,
    /// The other gateway will not take it as things stand there; with its status.
    Refused(u16),
    /// It is told more than it takes.
    TooMany,
    /// It did not answer, or after long; says why.
    Away(String),
}

impl Heard {
    /// The same, when it took so long. A refusal that came slowly says that the next would too.
    pub(super) fn after(self, took: Span) -> Self {
        match self {
            Self::Refused(status) if took >= SLOW => Self::Away(format!("status {status} after long")),
            other => other,
        }
    }
}

pub(super) fn of_home(home: &Gateway, trust: Trust) -> Result<Other, Box<dyn std::error::Error>> {
    let endpoint = Endpoint::parse(&home.issuer)?;
    Ok(Other {
        name: home.name.clone(),
        issuer: home.issuer.trim_end_matches('/').to_owned(),
        uri: endpoint.join(PATH)?,
        us: home.client_id.parse()?,
        key: SigningKey::parse_private_jwk(&read_secret(&home.key_file)?)?,
        sealing: SealingJwk::parse(&std::fs::read(&home.encryption_key_file)?)?,
        http: Http::new(AT_ONCE, trust),
    })
}

pub(super) fn of_hub(peer: &Peer, key: &Path) -> Result<Other, Box<dyn std::error::Error>> {
    let endpoint = Endpoint::parse(&peer.url)?;
    Ok(Other {
        name: peer.name.clone(),
        issuer: peer.url.clone(),
        uri: endpoint.join(PATH)?,
        us: peer.client_id.parse()?,
        key: SigningKey::parse_private_jwk(&read_secret(&peer.key_file)?)?,
        sealing: SealingJwk::parse(&std::fs::read(key)?)?,
        http: Http::new(AT_ONCE, peer.trust()?),
    })
}

impl Other {
    pub(super) async fn post(&self, signed: &str) -> Heard {
        let post = Post::json(self.uri.clone(), &json!({"stop": signed}));
        match tokio::time::timeout(PATIENCE, self.http.post(&post)).await {
            Ok(Ok(answer)) if answer.status.is_success() => Heard::Taken,
            Ok(Ok(answer)) if answer.status.is_server_error() => {
                Heard::Away(format!("status {}", answer.status.as_u16()))
            }
            Ok(Ok(answer)) if answer.status == StatusCode::TOO_MANY_REQUESTS => Heard::TooMany,
            Ok(Ok(answer)) => Heard::Refused(answer.status.as_u16()),
            Ok(Err(error)) => Heard::Away(error.reason().to_owned()),
            Err(_) => Heard::Away("it did not answer in time".to_owned()),
        }
    }
}
