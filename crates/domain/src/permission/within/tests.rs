use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::from_rfc3339(text).expect("a time")
}

fn shifts(zone: &str) -> Within {
    let value = serde_json::json!({
        "timeZone": zone,
        "weekly": [
            {"days": ["MON", "TUE", "WED", "THU", "FRI"], "from": "08:00", "to": "16:30"},
            {"days": ["SAT"], "from": "22:00", "to": "24:00"},
        ],
    });
    Within::from_json(&value).expect("a schedule")
}

#[test]
fn a_window_holds_from_its_first_moment_to_its_last() {
    let window = Within::Window {
        from: at("2026-11-23T08:00:00Z"),
        to: at("2026-11-23T10:00:00Z"),
    };
    assert_eq!(window.ends_after(at("2026-11-23T07:59:59.999Z")), None);
    assert_eq!(
        window.ends_after(at("2026-11-23T08:00:00Z")),
        Some(at("2026-11-23T10:00:00Z"))
    );
    assert_eq!(window.ends_after(at("2026-11-23T10:00:00Z")), None);
}

#[test]
fn shifts_follow_the_clock_of_their_place() {
    let shifts = shifts("Europe/Berlin");
    // The 23rd of November 2026 is a Monday, and Berlin is one hour ahead.
    assert_eq!(shifts.ends_after(at("2026-11-23T06:59:59Z")), None);
    assert_eq!(
        shifts.ends_after(at("2026-11-23T07:00:00Z")),
        Some(at("2026-11-23T15:30:00Z"))
    );
    assert_eq!(shifts.ends_after(at("2026-11-23T15:30:00Z")), None);
    // In summer it is two.
    assert_eq!(
        shifts.ends_after(at("2026-07-20T06:00:00Z")),
        Some(at("2026-07-20T14:30:00Z"))
    );
    assert_eq!(shifts.ends_after(at("2026-11-22T12:00:00Z")), None, "a Sunday");
    // Until midnight, and not a moment longer.
    assert_eq!(
        shifts.ends_after(at("2026-11-28T22:59:59Z")),
        Some(at("2026-11-28T23:00:00Z"))
    );
    assert_eq!(shifts.ends_after(at("2026-11-28T23:00:00Z")), None);
}

#[test]
fn the_night_of_the_change_of_clocks_is_neither_lost_nor_doubled() {
    let value = serde_json::json!({
        "timeZone": "Europe/Berlin",
        "weekly": [{"days": ["SUN"], "from": "02:15", "to": "02:45"}],
    });
    let night = Within::from_json(&value).expect("a schedule");
    // On 2026-03-29 the clocks jump from 02:00 to 03:00: the half hour becomes 03:15 to 03:45.
    assert_eq!(
        night.ends_after(at("2026-03-29T01:20:00Z")),
        Some(at("2026-03-29T01:45:00Z"))
    );
    // On 2026-10-25 the hour from 02:00 comes twice: the first one counts.
    assert_eq!(
        night.ends_after(at("2026-10-25T00:20:00Z")),
        Some(at("2026-10-25T00:45:00Z"))
    );
    assert_eq!(night.ends_after(at("2026-10-25T01:20:00Z")), None);
}

#[test]
fn the_canonical_form_round_trips_and_other_forms_are_none() {
    for within in [
        shifts("America/New_York"),
        Within::Window {
            from: at("2026-11-23T08:00:00Z"),
            to: at("2026-11-23T10:00:00Z"),
        },
    ] {
        let value: Value = serde_json::from_str(&within.canonical()).expect("json");
        assert_eq!(value.to_string(), within.canonical(), "sorted");
        assert_eq!(Within::from_json(&value), Some(within));
    }
    let slot = |slot: Value| serde_json::json!({"timeZone": "Europe/Berlin", "weekly": [slot]});
    for bad in [
        serde_json::json!({"timeZone": "Europe/Nowhere", "weekly": [{"days": ["MON"], "from": "08:00", "to": "09:00"}]}),
        serde_json::json!({"timeZone": "Europe/Berlin", "weekly": []}),
        serde_json::json!({"from": "2026-11-23T08:00:00Z", "to": "2026-11-23T08:00:00Z"}),
        serde_json::json!({"from": "2026-11-23T08:00:00Z", "to": "2026-11-23T09:00:00Z", "more": 1}),
        slot(serde_json::json!({"days": [], "from": "08:00", "to": "09:00"})),
        slot(serde_json::json!({"days": ["MON", "MON"], "from": "08:00", "to": "09:00"})),
        slot(serde_json::json!({"days": ["mon"], "from": "08:00", "to": "09:00"})),
        slot(serde_json::json!({"days": ["MON"], "from": "09:00", "to": "08:00"})),
        slot(serde_json::json!({"days": ["MON"], "from": "8:00", "to": "09:00"})),
        slot(serde_json::json!({"days": ["MON"], "from": "08:00", "to": "24:01"})),
        slot(serde_json::json!({"days": ["MON"], "from": "08:60", "to": "09:00"})),
    ] {
        assert_eq!(Within::from_json(&bad), None, "{bad}");
    }
}
