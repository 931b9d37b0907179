//! What a store must keep of programmes, of endings and of open notices.

use super::{commit, nothing, same};
use crate::event::{EventKey, EventKind, LineKey};
use crate::facts::{Needs, Scope};
use crate::id::{NoticeId, PartyId};
use crate::journal::settle::Misuse;
use crate::journal::store::{Cold, Store};
use crate::journal::tree::sha256;
use crate::party::{Ending, Standing};
use crate::programme::{Hour, Programme, Region};
use crate::purpose::Purpose;
use crate::subject::SubjectKey;
use crate::time::Timestamp;

const HELP: Purpose = Purpose::RequestedServiceProvision;
fn party() -> PartyId {
    PartyId::from_bytes([1; 16])
}

/// A record with a bounded programme, and two keys that answers are sealed to.
fn record(per_hour_max: u32) -> String {
    let [one, other] = ["01", "02"].map(|byte| byte.repeat(32));
    format!(
        concat!(
            r#"{{"name":"Aster Roadside Help","client":"roadside","keys":[],"purposes":["{}"],"scopes":[],"dpop":true,"#,
            r#""programmes":[{{"purpose":"{}","events":["ticket"],"lines":["{}"],"per_hour_max":{},"regions":["1202"]}}],"#,
            r#""sealing":[{{"key":{{"kid":"a","x":"x","y":"y"}},"thumbprint":"{}","from_ms":0}},"#,
            r#"{{"key":{{"kid":"b","x":"x","y":"y"}},"thumbprint":"{}","from_ms":1}}]}}"#
        ),
        HELP,
        HELP,
        "06".repeat(16),
        per_hour_max,
        one,
        other
    )
}

fn programme(per_hour_max: u32) -> Programme {
    Programme {
        events: vec![EventKind::Ticket],
        lines: vec![LineKey::from_bytes([6; 16])],
        per_hour_max: Some(per_hour_max),
        regions: Region::new("1202").into_iter().collect(),
        ..Programme::plain(HELP)
    }
}

fn standing(store: &mut dyn Store) -> Result<Standing, String> {
    let needs = Needs {
        parties: vec![party()],
        ..Needs::default()
    };
    let (_, _, mut facts) = commit(store, &needs, 0, &nothing)?;
    facts
        .parties
        .remove(&party())
        .ok_or_else(|| "expected the party, found none".to_owned())
}

/// Writes one row.
fn cold(store: &mut dyn Store, make: &dyn Fn() -> Cold) -> Result<(), String> {
    commit(store, &Needs::default(), 1, &|writes| writes.cold.push(make())).map(|_| ())
}

pub(super) fn programmes_come_back(store: &mut dyn Store) -> Result<(), String> {
    cold(store, &|| Cold::Party {
        party: party(),
        client: "roadside".to_owned(),
        record: record(7),
    })?;
    let found = standing(store)?;
    same("a programme", &found.programmes, &vec![programme(7)])?;
    same("the keys, the present one first", &found.seals, &vec![[2; 32], [1; 32]])?;
    let hour = Hour {
        from: Some(Timestamp::from_unix_ms(1_800_000_000_000)),
        asks: 3,
    };
    for suspended in [true, false, true] {
        cold(store, &|| Cold::ProgrammeSuspended {
            party: party(),
            purpose: HELP,
            suspended,
        })?;
        cold(store, &|| Cold::ProgrammeCounted {
            party: party(),
            purpose: HELP,
            hour,
        })?;
        let want = Programme {
            suspended,
            hour,
            ..programme(7)
        };
        same(
            "a programme that was suspended and counted",
            &standing(store)?.programmes,
            &vec![want],
        )?;
    }
    endings_come_back(store, hour)
}

/// The same party: its agreement ends, and another record leaves alone what was suspended, counted and ended.
fn endings_come_back(store: &mut dyn Store, hour: Hour) -> Result<(), String> {
    let ending = Ending {
        since: Timestamp::from_unix_ms(1),
        on: Timestamp::from_unix_ms(2),
        keeps: vec![Purpose::PersonalSafety],
    };
    cold(store, &|| Cold::Ending {
        party: party(),
        ending: ending.clone(),
    })?;
    cold(store, &|| Cold::Attested {
        party: party(),
        until: Timestamp::from_unix_ms(3),
    })?;
    same("an ending", &standing(store)?.ending, &Some(ending.clone()))?;
    // Another record, and a suspension of the whole party, leave alone what was suspended, counted and ended.
    let replaces = sha256(&[record(7).as_bytes()]);
    cold(store, &|| Cold::Keys {
        party: party(),
        record: record(9),
        replaces,
    })?;
    for suspended in [true, false] {
        cold(store, &|| Cold::Suspended {
            party: party(),
            suspended,
        })?;
    }
    let found = standing(store)?;
    let want = Programme {
        suspended: true,
        hour,
        ..programme(9)
    };
    same("a programme under another record", &found.programmes, &vec![want])?;
    same("an ending under another record", &found.ending, &Some(ending))
}

pub(super) fn notices_come_back(store: &mut dyn Store) -> Result<(), String> {
    let [one, other] = [1, 2].map(|byte| NoticeId::from_bytes([byte; 16]));
    let needs = Needs {
        notices: vec![one, other],
        ..Needs::default()
    };
    for id in [one, other] {
        commit(store, &Needs::default(), 1, &|writes| {
            writes.cold.push(Cold::Notice(Box::new(Misuse {
                id,
                by: party(),
                about: party(),
                purpose: Some(HELP),
                kind: "misuse",
                text: "a notice".to_owned(),
                document: [4; 32],
                until: Some(Timestamp::from_unix_ms(1_800_000_000_000)),
            })));
        })?;
    }
    let closed = |writes: &mut crate::journal::store::Writes| {
        writes.cold.push(Cold::NoticeClosed {
            notice: one,
            how: "dismissed",
        });
    };
    let (_, _, facts) = commit(store, &needs, 1, &closed)?;
    same("two open notices", &facts.notices.len(), &2)?;
    let (_, _, facts) = commit(store, &needs, 0, &nothing)?;
    same(
        "the one that is open",
        &facts.notices.into_iter().collect(),
        &vec![other],
    )?;
    let (_, _, facts) = commit(store, &Needs::default(), 0, &nothing)?;
    same("notices that nobody wants", &facts.notices.len(), &0)
}

pub(super) fn scopes_come_back(store: &mut dyn Store) -> Result<(), String> {
    let subject = SubjectKey::from_bytes([7; 16]);
    let scopes = [
        Scope::Programme(party(), HELP),
        Scope::Event(subject, EventKey::from_bytes([2; 16])),
        Scope::Suspended(subject),
    ];
    // The entry of a call ends whatever was told of it.
    let told = [1, 2].map(|byte| (4, Scope::Event(subject, EventKey::from_bytes([byte; 16]))));
    let all: Vec<(u64, Scope)> = (1..).zip(scopes).chain(told).collect();
    commit(store, &Needs::default(), 5, &|writes| {
        writes.changes.clone_from(&all);
    })?;
    let needs = Needs {
        changes_after: Some(0),
        ..Needs::default()
    };
    let (_, _, facts) = commit(store, &needs, 0, &nothing)?;
    same("changes", &facts.changes, &all)
}
