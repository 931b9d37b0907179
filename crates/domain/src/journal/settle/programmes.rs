//! How parties and their programmes change: enrolled, given other keys or other approvals, suspended, and ended.

use super::batch::{Batch, Verdict};
use super::changes::Change;
use crate::facts::Scope;
use crate::id::PartyId;
use crate::journal::Leaf;
use crate::journal::entry::{Kind, Object, hex};
use crate::journal::store::Cold;
use crate::journal::tree::{Hash, sha256};
use crate::party::{Ending, Standing, Tally, standing_of};
use crate::programme::Programme;
use crate::purpose::Purpose;
use crate::subject::SubjectKey;
use crate::time::Timestamp;

impl Batch<'_> {
    pub(super) fn change_party(&mut self, change: &Change) -> Verdict {
        match change {
            Change::Enrol {
                party,
                client,
                record,
                programmes,
                seal,
            } => self.enrol(*party, (client, record), programmes, *seal),
            Change::Rekey {
                party,
                record,
                replaces,
            } => self.rekey(*party, record, *replaces),
            Change::Reapprove {
                party,
                record,
                replaces,
            } => self.reapprove(*party, record, *replaces),
            Change::Suspend { party, suspended, why } => self.suspend(*party, *suspended, *why),
            Change::SuspendProgramme {
                party,
                purpose,
                suspended,
                why,
            } => self.suspend_programme(*party, *purpose, *suspended, *why),
            Change::EndAgreement { party, ending } => self.end_agreement(*party, ending),
            _ => Verdict::NotApplicable,
        }
    }

    /// A party is enrolled once: a second time could lift its suspension in silence.
    fn enrol(
        &mut self,
        party: PartyId,
        (client, record): (&str, &str),
        programmes: &[Programme],
        seal: Option<Hash>,
    ) -> Verdict {
        if self.facts.parties.contains_key(&party) {
            return Verdict::NotApplicable;
        }
        let standing = Standing {
            programmes: programmes.to_vec(),
            seals: seal.into_iter().collect(),
            ..Standing::approved(&[])
        };
        self.facts.parties.insert(party, standing);
        self.cold.push(Cold::Party {
            party,
            client: client.to_owned(),
            record: record.to_owned(),
        });
        let record = hex(&sha256(&[record.as_bytes()]));
        let leaf = self.write_party(Kind::PartyEnrolled, party, None, Some(&record), None);
        Verdict::Changed { leaf }
    }

    fn rekey(&mut self, party: PartyId, record: &str, replaces: [u8; 32]) -> Verdict {
        if !self.facts.parties.contains_key(&party) {
            return Verdict::NotApplicable;
        }
        let record = self.rerecord(party, record, replaces);
        let leaf = self.write_party(Kind::PartyKeys, party, None, Some(&record), None);
        Verdict::Changed { leaf }
    }

    /// The new bounds hold from here on: for what is decided later in this batch, and, where they allow less, for what is
    /// in flight.
    fn reapprove(&mut self, party: PartyId, record: &str, replaces: [u8; 32]) -> Verdict {
        let now = self.now;
        let Some(standing) = self.facts.parties.get_mut(&party) else {
            return Verdict::NotApplicable;
        };
        // A record that cannot be read approves nothing.
        let approved = standing_of(record, now).map_or_else(Vec::new, |standing| standing.programmes);
        let narrowed = standing.reapprove(approved);
        let record = self.rerecord(party, record, replaces);
        let terms = narrowed.iter().map(|purpose| format!("\"{purpose}\""));
        let text = Object::new()
            .text("at", &self.at)
            .text("kind", Kind::PartyApproved.word())
            .raw("narrowed", &format!("[{}]", terms.collect::<Vec<_>>().join(",")))
            .shown("party", party)
            .text("record", &record)
            .number("v", 1)
            .finish();
        let leaf = self.write_of_nobody(Kind::PartyApproved, text);
        for purpose in narrowed {
            self.end(leaf, Scope::Programme(party, purpose));
        }
        Verdict::Changed { leaf }
    }

    /// Keeps a party's new record: its hash, as entries name it.
    fn rerecord(&mut self, party: PartyId, record: &str, replaces: [u8; 32]) -> String {
        self.cold.push(Cold::Keys {
            party,
            record: record.to_owned(),
            replaces,
        });
        hex(&sha256(&[record.as_bytes()]))
    }

    pub(super) fn suspend(&mut self, party: PartyId, suspended: bool, reason: Option<&str>) -> Verdict {
        let Some(standing) = self.facts.parties.get_mut(&party) else {
            return Verdict::NotApplicable;
        };
        if standing.suspended == suspended {
            return Verdict::NotApplicable;
        }
        standing.suspended = suspended;
        standing.tally = Tally::default();
        self.cold.push(Cold::Suspended { party, suspended });
        self.because((party, None), suspended, reason);
        let leaf = self.write_party(kind_of(suspended), party, None, None, reason);
        if suspended {
            self.end(leaf, Scope::Party(party));
        }
        Verdict::Changed { leaf }
    }

    pub(super) fn suspend_programme(
        &mut self,
        party: PartyId,
        purpose: Purpose,
        suspended: bool,
        reason: Option<&str>,
    ) -> Verdict {
        let standing = self.facts.parties.get_mut(&party);
        let programmes = standing.into_iter().flat_map(|standing| &mut standing.programmes);
        let Some(programme) = programmes.into_iter().find(|programme| programme.purpose == purpose) else {
            return Verdict::NotApplicable;
        };
        if programme.suspended == suspended {
            return Verdict::NotApplicable;
        }
        programme.suspended = suspended;
        self.cold.push(Cold::ProgrammeSuspended {
            party,
            purpose,
            suspended,
        });
        self.because((party, Some(purpose)), suspended, reason);
        let leaf = self.write_party(kind_of(suspended), party, Some(purpose), None, reason);
        if suspended {
            self.end(leaf, Scope::Programme(party, purpose));
        }
        Verdict::Changed { leaf }
    }

    /// Keeps beside a suspension why it came, if nobody commanded it; a lifted one has no reason.
    fn because(&mut self, (party, purpose): (PartyId, Option<Purpose>), suspended: bool, reason: Option<&str>) {
        let why = reason.filter(|_| suspended).map(str::to_owned);
        self.cold.push(Cold::Because { party, purpose, why });
    }

    /// An agreement that was said to end ends no later, and for no fewer purposes.
    fn end_agreement(&mut self, party: PartyId, ending: &Ending) -> Verdict {
        let Some(standing) = self.facts.parties.get_mut(&party) else {
            return Verdict::NotApplicable;
        };
        let widens = standing.ending.as_ref().is_some_and(|said| {
            ending.on > said.on || ending.keeps.iter().any(|purpose| !said.keeps.contains(purpose))
        });
        if widens {
            return Verdict::NotApplicable;
        }
        let since = standing.ending.as_ref().map_or(self.now, |said| said.since);
        let ending = Ending {
            since,
            ..ending.clone()
        };
        standing.ending = Some(ending.clone());
        let keeps = ending.keeps.iter().map(|purpose| format!("\"{purpose}\""));
        let text = Object::new()
            .text("at", &self.at)
            .raw("keeps", &format!("[{}]", keeps.collect::<Vec<_>>().join(",")))
            .text("kind", Kind::PartyEnding.word())
            .text("on", &ending.on.rfc3339())
            .text("party", &party.to_string())
            .number("v", 1)
            .finish();
        let at_once: Vec<Purpose> = ended_by_now(self.facts.parties.get(&party), self.now);
        self.cold.push(Cold::Ending { party, ending });
        let leaf = self.write_of_nobody(Kind::PartyEnding, text);
        for purpose in at_once {
            self.end(leaf, Scope::Programme(party, purpose));
        }
        Verdict::Changed { leaf }
    }

    /// Suspends everything about a person, or lifts that.
    pub(super) fn suspend_person(&mut self, subject: SubjectKey, suspended: bool) -> Verdict {
        let person = self.facts.people.entry(subject).or_default();
        if person.suspended == suspended {
            return Verdict::NotApplicable;
        }
        person.suspended = suspended;
        let kind = if suspended {
            Kind::PersonSuspended
        } else {
            Kind::PersonReleased
        };
        let leaf = self.write_of_person(kind, subject, None);
        if suspended {
            self.end(leaf, Scope::Suspended(subject));
        }
        Verdict::Changed { leaf }
    }

    /// Counts an ask for the programme's hour, if it has a bound.
    pub(super) fn count_for_programme(&mut self, party: PartyId, purpose: Purpose, now: Timestamp) {
        let standing = self.facts.parties.get_mut(&party);
        let programmes = standing.into_iter().flat_map(|standing| &mut standing.programmes);
        let bounded = programmes
            .into_iter()
            .find(|programme| programme.purpose == purpose && programme.per_hour_max.is_some());
        if let Some(programme) = bounded {
            programme.hour.spend(now);
            self.counted.insert((party, purpose));
        }
    }

    fn write_party(
        &mut self,
        kind: Kind,
        party: PartyId,
        purpose: Option<Purpose>,
        record: Option<&str>,
        reason: Option<&str>,
    ) -> Leaf {
        let object = Object::new()
            .text("at", &self.at)
            .text("kind", kind.word())
            .text("party", &party.to_string());
        let object = match purpose {
            Some(purpose) => object.text("purpose", purpose.term()),
            None => object,
        };
        let object = match reason {
            Some(reason) => object.text("reason", reason),
            None => object,
        };
        let text = object.text_or_null("record", record).number("v", 1).finish();
        self.write_of_nobody(kind, text)
    }
}

/// The purposes for which the agreement with a party is over already.
fn ended_by_now(standing: Option<&Standing>, now: Timestamp) -> Vec<Purpose> {
    let programmes = standing.into_iter().flat_map(|standing| &standing.programmes);
    let purposes = programmes.map(|programme| programme.purpose);
    purposes
        .filter(|purpose| standing.is_some_and(|standing| standing.has_ended(*purpose, now)))
        .collect()
}

const fn kind_of(suspended: bool) -> Kind {
    if suspended {
        Kind::PartySuspended
    } else {
        Kind::PartyResumed
    }
}
