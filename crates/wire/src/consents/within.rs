//! When asks are covered: a window, or the times of a week, as a request for a consent states them.

use domain::permission::within::{Days, SLOTS_MAX, Slot, Weekly, Within, Zone, read_clock};
use domain::time::Timestamp;
use serde_json::{Map, Value};

use crate::json::{Fields, Node, ParseError};

const WINDOW: &str = "window";
const SCHEDULE: &str = "schedule";

/// Takes `window` or `schedule` from among the fields; `None` if there is neither.
pub(super) fn read(fields: &mut Fields) -> Result<Option<Within>, ParseError> {
    let schedule = fields.optional(SCHEDULE).map(read_weekly).transpose()?;
    match (fields.optional(WINDOW), schedule) {
        (None, schedule) => Ok(schedule),
        (Some(window), None) => read_window(window).map(Some),
        (Some(window), Some(_)) => window.parsed("a window or a schedule, not both", |_| None),
    }
}

fn read_window(node: Node) -> Result<Within, ParseError> {
    node.object(|fields| {
        let want = "a date and time with its offset (RFC 3339)";
        let from = fields.required("from")?.parsed(want, Timestamp::from_rfc3339)?;
        let to = fields
            .required("to")?
            .parsed("a date and time with its offset (RFC 3339), after `from`", |text| {
                Timestamp::from_rfc3339(text).filter(|to| *to > from)
            })?;
        Ok(Within::Window { from, to })
    })
}

fn read_weekly(node: Node) -> Result<Within, ParseError> {
    node.object(|fields| {
        let want = "a time zone of the IANA database, such as Europe/Berlin";
        let zone = fields.required("timeZone")?.parsed(want, Zone::new)?;
        let slots = fields.required("weekly")?.list(1..=SLOTS_MAX, read_slot)?;
        // The list has been counted by now.
        let weekly = Weekly::new(zone, slots);
        weekly
            .map(Within::Weekly)
            .ok_or_else(|| ParseError::new("1 to 14 slots", "more"))
    })
}

fn read_slot(node: Node) -> Result<Slot, ParseError> {
    node.object(|fields| {
        let words = fields.required("days")?.list(1..=7, Node::text)?;
        let clock = "a local time such as 08:30, or 24:00";
        let from = fields.required("from")?.parsed(clock, read_clock)?;
        let days = Days::from_words(words.iter().map(String::as_str));
        let want = "a local time such as 08:30, after `from`, on days MON to SUN that come once each";
        fields
            .required("to")?
            .parsed(want, |text| Slot::new(days?, from, read_clock(text)?))
    })
}

/// Adds the window or the schedule to a consent's state.
pub(super) fn print(within: Option<&Within>, state: &mut Map<String, Value>) {
    let Some(within) = within else {
        return;
    };
    let name = match within {
        Within::Window { .. } => WINDOW,
        Within::Weekly(_) => SCHEDULE,
    };
    state.insert(
        name.to_owned(),
        serde_json::from_str(&within.canonical()).unwrap_or_default(),
    );
}
