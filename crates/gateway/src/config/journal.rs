//! `[journal]`: what others have to say to the journal before and while the gateway answers.

use serde::{Deserialize, Serialize};

use super::{ConfigError, Key, Section, wide, within};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Journal {
    /// Cosignatures that a checkpoint needs before it is shown.
    pub cosignatures: usize,
    /// How often witnesses are sent what is new.
    pub submit_every_ms: u32,
    /// Age of the latest cosigned checkpoint from which it is late.
    pub late_after_s: u32,
    /// Age of it from which nobody may ask any more.
    pub refuse_after_s: u32,
    /// How long a start waits for witnesses.
    pub start_wait_s: u32,
    /// To start although too few witnesses can be reached. It is said on the command line alone.
    #[serde(skip)]
    pub without_witnesses: Option<Alone>,
}

/// Who wants a start without witnesses, and why: the journal gets both.
#[derive(Debug, Clone, PartialEq)]
pub struct Alone {
    /// Who.
    pub who: String,
    /// Why, in their words.
    pub why: String,
}

impl Default for Journal {
    fn default() -> Self {
        Self {
            cosignatures: 0,
            submit_every_ms: 1_000,
            late_after_s: 60,
            refuse_after_s: 86_400,
            start_wait_s: 10,
            without_witnesses: None,
        }
    }
}

impl Journal {
    pub(super) fn check(&self, witnesses: usize) -> Result<(), ConfigError> {
        within(
            "journal.cosignatures",
            "at most as many as there are sections `[[witness]]`",
            0..=wide(witnesses),
            wide(self.cosignatures),
        )?;
        let every = u64::from(self.submit_every_ms);
        within(
            "journal.submit_every_ms",
            "100 to 600000 milliseconds",
            100..=600_000,
            every,
        )?;
        within(
            "journal.late_after_s",
            "5 to 86400 seconds",
            5..=86_400,
            self.late_after_s.into(),
        )?;
        within(
            "journal.refuse_after_s",
            "from `late_after_s` to 2592000 seconds",
            self.late_after_s.into()..=2_592_000,
            self.refuse_after_s.into(),
        )?;
        within(
            "journal.start_wait_s",
            "at most 600 seconds",
            0..=600,
            self.start_wait_s.into(),
        )
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[journal]",
    about: "What others have to say to the journal. With `cosignatures` above 0 readers are shown checkpoints that so many witnesses cosigned, and the gateway's answers say how fresh the latest of them is (`Wayleave-Witnessed`).",
    keys: &[
        Key {
            name: "cosignatures",
            default: "0",
            about: "cosignatures that a checkpoint needs before `/journal/checkpoint` shows it, and that a start needs before the gateway opens its journal; at most the number of sections `[[witness]]`",
            example: "cosignatures = 2",
        },
        Key {
            name: "submit_every_ms",
            default: "1000",
            about: "milliseconds between two checkpoints that are sent to witnesses while there is something new",
            example: "submit_every_ms = 1000",
        },
        Key {
            name: "late_after_s",
            default: "60",
            about: "age of the latest cosigned checkpoint in seconds from which `/readyz` calls the witnesses late; answers go on",
            example: "late_after_s = 60",
        },
        Key {
            name: "refuse_after_s",
            default: "86400",
            about: "age of it in seconds from which new asks and questions are refused with 503, before anything is recorded; STOP and withdrawals go on. A day, so that a night without witnesses stops nobody",
            example: "refuse_after_s = 86400",
        },
        Key {
            name: "start_wait_s",
            default: "10",
            about: "seconds that a start waits for witnesses that do not answer",
            example: "start_wait_s = 10",
        },
    ],
};
