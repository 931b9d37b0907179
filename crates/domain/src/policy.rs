//! What each purpose may have at most: the table of shipped defaults, and its hash, which goes into every entry.

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

/// The policy in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Policy {
    /// The world it is for.
    pub world: World,
}

impl Policy {
    /// The shipped policy for a world.
    #[must_use]
    pub const fn shipped(world: World) -> Self {
        Self { world }
    }

    /// The rule for a purpose.
    #[must_use]
    pub const fn rule(&self, purpose: Purpose) -> Rule {
        match purpose {
            Purpose::RequestedServiceProvision => Rule::Consent(ConsentRule {
                finest: Precision::Area { metres: 50 },
                longest: Span::seconds(2 * 3600),
                count_max: Some(12),
                per_day_max: 12,
                least_grade: Grade::SmsReply,
                deadline: Span::seconds(15),
            }),
            Purpose::FraudPreventionAndDetection => Rule::Consent(ConsentRule {
                finest: Precision::YesNo { metres: 2000 },
                longest: Span::seconds(365 * 86_400),
                count_max: None,
                per_day_max: 20,
                least_grade: Grade::HandsetLink,
                deadline: Span::seconds(5),
            }),
            Purpose::DeliveryOfGoods
            | Purpose::PersonalSafety
            | Purpose::InmateCommunication
            | Purpose::LegalCompliance
            | Purpose::EmergencyResponse => Rule::Unavailable,
            Purpose::DirectMarketing
            | Purpose::TargetedAdvertising
            | Purpose::SellDataToThirdParties
            | Purpose::SellInsightsFromData => Rule::Forbidden,
        }
    }

    /// The whole policy as text, one line a purpose.
    #[must_use]
    pub fn text(&self) -> String {
        let world = match self.world {
            World::Sandbox => "sandbox",
            World::Live => "live",
        };
        let rows = Purpose::ALL.map(|purpose| match self.rule(purpose) {
            Rule::Consent(rule) => format!(
                "{purpose}: {} >= {} m; at most {} s, {} asks, {} a day; evidence >= {}; deadline {} ms\n",
                rule.finest.word(),
                rule.finest.metres(),
                rule.longest.as_seconds(),
                rule.count_max
                    .map_or_else(|| "any".to_owned(), |count| count.to_string()),
                rule.per_day_max,
                rule.least_grade.word(),
                rule.deadline.as_ms(),
            ),
            Rule::Unavailable => format!("{purpose}: not available on this gateway\n"),
            Rule::Forbidden => format!("{purpose}: always refused\n"),
        });
        format!("world: {world}\n{}", rows.concat())
    }

    /// The SHA-256 of the text.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        crate::journal::tree::sha256(&[self.text().as_bytes()])
    }
}
