//! Asks about numbers that another gateway is home to. Nothing here covers them: they are passed on as they are, to the
//! gateway that decides, and what it sealed is passed back unread.

use super::answers::Flight;
use super::asks::{Outcome, Question};
use super::events::{UNSAID, Wanted, rests_on};
use super::known::{Known, Passing, SAFETY};
use super::lives::ANSWER_WITHIN_MS;
use super::policies::Bounds;
use super::questions::COARSEST_M;
use super::statement::Statement;
use super::walk::Walk;

/// For so many parties and purposes is something passed on for one person.
const PASSED_MAX: usize = 64;

/// What can have become of an ask if another gateway is home to its number.
pub(super) fn passed_on(question: &Question<'_>, known: &Known, bounds: &Bounds, now: i64) -> Vec<Outcome<'static>> {
    let outcome = |word| Outcome { word, consent: None };
    if known.is_suspended() {
        return vec![outcome("person-suspended")];
    }
    let passing = known.passing(question.recipient, question.purpose);
    let is_full = passing.is_none() && known.passed.len() >= PASSED_MAX;
    let is_paused = known.allows_nobody(now) || known.is_paused_for(question.recipient);
    // What must look like a phone that is off is passed on: the home is told of a stop, and looks like that.
    let unseen = passing.is_some() && question.purpose == SAFETY && question.wants_place;
    if is_full || ((passing == Some(Passing::Stopped) || is_paused) && !unseen) {
        return vec![outcome("never")];
    }
    // What asks for a new consent is passed on.
    if passing == Some(Passing::Ended) && question.wants_place && !unseen {
        return vec![outcome("ended-at-home")];
    }
    let wanted = Wanted {
        recipient: question.recipient,
        named: question.event,
        bound: None,
        kind: bounds.event.as_deref(),
        elsewhere: true,
    };
    match rests_on(&wanted, known, now) {
        Ok(_) if is_paused && passing == Some(Passing::Going) => vec![outcome("stopped-unseen")],
        Ok(_) => ["asked"].into_iter().chain(UNSAID).map(outcome).collect(),
        Err(why) => vec![outcome(why)],
    }
}

impl Known {
    /// Whether what a party asks for a purpose is passed on; `None` if it never was.
    fn passing(&self, recipient: &str, purpose: &str) -> Option<Passing> {
        let same = |(party, what, _): &&(String, String, Passing)| party == recipient && what == purpose;
        self.passed.iter().find(same).map(|(.., passing)| *passing)
    }

    /// The same, to be changed; from now on it is, if it never was.
    fn pass(&mut self, recipient: &str, purpose: &str) -> Option<&mut Passing> {
        if self.passing(recipient, purpose).is_none() && self.passed.len() < PASSED_MAX {
            let line = (recipient.to_owned(), purpose.to_owned(), Passing::Going);
            self.passed.push(line);
        }
        let same = |(party, what, _): &&mut (String, String, Passing)| party == recipient && what == purpose;
        self.passed.iter_mut().find(same).map(|(.., passing)| passing)
    }

    /// Everything may be passed on again; `false` if nothing was stopped.
    pub(super) fn allow_passing(&mut self) -> bool {
        let before = self.passed.len();
        self.passed.retain(|(.., passing)| *passing != Passing::Stopped);
        self.passed.len() < before
    }
}

impl Walk<'_> {
    /// An ask that was passed on.
    pub(super) fn passed_on(&mut self, statement: &Statement, subject: [u8; 16], known: &mut Known, fits: bool) {
        let (recipient, purpose) = (statement.text("recipient"), statement.text("purpose"));
        let flight = Flight {
            subject,
            n: statement.n.unwrap_or_default(),
            at: statement.at,
            consent: String::new(),
            relays: statement.list("relays").into_iter().map(str::to_owned).collect(),
            event: statement.said("event").map(str::to_owned),
            may_be_over: false,
            ask: statement.text("ask").to_owned(),
            recipient: recipient.to_owned(),
            purpose: purpose.to_owned(),
            question: statement.text("question").to_owned(),
            until: Some(self.before_the_end(statement.at + ANSWER_WITHIN_MS, statement)),
            metres: COARSEST_M,
            yes_no: false,
            ended: None,
            is_sure: fits,
        };
        self.flights.insert(statement.leaf, flight);
        self.flights_of.entry(subject).or_default().push(statement.leaf);
        if let Some(passing) = known.pass(recipient, purpose)
            && *passing == Passing::Ended
            && statement.text("question") == "consent"
        {
            *passing = Passing::Going;
        }
        if let Some(event) = statement.said("event") {
            known.use_event(event, recipient);
        }
    }

    /// The person stopped what is passed on for a party and a purpose, and what that party has under way ends. Where the
    /// home told of it, what it sealed before stands.
    pub(super) fn passing_stopped(&mut self, statement: &Statement, subject: [u8; 16], known: &mut Known) {
        let recipient = statement.text("recipient");
        let next = match statement.said("home") {
            Some(_) => Passing::Ended,
            None => Passing::Stopped,
        };
        let before = known.passing(recipient, statement.text("purpose"));
        if let Some(passing) = known.pass(recipient, statement.text("purpose")) {
            *passing = next;
        }
        if next == Passing::Stopped {
            self.end_flights(subject, "paused", |flight| flight.recipient == recipient);
        } else if before != Some(Passing::Going) {
            self.doubt(
                known,
                statement.leaf,
                "passed-on",
                "the home ended what was not passed on",
            );
        }
    }

    /// In the end: what was decided though the party was not approved for it, or the other way round.
    pub(super) fn tell_unapproved(&mut self) {
        for (leaf, _, rule, words) in std::mem::take(&mut self.unless_approved) {
            self.differ(leaf, rule, words);
        }
    }

    /// A party was approved for other purposes; what for it was approved before, its record does not say any more.
    pub(super) fn excuse_unapproved(&mut self, party: &str) {
        let before = self.unless_approved.len();
        self.unless_approved.retain(|(_, other, ..)| other != party);
        let excused = before - self.unless_approved.len();
        self.report.unchecked += u64::try_from(excused).unwrap_or_default();
    }
}
