//! A policy in sentences, for whoever does not read tables.

use domain::permission::evidence::Grade;
use domain::permission::terms::Precision;
use domain::policy::{ConsentRule, Policy, Rule};
use domain::purpose::Purpose;
use domain::time::Span;

use super::reading::words;

fn length(span: Span) -> String {
    words(u32::try_from(span.as_seconds()).unwrap_or(u32::MAX))
}

/// What the policy says about one purpose.
#[must_use]
pub fn purpose(policy: &Policy, purpose: Purpose) -> String {
    match policy.rule(purpose) {
        Rule::Consent(rule) => format!("{purpose}: {}", rule_words(&rule)),
        Rule::Unavailable => format!("{purpose}: not available here. Every ask is refused."),
        Rule::Forbidden => format!("{purpose}: always refused. No yes can allow it, and no policy."),
    }
}

/// What the policy says about asking people, and about one person over all parties.
#[must_use]
pub fn people(policy: &Policy) -> String {
    let (questions, person) = (policy.questions, policy.person);
    format!(
        "A person has at most {} open at a time and is asked at most {} a day, over all companies. After a no, or no \
         answer, the same company waits {}. From {} on, a company that is mostly refused is suspended until somebody has \
         looked at it.\nAt most {} about one person are answered within a day, over all companies. After a change of the \
         SIM nobody may ask for {} for a yes that repeats or lasts longer than a day. A NEVER stands for {} more after \
         the phone lifted it.",
        counted(questions.open_max, "question"),
        counted(questions.per_day_max, "time"),
        length(questions.cooling_off),
        counted(questions.review_after, "no").replace("nos", "noes"),
        counted(person.asks_per_day_max, "question"),
        length(person.sim_change_wait),
        length(person.never_lift_wait),
    )
}

/// The whole policy.
#[must_use]
pub fn whole(policy: &Policy) -> String {
    let purposes = Purpose::ALL.map(|one| purpose(policy, one));
    format!("{}\n\n{}", purposes.join("\n\n"), people(policy))
}

fn counted(count: u32, what: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {what}{ending}")
}

fn rule_words(rule: &ConsentRule) -> String {
    let answer = match rule.finest {
        Precision::Area { metres } => format!("with the person's yes, an area with a radius of at least {metres} m."),
        Precision::YesNo { metres } => {
            format!("with the person's yes, only yes or no about a circle with a radius of at least {metres} m.")
        }
    };
    let count = rule.count_max.map_or_else(String::new, |count| {
        format!(" and covers at most {}", counted(count, "ask"))
    });
    let mut sentences = vec![
        answer,
        format!(
            "One yes holds for at most {}{count}, no more than {} a day.",
            length(rule.longest),
            rule.per_day_max
        ),
        evidence(rule.least_grade).to_owned(),
    ];
    if rule.waits > Span::seconds(0) {
        sentences.push(format!(
            "It takes effect {} after the yes, and the phone is texted twice in that time.",
            length(rule.waits)
        ));
    }
    if let Some(mean) = rule.reminders {
        sentences.push(format!(
            "What repeats is recalled by text at random times, every {} on average.",
            length(mean)
        ));
    }
    if rule.machines {
        sentences.push("For machine lines the holder of the account may say yes with a passkey.".to_owned());
    }
    sentences.push(format!("The network has {} to answer.", length(rule.deadline)));
    sentences.join(" ")
}

const fn evidence(grade: Grade) -> &'static str {
    match grade {
        Grade::SmsReply => "A reply by text with the question's code is enough.",
        Grade::HandsetLink => "The page that was texted to the number must be opened and the terms signed there.",
        Grade::Passkey => "The terms must be signed with the person's passkey.",
        Grade::AccountHolder => "The holder of the account must sign the terms with a passkey.",
    }
}
