//! The invented city of Port Aster: its streets, as a net on which people and cars move.

use crate::area::Point;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

const MAP: &str = include_str!("../../../web/city.json");

static PORT_ASTER: LazyLock<Arc<StreetNet>> = LazyLock::new(|| {
    // The map is part of the program; a test reads it, so an unreadable one is never shipped.
    let net = StreetNet::read(MAP).unwrap_or_else(|error| panic!("the embedded city map is unreadable: {error}"));
    Arc::new(net)
});

/// The streets of Port Aster, which is built into the program.
pub fn port_aster() -> Arc<StreetNet> {
    Arc::clone(&PORT_ASTER)
}

/// Streets as corners and the corners next to them; all of it hangs together.
#[derive(Debug)]
pub struct StreetNet {
    /// The middle of the city.
    pub center: Point,
    corners: Vec<Corner>,
}

#[derive(Debug)]
struct Corner {
    at: Point,
    next: Vec<usize>,
}

#[derive(Deserialize)]
struct Map {
    center: [f64; 2],
    streets: Vec<Street>,
}

#[derive(Deserialize)]
struct Street {
    line: Vec<[f64; 2]>,
}

impl StreetNet {
    /// Reads a map: `center` and `streets[].line` as lists of `[latitude, longitude]`; streets meet where they share a
    /// point.
    ///
    /// # Errors
    /// When the text is not such a map, or has no street.
    pub fn read(map: &str) -> Result<Self, String> {
        let map: Map = serde_json::from_str(map).map_err(|error| error.to_string())?;
        let mut known = HashMap::new();
        let mut corners: Vec<Corner> = Vec::new();
        for street in &map.streets {
            let mut previous = None;
            for [latitude, longitude] in street.line.iter().copied() {
                let here = *known
                    .entry((latitude.to_bits(), longitude.to_bits()))
                    .or_insert_with(|| {
                        corners.push(Corner {
                            at: Point { latitude, longitude },
                            next: Vec::new(),
                        });
                        corners.len() - 1
                    });
                if let Some(previous) = previous.filter(|previous| *previous != here) {
                    connect(&mut corners, previous, here);
                }
                previous = Some(here);
            }
        }
        if corners.iter().all(|corner| corner.next.is_empty()) {
            return Err("expected at least one street of two points, found none".into());
        }
        corners.shrink_to_fit();
        let [latitude, longitude] = map.center;
        Ok(Self {
            center: Point { latitude, longitude },
            corners,
        })
    }

    /// How many corners there are; corners are numbered from 0.
    pub fn len(&self) -> usize {
        self.corners.len()
    }

    /// Whether there is no corner at all.
    pub fn is_empty(&self) -> bool {
        self.corners.is_empty()
    }

    /// Where corner `corner` is; the city's middle when there is no such corner.
    pub fn place(&self, corner: usize) -> Point {
        self.corners.get(corner).map_or(self.center, |corner| corner.at)
    }

    /// The corners next to `corner`.
    pub fn neighbours(&self, corner: usize) -> &[usize] {
        self.corners.get(corner).map_or(&[], |corner| &corner.next)
    }
}

fn connect(corners: &mut [Corner], one: usize, other: usize) {
    for (from, to) in [(one, other), (other, one)] {
        if let Some(corner) = corners.get_mut(from).filter(|corner| !corner.next.contains(&to)) {
            corner.next.push(to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_corner_can_be_reached_and_lies_in_the_city() {
        let net = port_aster();
        let mut reached = vec![false; net.len()];
        let mut open = vec![0];
        while let Some(corner) = open.pop() {
            if !std::mem::replace(&mut reached[corner], true) {
                open.extend_from_slice(net.neighbours(corner));
            }
        }
        assert!(reached.iter().all(|reached| *reached));
        for corner in 0..net.len() {
            assert!(net.place(corner).distance_to(&net.center) < 2_200.0);
        }
    }

    #[test]
    fn a_map_without_streets_is_refused() {
        assert!(StreetNet::read(r#"{"center":[12,-40],"streets":[]}"#).is_err());
    }
}
