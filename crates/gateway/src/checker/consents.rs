//! Consents that were given: by whom, on which evidence, and that it proves what it should.

use domain::id::{AccountId, ConsentId};
use domain::journal::store::StoreError;

use super::evidence::{is_holders, proven};
use super::known::{Held, Known, Life};
use super::policies::{Bounds, Rule, grade};
use super::questions::within_bounds;
use super::rows::Put;
use super::standing::admit;
use super::statement::Statement;
use super::walk::Walk;

/// The word of an account holder's evidence.
const HOLDER: &str = "account-holder";

impl Walk<'_> {
    pub(super) fn given(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        known: &mut Known,
    ) -> Result<(), StoreError> {
        self.report.decisions += 1;
        let row = self.question(statement.text("consent"))?;
        let evidence = statement.text("evidence").to_owned();
        let (word, replied) = match evidence.split_once('+') {
            Some((word, "sms-reply")) if grade(word) > 1 => (word, true),
            Some(_) => ("", false),
            None => (&*evidence, evidence == "sms-reply"),
        };
        if grade(word) == 0 {
            self.differ(
                statement.leaf,
                "evidence",
                format!("no evidence is called `{evidence}`"),
            );
        }
        if word == HOLDER {
            self.given_for_line(statement, subject, row.as_ref(), known)?;
        } else {
            self.given_by_person(statement, known, (word, replied))?;
        }
        self.rests_on(statement, row.as_ref(), word, known)
    }

    /// Somebody answered a question that was open.
    fn given_by_person(
        &mut self,
        statement: &Statement,
        known: &mut Known,
        (word, replied): (&str, bool),
    ) -> Result<(), StoreError> {
        let leaf = statement.leaf;
        let policy = self.policy_of(statement)?;
        let Some(held) = known.held(statement.text("consent")).cloned() else {
            self.doubt(known, leaf, "consent", "it was given, and its question was never put");
            return Ok(());
        };
        if !matches!(held.life, Life::Open { until } if statement.at < until) {
            self.doubt(
                known,
                leaf,
                "consent",
                "it was given when its question was not open any more",
            );
        }
        if !is_of(statement, &held) {
            self.differ(leaf, "consent", "it was given for something else than was asked");
        }
        let rule = policy.as_deref().map(|policy| policy.rule(&held.purpose));
        let Some(Rule::Consent(bounds)) = rule else {
            self.doubt(known, leaf, "evidence", "no consent can be given for its purpose");
            return Ok(());
        };
        if grade(word) < bounds.evidence {
            self.doubt(
                known,
                leaf,
                "evidence",
                format!("`{word}` is weaker than the policy wants"),
            );
        }
        let (from, until) = self.span_given(statement, &held, known, (bounds, replied));
        if let Some(held) = known.held_mut(&held.id) {
            let evidence = grade(word);
            held.life = Life::Given { from, until, evidence };
        }
        Ok(())
    }

    /// From when until when a consent is in force that is given now, whose terms allow it to be given.
    fn span_given(
        &mut self,
        statement: &Statement,
        held: &Held,
        known: &Known,
        (bounds, replied): (&Bounds, bool),
    ) -> (i64, i64) {
        let (leaf, now) = (statement.leaf, statement.at);
        let party = self.parties.get(&held.recipient);
        if party.is_some_and(|party| party.is_ending(&held.purpose)) {
            self.differ(leaf, "consent", "it was given to a party whose agreement ends");
        }
        // Without its terms it is not known when it ends.
        let Some(terms) = &held.terms else {
            self.report.unchecked += 1;
            return (now, i64::MAX);
        };
        let event = terms.event.as_deref();
        if event.is_some_and(|key| !known.event_goes_on(key, now)) {
            self.differ(
                leaf,
                "consent",
                "it was given when the event that it is bound to was over",
            );
        }
        if terms.wants_reply() && !replied {
            self.doubt(
                known,
                leaf,
                "evidence",
                "a reply from the number belongs to it, and there was none",
            );
        }
        terms.reach(now, bounds.waits_ms)
    }

    /// An account holder agreed for a machine line, which nobody was asked about.
    fn given_for_line(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        row: Option<&Put>,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let leaf = statement.leaf;
        let Some(policy) = self.policy_of(statement)? else {
            return Ok(());
        };
        let Some(row) = row else {
            self.note_if_erased(leaf, known)?;
            self.doubt(known, leaf, "terms", "the terms of a machine line are not there");
            return Ok(());
        };
        let Some(terms) = self.terms(statement, subject, row, known) else {
            return Ok(());
        };
        let party = self.parties.get(&terms.recipient);
        let bounds = match admit(&terms.purpose, party, &policy, statement.at) {
            Ok(bounds) => bounds,
            Err(why) => {
                self.doubt(known, leaf, "line", format!("expected `{why}`, found a consent"));
                return Ok(());
            }
        };
        let fits = bounds.machines && within_bounds(&terms, bounds) && !known.ended && known.has_room(statement.at);
        if !fits || known.account.is_none() || known.held(&terms.consent).is_some() {
            self.doubt(
                known,
                leaf,
                "line",
                "no account holder could agree to this for this line",
            );
        }
        let (from, until) = terms.reach(statement.at, bounds.waits_ms);
        let held = Held {
            id: terms.consent.clone(),
            recipient: terms.recipient.clone(),
            purpose: terms.purpose.clone(),
            put: leaf,
            terms: Some(terms),
            life: Life::Given {
                from,
                until,
                evidence: grade(HOLDER),
            },
            must_end: false,
            used: 0,
            spent: Vec::new(),
            circles: Vec::new(),
        };
        known.add(held, statement.at);
        Ok(())
    }

    /// The evidence must be there, and prove what the entry says.
    fn rests_on(
        &mut self,
        statement: &Statement,
        row: Option<&Put>,
        word: &str,
        known: &mut Known,
    ) -> Result<(), StoreError> {
        // A reply by text leaves nothing that could be verified: that it came is the home's own word.
        if matches!(word, "sms-reply" | "") {
            return Ok(());
        }
        let leaf = statement.leaf;
        let signature = match statement.text("consent").parse::<ConsentId>() {
            Ok(id) => self.rows.signature(id.to_bytes())?,
            Err(_) => None,
        };
        let (Some(signature), Some(row)) = (signature, row) else {
            self.note_if_erased(leaf, known)?;
            self.doubt(known, leaf, "evidence", "the signature that it rests on is not there");
            return Ok(());
        };
        // The terms were held against their entry when they were put; here it is who signed them.
        let Some(terms) = super::terms::Terms::read(&row.terms) else {
            return Ok(());
        };
        match proven(&signature, &terms, &row.terms) {
            Err(why) => self.differ(leaf, "evidence", why),
            Ok(proven) if proven != word => {
                self.differ(
                    leaf,
                    "evidence",
                    format!("expected `{word}`, found a proof of `{proven}`"),
                );
            }
            Ok(HOLDER) => {
                let account = known
                    .account
                    .as_deref()
                    .and_then(|account| account.parse::<AccountId>().ok());
                let record = match account {
                    Some(account) => self.rows.account(account.to_bytes())?,
                    None => None,
                };
                if !record.is_some_and(|record| is_holders(&signature, &record)) {
                    self.doubt(
                        known,
                        leaf,
                        "evidence",
                        "the key that signed is not the account holder's",
                    );
                }
            }
            Ok(_) => {}
        }
        Ok(())
    }
}

/// Whether an entry is about this consent's recipient, purpose and precision.
pub(super) fn is_of(statement: &Statement, held: &Held) -> bool {
    let metres = held.terms.as_ref().map(|terms| u64::from(terms.metres));
    statement.permission() == Some(&held.id)
        && statement.text("recipient") == held.recipient
        && statement.text("purpose") == held.purpose
        && metres.is_none_or(|metres| metres == statement.number("metres"))
}
