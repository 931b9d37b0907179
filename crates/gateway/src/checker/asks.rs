//! Asks, decided once more: what could have become of one, by what the journal said before it.
//!
//! An entry does not say how small the circle or the area was that was asked for, nor which proof came with it. Where the
//! decision hangs on that, more than one outcome is possible, and the entry must be one of them.

use domain::journal::store::StoreError;

use super::answers::Flight;
use super::known::{DAY_MS, HOUR_MS, Held, Known, Life, Spent};
use super::parties::Party;
use super::policies::{Bounds, Policy, Rule};
use super::statement::Statement;
use super::walk::Walk;

/// An answer leaves within this time of its ask or never.
const ANSWER_WITHIN_MS: i64 = 600_000;
/// The evidence of an account holder.
const HOLDER: u8 = 4;

/// Something that can have become of an ask: `asked`, or why it was refused; and the consent that it hangs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Outcome<'a> {
    word: &'static str,
    consent: Option<&'a str>,
}

/// How a consent bears on an ask.
enum Cover {
    /// It does not cover it, and why.
    No(&'static str),
    /// It covers it, unless what the entry does not say is one of these.
    Unless(Vec<&'static str>),
    /// Its terms were erased.
    Erased,
}

/// Whether a party may ask for a purpose at all.
pub(super) fn admit<'p>(purpose: &str, party: Option<&Party>, policy: &'p Policy) -> Result<&'p Bounds, &'static str> {
    let party = party.ok_or("party-unknown")?;
    if party.suspended {
        return Err("party-suspended");
    }
    if !party.purposes.iter().any(|approved| approved == purpose) {
        return Err("purpose-not-approved");
    }
    match policy.rule(purpose) {
        Rule::Consent(bounds) => Ok(bounds),
        Rule::Unavailable => Err("purpose-unavailable"),
        Rule::Forbidden => Err("purpose-forbidden"),
    }
}

/// Reasons that rest on what no entry holds: the proof that came with a request, the token's party, the number itself.
pub(super) fn is_beyond_the_entries(reason: &str, policy: &Policy) -> bool {
    matches!(reason, "replayed" | "not-the-recipient") || (reason == "number-not-reserved" && policy.sandbox)
}

/// From when, until when and on which evidence a consent is in force at a time; `Err` says why it is not.
fn in_force(held: &Held, now: i64) -> Result<(i64, Option<u8>), &'static str> {
    let (from, until, evidence) = match held.life {
        Life::Open { until } if now >= until => return Err("lapsed"),
        Life::Open { .. } => return Err("not-answered"),
        Life::Refused => return Err("said-no"),
        Life::Lapsed => return Err("lapsed"),
        Life::Given { until, .. } if now >= until => return Err("expired"),
        Life::Given { .. } if held.must_end => return Err("withdrawn"),
        Life::Given { from, until, evidence } => (from, until, Some(evidence)),
        Life::Withdrawn { from, until } | Life::Void { from, until } if held.seems_given(now) => (from, until, None),
        Life::Withdrawn { .. } => return Err("withdrawn"),
        Life::Void { .. } => return Err("void"),
    };
    if now < from {
        Err("not-yet")
    } else {
        Ok((until, evidence))
    }
}

/// Until when an answer may leave, if the consent is in force at a time.
fn answer_until(held: &Held, now: i64) -> Option<i64> {
    let (until, _) = in_force(held, now).ok()?;
    let within = held.terms.as_ref()?.within.as_ref();
    let slot = within.map_or(Some(until), |within| within.holds_until(now));
    Some(until.min(slot?).min(now + ANSWER_WITHIN_MS))
}

fn cover(held: &Held, known: &Known, circle: bool, bounds: &Bounds, now: i64) -> Cover {
    let evidence = match in_force(held, now) {
        Ok((_, evidence)) => evidence,
        Err(why) => return Cover::No(why),
    };
    let Some(terms) = &held.terms else { return Cover::Erased };
    if terms
        .within
        .as_ref()
        .is_some_and(|within| within.holds_until(now).is_none())
    {
        return Cover::No("outside-schedule");
    }
    let enough = match evidence {
        None => true,
        Some(HOLDER) => bounds.machines && known.account.is_some(),
        Some(evidence) => evidence >= bounds.evidence,
    };
    let per_hour = terms
        .per_hour
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(usize::MAX);
    if !enough {
        Cover::No("evidence-too-weak")
    } else if terms.count.is_some_and(|count| held.used >= count) {
        Cover::No("count-spent")
    } else if held.asks_within(HOUR_MS, now) >= per_hour || held.asks_within(DAY_MS, now) >= bounds.per_day_max {
        Cover::No("too-often")
    } else if circle {
        let probing = held.may_be_probing(now).then_some("probing");
        Cover::Unless(["circle-too-small"].into_iter().chain(probing).collect())
    } else if terms.yes_no || bounds.yes_no {
        Cover::No("yes-no-only")
    } else {
        Cover::Unless(vec!["surface-too-fine"])
    }
}

/// Everything that can have become of an ask; `None` if that rests on terms that were erased.
pub(super) fn outcomes<'a>(
    (recipient, purpose, circle): (&str, &str, bool),
    known: &'a Known,
    party: Option<&Party>,
    policy: &Policy,
    now: i64,
) -> Option<Vec<Outcome<'a>>> {
    let refused = |word| Outcome { word, consent: None };
    let bounds = match admit(purpose, party, policy) {
        Ok(bounds) => bounds,
        Err(why) => return Some(vec![refused(why)]),
    };
    if known.ended {
        return Some(vec![refused("tenure-ended")]);
    }
    let mut possible = Vec::new();
    let mut first: Vec<Outcome<'a>> = Vec::new();
    let named = |held: &&Held| held.recipient == recipient && held.purpose == purpose;
    for held in known.held.iter().rev().filter(named) {
        let consent = Some(held.id.as_str());
        let reasons = match cover(held, known, circle, bounds, now) {
            Cover::Erased => return None,
            Cover::No(why) => vec![why],
            Cover::Unless(reasons) => {
                possible.push(spared(held, known, policy, now));
                reasons
            }
        };
        if first.is_empty() {
            first.extend(reasons.into_iter().map(|word| Outcome { word, consent }));
        }
    }
    if known.allows_nobody(now) {
        first = vec![refused("never")];
    } else if first.is_empty() {
        first = vec![refused("no-permission")];
    }
    possible.extend(first);
    Some(possible)
}

/// What becomes of an ask that a consent covers.
fn spared<'a>(held: &'a Held, known: &Known, policy: &Policy, now: i64) -> Outcome<'a> {
    let consent = Some(held.id.as_str());
    if known.asks_today(now) >= policy.asks_per_day_max {
        Outcome {
            word: "ceiling-reached",
            consent,
        }
    } else if held.seems_given(now) {
        Outcome {
            word: "withdrawn-unseen",
            consent,
        }
    } else if known.allows_nobody(now) {
        Outcome {
            word: "never",
            consent: None,
        }
    } else if known.is_paused_for(&held.recipient) {
        Outcome {
            word: "paused",
            consent,
        }
    } else {
        Outcome { word: "asked", consent }
    }
}

impl Walk<'_> {
    /// Holds an entry against what can have become of its ask.
    fn decide(&mut self, statement: &Statement, known: &Known, word: &str) -> Result<bool, StoreError> {
        self.report.decisions += 1;
        let leaf = statement.leaf;
        let Some(policy) = self.policy_of(statement)? else {
            self.differ(leaf, "policy", "the text of its policy is not there, or not understood");
            return Ok(false);
        };
        if is_beyond_the_entries(word, &policy) {
            return Ok(true);
        }
        let (recipient, purpose) = (statement.text("recipient"), statement.text("purpose"));
        let circle = match statement.text("question") {
            "verify" => true,
            "retrieve" => false,
            other => {
                self.differ(leaf, "form", format!("no question is called `{other}`"));
                return Ok(false);
            }
        };
        let party = self.parties.get(recipient);
        let question = (recipient, purpose, circle);
        let Some(possible) = outcomes(question, known, party, &policy, statement.at) else {
            self.doubt(known, leaf, "terms", "the terms that it rests on are not there");
            return Ok(false);
        };
        let permission = statement.permission();
        if possible
            .iter()
            .any(|outcome| outcome.word == word && outcome.consent == permission)
        {
            return Ok(true);
        }
        let say = |word: &str, consent: Option<&str>| match consent {
            Some(consent) => format!("`{word}` of {consent}"),
            None => format!("`{word}`"),
        };
        let want: Vec<String> = possible
            .iter()
            .map(|outcome| say(outcome.word, outcome.consent))
            .collect();
        let words = format!("expected {}, found {}", want.join(" or "), say(word, permission));
        let is_covered = possible.iter().any(|outcome| outcome.word == "asked");
        if word == "asked" && permission.is_some_and(|permission| known.knows_all_of(permission)) {
            self.differ(leaf, "not-covered", words);
        } else if word == "asked" && permission.is_none_or(|permission| known.held(permission).is_none()) {
            if leaf >= self.from {
                self.by_unknown.push((leaf, words));
            }
        } else if word == "asked" {
            self.doubt(known, leaf, "not-covered", words);
        } else if word == "no-permission" && is_covered && known.hole.is_none() {
            self.unless_canary = Some((leaf, "refusal", words));
        } else {
            self.doubt(known, leaf, "refusal", words);
        }
        Ok(false)
    }

    pub(super) fn asked(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let fits = self.decide(statement, known, "asked")?;
        let id = statement.permission().unwrap_or_default().to_owned();
        let policy = self.policy(statement.text("policy"))?;
        let bounds = policy.as_deref().map(|policy| policy.rule(statement.text("purpose")));
        let (finest, yes_no) = match bounds {
            Some(Rule::Consent(bounds)) => (bounds.metres, bounds.yes_no),
            _ => (0, false),
        };
        let held = known.held(&id);
        let terms = held.and_then(|held| held.terms.as_ref());
        let flight = Flight {
            subject,
            n: statement.n.unwrap_or_default(),
            at: statement.at,
            consent: id.clone(),
            ask: statement.text("ask").to_owned(),
            recipient: statement.text("recipient").to_owned(),
            purpose: statement.text("purpose").to_owned(),
            question: statement.text("question").to_owned(),
            until: held.and_then(|held| answer_until(held, statement.at)),
            metres: terms.map_or(finest, |terms| terms.metres.max(finest)),
            yes_no: yes_no || terms.is_some_and(|terms| terms.yes_no),
            ended: None,
            is_sure: fits && known.knows_all_of(&id),
        };
        self.flights.insert(statement.leaf, flight);
        self.flights_of.entry(subject).or_default().push(statement.leaf);
        known.spend(&id, spent(statement));
        Ok(())
    }

    /// What a standing consent rests on is never erased. So whoever was asked about by a consent that nobody knows had given
    /// none, if nothing was erased since.
    pub(super) fn tell_unknown(&mut self) {
        for (leaf, words) in std::mem::take(&mut self.by_unknown) {
            self.differ(leaf, "not-covered", words);
        }
    }

    /// Something was erased: those consents may have been among it.
    pub(super) fn excuse_unknown(&mut self) {
        let unknown = std::mem::take(&mut self.by_unknown);
        self.report.unchecked += u64::try_from(unknown.len()).unwrap_or_default();
    }

    pub(super) fn refused(&mut self, statement: &Statement, known: &mut Known) -> Result<(), StoreError> {
        let reason = statement.reason().unwrap_or_default().to_owned();
        self.decide(statement, known, &reason)?;
        // A phone that is off would have been asked, and the ask been spent.
        if matches!(&*reason, "paused" | "withdrawn-unseen")
            && let Some(consent) = statement.permission()
        {
            known.spend(consent, spent(statement));
        }
        Ok(())
    }
}

fn spent(statement: &Statement) -> Spent {
    Spent {
        leaf: statement.leaf,
        at: statement.at,
        circle: statement.text("question") == "verify",
    }
}
