//! A consent as the deciding sees it: its bounds, its life, and what was spent.

pub use super::life::{Life, Reach, WRONG_CODES_MAX};
use super::probe::Probe;
use super::terms::{Origin, Precision, Terms};
use super::within::Within;
use crate::event::EventKey;
use crate::id::{ConsentId, PartyId};
use crate::journal::tree::{Hash, sha256};
use crate::purpose::Purpose;
use crate::time::{Span, Timestamp};

/// So many times of asks are remembered for one consent; no rate may allow more.
pub const RECENT_MAX: usize = 100;
/// A consent of so many asks in all does not repeat.
pub const FEW: u32 = 24;
/// A consent that lasts no longer, and does not repeat, needs no reply besides a signature.
pub const SHORT: Span = Span::seconds(86_400);

/// Whether a consent for this purpose that was ended must still look given; see [`Consent::seems_given`].
#[must_use]
pub fn seems_given(purpose: Purpose, life: Life, now: Timestamp) -> bool {
    let ended = matches!(life, Life::Withdrawn { .. } | Life::Void { .. });
    ended && purpose.ends_unseen() && life.reach().is_some_and(|reach| now < reach.until)
}

/// What the deciding needs of one consent: the terms' bounds, its life, and what was spent. The texts and the evidence
/// live in cold tables.
#[derive(Clone, PartialEq, Debug)]
pub struct Consent {
    /// The consent.
    pub id: ConsentId,
    /// Who will use the answers.
    pub recipient: PartyId,
    /// What for.
    pub purpose: Purpose,
    /// How exact.
    pub precision: Precision,
    /// Where the position comes from.
    pub origin: Origin,
    /// At most so many asks in all.
    pub count: Option<u32>,
    /// At most so many asks within an hour.
    pub per_hour: Option<u32>,
    /// How long it lasts once given.
    pub lasts: Span,
    /// When asks are covered in that time; `None` for always.
    pub within: Option<Within>,
    /// Who may carry asks and answers.
    pub relays: Vec<PartyId>,
    /// The thumbprint of the key that answers to signed asks are sealed to.
    pub seal: Option<Hash>,
    /// The event during which alone it holds.
    pub event: Option<EventKey>,
    /// SHA-256 of the canonical terms, so that what is signed is what was put; `None` if it was put before that was kept.
    pub terms: Option<Hash>,
    /// Where it stands.
    pub life: Life,
    /// How many asks were spent.
    pub used: u32,
    /// When the latest asks were, oldest first, no more than [`RECENT_MAX`].
    pub recent: Vec<Timestamp>,
    /// The latest circles that were asked about, no more than [`super::probe::PROBES_MAX`].
    pub probes: Vec<Probe>,
}

impl Consent {
    /// A question that has just been put.
    #[must_use]
    pub fn asked(terms: &Terms, until: Timestamp) -> Self {
        Self {
            id: terms.consent,
            recipient: terms.recipient,
            purpose: terms.purpose,
            precision: terms.precision,
            origin: terms.origin,
            count: terms.count,
            per_hour: terms.per_hour,
            lasts: terms.lasts,
            within: terms.within.clone(),
            relays: terms.chain.relays.iter().map(|relay| relay.party).collect(),
            seal: terms.chain.seal,
            event: terms.chain.event,
            terms: Some(sha256(&[&terms.canonical()])),
            life: Life::asked(until),
            used: 0,
            recent: Vec::new(),
            probes: Vec::new(),
        }
    }

    /// Whether this is the consent that these terms describe, whatever became of it since.
    #[must_use]
    pub fn is_of(&self, terms: &Terms) -> bool {
        let plain = Self::asked(terms, Timestamp::from_unix_ms(0));
        let same = Self {
            life: plain.life,
            used: 0,
            recent: Vec::new(),
            probes: Vec::new(),
            ..self.clone()
        };
        let same = Self {
            terms: same.terms.or(plain.terms),
            ..same
        };
        same == plain
    }

    /// Whether it goes on: few asks do not bound it, or it comes back every week.
    #[must_use]
    pub fn repeats(&self) -> bool {
        self.count.is_none_or(|count| count > FEW) || matches!(self.within, Some(Within::Weekly(_)))
    }

    /// Whether its recipient must still believe that it is given: somebody who watches over a person must not learn that
    /// they withdrew, or that their SIM changed, before it would have ended anyway.
    #[must_use]
    pub fn seems_given(&self, now: Timestamp) -> bool {
        seems_given(self.purpose, self.life, now)
    }

    /// Whether a reply from the number belongs to its evidence, because it repeats or lasts longer than a day.
    #[must_use]
    pub fn needs_reply(&self) -> bool {
        self.repeats() || self.lasts > SHORT
    }

    /// When it is in force if it is given now, and takes effect after `waits`.
    #[must_use]
    pub fn reach(&self, waits: Span, now: Timestamp) -> Reach {
        let from = now.after(waits);
        let until = from.after(self.lasts);
        match self.within {
            Some(Within::Window { from: opens, to }) => Reach {
                from: from.max(opens),
                until: until.min(to),
            },
            Some(Within::Weekly(_)) | None => Reach { from, until },
        }
    }

    /// The same question, put by its party itself or not; see [`Life::Asked`].
    #[must_use]
    pub fn vouched(mut self, by_its_party: bool) -> Self {
        if let Life::Asked { vouched, .. } = &mut self.life {
            *vouched = by_its_party;
        }
        self
    }

    /// How many asks lie within the last `span`.
    #[must_use]
    pub fn asks_within(&self, span: Span, now: Timestamp) -> usize {
        let from = now.before(span);
        self.recent.iter().filter(|at| **at > from).count()
    }

    /// Counts one ask.
    pub fn spend(&mut self, now: Timestamp) {
        self.used = self.used.saturating_add(1);
        let day_ago = now.before(Span::seconds(86_400));
        self.recent.retain(|at| *at > day_ago);
        if self.recent.len() >= RECENT_MAX {
            self.recent.remove(0);
        }
        self.recent.push(now);
    }

    /// Gives one ask back, made at `asked`, because no source was contacted for it.
    pub fn give_back(&mut self, asked: Timestamp) {
        self.used = self.used.saturating_sub(1);
        if let Some(index) = self.recent.iter().position(|at| *at == asked) {
            self.recent.remove(index);
        }
    }
}
