//! A stop at one end of a chain of gateways is told to the other, so that it binds both: a hub tells the home of the number
//! what the person stopped there, and a home tells the hubs that a consent names when it ended. Each is a signed statement,
//! with the number sealed to who is told, again and again with growing waits until it was taken.
//!
//! A stop that does not hold any more is not told: the person allowed it again, or agreed anew.

mod other;

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::facts::{Passing, Person};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::permission::consent::{Consent, Life};
use domain::subject::SubjectKey;
use domain::time::{Span, Timestamp};
use tokio::task::JoinSet;
use wire::asks::subject;
use wire::jose::jwe::Fresh;
use wire::jose::stop::{self, Stop};

use self::other::{AT_ONCE, Heard, Other, of_home, of_hub};
use super::Job;
use crate::chance::SystemChance;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::source::Source;
use crate::data::Reader;
use crate::keys::SubjectIndex;
use crate::seal::Sealer;
use crate::sources::route::Routes;
use crate::store::party::sqlite::by_id;
use crate::store::permission::sqlite::person_of;
use crate::store::stops::{Stops, Waiting};

/// How long it rests, on average: whoever stops something wants it stopped everywhere.
const RESTS: Duration = Duration::from_millis(500);
/// So many are told in one round.
const ROUND_MAX: u32 = 100;
/// So long a gateway is left alone that is told more than it takes.
const PACED: Span = Span::seconds(5);
/// After this a stop is not told any more. What was passed on is stopped at this end as long as the person wants it; what
/// must look like a phone that is off is not, so that its stop is told for ever.
const GIVEN_UP: Span = Span::seconds(30 * 86_400);
/// The gauge of how many wait.
const UNTOLD: &str = "wayleave_stops_untold_items";

/// Tells stops.
pub struct Telling(Arc<Round>);

/// What a round of telling needs.
struct Round {
    others: Vec<Other>,
    stops: Stops,
    routes: Arc<Routes>,
    index: Arc<SubjectIndex>,
    reader: Arc<Reader>,
    sealer: Arc<Sealer>,
    clock: Arc<dyn Clock>,
    chance: SystemChance,
}

/// What is to be done about a stop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Due {
    /// It holds.
    Tell,
    /// A question is open that may make it void.
    Later,
    /// It does not hold any more.
    Forget,
}

impl Telling {
    /// A job for all other gateways that the configuration names.
    ///
    /// # Errors
    /// What keeps one of them from being told; in words.
    pub fn new(
        config: &Config,
        store: &Path,
        (routes, index): (&Arc<Routes>, &Arc<SubjectIndex>),
        (reader, sealer): (&Arc<Reader>, &Arc<Sealer>),
        clock: &Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let homes = config.source.iter().filter_map(|source| match source {
            Source::Gateway(home) => Some((&home.name, source.trust().map_err(Into::into), home)),
            Source::Camara(_) | Source::Mlp(_) => None,
        });
        let homes =
            homes.map(|(name, trust, home)| named("source", name, trust.and_then(|trust| of_home(home, trust))));
        let hubs = config
            .peer
            .iter()
            .filter_map(|peer| Some((peer, peer.encryption_key_file.as_deref()?)));
        let hubs = hubs.map(|(peer, key)| named("peer", &peer.name, of_hub(peer, key)));
        Ok(Self(Arc::new(Round {
            others: homes.chain(hubs).collect::<Result<_, _>>()?,
            stops: Stops::open(store, sealer).map_err(|error| error.to_string())?,
            routes: Arc::clone(routes),
            index: Arc::clone(index),
            reader: Arc::clone(reader),
            sealer: Arc::clone(sealer),
            clock: Arc::clone(clock),
            chance: SystemChance::new(),
        })))
    }
}

impl Round {
    async fn tell_all(self: Arc<Self>) -> Result<u64, StoreError> {
        let mut to_tell: BTreeMap<usize, VecDeque<Waiting>> = BTreeMap::new();
        for stop in self.stops.due(self.clock.now(), ROUND_MAX)? {
            match self.whom(&stop)? {
                Some(place) => to_tell.entry(place).or_default().push_back(stop),
                None => {
                    tracing::warn!("a stop is for a gateway that the configuration does not name, and waits");
                    self.leave(&stop, &Heard::Away("it is not named".to_owned()))?;
                }
            }
        }
        // Each gateway by itself: one that is slow keeps none of the others from being told.
        let mut telling = JoinSet::new();
        for (place, stops) in to_tell {
            telling.spawn(Arc::clone(&self).tell_one(place, stops));
        }
        let mut told = 0;
        while let Some(done) = telling.join_next().await {
            told += done.map_err(|error| StoreError::Corrupt(format!("a round of telling ended early: {error}")))??;
        }
        metrics::gauge!(UNTOLD).set(self.stops.waiting()? as f64);
        Ok(told)
    }

    /// Tells one gateway, so many at a time, until it shows that it is not there.
    async fn tell_one(self: Arc<Self>, place: usize, mut stops: VecDeque<Waiting>) -> Result<u64, StoreError> {
        let (mut under_way, mut over, mut told) = (JoinSet::new(), None, 0);
        loop {
            while under_way.len() < AT_ONCE
                && let Some(stop) = stops.pop_front()
            {
                if let Some(heard) = &over {
                    self.leave(&stop, heard)?;
                } else if self.is_to_be_told(&stop)? {
                    let telling = Arc::clone(&self);
                    under_way.spawn(async move { (stop, telling.tell(place, &stop).await) });
                }
            }
            let Some(heard) = under_way.join_next().await else {
                return Ok(told);
            };
            let Ok((stop, heard)) = heard else { continue };
            self.settle(&stop, &heard)?;
            told += u64::from(matches!(heard, Heard::Taken));
            if matches!(heard, Heard::Away(_) | Heard::TooMany) {
                over = Some(heard);
            }
        }
    }

    /// Whether a stop is told now. Writes down what becomes of it if not.
    fn is_to_be_told(&self, stop: &Waiting) -> Result<bool, StoreError> {
        let now = self.clock.now();
        match self.due(stop, now)? {
            Due::Tell => return Ok(true),
            Due::Later => self.stops.again(stop, now)?,
            Due::Forget => self.stops.done(stop)?,
        }
        Ok(false)
    }

    /// Writes down what became of a stop that was told.
    fn settle(&self, stop: &Waiting, heard: &Heard) -> Result<(), StoreError> {
        let now = self.clock.now();
        match heard {
            Heard::Taken => self.stops.done(stop),
            Heard::TooMany => self.stops.put_off(stop, now.after(PACED)),
            Heard::Refused(_) | Heard::Away(_) => self.stops.again(stop, now),
        }
    }

    /// The same for one that is not told in this round, for what another heard.
    fn leave(&self, stop: &Waiting, heard: &Heard) -> Result<(), StoreError> {
        match self.due(stop, self.clock.now())? {
            Due::Forget => self.stops.done(stop),
            Due::Tell | Due::Later => self.settle(stop, heard),
        }
    }

    /// Who is told of a stop, by their place; `None` if the configuration does not name them.
    fn whom(&self, stop: &Waiting) -> Result<Option<usize>, StoreError> {
        let issuer = match stop.towards {
            None => self.routes.home(stop.number).map(str::to_owned),
            Some(hub) => {
                let hub = self.reader.read(|store| by_id(store, hub, &self.sealer))?;
                hub.and_then(|hub| hub.record.gateway)
            }
        };
        Ok(issuer.and_then(|issuer| {
            self.others
                .iter()
                .position(|other| other.issuer == issuer.trim_end_matches('/'))
        }))
    }

    fn due(&self, stop: &Waiting, now: Timestamp) -> Result<Due, StoreError> {
        if is_of_another(stop, self.index.key(stop.number)) {
            return Ok(Due::Forget);
        }
        if now >= stop.at.after(GIVEN_UP) && !stop.purpose.ends_unseen() {
            tracing::warn!("a stop could not be told to another gateway for thirty days, and is not told any more");
            return Ok(Due::Forget);
        }
        let person = self.reader.read(|store| person_of(store, stop.subject, &self.sealer))?;
        Ok(stands(stop, &person, now))
    }

    /// Tells it. A crash before that is marked tells it twice, which changes nothing there.
    async fn tell(&self, place: usize, stop: &Waiting) -> Heard {
        let Some(other) = self.others.get(place) else {
            return Heard::Away("it is not known".to_owned());
        };
        let now = self.clock.now();
        let heard = match self.signed(other, stop, now) {
            Some(signed) => other.post(&signed).await.after(self.clock.now().since(now)),
            None => Heard::Away("it could not be signed".to_owned()),
        };
        let peer = other.name.as_str();
        let outcome = match &heard {
            Heard::Taken => "told",
            Heard::Refused(_) => "refused",
            Heard::TooMany | Heard::Away(_) => "again",
        };
        metrics::counter!("wayleave_tellings_total", "peer" => peer.to_owned(), "outcome" => outcome).increment(1);
        match &heard {
            Heard::Taken => tracing::info!(peer, "another gateway was told of a stop"),
            Heard::Refused(status) => {
                tracing::warn!(peer, status, "another gateway does not take a stop; it is told again")
            }
            Heard::TooMany => tracing::info!(peer, "another gateway takes no more stops now; they are told again"),
            Heard::Away(why) => {
                tracing::warn!(peer, %why, "another gateway could not be told of a stop; it is told again")
            }
        }
        heard
    }

    fn signed(&self, other: &Other, stop: &Waiting, now: Timestamp) -> Option<String> {
        let fresh = Fresh {
            secret: self.chance.bytes(),
            nonce: self.chance.bytes(),
        };
        let jti = URL_SAFE_NO_PAD.encode(self.chance.bytes::<16>());
        let said = Stop {
            subject: subject::seal(stop.number, other.us, &other.sealing, fresh).ok()?,
            recipient: stop.recipient,
            purpose: stop.purpose,
            stopped: stop.at,
        };
        stop::sign(&other.key, other.us, &other.issuer, &jti, &said, now).ok()
    }
}

/// Whether the number is somebody else's by now: whoever agrees with it since did not stop anything.
fn is_of_another(stop: &Waiting, holder: SubjectKey) -> bool {
    stop.subject != holder
}

/// Whether a stop holds. At a hub the person may have allowed it again. At a home they may have agreed anew.
fn stands(stop: &Waiting, person: &Person, now: Timestamp) -> Due {
    let Some(hub) = stop.towards else {
        let passed = person.passed(stop.recipient, stop.purpose);
        return match passed.map(|passed| passed.state) {
            Some(Passing::Stopped) => Due::Tell,
            Some(Passing::Going | Passing::Ended) | None => Due::Forget,
        };
    };
    let hangs_on_it = |consent: &&Consent| {
        (consent.recipient, consent.purpose) == (stop.recipient, stop.purpose) && consent.relays.contains(&hub)
    };
    let lives = || {
        person
            .consents
            .iter()
            .filter(hangs_on_it)
            .map(|consent| consent.life.at(now))
    };
    if lives().any(|life| matches!(life, Life::Given { .. })) {
        Due::Forget
    } else if lives().any(|life| matches!(life, Life::Asked { .. })) {
        Due::Later
    } else {
        Due::Tell
    }
}

fn named(section: &str, name: &str, other: Result<Other, Box<dyn std::error::Error>>) -> Result<Other, String> {
    other.map_err(|error| format!("{section} `{name}`: {error}"))
}

impl Job for Telling {
    fn name(&self) -> &'static str {
        "stops"
    }

    fn rests(&self) -> Duration {
        RESTS
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(Arc::clone(&self.0).tell_all())
    }
}

#[cfg(test)]
mod tests;
