//! What a check found, in words for a person and as JSON for machines.

use std::fmt;

use serde::Serialize;

/// How a carrier stands in one point.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As the standard says.
    Ok,
    /// Otherwise than the standard says; this gateway copes, or a configuration key makes it cope.
    Differs,
    /// The carrier cannot be put into service like this.
    Failed,
}

impl State {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Differs => "differs",
            Self::Failed => "failed",
        }
    }
}

/// One finding.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Finding {
    /// A stable name of what was looked at.
    pub check: &'static str,
    /// How it stands.
    pub state: State,
    /// What the standard says, with its name and section.
    pub standard: &'static str,
    /// What was found. Never a position, a number, a token or a password.
    pub found: String,
    /// What this gateway does about it, or what its operator should; empty where there is nothing to do.
    pub advice: String,
}

impl Finding {
    /// What is as it should be.
    pub fn ok(check: &'static str, standard: &'static str, found: impl Into<String>) -> Self {
        Self {
            check,
            state: State::Ok,
            standard,
            found: found.into(),
            advice: String::new(),
        }
    }

    /// What differs, and can be lived with.
    pub fn differs(
        check: &'static str,
        standard: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Differs,
            advice: advice.into(),
            ..Self::ok(check, standard, found)
        }
    }

    /// What prevents service.
    pub fn failed(
        check: &'static str,
        standard: &'static str,
        found: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Failed,
            ..Self::differs(check, standard, found, advice)
        }
    }
}

/// The form in which it is read on a terminal: one line, and below it what concerns the reader.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} {:<22} {}", self.state.word(), self.check, self.found)?;
        if self.state != State::Ok {
            write!(f, "\n         standard: {}", self.standard)?;
            write!(f, "\n         wayleave: {}", self.advice)?;
        }
        Ok(())
    }
}

/// How many findings prevent service.
#[must_use]
pub fn hindrances(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.state == State::Failed).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_says_what_concerns_its_reader() {
        let good = Finding::ok("token", "RFC 6749 §5.1", "a bearer token");
        assert_eq!(good.to_string(), "ok       token                  a bearer token");
        let bad = Finding::failed("token", "RFC 6749 §5.1", "no token", "ask the carrier");
        assert!(
            bad.to_string()
                .ends_with("standard: RFC 6749 §5.1\n         wayleave: ask the carrier")
        );
        assert_eq!(hindrances(&[good, bad]), 1);
    }
}
