//! Who has a phone in the simulated world. Only reserved numbers: +1 202 555 01xx, and +999… for large populations.

use serde::{Deserialize, Serialize};
use std::path::Path;

/// The carrier to which the demo's ported number has gone.
pub const SECOND_CARRIER: &str = "Castor Wireless";

/// What a phone's line is to its carrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineState {
    /// Switched on and locatable.
    On,
    /// Switched off: paged in vain.
    Off,
    /// On, but every method of locating it fails.
    Unlocatable,
    /// The carrier has never heard of the number.
    UnknownToCarrier,
    /// The number has left for another carrier.
    Ported,
    /// The number belongs to somebody else now; to the carrier it is an ordinary line.
    Recycled,
}

/// A phone, its owner and its carrier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// E.164 with `+`.
    pub number: String,
    /// The owner's invented name.
    pub name: String,
    /// The carrier's name.
    pub carrier: String,
    /// What the line is to the carrier.
    pub state: LineState,
}

/// Many numbers in a row that are all alike and have no named owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The first number, E.164 with `+`.
    pub first: String,
    /// How many numbers, counting upward.
    pub count: u64,
    /// What all of them are to the carrier.
    pub state: LineState,
}

/// Everybody: named lines, and blocks for load.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Roster {
    /// Named lines.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Blocks of unnamed lines.
    #[serde(default)]
    pub blocks: Vec<Block>,
}

impl Roster {
    /// Reads a roster file: `{"lines":[{number,name,carrier,state}…],"blocks":[{first,count,state}…]}`.
    ///
    /// # Errors
    /// When the file cannot be read, is not such a roster, or names a number that is not reserved.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text =
            std::fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
        let roster: Self = serde_json::from_str(&text).map_err(|error| format!("`{}`: {error}", path.display()))?;
        let numbers = roster
            .lines
            .iter()
            .map(|line| &line.number)
            .chain(roster.blocks.iter().map(|block| &block.first));
        for number in numbers {
            if !is_reserved(number) {
                return Err(format!(
                    "expected a number in +1 202 555 01xx or +999…, found `{number}`"
                ));
            }
        }
        Ok(roster)
    }

    /// The demo's first carrier: some eighty phones of `carrier`, and one that has left it for [`SECOND_CARRIER`].
    pub fn demo(carrier: &str) -> Self {
        let special = |last: u32| match last {
            10 => Some(LineState::Off),
            11 => Some(LineState::Unlocatable),
            12 => Some(LineState::UnknownToCarrier),
            13 => Some(LineState::Ported),
            14 => Some(LineState::Recycled),
            0..=9 | 20..=39 | 50..=99 => Some(LineState::On),
            _ => None,
        };
        let lines = (0..100).filter_map(|last| {
            let state = special(last)?;
            let carrier = if state == LineState::Ported {
                SECOND_CARRIER
            } else {
                carrier
            };
            Some(demo_line(last, carrier, state))
        });
        Self {
            lines: lines.collect(),
            blocks: Vec::new(),
        }
    }

    /// The demo's second carrier: ten phones of `carrier`, the one that came from the first, and a block of a million.
    pub fn demo_second(carrier: &str) -> Self {
        let state = |last| match last {
            48 => LineState::Off,
            49 => LineState::UnknownToCarrier,
            _ => LineState::On,
        };
        let lines = std::iter::once(13).chain(40..50);
        Self {
            lines: lines.map(|last| demo_line(last, carrier, state(last))).collect(),
            blocks: vec![Block {
                first: "+99910000000".into(),
                count: 1_000_000,
                state: LineState::On,
            }],
        }
    }
}

/// The digits of a number, with or without `+`, as one integer; `None` when it is no E.164 number.
pub fn digits(number: &str) -> Option<u64> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let plausible = (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plausible && !digits.starts_with('0') {
        digits.parse().ok()
    } else {
        None
    }
}

/// Whether a number is set aside for fiction (+1 202 555 0100 to 0199) or unassigned for good (+999).
pub fn is_reserved(number: &str) -> bool {
    digits(number).is_some_and(|digits| {
        (12_025_550_100..=12_025_550_199).contains(&digits) || digits.to_string().starts_with("999")
    })
}

fn demo_line(last: u32, carrier: &str, state: LineState) -> Line {
    Line {
        number: format!("+120255501{last:02}"),
        name: name(last),
        carrier: carrier.into(),
        state,
    }
}

fn name(last: u32) -> String {
    const FIRST: [&str; 20] = [
        "Mara", "Ilias", "Noor", "Teodor", "Ada", "Bruno", "Sefa", "Jonah", "Wilma", "Ravi", "Oona", "Kester", "Dalia",
        "Piet", "Yara", "Anselm", "Lupe", "Hanno", "Zadie", "Emrys",
    ];
    const LAST: [&str; 5] = ["Quill", "Ostrander", "Venn", "Halloway", "Marchetti"];
    let first = FIRST.get((last % 20) as usize).copied().unwrap_or("Mara");
    let family = LAST.get(((last / 20 + last) % 5) as usize).copied().unwrap_or("Quill");
    format!("{first} {family}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_one_phone_for_each_state() {
        let roster = Roster::demo("Meridian Mobile");
        assert_eq!(roster.lines.len(), 85);
        let state = |number: &str| {
            roster
                .lines
                .iter()
                .find(|line| line.number == number)
                .map(|line| line.state)
        };
        assert_eq!(state("+12025550100"), Some(LineState::On));
        assert_eq!(state("+12025550110"), Some(LineState::Off));
        assert_eq!(state("+12025550113"), Some(LineState::Ported));
        assert_eq!(state("+12025550115"), None);
        assert!(roster.lines.iter().all(|line| is_reserved(&line.number)));
        let second = Roster::demo_second(SECOND_CARRIER);
        assert!(second.lines.iter().all(|line| is_reserved(&line.number)));
        let all = || roster.lines.iter().chain(&second.lines);
        let names: std::collections::HashSet<_> = all().map(|line| &line.name).collect();
        let numbers: std::collections::HashSet<_> = all().map(|line| &line.number).collect();
        // The one that moved is in both carriers' books.
        assert_eq!(
            (names.len(), numbers.len()),
            (95, 95),
            "two owners share a name or a number"
        );
    }

    #[test]
    fn only_reserved_numbers_are_taken() {
        assert!(is_reserved("+99900000000"));
        assert!(!is_reserved(&["+1", "2025550200"].concat()));
        assert!(!is_reserved("+0999"));
    }
}
