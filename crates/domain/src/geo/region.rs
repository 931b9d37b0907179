//! Areas that a circle, an ellipse, an arc or a simple polygon cannot tell: many corners, holes, boxes, several areas.

use std::fmt;

use super::arc::Arc;
use super::ellipse::Ellipse;
use super::{Circle, Metres, Point, enclose, outline, overlap};

/// The most pieces of a region.
pub const PIECES_MAX: usize = 64;
/// The most corners of all rings of a region together.
pub const REGION_CORNERS_MAX: usize = 1000;

/// One or several areas; the phone is in one of them.
#[derive(Clone, PartialEq)]
pub struct Region(Vec<Piece>);

/// One area of a region.
#[derive(Clone, PartialEq, Debug)]
pub enum Piece {
    /// A circle.
    Circle(Circle),
    /// An ellipse.
    Ellipse(Ellipse),
    /// A piece of a ring.
    Arc(Arc),
    /// A polygon, maybe with holes.
    Ground(Ground),
    /// What lies between two parallels and two meridians.
    Bounds(Bounds),
}

/// A polygon of any number of corners, with any number of holes. Its edges are geodesics (TS 23.032 §5.4).
#[derive(Clone, PartialEq)]
pub struct Ground {
    outer: Vec<Point>,
    holes: Vec<Vec<Point>>,
}

/// What lies between two parallels and two meridians; it may cross the antimeridian.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    south_west: Point,
    north_east: Point,
}

impl Region {
    /// A region; `None` without any piece, or with more pieces or corners than the bounds above.
    #[must_use]
    pub fn new(pieces: Vec<Piece>) -> Option<Self> {
        let corners: usize = pieces.iter().map(Piece::corner_count).sum();
        ((1..=PIECES_MAX).contains(&pieces.len()) && corners <= REGION_CORNERS_MAX).then_some(Self(pieces))
    }

    /// The pieces, in the order in which they were given.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// A circle around all pieces.
    pub(super) fn enclosing_circle(&self) -> Circle {
        let alone = match self.0.as_slice() {
            [Piece::Circle(circle)] => Some(*circle),
            [Piece::Ellipse(ellipse)] => Some(ellipse.enclosing_circle()),
            [Piece::Arc(arc)] => Some(arc.enclosing_circle()),
            _ => None,
        };
        alone.unwrap_or_else(|| {
            let edges: Vec<Point> = self.0.iter().flat_map(outline::outer_edge).collect();
            let circle = enclose::around(&edges);
            // A curve lies beyond the chords between the points that stand for it.
            let beyond = self.0.iter().map(Piece::beyond_chords).fold(0.0, f64::max);
            Circle {
                centre: circle.centre,
                radius: Metres(circle.radius.0 + beyond),
            }
        })
    }
}

impl Piece {
    fn corner_count(&self) -> usize {
        match self {
            Self::Ground(ground) => ground.outer.len() + ground.holes.iter().map(Vec::len).sum::<usize>(),
            Self::Circle(_) | Self::Ellipse(_) | Self::Arc(_) | Self::Bounds(_) => 1,
        }
    }

    /// How far its edge may lie beyond the chords between the points of [`outline::outer_edge`], in metres.
    fn beyond_chords(&self) -> f64 {
        match self {
            Self::Circle(circle) => circle.radius.0 * outline::COARSE_SAGITTA,
            Self::Ellipse(ellipse) => ellipse.enclosing_circle().radius.0 * outline::COARSE_SAGITTA,
            Self::Arc(arc) => arc.outer().0 * outline::COARSE_SAGITTA,
            // Geodesics stay in the circle that holds their ends.
            Self::Ground(_) => 0.0,
            Self::Bounds(bounds) => bounds.beyond_chords(),
        }
    }
}

impl Ground {
    /// A polygon from its outer ring and its holes, each ring closed or not. `None` unless each ring has three corners
    /// and no two of its edges cross.
    #[must_use]
    pub fn new(outer: Vec<Point>, holes: Vec<Vec<Point>>) -> Option<Self> {
        let ring = |mut ring: Vec<Point>| {
            ring.dedup();
            if ring.len() > 3 && ring.first() == ring.last() {
                ring.pop();
            }
            let fits = (3..=REGION_CORNERS_MAX).contains(&ring.len());
            (fits && overlap::is_simple(&ring)).then_some(ring)
        };
        Some(Self {
            outer: ring(outer)?,
            holes: holes.into_iter().map(ring).collect::<Option<_>>()?,
        })
    }

    /// The corners, if there is no hole.
    #[must_use]
    pub fn simple(&self) -> Option<&[Point]> {
        self.holes.is_empty().then_some(self.outer.as_slice())
    }

    /// The outer ring and the holes.
    pub(super) fn rings(&self) -> impl Iterator<Item = &[Point]> {
        std::iter::once(self.outer.as_slice()).chain(self.holes.iter().map(Vec::as_slice))
    }
}

impl Bounds {
    /// What lies north and east of one point and south and west of another. `None` if the first is the more northern
    /// one, or if it has no width or no height.
    #[must_use]
    pub fn new(south_west: Point, north_east: Point) -> Option<Self> {
        let bounds = Self { south_west, north_east };
        (south_west.latitude < north_east.latitude && bounds.width() > 0.0).then_some(bounds)
    }

    /// Degrees of longitude from the western to the eastern meridian.
    fn width(&self) -> f64 {
        let (west, east) = (self.south_west.longitude, self.north_east.longitude);
        // From −180 to 180 is once round, not nothing.
        if east - west == 360.0 {
            360.0
        } else {
            (east - west).rem_euclid(360.0)
        }
    }

    /// The edge as a closed line, anticlockwise: along one parallel, and back along the other.
    pub(super) fn edge(&self) -> Vec<Point> {
        let (south, north) = (self.south_west.latitude, self.north_east.latitude);
        let steps = self.steps();
        let at = |latitude: f64, step: u32| Point {
            latitude,
            longitude: super::wrap_longitude(
                self.south_west.longitude + self.width() * f64::from(step) / f64::from(steps),
            ),
        };
        let along_south = (0..=steps).map(|step| at(south, step));
        along_south
            .chain((0..=steps).rev().map(|step| at(north, step)))
            .collect()
    }

    /// How many chords stand for a parallel: one for each degree, and at least eight.
    fn steps(&self) -> u32 {
        // At most 360, since a width is at most 360 degrees.
        (self.width().ceil() as u32).max(8)
    }

    /// How far a parallel lies from the geodesic between two neighbours of its points, in metres: at latitude φ and over
    /// a longitude Δ it is about a sin φ cos φ Δ² ÷ 8, which is largest at 45 degrees. Rounded up.
    fn beyond_chords(&self) -> f64 {
        let step = (self.width() / f64::from(self.steps())).to_radians();
        6_400_000.0 * 0.5 * step * step / 8.0
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Region({} pieces)", self.0.len())
    }
}

impl fmt::Debug for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ground({} corners, {} holes)", self.outer.len(), self.holes.len())
    }
}
