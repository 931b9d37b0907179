//! Circles drawn round one place again and again. Shrinking them is how a yes-or-no answer would be pressed into a
//! position; so the fourth radius round the same place within a day is refused.

use crate::geo::Circle;
use crate::id::ConsentId;
use crate::journal::tree::sha256;
use crate::time::{Span, Timestamp};

/// So many probes are remembered for one consent.
pub const PROBES_MAX: usize = 8;
/// So many different radii round one place are answered within a day.
pub const RADII_MAX: usize = 3;

const DAY: Span = Span::seconds(86_400);
const DEGREE_M: f64 = 111_320.0;

/// One circle that a *verify* was about. It tells two places apart and names neither: thousands of cells share each
/// mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Probe {
    /// Sixteen bits of a hash of the consent and the cell, of the consent's own size, in which the centre lies.
    pub place: u16,
    /// The radius in whole metres.
    pub radius_m: u32,
    /// When it was last asked.
    pub at: Timestamp,
}

impl Probe {
    /// The probe that `circle` is, for a consent whose answers are `metres` wide.
    #[must_use]
    pub fn new(consent: ConsentId, metres: u32, circle: &Circle, at: Timestamp) -> Self {
        let size = f64::from(metres.max(1));
        let centre = circle.centre;
        let row = (centre.latitude() * DEGREE_M / size).floor();
        // A parallel shrinks with the cosine of its latitude; the row's own keeps a row's cells equally wide.
        let parallel = (row * size / DEGREE_M).to_radians().cos();
        let column = (centre.longitude() * DEGREE_M * parallel / size).floor();
        let cell = [(row as i64).to_be_bytes(), (column as i64).to_be_bytes()].concat();
        let [high, low, ..] = sha256(&[&consent.to_bytes(), &cell]);
        Self {
            place: u16::from_be_bytes([high, low]),
            // The cast saturates: no two radii beyond four million kilometres need telling apart.
            radius_m: circle.radius.value().round() as u32,
            at,
        }
    }

    fn same_circle(&self, other: &Self) -> bool {
        self.place == other.place && self.radius_m == other.radius_m
    }
}

/// Whether `next` would be one radius too many round its place.
#[must_use]
pub fn is_probing(seen: &[Probe], next: &Probe) -> bool {
    let from = next.at.before(DAY);
    let others = seen
        .iter()
        .filter(|probe| probe.at > from && probe.place == next.place && probe.radius_m != next.radius_m);
    others.count() >= RADII_MAX
}

/// Remembers `next`. What is a day old is forgotten; when there is no room, so is the oldest probe of the place with the
/// fewest, so that questions about many places do not wash away the ones about one.
pub fn remember(seen: &mut Vec<Probe>, next: Probe) {
    let from = next.at.before(DAY);
    seen.retain(|probe| probe.at > from && !probe.same_circle(&next));
    if seen.len() >= PROBES_MAX {
        let crowd = |place| seen.iter().filter(|probe| probe.place == place).count();
        let least = (0..seen.len()).min_by_key(|index| seen.get(*index).map(|probe| (crowd(probe.place), probe.at)));
        least.map(|index| seen.remove(index));
    }
    seen.push(next);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::{Metres, Point};

    const NOW: Timestamp = Timestamp::from_unix_ms(1_800_000_000_000);

    fn probe(latitude: f64, radius: u32, at: Timestamp) -> Probe {
        let circle = Circle {
            centre: Point::new(latitude, -40.0).expect("point"),
            radius: Metres::whole(radius),
        };
        Probe::new(ConsentId::from_bytes([1; 16]), 2000, &circle, at)
    }

    #[test]
    fn the_fourth_radius_round_one_place_is_probing_for_a_day() {
        let mut seen = Vec::new();
        for radius in [9000, 7000, 5000, 7000, 9000] {
            assert!(!is_probing(&seen, &probe(12.0, radius, NOW)), "{radius}");
            remember(&mut seen, probe(12.0, radius, NOW));
        }
        assert_eq!(seen.len(), 3);
        assert!(is_probing(&seen, &probe(12.0, 3000, NOW)));
        assert!(is_probing(
            &seen,
            &probe(12.0, 3000, NOW.after(Span::milliseconds(86_399_999)))
        ));
        assert!(!is_probing(&seen, &probe(12.0, 3000, NOW.after(DAY))));
        assert!(
            !is_probing(&seen, &probe(12.0, 5000, NOW)),
            "a radius that was answered before is no news"
        );
        assert!(!is_probing(&seen, &probe(12.5, 3000, NOW)), "another place");
    }

    #[test]
    fn a_centre_that_shifts_within_its_cell_is_the_same_place() {
        let one = probe(12.005, 9000, NOW);
        assert_eq!(probe(12.006, 9000, NOW).place, one.place);
        assert_ne!(probe(12.05, 9000, NOW).place, one.place);
    }

    #[test]
    fn other_places_do_not_wash_a_probed_one_away() {
        let mut seen = Vec::new();
        for radius in [9000, 7000, 5000] {
            remember(&mut seen, probe(12.0, radius, NOW));
        }
        for step in 1..=17_u32 {
            let later = NOW.after(Span::seconds(step));
            remember(&mut seen, probe(12.0 + f64::from(step) / 10.0, 9000, later));
            assert!(seen.len() <= PROBES_MAX);
            assert!(is_probing(&seen, &probe(12.0, 3000, later)), "{step}");
        }
    }

    #[test]
    fn any_circle_has_a_mark() {
        for (latitude, longitude) in [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0), (70.0, 179.999_999)] {
            for radius in [0.0, 1.0, 1e12, f64::MAX] {
                let centre = Point::new(latitude, longitude).expect("point");
                let radius = Metres::new(radius).expect("finite");
                for metres in [0, 1, u32::MAX] {
                    let _ = Probe::new(ConsentId::from_bytes([1; 16]), metres, &Circle { centre, radius }, NOW);
                }
            }
        }
    }
}
