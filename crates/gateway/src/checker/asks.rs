//! Asks, decided once more: what could have become of one, by what the journal said before it.
//!
//! An entry does not say how small the circle or the area was that was asked for, nor which proof came with it. Where the
//! decision hangs on that, more than one outcome is possible, and the entry must be one of them.

use domain::journal::store::StoreError;

use super::answers::Flight;
use super::events::{UNSAID, Wanted, rests_on};
use super::home::passed_on;
use super::known::{DAY_MS, HOUR_MS, Held, Known, Spent};
use super::lives::{answer_until, in_force};
use super::policies::{Bounds, Policy, Rule};
use super::standing::{NOT_APPROVED, admit, is_beyond_the_entries};
use super::statement::Statement;
use super::terms::Terms;
use super::walk::Walk;

/// The evidence of an account holder.
const HOLDER: u8 = 4;

/// Something that can have become of an ask: `asked`, or why it was refused; and the consent that it hangs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Outcome<'a> {
    pub(super) word: &'static str,
    pub(super) consent: Option<&'a str>,
}

/// What an entry says of its ask.
pub(super) struct Question<'a> {
    pub(super) recipient: &'a str,
    pub(super) purpose: &'a str,
    /// Whether it is about a circle.
    pub(super) circle: bool,
    /// Whether it is about a place at all.
    pub(super) wants_place: bool,
    pub(super) relays: Vec<&'a str>,
    pub(super) event: Option<&'a str>,
}

/// How a consent bears on an ask.
enum Cover {
    /// It does not cover it, and why.
    No(Vec<&'static str>),
    /// It covers it, unless what the entry does not say is one of these.
    Unless(Vec<&'static str>),
    /// Its terms were erased.
    Erased,
}

/// Whether a consent in force is used up, or rests on evidence that is too weak by now.
fn used_up(
    (held, evidence): (&Held, Option<u8>),
    terms: &Terms,
    known: &Known,
    bounds: &Bounds,
    now: i64,
) -> Option<&'static str> {
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
        Some("evidence-too-weak")
    } else if terms.count.is_some_and(|count| held.used >= count) {
        Some("count-spent")
    } else if held.asks_within(HOUR_MS, now) >= per_hour || held.asks_within(DAY_MS, now) >= bounds.per_day_max {
        Some("too-often")
    } else {
        None
    }
}

fn cover(held: &Held, known: &Known, question: &Question<'_>, bounds: &Bounds, now: i64) -> Cover {
    let evidence = match in_force(held, now) {
        Ok((_, evidence)) => evidence,
        Err(why) => return Cover::No(vec![why]),
    };
    let Some(terms) = &held.terms else { return Cover::Erased };
    if terms
        .within
        .as_ref()
        .is_some_and(|within| within.holds_until(now).is_none())
    {
        return Cover::No(vec!["outside-schedule"]);
    }
    if !question
        .relays
        .iter()
        .all(|relay| terms.relays.iter().any(|named| named == relay))
    {
        return Cover::No(vec!["relay-not-agreed"]);
    }
    let bound = terms.event.as_deref();
    let wanted = Wanted {
        recipient: &held.recipient,
        named: question.event,
        bound,
        kind: bounds.event.as_deref(),
        elsewhere: false,
    };
    let over = |why| {
        if bound.is_some() && why == "no-event" {
            "event-over"
        } else {
            why
        }
    };
    // Whether the recipient signed the ask, and to which key it would be sealed, no entry says.
    let mut reasons: Vec<&'static str> = vec!["key-not-pinned"];
    if let Err(why) = rests_on(&wanted, known, now) {
        reasons.push(over(why));
        return Cover::No(reasons);
    }
    reasons.extend(UNSAID.map(over));
    let no = match used_up((held, evidence), terms, known, bounds, now) {
        Some(why) => why,
        None if question.circle => {
            reasons.push("circle-too-small");
            reasons.extend(held.may_be_probing(now).then_some("probing"));
            return Cover::Unless(reasons);
        }
        None if terms.yes_no || bounds.yes_no => "yes-no-only",
        None => {
            reasons.push("surface-too-fine");
            return Cover::Unless(reasons);
        }
    };
    reasons.push(no);
    Cover::No(reasons)
}

/// Everything that can have become of an ask; `None` if that rests on terms that were erased.
pub(super) fn outcomes<'a>(
    question: &Question<'_>,
    known: &'a Known,
    bounds: &Bounds,
    policy: &Policy,
    now: i64,
) -> Option<Vec<Outcome<'a>>> {
    let refused = |word| Outcome { word, consent: None };
    if known.is_suspended() {
        return Some(vec![refused("person-suspended")]);
    }
    if known.ended {
        return Some(vec![refused("tenure-ended")]);
    }
    let mut possible = Vec::new();
    let mut first: Vec<Outcome<'a>> = Vec::new();
    let named = |held: &&Held| held.recipient == question.recipient && held.purpose == question.purpose;
    for held in known.held.iter().rev().filter(named) {
        let consent = Some(held.id.as_str());
        let reasons = match cover(held, known, question, bounds, now) {
            Cover::Erased => return None,
            Cover::No(reasons) => reasons,
            Cover::Unless(reasons) => {
                possible.push(spared(held, known, policy, now));
                reasons
            }
        };
        if first.is_empty() {
            // What lies with an event or a programme is not the consent's.
            let consent_of = |word| consent.filter(|_| !UNSAID.contains(&word));
            first.extend(reasons.into_iter().map(|word| Outcome {
                word,
                consent: consent_of(word),
            }));
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
        let Some(possible) = self.possible(statement, known, &policy, word) else {
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
        if word == NOT_APPROVED || possible.iter().any(|outcome| outcome.word == NOT_APPROVED) {
            let rule = if word == "asked" { "not-covered" } else { "refusal" };
            let recipient = statement.text("recipient").to_owned();
            self.unless_approved.push((leaf, recipient, rule, words));
        } else if word == "asked" && permission.is_none() {
            self.doubt(known, leaf, "passed-on", words);
        } else if word == "asked" && permission.is_some_and(|permission| known.knows_all_of(permission)) {
            self.differ(leaf, "not-covered", words);
        } else if word == "asked" && permission.is_some_and(|permission| known.held(permission).is_none()) {
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

    /// Everything that can have become of the ask of an entry; `None` if that rests on terms that were erased.
    fn possible<'k>(
        &self,
        statement: &Statement,
        known: &'k Known,
        policy: &Policy,
        word: &str,
    ) -> Option<Vec<Outcome<'k>>> {
        let (recipient, purpose) = (statement.text("recipient"), statement.text("purpose"));
        let class = statement.text("question");
        let question = Question {
            recipient,
            purpose,
            circle: class == "verify",
            wants_place: matches!(class, "retrieve" | "verify"),
            relays: statement.list("relays"),
            event: statement.said("event"),
        };
        let refused = |word| Some(vec![Outcome { word, consent: None }]);
        let bounds = match admit(purpose, self.parties.get(recipient), policy, statement.at) {
            Ok(bounds) => bounds,
            Err(why) => return refused(why),
        };
        if let Some(why) = self.may_carry(&question.relays, purpose, statement.at) {
            return refused(why);
        }
        let passed_on = passed_on(&question, known, bounds, statement.at);
        if word == "asked" && statement.permission().is_none() {
            return Some(passed_on);
        }
        let mut possible = if matches!(class, "retrieve" | "verify") {
            outcomes(&question, known, bounds, policy, statement.at)?
        } else {
            Vec::new()
        };
        possible.extend(passed_on.into_iter().filter(|outcome| outcome.word != "asked"));
        Some(possible)
    }

    pub(super) fn asked(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let fits = self.decide(statement, known, "asked")?;
        if statement.permission().is_none() {
            self.passed_on(statement, subject, known, fits);
            return Ok(());
        }
        let id = statement.permission().unwrap_or_default().to_owned();
        let policy = self.policy(statement.text("policy"))?;
        let bounds = policy.as_deref().map(|policy| policy.rule(statement.text("purpose")));
        let (finest, yes_no) = match bounds {
            Some(Rule::Consent(bounds)) => (bounds.metres, bounds.yes_no),
            _ => (0, false),
        };
        let held = known.held(&id);
        let terms = held.and_then(|held| held.terms.as_ref());
        let bound = terms.and_then(|terms| terms.event.as_deref());
        let event = bound.or(statement.said("event")).map(str::to_owned);
        let flight = Flight {
            subject,
            n: statement.n.unwrap_or_default(),
            at: statement.at,
            consent: id.clone(),
            relays: statement.list("relays").into_iter().map(str::to_owned).collect(),
            event: event.clone(),
            may_be_over: false,
            ask: statement.text("ask").to_owned(),
            recipient: statement.text("recipient").to_owned(),
            purpose: statement.text("purpose").to_owned(),
            question: statement.text("question").to_owned(),
            until: held
                .and_then(|held| answer_until(held, statement.at))
                .map(|until| self.before_the_end(until, statement)),
            metres: terms.map_or(finest, |terms| terms.metres.max(finest)),
            yes_no: yes_no || terms.is_some_and(|terms| terms.yes_no),
            ended: None,
            is_sure: fits && known.knows_all_of(&id),
        };
        self.flights.insert(statement.leaf, flight);
        self.flights_of.entry(subject).or_default().push(statement.leaf);
        known.spend(&id, spent(statement));
        if let Some(event) = event {
            known.use_event(&event, statement.text("recipient"));
        }
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
