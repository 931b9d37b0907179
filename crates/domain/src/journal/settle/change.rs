//! How permissions and parties change, item by item.

use super::batch::{Batch, Draft, Verdict};
use super::changes::Change;
use crate::decide::admit;
use crate::decide::consent::may_ask;
use crate::facts::Scope;
use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::journal::entry::{Entry, Kind, Object, hex};
use crate::journal::store::Cold;
use crate::journal::tree::sha256;
use crate::party::{Caller, Standing};
use crate::permission::consent::{Consent, Life};
use crate::permission::evidence::{Grade, Signed};
use crate::permission::terms::Terms;
use crate::purpose::Purpose;
use crate::refusal::Refusal;
use crate::subject::{Subject, SubjectKey};
use crate::time::Timestamp;

impl Batch<'_> {
    pub(super) fn change(&mut self, change: &Change) -> Verdict {
        match change {
            Change::Put {
                caller,
                subject,
                terms,
                words,
                link,
                until,
            } => self.put(caller, *subject, terms, (words, *link, *until)),
            Change::Agree { subject, signed } => self.agree(*subject, signed),
            Change::Refuse { subject, consent } => self.turn(*subject, *consent, Life::refuse),
            Change::Withdraw { subject, consent } => self.withdraw(*subject, *consent),
            Change::Reply { subject, word } => Verdict::Replied(self.reply(*subject, word)),
            Change::Enrol {
                party,
                client,
                record,
                purposes,
            } => self.enrol(*party, client, record, purposes),
            Change::Rekey {
                party,
                record,
                replaces,
            } => self.rekey(*party, record, *replaces),
            Change::Suspend { party, suspended } => self.suspend(*party, *suspended),
            Change::Abandon(asked) => self.abandon(asked),
            Change::DropReports { source, why, count } => self.drop_reports(source.as_deref(), why, *count),
        }
    }

    fn put(
        &mut self,
        caller: &Caller,
        subject: Subject,
        terms: &Terms,
        (words, link, until): (&str, [u8; 16], Timestamp),
    ) -> Verdict {
        let allowed = admit(caller, subject, &self.facts, self.policy).and_then(|rule| {
            if caller.party() != terms.recipient || caller.purpose() != terms.purpose {
                return Err(Refusal::NotTheRecipient);
            }
            may_ask(terms, self.facts.people.get(&subject.key), &rule, self.now)
        });
        self.spend(caller.proof());
        let added = allowed.and_then(|()| {
            let now = self.now;
            let person = self.facts.people.entry(subject.key).or_default();
            // What the clock has ended makes room too.
            person
                .consents
                .iter_mut()
                .for_each(|consent| consent.life = consent.life.at(now));
            if person.add(Consent::asked(terms, until)) {
                Ok(())
            } else {
                Err(Refusal::TooManyQuestions)
            }
        });
        let kind = added.map_or(Kind::ConsentNotAsked, |()| Kind::ConsentAsked);
        let brief = Brief {
            recipient: terms.recipient,
            purpose: terms.purpose.term(),
            metres: terms.precision.metres(),
            evidence: None,
            terms: Some(hex(&sha256(&[&terms.canonical()]))),
        };
        let leaf = self.write_brief(kind, subject.key, terms.consent, &brief, added.err().map(Refusal::code));
        // A question that was held back to protect the person is kept where its recipient may look, and goes no further:
        // it must look like one that nobody answers.
        if matches!(added, Ok(()) | Err(Refusal::TooManyQuestions)) {
            self.cold.push(Cold::Question {
                subject,
                terms: Box::new(terms.clone()),
                words: words.to_owned(),
                link,
                until,
            });
        }
        if let Err(reason) = added {
            return Verdict::Refused { reason, leaf };
        }
        self.cold.push(Cold::Text {
            to: subject.number,
            words: words.to_owned(),
            until,
        });
        Verdict::Changed { leaf }
    }

    fn agree(&mut self, subject: SubjectKey, signed: &Signed) -> Verdict {
        let terms = signed.terms();
        let unchanged = self
            .facts
            .people
            .get(&subject)
            .and_then(|person| person.consent(terms.consent))
            .is_some_and(|consent| {
                let plain = Consent::asked(terms, self.now);
                Consent {
                    life: plain.life,
                    used: 0,
                    recent: Vec::new(),
                    probes: Vec::new(),
                    ..consent.clone()
                } == plain
            });
        if !unchanged {
            return Verdict::NotApplicable;
        }
        let lasts = terms.lasts;
        let verdict = self.turn(subject, terms.consent, |life, now| {
            life.give(Grade::HandsetLink, lasts, now)
        });
        if let Verdict::Changed { .. } = verdict {
            self.cold.push(Cold::Signature {
                consent: terms.consent,
                signed: Box::new(signed.clone()),
            });
        }
        verdict
    }

    /// Who stops one consent stops the company: what else it was given for the same purpose ends too, so that its very
    /// next ask is refused.
    fn withdraw(&mut self, subject: SubjectKey, id: ConsentId) -> Verdict {
        let verdict = self.turn(subject, id, Life::withdraw);
        if let Verdict::Changed { .. } = verdict {
            for twin in self.twins(subject, id) {
                self.turn(subject, twin, Life::withdraw);
            }
        }
        verdict
    }

    /// The other consents that hold for the same recipient and purpose.
    fn twins(&self, subject: SubjectKey, id: ConsentId) -> Vec<ConsentId> {
        let Some(person) = self.facts.people.get(&subject) else {
            return Vec::new();
        };
        let Some(named) = person.consent(id) else {
            return Vec::new();
        };
        let same =
            |other: &&Consent| other.id != id && other.recipient == named.recipient && other.purpose == named.purpose;
        let given = |other: &&Consent| matches!(other.life.at(self.now), Life::Given { .. });
        person
            .consents
            .iter()
            .filter(same)
            .filter(given)
            .map(|other| other.id)
            .collect()
    }

    /// Moves one consent to its next state, if it has one, and writes that down.
    pub(super) fn turn(
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
        let (kind, evidence, reason) = match life {
            Life::Given { grade, .. } => (Kind::ConsentGiven, Some(grade.word()), None),
            Life::Withdrawn { .. } | Life::Expired { .. } => (Kind::ConsentWithdrawn, None, None),
            Life::Refused { .. } => (Kind::ConsentRefused, None, None),
            Life::Asked { .. } | Life::Lapsed { .. } => (Kind::ConsentRefused, None, Some("wrong-codes")),
        };
        let brief = Brief {
            recipient: consent.recipient,
            purpose: consent.purpose.term(),
            metres: consent.precision.metres(),
            evidence,
            terms: None,
        };
        let leaf = self.write_brief(kind, subject, id, &brief, reason);
        self.cold.push(Cold::Life { consent: id, life });
        if life.is_over() {
            self.end(leaf, Scope::Consent(id));
        }
        Verdict::Changed { leaf }
    }

    /// A party is enrolled once: a second time could lift its suspension in silence.
    fn enrol(&mut self, party: PartyId, client: &str, record: &str, purposes: &[Purpose]) -> Verdict {
        if self.facts.parties.contains_key(&party) {
            return Verdict::NotApplicable;
        }
        self.facts.parties.insert(
            party,
            Standing {
                purposes: purposes.to_vec(),
                suspended: false,
            },
        );
        self.cold.push(Cold::Party {
            party,
            client: client.to_owned(),
            record: record.to_owned(),
        });
        let record = hex(&sha256(&[record.as_bytes()]));
        let leaf = self.write_party(Kind::PartyEnrolled, party, Some(&record));
        Verdict::Changed { leaf }
    }

    fn rekey(&mut self, party: PartyId, record: &str, replaces: [u8; 32]) -> Verdict {
        if !self.facts.parties.contains_key(&party) {
            return Verdict::NotApplicable;
        }
        self.cold.push(Cold::Keys {
            party,
            record: record.to_owned(),
            replaces,
        });
        let record = hex(&sha256(&[record.as_bytes()]));
        let leaf = self.write_party(Kind::PartyKeys, party, Some(&record));
        Verdict::Changed { leaf }
    }

    fn suspend(&mut self, party: PartyId, suspended: bool) -> Verdict {
        let Some(standing) = self.facts.parties.get_mut(&party) else {
            return Verdict::NotApplicable;
        };
        if standing.suspended == suspended {
            return Verdict::NotApplicable;
        }
        standing.suspended = suspended;
        self.cold.push(Cold::Suspended { party, suspended });
        let kind = if suspended {
            Kind::PartySuspended
        } else {
            Kind::PartyResumed
        };
        let leaf = self.write_party(kind, party, None);
        if suspended {
            self.end(leaf, Scope::Party(party));
        }
        Verdict::Changed { leaf }
    }

    fn abandon(&mut self, asked: &Entry) -> Verdict {
        let text = |part: &str, key: &str| -> Option<serde_json::Value> {
            serde_json::from_str::<serde_json::Value>(part).ok()?.get(key).cloned()
        };
        let string = |value: Option<serde_json::Value>| value.and_then(|v| v.as_str().map(str::to_owned));
        let party = Object::new()
            .text_or_null("ask", string(text(&asked.party.text, "ask")).as_deref())
            .number("asked", asked.leaf)
            .text("at", &self.at)
            .text("kind", Kind::Abandoned.word())
            .text_or_null("recipient", string(text(&asked.party.text, "recipient")).as_deref())
            .number("v", 1)
            .finish();
        let n = text(&asked.subject_part.text, "n")
            .and_then(|n| n.as_u64())
            .unwrap_or_default();
        let permission = string(text(&asked.subject_part.text, "permission")).and_then(|id| id.parse().ok());
        let leaf = self.write(Draft {
            kind: Kind::Abandoned,
            subject: asked.subject,
            closes: Some((asked.leaf, n)),
            party,
            permission,
            reason: Some("crash"),
            carrier: None,
        });
        Verdict::Changed { leaf }
    }

    fn drop_reports(&mut self, source: Option<&str>, why: &str, count: u64) -> Verdict {
        let party = Object::new()
            .text("at", &self.at)
            .number("count", count)
            .text("kind", Kind::ReportDropped.word())
            .text_or_null("source", source)
            .number("v", 1)
            .text("why", why)
            .finish();
        let leaf = self.write_of_nobody(Kind::ReportDropped, party);
        Verdict::Changed { leaf }
    }

    fn write_brief(
        &mut self,
        kind: Kind,
        subject: SubjectKey,
        id: ConsentId,
        brief: &Brief,
        reason: Option<&'static str>,
    ) -> Leaf {
        let party = Object::new()
            .text("at", &self.at)
            .text("consent", &id.to_string())
            .text_or_null("evidence", brief.evidence)
            .text("kind", kind.word())
            .number("metres", u64::from(brief.metres))
            .text("policy", &self.policy_hash)
            .text("purpose", brief.purpose)
            .text("recipient", &brief.recipient.to_string())
            .raw("relays", "[]")
            .text_or_null("terms", brief.terms.as_deref())
            .number("v", 1)
            .finish();
        self.write(Draft {
            kind,
            subject: Some(subject),
            closes: None,
            party,
            permission: Some(id),
            reason,
            carrier: None,
        })
    }

    fn write_party(&mut self, kind: Kind, party: PartyId, record: Option<&str>) -> Leaf {
        let text = Object::new()
            .text("at", &self.at)
            .text("kind", kind.word())
            .text("party", &party.to_string())
            .text_or_null("record", record)
            .number("v", 1)
            .finish();
        self.write_of_nobody(kind, text)
    }

    /// Writes an entry that is about no person.
    fn write_of_nobody(&mut self, kind: Kind, party: String) -> Leaf {
        self.write(Draft {
            kind,
            subject: None,
            closes: None,
            party,
            permission: None,
            reason: None,
            carrier: None,
        })
    }
}

/// What the journal says of a consent besides its id.
struct Brief {
    recipient: PartyId,
    purpose: &'static str,
    metres: u32,
    /// The grade of the evidence, once given.
    evidence: Option<&'static str>,
    /// SHA-256 of the canonical terms, when the question is put: what is signed later is held against it.
    terms: Option<String>,
}
