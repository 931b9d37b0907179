//! A consent's life: `Asked → Given | Refused | Lapsed`, `Given → Withdrawn | Expired | Void`.

use super::evidence::Grade;
use crate::time::Timestamp;

/// After so many wrong codes a question is closed, since somebody is guessing.
pub const WRONG_CODES_MAX: u8 = 5;

/// Where a consent stands. Each state carries just the facts that are true in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Life {
    /// The question has been put and not been answered, or only half.
    Asked {
        /// When the question lapses.
        until: Timestamp,
        /// How many codes were wrong.
        wrong_codes: u8,
        /// Whether its party asked for itself, or the code from its text was entered on our page. A stranger who used the
        /// party's address has not asked in its name.
        vouched: bool,
        /// How the terms were signed already, where a reply from the number is still wanted.
        signed: Option<Grade>,
        /// Whether the number replied with the code already, where a signature is still wanted.
        replied: bool,
    },
    /// The person agreed.
    Given {
        /// When.
        at: Timestamp,
        /// From when on it is in force.
        from: Timestamp,
        /// When it ends by itself.
        until: Timestamp,
        /// How strong the evidence is.
        grade: Grade,
        /// Whether the number replied with the code, besides or instead of signing.
        replied: bool,
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
        /// When it would have been in force.
        reach: Reach,
    },
    /// Its time ran out.
    Expired {
        /// When.
        at: Timestamp,
    },
    /// The number changed hands or got another SIM.
    Void {
        /// When.
        at: Timestamp,
        /// When it would have been in force.
        reach: Reach,
    },
}

/// When a consent that is given is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reach {
    /// From when on.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

impl Life {
    /// A question that has just been put.
    #[must_use]
    pub const fn asked(until: Timestamp) -> Self {
        Self::Asked {
            until,
            wrong_codes: 0,
            vouched: true,
            signed: None,
            replied: false,
        }
    }

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
            Self::Void { .. } => "void",
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

    /// The person agrees, on evidence that is enough. `None` unless the question is open.
    #[must_use]
    pub fn give(self, grade: Grade, by_reply: bool, reach: Reach, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked { replied, .. } => Some(Self::Given {
                at: now,
                from: reach.from,
                until: reach.until,
                grade,
                replied: replied || by_reply,
            }),
            _ => None,
        }
    }

    /// The terms were signed, and a reply from the number is still wanted. `None` unless the question is open.
    #[must_use]
    pub fn sign(self, grade: Grade, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked {
                until,
                wrong_codes,
                vouched,
                signed,
                replied,
            } => Some(Self::Asked {
                until,
                wrong_codes,
                vouched,
                signed: signed.max(Some(grade)),
                replied,
            }),
            _ => None,
        }
    }

    /// The number replied with the code, and a signature is still wanted. `None` unless the question is open.
    #[must_use]
    pub fn note_reply(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked {
                until,
                wrong_codes,
                vouched,
                signed,
                ..
            } => Some(Self::Asked {
                until,
                wrong_codes,
                vouched,
                signed,
                replied: true,
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

    /// A wrong code came. `None` unless the question is open.
    #[must_use]
    pub fn mistake(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Asked { wrong_codes, .. } if wrong_codes.saturating_add(1) >= WRONG_CODES_MAX => {
                Some(Self::Lapsed { at: now })
            }
            Self::Asked {
                until,
                wrong_codes,
                vouched,
                signed,
                replied,
            } => Some(Self::Asked {
                until,
                wrong_codes: wrong_codes.saturating_add(1),
                vouched,
                signed,
                replied,
            }),
            _ => None,
        }
    }

    /// The question's time is over, or it cannot reach the person. `None` once it was answered or closed.
    #[must_use]
    pub fn lapse(self, now: Timestamp) -> Option<Self> {
        match self {
            Self::Asked { .. } => Some(Self::Lapsed { at: now }),
            _ => None,
        }
    }

    /// The person takes it back, or says no to an open question by STOP. `None` if there is nothing to end.
    #[must_use]
    pub fn withdraw(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Given { from, until, .. } => Some(Self::Withdrawn {
                at: now,
                reach: Reach { from, until },
            }),
            Self::Asked { .. } => Some(Self::Refused { at: now }),
            _ => None,
        }
    }

    /// The number changed hands or got another SIM. `None` if there is nothing to end.
    #[must_use]
    pub fn void(self, now: Timestamp) -> Option<Self> {
        match self.at(now) {
            Self::Given { from, until, .. } => Some(Self::Void {
                at: now,
                reach: Reach { from, until },
            }),
            Self::Asked { .. } => Some(Self::Lapsed { at: now }),
            _ => None,
        }
    }

    /// The code from the question's text was entered on our page: whoever has the phone looks at it.
    #[must_use]
    pub const fn vouch(self) -> Self {
        match self {
            Self::Asked {
                until,
                wrong_codes,
                signed,
                replied,
                ..
            } => Self::Asked {
                until,
                wrong_codes,
                vouched: true,
                signed,
                replied,
            },
            other => other,
        }
    }

    /// When it is in force, or would be had it not been ended.
    #[must_use]
    pub const fn reach(self) -> Option<Reach> {
        match self {
            Self::Given { from, until, .. } => Some(Reach { from, until }),
            Self::Withdrawn { reach, .. } | Self::Void { reach, .. } => Some(reach),
            Self::Asked { .. } | Self::Refused { .. } | Self::Lapsed { .. } | Self::Expired { .. } => None,
        }
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Asked { .. } | Self::Given { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn asked() -> Life {
        Life::asked(NOW.after(Span::seconds(900)))
    }

    fn give(life: Life, seconds: u32, now: Timestamp) -> Option<Life> {
        let until = now.after(Span::seconds(seconds));
        life.give(Grade::HandsetLink, false, Reach { from: now, until }, now)
    }

    #[test]
    fn only_an_open_question_can_be_answered() {
        let given = give(asked(), 60, NOW).expect("open");
        assert_eq!(given.word(), "given");
        assert_eq!(give(given, 60, NOW), None);
        assert_eq!(give(asked(), 60, NOW.after(Span::seconds(900))), None);
        let refused = asked().refuse(NOW).expect("open");
        assert_eq!(give(refused, 60, NOW), None);
        assert_eq!(refused.withdraw(NOW), None);
    }

    #[test]
    fn it_ends_by_the_clock_at_the_second() {
        let given = give(asked(), 60, NOW).expect("open");
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
    fn half_an_answer_leaves_the_question_open() {
        let signed = asked().sign(Grade::Passkey, NOW).expect("open");
        let weaker = signed.sign(Grade::HandsetLink, NOW).expect("open");
        assert_eq!(weaker, signed, "a weaker signature takes nothing away");
        let both = signed.note_reply(NOW).and_then(|life| life.mistake(NOW)).expect("open");
        assert!(matches!(
            both,
            Life::Asked {
                signed: Some(Grade::Passkey),
                replied: true,
                wrong_codes: 1,
                ..
            }
        ));
        assert_eq!(both.at(NOW.after(Span::seconds(900))).word(), "lapsed");
        assert!(matches!(give(both, 60, NOW), Some(Life::Given { replied: true, .. })));
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
