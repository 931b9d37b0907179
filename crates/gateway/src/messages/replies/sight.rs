//! What a person may be told about their own questions, and about who sees them.

use domain::id::ConsentId;
use domain::journal::settle::Replied;
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::number::Msisdn;
use domain::permission::terms::Precision;
use domain::time::Timestamp;
use wire::sms::Code;
use wire::words::Locale;

/// A question that waits for the person's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenQuestion {
    /// Its consent.
    pub consent: ConsentId,
    /// Who asks.
    pub company: String,
    /// The code that answers it.
    pub code: Code,
    /// Whether its words ask for a reply.
    pub by_reply: bool,
    /// The language that it was put in.
    pub locale: Locale,
}

/// A permission that holds now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// Whose.
    pub company: String,
    /// How exact.
    pub precision: Precision,
    /// When it ends by itself.
    pub until: Timestamp,
}

/// What became of an ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It was answered.
    Answered,
    /// It was refused.
    Refused,
    /// A position came, and was not told.
    Withheld,
    /// No position came.
    NoPosition,
    /// Nothing yet.
    UnderWay,
}

/// An ask about the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Who asked, if the name is known.
    pub company: Option<String>,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub ending: Ending,
}

/// Who can see the person now, and who asked last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// Whether everything is paused.
    pub paused: bool,
    /// Whether nobody may ask.
    pub never: bool,
    /// The permissions that hold now.
    pub live: Vec<Live>,
    /// The last asks, the latest first.
    pub asks: Vec<Ask>,
}

/// What a conversation looks up about the person it is with. Reads only, save that it says no.
pub trait Conversant: Send + Sync {
    /// The questions that wait for the person's answer, oldest first.
    ///
    /// # Errors
    /// The store's.
    fn open(&self, from: Msisdn) -> Wait<'_, Result<Vec<OpenQuestion>, StoreError>>;

    /// Who can see the person now, and who asked last.
    ///
    /// # Errors
    /// The store's.
    fn sight(&self, from: Msisdn) -> Wait<'_, Result<Sight, StoreError>>;

    /// The language of the latest question that was put to the person.
    ///
    /// # Errors
    /// The store's.
    fn language(&self, from: Msisdn) -> Wait<'_, Result<Option<Locale>, StoreError>>;

    /// The person says no to one of several questions.
    ///
    /// # Errors
    /// The store's: then nothing is known to have changed.
    fn refuse(&self, from: Msisdn, consent: ConsentId) -> Wait<'_, Result<Replied, StoreError>>;
}
