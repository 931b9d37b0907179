//! How consents and questions end, and what changes about a person as a whole.

use domain::journal::store::StoreError;

use super::consents::is_of;
use super::known::{Known, Life, Never};
use super::statement::Statement;
use super::walk::Walk;

/// So many noes are remembered.
const NOES_MAX: usize = 64;

impl Walk<'_> {
    /// A consent or question that is over by this entry.
    pub(super) fn over(&mut self, statement: &Statement, subject: [u8; 16], known: &mut Known) {
        let (leaf, now) = (statement.leaf, statement.at);
        let Some(held) = known.held(statement.text("consent")).cloned() else {
            self.doubt(known, leaf, "consent", "it ends what was neither put nor given");
            return;
        };
        if !is_of(statement, &held) {
            self.differ(leaf, "consent", "it ends something else than was asked or given");
        }
        let next = match (statement.kind.as_str(), held.life) {
            ("consent-refused", Life::Open { until }) if now < until => Some(Life::Refused),
            ("consent-lapsed", Life::Open { until }) => {
                let early = statement.reason() == Some("silence") && now < until;
                (!early).then_some(Life::Lapsed)
            }
            ("consent-withdrawn", Life::Given { from, until, .. }) if now < until => {
                Some(Life::Withdrawn { from, until })
            }
            ("consent-void", Life::Given { from, until, .. }) if now < until => Some(Life::Void { from, until }),
            _ => None,
        };
        let Some(next) = next else {
            let words = format!("`{}` cannot follow {:?}", statement.kind, held.life);
            self.doubt(known, leaf, "consent", words);
            return;
        };
        let counts = matches!(next, Life::Refused | Life::Lapsed) && statement.reason() != Some("undelivered");
        if counts {
            known.noes.push((held.recipient.clone(), now));
            let surplus = known.noes.len().saturating_sub(NOES_MAX);
            known.noes.drain(..surplus);
        }
        // What a hub tells ends what names that hub, and nothing else.
        if matches!(next, Life::Withdrawn { .. }) && statement.reason() != Some("stopped-at-hub") {
            // Who stops one consent stops the company: its twins must end too, and cover nothing from here on.
            let twins = known.held.iter_mut().filter(|other| {
                other.id != held.id && other.recipient == held.recipient && other.purpose == held.purpose
            });
            for twin in twins.filter(|twin| matches!(twin.life, Life::Given { until, .. } if now < until)) {
                twin.must_end = true;
            }
        }
        if let Some(held) = known.held_mut(&held.id) {
            held.life = next;
        }
        self.end_flights_of_consent(subject, &held.id, &held.purpose);
    }

    /// What changes about a person as a whole.
    pub(super) fn person(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        known: &mut Known,
    ) -> Result<(), StoreError> {
        match statement.kind.as_str() {
            "person-paused" => self.paused(statement, subject, known),
            "person-resumed" => match statement.said("recipient") {
                Some(recipient) => known.paused_for.retain(|paused| paused != recipient),
                None => {
                    known.paused = false;
                    known.paused_for.clear();
                }
            },
            "person-never" => {
                self.nothing_stands(statement, known, "nobody may ask any more");
                known.never = Some(Never { until: None });
            }
            "person-allowed" => return self.allowed(statement, known),
            "sim-changed" => {
                self.nothing_stands(statement, known, "the SIM changed");
                known.sim_changed = Some(statement.at);
            }
            "tenure-ended" => {
                self.nothing_stands(statement, known, "the number changed hands");
                known.ended = true;
            }
            "person-suspended" => {
                known.suspended = Some(statement.leaf);
                self.end_flights(subject, "person-suspended", |_| true);
            }
            "person-released" => known.suspended = None,
            "passing-stopped" => self.passing_stopped(statement, subject, known),
            "event-opened" => self.event_opened(statement, known),
            "event-ended" => self.event_ended(statement, subject, known),
            "line-attested" => {
                let of_holder = |life| matches!(life, Life::Given { evidence: 4, until, .. } if statement.at < until);
                if known.held.iter().any(|held| of_holder(held.life)) {
                    self.doubt(
                        known,
                        statement.leaf,
                        "left-standing",
                        "an account holder's consent outlived the account",
                    );
                }
                known.account = statement.said("account").map(str::to_owned);
            }
            // The other kinds change nothing that is decided by.
            _ => {}
        }
        Ok(())
    }

    fn paused(&mut self, statement: &Statement, subject: [u8; 16], known: &mut Known) {
        match statement.said("recipient") {
            Some(recipient) => {
                known.paused_for.push(recipient.to_owned());
                self.end_flights(subject, "paused", |flight| flight.recipient == recipient);
            }
            None => {
                known.paused = true;
                known.paused_for.clear();
                self.end_flights(subject, "paused", |_| true);
            }
        }
    }

    fn allowed(&mut self, statement: &Statement, known: &mut Known) -> Result<(), StoreError> {
        let leaf = statement.leaf;
        let from = statement.said("from").and_then(super::statement::time);
        if known.never != Some(Never { until: None }) {
            // What was stopped here is passed on again at once: the home still asks for its own consent.
            if from == Some(statement.at) && !known.allows_nobody(statement.at) && known.allow_passing() {
                return Ok(());
            }
            self.doubt(known, leaf, "never", "it lifts what does not stand");
        }
        let in_force = self.in_force.clone().unwrap_or_default();
        let policy = self.policy(&in_force)?;
        if policy.is_some_and(|policy| from != Some(statement.at + policy.never_wait_ms)) {
            self.differ(leaf, "never", "it is lifted after another delay than the policy's");
        }
        known.never = Some(Never { until: from });
        Ok(())
    }

    /// Everything that was agreed or open must have ended with this.
    fn nothing_stands(&mut self, statement: &Statement, known: &Known, why: &str) {
        let standing = known.held.iter().filter(|held| held.is_live(statement.at));
        let standing: Vec<&str> = standing.map(|held| held.id.as_str()).collect();
        if !standing.is_empty() {
            let words = format!("{why}, and {} stands", standing.join(", "));
            self.doubt(known, statement.leaf, "left-standing", words);
        }
    }
}
