//! A party's approved use of one purpose: on which events it rests, how often, where, and whether it is suspended.

use crate::event::{EventKind, LineKey};
use crate::id::PartyId;
use crate::number::Msisdn;
use crate::purpose::Purpose;
use crate::time::{Span, Timestamp};

const HOUR: Span = Span::seconds(3600);

/// The beginning of the numbers that a programme may ask about: 1 to 15 digits in E.164 form, without the plus.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region(String);

impl Region {
    /// A region; `None` for anything but 1 to 15 digits that do not begin with a zero.
    #[must_use]
    pub fn new(digits: &str) -> Option<Self> {
        let plain = (1..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        (plain && !digits.starts_with('0')).then(|| Self(digits.to_owned()))
    }

    /// The digits.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    fn has(&self, number: Msisdn) -> bool {
        number.to_digits().starts_with(&self.0)
    }
}

/// One approved use.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Programme {
    /// What for.
    pub purpose: Purpose,
    /// An ask needs a live event of one of these kinds, if any are named.
    pub events: Vec<EventKind>,
    /// The parties whose word counts about events. What the recipient itself tells of wants the carrier's word instead.
    pub sources: Vec<PartyId>,
    /// The listed numbers whose calls count.
    pub lines: Vec<LineKey>,
    /// At most so many asks within an hour, over all people; `None` for no such limit.
    pub per_hour_max: Option<u32>,
    /// The numbers that may be asked about; every one, if none are named.
    pub regions: Vec<Region>,
    /// Whether it is suspended.
    pub suspended: bool,
    /// How many asks the hour has.
    pub hour: Hour,
}

impl Programme {
    /// A programme without bounds of its own: the policy's and the person's hold alone.
    #[must_use]
    pub fn plain(purpose: Purpose) -> Self {
        Self {
            purpose,
            events: Vec::new(),
            sources: Vec::new(),
            lines: Vec::new(),
            per_hour_max: None,
            regions: Vec::new(),
            suspended: false,
            hour: Hour::default(),
        }
    }

    /// Whether this number may be asked about.
    #[must_use]
    pub fn covers(&self, number: Msisdn) -> bool {
        self.regions.is_empty() || self.regions.iter().any(|region| region.has(number))
    }

    /// Whether whatever `old` allows is allowed still.
    #[must_use]
    pub fn allows_all_of(&self, old: &Self) -> bool {
        let wants_no_more = self.events.is_empty()
            || (!old.events.is_empty() && old.events.iter().all(|kind| self.events.contains(kind)));
        let as_often = match (self.per_hour_max, old.per_hour_max) {
            (None, _) => true,
            (Some(most), Some(before)) => most >= before,
            (Some(_), None) => false,
        };
        let within = |region: &Region| self.regions.iter().any(|wider| region.0.starts_with(&wider.0));
        let as_far = self.regions.is_empty() || (!old.regions.is_empty() && old.regions.iter().all(within));
        let lines = old.lines.iter().all(|line| self.lines.contains(line));
        let sources = old.sources.iter().all(|source| self.sources.contains(source));
        wants_no_more && as_often && as_far && lines && sources
    }

    /// Whether the hour has no room for another ask.
    #[must_use]
    pub fn is_spent(&self, now: Timestamp) -> bool {
        self.per_hour_max.is_some_and(|most| self.hour.asks(now) >= most)
    }
}

/// A count over an hour that begins with its first ask.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Hour {
    /// When it began.
    pub from: Option<Timestamp>,
    /// How many asks it has.
    pub asks: u32,
}

impl Hour {
    /// How many asks the hour has by now.
    #[must_use]
    pub fn asks(self, now: Timestamp) -> u32 {
        match self.from {
            Some(from) if now < from.after(HOUR) => self.asks,
            _ => 0,
        }
    }

    /// Counts one ask.
    pub fn spend(&mut self, now: Timestamp) {
        let asks = self.asks(now);
        if asks == 0 {
            self.from = Some(now);
        }
        self.asks = asks.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_the_beginning_of_a_number() {
        let number = Msisdn::parse("+12025550123").expect("reserved");
        let mut programme = Programme::plain(Purpose::RequestedServiceProvision);
        assert!(programme.covers(number), "no region means everywhere");
        programme.regions = vec![Region::new("999").expect("digits")];
        assert!(!programme.covers(number));
        programme.regions.push(Region::new("1202").expect("digits"));
        assert!(programme.covers(number));
        for bad in ["", "0", "+1", "1a", "1234567890123456"] {
            assert_eq!(Region::new(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_programme_that_wants_more_or_reaches_less_far_is_narrower() {
        let region = |digits| Region::new(digits).expect("digits");
        let plain = Programme::plain(Purpose::RequestedServiceProvision);
        let with = |change: fn(&mut Programme)| {
            let mut programme = Programme::plain(Purpose::RequestedServiceProvision);
            change(&mut programme);
            programme
        };
        let ticket = with(|it| it.events = vec![EventKind::Ticket]);
        let either = with(|it| it.events = vec![EventKind::Call, EventKind::Ticket]);
        let ten = with(|it| it.per_hour_max = Some(10));
        let twenty = with(|it| it.per_hour_max = Some(20));
        let listed = with(|it| it.lines = vec![LineKey::from_bytes([1; 16])]);
        let sourced = with(|it| it.sources = vec![PartyId::from_bytes([1; 16])]);
        let mut near = plain.clone();
        near.regions = vec![region("12025550")];
        let mut far = plain.clone();
        far.regions = vec![region("1202")];
        for (new, old, all) in [
            (&plain, &plain, true),
            (&ticket, &plain, false),
            (&plain, &ticket, true),
            (&either, &ticket, true),
            (&ticket, &either, false),
            (&ten, &plain, false),
            (&ten, &twenty, false),
            (&twenty, &ten, true),
            (&plain, &listed, false),
            (&listed, &plain, true),
            (&plain, &sourced, false),
            (&sourced, &plain, true),
            (&near, &far, false),
            (&far, &near, true),
            (&near, &plain, false),
        ] {
            assert_eq!(new.allows_all_of(old), all, "{new:?} after {old:?}");
        }
    }

    #[test]
    fn an_hour_has_room_again_when_it_is_over() {
        let start = Timestamp::from_unix_ms(1_800_000_000_000);
        let mut programme = Programme::plain(Purpose::RequestedServiceProvision);
        programme.per_hour_max = Some(2);
        programme.hour.spend(start);
        assert!(!programme.is_spent(start));
        programme.hour.spend(start);
        assert!(programme.is_spent(start));
        assert!(!programme.is_spent(start.after(HOUR)));
        programme.hour.spend(start.after(HOUR));
        assert_eq!(programme.hour.asks(start.after(HOUR)), 1);
    }
}
