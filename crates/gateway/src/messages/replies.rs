//! What is done with a person's text: it is read, settled in the journal, and answered with one text.
//!
//! The message centre may bring the same text twice. Settling twice changes nothing, and the answer that was given is
//! not given again, save when it could not be queued the first time.

mod recent;
mod words;

pub use words::agreed_by_link;

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::id::ConsentId;
use domain::journal::settle::{Replied, Word};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::number::Msisdn;
use domain::permission::terms::Terms;
use domain::time::{Span, Timestamp};
use wire::sms::reply::{self, Reply};
use wire::sms::words::locale_of;
use wire::words::Locale;

use super::smpp::{Inbox, InboxError, Receipt};
use crate::clock::Clock;
use recent::{Recent, Weight};

/// A confirmation is worth delivering for a day, to a phone that is off now.
pub const CONFIRMATION_LIFE: Span = Span::seconds(24 * 60 * 60);

/// What a person's text may do: both go through the journal's one sequencer.
pub trait Replies: Send + Sync {
    /// Settles what the person said; the outcome comes after its commit. The same word twice changes nothing the
    /// second time.
    ///
    /// # Errors
    /// The store's: then nothing is known to have changed.
    fn settle(&self, from: Msisdn, word: Word) -> Wait<'_, Result<Replied, StoreError>>;

    /// Queues a text to the person.
    ///
    /// # Errors
    /// The store's: then it may not be queued.
    fn text(&self, to: Msisdn, words: String, until: Timestamp) -> Wait<'_, Result<(), StoreError>>;

    /// The terms of a consent, to name the company in the confirmation. Without them it names none.
    fn terms(&self, consent: ConsentId) -> Wait<'_, Option<Terms>> {
        let _unnamed = consent;
        Box::pin(async { None })
    }
}

/// How the gateway speaks of itself in texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Voice {
    /// Who runs the gateway, as people know it. Every answer begins with it.
    pub name: String,
    /// Where a person finds help: an address or a telephone number. May be empty.
    pub help: String,
    /// The language that people are spoken to in, where no question says another.
    pub locale: Locale,
}

/// The inbox that answers people.
pub struct Conversation {
    replies: Arc<dyn Replies>,
    clock: Arc<dyn Clock>,
    voice: Voice,
    recent: Mutex<Recent>,
}

impl fmt::Debug for Conversation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Conversation(…)")
    }
}

impl Conversation {
    /// A conversation that settles and answers through `replies`.
    #[must_use]
    pub fn new(replies: Arc<dyn Replies>, clock: Arc<dyn Clock>, voice: Voice) -> Self {
        Self {
            replies,
            clock,
            voice,
            recent: Mutex::default(),
        }
    }

    async fn answer(&self, from: Msisdn, text: &str) -> Result<(), InboxError> {
        let said = reply::read(text);
        let (outcome, words, weight) = self.act(from, said).await?;
        let now = self.clock.now();
        let words = self.recent().choose(from, said, words, weight, now);
        metrics::counter!(
            "wayleave_replies_total",
            "outcome" => outcome, "answered" => if words.is_some() { "yes" } else { "no" }
        )
        .increment(1);
        let Some(words) = words else {
            return Ok(());
        };
        // A crash here leaves a change without its confirmation; the text was not acknowledged and comes again.
        let queued = self
            .replies
            .text(from, words.clone(), now.after(CONFIRMATION_LIFE))
            .await;
        queued.map_err(|error| {
            self.recent().owe(from, said, words, now);
            InboxError(format!("the answer could not be queued: {error}"))
        })
    }

    /// Does what the person said: what came of it, what is to be said, and how much that matters.
    async fn act(&self, from: Msisdn, said: Reply) -> Result<(&'static str, String, Weight), InboxError> {
        let word = match said {
            Reply::Yes(code) => Word::Yes(code.to_string()),
            // A code after a NO is not needed: no is said to the one open question, or else asked about.
            Reply::No(_) => Word::No,
            Reply::Stop => Word::Stop,
            Reply::Pause => Word::Pause,
            Reply::Resume => Word::Resume,
            Reply::Help => return Ok(("help", words::help(&self.voice, self.voice.locale), Weight::Hint)),
            Reply::YesWithoutCode | Reply::Never | Reply::Allow | Reply::Who | Reply::Unclear => {
                return Ok(("unclear", words::unclear(&self.voice, self.voice.locale), Weight::Hint));
            }
        };
        let settled = self.replies.settle(from, word).await;
        let replied = settled.map_err(|error| InboxError(format!("the reply could not be settled: {error}")))?;
        let terms = match replied {
            Replied::Given(consent) | Replied::Refused(consent) => self.replies.terms(consent).await,
            _ => None,
        };
        let (outcome, weight) = match replied {
            Replied::Given(_) => ("given", Weight::Change),
            Replied::Refused(_) => ("refused", Weight::Change),
            Replied::Stopped(0) => ("stopped-nothing", Weight::Stop),
            Replied::Stopped(_) => ("stopped", Weight::Change),
            Replied::Ambiguous => ("ambiguous", Weight::Hint),
            Replied::NothingOpen => ("nothing-open", Weight::Hint),
            Replied::WrongCode => ("wrong-code", Weight::Hint),
            Replied::LinkNeeded(_) => ("link-needed", Weight::Hint),
            Replied::Paused => ("paused", Weight::Stop),
            Replied::Resumed => ("resumed", Weight::Stop),
            Replied::Never => ("never", Weight::Change),
            Replied::Lifting(_) => ("lifting", Weight::Stop),
            Replied::NothingForbidden => ("nothing-forbidden", Weight::Hint),
        };
        let locale = terms.as_ref().map_or(self.voice.locale, locale_of);
        let words = words::confirmation(&self.voice, locale, replied, terms.as_ref());
        Ok((outcome, words, weight))
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inbox for Conversation {
    fn received<'a>(
        &'a self,
        from: Msisdn,
        text: String,
    ) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>> {
        Box::pin(async move { self.answer(from, &text).await })
    }

    /// Receipts are counted by the bind, and change nothing.
    fn receipt(&self, _receipt: Receipt) {}
}

#[cfg(test)]
mod tests;
