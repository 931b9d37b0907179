//! The decision, with any facts that the store could hold.
//!
//! Choices that are zero make a case that is granted, so that a short input changes a little of it and long ones all.

mod chain;

use domain::ask::{Ask, Question};
use domain::decide::{Grant, Permission, decide};
use domain::event::{Call, Event, EventKey};
use domain::facts::{Day, Facts, Line, Never, Person};
use domain::geo::{Circle, Metres, Point};
use domain::id::{AccountId, AskId, ConsentId, PartyId};
use domain::number::Msisdn;
use domain::party::{Caller, ReplayKey, Standing, Tally};
use domain::permission::consent::{Consent, Life, Reach};
use domain::permission::evidence::Grade;
use domain::permission::probe::Probe;
use domain::permission::terms::{Origin, Precision};
use domain::permission::within::{Days, Slot, Weekly, Within, Zone};
use domain::policy::{Policy, Rule, World};
use domain::purpose::Purpose;
use domain::refusal::Refusal;
use domain::subject::{Subject, SubjectKey};
use domain::time::{Span, Timestamp};

use crate::input::Choices;
use chain::{came_rightly, carried, event, key, line, programme};

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const PROOF: ReplayKey = ReplayKey {
    until_minute: 30_000_001,
    hash: [3; 16],
};
const SUBJECT: SubjectKey = SubjectKey::from_bytes([7; 16]);

pub(crate) fn run(data: &[u8]) {
    let mut choices = Choices::new(data);
    let world = choices.one_of(&[World::Sandbox, World::Live]);
    let policy = Policy::shipped(world);
    let ask = ask(&mut choices);
    #[expect(
        clippy::disallowed_methods,
        reason = "a test plays the part of the gateway's authentication"
    )]
    let caller = Caller::authenticated(
        party(choices.below(3)),
        purpose(&mut choices),
        choices.flag().then_some(PROOF),
    );
    let (ask, caller) = carried(ask, caller, &mut choices);
    let facts = facts(&mut choices);
    let decision = decide(&ask, &caller, &facts, &policy, NOW);
    assert_eq!(
        decision,
        decide(&ask, &caller, &facts, &policy, NOW),
        "decides by more than its facts"
    );
    match decision {
        Ok(grant) => is_covered(&grant, &ask, &caller, &facts, &policy),
        Err(refusal) => assert!(!refusal.code().is_empty()),
    }
    // Without the consents nothing is granted; and a proof serves once.
    let mut poorer = facts;
    poorer.people.clear();
    let passed_on = decide(&ask, &caller, &poorer, &policy, NOW).is_ok();
    assert!(!passed_on || ask.how().elsewhere, "granted without a consent");
    if let (Some(proof), Ok(_)) = (caller.proofs().next(), decision) {
        poorer.spent.insert(proof);
        assert_eq!(decide(&ask, &caller, &poorer, &policy, NOW), Err(Refusal::Replayed));
    }
}

/// Everything that a grant needs, said once more in other words.
fn is_covered(grant: &Grant, ask: &Ask, caller: &Caller, facts: &Facts, policy: &Policy) {
    let Rule::Consent(rule) = policy.rule(ask.purpose()) else {
        panic!("granted for a purpose that nothing can cover");
    };
    assert!(caller.party() == ask.recipient() && caller.purpose() == ask.purpose());
    assert!(caller.proofs().all(|proof| !facts.spent.contains(&proof)));
    assert!(caller.fault().is_none(), "granted in spite of a fault");
    came_rightly(ask, caller, facts);
    let standing = facts.parties.get(&ask.recipient()).expect("an enrolled party");
    let programme = standing.programme(ask.purpose()).expect("an approved purpose");
    assert!(!standing.suspended && !programme.suspended && !standing.has_ended(ask.purpose(), NOW));
    assert!(policy.world == World::Live || ask.subject().number.is_reserved());
    let person = facts.people.get(&SUBJECT).expect("somebody");
    assert!(!person.suspended);
    let Permission::Consent(granted) = grant.permission else {
        assert!(
            ask.how().elsewhere && ask.how().signed,
            "passed on what is not signed for elsewhere"
        );
        return;
    };
    assert!(!person.ended && !person.paused && person.never.is_none() && !person.paused_for.contains(&ask.recipient()));
    assert!(person.day.asks(NOW) < policy.person.asks_per_day_max);
    let of_this_id = person.consents.iter().filter(|consent| consent.id == granted);
    let covers = |consent: &&Consent| {
        let Life::Given { from, until, grade, .. } = consent.life else {
            return false;
        };
        let enough = match grade {
            Grade::AccountHolder => rule.machines && matches!(person.line, Line::Machine { .. }),
            _ => grade >= rule.least_grade,
        };
        let day = consent
            .recent
            .iter()
            .filter(|at| NOW.since(**at) < Span::seconds(86_400))
            .count();
        let hour = consent
            .recent
            .iter()
            .filter(|at| NOW.since(**at) < Span::seconds(3_600))
            .count();
        consent.recipient == ask.recipient()
            && consent.purpose == ask.purpose()
            && until > NOW
            && grant.until <= until
            && enough
            && from <= NOW
            && consent
                .within
                .as_ref()
                .is_none_or(|within| within.ends_after(NOW).is_some_and(|ends| grant.until <= ends))
            && consent.count.is_none_or(|count| consent.used < count)
            && consent.per_hour.is_none_or(|most| hour < most as usize)
            && day < rule.per_day_max as usize
            && no_finer(grant.precision, consent.precision)
            && grant.origin == consent.origin
            && ask.how().relays.iter().all(|relay| consent.relays.contains(relay))
            && (!ask.how().signed || consent.seal.is_some_and(|seal| standing.seals.contains(&seal)))
            && (consent.event.is_none() || consent.event == grant.event.map(|rest| rest.key))
    };
    assert!(
        of_this_id.into_iter().any(|consent| covers(&consent)),
        "granted without a live consent"
    );
    let wanted = rule.event.is_some() || !programme.events.is_empty();
    assert!(!wanted || grant.event.is_some(), "granted without an event");
    if let Some(rest) = grant.event {
        let told = |event: &&Event| event.rest() == rest && NOW < event.until && event.used < event.count;
        let event = person.events.iter().find(told).expect("the event that it rests on");
        assert!(
            !facts.parties[&rest.source].suspended,
            "rests on what a suspended party told of"
        );
        assert!(NOW < event.until && event.used < event.count && event.recipient == ask.recipient());
        assert!(!event.needs_confirmation() || person.confirms(event, NOW));
    }
    assert!(no_finer(grant.precision, rule.finest), "finer than the policy allows");
    assert!(grant.until <= NOW.after(Span::seconds(600)) && grant.deadline <= rule.deadline);
    let metres = f64::from(grant.precision.metres());
    match ask.question() {
        Question::Retrieve { max_surface, .. } => {
            assert!(
                matches!(grant.precision, Precision::Area { .. }),
                "a place for a yes or no"
            );
            assert!(max_surface.is_none_or(|most| f64::from(most) >= 3.0 * metres * metres));
        }
        Question::Verify { circle, .. } => assert!(circle.radius.value() >= metres),
        Question::PassOn { .. } => panic!("granted what only another gateway answers"),
    }
}

fn no_finer(one: Precision, other: Precision) -> bool {
    let may_be_area = !matches!((one, other), (Precision::Area { .. }, Precision::YesNo { .. }));
    may_be_area && one.metres() >= other.metres()
}

fn party(index: usize) -> PartyId {
    PartyId::from_bytes([1 + index as u8; 16])
}

/// The purposes that consents can cover come up most.
fn purpose(choices: &mut Choices<'_>) -> Purpose {
    let common = [Purpose::RequestedServiceProvision, Purpose::FraudPreventionAndDetection];
    match choices.byte() {
        byte @ 0..200 => common[usize::from(byte) & 1],
        byte => Purpose::ALL[usize::from(byte) % Purpose::ALL.len()],
    }
}

fn precision(choices: &mut Choices<'_>) -> Precision {
    let metres = choices.one_of(&[200, 0, 1, 50, 2_000, 200_000, u32::MAX]);
    if choices.flag() {
        Precision::YesNo { metres }
    } else {
        Precision::Area { metres }
    }
}

/// A time before or after now, near or far.
fn time(choices: &mut Choices<'_>) -> Timestamp {
    let step = i64::from(i16::from_be_bytes(choices.bytes()));
    let unit = choices.one_of(&[1, 1_000, 60_000, 3_600_000, 1 << 40]);
    Timestamp::from_unix_ms(NOW.unix_ms().saturating_add(step * unit))
}

fn circle(choices: &mut Choices<'_>) -> Circle {
    let degrees = |byte: u8| f64::from(byte) - 90.0;
    let latitude = degrees(choices.byte()).clamp(-90.0, 90.0);
    let longitude = degrees(choices.byte());
    Circle {
        centre: Point::new(latitude, longitude).expect("a point"),
        radius: Metres::whole(choices.one_of(&[0, 49, 50, 1_999, 2_000, 2_001, u32::MAX])),
    }
}

fn ask(choices: &mut Choices<'_>) -> Ask {
    // The last one is of a country code that is not assigned: nobody's, and not reserved either.
    let numbers = ["12025550123", "999123456", "2105550100"];
    let max_age = choices.flag().then(|| Span::seconds(choices.u32()));
    let question = if choices.flag() {
        Question::Verify {
            circle: circle(choices),
            max_age,
        }
    } else {
        let max_surface = choices.flag().then(|| choices.u32());
        Question::Retrieve { max_age, max_surface }
    };
    let subject = Subject {
        key: SUBJECT,
        number: Msisdn::from_digits(numbers[choices.below(3)]).expect("a number"),
    };
    let (recipient, purpose) = (party(choices.below(3)), purpose(choices));
    Ask::new(AskId::from_bytes([1; 16]), subject, recipient, purpose, question, NOW)
}

fn facts(choices: &mut Choices<'_>) -> Facts {
    let mut facts = Facts::default();
    for index in 0..3 {
        if choices.byte() < 230 {
            let purposes = (0..choices.byte().wrapping_add(1) % 4)
                .map(|_| programme(choices))
                .collect();
            let suspended = choices.byte() > 230;
            let tally = Tally::default();
            facts.parties.insert(
                party(index),
                Standing {
                    programmes: purposes,
                    suspended,
                    seals: (0..choices.below(3) as u8).map(|seal| [seal; 32]).collect(),
                    tally,
                    ..Standing::approved(&[])
                },
            );
        }
    }
    if choices.byte() > 230 {
        facts.spent.insert(PROOF);
    }
    let person = Person {
        consents: (0..choices.byte().wrapping_add(1) % 5)
            .map(|_| consent(choices))
            .collect(),
        paused: choices.byte() > 240,
        paused_for: (choices.byte() > 200)
            .then(|| party(choices.below(3)))
            .into_iter()
            .collect(),
        never: (choices.byte() > 240).then_some(Never::Stands { since: NOW }),
        day: Day {
            from: choices.flag().then_some(NOW),
            asks: u32::from(choices.byte()),
        },
        ended: choices.byte() > 240,
        line: if choices.flag() {
            Line::Machine {
                account: AccountId::from_bytes([4; 16]),
            }
        } else {
            Line::Personal
        },
        suspended: choices.byte() > 240,
        events: (0..choices.below(3)).map(|_| event(choices)).collect(),
        calls: (0..choices.below(2))
            .map(|_| Call {
                key: EventKey::from_bytes([9; 16]),
                line: line(choices),
                until: time(choices).after(Span::seconds(60)),
                over: false,
            })
            .collect(),
        ..Person::default()
    };
    facts.people.insert(SUBJECT, person);
    facts
}

fn within(choices: &mut Choices<'_>) -> Option<Within> {
    match choices.below(4) {
        0 => Some(Within::Window {
            from: time(choices),
            to: time(choices).after(Span::seconds(60)),
        }),
        1 => {
            let (from, to) = (choices.u32() % 1440, choices.u32() % 1441);
            let minute = |minute: u32| u16::try_from(minute).unwrap_or_default();
            let slot = Slot::new(Days::new(choices.byte())?, minute(from), minute(to))?;
            Weekly::new(Zone::new("Europe/Berlin")?, vec![slot]).map(Within::Weekly)
        }
        _ => None,
    }
}

fn consent(choices: &mut Choices<'_>) -> Consent {
    let at = time(choices);
    let until = time(choices).after(Span::seconds(60));
    let grade = choices.one_of(&Grade::ALL);
    let wrong_codes = choices.byte();
    Consent {
        id: ConsentId::from_bytes([choices.byte(); 16]),
        recipient: party(choices.below(3)),
        purpose: purpose(choices),
        precision: precision(choices),
        origin: choices.one_of(&[Origin::Network, Origin::Handset]),
        count: choices.flag().then(|| choices.u32() & 15),
        per_hour: choices.flag().then(|| choices.u32() & 15),
        lasts: Span::seconds(choices.u32()),
        within: within(choices),
        relays: (0..choices.below(3)).map(party).collect(),
        seal: choices.flag().then(|| [choices.below(3) as u8; 32]),
        event: (choices.byte() > 200).then(|| key(choices)),
        terms: None,
        life: match choices.below(10) {
            0 => Life::Asked {
                until,
                wrong_codes,
                vouched: choices.flag(),
                signed: choices.flag().then_some(grade),
                replied: choices.flag(),
            },
            1 => Life::Refused { at },
            2 => Life::Lapsed { at },
            3 => Life::Withdrawn {
                at,
                reach: Reach { from: at, until },
            },
            4 => Life::Expired { at },
            5 => Life::Void {
                at,
                reach: Reach { from: at, until },
            },
            _ => Life::Given {
                at,
                from: if choices.byte() > 200 { until } else { at },
                until,
                grade,
                replied: choices.flag(),
            },
        },
        used: u32::from(choices.byte() & 15),
        recent: (0..choices.below(30)).map(|_| time(choices)).collect(),
        probes: (0..choices.below(6))
            .map(|_| Probe {
                place: u16::from_be_bytes(choices.bytes()),
                radius_m: choices.u32(),
                at: time(choices),
            })
            .collect(),
    }
}
