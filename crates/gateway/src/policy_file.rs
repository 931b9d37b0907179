//! `policy.toml`: the policy as a file that a lawyer can read, and how it becomes the [`Policy`] in force.
//!
//! The file is the whole policy: a purpose that it does not name is not available, and a key that it does not know is a
//! fault. Every fault is told with its line, so that one reading finds them all.

pub mod explain;
mod limits;
mod reading;

use std::path::{Path, PathBuf};

use domain::event::EventKind;
use domain::permission::evidence::Grade;
use domain::permission::terms::Precision;
use domain::policy::{ConsentRule, PersonRule, Policy, QuestionRule, Rule, World};
use domain::purpose::Purpose;
use toml::de::DeTable;

use reading::{Faults, Section};

pub use reading::Fault;

/// The policy as it is shipped.
pub const SHIPPED: &str = include_str!("policy_file/policy.toml");

/// Why a file is no policy.
#[derive(Debug)]
pub enum PolicyError {
    /// It cannot be read.
    Unreadable(PathBuf, std::io::Error),
    /// What is wrong with it, in the order of its lines; never empty.
    Faulty(Vec<Fault>),
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unreadable(path, error) => write!(f, "cannot read `{}`: {error}", path.display()),
            Self::Faulty(faults) => {
                let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
        }
    }
}

impl std::error::Error for PolicyError {}

/// Reads the policy file of a gateway; the shipped one, if it has none.
///
/// # Errors
/// When it cannot be read, or is no policy for that world.
pub fn load(path: Option<&Path>, world: World) -> Result<Policy, PolicyError> {
    let Some(path) = path else {
        return parse(SHIPPED, world);
    };
    let text = std::fs::read_to_string(path).map_err(|error| PolicyError::Unreadable(path.to_owned(), error))?;
    parse(&text, world)
}

/// Reads a policy for a world. A live world has limits that no policy loosens; a sandbox has fewer.
///
/// # Errors
/// Every fault of the text.
pub fn parse(text: &str, world: World) -> Result<Policy, PolicyError> {
    let document = DeTable::parse(text).map_err(|error| PolicyError::Faulty(vec![Fault::of_toml(text, &error)]))?;
    let mut faults = Faults::new(text);
    let mut whole = Section::whole(document);
    let mut policy = Policy::shipped(world);
    if let Some(mut section) = whole.section("questions", &mut faults) {
        policy.questions = read_questions(&mut section, &mut faults, world);
        section.finish(&mut faults);
    }
    if let Some(mut section) = whole.section("person", &mut faults) {
        policy.person = read_person(&mut section, &mut faults, world);
        section.finish(&mut faults);
    }
    if let Some(mut purposes) = whole.section("purpose", &mut faults) {
        for purpose in Purpose::ALL {
            policy = read_purpose(policy, purpose, &mut purposes, &mut faults, world);
        }
        purposes.finish(&mut faults);
    }
    whole.finish(&mut faults);
    let faults = faults.in_order();
    if faults.is_empty() {
        Ok(policy)
    } else {
        Err(PolicyError::Faulty(faults))
    }
}

fn read_questions(section: &mut Section<'_>, faults: &mut Faults<'_>, world: World) -> QuestionRule {
    let limits = limits::of_questions(world);
    QuestionRule {
        open_max: section.number("open_max", limits.open, faults),
        per_day_max: section.number("per_day_max", limits.per_day, faults),
        cooling_off: section.span("cooling_off", limits.cooling_off, faults),
        review_after: section.number("review_after", limits.review_after, faults),
    }
}

fn read_person(section: &mut Section<'_>, faults: &mut Faults<'_>, world: World) -> PersonRule {
    let limits = limits::of_person(world);
    PersonRule {
        asks_per_day_max: section.number("asks_per_day_max", limits.asks_per_day, faults),
        sim_change_wait: section.span("sim_change_wait", limits.sim_change_wait, faults),
        never_lift_wait: section.span("never_lift_wait", limits.never_lift_wait, faults),
    }
}

/// The policy with what the file says about one purpose; with nothing said, it is not available.
fn read_purpose(
    policy: Policy,
    purpose: Purpose,
    purposes: &mut Section<'_>,
    faults: &mut Faults<'_>,
    world: World,
) -> Policy {
    let closed = Policy::shipped(world).rule(purpose);
    let is_for_consent = matches!(closed, Rule::Consent(_));
    let Some(mut section) = purposes.optional_section(purpose.term(), faults) else {
        return if is_for_consent {
            policy.with_rule(purpose, Rule::Unavailable)
        } else {
            policy
        };
    };
    if !is_for_consent {
        let want = if closed == Rule::Forbidden {
            "no such section: this purpose is always refused"
        } else {
            "no such section: a consent cannot cover this purpose"
        };
        section.refuse(want, faults);
        return policy;
    }
    let rule = read_rule(&mut section, purpose, faults, world);
    section.finish(faults);
    policy.with_rule(purpose, Rule::Consent(rule))
}

fn read_rule(section: &mut Section<'_>, purpose: Purpose, faults: &mut Faults<'_>, world: World) -> ConsentRule {
    let limits = limits::of_rule(world, purpose);
    let is_area = section.choice("answer", &[("area", true), ("yes-no", false)], faults);
    let metres = section.number("finest_m", limits.finest_m, faults);
    let grades = [Grade::SmsReply, Grade::HandsetLink, Grade::Passkey].map(|grade| (grade.word(), grade));
    ConsentRule {
        finest: if is_area.unwrap_or(false) {
            Precision::Area { metres }
        } else {
            Precision::YesNo { metres }
        },
        longest: section.span("longest", limits.longest, faults),
        count_max: section.optional_number("count_max", limits.count, faults),
        per_day_max: section.number("per_day_max", limits.per_day, faults),
        least_grade: section.choice("evidence", &grades, faults).unwrap_or(Grade::Passkey),
        deadline: section.span("source_deadline", limits.deadline, faults),
        waits: section.span_or_nothing("effect_after", limits.waits, faults),
        reminders: section.optional_span("reminders", limits.reminders, faults),
        machines: section
            .optional_boolean("machine_lines", limits.machines, faults)
            .unwrap_or(false),
        // A call stays a call: what its purpose rests on is nobody's to loosen.
        event: shipped_event(purpose).or_else(|| section.optional_choice("event", &EVENTS, faults)),
    }
}

/// The kinds of events that a purpose may be made to rest on.
const EVENTS: [(&str, EventKind); 2] = [
    (EventKind::Ticket.word(), EventKind::Ticket),
    (EventKind::Call.word(), EventKind::Call),
];

fn shipped_event(purpose: Purpose) -> Option<EventKind> {
    match Policy::shipped(World::Live).rule(purpose) {
        Rule::Consent(rule) => rule.event,
        Rule::Unavailable | Rule::Forbidden => None,
    }
}

#[cfg(test)]
mod tests;
