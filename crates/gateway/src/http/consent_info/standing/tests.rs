//! The table of what a partner may know.

use domain::time::Span;

use super::*;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

fn known(state: State, question_until: Timestamp) -> Known {
    Known {
        area: true,
        state,
        question_until,
    }
}

/// Every situation with what is known then: newest first.
fn situations() -> Vec<(&'static str, Vec<Known>)> {
    let long_past = NOW.before(Span::seconds(3600));
    let (past, soon, later) = (
        NOW.before(Span::seconds(60)),
        NOW.after(Span::seconds(60)),
        NOW.after(Span::seconds(3600)),
    );
    let given = |from, until, spent| known(State::Given { from, until, spent }, past);
    let open = known(State::Asked, soon);
    vec![
        ("nobody has this number, or nobody was asked", vec![]),
        ("asked, and open", vec![open]),
        (
            "held back for never, a pause between questions, a limit or a new SIM",
            vec![open],
        ),
        ("held back, and its life is over", vec![known(State::Lapsed, past)]),
        (
            "nobody answered, and its life is over",
            vec![known(State::Lapsed, past)],
        ),
        (
            "undelivered, or closed by wrong codes, within its life",
            vec![known(State::Lapsed, soon)],
        ),
        (
            "undelivered, or closed by wrong codes, after its life",
            vec![known(State::Lapsed, past)],
        ),
        ("signed, and the number has not replied", vec![open]),
        ("given", vec![given(past, later, false)]),
        ("given, and paused", vec![given(past, later, false)]),
        ("given, and asked again", vec![open, given(past, later, false)]),
        (
            "given, asked again, and refused",
            vec![known(State::Refused, past), given(past, later, false)],
        ),
        ("given, and not in force yet", vec![given(soon, later, false)]),
        ("given, and all its asks used", vec![given(past, later, true)]),
        ("run out", vec![known(State::Expired { at: past }, past)]),
        (
            "run out, and asked again",
            vec![open, known(State::Expired { at: past }, past)],
        ),
        ("refused", vec![known(State::Refused, soon)]),
        ("refused, and held back since", vec![open, known(State::Refused, past)]),
        (
            "refused, held back since, and that life is over",
            vec![known(State::Lapsed, past), known(State::Refused, past)],
        ),
        (
            "taken back",
            vec![known(
                State::Withdrawn {
                    from: past,
                    until: later,
                    spent: false,
                },
                past,
            )],
        ),
        (
            "taken back, and it would have run out",
            vec![known(
                State::Withdrawn {
                    from: long_past,
                    until: past,
                    spent: false,
                },
                past,
            )],
        ),
        (
            "taken back, and asked again",
            vec![
                open,
                known(
                    State::Withdrawn {
                        from: past,
                        until: later,
                        spent: false,
                    },
                    past,
                ),
            ],
        ),
        (
            "taken back before it was in force",
            vec![known(
                State::Withdrawn {
                    from: soon,
                    until: later,
                    spent: false,
                },
                past,
            )],
        ),
        ("voided by a new SIM", vec![known(State::Void, past)]),
    ]
}

/// The rule, as a table that is read by people: for a usual purpose, and for personal safety.
const TABLE: &str = "\
nobody has this number, or nobody was asked | PENDING capture | PENDING capture
asked, and open | REQUESTED capture | REQUESTED capture
held back for never, a pause between questions, a limit or a new SIM | REQUESTED capture | REQUESTED capture
held back, and its life is over | PENDING capture | PENDING capture
nobody answered, and its life is over | PENDING capture | PENDING capture
undelivered, or closed by wrong codes, within its life | REQUESTED capture | REQUESTED capture
undelivered, or closed by wrong codes, after its life | PENDING capture | PENDING capture
signed, and the number has not replied | REQUESTED capture | REQUESTED capture
given | valid | valid
given, and paused | valid | valid
given, and asked again | valid | valid
given, asked again, and refused | valid | valid
given, and not in force yet | REQUESTED capture | REQUESTED capture
given, and all its asks used | EXPIRED capture | EXPIRED capture
run out | EXPIRED capture | EXPIRED capture
run out, and asked again | REQUESTED capture | REQUESTED capture
refused | DENIED | DENIED
refused, and held back since | REQUESTED capture | REQUESTED capture
refused, held back since, and that life is over | PENDING capture | PENDING capture
taken back | DENIED | valid
taken back, and it would have run out | DENIED | EXPIRED capture
taken back, and asked again | REQUESTED capture | valid
taken back before it was in force | DENIED | REQUESTED capture
voided by a new SIM | DENIED | DENIED
";

#[test]
fn what_a_partner_may_know_is_this_table() {
    let said = |known: &[Known], purpose| {
        let standing = standing(known, true, purpose, NOW);
        let capture = if standing.can_be_captured() { " capture" } else { "" };
        format!("{}{capture}", standing.reason().unwrap_or("valid"))
    };
    let rows = situations().into_iter().map(|(name, known)| {
        let usual = said(&known, Purpose::RequestedServiceProvision);
        let safety = said(&known, Purpose::PersonalSafety);
        format!("{name} | {usual} | {safety}\n")
    });
    assert_eq!(rows.collect::<String>(), TABLE);
}

#[test]
fn yes_and_no_is_no_area() {
    let given = State::Given {
        from: NOW,
        until: NOW.after(Span::seconds(60)),
        spent: false,
    };
    let coarse = Known {
        area: false,
        ..known(given, NOW)
    };
    let purpose = Purpose::RequestedServiceProvision;
    assert_eq!(standing(&[coarse], true, purpose, NOW), Standing::Pending);
    assert!(standing(&[coarse], false, purpose, NOW).is_valid());
}
