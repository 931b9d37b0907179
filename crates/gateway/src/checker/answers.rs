//! How asks ended: each end closes one open ask, and nothing that ended its permission lies between.

use domain::journal::Leaf;
use domain::journal::store::StoreError;

use super::known::{Known, SAFETY};
use super::statement::Statement;
use super::walk::Walk;

/// Why no position came, where a source was contacted.
const FAILURES: [&str; 10] = [
    "unknown-to-source",
    "denied-by-source",
    "vetoed",
    "unlocatable",
    "too-old",
    "surface-not-met",
    "source-timeout",
    "source-unavailable",
    "source-untrustworthy",
    "beyond-grid",
];
/// Why none came without one: the ask is given back.
const GIVEN_BACK: [&str; 2] = ["no-source", "source-busy"];

/// A covered ask that has not ended.
pub(super) struct Flight {
    pub(super) subject: [u8; 16],
    pub(super) n: u64,
    pub(super) at: i64,
    /// What covers it; empty for an ask that is passed on to the home of the number.
    pub(super) consent: String,
    pub(super) relays: Vec<String>,
    /// The event that it rests on, so far as the entries say.
    pub(super) event: Option<String>,
    /// Whether the event that it rests on may have ended since, which no entry says.
    pub(super) may_be_over: bool,
    pub(super) ask: String,
    pub(super) recipient: String,
    pub(super) purpose: String,
    pub(super) question: String,
    /// After this no answer may leave; `None` if that is not known.
    pub(super) until: Option<i64>,
    /// How exact its answer may be.
    pub(super) metres: u32,
    /// Whether its answer is yes or no.
    pub(super) yes_no: bool,
    /// What ended its permission since.
    pub(super) ended: Option<&'static str>,
    /// Whether it was covered, so far as the check can say.
    pub(super) is_sure: bool,
}

impl Flight {
    /// Whether it was passed on to the home of the number.
    pub(super) const fn is_home(&self) -> bool {
        self.consent.is_empty()
    }
}

impl Walk<'_> {
    /// An end of an ask.
    pub(super) fn ended(
        &mut self,
        statement: &Statement,
        subject: [u8; 16],
        known: &mut Known,
    ) -> Result<(), StoreError> {
        let (leaf, asked) = (statement.leaf, statement.closes.unwrap_or(Leaf::MAX));
        let Some(flight) = self.flights.remove(&asked) else {
            // The tag of an erased ask still says whose it was, and which.
            let own = self.tags.of(subject, statement.n.unwrap_or_default(), false);
            if self.spill.shell_tag(asked)? == Some(own) {
                self.report.unchecked += 1;
                known.hole = known.hole.max(Some(asked));
                self.spill.note_holed(subject, known.n)?;
            } else {
                self.differ(leaf, "closes", format!("entry {asked} is no open ask"));
            }
            return Ok(());
        };
        if let Some(of_subject) = self.flights_of.get_mut(&flight.subject) {
            of_subject.retain(|flying| *flying != asked);
            if of_subject.is_empty() {
                self.flights_of.remove(&flight.subject);
            }
        }
        if !is_of(statement, subject, &flight) {
            self.differ(
                leaf,
                "closes",
                format!("it says something else of its ask than entry {asked}"),
            );
        }
        match statement.kind.as_str() {
            "answered" => return self.answered(statement, &flight, known),
            "withheld" => self.withheld(statement, &flight, known),
            "failed" => self.failed(statement, asked, &flight, known),
            _ => {
                if statement.reason() != Some("crash") {
                    self.differ(leaf, "reason", "only a crash abandons an ask");
                }
            }
        }
        Ok(())
    }

    fn answered(&mut self, statement: &Statement, flight: &Flight, known: &Known) -> Result<(), StoreError> {
        let leaf = statement.leaf;
        self.report.decisions += 1;
        if !flight.is_sure {
            self.report.unchecked += u64::from(known.hole.is_some());
            return Ok(());
        }
        if let Some(why) = flight.ended {
            self.doubt(
                known,
                leaf,
                "ended-before",
                format!("its permission had ended since: `{why}`"),
            );
        }
        if flight.until.is_some_and(|until| statement.at >= until) {
            self.doubt(
                known,
                leaf,
                "too-late",
                "it left after its permission or its ask had run out",
            );
        }
        self.precision(statement, flight);
        let fits = match (statement.text("outcome"), &*flight.question) {
            // What another home sealed is passed on unread, and nothing else is where no consent of this one's covers it.
            (outcome, _) if flight.is_home() => outcome == "sealed",
            ("area", "retrieve") => !flight.yes_no,
            ("true" | "false" | "partial", "verify") => true,
            _ => false,
        };
        if !fits {
            let words = format!(
                "a question `{}` has no outcome `{}` here",
                flight.question,
                statement.text("outcome")
            );
            self.differ(leaf, "outcome", words);
        }
        self.sealed(statement, flight, known)
    }

    fn precision(&mut self, statement: &Statement, flight: &Flight) {
        let (found, want) = (statement.number("metres"), u64::from(flight.metres));
        if found < want {
            let words = format!("it is finer than allowed: {found} m, and {want} m was the finest");
            self.differ(statement.leaf, "finer", words);
        } else if found > want {
            let words = format!("expected {want} m, found {found} m");
            self.differ(statement.leaf, "precision", words);
        }
    }

    fn withheld(&mut self, statement: &Statement, flight: &Flight, known: &Known) {
        self.report.decisions += 1;
        if !flight.is_sure {
            self.report.unchecked += u64::from(known.hole.is_some());
            return;
        }
        let ran_out = flight.until.is_some_and(|until| statement.at >= until);
        let late = if flight.is_home() { "stale" } else { "expired" };
        let want = flight.ended.or(ran_out.then_some(late));
        let found = statement.reason().unwrap_or_default();
        let by_event = match found {
            "no-event" => flight.may_be_over,
            "expired" => known.event_ran_out(&flight.recipient, flight.at, statement.at),
            _ => false,
        };
        if want != Some(found) && !by_event {
            let words = format!("expected `{}`, found `{found}`", want.unwrap_or("an answer"));
            self.differ(statement.leaf, "withheld", words);
        }
        if statement.text("outcome") != "withheld" {
            self.differ(statement.leaf, "outcome", "what is withheld has no outcome but that");
        }
        self.precision(statement, flight);
    }

    fn failed(&mut self, statement: &Statement, asked: Leaf, flight: &Flight, known: &mut Known) {
        let reason = statement.reason().unwrap_or_default();
        if GIVEN_BACK.contains(&reason) {
            if !flight.is_home() {
                known.give_back(&flight.consent, asked, flight.at);
            }
        } else if !FAILURES.contains(&reason) {
            self.differ(statement.leaf, "reason", format!("no failure is called `{reason}`"));
        }
        if statement.text("outcome") != "no-position" {
            self.differ(statement.leaf, "outcome", "a failure has no outcome but `no-position`");
        }
        if flight.is_sure {
            self.precision(statement, flight);
        }
    }

    /// A consent ended: so do the asks under it that are under way.
    pub(super) fn end_flights_of_consent(&mut self, subject: [u8; 16], consent: &str, purpose: &str) {
        let why = if purpose == SAFETY {
            "withdrawn-unseen"
        } else {
            "withdrawn"
        };
        self.end_flights(subject, why, |flight| flight.consent == consent);
    }

    /// The asks about a person that are under way and that `which` picks end, for the first reason that there is.
    pub(super) fn end_flights(&mut self, subject: [u8; 16], why: &'static str, which: impl Fn(&Flight) -> bool) {
        for leaf in self.flights_of.get(&subject).into_iter().flatten() {
            if let Some(flight) = self.flights.get_mut(leaf).filter(|flight| which(flight)) {
                // Nobody paused what was never agreed to here.
                let why = match why {
                    "paused" if flight.is_home() && flight.purpose == SAFETY => "stopped-unseen",
                    "paused" if flight.is_home() => "never",
                    other => other,
                };
                flight.ended = flight.ended.or(Some(why));
            }
        }
    }

    /// The event of those asks may be over, and the entries do not say so.
    pub(super) fn maybe_end_flights(&mut self, subject: [u8; 16], which: impl Fn(&Flight) -> bool) {
        for leaf in self.flights_of.get(&subject).into_iter().flatten() {
            if let Some(flight) = self.flights.get_mut(leaf).filter(|flight| which(flight)) {
                flight.may_be_over = true;
            }
        }
    }

    /// A party was suspended, or its programme for one purpose: what it asked, and what it may carry.
    pub(super) fn end_flights_of_party(&mut self, party: &str, purpose: Option<&str>) {
        let of_purpose = |flight: &&mut Flight| purpose.is_none_or(|purpose| flight.purpose == purpose);
        for flight in self.flights.values_mut().filter(of_purpose) {
            let why = if flight.recipient == party {
                Some(purpose.map_or("party-suspended", |_| "programme-suspended"))
            } else {
                let carries = flight.relays.iter().any(|relay| relay == party);
                carries.then_some("relay-suspended")
            };
            flight.ended = flight.ended.or(why);
            // It may have told of the event that another's ask rests on.
            flight.may_be_over |= purpose.is_none();
        }
    }
}

/// Whether an end says of its ask what the ask said.
fn is_of(statement: &Statement, subject: [u8; 16], flight: &Flight) -> bool {
    let same = statement.n == Some(flight.n)
        && subject == flight.subject
        && statement.text("ask") == flight.ask
        && statement.text("recipient") == flight.recipient
        && statement.permission().unwrap_or_default() == flight.consent;
    let whole = statement.kind == "abandoned"
        || (statement.text("purpose") == flight.purpose
            && statement.text("question") == flight.question
            && statement.list("relays") == flight.relays);
    same && whole
}
