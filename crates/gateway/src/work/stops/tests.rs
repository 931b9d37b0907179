//! A stop is told as long as it holds, and not when it was taken back.

use domain::facts::Passed;
use domain::id::{ConsentId, PartyId};
use domain::permission::chain::{Chain, Relay};
use domain::permission::evidence::Grade;
use domain::permission::terms::{CaseReference, Origin, Precision, Terms};
use domain::purpose::Purpose;

use super::other::SLOW;
use super::*;
use crate::store::stops::sample;

const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);
const HELP: Purpose = Purpose::RequestedServiceProvision;

fn party(byte: u8) -> PartyId {
    PartyId::from_bytes([byte; 16])
}

fn consent(life: Life, relay: PartyId) -> Consent {
    let terms = Terms {
        consent: ConsentId::from_bytes([2; 16]),
        recipient: party(4),
        recipient_name: "Aster Roadside Help".to_owned(),
        purpose: HELP,
        precision: Precision::Area { metres: 200 },
        origin: Origin::Network,
        count: Some(12),
        per_hour: None,
        lasts: Span::seconds(7200),
        within: None,
        case: CaseReference::new("TOW-8841").expect("a reference"),
        locale: "en".to_owned(),
        text_hash: [7; 32],
        gateway: "http://127.0.0.1:8080".to_owned(),
        chain: Chain {
            relays: vec![Relay {
                party: relay,
                name: "Breakwater Hub".to_owned(),
            }],
            seal: None,
            event: None,
        },
    };
    let mut consent = Consent::asked(&terms, NOW.after(Span::seconds(60)));
    consent.life = life;
    consent
}

#[test]
fn a_hub_tells_what_is_still_stopped() {
    let stop = sample(None, party(4), HELP, NOW);
    let with = |state| Person {
        passed: vec![Passed {
            party: party(4),
            purpose: HELP,
            state,
            asked: None,
        }],
        ..Person::default()
    };
    assert_eq!(stands(&stop, &with(Passing::Stopped), NOW), Due::Tell);
    assert_eq!(stands(&stop, &with(Passing::Going), NOW), Due::Forget);
    assert_eq!(stands(&stop, &with(Passing::Ended), NOW), Due::Forget);
    assert_eq!(
        stands(&stop, &Person::default(), NOW),
        Due::Forget,
        "it was allowed again"
    );
}

#[test]
fn a_home_tells_what_nothing_took_the_place_of() {
    let hub = party(9);
    let stop = sample(Some(hub), party(4), HELP, NOW);
    let ends = NOW.after(Span::seconds(60));
    let reach = domain::permission::consent::Reach { from: NOW, until: ends };
    let given = Life::Given {
        at: NOW,
        from: NOW,
        until: ends,
        grade: Grade::HandsetLink,
        replied: false,
    };
    let withdrawn = Life::Withdrawn { at: NOW, reach };
    for (lives, want) in [
        (vec![], Due::Tell),
        (vec![consent(withdrawn, hub)], Due::Tell),
        (vec![consent(withdrawn, hub), consent(given, hub)], Due::Forget),
        (vec![consent(withdrawn, hub), consent(given, party(8))], Due::Tell),
        (
            vec![consent(withdrawn, hub), consent(Life::asked(ends), hub)],
            Due::Later,
        ),
    ] {
        let person = Person {
            consents: lives,
            ..Person::default()
        };
        assert_eq!(stands(&stop, &person, NOW), want, "{:?}", person.consents);
    }
}

#[test]
fn a_number_that_changed_hands_is_told_no_stop_of_who_had_it() {
    let stop = sample(None, party(4), HELP, NOW);
    assert!(!is_of_another(&stop, stop.subject));
    assert!(is_of_another(&stop, SubjectKey::from_bytes([9; 16])));
}

#[test]
fn whoever_refuses_slowly_is_left_alone_as_if_it_were_away() {
    let refused = || Heard::Refused(403);
    assert!(matches!(refused().after(Span::milliseconds(999)), Heard::Refused(403)));
    assert!(matches!(refused().after(SLOW), Heard::Away(_)));
    assert!(matches!(Heard::Taken.after(Span::seconds(5)), Heard::Taken));
}
