//! The outcome of an ask, sealed to its recipient: the same to whoever carries it, be it an answer or a refusal.

use std::fmt;

use domain::id::{ConsentId, PartyId};
use domain::journal::Leaf;
use domain::time::Timestamp;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::camara::error::{Problem, SandboxNote};
use crate::jose::jwe::{Fresh, NotSealed, seal_outcome};
use crate::jose::jwk::PublicKey;

/// What the `apv` of a sealed outcome says: which gateway, for whom, and the ask's first entry in the journal. Opening it
/// under another fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Apv {
    /// The gateway's issuer URL, which holds no space.
    pub issuer: String,
    /// The recipient.
    pub recipient: PartyId,
    /// The ask's first entry.
    pub leaf: Leaf,
}

impl Apv {
    /// Reads the text; `None` if it has another form or another spelling.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let (issuer, recipient, leaf, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
            return None;
        };
        let read = Self {
            issuer: issuer.to_owned(),
            recipient: recipient.parse().ok()?,
            leaf: leaf.parse().ok()?,
        };
        // A number may be spelt with a sign or zeros, which nobody prints.
        (!issuer.is_empty() && read.to_string() == text).then_some(read)
    }
}

impl fmt::Display for Apv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.issuer, self.recipient, self.leaf)
    }
}

/// What became of an ask.
#[derive(Clone, Copy, Debug)]
pub enum Told<'a> {
    /// It was answered.
    Answered {
        /// The body that CAMARA's codec printed.
        answer: &'a [u8],
        /// The receipt, as [`domain::journal::receipt::Receipt::to_json`] printed it.
        receipt: &'a str,
    },
    /// The question is on the person's phone.
    Asked {
        /// The consent that may come of it.
        consent: ConsentId,
        /// Until when it can be answered.
        expires: Timestamp,
    },
    /// What became of a consent: the body that [`crate::consents::print_state`] printed.
    State(&'a [u8]),
    /// There is no permission, or the ask itself is not taken. In a sandbox with the true reason.
    Refused(&'a Problem, Option<SandboxNote<'a>>),
    /// There is one, and no answer. In a sandbox with the true reason.
    Failed(&'a Problem, Option<SandboxNote<'a>>),
}

/// An outcome, before it is sealed. It holds a position, so that it prints nothing of itself.
#[derive(Clone, Copy)]
pub struct Outcome<'a> {
    /// The gateway's issuer URL.
    pub issuer: &'a str,
    /// Who asked.
    pub recipient: PartyId,
    /// The ask's name, as its recipient chose it; empty if it could not be read.
    pub jti: &'a str,
    /// The ask's first entry in the journal.
    pub leaf: Leaf,
    /// What became of it.
    pub told: Told<'a>,
}

impl fmt::Debug for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outcome({}, {})", self.recipient, self.leaf)
    }
}

impl Outcome<'_> {
    /// The text that is sealed.
    ///
    /// # Errors
    /// If what was printed before is no JSON.
    pub fn print(&self) -> Result<String, NotSealed> {
        let text = |text: &str| Value::from(text).to_string();
        let (word, rest) = match self.told {
            Told::Answered { answer, receipt } => {
                let (answer, receipt) = (document(answer)?, document(receipt.as_bytes())?);
                ("answered", format!(r#""answer":{answer},"receipt":{receipt}"#))
            }
            Told::Asked { consent, expires } => {
                let expires = expires.rfc3339();
                ("asked", format!(r#""consent":"{consent}","expiresAt":"{expires}""#))
            }
            Told::State(state) => ("state", format!(r#""consent":{}"#, document(state)?)),
            Told::Refused(problem, note) => ("refused", print_problem(problem, note)),
            Told::Failed(problem, note) => ("failed", print_problem(problem, note)),
        };
        let (issuer, jti) = (text(self.issuer), text(self.jti));
        let (recipient, leaf) = (self.recipient, self.leaf);
        Ok(format!(
            r#"{{"v":1,"iss":{issuer},"aud":"{recipient}","jti":{jti},"leaf":{leaf},"outcome":"{word}",{rest}}}"#
        ))
    }

    /// The outcome sealed to its recipient's key.
    ///
    /// # Errors
    /// If what was printed before is no JSON, or as [`NotSealed`] says; fresh chance mends that.
    pub fn seal(&self, key: &PublicKey, fresh: Fresh) -> Result<String, NotSealed> {
        let apv = Apv {
            issuer: self.issuer.to_owned(),
            recipient: self.recipient,
            leaf: self.leaf,
        };
        seal_outcome(&self.print()?, key, apv.to_string().as_bytes(), fresh)
    }
}

/// A document that was printed before, to stand inside another.
fn document(printed: &[u8]) -> Result<&str, NotSealed> {
    let text = std::str::from_utf8(printed).map_err(|_| NotSealed)?.trim();
    serde_json::from_str::<IgnoredAny>(text).map_err(|_| NotSealed)?;
    Ok(text)
}

fn print_problem(problem: &Problem, note: Option<SandboxNote<'_>>) -> String {
    let body = json!({ "status": problem.status(), "code": problem.code(), "message": problem.message() });
    let note = note.map(|note| {
        let (reason, next) = (Value::from(note.reason), Value::from(note.next_step));
        format!(r#","reason":{reason},"nextStep":{next}"#)
    });
    format!(r#""problem":{body}{}"#, note.unwrap_or_default())
}
