//! The lines of an export: one JSON object each. First what was asked for, then the entries in order, last the counts.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::journal::Leaf;
use domain::journal::entry::{Part, public_leaf};
use domain::journal::kept::Kept;
use domain::journal::tree::{Hash, leaf_hash};
use serde::{Deserialize, Serialize};

/// What every export calls itself.
pub const WHAT: &str = "wayleave journal export";
/// The form of these lines.
pub const VERSION: u32 = 1;

/// One line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
pub enum Line {
    /// The first.
    Header(Box<Header>),
    /// An entry, with what its reader may have.
    Entry(EntryLine),
    /// What is left of an erased entry: its public leaf.
    Shell(EntryLine),
    /// The last.
    Counts(Counts),
}

/// For whom an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The person: both parts of their own entries.
    Subject,
    /// A party: the party's part of what it was told before, and the commitment of the other.
    Party,
    /// The auditor: both parts.
    Auditor,
}

/// What was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The person's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// How the lines name that person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The party's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The party's registered name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Only from this time on, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Only before this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Only this purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Only asks that ended so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outcomes: Vec<String>,
}

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// [`WHAT`].
    pub what: String,
    /// [`VERSION`].
    pub v: u32,
    /// What was asked for.
    pub asked: Asked,
    /// For whom.
    pub reader: Reader,
    /// The gateway's address.
    pub gateway: String,
    /// Who runs it.
    pub operator: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// The journal's key.
    pub key: String,
    /// The signed head under which every entry is proved.
    pub checkpoint: String,
    /// Of a span: its first leaf, and the one behind its last. Each leaf between them is in the export.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leaves: Option<(Leaf, Leaf)>,
    /// Of a person: how many entries their own count has. Each number up to it is in the export, or was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub numbered: Option<u64>,
}

/// An entry or a shell. Bytes are base64url.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryLine {
    /// Its place.
    pub leaf: Leaf,
    /// Its tag.
    pub tag: String,
    /// What the party may read.
    pub party: PartLine,
    /// What the subject may read besides.
    pub subject: PartLine,
    /// Whom it is about, by the journal's own name for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The inclusion proof, from the leaf upward.
    pub proof: Vec<String>,
}

/// One part of an entry: opened, or only its commitment.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum PartLine {
    /// The exact text and its salt.
    Opened {
        /// Sixteen bytes.
        salt: String,
        /// Canonical JSON.
        text: String,
    },
    /// HMAC-SHA-256 of the text under its salt.
    Closed {
        /// Thirty-two bytes.
        commitment: String,
    },
}

/// The last line.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// How many entries are in the export.
    pub entries: u64,
    /// How many shells.
    pub shells: u64,
    /// How many entries of each kind.
    pub kinds: BTreeMap<String, u64>,
    /// How many different people they are about, for an auditor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<u64>,
    /// For a party: how many asks it got no answer to. Why is not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unanswered: Option<u64>,
}

impl EntryLine {
    /// The line of an entry for a reader, or of a shell.
    #[must_use]
    pub fn of(kept: &Kept, reader: Reader, person: Option<String>, proof: &[Hash]) -> Self {
        let (tag, party, subject) = match kept {
            Kept::Entry(entry) => {
                let closed = reader == Reader::Party;
                (
                    entry.tag,
                    PartLine::opened(&entry.party),
                    if closed {
                        PartLine::closed(&entry.subject_part.commitment())
                    } else {
                        PartLine::opened(&entry.subject_part)
                    },
                )
            }
            Kept::Shell(shell) => (
                shell.tag,
                PartLine::closed(&shell.party),
                PartLine::closed(&shell.subject),
            ),
        };
        Self {
            leaf: kept.leaf(),
            tag: encode(&tag),
            party,
            subject,
            person,
            proof: proof.iter().map(|hash| encode(hash)).collect(),
        }
    }

    /// The leaf's hash in the tree; `None` if a field is malformed.
    #[must_use]
    pub fn hash(&self) -> Option<Hash> {
        let (party, subject) = (self.party.commitment()?, self.subject.commitment()?);
        Some(leaf_hash(&public_leaf(&decode(&self.tag)?, &party, &subject)))
    }

    /// The proof's hashes; `None` if one is malformed.
    #[must_use]
    pub fn proof(&self) -> Option<Vec<Hash>> {
        self.proof.iter().map(|hash| decode(hash)).collect()
    }
}

impl PartLine {
    fn opened(part: &Part) -> Self {
        Self::Opened {
            salt: encode(&part.salt),
            text: part.text.clone(),
        }
    }

    fn closed(commitment: &Hash) -> Self {
        Self::Closed {
            commitment: encode(commitment),
        }
    }

    /// The commitment, given or computed.
    fn commitment(&self) -> Option<Hash> {
        match self {
            Self::Opened { salt, text } => Some(
                Part {
                    salt: decode(salt)?,
                    text: text.clone(),
                }
                .commitment(),
            ),
            Self::Closed { commitment } => decode(commitment),
        }
    }

    /// The text, if it is opened.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Opened { text, .. } => Some(text),
            Self::Closed { .. } => None,
        }
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
