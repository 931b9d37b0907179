//! Notices in the journal: received, and closed by somebody who acts, by somebody who dismisses them, or by the clock, which
//! suspends. Only a documented notice of misuse has a clock; what peers tell is information.

use super::batch::{Batch, Verdict};
use super::changes::Change;
use crate::id::{NoticeId, PartyId};
use crate::journal::Leaf;
use crate::journal::entry::{Kind, Object, hex};
use crate::journal::store::Cold;
use crate::party::ReplayKey;
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// A notice about a party.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misuse {
    /// Its name.
    pub id: NoticeId,
    /// Who sent it.
    pub by: PartyId,
    /// The party that it is about.
    pub about: PartyId,
    /// The programme that it is about, if it is about one alone.
    pub purpose: Option<Purpose>,
    /// What it says it is, as a stable word: `misuse`, or what a peer tells.
    pub kind: &'static str,
    /// The signed notice, as it came.
    pub text: String,
    /// SHA-256 of it.
    pub document: [u8; 32],
    /// If nobody has acted on it or dismissed it by then, what it is about is suspended. `None`: nothing happens by itself.
    pub until: Option<Timestamp>,
}

/// How a notice of misuse is closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HowClosed {
    /// Somebody found nothing in it.
    Dismissed {
        /// Who.
        who: String,
        /// Why, in their words.
        because: String,
    },
    /// Somebody suspended what it is about.
    Acted {
        /// Who.
        who: String,
        /// Why, in their words.
        because: String,
    },
    /// Somebody suspended what it is about, since a peer did.
    Followed {
        /// Who.
        who: String,
        /// Why, in their words.
        because: String,
    },
    /// Nobody did anything in time.
    Overdue,
    /// Nobody did anything in time, and who sent it is suspended by then: nothing is done about it.
    Lapsed,
}

impl HowClosed {
    /// The word that the journal and the store use.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Dismissed { .. } => "dismissed",
            Self::Acted { .. } => "acted",
            Self::Followed { .. } => "followed",
            Self::Overdue => "overdue",
            Self::Lapsed => "lapsed",
        }
    }
}

impl Batch<'_> {
    pub(super) fn change_notices(&mut self, change: &Change) -> Verdict {
        match change {
            Change::ReceiveNotice { notice, proofs } => self.receive_notice(notice, proofs),
            Change::CloseNotice { notice, about, how } => self.close_notice(*notice, *about, how),
            Change::AttestDeletion {
                party,
                until,
                statement,
                proofs,
            } => self.attest_deletion(*party, *until, *statement, proofs),
            _ => Verdict::NotApplicable,
        }
    }

    fn receive_notice(&mut self, notice: &Misuse, proofs: &[ReplayKey]) -> Verdict {
        if !self.told_by(notice.by, proofs) {
            return Verdict::Replayed;
        }
        if !self.facts.parties.contains_key(&notice.about) {
            return Verdict::NotApplicable;
        }
        self.facts.notices.insert(notice.id);
        let text = Object::new()
            .shown("about", notice.about)
            .text("at", &self.at)
            .shown("by", notice.by)
            .text("document", &hex(&notice.document))
            .text("kind", Kind::NoticeReceived.word())
            .shown("notice", notice.id)
            .text_or_null("purpose", notice.purpose.map(Purpose::term))
            .text_or_null("until", notice.until.map(Timestamp::rfc3339).as_deref())
            .number("v", 1)
            .text("what", notice.kind)
            .finish();
        self.cold.push(Cold::Notice(Box::new(notice.clone())));
        let leaf = self.write_of_nobody(Kind::NoticeReceived, text);
        Verdict::Changed { leaf }
    }

    /// A notice is closed once. Whoever acts on it, and the clock, suspend what it is about.
    fn close_notice(
        &mut self,
        notice: NoticeId,
        (about, purpose): (PartyId, Option<Purpose>),
        how: &HowClosed,
    ) -> Verdict {
        if !self.facts.notices.remove(&notice) {
            return Verdict::NotApplicable;
        }
        self.cold.push(Cold::NoticeClosed {
            notice,
            how: how.word(),
        });
        let leaf = self.write_closed(notice, how);
        let why = match how {
            HowClosed::Dismissed { .. } | HowClosed::Lapsed => return Verdict::Changed { leaf },
            HowClosed::Acted { .. } => "notice",
            HowClosed::Followed { .. } => "peer",
            HowClosed::Overdue => "notice-unanswered",
        };
        match purpose {
            Some(purpose) => self.suspend_programme(about, purpose, true, Some(why)),
            None => self.suspend(about, true, Some(why)),
        };
        Verdict::Changed { leaf }
    }

    fn write_closed(&mut self, notice: NoticeId, how: &HowClosed) -> Leaf {
        let (who, because) = match how {
            HowClosed::Dismissed { who, because }
            | HowClosed::Acted { who, because }
            | HowClosed::Followed { who, because } => (Some(who.as_str()), Some(because.as_str())),
            HowClosed::Overdue | HowClosed::Lapsed => (None, None),
        };
        let text = Object::new()
            .text("at", &self.at)
            .text_or_null("because", because)
            .text("how", how.word())
            .text("kind", Kind::NoticeClosed.word())
            .shown("notice", notice)
            .number("v", 1)
            .text_or_null("who", who)
            .finish();
        self.write_of_nobody(Kind::NoticeClosed, text)
    }

    fn attest_deletion(
        &mut self,
        party: PartyId,
        until: Timestamp,
        statement: [u8; 32],
        proofs: &[ReplayKey],
    ) -> Verdict {
        if proofs.iter().any(|proof| self.facts.spent.contains(proof)) {
            return Verdict::Replayed;
        }
        proofs.iter().for_each(|proof| {
            self.spend(Some(*proof));
        });
        if !self.facts.parties.contains_key(&party) {
            return Verdict::NotApplicable;
        }
        let text = Object::new()
            .text("at", &self.at)
            .text("kind", Kind::DeletionAttested.word())
            .shown("party", party)
            .text("statement", &hex(&statement))
            .text("until", &until.rfc3339())
            .number("v", 1)
            .finish();
        self.cold.push(Cold::Attested { party, until });
        let leaf = self.write_of_nobody(Kind::DeletionAttested, text);
        Verdict::Changed { leaf }
    }
}
