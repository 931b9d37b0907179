//! Coarsening that a poller cannot average away: the grid of RFC 6772 §6.5.2 with a sticky, keyed choice of corner.
//!
//! The answer's centre is always a corner of the grid, so that it tells no more than which region of the grid the phone
//! is in. Where the RFC leaves two corners open, a keyed hash of person and cell decides, so that every partner gets the
//! same corner every time and repeated questions learn nothing.

use super::{Circle, Metres, Point, wrap_longitude};
use crate::journal::keys::mac;
use crate::secret::Secret;
use crate::subject::SubjectKey;

/// The Earth's radius that the RFC uses, in metres.
const EARTH_RADIUS_M: f64 = 6_367_500.0;
/// Metres per degree of latitude that the RFC uses.
const DEGREE_LATITUDE_M: f64 = 110_600.0;
/// The width of a single-corner case, as a share of a cell: √3 ÷ 6.
const MARGIN: f64 = 0.288_675_134_594_812_9;
/// No point of a region lies further from its corner than this share of the cell's size: 0.768 on the RFC's plane, and
/// the rest for degrees that are not exactly as long as the RFC takes them.
const FARTHEST: f64 = 0.785;

/// The fixed origins of the RFC's grids. Each band of latitude has one, chosen once: a change would leak.
fn origin_latitude(latitude: f64) -> Option<f64> {
    let bands = [
        (25.0, 0.0),
        (35.0, 25.0),
        (45.0, 35.0),
        (55.0, 45.0),
        (60.0, 55.0),
        (LATITUDE_MOST, 60.0),
    ];
    let (_, origin) = bands.into_iter().find(|(end, _)| latitude.abs() <= *end)?;
    Some(if latitude < 0.0 { -origin } else { origin })
}

/// Beyond this latitude there is no grid, in degrees.
const LATITUDE_MOST: f64 = 70.0;
/// Fewer metres than a degree of latitude has anywhere.
const DEGREE_LATITUDE_LEAST_M: f64 = 110_000.0;

/// Whether some of a circle lies where the grid is defined. About a circle of which nothing does, no phone can ever be
/// answered with yes.
#[must_use]
pub fn reaches(circle: &Circle) -> bool {
    circle.centre.latitude().abs() - circle.radius.value() / DEGREE_LATITUDE_LEAST_M <= LATITUDE_MOST
}

/// The key that chooses between corners; the same for every partner of a gateway.
#[derive(Debug)]
pub struct GridKey(Secret<[u8; 32]>);

impl GridKey {
    /// A key of 32 secret bytes.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self(Secret::new(key))
    }

    fn first_of_two(&self, subject: SubjectKey, cell: &Cell) -> bool {
        let message = [
            &subject.to_bytes()[..],
            &cell.size.value().to_be_bytes(),
            &cell.column.to_be_bytes(),
            &cell.row.to_be_bytes(),
            &cell.origin.to_be_bytes(),
        ]
        .concat();
        mac(self.0.expose(), &message).first().is_some_and(|byte| byte & 1 == 0)
    }
}

/// The circle that may be told of an area around somebody: its centre a corner of the grid of `size`, its radius at
/// least `size`, and wide enough to hold all of `area`. `None` beyond 70 degrees of latitude.
#[must_use]
pub fn coarsen(area: &Circle, size: Metres, subject: SubjectKey, key: &GridKey) -> Option<Circle> {
    let cell = Cell::around(area.centre, size)?;
    let centre = cell.corner(key.first_of_two(subject, &cell))?;
    // The width of the source's own area is told in halves of the cell's size only.
    let needed = area.radius.value() + FARTHEST * size.value();
    let halves = (needed / (size.value() / 2.0)).ceil().max(2.0);
    Some(Circle {
        centre,
        radius: Metres(halves * size.value() / 2.0),
    })
}

/// One cell of a grid, and where in it a point lies.
struct Cell {
    size: Metres,
    origin: f64,
    column: i64,
    row: i64,
    width: f64,
    height: f64,
    x: f64,
    y: f64,
}

impl Cell {
    fn around(point: Point, size: Metres) -> Option<Self> {
        let origin = origin_latitude(point.latitude)?;
        Self::in_grid(point, size, origin)
    }

    fn in_grid(point: Point, size: Metres, origin: f64) -> Option<Self> {
        let radians = std::f64::consts::PI / 180.0;
        let width = size.value() / (radians * EARTH_RADIUS_M * (origin * radians).cos());
        let height = size.value() / DEGREE_LATITUDE_M;
        if !(width > 0.0 && height > 0.0) {
            return None;
        }
        // The antimeridian is one line, whichever sign its longitude bears.
        let longitude = wrap_longitude(point.longitude);
        let column = (longitude / width).floor();
        let row = ((point.latitude - origin) / height).floor();
        Some(Self {
            size,
            origin,
            column: column as i64,
            row: row as i64,
            width,
            height,
            x: longitude / width - column,
            y: (point.latitude - origin) / height - row,
        })
    }

    /// The corner that stands for the point: east by `east` cells and north by `north` ones.
    fn corner(&self, first: bool) -> Option<Point> {
        let (east, north) = region(self.x, self.y, first);
        let longitude = wrap_longitude(self.width * (self.column as f64 + east));
        let latitude = self.origin + self.height * (self.row as f64 + north);
        // Whole millionths of a degree, so that what is told is told the same in every format.
        Point::new((latitude * 1e6).round() / 1e6, (longitude * 1e6).round() / 1e6)
    }
}

/// RFC 6772 §6.5.2, the eight cases: the corner for a place in the cell. `first` decides where two corners are open.
fn region(x: f64, y: f64, first: bool) -> (f64, f64) {
    const SOUTH_WEST: (f64, f64) = (0.0, 0.0);
    const SOUTH_EAST: (f64, f64) = (1.0, 0.0);
    const NORTH_WEST: (f64, f64) = (0.0, 1.0);
    const NORTH_EAST: (f64, f64) = (1.0, 1.0);
    let (low, high) = (MARGIN, 1.0 - MARGIN);
    let either = |one, other| if first { one } else { other };
    if x < low && y < low {
        SOUTH_WEST
    } else if x >= high && y < low {
        SOUTH_EAST
    } else if x < low && y >= high {
        NORTH_WEST
    } else if x >= high && y >= high {
        NORTH_EAST
    } else if y < x && y < 1.0 - x {
        either(SOUTH_WEST, SOUTH_EAST)
    } else if x <= y && y < 1.0 - x {
        either(SOUTH_WEST, NORTH_WEST)
    } else if y < x {
        either(SOUTH_EAST, NORTH_EAST)
    } else {
        either(NORTH_WEST, NORTH_EAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn point(latitude: f64, longitude: f64) -> Point {
        Point::new(latitude, longitude).expect("point")
    }

    #[test]
    fn the_worked_example_of_the_rfc() {
        let cell = Cell::in_grid(point(40.0, -105.0), Metres::whole(100_000), 25.0).expect("cell");
        assert_eq!((cell.column, cell.row), (-106, 16));
        let corners = [cell.corner(true), cell.corner(false)].map(|corner| corner.expect("corner"));
        for (corner, latitude) in corners.into_iter().zip([39.466_546, 40.370_705]) {
            assert!(
                (corner.longitude() - -105.240_725).abs() < 1e-5,
                "{}",
                corner.longitude()
            );
            assert!((corner.latitude() - latitude).abs() < 1e-5, "{}", corner.latitude());
        }
    }

    #[test]
    fn polling_a_resting_phone_learns_one_circle() {
        let key = GridKey::new([5; 32]);
        let subject = SubjectKey::from_bytes([1; 16]);
        let area = Circle {
            centre: point(12.0001, -40.0002),
            radius: Metres(20.0),
        };
        let first = coarsen(&area, Metres::whole(200), subject, &key);
        assert!((0..100).all(|_| coarsen(&area, Metres::whole(200), subject, &key) == first));
    }

    #[test]
    fn nothing_is_told_beyond_the_grids() {
        let key = GridKey::new([5; 32]);
        let area = Circle {
            centre: point(70.5, 10.0),
            radius: Metres(20.0),
        };
        assert_eq!(
            coarsen(&area, Metres::whole(200), SubjectKey::from_bytes([1; 16]), &key),
            None
        );
    }

    proptest! {
        #[test]
        fn the_answer_is_never_finer_and_always_holds_the_fix(
            latitude in -69.9_f64..69.9, longitude in -180.0_f64..180.0,
            uncertainty in 1.0_f64..3000.0, size in 50_u32..5000, person in any::<[u8; 16]>(),
        ) {
            let area = Circle { centre: point(latitude, longitude), radius: Metres(uncertainty) };
            let size = Metres::whole(size);
            let told = coarsen(&area, size, SubjectKey::from_bytes(person), &GridKey::new([5; 32])).expect("in range");
            prop_assert!(told.radius >= size);
            let apart = told.centre.distance_to(area.centre).value();
            prop_assert!(apart + uncertainty <= told.radius.value(), "{apart} {uncertainty} {told:?}");
        }
    }

    #[test]
    fn a_circle_reaches_the_grid_or_does_not() {
        let reaches = |latitude: f64, radius: u32| {
            super::reaches(&Circle {
                centre: point(latitude, 10.0),
                radius: Metres::whole(radius),
            })
        };
        assert!(reaches(0.0, 50) && reaches(70.0, 50) && reaches(-70.0, 50));
        assert!(reaches(71.0, 111_000), "it reaches back over the edge");
        assert!(!reaches(71.0, 50_000) && !reaches(-89.0, 100_000) && !reaches(90.0, 1));
    }
}
