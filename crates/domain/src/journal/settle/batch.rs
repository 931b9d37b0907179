//! One batch while it is decided: the facts as the items before have left them, and the entries so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::mint::{Proofs, Replied};
use super::{Item, checkpoint_of};
use crate::ask::Ask;
use crate::chance::Chance;
use crate::decide::consent::probe_of;
use crate::decide::{Grant, decide};
use crate::facts::{Facts, Scope};
use crate::id::ConsentId;
use crate::journal::Leaf;
use crate::journal::entry::{Entry, Kind, Object, Part, hex, public_leaf};
use crate::journal::keys::{Keys, mac};
use crate::journal::store::{Cold, Head, Writes};
use crate::journal::tree::{Growth, Hash, leaf_hash};
use crate::locate::Failure;
use crate::minimise::Answer;
use crate::party::{Caller, ReplayKey};
use crate::permission::probe::remember;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::subject::SubjectKey;
use crate::time::Timestamp;

use super::mint::Recorded;

/// What was decided about an item, before the commit.
pub(super) enum Verdict {
    Granted {
        grant: Grant,
        leaf: Leaf,
        n: u64,
    },
    Refused {
        reason: Refusal,
        leaf: Leaf,
    },
    /// The key is that of the answer's digest, which its recipient gets.
    Released {
        leaf: Leaf,
        key: Hash,
    },
    Withheld {
        reason: Refusal,
    },
    Failed,
    Changed {
        leaf: Leaf,
    },
    Replied(Replied),
    NotApplicable,
    Done,
    Replayed,
}

/// An entry before it has a place.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) subject: Option<SubjectKey>,
    pub(super) closes: Option<(Leaf, u64)>,
    pub(super) party: String,
    pub(super) permission: Option<ConsentId>,
    pub(super) reason: Option<&'static str>,
    pub(super) carrier: Option<Arc<str>>,
}

pub(super) struct Batch<'a> {
    pub(super) now: Timestamp,
    /// The same as the entries' text.
    pub(super) at: String,
    pub(super) facts: Facts,
    pub(super) keys: &'a Keys,
    pub(super) policy: &'a Policy,
    pub(super) policy_hash: String,
    pub(super) cold: Vec<Cold>,
    chance: &'a mut dyn Chance,
    growth: Growth,
    entries: Vec<Entry>,
    /// The commitments of the entries' subject parts.
    subjects: Vec<Hash>,
    touched: BTreeSet<SubjectKey>,
    changes: Vec<(Leaf, Scope)>,
    spent: Vec<ReplayKey>,
    head_at: Timestamp,
}

impl<'a> Batch<'a> {
    pub(super) fn new(
        head: &Head,
        now: Timestamp,
        facts: Facts,
        keys: &'a Keys,
        policy: &'a Policy,
        chance: &'a mut dyn Chance,
    ) -> Self {
        Self {
            now,
            at: now.rfc3339(),
            facts,
            keys,
            policy,
            policy_hash: hex(&policy.hash()),
            cold: Vec::new(),
            chance,
            growth: Growth::from(&head.frontier),
            entries: Vec::new(),
            subjects: Vec::new(),
            touched: BTreeSet::new(),
            changes: Vec::new(),
            spent: Vec::new(),
            head_at: head.at,
        }
    }

    pub(super) fn decide(&mut self, item: &Item) -> Verdict {
        match item {
            Item::Ask(ask, caller) => self.ask(ask, caller),
            Item::Release(answer) => self.release(answer),
            Item::Fail(recorded, failure) => self.fail(recorded, *failure),
            Item::Change(change) => self.change(change),
            Item::Spend(proof) => {
                if self.spend(Some(*proof)) {
                    Verdict::Done
                } else {
                    Verdict::Replayed
                }
            }
            Item::Text { to, words, until } => {
                self.cold.push(Cold::Text {
                    to: *to,
                    words: words.clone(),
                    until: *until,
                });
                Verdict::Done
            }
        }
    }

    fn ask(&mut self, ask: &Ask, caller: &Caller) -> Verdict {
        let decision = decide(ask, caller, &self.facts, self.policy, self.now);
        self.spend(caller.proof());
        let subject = ask.subject().key;
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
                if let Refusal::Paused { consent, .. } = reason {
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
                Verdict::Refused { reason, leaf }
            }
        }
    }

    /// Spends one ask of a consent.
    fn use_up(&mut self, ask: &Ask, consent: ConsentId) {
        let now = self.now;
        if let Some(consent) = self.consent_mut(ask.subject().key, consent) {
            consent.spend(now);
            if let Some(probe) = probe_of(consent, ask.question(), now) {
                remember(&mut consent.probes, probe);
            }
        }
    }

    /// A release reads no permission again: whatever ended one since it was asked is a change after its leaf.
    fn release(&mut self, answer: &Answer) -> Verdict {
        let recorded = answer.recorded();
        let (ask, grant) = (recorded.ask(), recorded.grant());
        let ended = self
            .facts
            .changes
            .iter()
            .filter(|(leaf, _)| *leaf > recorded.leaf())
            .find_map(|(_, scope)| match scope {
                Scope::Consent(id) if *id == grant.consent => Some(Refusal::Withdrawn(*id)),
                Scope::Party(id) if *id == ask.recipient() => Some(Refusal::PartySuspended),
                Scope::Person(key) if *key == ask.subject().key => Some(Refusal::Paused {
                    consent: grant.consent,
                    origin: grant.origin,
                }),
                Scope::Consent(_) | Scope::Party(_) | Scope::Person(_) => None,
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

    fn fail(&mut self, recorded: &Recorded, failure: Failure) -> Verdict {
        let (ask, grant) = (recorded.ask(), recorded.grant());
        if failure.gives_back()
            && let Some(consent) = self.consent_mut(ask.subject().key, grant.consent)
        {
            consent.give_back(recorded.at());
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

    /// Uses a proof up; `false` if it was used before.
    pub(super) fn spend(&mut self, proof: Option<ReplayKey>) -> bool {
        let Some(proof) = proof else { return true };
        let fresh = self.facts.spent.insert(proof);
        if fresh {
            self.spent.push(proof);
        }
        fresh
    }

    pub(super) fn consent_mut(
        &mut self,
        subject: SubjectKey,
        id: ConsentId,
    ) -> Option<&mut crate::permission::consent::Consent> {
        self.touched.insert(subject);
        self.facts
            .people
            .get_mut(&subject)?
            .consents
            .iter_mut()
            .find(|consent| consent.id == id)
    }

    /// Notes that something ended, for releases that are in flight.
    pub(super) fn end(&mut self, leaf: Leaf, scope: Scope) {
        self.changes.push((leaf, scope));
        self.facts.changes.push((leaf, scope));
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
            .text("policy", &self.policy_hash)
            .text("purpose", ask.purpose().term())
            .text("question", ask.question().class())
            .shown("recipient", ask.recipient())
            .raw("relays", "[]")
            .number("v", 1)
            .finish()
    }

    /// Gives a draft its place: numbers it in the person's count, salts its parts, and grows the tree.
    pub(super) fn write(&mut self, draft: Draft) -> Leaf {
        let leaf = self.growth.size();
        let (n, previous, tag) = match (draft.subject, draft.closes) {
            (Some(subject), Some((asked, n))) => (Some(n), Some(asked), self.keys.tag(subject, n, true)),
            (Some(subject), None) => {
                self.touched.insert(subject);
                let person = self.facts.people.entry(subject).or_default();
                let previous = person.last_leaf.replace(leaf);
                person.count += 1;
                (
                    Some(person.count),
                    previous,
                    self.keys.tag(subject, person.count, false),
                )
            }
            (None, _) => (None, None, self.keys.tag_of_nobody(leaf)),
        };
        let subject_text = Object::new()
            .text_or_null("carrier", draft.carrier.as_deref())
            .number_or_null("n", n)
            .text_or_null("permission", draft.permission.map(|id| id.to_string()).as_deref())
            .text_or_null("reason", draft.reason)
            .number("v", 1)
            .finish();
        let entry = Entry {
            leaf,
            kind: draft.kind,
            at: self.now,
            subject: draft.subject,
            previous,
            closes: draft.closes.map(|(asked, _)| asked),
            tag,
            party: self.salted(draft.party),
            subject_part: self.salted(subject_text),
        };
        let subject = entry.subject_part.commitment();
        self.growth
            .push(leaf_hash(&public_leaf(&entry.tag, &entry.party.commitment(), &subject)));
        self.subjects.push(subject);
        self.entries.push(entry);
        leaf
    }

    fn salted(&mut self, text: String) -> Part {
        let mut salt = [0; 16];
        self.chance.fill(&mut salt);
        Part { salt, text }
    }

    /// What is to be written, and what is needed afterwards to hand out proofs.
    pub(super) fn finish(mut self) -> (Writes, Proofs) {
        let frontier = self.growth.after();
        let entries = Arc::new(self.entries);
        let checkpoint = (!entries.is_empty()).then(|| checkpoint_of(self.keys, &frontier));
        let at = if entries.is_empty() { self.head_at } else { self.now };
        let people = self
            .touched
            .iter()
            .filter_map(|key| self.facts.people.remove(key).map(|person| (*key, person)))
            .collect();
        let writes = Writes {
            entries: Arc::clone(&entries),
            people,
            changes: self.changes,
            spent: self.spent,
            cold: self.cold,
            head: Head { frontier, at },
            checkpoint: checkpoint.clone(),
        };
        (
            writes,
            Proofs {
                entries,
                subjects: self.subjects,
                growth: self.growth,
                checkpoint,
                at: self.now,
            },
        )
    }
}
