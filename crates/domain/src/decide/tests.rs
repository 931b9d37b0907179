//! The rule, printed: every combination that matters, beside `table.txt`. Where they differ the test prints the table as it
//! would be; whoever agrees to the difference puts it there, like any other change.

mod rows;
mod waits;

use std::fmt::Write as _;

use super::{Grant, Permission, decide};
use crate::ask::{Ask, Carried, Question};
use crate::facts::{Day, Facts, Never, Person};
use crate::geo::{Circle, Metres, Point};
use crate::id::{AskId, ConsentId, PartyId};
use crate::number::Msisdn;
use crate::party::{Caller, ReplayKey, Standing};
use crate::permission::consent::{Consent, Life, RECENT_MAX, Reach};
use crate::permission::evidence::Grade;
use crate::permission::terms::{Origin, Precision};
use crate::policy::{Policy, Rule, World};
use crate::purpose::Purpose;
use crate::refusal::{Carriage, Refusal, Shown};
use crate::subject::{Subject, SubjectKey};
use crate::time::{Span, Timestamp};

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const PROOF: ReplayKey = ReplayKey {
    until_minute: 30_000_001,
    hash: [3; 16],
};

/// The name of a signed ask.
const SIGNED: ReplayKey = ReplayKey {
    until_minute: 30_000_001,
    hash: [4; 16],
};

/// One row: everything that the decision looks at, from a case in which all is well.
struct Case {
    world: World,
    number: String,
    asks_for_itself: bool,
    token_purpose: Purpose,
    standing: Option<Standing>,
    proof_used: bool,
    /// Another party, which may carry asks.
    relay: Standing,
    /// Who brought the ask, if it was not its recipient.
    bearer: Option<PartyId>,
    fault: Option<Carriage>,
    carried: Carried,
    consents: Vec<Consent>,
    /// Everything about the person but the consents.
    person: Person,
    purpose: Purpose,
    question: Question,
}

fn party(byte: u8) -> PartyId {
    PartyId::from_bytes([byte; 16])
}

fn id() -> ConsentId {
    ConsentId::from_bytes([1; 16])
}

fn given(grade: Grade) -> Life {
    Life::Given {
        at: NOW.before(Span::seconds(60)),
        from: NOW.before(Span::seconds(60)),
        until: NOW.after(Span::seconds(60)),
        grade,
        replied: false,
    }
}

fn given_from(from: Timestamp, until: Timestamp) -> Life {
    Life::Given {
        at: NOW.before(Span::seconds(60)),
        from,
        until,
        grade: Grade::HandsetLink,
        replied: false,
    }
}

fn withdrawn(until: Timestamp) -> Life {
    withdrawn_from(NOW.before(Span::seconds(60)), until)
}

fn withdrawn_from(from: Timestamp, until: Timestamp) -> Life {
    Life::Withdrawn {
        at: NOW.before(Span::seconds(1)),
        reach: Reach { from, until },
    }
}

fn void(until: Timestamp) -> Life {
    Life::Void {
        at: NOW.before(Span::seconds(1)),
        reach: Reach {
            from: NOW.before(Span::seconds(60)),
            until,
        },
    }
}

fn circle(radius: u32) -> Circle {
    Circle {
        centre: Point::new(12.0, -40.0).expect("point"),
        radius: Metres::whole(radius),
    }
}

fn place(max_surface: Option<u32>) -> Question {
    Question::Retrieve {
        max_age: None,
        max_surface,
    }
}

fn inside(radius: u32) -> Question {
    Question::Verify {
        circle: circle(radius),
        max_age: None,
    }
}

fn consent(purpose: Purpose, precision: Precision) -> Consent {
    Consent {
        id: id(),
        recipient: party(1),
        purpose,
        precision,
        origin: Origin::Network,
        count: Some(12),
        per_hour: None,
        lasts: Span::seconds(120),
        within: None,
        relays: Vec::new(),
        seal: None,
        event: None,
        terms: None,
        life: given(Grade::HandsetLink),
        used: 0,
        recent: Vec::new(),
        probes: Vec::new(),
    }
}

const HELP: Purpose = Purpose::RequestedServiceProvision;
const FRAUD: Purpose = Purpose::FraudPreventionAndDetection;

/// Roadside help with an area of 200 m.
fn help() -> Case {
    case(HELP, Precision::Area { metres: 200 }, place(None))
}

/// A card check with yes or no, on 2 km.
fn fraud() -> Case {
    case(FRAUD, Precision::YesNo { metres: 2000 }, inside(2000))
}

fn case(purpose: Purpose, precision: Precision, question: Question) -> Case {
    Case {
        world: World::Sandbox,
        number: "+12025550123".to_owned(),
        asks_for_itself: true,
        token_purpose: purpose,
        standing: Some(Standing::approved(&[purpose])),
        relay: Standing::approved(&[purpose]),
        bearer: None,
        fault: None,
        carried: Carried::default(),
        proof_used: false,
        consents: vec![consent(purpose, precision)],
        person: Person::default(),
        purpose,
        question,
    }
}

impl Case {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn consent(mut self, change: impl FnOnce(&mut Consent)) -> Self {
        change(self.consents.first_mut().expect("one consent"));
        self
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a test plays the part of the gateway's authentication"
    )]
    fn decide(&self) -> Result<Grant, Refusal> {
        let subject = Subject {
            key: SubjectKey::from_bytes([7; 16]),
            number: Msisdn::parse(&self.number).expect("a number"),
        };
        let recipient = party(if self.asks_for_itself { 1 } else { 2 });
        let ask = Ask::new(
            AskId::from_bytes([1; 16]),
            subject,
            recipient,
            self.purpose,
            self.question.clone(),
            NOW,
        )
        .carried(self.carried.clone());
        let mut caller = Caller::authenticated(party(1), self.token_purpose, Some(PROOF));
        if self.carried.signed {
            caller = caller.carried_by(self.bearer.unwrap_or(party(1)), SIGNED, self.fault);
        }
        let mut facts = Facts::default();
        facts
            .parties
            .extend(self.standing.clone().map(|standing| (party(1), standing)));
        facts.parties.insert(party(3), self.relay.clone());
        facts.parties.insert(party(4), Standing::approved(&[]));
        facts.spent.extend(self.proof_used.then_some(PROOF));
        let person = Person {
            consents: self.consents.clone(),
            ..self.person.clone()
        };
        facts.people.insert(subject.key, person);
        decide(&ask, &caller, &facts, &Policy::shipped(self.world), NOW)
    }
}

fn outcome(decision: Result<Grant, Refusal>) -> (String, &'static str) {
    match decision {
        Ok(Grant {
            permission: Permission::Home,
            ..
        }) => ("yes, passed on".to_owned(), "what the home says"),
        Ok(grant) => {
            let precision = grant.precision;
            (
                format!("yes, {} of {} m", precision.word(), precision.metres()),
                "the answer",
            )
        }
        Err(reason) => (
            format!("no, {}", reason.code()),
            match reason.shown() {
                Shown::Denied => "the fixed refusal",
                Shown::Unauthenticated => "credentials not fresh",
                Shown::SurfaceNotMet => "area larger than asked for",
                Shown::CircleTooSmall => "circle too small",
                Shown::Off => "a phone that is off",
                Shown::Away => "a source that does not answer",
            },
        ),
    }
}

fn table() -> String {
    let mut text = format!("{:<72} | {:<32} | an outsider sees\n", "when", "decision");
    for (title, cases) in rows::rows() {
        let _ = writeln!(text, "\n{title}");
        for (words, case) in cases {
            let (decision, shown) = outcome(case.decide());
            let _ = writeln!(text, "  {words:<70} | {decision:<32} | {shown}");
        }
    }
    text
}

#[test]
fn the_rule_is_the_table() {
    let (now, agreed) = (table(), include_str!("table.txt"));
    assert!(
        now == agreed,
        "the rule is no longer `table.txt`, which would be:\n{now}"
    );
}

#[test]
fn whatever_else_holds_a_grant_needs_everything() {
    // Any two things wrong are refused as well: no wrong makes up for another.
    let wrongs: [fn(&mut Case); 12] = [
        |case| case.person.ended = true,
        |case| case.person.never = Some(Never::Stands { since: NOW }),
        |case| {
            case.person.day = Day {
                from: Some(NOW),
                asks: 200,
            }
        },
        |case| case.asks_for_itself = false,
        |case| case.token_purpose = FRAUD,
        |case| case.proof_used = true,
        |case| case.standing = None,
        |case| case.number = ["+1", "2025551234"].concat(),
        |case| case.consents.clear(),
        |case| case.person.paused = true,
        |case| {
            case.consents
                .iter_mut()
                .for_each(|consent| consent.life = withdrawn(NOW))
        },
        |case| case.consents.iter_mut().for_each(|consent| consent.used = 12),
    ];
    for one in wrongs {
        for other in wrongs {
            let case = help().with(one).with(other);
            assert!(case.decide().is_err());
        }
    }
}

#[test]
fn a_grant_is_never_finer_than_the_consent_nor_the_policy() {
    for metres in [0, 1, 49, 50, 51, 200, 5000, u32::MAX] {
        for (make, finest) in [(help as fn() -> Case, 50), (fraud, 2000)] {
            for precision in [Precision::Area { metres }, Precision::YesNo { metres }] {
                let case = make().consent(|consent| consent.precision = precision);
                for question in [place(None), inside(u32::MAX)] {
                    let Ok(grant) = make_with(&case, question).decide() else {
                        continue;
                    };
                    assert!(grant.precision.metres() >= metres.max(finest));
                    assert!(matches!(precision, Precision::Area { .. }) || grant.precision.word() == "YES_NO");
                }
            }
        }
    }
}

fn make_with(case: &Case, question: Question) -> Case {
    Case {
        world: case.world,
        number: case.number.clone(),
        asks_for_itself: case.asks_for_itself,
        token_purpose: case.token_purpose,
        standing: case.standing.clone(),
        relay: case.relay.clone(),
        bearer: case.bearer,
        fault: case.fault,
        carried: case.carried.clone(),
        proof_used: case.proof_used,
        consents: case.consents.clone(),
        person: case.person.clone(),
        purpose: case.purpose,
        question,
    }
}

#[test]
fn a_consent_remembers_as_many_asks_as_any_rate_counts() {
    for purpose in Purpose::ALL {
        if let Rule::Consent(rule) = Policy::shipped(World::Live).rule(purpose) {
            assert!(rule.per_day_max as usize <= RECENT_MAX, "{purpose}");
        }
    }
}

#[test]
fn having_agreed_is_for_one_party_one_purpose_and_enough_evidence() {
    let Rule::Consent(rule) = Policy::shipped(World::Live).rule(FRAUD) else {
        panic!("fraud checks rest on consent")
    };
    let yes_no = Precision::YesNo { metres: 2000 };
    let agreed = |life: Life, recipient, purpose| {
        let consent = Consent {
            life,
            ..consent(FRAUD, yes_no)
        };
        let person = Person {
            consents: vec![consent],
            ..Person::default()
        };
        super::consent::has_agreed(&person, recipient, purpose, &rule, NOW)
    };
    let link = given(Grade::HandsetLink);
    assert!(agreed(link, party(1), FRAUD));
    assert!(!agreed(link, party(2), FRAUD), "another party");
    assert!(!agreed(link, party(1), HELP), "another purpose");
    assert!(!agreed(given(Grade::SmsReply), party(1), FRAUD), "too weak a yes");
    for over in [
        Life::asked(NOW.after(Span::seconds(1))),
        Life::Refused { at: NOW },
        withdrawn(NOW),
        given_from(NOW, NOW),
    ] {
        assert!(!agreed(over, party(1), FRAUD), "{}", over.word());
    }
    assert!(!super::consent::has_agreed(
        &Person::default(),
        party(1),
        FRAUD,
        &rule,
        NOW
    ));
}
