//! What repeats is brought to mind: by text, at random times, so that nobody who holds the phone for a while can wait for
//! the reminder and delete it.

mod plan;

use std::sync::Arc;
use std::time::Duration;

use domain::id::ConsentId;
use domain::journal::settle::{Confirmation, Item, Outcome};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::permission::consent::{Consent, Life};
use domain::policy::{Policy, Rule};
use domain::serve::Docket as _;
use domain::time::{Span, Timestamp};
use jiff::tz::TimeZone;
use wire::sms::words::{Particulars, reminder};
use wire::words::{Moment, moment};

use super::Job;
use crate::chance::SystemChance;
use crate::data::Reader;
use crate::journal::sequencer::Sequencer;
use crate::seal::Sealer;
use crate::store::life::due::{question, reminders_due};
use crate::store::permission::sqlite::Question;
use plan::{Plan, Step};

/// So many reminders are sent in one round.
const AT_A_TIME: u32 = 200;
/// A reminder that was not sent within this is not worth sending: another comes.
const WORTH_SENDING: Span = Span::seconds(12 * 3600);

/// Says whether texts that nobody waits for may be sent now.
pub type MayText = Box<dyn Fn(Timestamp) -> bool + Send + Sync>;

/// Reminds people of what they agreed to.
pub struct Reminders {
    /// The journal's queue.
    pub docket: Sequencer,
    /// Finds what is due.
    pub reader: Arc<Reader>,
    /// Opens sealed columns.
    pub sealer: Arc<Sealer>,
    /// Says how often.
    pub policy: Policy,
    /// Chooses the times.
    pub chance: SystemChance,
    /// Keeps quiet hours.
    pub may_text: MayText,
    /// On whose clock moments are told.
    pub zone: TimeZone,
    /// How long it rests.
    pub rests: Duration,
}

impl Reminders {
    async fn remind(&self) -> Result<u64, StoreError> {
        let now = self.docket.now();
        let due = self.reader.read(|store| reminders_due(store, now, AT_A_TIME))?;
        let mut sent = 0;
        for (consent, at) in due {
            let found = self.reader.read(|store| question(store, consent, &self.sealer))?;
            sent += u64::from(self.step(consent, found, (at, now)).await?);
        }
        Ok(sent)
    }

    /// Takes one step with a consent that is due; whether a text was sent.
    async fn step(
        &self,
        consent: ConsentId,
        found: Option<Question>,
        (due, now): (Timestamp, Timestamp),
    ) -> Result<bool, StoreError> {
        let step = found
            .as_ref()
            .map_or(Step::Set(None), |question| self.plan(question, due, now));
        let (text, next) = match (step, found) {
            // It stays due, and is looked at again when people are awake.
            (Step::Remind(_), _) if !(self.may_text)(now) => return Ok(false),
            (Step::Remind(next), Some(question)) => (text(&question, now, &self.zone), next),
            (Step::Remind(next) | Step::Set(next), _) => (None, next),
        };
        let sends = text.is_some();
        match self.docket.settle(Item::Remind { consent, text, next }).await? {
            Outcome::Done => Ok(sends),
            _ => Err(StoreError::Unknown(
                "the journal handed back what belongs to another item".to_owned(),
            )),
        }
    }

    fn plan(&self, question: &Question, due: Timestamp, now: Timestamp) -> Step {
        let Some(Life::Given { at, from, until, .. }) = question.life.map(|life| life.at(now)) else {
            return Step::Set(None);
        };
        let Rule::Consent(rule) = self.policy.rule(question.terms.purpose) else {
            return Step::Set(None);
        };
        let plan = Plan {
            at,
            from,
            until,
            mean: rule
                .reminders
                .filter(|_| Consent::asked(&question.terms, question.until).needs_reply()),
        };
        let chance = u32::from_be_bytes(self.chance.bytes());
        plan.step(due, now, f64::from(chance) / f64::from(u32::MAX))
    }
}

/// The reminder of a consent that is given.
fn text(question: &Question, now: Timestamp, zone: &TimeZone) -> Option<Confirmation> {
    let particulars = Particulars::from(&question.terms);
    let until = question.ends.map(|ends| said(&particulars, ends, zone))?;
    Some(Confirmation {
        to: question.number,
        words: reminder(&particulars, &until),
        until: now.after(WORTH_SENDING),
    })
}

/// A moment on the clock of the people here.
fn said(particulars: &Particulars<'_>, at: Timestamp, zone: &TimeZone) -> String {
    let instant = jiff::Timestamp::from_millisecond(at.unix_ms()).unwrap_or_default();
    let local = instant.to_zoned(zone.clone());
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    moment(
        particulars.locale,
        &Moment {
            year: local.year(),
            month: part(local.month()),
            day: part(local.day()),
            hour: part(local.hour()),
            minute: part(local.minute()),
            zone: &local.strftime("%Z").to_string(),
        },
    )
}

impl Job for Reminders {
    fn name(&self) -> &'static str {
        "reminders"
    }

    fn rests(&self) -> Duration {
        self.rests
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.remind())
    }
}
