//! A question's life in the journal: it is put, signed, opened by a code, closed, or answered for a machine line.

use super::batch::{Batch, Verdict};
use super::change::Brief;
use super::changes::{Closing, Confirmation, Words};
use crate::decide::consent::{may_ask, within_bounds};
use crate::decide::{admit, may_carry};
use crate::facts::Line;
use crate::id::{AccountId, ConsentId, PartyId};
use crate::journal::entry::{Kind, hex};
use crate::journal::store::Cold;
use crate::journal::tree::sha256;
use crate::party::Caller;
use crate::permission::consent::{Consent, Life};
use crate::permission::evidence::{Grade, Signed};
use crate::permission::terms::Terms;
use crate::policy::{ConsentRule, Rule};
use crate::purpose::Purpose;
use crate::refusal::{Bound, Carriage, Refusal};
use crate::subject::{Subject, SubjectKey};
use crate::time::{Span, Timestamp};

impl Batch<'_> {
    pub(super) fn put(
        &mut self,
        (caller, elsewhere): (&Caller, bool),
        subject: Subject,
        terms: &Terms,
        (words, link, until): (&Words, [u8; 16], Timestamp),
        consent: Consent,
    ) -> Verdict {
        self.close_what_lapsed(subject.key);
        self.review(caller);
        let allowed = self.may_put(caller, subject, terms);
        // After whatever is the party's own fault: nothing that it sees depends on whose number it is.
        let allowed = allowed.and(if elsewhere {
            Err(Refusal::Carriage(Carriage::NotHome))
        } else {
            Ok(())
        });
        caller.proofs().for_each(|proof| {
            self.spend(Some(proof));
        });
        let canary = self.canaries.has(subject.key);
        let allowed = allowed.and(if canary { Err(Refusal::Never) } else { Ok(()) });
        // A stranger can have a question put in a party's name; that is no reason to suspend the party.
        let asked_by = matches!(consent.life, Life::Asked { vouched: true, .. }).then(|| caller.party());
        let added = allowed.and_then(|()| self.add(subject, consent));
        let kind = added.map_or(Kind::ConsentNotAsked, |()| Kind::ConsentAsked);
        let leaf = self.write_brief(
            kind,
            subject.key,
            terms.consent,
            &brief(terms, None),
            added.err().map(Refusal::code),
        );
        // A question that was held back to protect the person is kept where its recipient may look, and goes no further:
        // it must look like one that nobody answers.
        if added.is_ok() || added.is_err_and(Refusal::is_held_back) {
            self.keep(subject, terms, &words.text, link, until);
        }
        if let Err(reason) = added {
            let canary = canary && self.canary_was_asked(asked_by, leaf);
            return Verdict::Refused { reason, leaf, canary };
        }
        if let Some(person) = self.facts.people.get_mut(&subject.key) {
            person.count_question(self.now);
        }
        if words.texted {
            self.text(subject.number, &words.text, until, Some(terms.consent));
        }
        Verdict::Changed { leaf }
    }

    fn may_put(&self, caller: &Caller, subject: Subject, terms: &Terms) -> Result<(), Refusal> {
        let admitted = admit(caller, subject, &self.facts, self.policy, self.now)?;
        if caller.party() != terms.recipient || caller.purpose() != terms.purpose {
            return Err(Refusal::NotTheRecipient);
        }
        let relays: Vec<_> = terms.chain.relays.iter().map(|relay| relay.party).collect();
        may_carry(caller, &relays, &self.facts, self.now)?;
        let ending = |relay: &PartyId| {
            let standing = self.facts.parties.get(relay);
            standing.is_some_and(|standing| standing.is_ending(terms.purpose))
        };
        if relays.iter().any(ending) {
            return Err(Refusal::Carriage(Carriage::RelaySuspended));
        }
        let person = self.facts.people.get(&subject.key);
        may_ask(terms, person, &admitted, self.policy, self.now)
    }

    /// Whoever is mostly refused asks nobody any more until the operator has looked at it.
    fn review(&mut self, caller: &Caller) {
        let standing = self.facts.parties.get(&caller.party());
        let least = self.policy.questions.review_after;
        if standing.is_some_and(|standing| !standing.suspended && standing.tally.is_mostly_refused(least)) {
            self.suspend(caller.party(), true, Some("mostly-refused"));
        }
    }

    fn add(&mut self, subject: Subject, consent: Consent) -> Result<(), Refusal> {
        let now = self.now;
        let person = self.facts.people.entry(subject.key).or_default();
        // What the clock has ended makes room.
        person
            .consents
            .iter_mut()
            .filter(|old| matches!(old.life, Life::Given { .. }))
            .for_each(|old| old.life = old.life.at(now));
        if person.add(consent, now) {
            Ok(())
        } else {
            Err(Refusal::TooManyQuestions)
        }
    }

    fn keep(&mut self, subject: Subject, terms: &Terms, words: &str, link: [u8; 16], until: Timestamp) {
        self.cold.push(Cold::Question {
            subject,
            terms: Box::new(terms.clone()),
            words: words.to_owned(),
            link,
            until,
        });
    }

    /// Silence is an answer, also where nobody has closed the question yet.
    fn close_what_lapsed(&mut self, subject: SubjectKey) {
        let now = self.now;
        let person = self.facts.people.get(&subject);
        let open = person.into_iter().flat_map(|person| &person.consents);
        let lapsed: Vec<ConsentId> = open
            .filter(|consent| matches!(consent.life, Life::Asked { until, .. } if now >= until))
            .map(|consent| consent.id)
            .collect();
        for id in lapsed {
            self.close(subject, id, Closing::Silence);
        }
    }

    pub(super) fn close(&mut self, subject: SubjectKey, id: ConsentId, why: Closing) -> Verdict {
        self.turn_because(subject, id, Life::lapse, Some(why.word()))
    }

    pub(super) fn agree(
        &mut self,
        subject: SubjectKey,
        signed: &Signed,
        confirmation: Option<&Confirmation>,
    ) -> Verdict {
        let terms = signed.terms();
        let Some(consent) = self.open_question(subject, terms) else {
            return Verdict::NotApplicable;
        };
        let Some(rule) = self
            .consent_rule(terms.purpose)
            .filter(|rule| signed.grade() >= rule.least_grade)
        else {
            return Verdict::NotApplicable;
        };
        let (needs_reply, reach) = (consent.needs_reply(), consent.reach(rule.waits, self.now));
        let (replied, known) = match consent.life {
            Life::Asked { replied, signed, .. } => (replied, signed),
            _ => (false, None),
        };
        let verdict = if needs_reply && !replied {
            // A weaker signature never takes the place of a stronger one.
            if known >= Some(signed.grade()) {
                return Verdict::ReplyNeeded;
            }
            self.step(subject, terms.consent, |life, now| life.sign(signed.grade(), now))
        } else {
            self.turn(subject, terms.consent, |life, now| {
                life.give(signed.grade(), false, reach, now)
            })
        };
        let given = matches!(verdict, Verdict::Changed { .. });
        if matches!(verdict, Verdict::NotApplicable) {
            return verdict;
        }
        self.cold.push(Cold::Signature {
            consent: terms.consent,
            signed: Box::new(signed.clone()),
        });
        if let Some(Confirmation { to, words, until }) = confirmation.filter(|_| needs_reply && given) {
            self.text(*to, words, *until, None);
        }
        if given { verdict } else { Verdict::ReplyNeeded }
    }

    /// Whether the agreement with who asked ends: nobody agrees to anything new then, also to what was put before.
    pub(super) fn is_ending(&self, consent: &Consent) -> bool {
        let standing = self.facts.parties.get(&consent.recipient);
        standing.is_some_and(|standing| standing.is_ending(consent.purpose))
    }

    /// The open question that these terms describe.
    fn open_question(&self, subject: SubjectKey, terms: &Terms) -> Option<&Consent> {
        let consent = self.facts.people.get(&subject)?.consent(terms.consent)?;
        let open = matches!(consent.life.at(self.now), Life::Asked { .. });
        let stands = self.event_stands(subject, consent.event) && !self.is_ending(consent);
        (open && stands && consent.is_of(terms)).then_some(consent)
    }

    pub(super) fn consent_rule(&self, purpose: Purpose) -> Option<ConsentRule> {
        match self.policy.rule(purpose) {
            Rule::Consent(rule) => Some(rule),
            Rule::Unavailable | Rule::Forbidden => None,
        }
    }

    /// Half an answer: kept, and no entry, since nobody may do anything yet.
    pub(super) fn step(
        &mut self,
        subject: SubjectKey,
        id: ConsentId,
        next: impl Fn(Life, Timestamp) -> Option<Life>,
    ) -> Verdict {
        let now = self.now;
        let Some(consent) = self.consent_mut(subject, id) else {
            return Verdict::NotApplicable;
        };
        let Some(life) = next(consent.life, now) else {
            return Verdict::NotApplicable;
        };
        consent.life = life;
        self.cold.push(Cold::Life { consent: id, life });
        Verdict::Done
    }

    /// The code of a text opens the question on a page; a wrong one counts, as in a reply.
    pub(super) fn open(&mut self, subject: SubjectKey, id: ConsentId, code: &str) -> Verdict {
        let person = self.facts.people.get(&subject);
        let open = person
            .and_then(|person| person.consent(id))
            .is_some_and(|consent| matches!(consent.life.at(self.now), Life::Asked { .. }));
        if !open {
            return Verdict::NotApplicable;
        }
        let fits = self.keys.page_code(id) == code;
        if fits {
            self.step(subject, id, |life, now| Some(life.at(now).vouch()));
        } else {
            self.mistake(subject, id);
        }
        Verdict::Opened(fits)
    }

    pub(super) fn agree_for_line(
        &mut self,
        subject: Subject,
        account: AccountId,
        signed: &Signed,
        (words, link): (&str, [u8; 16]),
    ) -> Verdict {
        let terms = signed.terms();
        let until = self.now.after(Span::seconds(0));
        let allowed = self.may_agree_for(subject, account, signed);
        let added = allowed.and_then(|rule| self.add(subject, Consent::asked(terms, until)).map(|()| rule));
        let rule = match added {
            Ok(rule) => rule,
            Err(reason) => {
                let reason_word = Some(reason.code());
                let leaf = self.write_brief(
                    Kind::ConsentNotAsked,
                    subject.key,
                    terms.consent,
                    &brief(terms, None),
                    reason_word,
                );
                return Verdict::Refused {
                    reason,
                    leaf,
                    canary: false,
                };
            }
        };
        let reach = Consent::asked(terms, until).reach(rule.waits, self.now);
        let life = Life::Given {
            at: self.now,
            from: reach.from,
            until: reach.until,
            grade: Grade::AccountHolder,
            replied: false,
        };
        if let Some(consent) = self.consent_mut(subject.key, terms.consent) {
            consent.life = life;
        }
        let evidence = Some(Grade::AccountHolder.word().to_owned());
        let leaf = self.write_brief(
            Kind::ConsentGiven,
            subject.key,
            terms.consent,
            &brief(terms, evidence),
            None,
        );
        self.keep(subject, terms, words, link, until);
        self.cold.push(Cold::Life {
            consent: terms.consent,
            life,
        });
        self.cold.push(Cold::Signature {
            consent: terms.consent,
            signed: Box::new(signed.clone()),
        });
        Verdict::Changed { leaf }
    }

    fn may_agree_for(&self, subject: Subject, account: AccountId, signed: &Signed) -> Result<ConsentRule, Refusal> {
        let terms = signed.terms();
        let (standing, _) = crate::decide::approved(terms.recipient, terms.purpose, &self.facts, self.now)?;
        if standing.is_ending(terms.purpose) {
            return Err(Refusal::Programme(Bound::Ending));
        }
        let rule = self
            .consent_rule(terms.purpose)
            .filter(|rule| rule.machines && signed.grade() == Grade::AccountHolder);
        let rule = rule.ok_or(Refusal::PurposeUnavailable(terms.purpose))?;
        within_bounds(terms, &rule)?;
        let person = self.facts.people.get(&subject.key).ok_or(Refusal::NoPermission)?;
        if person.ended {
            return Err(Refusal::TenureEnded);
        }
        // A list that was signed once gives nothing a second time.
        if person.consent(terms.consent).is_some() {
            return Err(Refusal::NoPermission);
        }
        if person.line == (Line::Machine { account }) {
            Ok(rule)
        } else {
            Err(Refusal::NoPermission)
        }
    }
}

/// What the journal says of these terms.
fn brief(terms: &Terms, evidence: Option<String>) -> Brief {
    Brief {
        recipient: terms.recipient,
        purpose: terms.purpose.term(),
        metres: terms.precision.metres(),
        relays: terms.chain.relays.iter().map(|relay| relay.party).collect(),
        evidence,
        terms: Some(hex(&sha256(&[&terms.canonical()]))),
    }
}
