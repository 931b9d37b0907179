//! What is known before an answer is read: what was asked, when it is, and how the carrier means what it writes.

use domain::geo::Metres;
use domain::number::Msisdn;
use domain::time::Timestamp;

use super::dialect::Dialect;
use super::slir::{LocType, Mode, Slir};

/// How a carrier means its times.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Offset {
    /// The time is local, and `utc_off` says how far east of Greenwich: as in the specification's examples.
    #[default]
    Local,
    /// The time is UTC already, whatever `utc_off` says.
    Utc,
}

/// How a carrier means the `stopAngle` of an arc.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ArcStop {
    /// The angle between both edges: as in the specification.
    #[default]
    Included,
    /// The bearing of the second edge, clockwise from north.
    Absolute,
}

/// How one carrier means what the specification leaves open, or what the carrier does otherwise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Habits {
    /// How it means its times.
    pub offset: Offset,
    /// How it means the second angle of an arc.
    pub arc: ArcStop,
    /// How far from a point or a line without a width the phone may be.
    pub bare_point_radius: Metres,
}

/// What an answer is held against.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Expect<'a> {
    /// Whose position was asked for.
    pub number: Msisdn,
    /// The time at which the answer came.
    pub now: Timestamp,
    /// How the carrier means what it writes.
    pub habits: &'a Habits,
    /// The dialect of the request.
    pub dialect: Dialect,
    /// Which position was asked for: a current one must not be hours old.
    pub loc_type: LocType,
    /// Whether the answer was to be pushed later.
    pub asynchronous: bool,
}

impl<'a> Expect<'a> {
    /// What the answer to `asked` is held against.
    #[must_use]
    pub const fn answer_to(asked: &Slir<'_>, habits: &'a Habits, now: Timestamp) -> Self {
        Self {
            number: asked.number,
            now,
            habits,
            dialect: asked.dialect,
            loc_type: asked.loc_type,
            asynchronous: matches!(asked.mode, Mode::Async { .. }),
        }
    }
}
