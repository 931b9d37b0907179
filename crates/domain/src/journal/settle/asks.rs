//! An ask in the journal: decided and recorded, and ended by an answer, by what withholds it, or by a failure.

use std::fmt::Write as _;

use super::batch::{Batch, Draft, Verdict};
use super::mint::Recorded;
use crate::ask::{Ask, Question};
use crate::decide::consent::{probe_of, withdrawn};
use crate::decide::{Grant, Permission, decide, would_rest_on};
use crate::event::Rest;
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
use crate::refusal::{Bound, Carriage, Refusal};

impl Batch<'_> {
    pub(super) fn ask(&mut self, ask: &Ask, caller: &Caller) -> Verdict {
        let subject = ask.subject().key;
        let canary = self.canaries.has(subject);
        let decision = decide(ask, caller, &self.facts, self.policy, self.now);
        let decision = decision.and_then(|grant| if canary { Err(Refusal::NoPermission) } else { Ok(grant) });
        caller.proofs().for_each(|proof| {
            self.spend(Some(proof));
        });
        match decision {
            Ok(grant) => {
                self.use_up(ask, &grant);
                let party = self.party_part(ask, Kind::Asked, None, None, None);
                let leaf = self.write(Draft {
                    kind: Kind::Asked,
                    subject: Some(subject),
                    closes: None,
                    party,
                    permission: grant.permission.consent(),
                    reason: None,
                    carrier: None,
                });
                let n = self.facts.people.get(&subject).map_or(0, |person| person.count);
                Verdict::Granted { grant, leaf, n }
            }
            Err(reason) => {
                // A phone that is off would have been asked, and the ask been spent: a pause must not cost less.
                if let Refusal::Paused { consent, .. } | Refusal::WithdrawnUnseen { consent, .. } = reason {
                    self.use_up_consent(ask, consent);
                    let rest = would_rest_on(ask, caller, consent, &self.facts, self.policy, self.now);
                    self.use_up_event(ask, rest);
                    self.count_for_programme(ask.recipient(), ask.purpose(), self.now);
                }
                if reason == Refusal::StoppedUnseen {
                    self.count_for_programme(ask.recipient(), ask.purpose(), self.now);
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
                // What a party did not ask now is no reason to suspend it.
                let asked_now = !matches!(reason, Refusal::Replayed | Refusal::Carriage(_));
                let canary = canary && asked_now && self.canary_was_asked(Some(caller.party()), leaf);
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

    /// Spends one ask of what covers it, of the event that it rests on, and of the programme's hour.
    fn use_up(&mut self, ask: &Ask, grant: &Grant) {
        let now = self.now;
        if let Permission::Consent(consent) = grant.permission {
            self.use_up_consent(ask, consent);
        }
        if grant.permission == Permission::Home {
            self.note_passed(ask);
        }
        self.use_up_event(ask, grant.event);
        self.count_for_programme(ask.recipient(), ask.purpose(), now);
    }

    /// Spends one ask of an event. What is only passed on asks for no position, and costs nothing here.
    fn use_up_event(&mut self, ask: &Ask, rest: Option<Rest>) {
        let subject = ask.subject().key;
        let counts = !matches!(ask.question(), Question::PassOn { .. });
        let person = self.facts.people.get_mut(&subject);
        let events = person.into_iter().flat_map(|person| &mut person.events);
        let told = events.into_iter().find(|event| Some(event.rest()) == rest);
        if let Some(event) = told.filter(|_| counts) {
            event.used = event.used.saturating_add(1);
            self.touched.insert(subject);
        }
    }

    /// Spends one ask of a consent.
    fn use_up_consent(&mut self, ask: &Ask, consent: ConsentId) {
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
        let ended = self
            .facts
            .changes
            .iter()
            .filter(|(leaf, _)| *leaf > recorded.leaf())
            .find_map(|(_, scope)| ended_by(*scope, ask, grant));
        let ended = ended.or((self.now >= grant.until).then(|| out_of_time(grant)));
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
            permission: grant.permission.consent(),
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
            && grant.permission != Permission::Home
            && let Some(person) = self.facts.people.get_mut(&subject)
        {
            person.give_back(grant.permission.consent(), recorded.at());
            let told = person.events.iter_mut().find(|event| Some(event.rest()) == grant.event);
            if let Some(event) = told {
                event.used = event.used.saturating_sub(1);
            }
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
            permission: grant.permission.consent(),
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
        let object = Object::new()
            .text_or_null("answer", digest.as_ref().map(|digest| hex(digest)).as_deref())
            .shown("ask", ask.id())
            .number_or_null("asked", asked)
            .text("at", &self.at);
        // How it came stands where it is decided; its end names that entry.
        let came = Some(ask.how()).filter(|_| matches!(kind, Kind::Asked | Kind::Refused));
        let object = match came.and_then(|how| how.bearer) {
            Some(bearer) => object.shown("bearer", bearer),
            None => object,
        };
        let object = match ask.how().event {
            Some(event) => object.text("event", &hex(&event.to_bytes())),
            None => object,
        };
        // Which of the recipient's keys alone can open the answer.
        let seal = outcome
            .filter(|_| kind == Kind::Answered)
            .and_then(|(_, grant)| grant.seal);
        let object = object.text("kind", kind.word());
        let object = match came.and_then(|how| how.digest) {
            Some(digest) => object.text("letter", &hex(&digest)),
            None => object,
        };
        let object = object
            .number_or_null("metres", outcome.map(|(_, grant)| u64::from(grant.precision.metres())))
            .text_or_null("outcome", outcome.map(|(outcome, _)| outcome))
            .text("policy", self.policy_hash)
            .text("purpose", ask.purpose().term())
            .text("question", ask.question().class())
            .shown("recipient", ask.recipient())
            .raw("relays", &names(&ask.how().relays));
        let object = match seal {
            Some(seal) => object.text("seal", &hex(&seal)),
            None => object,
        };
        object.number("v", 1).finish()
    }
}

/// What a change since it was asked is to an ask in flight, if it ends what the ask rests on.
fn ended_by(scope: Scope, ask: &Ask, grant: &Grant) -> Option<Refusal> {
    let (subject, recipient) = (ask.subject().key, ask.recipient());
    let paused = || match grant.permission {
        Permission::Consent(consent) => Refusal::Paused {
            consent,
            origin: grant.origin,
        },
        Permission::Home if ask.purpose().ends_unseen() => Refusal::StoppedUnseen,
        Permission::Home => Refusal::Never,
    };
    match scope {
        Scope::Consent(id) if grant.permission == Permission::Consent(id) => {
            Some(withdrawn(ask.purpose(), id, grant.origin))
        }
        Scope::Party(id) if id == recipient => Some(Refusal::PartySuspended),
        Scope::Party(id) if ask.how().relays.contains(&id) => Some(Refusal::Carriage(Carriage::RelaySuspended)),
        Scope::Programme(id, purpose) if purpose == ask.purpose() && id == recipient => {
            Some(Refusal::Programme(Bound::Suspended))
        }
        Scope::Programme(id, purpose) if purpose == ask.purpose() && ask.how().relays.contains(&id) => {
            Some(Refusal::Carriage(Carriage::RelaySuspended))
        }
        Scope::Person(key) if key == subject => Some(paused()),
        Scope::Pair(key, party) if key == subject && party == recipient => Some(paused()),
        Scope::Party(id) if grant.event.is_some_and(|rest| rest.source == id) => {
            Some(Refusal::Programme(Bound::NoEvent))
        }
        Scope::Event(key, event) if key == subject && grant.event.is_some_and(|rest| rest.key == event) => {
            Some(Refusal::Programme(Bound::NoEvent))
        }
        Scope::Suspended(key) if key == subject => Some(Refusal::PersonSuspended),
        Scope::Consent(_)
        | Scope::Party(_)
        | Scope::Programme(..)
        | Scope::Person(_)
        | Scope::Pair(..)
        | Scope::Event(..)
        | Scope::Suspended(_) => None,
    }
}

/// The permission, or the ask itself, ran out while the source was asked.
const fn out_of_time(grant: &Grant) -> Refusal {
    match grant.permission {
        Permission::Consent(id) => Refusal::Expired(id),
        Permission::Home => Refusal::Carriage(Carriage::Stale),
    }
}

/// Parties as a list of canonical JSON.
pub(super) fn names(parties: &[PartyId]) -> String {
    let mut list = String::from("[");
    for (index, party) in parties.iter().enumerate() {
        if index > 0 {
            list.push(',');
        }
        // Writing to a string never fails.
        let _ = write!(list, "\"{party}\"");
    }
    list.push(']');
    list
}
