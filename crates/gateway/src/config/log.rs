//! `[log]`: what is logged, and how.

use serde::{Deserialize, Serialize};

use super::{Key, Section};

/// The section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// The form of a line.
    pub format: Format,
    /// Which lines.
    pub filter: String,
}

/// The form of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            format: Format::Text,
            filter: "info".to_owned(),
        }
    }
}

/// The section's reference.
pub const SECTION: Section = Section {
    heading: "[log]",
    about: "Structured lines on standard error. Numbers, positions, codes, links and keys cannot appear in them at any level.",
    keys: &[
        Key {
            name: "format",
            default: "text",
            about: "`text` or `json`",
            example: "format = \"json\"",
        },
        Key {
            name: "filter",
            default: "info",
            about: "which lines, in the syntax of `tracing`",
            example: "filter = \"info,gateway::sources=debug\"",
        },
    ],
};
