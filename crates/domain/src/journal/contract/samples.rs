//! People with something in every field, as a store must give them back.

use crate::event::{Call, Event, EventKey, EventKind, LineKey};
use crate::facts::{Day, Line, Never, Passed, Passing, Person};
use crate::id::{AccountId, ConsentId, PartyId};
use crate::permission::consent::{Consent, Life, Reach};
use crate::permission::evidence::Grade;
use crate::permission::probe::Probe;
use crate::permission::terms::{Origin, Precision};
use crate::permission::within::{Days, Slot, Weekly, Within, Zone};
use crate::purpose::Purpose;
use crate::time::{Span, Timestamp};

/// A consent with something in every field.
pub(super) fn consent(byte: u8, life: Life, at: Timestamp) -> Consent {
    let even = byte.is_multiple_of(2);
    let metres = 50 + u32::from(byte);
    Consent {
        id: ConsentId::from_bytes([byte; 16]),
        recipient: PartyId::from_bytes([byte ^ 255; 16]),
        purpose: Purpose::ALL
            .iter()
            .copied()
            .cycle()
            .nth(usize::from(byte))
            .unwrap_or(Purpose::PersonalSafety),
        precision: if even {
            Precision::Area { metres }
        } else {
            Precision::YesNo { metres }
        },
        origin: if even { Origin::Network } else { Origin::Handset },
        count: even.then_some(12),
        per_hour: (!even).then_some(4),
        lasts: Span::seconds(365 * 86_400),
        within: within(byte, at),
        relays: if even {
            Vec::new()
        } else {
            vec![PartyId::from_bytes([byte; 16]); 4]
        },
        seal: even.then_some([byte ^ 1; 32]),
        event: (!even).then_some(EventKey::from_bytes([byte; 16])),
        terms: even.then_some([byte; 32]),
        life,
        used: u32::from(byte),
        recent: (0..u32::from(byte))
            .map(|second| at.after(Span::seconds(second)))
            .collect(),
        probes: (0..8)
            .map(|index| Probe {
                place: u16::MAX - index,
                radius_m: u32::MAX - u32::from(index),
                at,
            })
            .collect(),
    }
}

pub(super) fn person(at: Timestamp) -> Person {
    let until = at.after(Span::milliseconds(1));
    let given = |grade, replied| Life::Given {
        at,
        from: at.after(Span::seconds(86_400)),
        until,
        grade,
        replied,
    };
    let reach = Reach { from: at, until };
    let half = |signed, replied| Life::Asked {
        until,
        wrong_codes: 4,
        vouched: replied,
        signed,
        replied,
    };
    let lives = [
        half(None, false),
        half(None, true),
        half(Some(Grade::Passkey), false),
        given(Grade::SmsReply, true),
        given(Grade::HandsetLink, false),
        given(Grade::Passkey, true),
        given(Grade::AccountHolder, false),
        Life::Refused { at },
        Life::Lapsed { at },
        Life::Withdrawn { at, reach },
        Life::Expired { at },
        Life::Void { at, reach },
    ];
    Person {
        count: 1 << 40,
        last_leaf: Some(1 << 41),
        consents: (86..).zip(lives).map(|(byte, life)| consent(byte, life, at)).collect(),
        paused: true,
        paused_for: vec![PartyId::from_bytes([8; 16]), PartyId::from_bytes([9; 16])],
        never: Some(Never::Lifting { since: at, at: until }),
        questions: vec![at, until],
        noes: vec![(PartyId::from_bytes([8; 16]), at)],
        day: Day {
            from: Some(at),
            asks: 199,
        },
        sim_changed: Some(at),
        ended: true,
        line: Line::Machine {
            account: AccountId::from_bytes([3; 16]),
        },
        suspended: true,
        events: EventKind::ALL.map(|kind| event(kind, until)).to_vec(),
        calls: vec![Call {
            key: EventKey::from_bytes([9; 16]),
            line: LineKey::from_bytes([6; 16]),
            until,
            over: true,
        }],
        passed: Passing::ALL.map(passed).to_vec(),
    }
}

fn passed(state: Passing) -> Passed {
    Passed {
        party: PartyId::from_bytes([8; 16]),
        purpose: Purpose::FraudPreventionAndDetection,
        state,
        asked: (state == Passing::Ended).then_some(Timestamp::from_unix_ms(1_800_000_000_123)),
    }
}

fn event(kind: EventKind, until: Timestamp) -> Event {
    Event {
        key: EventKey::from_bytes([if kind == EventKind::Call { 2 } else { 1 }; 16]),
        kind,
        source: PartyId::from_bytes([4; 16]),
        recipient: PartyId::from_bytes([5; 16]),
        until,
        count: 12,
        used: 3,
        line: (kind == EventKind::Call).then(|| LineKey::from_bytes([6; 16])),
    }
}

/// A schedule of each kind, or none.
fn within(byte: u8, at: Timestamp) -> Option<Within> {
    match byte % 3 {
        0 => None,
        1 => Some(Within::Window {
            from: at,
            to: at.after(Span::seconds(1)),
        }),
        _ => {
            let slot = Slot::new(Days::new(0b101_0101)?, u16::from(byte), 1440)?;
            Weekly::new(Zone::new("Europe/Berlin")?, vec![slot, slot]).map(Within::Weekly)
        }
    }
}
