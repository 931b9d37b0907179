//! What each purpose may have at most, and what protects a person from being asked: the shipped table, and the hash of
//! whatever table is in force, which goes into every entry.

use crate::event::EventKind;
use crate::permission::evidence::Grade;
use crate::permission::terms::Precision;
use crate::purpose::Purpose;
use crate::time::Span;

/// What the gateway answers for: a made-up world, or the real one. Fixed with the keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum World {
    /// Reserved numbers and sources on loopback only.
    Sandbox,
    /// Real subscribers.
    Live,
}

/// What consent can give for one purpose, at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConsentRule {
    /// The finest answer.
    pub finest: Precision,
    /// The longest life of a consent.
    pub longest: Span,
    /// The most asks over a consent's life; `None` for no such limit.
    pub count_max: Option<u32>,
    /// The most asks within a day.
    pub per_day_max: u32,
    /// The least evidence.
    pub least_grade: Grade,
    /// The longest wait for a source, in milliseconds.
    pub deadline: Span,
    /// How long after the yes it takes effect.
    pub waits: Span,
    /// The mean time between reminders of a consent that repeats; `None` for no reminders.
    pub reminders: Option<Span>,
    /// Whether an account holder may agree for machine lines.
    pub machines: bool,
    /// The kind of event that an ask must rest on; `None` where only a party's programme may want one.
    pub event: Option<EventKind>,
}

/// What can make an ask for a purpose lawful here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// A consent within these bounds.
    Consent(ConsentRule),
    /// Something that this gateway cannot yet verify: refused.
    Unavailable,
    /// Nothing: always refused.
    Forbidden,
}

/// How often a person may be asked for a consent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct QuestionRule {
    /// So many questions may lie open before one person, over all parties.
    pub open_max: u32,
    /// So many may be put within a day, over all parties.
    pub per_day_max: u32,
    /// So long after a no, or no answer, the same party may not ask again.
    pub cooling_off: Span,
    /// From so many noes on a party that is mostly refused is suspended until the operator looks at it.
    pub review_after: u32,
}

/// What protects one person over all parties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PersonRule {
    /// The most asks that are covered within a day.
    pub asks_per_day_max: u32,
    /// So long after a change of the SIM nobody may ask for a consent that repeats or lasts longer than a day.
    pub sim_change_wait: Span,
    /// So long a *never* still stands after the phone lifted it.
    pub never_lift_wait: Span,
}

/// The policy in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// The world it is for.
    pub world: World,
    /// How often people may be asked.
    pub questions: QuestionRule,
    /// What protects one person over all parties.
    pub person: PersonRule,
    rules: [Rule; Purpose::ALL.len()],
}

const HOUR_S: u32 = 3600;
const DAY_S: u32 = 24 * HOUR_S;

/// What most purposes share.
const USUAL: ConsentRule = ConsentRule {
    finest: Precision::Area { metres: 200 },
    longest: Span::seconds(DAY_S),
    count_max: None,
    per_day_max: 24,
    least_grade: Grade::HandsetLink,
    deadline: Span::seconds(15),
    waits: Span::seconds(0),
    reminders: None,
    machines: false,
    event: None,
};

impl Policy {
    /// The shipped policy for a world.
    #[must_use]
    pub fn shipped(world: World) -> Self {
        Self {
            world,
            questions: QuestionRule {
                open_max: 2,
                per_day_max: 3,
                cooling_off: Span::seconds(DAY_S),
                review_after: 10,
            },
            person: PersonRule {
                asks_per_day_max: 200,
                sim_change_wait: Span::seconds(72 * HOUR_S),
                never_lift_wait: Span::seconds(DAY_S),
            },
            rules: Purpose::ALL.map(shipped),
        }
    }

    /// The same with another rule for one purpose. What is forbidden stays forbidden: no table can allow it.
    #[must_use]
    pub fn with_rule(mut self, purpose: Purpose, rule: Rule) -> Self {
        let old = Purpose::ALL
            .iter()
            .position(|other| *other == purpose)
            .and_then(|at| self.rules.get_mut(at));
        if let Some(old) = old
            && *old != Rule::Forbidden
        {
            *old = rule;
        }
        self
    }

    /// The rule for a purpose.
    #[must_use]
    pub fn rule(&self, purpose: Purpose) -> Rule {
        let at = Purpose::ALL.iter().position(|other| *other == purpose);
        at.and_then(|at| self.rules.get(at)).copied().unwrap_or(Rule::Forbidden)
    }

    /// The whole policy as text, one line a purpose: what is hashed.
    #[must_use]
    pub fn text(&self) -> String {
        let world = match self.world {
            World::Sandbox => "sandbox",
            World::Live => "live",
        };
        let rows = Purpose::ALL.map(|purpose| match self.rule(purpose) {
            Rule::Consent(rule) => format!("{purpose}: {}\n", line(&rule)),
            Rule::Unavailable => format!("{purpose}: not available on this gateway\n"),
            Rule::Forbidden => format!("{purpose}: always refused\n"),
        });
        let (questions, person) = (self.questions, self.person);
        format!(
            "world: {world}\n{}questions: at most {} open, {} a day; {} s after a no; review from {} noes on\n\
             person: {} asks a day; {} s after a change of the SIM; never lifted after {} s\n",
            rows.concat(),
            questions.open_max,
            questions.per_day_max,
            questions.cooling_off.as_seconds(),
            questions.review_after,
            person.asks_per_day_max,
            person.sim_change_wait.as_seconds(),
            person.never_lift_wait.as_seconds(),
        )
    }

    /// The SHA-256 of the text.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        crate::journal::tree::sha256(&[self.text().as_bytes()])
    }
}

/// The shipped rule for a purpose.
fn shipped(purpose: Purpose) -> Rule {
    match purpose {
        Purpose::RequestedServiceProvision => Rule::Consent(ConsentRule {
            finest: Precision::Area { metres: 50 },
            longest: Span::seconds(2 * HOUR_S),
            count_max: Some(12),
            per_day_max: 12,
            least_grade: Grade::SmsReply,
            ..USUAL
        }),
        Purpose::FraudPreventionAndDetection => Rule::Consent(ConsentRule {
            finest: Precision::YesNo { metres: 2000 },
            longest: Span::seconds(365 * DAY_S),
            per_day_max: 20,
            deadline: Span::seconds(5),
            reminders: Some(Span::seconds(60 * DAY_S)),
            ..USUAL
        }),
        Purpose::DeliveryOfGoods => Rule::Consent(ConsentRule {
            finest: Precision::Area { metres: 200 },
            longest: Span::seconds(90 * DAY_S),
            per_day_max: 96,
            reminders: Some(Span::seconds(30 * DAY_S)),
            machines: true,
            ..USUAL
        }),
        Purpose::PersonalSafety => Rule::Consent(ConsentRule {
            finest: Precision::Area { metres: 100 },
            longest: Span::seconds(30 * DAY_S),
            waits: Span::seconds(DAY_S),
            reminders: Some(Span::seconds(7 * DAY_S)),
            ..USUAL
        }),
        // The longest that a call lasts. The yes is for that call, and for asks that rest on it.
        Purpose::InmateCommunication => Rule::Consent(ConsentRule {
            finest: Precision::Area { metres: 500 },
            longest: Span::seconds(4 * HOUR_S),
            per_day_max: 96,
            least_grade: Grade::SmsReply,
            event: Some(EventKind::Call),
            ..USUAL
        }),
        Purpose::LegalCompliance | Purpose::EmergencyResponse => Rule::Unavailable,
        Purpose::DirectMarketing
        | Purpose::TargetedAdvertising
        | Purpose::SellDataToThirdParties
        | Purpose::SellInsightsFromData => Rule::Forbidden,
    }
}

fn line(rule: &ConsentRule) -> String {
    format!(
        "{} >= {} m; at most {} s, {} asks, {} a day; evidence >= {}; deadline {} ms; effect after {} s; \
         reminders every {} s; machine lines {}{}",
        rule.finest.word(),
        rule.finest.metres(),
        rule.longest.as_seconds(),
        rule.count_max
            .map_or_else(|| "any".to_owned(), |count| count.to_string()),
        rule.per_day_max,
        rule.least_grade.word(),
        rule.deadline.as_ms(),
        rule.waits.as_seconds(),
        rule.reminders
            .map_or_else(|| "no".to_owned(), |span| span.as_seconds().to_string()),
        if rule.machines { "yes" } else { "no" },
        // A rule without an event keeps the form that it had before there were any.
        rule.event
            .map_or_else(String::new, |kind| format!("; event {}", kind.word())),
    )
}
