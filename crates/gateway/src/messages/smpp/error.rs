//! Why a text was not sent, and which reasons may pass.

use std::fmt;

use rusmpp::CommandStatus;

use super::link::Unanswered;

/// Why a text was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendError {
    /// No session is bound now.
    NotBound,
    /// The connection ended before the answer; the centre may have the text or a part of it.
    Lost,
    /// The answer did not come in time; the centre may have the text or a part of it.
    Late,
    /// The centre asks for fewer texts.
    Throttled,
    /// The centre refused the text for a reason that may pass.
    NotNow {
        /// The command status (SMPP 3.4 §5.1.3).
        status: u32,
    },
    /// The centre refused the text for good.
    Refused {
        /// The command status (SMPP 3.4 §5.1.3).
        status: u32,
    },
    /// The text is too long, or empty.
    Unsendable,
    /// The text's time was over.
    Expired,
}

impl SendError {
    /// Whether the same text can never be sent.
    #[must_use]
    pub const fn is_permanent(self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unsendable | Self::Expired)
    }

    /// The command status with which the centre refused the text, if it did.
    #[must_use]
    pub const fn status(self) -> Option<u32> {
        match self {
            Self::NotNow { status } | Self::Refused { status } => Some(status),
            _ => None,
        }
    }

    /// A stable word for the metric.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotBound => "not-bound",
            Self::Lost => "lost",
            Self::Late => "late",
            Self::Throttled => "throttled",
            Self::NotNow { .. } => "not-now",
            Self::Refused { .. } => "refused",
            Self::Unsendable => "unsendable",
            Self::Expired => "expired",
        }
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotNow { status } | Self::Refused { status } => write!(f, "{} with status {status:#x}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}

impl std::error::Error for SendError {}

impl From<Unanswered> for SendError {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Lost => Self::Lost,
            Unanswered::Late => Self::Late,
        }
    }
}

/// Which refusals may pass (SMPP 3.4 §5.1.3): trouble inside the centre, or with the session. The others are about the
/// text itself. A generic failure to submit counts as passing; the text's own end bounds it.
pub(super) fn refusal(status: CommandStatus) -> SendError {
    let passing = matches!(
        status,
        CommandStatus::EsmeRsyserr
            | CommandStatus::EsmeRinvbndsts
            | CommandStatus::EsmeRsubmitfail
            | CommandStatus::EsmeRxTAppn
            | CommandStatus::EsmeRunknownerr
    );
    let status = u32::from(status);
    if passing {
        SendError::NotNow { status }
    } else {
        SendError::Refused { status }
    }
}
