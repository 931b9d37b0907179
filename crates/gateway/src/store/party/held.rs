//! What holds a party back besides its record: its suspended programmes, and how its agreement ends. It is kept as one text
//! in the party's row, under the same stamp.

use domain::party::{Ending, Standing};
use domain::purpose::Purpose;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What holds a party back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The purposes whose programmes are suspended, in the order of [`Purpose::ALL`].
    pub suspended: Vec<Purpose>,
    /// How its agreement ends, if that was said.
    pub ending: Option<Ending>,
    /// Until when it attested that it deleted what it received.
    pub attested: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    suspended: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ending: Option<StoredEnding>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attested_ms: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredEnding {
    since_ms: i64,
    on_ms: i64,
    keeps: Vec<String>,
}

impl Held {
    /// The stored text; empty if nothing holds the party back.
    #[must_use]
    pub fn to_text(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        let terms = |purposes: &[Purpose]| purposes.iter().map(|purpose| purpose.term().to_owned()).collect();
        let stored = Stored {
            suspended: terms(&self.suspended),
            ending: self.ending.as_ref().map(|ending| StoredEnding {
                since_ms: ending.since.unix_ms(),
                on_ms: ending.on.unix_ms(),
                keeps: terms(&ending.keeps),
            }),
            attested_ms: self.attested.map(Timestamp::unix_ms),
        };
        serde_json::to_string(&stored).unwrap_or_default()
    }

    /// Reads the stored text; `None` for another.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let stored: Stored = serde_json::from_str(text).ok()?;
        let purposes = |terms: &[String]| {
            terms
                .iter()
                .map(|term| Purpose::from_term(term))
                .collect::<Option<Vec<_>>>()
        };
        Some(Self {
            suspended: purposes(&stored.suspended)?,
            ending: match &stored.ending {
                None => None,
                Some(ending) => Some(Ending {
                    since: Timestamp::from_unix_ms(ending.since_ms),
                    on: Timestamp::from_unix_ms(ending.on_ms),
                    keeps: purposes(&ending.keeps)?,
                }),
            },
            attested: stored.attested_ms.map(Timestamp::from_unix_ms),
        })
    }

    /// Suspends a programme, or no longer.
    pub fn suspend(&mut self, purpose: Purpose, suspended: bool) {
        self.suspended.retain(|other| *other != purpose);
        if suspended {
            self.suspended.push(purpose);
            self.suspended.sort_unstable();
        }
    }

    /// Puts what holds the party back into its standing.
    pub fn apply(&self, standing: &mut Standing) {
        standing.ending.clone_from(&self.ending);
        for programme in &mut standing.programmes {
            programme.suspended = self.suspended.contains(&programme.purpose);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_a_party_back_survives_and_nothing_is_an_empty_text() {
        assert_eq!(Held::default().to_text(), "");
        let mut held = Held {
            suspended: Vec::new(),
            ending: Some(Ending {
                since: Timestamp::from_unix_ms(1),
                on: Timestamp::from_unix_ms(2),
                keeps: vec![Purpose::PersonalSafety],
            }),
            attested: Some(Timestamp::from_unix_ms(3)),
        };
        held.suspend(Purpose::FraudPreventionAndDetection, true);
        held.suspend(Purpose::FraudPreventionAndDetection, true);
        assert_eq!(Held::from_text(&held.to_text()), Some(held.clone()));
        held.suspend(Purpose::FraudPreventionAndDetection, false);
        assert!(held.suspended.is_empty());
        for bad in ["{", "{\"suspended\":[\"Curiosity\"]}", "{\"other\":1}"] {
            assert_eq!(Held::from_text(bad), None, "{bad}");
        }
    }
}
