use domain::event::{Call, Event, EventKey, EventKind, LineKey};
use domain::facts::{Day, Line, Never, Passed, Passing};
use domain::id::AccountId;
use domain::permission::consent::{Life, Reach};
use domain::permission::evidence::Grade;
use domain::permission::within::{Days, Slot, Weekly, Within, Zone};

use super::*;

const AT: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

fn consent(life: Life, within: Option<Within>) -> Consent {
    Consent {
        id: ConsentId::from_bytes([1; 16]),
        recipient: PartyId::from_bytes([2; 16]),
        purpose: Purpose::FraudPreventionAndDetection,
        precision: Precision::YesNo { metres: 2000 },
        origin: Origin::Handset,
        count: None,
        per_hour: Some(4),
        lasts: Span::seconds(365 * 86_400),
        within,
        relays: vec![PartyId::from_bytes([5; 16]); 2],
        seal: Some([7; 32]),
        event: Some(EventKey::from_bytes([8; 16])),
        terms: matches!(life, Life::Asked { .. }).then_some([6; 32]),
        life,
        used: 3,
        recent: vec![Timestamp::from_unix_ms(5), Timestamp::from_unix_ms(9)],
        probes: vec![Probe {
            place: 7,
            radius_m: 2000,
            at: Timestamp::from_unix_ms(9),
        }],
    }
}

fn lives() -> Vec<Life> {
    let until = AT.after(Span::seconds(1));
    let reach = Reach { from: AT, until };
    let asked = |signed, replied| Life::Asked {
        until,
        wrong_codes: 2,
        vouched: replied,
        signed,
        replied,
    };
    let given = |grade, replied| Life::Given {
        at: AT,
        from: AT.after(Span::milliseconds(1)),
        until,
        grade,
        replied,
    };
    let mut lives = vec![
        asked(None, true),
        asked(Some(Grade::Passkey), false),
        Life::Refused { at: AT },
        Life::Lapsed { at: AT },
        Life::Withdrawn { at: AT, reach },
        Life::Expired { at: AT },
        Life::Void { at: AT, reach },
    ];
    lives.extend(Grade::ALL.map(|grade| given(grade, grade == Grade::SmsReply)));
    lives
}

fn schedules() -> [Option<Within>; 3] {
    let slot = Slot::new(Days::new(0b001_1111).expect("days"), 480, 1440).expect("a slot");
    let weekly = Weekly::new(Zone::new("Europe/Berlin").expect("a zone"), vec![slot; 14]);
    let window = Within::Window {
        from: AT,
        to: AT.after(Span::seconds(1)),
    };
    [None, Some(window), weekly.map(Within::Weekly)]
}

fn event(kind: EventKind) -> Event {
    Event {
        key: EventKey::from_bytes([8; 16]),
        kind,
        source: PartyId::from_bytes([5; 16]),
        recipient: PartyId::from_bytes([6; 16]),
        until: AT,
        count: 12,
        used: 3,
        line: (kind == EventKind::Call).then(|| LineKey::from_bytes([9; 16])),
    }
}

#[test]
fn a_row_of_version_3_has_no_events_and_its_consents_no_chain() {
    let mut consent = consent(lives()[0], None);
    (consent.relays, consent.seal, consent.event) = (Vec::new(), None, None);
    let person = Person {
        count: 9,
        last_leaf: Some(77),
        consents: vec![consent.clone()],
        ..Person::default()
    };
    let mut row = vec![3];
    row.extend(9_u64.to_be_bytes());
    row.extend(77_u64.to_be_bytes());
    row.push(0);
    whole::pack(&person, &mut row);
    row.push(1);
    pack_consent(&consent, &mut row);
    row.truncate(row.len() - 3);
    assert_eq!(unpack(&row), Some(person));
}

#[test]
fn every_fact_round_trips_and_cut_rows_do_not() {
    let schedules = schedules();
    let schedules = schedules.iter().cycle().cloned();
    let person = Person {
        count: 9,
        last_leaf: Some(77),
        consents: lives()
            .into_iter()
            .zip(schedules)
            .map(|(life, within)| consent(life, within))
            .collect(),
        paused: true,
        paused_for: vec![PartyId::from_bytes([3; 16])],
        never: Some(Never::Lifting { since: AT, at: AT }),
        questions: vec![AT, AT],
        noes: vec![(PartyId::from_bytes([3; 16]), AT)],
        day: Day {
            from: Some(AT),
            asks: 7,
        },
        sim_changed: Some(AT),
        ended: true,
        line: Line::Machine {
            account: AccountId::from_bytes([4; 16]),
        },
        suspended: true,
        events: EventKind::ALL.map(event).to_vec(),
        calls: vec![Call {
            key: EventKey::from_bytes([8; 16]),
            line: LineKey::from_bytes([9; 16]),
            until: AT,
            over: true,
        }],
        passed: vec![Passed {
            party: PartyId::from_bytes([3; 16]),
            purpose: Purpose::PersonalSafety,
            state: Passing::Ended,
            asked: Some(AT),
        }],
    };
    let row = pack(&person);
    assert_eq!(unpack(&row), Some(person));
    assert!((0..row.len()).all(|end| unpack(&row[..end]).is_none()));
    assert_eq!(unpack(&pack(&Person::default())), Some(Person::default()));
    let never = Person {
        never: Some(Never::Stands { since: AT }),
        ..Person::default()
    };
    assert_eq!(unpack(&pack(&never)), Some(never));
}

/// A row as the second version wrote it: one consent that was given by the link.
fn row_of_version_2() -> Vec<u8> {
    let mut row = vec![2];
    row.extend(9_u64.to_be_bytes());
    row.extend(77_u64.to_be_bytes());
    row.extend([1, 1]);
    row.extend([[1; 16], [2; 16]].concat());
    row.extend([1, 1]);
    row.extend(2000_u32.to_be_bytes());
    row.push(0);
    row.extend(NONE_32.to_be_bytes());
    row.extend(4_u32.to_be_bytes());
    row.extend(86_400_000_i64.to_be_bytes());
    row.push(1);
    row.extend(AT.unix_ms().to_be_bytes());
    row.extend(AT.after(Span::seconds(60)).unix_ms().to_be_bytes());
    row.push(1);
    row.extend(3_u32.to_be_bytes());
    row.extend([0, 0]);
    row
}

#[test]
fn rows_of_earlier_versions_are_read() {
    let row = row_of_version_2();
    let person = unpack(&row).expect("a row of version 2");
    assert!(person.paused && person.never.is_none() && !person.ended && person.count == 9);
    let given = Life::Given {
        at: AT,
        from: AT,
        until: AT.after(Span::seconds(60)),
        grade: Grade::HandsetLink,
        replied: false,
    };
    assert_eq!(person.consents.first().map(|consent| consent.life), Some(given));
    assert_eq!(unpack(&pack(&person)).as_ref(), Some(&person));
    // The first version had no pauses.
    let before_pauses = [&[1][..], &row[1..17], &row[18..]].concat();
    let awake = unpack(&before_pauses).expect("a row of version 1");
    assert!(!awake.paused && awake.consents == person.consents);
}

#[test]
fn only_the_keys_make_a_row() {
    let sealer = Sealer::new(domain::secret::Secret::new([5; 32]));
    let [one, other] = [1, 2].map(|byte| SubjectKey::from_bytes([byte; 16]));
    let person = Person {
        consents: vec![consent(
            Life::Refused {
                at: Timestamp::from_unix_ms(1),
            },
            None,
        )],
        ..Person::default()
    };
    let row = write(one, &person, &sealer);
    assert_eq!(read(one, &row, &sealer).as_ref(), Some(&person));
    assert_eq!(read(other, &row, &sealer), None, "moved");
    for index in 0..row.len() {
        let mut altered = row.clone();
        altered[index] ^= 1;
        assert_eq!(read(one, &altered, &sealer), None, "altered at {index}");
    }
}
