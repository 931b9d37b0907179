//! What a decision needs of a party's stored record: its programmes, and the keys that its answers are sealed to.

use serde_json::Value;

use super::Standing;
use crate::event::{EventKind, LineKey};
use crate::journal::entry::unhex;
use crate::journal::tree::Hash;
use crate::programme::{Programme, Region};
use crate::purpose::Purpose;
use crate::time::Timestamp;

/// The standing of a party with this record, as JSON, before anything was suspended or counted; `None` for a record of
/// another form. A bound that cannot be read is no missing bound: then nothing is approved. The other members are for
/// whoever shows the party or checks its signatures.
#[must_use]
pub fn standing_of(record: &str, now: Timestamp) -> Option<Standing> {
    let record: Value = serde_json::from_str(record).ok()?;
    let bounds = list(&record, "programmes")?;
    let purposes = texts(&record, "purposes")?.into_iter().filter_map(Purpose::from_term);
    let programmes = purposes.map(|purpose| {
        let of_purpose = |bounds: &&Value| bounds.get("purpose").and_then(Value::as_str) == Some(purpose.term());
        bounds
            .iter()
            .find(of_purpose)
            .map_or(Some(Programme::plain(purpose)), |bounds| programme(purpose, bounds))
    });
    let seals = list(&record, "sealing")?
        .iter()
        .rev()
        .map(seal)
        .collect::<Option<Vec<_>>>()?;
    let in_force = seals.into_iter().filter(|(_, from)| *from <= now);
    Some(Standing {
        programmes: programmes.collect::<Option<_>>()?,
        seals: in_force.map(|(thumbprint, _)| thumbprint).collect(),
        ..Standing::approved(&[])
    })
}

/// What bounds the party under one of its purposes.
fn programme(purpose: Purpose, bounds: &Value) -> Option<Programme> {
    let events = texts(bounds, "events")?.into_iter().map(EventKind::from_word);
    let lines = texts(bounds, "lines")?
        .into_iter()
        .map(|line| unhex(line).map(LineKey::from_bytes));
    let sources = texts(bounds, "sources")?.into_iter().map(|source| source.parse().ok());
    let regions = texts(bounds, "regions")?.into_iter().map(Region::new);
    let per_hour_max = match bounds.get("per_hour_max") {
        None | Some(Value::Null) => None,
        Some(most) => Some(u32::try_from(most.as_u64()?).ok()?),
    };
    Some(Programme {
        events: events.collect::<Option<_>>()?,
        sources: sources.collect::<Option<_>>()?,
        lines: lines.collect::<Option<_>>()?,
        per_hour_max,
        regions: regions.collect::<Option<_>>()?,
        ..Programme::plain(purpose)
    })
}

/// A key that answers are sealed to, and from when on.
fn seal(seal: &Value) -> Option<(Hash, Timestamp)> {
    let thumbprint = unhex(seal.get("thumbprint")?.as_str()?)?;
    Some((thumbprint, Timestamp::from_unix_ms(seal.get("from_ms")?.as_i64()?)))
}

/// The members of a list; none where there is no list.
fn list<'a>(object: &'a Value, key: &str) -> Option<&'a [Value]> {
    match object.get(key) {
        None => Some(&[]),
        Some(list) => list.as_array().map(Vec::as_slice),
    }
}

fn texts<'a>(object: &'a Value, key: &str) -> Option<Vec<&'a str>> {
    list(object, key)?.iter().map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::entry::hex;

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    #[test]
    fn a_record_without_bounds_is_approved_for_its_purposes() {
        let standing = standing_of(
            r#"{"purposes":["FraudPreventionAndDetection"],"name":"Harbour Bank"}"#,
            NOW,
        );
        let standing = standing.expect("a record");
        assert_eq!(
            standing.programmes,
            [Programme::plain(Purpose::FraudPreventionAndDetection)]
        );
        assert!(standing.seals.is_empty());
    }

    #[test]
    fn a_bound_that_cannot_be_read_approves_nothing() {
        let with = |bounds: &str| {
            standing_of(
                &format!(
                    r#"{{"purposes":["InmateCommunication"],"programmes":[{{"purpose":"InmateCommunication",{bounds}}}]}}"#
                ),
                NOW,
            )
        };
        let whole =
            with(r#""events":["call"],"lines":["00112233445566778899aabbccddeeff"],"per_hour_max":7,"regions":["1"]"#);
        let programmes = whole.expect("a record").programmes;
        let [programme] = programmes.as_slice() else {
            panic!("expected one programme")
        };
        assert_eq!((programme.per_hour_max, programme.lines.len()), (Some(7), 1));
        for bad in [
            r#""events":["emergency"]"#,
            r#""lines":["00"]"#,
            r#""sources":["a"]"#,
            r#""regions":["+1"]"#,
        ] {
            assert!(with(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_present_seal_comes_first_and_a_later_one_waits() {
        let [old, new, later] = [[1; 32], [2; 32], [3; 32]].map(|hash: Hash| hex(&hash));
        let at = NOW.unix_ms();
        let record = format!(
            r#"{{"sealing":[{{"thumbprint":"{old}","from_ms":0}},{{"thumbprint":"{new}","from_ms":{at}}},{{"thumbprint":"{later}","from_ms":{}}}]}}"#,
            at + 1
        );
        let standing = standing_of(&record, NOW).expect("a record");
        assert_eq!(standing.seals, [[2; 32], [1; 32]]);
    }
}
