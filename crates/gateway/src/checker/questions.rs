//! Questions: whether one could be put to a person, and what was put.

use std::rc::Rc;

use domain::id::ConsentId;
use domain::journal::Leaf;
use domain::journal::store::StoreError;

use super::events::{UNSAID, Wanted, rests_on};
use super::known::{Held, Known, Life};
use super::policies::{Bounds, Policy};
use super::rows::Put;
use super::standing::{NOT_APPROVED, admit, is_beyond_the_entries};
use super::statement::Statement;
use super::terms::{Terms, hash_of};
use super::walk::Walk;

/// The coarsest answer that there is.
pub(super) const COARSEST_M: u32 = 200_000;

/// Whether terms keep within the bounds of their purpose.
pub(super) fn within_bounds(terms: &Terms, bounds: &Bounds) -> bool {
    let as_coarse = terms.metres >= bounds.metres && terms.metres <= COARSEST_M && (terms.yes_no || !bounds.yes_no);
    let counted = match (bounds.count_max, terms.count) {
        (None, _) => true,
        (Some(most), Some(count)) => count <= most,
        (Some(_), None) => false,
    };
    as_coarse && counted && terms.lasts_ms <= bounds.longest_ms
}

/// Why a question that is bound to an event, or must be, rests on none. One that is bound to none needs none, though its
/// asks may.
fn lacks_event(terms: &Terms, known: &Known, bounds: &Bounds, now: i64) -> Option<&'static str> {
    let wanted = Wanted {
        recipient: &terms.recipient,
        named: None,
        bound: terms.event.as_deref(),
        kind: bounds.event.as_deref(),
        elsewhere: false,
    };
    let is_bound = terms.event.is_some() || bounds.event.as_deref() == Some("call");
    rests_on(&wanted, known, now).err().filter(|_| is_bound)
}

/// What can have become of a question: `consent-asked`, or why it was not put.
fn outcomes(
    terms: Option<&Terms>,
    recipient: &str,
    known: &Known,
    bounds: &Bounds,
    (policy, now): (&Policy, i64),
) -> Vec<&'static str> {
    // What was not kept was not put, since its terms go too far.
    let Some(terms) = terms else {
        let suspended = known.is_suspended().then_some("person-suspended");
        return UNSAID.into_iter().chain(["terms-too-wide"]).chain(suspended).collect();
    };
    let is_past = terms.within.as_ref().and_then(super::schedule::Schedule::window);
    if !within_bounds(terms, bounds) || is_past.is_some_and(|(_, to)| to <= now) {
        return vec!["terms-too-wide"];
    }
    if let Some(why) = lacks_event(terms, known, bounds, now) {
        return vec![why];
    }
    if known.is_suspended() {
        return vec!["person-suspended"];
    }
    if known.ended {
        return vec!["tenure-ended"];
    }
    if known.allows_nobody(now) {
        return vec!["never"];
    }
    let waits = known.sim_changed.is_some_and(|at| now < at + policy.sim_wait_ms);
    if waits && terms.wants_reply() {
        return vec!["sim-changed"];
    }
    if known.open_questions(now) >= policy.open_max {
        return vec!["too-many-questions"];
    }
    if known.questions_today(now) >= policy.questions_per_day_max {
        return vec!["questions-spent"];
    }
    // A no counts against a party only if it asked for itself, which no entry says.
    let said_no = |(party, at): &(String, i64)| party == recipient && *at > now - policy.cooling_ms;
    let mut possible: Vec<_> = known
        .noes
        .iter()
        .any(said_no)
        .then_some("cooling-off")
        .into_iter()
        .collect();
    possible.push(if known.has_room(now) {
        "consent-asked"
    } else {
        "too-many-questions"
    });
    possible
}

impl Walk<'_> {
    /// A question that was put, or was not.
    pub(super) fn put(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        known: &mut Known,
    ) -> Result<(), StoreError> {
        self.report.decisions += 1;
        let leaf = statement.leaf;
        let id = statement.text("consent").to_owned();
        if statement.permission() != Some(&id) {
            self.differ(leaf, "consent", "its two parts name different consents");
        }
        let was_put = statement.kind == "consent-asked";
        let row = self.question(&id)?;
        let terms = match &row {
            Some(row) => self.terms(statement, subject, row, known),
            None => None,
        };
        if row.is_none() && was_put {
            self.note_if_erased(leaf, known)?;
            self.doubt(known, leaf, "terms", "the question that was put is not there");
        }
        let Some(policy) = self.policy_of(statement)? else {
            return Ok(());
        };
        let found = if was_put {
            "consent-asked"
        } else {
            statement.reason().unwrap_or_default()
        };
        if row.is_some() == terms.is_some() && !is_beyond_the_entries(found, &policy) {
            self.hold_question(statement, terms.as_ref(), known, (&policy, found));
        }
        if was_put {
            self.keep(statement, row.as_ref(), terms, known);
        }
        Ok(())
    }

    fn hold_question(
        &mut self,
        statement: &Statement,
        terms: Option<&Terms>,
        known: &Known,
        (policy, found): (&Rc<Policy>, &str),
    ) {
        let (recipient, purpose) = (statement.text("recipient"), statement.text("purpose"));
        let party = self.parties.get(recipient);
        let relays = statement.list("relays");
        let ends = |relay: &&str| self.parties.get(*relay).is_some_and(|party| party.is_ending(purpose));
        let ending = relays.iter().any(ends).then_some("relay-suspended");
        let carried = self.may_carry(&relays, purpose, statement.at).or(ending);
        let mut possible = match (admit(purpose, party, policy, statement.at), carried) {
            (Err(why), _) | (Ok(_), Some(why)) => vec![why],
            (Ok(_), None) if party.is_some_and(|party| party.is_ending(purpose)) => vec!["agreement-ending"],
            (Ok(bounds), None) => outcomes(terms, recipient, known, bounds, (policy, statement.at)),
        };
        // An account holder's yes that did not count is written as a question that was not put.
        let of_a_line = terms.is_none()
            && matches!(
                found,
                "no-permission" | "purpose-unavailable" | "tenure-ended" | "too-many-questions"
            );
        if of_a_line && statement.kind == "consent-not-asked" {
            possible.push("no-permission");
            possible.extend((!policy.allows_machines(purpose)).then_some("purpose-unavailable"));
            possible.extend(known.ended.then_some("tenure-ended"));
            possible.extend((!known.has_room(statement.at)).then_some("too-many-questions"));
        }
        if found == "never" && possible.contains(&"consent-asked") && known.hole.is_none() {
            let words = "expected `consent-asked`, found `never`".to_owned();
            self.unless_canary = Some((statement.leaf, "question", words));
        } else if !possible.contains(&found) && (found == NOT_APPROVED || possible.contains(&NOT_APPROVED)) {
            let words = format!("expected `{}`, found `{found}`", possible.join("` or `"));
            self.unless_approved
                .push((statement.leaf, recipient.to_owned(), "question", words));
        } else if !possible.contains(&found) {
            let words = format!("expected `{}`, found `{found}`", possible.join("` or `"));
            self.doubt(known, statement.leaf, "question", words);
        }
    }

    /// An entry that was read may have been erased since, and what it rests on with it.
    pub(super) fn note_if_erased(&self, leaf: Leaf, known: &mut Known) -> Result<(), StoreError> {
        if self.rows.is_erased(leaf)? {
            known.hole = known.hole.max(Some(leaf));
        }
        Ok(())
    }

    /// A question's row.
    pub(super) fn question(&self, id: &str) -> Result<Option<Put>, StoreError> {
        match id.parse::<ConsentId>() {
            Ok(id) => self.rows.question(id.to_bytes()),
            Err(_) => Ok(None),
        }
    }

    /// The terms of a question, held against its entry.
    pub(super) fn terms(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        row: &Put,
        known: &Known,
    ) -> Option<Terms> {
        let leaf = statement.leaf;
        if row.subject != subject {
            self.doubt(known, leaf, "terms", "its question was put to somebody else");
        }
        if statement.said("terms") != Some(&hash_of(&row.terms)) {
            self.doubt(
                known,
                leaf,
                "terms",
                "the terms that are kept are not those that its entry names",
            );
            return None;
        }
        let Some(terms) = Terms::read(&row.terms) else {
            self.differ(leaf, "terms", "its terms are not understood");
            return None;
        };
        let same = terms.consent == statement.text("consent")
            && terms.relays == statement.list("relays")
            && terms.recipient == statement.text("recipient")
            && terms.purpose == statement.text("purpose")
            && u64::from(terms.metres) == statement.number("metres");
        if !same {
            self.differ(leaf, "terms", "its entry says something else than its terms");
        }
        if row.words.as_deref().map(hash_of).as_ref() != Some(&terms.text_hash) {
            self.doubt(
                known,
                leaf,
                "words",
                "the words that were shown are not those that its terms name",
            );
        }
        Some(terms)
    }

    /// Notes a question that was put.
    fn keep(&mut self, statement: &Statement, row: Option<&Put>, terms: Option<Terms>, known: &mut Known) {
        let id = statement.text("consent");
        if known.held(id).is_some() {
            self.differ(statement.leaf, "consent", "it was put before");
            return;
        }
        known.questions.retain(|at| *at > statement.at - super::known::DAY_MS);
        known.questions.push(statement.at);
        let held = Held {
            id: id.to_owned(),
            recipient: statement.text("recipient").to_owned(),
            purpose: statement.text("purpose").to_owned(),
            put: statement.leaf,
            terms,
            life: Life::Open {
                until: row.map_or(i64::MAX, |row| row.until),
            },
            must_end: false,
            used: 0,
            spent: Vec::new(),
            circles: Vec::new(),
        };
        known.add(held, statement.at);
    }
}
