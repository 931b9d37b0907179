//! The policies, read from their texts: the words that are hashed into every entry.

use std::collections::{BTreeMap, HashMap};

/// What one purpose may have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    Consent(Bounds),
    Unavailable,
    Forbidden,
}

/// The bounds of a purpose that consent can cover.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bounds {
    pub(super) yes_no: bool,
    pub(super) metres: u32,
    pub(super) longest_ms: i64,
    pub(super) count_max: Option<u32>,
    pub(super) per_day_max: usize,
    /// The least evidence; see [`grade`].
    pub(super) evidence: u8,
    pub(super) waits_ms: i64,
    pub(super) machines: bool,
    /// The kind of event that an ask must rest on.
    pub(super) event: Option<String>,
}

/// A policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Policy {
    pub(super) sandbox: bool,
    purposes: BTreeMap<String, Rule>,
    pub(super) open_max: usize,
    pub(super) questions_per_day_max: usize,
    pub(super) cooling_ms: i64,
    pub(super) asks_per_day_max: u32,
    pub(super) sim_wait_ms: i64,
    pub(super) never_wait_ms: i64,
}

/// How strong evidence is, by its word; 0 for a word that is none.
pub(super) fn grade(word: &str) -> u8 {
    match word {
        "sms-reply" => 1,
        "handset-link" => 2,
        "passkey" => 3,
        "account-holder" => 4,
        _ => 0,
    }
}

impl Policy {
    /// Reads a text; `None` if a line is not understood.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let sandbox = match lines.next()?.strip_prefix("world: ")? {
            "sandbox" => true,
            "live" => false,
            _ => return None,
        };
        let mut purposes = BTreeMap::new();
        let mut limits: HashMap<&str, Vec<i64>> = HashMap::new();
        for line in lines {
            let (name, rest) = line.split_once(": ")?;
            if matches!(name, "questions" | "person") {
                limits.insert(name, numbers(rest));
            } else {
                purposes.insert(name.to_owned(), rule(rest)?);
            }
        }
        let [open, per_day, cooling, _review] = limits.get("questions")?[..] else {
            return None;
        };
        let [asks, sim, never] = limits.get("person")?[..] else {
            return None;
        };
        Some(Self {
            sandbox,
            purposes,
            open_max: usize::try_from(open).ok()?,
            questions_per_day_max: usize::try_from(per_day).ok()?,
            cooling_ms: cooling * 1000,
            asks_per_day_max: u32::try_from(asks).ok()?,
            sim_wait_ms: sim * 1000,
            never_wait_ms: never * 1000,
        })
    }

    /// The rule for a purpose. What the text does not name is forbidden.
    pub(super) fn rule(&self, purpose: &str) -> &Rule {
        self.purposes.get(purpose).unwrap_or(&Rule::Forbidden)
    }

    /// Whether an account holder may agree for machine lines.
    pub(super) fn allows_machines(&self, purpose: &str) -> bool {
        matches!(self.rule(purpose), Rule::Consent(bounds) if bounds.machines)
    }
}

/// Every whole number of a line, in order.
fn numbers(line: &str) -> Vec<i64> {
    line.split(|c: char| !c.is_ascii_digit())
        .filter_map(|word| word.parse().ok())
        .collect()
}

/// `AREA >= 50 m; at most 7200 s, 12 asks, 12 a day; evidence >= sms-reply; deadline 15000 ms; effect after 0 s; …`
fn rule(line: &str) -> Option<Rule> {
    match line {
        "always refused" => return Some(Rule::Forbidden),
        "not available on this gateway" => return Some(Rule::Unavailable),
        _ => {}
    }
    let mut clauses = line.split("; ");
    let (precision, metres) = clauses.next()?.split_once(" >= ")?;
    let most = clauses.next()?.strip_prefix("at most ")?;
    let evidence = grade(clauses.next()?.strip_prefix("evidence >= ")?);
    clauses.next()?.strip_prefix("deadline ")?;
    let waits = number(clauses.next()?.strip_prefix("effect after ")?, " s")?;
    clauses.next()?.strip_prefix("reminders every ")?;
    let machines = clauses.next()?.strip_prefix("machine lines ")? == "yes";
    let mut most = most.split(", ");
    let longest = number(most.next()?, " s")?;
    let count_max = match most.next()? {
        "any asks" => None,
        count => Some(u32::try_from(number(count, " asks")?).ok()?),
    };
    let per_day = number(most.next()?, " a day")?;
    let event = clauses.next().map(|clause| clause.strip_prefix("event "));
    let event_fits = event.is_none_or(|event| matches!(event, Some("ticket" | "call")));
    let fits = event_fits && matches!(precision, "AREA" | "YES_NO") && evidence > 0 && clauses.next().is_none();
    Some(Rule::Consent(Bounds {
        yes_no: precision == "YES_NO",
        metres: u32::try_from(number(metres, " m")?).ok()?,
        longest_ms: longest * 1000,
        count_max,
        per_day_max: usize::try_from(per_day).ok()?,
        evidence,
        waits_ms: waits * 1000,
        machines,
        event: event.flatten().map(str::to_owned),
    }))
    .filter(|_| fits)
}

fn number(text: &str, unit: &str) -> Option<i64> {
    text.strip_suffix(unit)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use domain::policy::{Policy as Theirs, World};

    use super::*;

    #[test]
    fn the_shipped_texts_are_understood() {
        for world in [World::Sandbox, World::Live] {
            let shipped = Theirs::shipped(world);
            let policy = Policy::read(&shipped.text()).expect("understood");
            assert_eq!(policy.sandbox, world == World::Sandbox);
            assert_eq!((policy.open_max, policy.questions_per_day_max), (2, 3));
            assert_eq!((policy.cooling_ms, policy.sim_wait_ms), (86_400_000, 259_200_000));
            assert_eq!((policy.asks_per_day_max, policy.never_wait_ms), (200, 86_400_000));
            let help = Rule::Consent(Bounds {
                yes_no: false,
                metres: 50,
                longest_ms: 7_200_000,
                count_max: Some(12),
                per_day_max: 12,
                evidence: 1,
                waits_ms: 0,
                machines: false,
                event: None,
            });
            assert_eq!(policy.rule("RequestedServiceProvision"), &help);
            let Rule::Consent(check) = policy.rule("FraudPreventionAndDetection") else {
                panic!("expected bounds")
            };
            assert!(check.yes_no && check.count_max.is_none() && check.evidence == 2);
            let Rule::Consent(safety) = policy.rule("PersonalSafety") else {
                panic!("expected bounds")
            };
            assert_eq!(safety.waits_ms, 86_400_000);
            assert!(matches!(policy.rule("DeliveryOfGoods"), Rule::Consent(goods) if goods.machines));
            assert_eq!(policy.rule("LegalCompliance"), &Rule::Unavailable);
            assert_eq!(policy.rule("DirectMarketing"), &Rule::Forbidden);
            assert_eq!(policy.rule("Curiosity"), &Rule::Forbidden);
        }
    }

    #[test]
    fn a_text_that_is_not_understood_is_none() {
        let shipped = Theirs::shipped(World::Live).text();
        for (from, to) in [
            ("world: live", "world: moon"),
            ("AREA >= 50 m", "AREA > 50 m"),
            ("evidence >= sms-reply", "evidence >= rumour"),
            ("12 asks", "a dozen asks"),
        ] {
            assert!(shipped.contains(from), "{from}");
            assert_eq!(Policy::read(&shipped.replace(from, to)), None, "{to}");
        }
        assert_eq!(Policy::read(""), None);
    }
}
