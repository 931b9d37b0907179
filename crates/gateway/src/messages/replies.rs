//! What is done with a person's text: it is read, settled in the journal, and answered with one text.
//!
//! The message centre may bring the same text twice. Settling twice changes nothing, and the answer that was given is
//! not given again, save when it could not be queued the first time.

mod receipts;
mod recent;
mod sight;
mod words;

pub use receipts::Ledger;
pub use sight::{Ask, Conversant, Ending, Live, OpenQuestion, Sight};
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
use jiff::tz::TimeZone;
use wire::sms::Code;
use wire::sms::reply::{self, Reply};
use wire::sms::words::locale_of;
use wire::words::Locale;

use super::aftermath::Aftermath;
use super::outbox::OutboxError;
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
    /// The language that people are spoken to in, where neither their words nor a question say another.
    pub locale: Locale,
    /// The time zone that people are told times in.
    pub zone: TimeZone,
}

/// What a conversation is held through.
#[derive(Clone)]
pub struct Ends {
    /// Settles what people say, and queues what they are told.
    pub replies: Arc<dyn Replies>,
    /// Looks up what they may be told.
    pub conversant: Arc<dyn Conversant>,
    /// Remembers what was sent and heard.
    pub ledger: Arc<dyn Ledger>,
    /// What follows when a text is lost.
    pub aftermath: Arc<dyn Aftermath>,
}

/// The inbox that answers people.
pub struct Conversation {
    ends: Ends,
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
    /// A conversation that is held through `ends`.
    #[must_use]
    pub fn new(ends: Ends, clock: Arc<dyn Clock>, voice: Voice) -> Self {
        Self {
            ends,
            clock,
            voice,
            recent: Mutex::default(),
        }
    }

    async fn answer(&self, from: Msisdn, text: &str) -> Result<(), InboxError> {
        let said = reply::read(text);
        let Answer { outcome, words, weight } = self.act(from, said, reply::language(text)).await?;
        let again = weight != Weight::Change && self.was_heard(from, said).await?;
        let now = self.clock.now();
        let words = self.recent().choose(from, said, words, weight, now);
        let words = words.filter(|_| !again);
        metrics::counter!(
            "wayleave_replies_total",
            "outcome" => outcome, "answered" => if words.is_some() { "yes" } else { "no" }
        )
        .increment(1);
        let Some(words) = words else {
            return Ok(());
        };
        // A crash here leaves a change without its confirmation; the text was not acknowledged and comes again.
        let until = now.after(CONFIRMATION_LIFE);
        let queued = self.ends.replies.text(from, words.clone(), until).await;
        queued.map_err(|error| {
            self.recent().owe(from, said, words, now);
            InboxError(format!("the answer could not be queued: {error}"))
        })?;
        if is_confirmed(said) {
            // A crash before this confirms the same text once more, if it is brought again.
            let (ledger, said) = (Arc::clone(&self.ends.ledger), format!("{said:?}"));
            blocking(move || ledger.hear(from, &said)).await?;
        }
        Ok(())
    }

    /// Whether this text was confirmed before, within a day, and nothing else since. HELP and WHO are answered whenever
    /// they are asked.
    async fn was_heard(&self, from: Msisdn, said: Reply) -> Result<bool, InboxError> {
        if !is_confirmed(said) {
            return Ok(false);
        }
        let (ledger, said) = (Arc::clone(&self.ends.ledger), format!("{said:?}"));
        blocking(move || ledger.was_heard(from, &said)).await
    }

    /// Does what the person said.
    async fn act(&self, from: Msisdn, said: Reply, language: Option<Locale>) -> Result<Answer, InboxError> {
        let word = match said {
            Reply::Yes(code) => Word::Yes(code.to_string()),
            Reply::No(Some(code)) => return self.no_to(from, code, language).await,
            Reply::No(None) => Word::No,
            Reply::Stop => Word::Stop,
            Reply::Pause => Word::Pause,
            Reply::Resume => Word::Resume,
            Reply::Never => Word::Never,
            Reply::Allow => Word::Allow,
            Reply::YesWithoutCode | Reply::Who | Reply::Help | Reply::Unclear => {
                return self.explain(from, said, language).await;
            }
        };
        let settled = self.ends.replies.settle(from, word).await;
        let replied = settled.map_err(|error| InboxError(format!("the reply could not be settled: {error}")))?;
        self.confirm(from, replied, language).await
    }

    /// No to the question with this code. A code that fits none is not needed: no is said to the one open question, or
    /// else asked about.
    async fn no_to(&self, from: Msisdn, code: Code, language: Option<Locale>) -> Result<Answer, InboxError> {
        let open = self.open(from).await?;
        let question = open.iter().find(|question| question.code == code);
        let settled = match question {
            Some(question) => self.ends.conversant.refuse(from, question.consent).await,
            None => self.ends.replies.settle(from, Word::No).await,
        };
        let replied = settled.map_err(|error| InboxError(format!("the reply could not be settled: {error}")))?;
        self.confirm(from, replied, language).await
    }

    /// What is said about what a reply did.
    async fn confirm(&self, from: Msisdn, replied: Replied, language: Option<Locale>) -> Result<Answer, InboxError> {
        let terms = match replied {
            Replied::Given(consent) | Replied::Refused(consent) | Replied::LinkNeeded(consent) => {
                self.ends.replies.terms(consent).await
            }
            _ => None,
        };
        let locale = match &terms {
            Some(terms) => locale_of(terms),
            None => self.locale(from, language).await?,
        };
        let (outcome, weight) = weigh(replied);
        let words = if replied == Replied::Ambiguous {
            words::ambiguous(&self.voice, locale, &self.open(from).await?)
        } else {
            words::confirmation(&self.voice, locale, replied, terms.as_ref())
        };
        Ok(Answer { outcome, words, weight })
    }

    /// What is said to a text that changes nothing.
    async fn explain(&self, from: Msisdn, said: Reply, language: Option<Locale>) -> Result<Answer, InboxError> {
        let locale = self.locale(from, language).await?;
        let (outcome, words) = match said {
            Reply::Help => ("help", words::help(&self.voice, locale)),
            Reply::Who => {
                let sight = self.ends.conversant.sight(from).await.map_err(unread)?;
                ("who", words::who(&self.voice, locale, &sight))
            }
            Reply::YesWithoutCode => {
                let open = self.open(from).await?;
                ("code-missing", words::code_missing(&self.voice, locale, &open))
            }
            _ => ("unclear", words::unclear(&self.voice, locale)),
        };
        let weight = Weight::Hint;
        Ok(Answer { outcome, words, weight })
    }

    /// The language to answer in: that of the person's own words, else of the latest question that was put to them, else
    /// the gateway's.
    async fn locale(&self, from: Msisdn, language: Option<Locale>) -> Result<Locale, InboxError> {
        if let Some(language) = language {
            return Ok(language);
        }
        let asked = self.ends.conversant.language(from).await.map_err(unread)?;
        Ok(asked.unwrap_or(self.voice.locale))
    }

    async fn open(&self, from: Msisdn) -> Result<Vec<OpenQuestion>, InboxError> {
        self.ends.conversant.open(from).await.map_err(unread)
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

    fn receipt<'a>(&'a self, receipt: Receipt) -> Pin<Box<dyn Future<Output = Result<(), InboxError>> + Send + 'a>> {
        Box::pin(async move { receipts::take(&self.ends, &receipt).await })
    }
}

/// What is said to a person, and why.
struct Answer {
    outcome: &'static str,
    words: String,
    weight: Weight,
}

/// What came of a reply, as a stable word for the metric, and how much its answer matters.
const fn weigh(replied: Replied) -> (&'static str, Weight) {
    match replied {
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
        Replied::Never => ("never", Weight::Stop),
        Replied::Lifting(_) => ("lifting", Weight::Stop),
        Replied::NothingForbidden => ("nothing-forbidden", Weight::Hint),
    }
}

/// Whether a text of this kind is confirmed once, and not again when it is brought again.
const fn is_confirmed(said: Reply) -> bool {
    match said {
        Reply::Yes(_) | Reply::No(_) | Reply::Stop | Reply::Pause | Reply::Resume | Reply::Never | Reply::Allow => true,
        Reply::YesWithoutCode | Reply::Who | Reply::Help | Reply::Unclear => false,
    }
}

fn unread(error: StoreError) -> InboxError {
    InboxError(format!("what a reply is about could not be read: {error}"))
}

/// Does work that waits for the disk, off the runtime's own threads.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OutboxError> + Send + 'static,
) -> Result<T, InboxError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| InboxError(format!("what was heard could not be kept: {error}"))),
        Err(_) => Err(InboxError(
            "keeping what was heard failed in a way that it never should".to_owned(),
        )),
    }
}

#[cfg(test)]
mod tests;
