//! A consent and its life: `Asked → Given | Refused | Lapsed`, `Given → Withdrawn | Expired`.

use super::evidence::Grade;
use super::probe::Probe;
use super::terms::{Origin, Precision, Terms};
use crate::id::{ConsentId, PartyId};
use crate::purpose::Purpose;
use crate::time::{Span, Timestamp};

/// After so many wrong codes a question is closed, since somebody is guessing.
pub const WRONG_CODES_MAX: u8 = 5;
/// So many times of asks are remembered for one consent; no rate may allow more.
pub const RECENT_MAX: usize = 100;

/// Where a consent stands. Each state carries just the facts that are true in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// The question has been put and not been answered.
    Asked {
        /// When the question lapses.
        until: Timestamp,
        /// How many replies came with a wrong code.
        wrong_codes: u8,
    },
    /// The person agreed.
    Given {
        /// When.
        at: Timestamp,
        /// When it ends by itself.
        until: Timestamp,
        /// How strong the evidence is.
        grade: Grade,
    },
    /// The person said no.
    Refused {
        /// When.
        at: Timestamp,
    },
    /// Nobody answered in time, or too many codes were wrong.
    Lapsed {
        /// When.
        at: Timestamp,
    },
    /// The person took it back.
    Withdrawn {
        /// When.
        at: Timestamp,
    },
    /// Its time ran out.
    Expired {
        /// When.
        at: Timestamp,
    },
}

impl Life {
    /// The state's name, as the journal and the interface use it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked { .. } => "asked",
            Self::Given { .. } => "given",
            Self::Refused { .. } => "refused",
            Self::Lapsed { .. } => "lapsed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired { .. } => "expired",
        }
    }

    /// What the clock alone has made of this state.
    #[must_use]
    pub fn at(self, now: Timestamp) -> Self {
        match self {
            Self::Asked { until, .. } if now >= until => Self::Lapsed { at: until },
            Self::Given { until, .. } if now >= until => Self::Expired { at: until },
            other => other,
        }
    }

    /// The person agrees. `None` unless the question is open.
    #[must_use]
    pub fn give(self, grade: Grade, lasts: Span, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked { .. } => Some(Self::Given {
                at: now,
                until: now.after(lasts),
                grade,
            }),
            _ => None,
        }
    }

    /// The person says no. `None` unless the question is open.
    #[must_use]
    pub fn refuse(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked { .. } => Some(Self::Refused { at: now }),
            _ => None,
        }
    }

    /// A reply came with a wrong code. `None` unless the question is open.
    #[must_use]
    pub fn mistake(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked { wrong_codes, .. } if wrong_codes.saturating_add(1) >= WRONG_CODES_MAX => {
                Some(Self::Lapsed { at: now })
            }
            Self::Asked { until, wrong_codes } => Some(Self::Asked {
                until,
                wrong_codes: wrong_codes.saturating_add(1),
            }),
            _ => None,
        }
    }

    /// The person takes it back, or says no to an open question by STOP. `None` if there is nothing to end.
    #[must_use]
    pub fn withdraw(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Given { .. } => Some(Self::Withdrawn { at: now }),
            Self::Asked { .. } => Some(Self::Refused { at: now }),
            _ => None,
        }
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Asked { .. } | Self::Given { .. })
    }
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
            life: Life::Asked { until, wrong_codes: 0 },
            used: 0,
            recent: Vec::new(),
            probes: Vec::new(),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn asked() -> Life {
        Life::Asked {
            until: NOW.after(Span::seconds(900)),
            wrong_codes: 0,
        }
    }

    #[test]
    fn only_an_open_question_can_be_answered() {
        let given = asked().give(Grade::HandsetLink, Span::seconds(60), NOW).expect("open");
        assert_eq!(given.word(), "given");
        assert_eq!(given.give(Grade::HandsetLink, Span::seconds(60), NOW), None);
        assert_eq!(
            asked().give(Grade::SmsReply, Span::seconds(60), NOW.after(Span::seconds(900))),
            None
        );
        let refused = asked().refuse(NOW).expect("open");
        assert_eq!(refused.give(Grade::HandsetLink, Span::seconds(60), NOW), None);
        assert_eq!(refused.withdraw(NOW), None);
    }

    #[test]
    fn it_ends_by_the_clock_at_the_second() {
        let given = asked().give(Grade::SmsReply, Span::seconds(60), NOW).expect("open");
        assert_eq!(given.at(NOW.after(Span::milliseconds(59_999))).word(), "given");
        assert_eq!(given.at(NOW.after(Span::seconds(60))).word(), "expired");
        assert_eq!(
            given
                .at(NOW.after(Span::seconds(60)))
                .withdraw(NOW.after(Span::seconds(60))),
            None
        );
    }

    #[test]
    fn guessing_closes_the_question() {
        let mut life = asked();
        for _ in 1..WRONG_CODES_MAX {
            life = life.mistake(NOW).expect("open");
            assert_eq!(life.word(), "asked");
        }
        assert_eq!(life.mistake(NOW).map(Life::word), Some("lapsed"));
    }
}
