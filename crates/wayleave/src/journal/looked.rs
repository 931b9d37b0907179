//! Who looks at one person's data says who they are and why. The person sees it on their board, whatever was found.

use domain::journal::settle::{Change, Item, Notice, Outcome};
use domain::subject::SubjectKey;
use gateway::chance::SystemChance;
use gateway::data::Data;

use crate::Failure;

/// The longest name and the longest reason, in characters.
const NAME_MAX: usize = 80;
const REASON_MAX: usize = 300;
/// So many people are written down together.
const TOGETHER: usize = 200;

/// Who looks, and why.
#[derive(Debug, clap::Args)]
pub(crate) struct Looking {
    /// Who looks at this person's data: a name that the person reads.
    #[arg(long)]
    who: Option<String>,
    /// Why, in words that the person reads.
    #[arg(long)]
    because: Option<String>,
}

/// Checks a name and a reason that the journal is to hold.
///
/// # Errors
/// Says which of the two is too long to be read, or is not on one line.
pub(crate) fn check(who: &str, because: &str) -> Result<(), Failure> {
    let fits = |text: &str, most| {
        let length = text.chars().count();
        (1..=most).contains(&length) && !text.chars().any(char::is_control) && text.trim() == text
    };
    if !fits(who, NAME_MAX) {
        return Err(format!("`--who`: expected 1 to {NAME_MAX} characters on one line").into());
    }
    if !fits(because, REASON_MAX) {
        return Err(format!("`--because`: expected 1 to {REASON_MAX} characters on one line").into());
    }
    Ok(())
}

impl Looking {
    /// Who and why, if both are said.
    ///
    /// # Errors
    /// Says what is missing, or too long to be read.
    pub(crate) fn said(&self) -> Result<(&str, &str), Failure> {
        let (Some(who), Some(because)) = (&self.who, &self.because) else {
            return Err("expected `--who` and `--because` to look at one person's data, found none: that person sees who looked, and why".into());
        };
        check(who, because)?;
        Ok((who, because))
    }

    /// Writes down that these people's data was looked at, before anything of it is shown.
    ///
    /// # Errors
    /// The journal's: then nothing may be shown.
    pub(crate) fn leave(&self, data: &mut Data, people: &[SubjectKey]) -> Result<(), Failure> {
        let (who, because) = self.said()?;
        let mut chance = SystemChance::new();
        for together in people.chunks(TOGETHER) {
            let entries = together.iter().map(|subject| {
                Item::Change(Change::Notice(Box::new(Notice::StaffLooked {
                    subject: *subject,
                    who: who.to_owned(),
                    why: because.to_owned(),
                })))
            });
            let outcomes = data.journal.settle("staff looked", entries.collect(), &mut chance)?;
            if !outcomes.iter().all(|outcome| matches!(outcome, Outcome::Changed(_))) {
                return Err("the journal did not take the entry of who looked".into());
            }
        }
        Ok(())
    }
}
