//! How permissions and parties change, item by item.

use super::asks::names;
use super::batch::{Batch, Draft, Verdict};
use super::changes::{Change, Closing};
use crate::facts::Scope;
use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::journal::entry::{Entry, Kind, Object, hex};
use crate::journal::store::Cold;
use crate::journal::tree::sha256;
use crate::permission::consent::{Consent, Life};
use crate::permission::evidence::Grade;
use crate::subject::SubjectKey;
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
                vouched,
                elsewhere,
            } => {
                let consent = Consent::asked(terms, *until).vouched(*vouched);
                self.put((caller, *elsewhere), *subject, terms, (words, *link, *until), consent)
            }
            Change::Agree {
                subject,
                signed,
                confirmation,
            } => self.agree(*subject, signed, confirmation.as_ref()),
            Change::Open { subject, consent, code } => self.open(*subject, *consent, code),
            Change::Close { subject, consent, why } => self.close(*subject, *consent, *why),
            Change::AgreeForLine {
                subject,
                account,
                signed,
                words,
                link,
            } => self.agree_for_line(*subject, *account, signed, (words, *link)),
            Change::Refuse { subject, consent } => self.turn(*subject, *consent, Life::refuse),
            Change::Withdraw { subject, consent } => self.withdraw(*subject, *consent),
            Change::Reply { subject, word } => Verdict::Replied(self.reply(*subject, word)),
            Change::PauseParty { .. }
            | Change::SimChanged { .. }
            | Change::EndTenure { .. }
            | Change::AttestLine { .. }
            | Change::SuspendPerson { .. }
            | Change::StopPassing { .. }
            | Change::HearStop(_)
            | Change::PauseRestored { .. } => self.change_person(change),
            Change::Policy { text } => self.change_policy(text),
            Change::Enrol { .. }
            | Change::Rekey { .. }
            | Change::Reapprove { .. }
            | Change::Suspend { .. }
            | Change::SuspendProgramme { .. }
            | Change::EndAgreement { .. } => self.change_party(change),
            Change::ReceiveNotice { .. } | Change::CloseNotice { .. } | Change::AttestDeletion { .. } => {
                self.change_notices(change)
            }
            Change::OpenEvent { .. } | Change::EndEvent { .. } | Change::BeginCall { .. } | Change::EndCall { .. } => {
                self.change_events(change)
            }
            Change::Abandon(asked) => self.abandon(asked),
            Change::DropReports { source, why, count } => self.drop_reports(source.as_deref(), why, *count),
            Change::Notice(notice) => self.notice(notice),
            Change::PlaceHold { .. } | Change::LiftHold { .. } | Change::Erase { .. } => self.keep_or_erase(change),
        }
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
        self.turn_because(subject, id, next, None)
    }

    pub(super) fn turn_because(
        &mut self,
        subject: SubjectKey,
        id: ConsentId,
        next: impl Fn(Life, Timestamp) -> Option<Life>,
        reason: Option<&'static str>,
    ) -> Verdict {
        let now = self.now;
        let Some(consent) = self.consent_mut(subject, id) else {
            return Verdict::NotApplicable;
        };
        let Some(life) = next(consent.life, now) else {
            return Verdict::NotApplicable;
        };
        let before = std::mem::replace(&mut consent.life, life);
        let (kind, evidence) = match life {
            Life::Given { grade, replied, .. } => (Kind::ConsentGiven, Some(evidence_words(grade, replied))),
            Life::Withdrawn { .. } | Life::Expired { .. } => (Kind::ConsentWithdrawn, None),
            Life::Refused { .. } => (Kind::ConsentRefused, None),
            Life::Asked { .. } | Life::Lapsed { .. } => (Kind::ConsentLapsed, None),
            Life::Void { .. } => (Kind::ConsentVoid, None),
        };
        let brief = Brief {
            recipient: consent.recipient,
            purpose: consent.purpose.term(),
            metres: consent.precision.metres(),
            relays: consent.relays.clone(),
            evidence,
            terms: None,
        };
        let leaf = self.write_brief(kind, subject, id, &brief, reason);
        self.cold.push(Cold::Life { consent: id, life });
        let counts = matches!(before, Life::Asked { vouched: true, .. });
        if counts && reason != Some(Closing::Undelivered.word()) {
            self.count_answer(subject, brief.recipient, life);
        }
        if life.is_over() {
            self.end(leaf, Scope::Consent(id));
        }
        if matches!(before, Life::Given { .. }) && matches!(life, Life::Withdrawn { .. } | Life::Void { .. }) {
            self.tell_relays(subject, id, reason);
        }
        Verdict::Changed { leaf }
    }

    /// An answer counts for who asked, and a no also for how soon they may ask again.
    fn count_answer(&mut self, subject: SubjectKey, party: PartyId, life: Life) {
        let given = matches!(life, Life::Given { .. });
        let now = self.now;
        if !given && let Some(person) = self.facts.people.get_mut(&subject) {
            person.remember_no(party, now);
        }
        self.cold.push(Cold::Tally { party, given });
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
            .text_or_null("purpose", string(text(&asked.party.text, "purpose")).as_deref())
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

    fn change_policy(&mut self, text: &str) -> Verdict {
        let hash = sha256(&[text.as_bytes()]);
        let party = Object::new()
            .text("at", &self.at)
            .text("kind", Kind::PolicyChanged.word())
            .text("policy", &hex(&hash))
            .number("v", 1)
            .finish();
        self.cold.push(Cold::Policy {
            hash,
            text: text.to_owned(),
        });
        let leaf = self.write_of_nobody(Kind::PolicyChanged, party);
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

    pub(super) fn write_brief(
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
            .text_or_null("evidence", brief.evidence.as_deref())
            .text("kind", kind.word())
            .number("metres", u64::from(brief.metres))
            .text("policy", self.policy_hash)
            .text("purpose", brief.purpose)
            .text("recipient", &brief.recipient.to_string())
            .raw("relays", &names(&brief.relays))
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

    /// Writes an entry that is about no person.
    pub(super) fn write_of_nobody(&mut self, kind: Kind, party: String) -> Leaf {
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
pub(super) struct Brief {
    pub(super) recipient: PartyId,
    pub(super) purpose: &'static str,
    pub(super) metres: u32,
    /// Who may carry asks and answers.
    pub(super) relays: Vec<PartyId>,
    /// The evidence, once given.
    pub(super) evidence: Option<String>,
    /// SHA-256 of the canonical terms, when the question is put: what is signed later is held against it.
    pub(super) terms: Option<String>,
}

/// The evidence of a consent as the journal names it: `handset-link`, or `handset-link+sms-reply`.
fn evidence_words(grade: Grade, replied: bool) -> String {
    if replied && grade != Grade::SmsReply {
        format!("{}+{}", grade.word(), Grade::SmsReply.word())
    } else {
        grade.word().to_owned()
    }
}
