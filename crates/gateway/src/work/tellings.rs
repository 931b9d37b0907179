//! Another gateway is told at once of a party that is suspended here, or whose agreement ends: by a signed notice, again and
//! again with growing waits, as long as it holds and the peer was not told; and that a suspension of which it heard was
//! lifted. It decides for itself what it does about it. What suspended itself, and what followed a peer's telling, is kept
//! back.
//!
//! What is told follows from how the parties stand now, so that nothing is lost between a suspension and its telling.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::id::PartyId;
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::purpose::Purpose;
use domain::time::Timestamp;
use http::Uri;
use serde_json::json;
use wire::jose::SigningKey;
use wire::jose::notice::{self, Day, Notice, NoticeKind};

use super::Job;
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::peer::Peer;
use crate::data::Reader;
use crate::http::notices::PATH;
use crate::keys::read_secret;
use crate::sources::link::client::{Http, Post};
use crate::sources::link::endpoint::Endpoint;
use crate::store::party::ending::every;
use crate::store::party::notices::kept_quiet;
use crate::store::party::sqlite::Listed;
use crate::store::party::tellings::{Telling, Tellings};

/// How long it rests, on average: whoever suspends somebody wants it known.
const RESTS: Duration = Duration::from_millis(700);
/// The gauge of how many things a peer was not told yet.
const UNTOLD: &str = "wayleave_tellings_untold_items";
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells one peer.
pub struct Teller {
    name: String,
    url: String,
    uri: Uri,
    us: PartyId,
    key: SigningKey,
    http: Http,
    tellings: Tellings,
    reader: Arc<Reader>,
    clock: Arc<dyn Clock>,
    chance: SystemChance,
}

/// What came of telling.
enum Heard {
    Taken,
    /// The peer will not take it as things stand there; with its status.
    Refused(u16),
    /// It may be tried again; says why not now.
    Away(String),
}

impl Teller {
    /// A job for one peer.
    ///
    /// # Errors
    /// What keeps the peer from being told; in words.
    pub fn new(peer: &Peer, store: &Path, reader: &Arc<Reader>, clock: &Arc<dyn Clock>) -> Result<Self, String> {
        let unfit = |error: &dyn std::fmt::Display| format!("peer `{}`: {error}", peer.name);
        let endpoint = Endpoint::parse(&peer.url).map_err(|error| unfit(&error))?;
        let secret = read_secret(&peer.key_file).map_err(|error| unfit(&error))?;
        Ok(Self {
            name: peer.name.clone(),
            url: peer.url.clone(),
            uri: endpoint.join(PATH).map_err(|error| unfit(&error))?,
            us: peer
                .client_id
                .parse()
                .map_err(|error: domain::id::IdError| unfit(&error))?,
            key: SigningKey::parse_private_jwk(&secret).map_err(|error| unfit(&error))?,
            http: Http::new(1, peer.trust().map_err(|error| unfit(&error))?),
            tellings: Tellings::open(store, &peer.name).map_err(|error| unfit(&error))?,
            reader: Arc::clone(reader),
            clock: Arc::clone(clock),
            chance: SystemChance::new(),
        })
    }

    async fn tell_what_holds(&self) -> Result<u64, StoreError> {
        let (parties, quiet) = self
            .reader
            .read(|store| Ok::<_, StoreError>((every(store)?, kept_quiet(store)?)))?;
        let holds: BTreeSet<String> = parties.iter().flat_map(|party| holding(party, &quiet)).collect();
        self.tellings.keep(&holds, self.clock.now())?;
        let mut told = 0;
        for telling in self.tellings.due(self.clock.now())? {
            told += u64::from(self.tell(&telling).await?);
        }
        metrics::gauge!(UNTOLD, "peer" => self.name.clone()).set(self.tellings.untold()? as f64);
        Ok(told)
    }

    /// Tells one thing; whether the peer took it. A crash before it is marked tells it twice, which the peer lists twice.
    async fn tell(&self, telling: &Telling) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let heard = match self.signed(telling, now) {
            Some(signed) => self.post(&signed).await,
            None => Heard::Refused(0),
        };
        let (name, what) = (self.name.as_str(), telling.what.as_str());
        let outcome = match &heard {
            Heard::Taken => "told",
            Heard::Refused(_) => "refused",
            Heard::Away(_) => "again",
        };
        metrics::counter!("wayleave_tellings_total", "peer" => self.name.clone(), "outcome" => outcome).increment(1);
        match heard {
            Heard::Taken => {
                tracing::info!(peer = name, what, "a peer was told");
                self.tellings.told(telling, now)?;
                return Ok(true);
            }
            Heard::Refused(status) => {
                tracing::warn!(
                    peer = name,
                    what,
                    status,
                    "a peer does not take what it was told; it is told again in an hour"
                );
                self.tellings.refused(telling, now)?;
            }
            Heard::Away(why) => {
                tracing::warn!(peer = name, what, %why, "a peer could not be told");
                self.tellings.again(telling, now)?;
            }
        }
        Ok(false)
    }

    /// The signed notice of what is told.
    fn signed(&self, telling: &Telling, now: Timestamp) -> Option<String> {
        let jti = URL_SAFE_NO_PAD.encode(self.chance.bytes::<16>());
        let notice = notice_of(&telling.what)?;
        notice::sign(&self.key, self.us, &self.url, &jti, &notice, now).ok()
    }

    async fn post(&self, signed: &str) -> Heard {
        let post = Post::json(self.uri.clone(), &json!({"notice": signed}));
        match tokio::time::timeout(PATIENCE, self.http.post(&post)).await {
            Ok(Ok(answer)) if answer.status.is_success() => Heard::Taken,
            // The peer does not know the party, or not us. That may change, and a suspension is not told every second.
            Ok(Ok(answer)) if answer.status.as_u16() == 400 => Heard::Refused(400),
            Ok(Ok(answer)) => Heard::Away(format!("status {}", answer.status.as_u16())),
            Ok(Err(error)) => Heard::Away(error.reason().to_owned()),
            Err(_) => Heard::Away("it did not answer in time".to_owned()),
        }
    }
}

/// What is to be told of a party, each in words that [`notice_of`] reads.
fn holding(party: &Listed, quiet: &HashSet<(PartyId, Option<Purpose>)>) -> Vec<String> {
    let id = party.id;
    let mut what = Vec::new();
    if party.suspended && !quiet.contains(&(id, None)) {
        what.push(format!("suspended {id}"));
    }
    what.extend(
        party
            .held
            .suspended
            .iter()
            .filter(|purpose| !quiet.contains(&(id, Some(**purpose))))
            .map(|purpose| format!("suspended {id} {purpose}")),
    );
    if let Some(ending) = &party.held.ending {
        let on = ending.on.rfc3339();
        let day = on.split('T').next().unwrap_or_default();
        let ended = |purpose: &&Purpose| !ending.keeps.contains(purpose);
        if ending.keeps.is_empty() {
            what.push(format!("ending {id} {day}"));
        } else {
            let purposes = party.record.purposes.iter().filter(ended);
            what.extend(purposes.map(|purpose| format!("ending {id} {day} {purpose}")));
        }
    }
    what
}

fn notice_of(what: &str) -> Option<Notice> {
    let mut words = what.split(' ');
    let (kind, about) = (words.next()?, words.next()?.parse().ok()?);
    let (kind, text) = match kind {
        "suspended" => (NoticeKind::Suspended, "This gateway suspended it."),
        "resumed" => (NoticeKind::Resumed, "This gateway lifted its suspension."),
        _ => {
            let on = Day::parse(words.next()?)?;
            (NoticeKind::Ending { on }, "The agreement of this gateway with it ends.")
        }
    };
    let purpose = match words.next() {
        None => None,
        Some(term) => Some(Purpose::from_term(term)?),
    };
    Some(Notice {
        about,
        purpose,
        kind,
        text: text.to_owned(),
        documents: Vec::new(),
    })
}

impl Job for Teller {
    fn name(&self) -> &'static str {
        "tellings"
    }

    fn rests(&self) -> Duration {
        RESTS
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.tell_what_holds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_is_read_as_it_was_meant() {
        let about = PartyId::from_bytes([7; 16]);
        let notice = notice_of(&format!("suspended {about} InmateCommunication")).expect("a notice");
        assert_eq!(
            (notice.about, notice.purpose, notice.kind),
            (about, Some(Purpose::InmateCommunication), NoticeKind::Suspended)
        );
        let notice = notice_of(&format!("resumed {about}")).expect("a notice");
        assert_eq!((notice.purpose, notice.kind), (None, NoticeKind::Resumed));
        let notice = notice_of(&format!("ending {about} 2027-01-31")).expect("a notice");
        assert_eq!((notice.purpose, notice.kind.word()), (None, "ending"));
        for bad in ["suspended", "suspended nobody", "ending pty_x", ""] {
            assert!(notice_of(bad).is_none(), "{bad}");
        }
    }
}
