//! An ask in the journal: decided and recorded, and ended by an answer, by what withholds it, or by a failure.

use super::batch::{Batch, Draft, Verdict};
use super::mint::Recorded;
use crate::ask::Ask;
use crate::decide::consent::{probe_of, withdrawn};
use crate::decide::{Grant, decide};
use crate::facts::Scope;
use crate::id::{ConsentId, PartyId};
use crate::journal::Leaf;
use crate::journal::entry::{Kind, Object, hex};
use crate::journal::keys::mac;
use crate::journal::tree::Hash;
use crate::locate::Failure;
use crate::minimise::Answer;
use crate::party::Caller;
use crate::permission::probe::remember;
use crate::refusal::Refusal;

impl Batch<'_> {
    pub(super) fn ask(&mut self, ask: &Ask, caller: &Caller) -> Verdict {
        let subject = ask.subject().key;
        let canary = self.canaries.has(subject);
        let decision = decide(ask, caller, &self.facts, self.policy, self.now);
        let decision = decision.and_then(|grant| if canary { Err(Refusal::NoPermission) } else { Ok(grant) });
        self.spend(caller.proof());
        match decision {
            Ok(grant) => {
                self.use_up(ask, grant.consent);
                let party = self.party_part(ask, Kind::Asked, None, None, None);
                let leaf = self.write(Draft {
                    kind: Kind::Asked,
                    subject: Some(subject),
                    closes: None,
                    party,
                    permission: Some(grant.consent),
                    reason: None,
                    carrier: None,
                });
                let n = self.facts.people.get(&subject).map_or(0, |person| person.count);
                Verdict::Granted { grant, leaf, n }
            }
            Err(reason) => {
                // A phone that is off would have been asked, and the ask been spent: a pause must not cost less.
                if let Refusal::Paused { consent, .. } | Refusal::WithdrawnUnseen { consent, .. } = reason {
                    self.use_up(ask, consent);
                }
                let party = self.party_part(ask, Kind::Refused, None, None, None);
                let leaf = self.write(Draft {
                    kind: Kind::Refused,
                    subject: Some(subject),
                    closes: None,
                    party,
                    permission: reason.consent(),
                    reason: Some(reason.code()),
                    carrier: None,
                });
                let canary = canary && self.canary_was_asked(Some(caller.party()), leaf);
                Verdict::Refused { reason, leaf, canary }
            }
        }
    }

    /// Nobody can have a reason to ask about a canary: the party is suspended, if it is known to have asked. Whether
    /// somebody has to be told, since it was not suspended already.
    pub(super) fn canary_was_asked(&mut self, party: Option<PartyId>, asked: Leaf) -> bool {
        let told =
            party.is_none_or(|party| matches!(self.suspend(party, true, Some("canary")), Verdict::Changed { .. }));
        if told {
            let text = Object::new()
                .text("at", &self.at)
                .text("kind", Kind::CanaryAsked.word())
                .number("leaf", asked)
                .text_or_null("party", party.map(|party| party.to_string()).as_deref())
                .number("v", 1)
                .finish();
            self.write_of_nobody(Kind::CanaryAsked, text);
        }
        told
    }

    /// Spends one ask of a consent.
    fn use_up(&mut self, ask: &Ask, consent: ConsentId) {
        let (now, subject) = (self.now, ask.subject().key);
        self.touched.insert(subject);
        let person = self.facts.people.get_mut(&subject);
        if let Some(consent) = person.and_then(|person| person.spend(consent, now))
            && let Some(probe) = probe_of(consent, ask.question(), now)
        {
            remember(&mut consent.probes, probe);
        }
    }

    /// A release reads no permission again: whatever ended one since it was asked is a change after its leaf.
    pub(super) fn release(&mut self, answer: &Answer) -> Verdict {
        let recorded = answer.recorded();
        let (ask, grant) = (recorded.ask(), recorded.grant());
        let paused = Refusal::Paused {
            consent: grant.consent,
            origin: grant.origin,
        };
        let ended = self
            .facts
            .changes
            .iter()
            .filter(|(leaf, _)| *leaf > recorded.leaf())
            .find_map(|(_, scope)| match scope {
                Scope::Consent(id) if *id == grant.consent => Some(withdrawn(ask.purpose(), *id, grant.origin)),
                Scope::Party(id) if *id == ask.recipient() => Some(Refusal::PartySuspended),
                Scope::Person(key) if *key == ask.subject().key => Some(paused),
                Scope::Pair(key, party) if *key == ask.subject().key && *party == ask.recipient() => Some(paused),
                Scope::Consent(_) | Scope::Party(_) | Scope::Person(_) | Scope::Pair(..) => None,
            });
        let ended = ended.or((self.now >= grant.until).then_some(Refusal::Expired(grant.consent)));
        let kind = if ended.is_some() {
            Kind::Withheld
        } else {
            Kind::Answered
        };
        let key = self.keys.answer_key(ask.id());
        let digest = ended.is_none().then(|| mac(&key, answer.canonical().as_bytes()));
        let outcome = if ended.is_none() { answer.outcome() } else { "withheld" };
        let party = self.party_part(ask, kind, Some(recorded.leaf()), digest, Some((outcome, grant)));
        let leaf = self.write(Draft {
            kind,
            subject: Some(ask.subject().key),
            closes: Some((recorded.leaf(), recorded.n())),
            party,
            permission: Some(grant.consent),
            reason: ended.map(Refusal::code),
            carrier: Some(answer.source()),
        });
        match ended {
            None => Verdict::Released { leaf, key },
            Some(reason) => Verdict::Withheld { reason },
        }
    }

    pub(super) fn fail(&mut self, recorded: &Recorded, failure: Failure) -> Verdict {
        let (ask, grant) = (recorded.ask(), recorded.grant());
        let subject = ask.subject().key;
        if failure.gives_back()
            && let Some(person) = self.facts.people.get_mut(&subject)
        {
            person.give_back(grant.consent, recorded.at());
            self.touched.insert(subject);
        }
        let party = self.party_part(
            ask,
            Kind::Failed,
            Some(recorded.leaf()),
            None,
            Some(("no-position", grant)),
        );
        self.write(Draft {
            kind: Kind::Failed,
            subject: Some(ask.subject().key),
            closes: Some((recorded.leaf(), recorded.n())),
            party,
            permission: Some(grant.consent),
            reason: Some(failure.code()),
            carrier: None,
        });
        Verdict::Failed
    }

    fn party_part(
        &self,
        ask: &Ask,
        kind: Kind,
        asked: Option<Leaf>,
        digest: Option<Hash>,
        outcome: Option<(&str, &Grant)>,
    ) -> String {
        Object::new()
            .text_or_null("answer", digest.as_ref().map(|digest| hex(digest)).as_deref())
            .shown("ask", ask.id())
            .number_or_null("asked", asked)
            .text("at", &self.at)
            .text("kind", kind.word())
            .number_or_null("metres", outcome.map(|(_, grant)| u64::from(grant.precision.metres())))
            .text_or_null("outcome", outcome.map(|(outcome, _)| outcome))
            .text("policy", self.policy_hash)
            .text("purpose", ask.purpose().term())
            .text("question", ask.question().class())
            .shown("recipient", ask.recipient())
            .raw("relays", "[]")
            .number("v", 1)
            .finish()
    }
}
