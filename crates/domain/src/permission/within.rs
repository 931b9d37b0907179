//! When a consent is in force besides from its yes to its end: within one window, or by the week on the clock of a place.
//!
//! The rules of time zones come from the database that is compiled in, so that deciding reads nothing.

use jiff::civil::{Date, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde_json::Value;

use crate::journal::entry::Object;
use crate::time::Timestamp;

/// So many slots has a week at most.
pub const SLOTS_MAX: usize = 14;
const MINUTES_OF_DAY: u16 = 24 * 60;

/// When asks are covered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Within {
    /// From one point in time to another.
    Window {
        /// The first moment.
        from: Timestamp,
        /// The first moment after it.
        to: Timestamp,
    },
    /// The same times every week.
    Weekly(Weekly),
}

/// A weekly schedule, such as the shifts of a driver.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Weekly {
    zone: Zone,
    slots: Vec<Slot>,
}

/// A time zone of the IANA database, by its name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone(String);

/// Days of the week: bit 0 is Monday.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Days(u8);

/// A span of local time on some days.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    days: Days,
    from_minute: u16,
    to_minute: u16,
}

/// The days in order, as the terms and the interface write them.
pub const DAY_WORDS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];

impl Zone {
    /// The zone with this name, in the database's own spelling; `None` if it knows none.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        let known = zone.iana_name()?;
        (known == name).then(|| Self(name.to_owned()))
    }

    /// The zone's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    fn rules(&self) -> Option<TimeZone> {
        TimeZoneDatabase::bundled().get(&self.0).ok()
    }
}

impl Days {
    /// The days with these bits, Monday first; `None` for none, or for an eighth day.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        if bits == 0 || bits > 0b111_1111 {
            None
        } else {
            Some(Self(bits))
        }
    }

    /// The days with these words; `None` for none, an unknown word, or a word that comes twice.
    #[must_use]
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut bits = 0_u8;
        for word in words {
            let bit = 1_u8 << DAY_WORDS.iter().position(|day| *day == word)?;
            if bits & bit != 0 {
                return None;
            }
            bits |= bit;
        }
        Self::new(bits)
    }

    /// The bits, Monday first.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The days' words, Monday first.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        (0..)
            .zip(DAY_WORDS)
            .filter(move |(index, _)| self.0 >> index & 1 == 1)
            .map(|(_, day)| day)
    }

    fn holds(self, day: Weekday) -> bool {
        self.0 >> day.to_monday_zero_offset() & 1 == 1
    }
}

impl Slot {
    /// From one minute of the day to another, on these days; `None` unless the first lies before the second.
    #[must_use]
    pub const fn new(days: Days, from_minute: u16, to_minute: u16) -> Option<Self> {
        if from_minute < to_minute && to_minute <= MINUTES_OF_DAY {
            Some(Self {
                days,
                from_minute,
                to_minute,
            })
        } else {
            None
        }
    }

    /// The days.
    #[must_use]
    pub const fn days(self) -> Days {
        self.days
    }

    /// The first minute, counted from midnight.
    #[must_use]
    pub const fn from_minute(self) -> u16 {
        self.from_minute
    }

    /// The first minute after it, at most 1440.
    #[must_use]
    pub const fn to_minute(self) -> u16 {
        self.to_minute
    }

    /// When this slot of a day ends, if `now` lies in it.
    fn ends_after(self, now: Timestamp, date: Date, rules: &TimeZone) -> Option<Timestamp> {
        if !self.days.holds(date.weekday()) {
            return None;
        }
        let from = moment(date, self.from_minute, rules)?;
        let to = moment(date, self.to_minute, rules)?;
        (from <= now && now < to).then_some(to)
    }
}

/// The point in time of a minute of a day. One that the clocks skip is the one that they jump to; of one that comes twice,
/// it is the earlier.
fn moment(date: Date, minute: u16, rules: &TimeZone) -> Option<Timestamp> {
    let (date, minute) = if minute == MINUTES_OF_DAY {
        (date.tomorrow().ok()?, 0)
    } else {
        (date, minute)
    };
    let hour = i8::try_from(minute / 60).ok()?;
    let time = date.at(hour, i8::try_from(minute % 60).ok()?, 0, 0);
    let zoned = rules.to_ambiguous_zoned(time).compatible().ok()?;
    Some(Timestamp::from_unix_ms(zoned.timestamp().as_millisecond()))
}

impl Weekly {
    /// A schedule of 1 to [`SLOTS_MAX`] slots; `None` otherwise.
    #[must_use]
    pub fn new(zone: Zone, slots: Vec<Slot>) -> Option<Self> {
        (1..=SLOTS_MAX).contains(&slots.len()).then_some(Self { zone, slots })
    }

    /// Whose clock it goes by.
    #[must_use]
    pub const fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Its slots.
    #[must_use]
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    fn ends_after(&self, now: Timestamp) -> Option<Timestamp> {
        let rules = self.zone.rules()?;
        let today = jiff::Timestamp::from_millisecond(now.unix_ms())
            .ok()?
            .to_zoned(rules.clone())
            .date();
        // A slot that ends at midnight, or at a jump of the clocks, may still belong to the day before.
        let days = [Some(today), today.yesterday().ok()];
        let ends = days
            .into_iter()
            .flatten()
            .flat_map(|date| self.slots.iter().map(move |slot| (date, *slot)));
        ends.filter_map(|(date, slot)| slot.ends_after(now, date, &rules)).max()
    }
}

impl Within {
    /// When what holds now ends; `None` if nothing holds.
    #[must_use]
    pub fn ends_after(&self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Window { from, to } => (*from <= now && now < *to).then_some(*to),
            Self::Weekly(weekly) => weekly.ends_after(now),
        }
    }

    /// Its canonical JSON (RFC 8785), as it stands in the terms.
    #[must_use]
    pub fn canonical(&self) -> String {
        match self {
            Self::Window { from, to } => Object::new()
                .text("from", &from.rfc3339())
                .text("to", &to.rfc3339())
                .finish(),
            Self::Weekly(weekly) => {
                let slots: Vec<String> = weekly.slots.iter().map(|slot| slot.canonical()).collect();
                Object::new()
                    .text("timeZone", weekly.zone.name())
                    .raw("weekly", &format!("[{}]", slots.join(",")))
                    .finish()
            }
        }
    }

    /// Reads what [`Within::canonical`] wrote, or the same as a partner writes it; `None` if it is no schedule.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 2)?;
        let text = |key: &str| object.get(key)?.as_str();
        if let Some(zone) = text("timeZone") {
            let slots = object.get("weekly")?.as_array()?.iter().map(Slot::from_json);
            return Weekly::new(Zone::new(zone)?, slots.collect::<Option<_>>()?).map(Self::Weekly);
        }
        let (from, to) = (
            Timestamp::from_rfc3339(text("from")?)?,
            Timestamp::from_rfc3339(text("to")?)?,
        );
        (from < to).then_some(Self::Window { from, to })
    }
}

impl Slot {
    fn canonical(&self) -> String {
        let days: Vec<String> = self.days.words().map(|day| format!("\"{day}\"")).collect();
        Object::new()
            .raw("days", &format!("[{}]", days.join(",")))
            .text("from", &clock(self.from_minute))
            .text("to", &clock(self.to_minute))
            .finish()
    }

    fn from_json(value: &Value) -> Option<Self> {
        let object = value.as_object().filter(|object| object.len() == 3)?;
        let words = object.get("days")?.as_array()?.iter().map(Value::as_str);
        let minute = |key: &str| read_clock(object.get(key)?.as_str()?);
        Self::new(
            Days::from_words(words.collect::<Option<Vec<_>>>()?)?,
            minute("from")?,
            minute("to")?,
        )
    }
}

/// `08:30`; the end of a day is `24:00`.
#[must_use]
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Minutes since midnight of `08:30`; `None` for anything but two digits, a colon and two digits up to `24:00`.
#[must_use]
pub fn read_clock(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= MINUTES_OF_DAY).then_some(total)
}

#[cfg(test)]
mod tests;
