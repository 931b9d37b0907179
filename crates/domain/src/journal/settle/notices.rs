//! Entries that no decision reads: what happened around the journal, written down for whoever looks at it later.

use super::Confirmation;
use super::batch::{Batch, Draft, Verdict};
use crate::id::PartyId;
use crate::journal::Leaf;
use crate::journal::checkpoint::Checkpoint;
use crate::journal::entry::{Kind, Object, hex};
use crate::journal::store::Cold;
use crate::journal::tree::sha256;
use crate::subject::SubjectKey;

/// What happened.
#[derive(Debug)]
pub enum Notice {
    /// Somebody who works for the operator looked at what is kept about a person.
    StaffLooked {
        /// Whom it is about.
        subject: SubjectKey,
        /// Who looked.
        who: String,
        /// Why, in their words.
        why: String,
    },
    /// An auditor has a person asked whether they agreed; the text is queued with the entry.
    AuditAsked {
        /// Who is asked.
        subject: SubjectKey,
        /// The audit's name.
        audit: String,
        /// The question.
        text: Confirmation,
    },
    /// The public counts of a day.
    CountsPublished {
        /// The day, `2026-11-22`.
        day: String,
        /// The signed document; the entry bears its SHA-256.
        document: String,
    },
    /// The independent checker went through the journal.
    JournalChecked {
        /// How many entries it looked at.
        entries: u64,
        /// How many differences it found.
        differences: u64,
    },
    /// The store was restored from a backup.
    JournalRestored {
        /// The backup's own checkpoint, under the journal's former name.
        former: Checkpoint,
        /// How many entries the journal had under that name, as far as anybody knows: the key directory, or a witness.
        entries: u64,
    },
    /// A key of a person's board.
    PersonKey {
        /// Whose.
        subject: SubjectKey,
        /// What happened to it.
        step: KeyStep,
    },
    /// Somebody presented a party's credential without the key that it is bound to.
    CredentialMisused {
        /// Whose credential it is.
        owner: PartyId,
        /// Who presented it, if that is known.
        bearer: Option<PartyId>,
        /// What was presented, as a stable word.
        what: &'static str,
    },
    /// The gateway was started although too few witnesses said that this journal is the whole one.
    StartedAlone {
        /// Who wanted it so.
        who: String,
        /// Why, in their words.
        why: String,
        /// How many witnesses said that they know no larger journal.
        cosigned: u64,
        /// How many are needed.
        needed: u64,
        /// What was published last: `none` where nothing is published, `heard` or `away`.
        published: &'static str,
    },
}

/// What happened to a key of a person's board. Waiting without a key is one too: it opens the same past.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyStep {
    /// It was added. Written before the key is kept, so no key counts without an entry.
    Added,
    /// Its waiting time is over.
    InEffect,
    /// It was removed, in the same transaction: the store's row of it.
    Removed(i64),
    /// The person began to wait without a key.
    WaitBegun,
    /// That wait is over.
    WaitOver,
    /// That wait was removed, in the same transaction: the store's row of it.
    WaitRemoved(i64),
}

impl KeyStep {
    /// The word that an entry bears.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::InEffect => "in-effect",
            Self::Removed(_) => "removed",
            Self::WaitBegun => "wait-begun",
            Self::WaitOver => "wait-over",
            Self::WaitRemoved(_) => "wait-removed",
        }
    }
}

impl Notice {
    /// Whom it is about.
    pub(super) const fn subject(&self) -> Option<SubjectKey> {
        match self {
            Self::StaffLooked { subject, .. } | Self::AuditAsked { subject, .. } | Self::PersonKey { subject, .. } => {
                Some(*subject)
            }
            Self::CountsPublished { .. }
            | Self::JournalChecked { .. }
            | Self::JournalRestored { .. }
            | Self::CredentialMisused { .. }
            | Self::StartedAlone { .. } => None,
        }
    }

    const fn kind(&self) -> Kind {
        match self {
            Self::StaffLooked { .. } => Kind::StaffLooked,
            Self::AuditAsked { .. } => Kind::AuditAsked,
            Self::CountsPublished { .. } => Kind::CountsPublished,
            Self::JournalChecked { .. } => Kind::JournalChecked,
            Self::JournalRestored { .. } => Kind::JournalRestored,
            Self::PersonKey { .. } => Kind::PersonKey,
            Self::StartedAlone { .. } => Kind::StartedAlone,
            Self::CredentialMisused { .. } => Kind::CredentialMisused,
        }
    }

    /// The fields of the party part besides `at`, `kind` and `v`, each as JSON.
    fn fields(&self) -> Vec<(&'static str, Field)> {
        let text = |text: &str| Field::Text(text.to_owned());
        match self {
            Self::StaffLooked { who, why, .. } => vec![("who", text(who)), ("why", text(why))],
            Self::AuditAsked { audit, .. } => vec![("audit", text(audit))],
            Self::CountsPublished { day, document } => vec![
                ("day", text(day)),
                ("document", Field::Text(hex(&sha256(&[document.as_bytes()])))),
            ],
            Self::JournalChecked { entries, differences } => vec![
                ("differences", Field::Number(*differences)),
                ("entries", Field::Number(*entries)),
            ],
            Self::JournalRestored { former, entries } => vec![
                ("entries", Field::Number(*entries)),
                ("former", text(&former.origin)),
                ("formerRoot", Field::Text(hex(&former.root))),
                ("formerSize", Field::Number(former.size)),
            ],
            Self::PersonKey { step, .. } => vec![("what", text(step.word()))],
            Self::CredentialMisused { owner, bearer, what } => vec![
                (
                    "bearer",
                    bearer.map_or(Field::Nothing, |party| Field::Text(party.to_string())),
                ),
                ("owner", Field::Text(owner.to_string())),
                ("what", text(what)),
            ],
            Self::StartedAlone {
                who,
                why,
                cosigned,
                needed,
                published,
            } => vec![
                ("cosigned", Field::Number(*cosigned)),
                ("needed", Field::Number(*needed)),
                ("published", text(published)),
                ("who", text(who)),
                ("why", text(why)),
            ],
        }
    }
}

enum Field {
    Text(String),
    Number(u64),
    Nothing,
}

impl Batch<'_> {
    pub(super) fn notice(&mut self, notice: &Notice) -> Verdict {
        match notice {
            Notice::AuditAsked { text, .. } => self.text(text.to, &text.words, text.until, None),
            Notice::CountsPublished { day, document } => self.cold.push(Cold::Counts {
                day: day.clone(),
                document: document.clone(),
            }),
            Notice::PersonKey {
                subject,
                step: KeyStep::Removed(row) | KeyStep::WaitRemoved(row),
            } => self.cold.push(Cold::KeyRemoved {
                subject: *subject,
                row: *row,
            }),
            Notice::StaffLooked { .. }
            | Notice::JournalChecked { .. }
            | Notice::JournalRestored { .. }
            | Notice::PersonKey { .. }
            | Notice::CredentialMisused { .. }
            | Notice::StartedAlone { .. } => {}
        }
        let leaf = self.write_notice(notice.kind(), notice.subject(), notice.fields());
        Verdict::Changed { leaf }
    }

    fn write_notice(
        &mut self,
        kind: Kind,
        subject: Option<SubjectKey>,
        mut fields: Vec<(&'static str, Field)>,
    ) -> Leaf {
        fields.extend([
            ("at", Field::Text(self.at.clone())),
            ("kind", Field::Text(kind.word().to_owned())),
            ("v", Field::Number(1)),
        ]);
        fields.sort_unstable_by_key(|(key, _)| *key);
        let party = fields.iter().fold(Object::new(), |object, (key, field)| match field {
            Field::Text(value) => object.text(key, value),
            Field::Number(value) => object.number(key, *value),
            Field::Nothing => object.raw(key, "null"),
        });
        self.write(Draft {
            kind,
            subject,
            closes: None,
            party: party.finish(),
            permission: None,
            reason: None,
            carrier: None,
        })
    }
}
