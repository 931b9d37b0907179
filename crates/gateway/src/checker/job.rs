//! The check as the gateway runs it by itself, every night, and as the operator's command runs it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::journal::Leaf;
use domain::journal::settle::{Change, Item, Notice};
use domain::journal::store::StoreError;
use domain::locate::Wait;
use domain::secret::Secret;
use domain::serve::Docket as _;
use domain::time::Timestamp;
use jiff::civil::Time;
use jiff::tz::TimeZone;
use tokio::sync::watch;

use super::{Checked, Report, check};
use crate::config::gateway::Gateway;
use crate::data::{DataError, KEYS, STORE};
use crate::journal::sequencer::Sequencer;
use crate::keys::KeyDirectory;
use crate::seal::Sealer;
use crate::store::sqlite::open_reader;
use crate::work::Job;

/// How often it is looked whether a run is due.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// So many differences are said in the log; the command says all.
const SAID_MAX: usize = 20;

/// Checks the journal of a data directory, beside a gateway that may serve from it.
///
/// # Errors
/// When its keys or its store cannot be read, or when `stopped` says so.
pub fn run(
    gateway: &Gateway,
    store: &Path,
    from: Leaf,
    stopped: &dyn Fn() -> bool,
    progress: &mut dyn FnMut(u64),
) -> Result<Report, DataError> {
    let directory = KeyDirectory::open(&gateway.data_dir.join(KEYS), gateway.world.into())?;
    let sealer = Sealer::new(Secret::new(directory.derive("wayleave columns")));
    let checked = Checked {
        store: &open_reader(store)?,
        sealer: &sealer,
        journal_master: directory.derive("wayleave journal"),
        from,
        stopped,
    };
    Ok(check(&checked, progress)?)
}

/// When runs are due: at a time of day, and every so many hours from there.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The time of day.
    pub at: Time,
    /// The hours between two runs, 1 to 24.
    pub every_h: u8,
    /// Whose clock it is.
    pub zone: TimeZone,
}

impl Plan {
    /// The first time after `now` at which a run is due.
    #[must_use]
    pub fn after(&self, now: Timestamp) -> Option<Timestamp> {
        let instant = jiff::Timestamp::from_millisecond(now.unix_ms()).ok()?;
        let date = instant.to_zoned(self.zone.clone()).date();
        let mut next = date.yesterday().ok()?.to_datetime(self.at);
        loop {
            let due = self.zone.to_ambiguous_zoned(next).compatible().ok()?.timestamp();
            if due > instant {
                return Some(Timestamp::from_unix_ms(due.as_millisecond()));
            }
            next = next
                .checked_add(jiff::Span::new().hours(i64::from(self.every_h.max(1))))
                .ok()?;
        }
    }
}

/// What the last run found, for those who ask whether the gateway is well.
#[derive(Clone, Default, Debug)]
pub struct Findings(Arc<Mutex<Option<(Timestamp, Report)>>>);

impl Findings {
    /// One line, without its name: makes nothing unready.
    #[must_use]
    pub fn line(&self) -> String {
        match &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            None => "has not run yet".to_owned(),
            Some((at, report)) if report.is_clean() => format!("ok, {} entries at {at}", report.entries),
            Some((at, report)) => format!("{} differences at {at}: see the log", report.differences),
        }
    }

    fn set(&self, at: Timestamp, report: Report) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((at, report));
    }
}

/// Runs the check by itself.
pub struct Nightly {
    docket: Sequencer,
    gateway: Gateway,
    plan: Plan,
    findings: Findings,
    due: Mutex<Option<Timestamp>>,
    stop: watch::Receiver<bool>,
}

impl Nightly {
    /// A job that runs at the next time of its plan.
    #[must_use]
    pub fn new(
        docket: Sequencer,
        gateway: Gateway,
        plan: Plan,
        findings: Findings,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let due = Mutex::new(plan.after(docket.now()));
        Self {
            docket,
            gateway,
            plan,
            findings,
            due,
            stop,
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = due.is_some_and(|due| due <= now);
        if is_due {
            *due = self.plan.after(now);
        }
        is_due
    }

    async fn run_if_due(&self) -> Result<u64, StoreError> {
        if !self.is_due(self.docket.now()) {
            return Ok(0);
        }
        let (gateway, stop) = (self.gateway.clone(), self.stop.clone());
        let ran = tokio::task::spawn_blocking(move || {
            let store = gateway.data_dir.join(STORE);
            run(&gateway, &store, 0, &|| *stop.borrow(), &mut |entries| {
                tracing::info!(entries, "checking the journal");
            })
        });
        let report = match ran.await {
            Ok(Ok(report)) => report,
            Ok(Err(error)) => return Err(StoreError::Failed(error.to_string())),
            Err(error) => return Err(StoreError::Failed(error.to_string())),
        };
        tell(&report);
        let now = self.docket.now();
        metrics::gauge!("wayleave_checker_last_run_timestamp_seconds").set(now.unix_seconds() as f64);
        let notice = notice(&report);
        self.findings.set(now, report);
        self.docket
            .settle(Item::Change(Change::Notice(Box::new(notice))))
            .await?;
        Ok(1)
    }
}

/// The entry about a run.
#[must_use]
pub const fn notice(report: &Report) -> Notice {
    Notice::JournalChecked {
        entries: report.entries,
        differences: report.differences,
    }
}

fn tell(report: &Report) {
    metrics::gauge!("wayleave_checker_differences").set(report.differences as f64);
    metrics::gauge!("wayleave_checker_unchecked").set(report.unchecked as f64);
    tracing::info!(
        entries = report.entries,
        decisions = report.decisions,
        differences = report.differences,
        unchecked = report.unchecked,
        "the journal was checked by its second opinion"
    );
    for difference in report.found.iter().take(SAID_MAX) {
        tracing::error!(leaf = difference.leaf, rule = difference.rule, words = %difference.words, "the journal differs");
    }
}

impl Job for Nightly {
    fn name(&self) -> &'static str {
        "checker"
    }

    fn rests(&self) -> Duration {
        LOOK_EVERY
    }

    fn round(&self) -> Wait<'_, Result<u64, StoreError>> {
        Box::pin(self.run_if_due())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_rfc3339(text).expect("a time")
    }

    #[test]
    fn a_run_is_due_at_its_hour_on_the_clock_of_its_place() {
        let plan = |every_h| Plan {
            at: Time::constant(3, 30, 0, 0),
            every_h,
            zone: TimeZone::get("Europe/Berlin").expect("a zone"),
        };
        for (every_h, now, want) in [
            (24, "2026-11-22T02:29:59Z", "2026-11-22T02:30:00Z"),
            (24, "2026-11-22T02:30:00Z", "2026-11-23T02:30:00Z"),
            (24, "2026-07-22T12:00:00Z", "2026-07-23T01:30:00Z"),
            (6, "2026-11-22T02:30:00Z", "2026-11-22T08:30:00Z"),
            (6, "2026-11-22T22:00:00Z", "2026-11-23T02:30:00Z"),
        ] {
            assert_eq!(plan(every_h).after(at(now)), Some(at(want)), "every {every_h} h, {now}");
        }
    }

    #[test]
    fn the_line_says_what_was_found() {
        let findings = Findings::default();
        assert_eq!(findings.line(), "has not run yet");
        let mut report = Report {
            entries: 7,
            ..Report::default()
        };
        findings.set(at("2026-11-22T02:30:00Z"), report.clone());
        assert_eq!(findings.line(), "ok, 7 entries at 2026-11-22T02:30:00.000Z");
        report.differ(3, "tag", String::new());
        findings.set(at("2026-11-22T02:30:00Z"), report);
        assert!(findings.line().starts_with("1 differences at"));
    }
}
