//! The invented city "Port Aster" that maps are drawn on, read from the embedded `web/city.json`.

use std::sync::LazyLock;

use serde::Deserialize;

/// Metres of one degree of latitude; a map of an invented city needs no ellipsoid.
const DEGREE_M: f64 = 111_320.0;

/// A line or an area of the map, in metres east and south of the city's centre.
pub(super) struct Line {
    /// Its points, each (east, south).
    pub points: Vec<(f64, f64)>,
    /// Whether the last point joins the first, which makes it an area.
    pub closed: bool,
}

impl Line {
    /// West, north, east and south of the box around it.
    pub fn bounds(&self) -> [f64; 4] {
        let start = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        self.points.iter().fold(start, |[west, north, east, south], (x, y)| {
            [west.min(*x), north.min(*y), east.max(*x), south.max(*y)]
        })
    }
}

/// The city's parts, each kind drawn in its own way.
pub(super) struct City {
    /// Its invented name.
    pub name: String,
    /// Latitude of the centre, in degrees.
    pub latitude: f64,
    /// Longitude of the centre, in degrees.
    pub longitude: f64,
    /// How far the drawn part reaches from the centre, in metres.
    pub extent_m: f64,
    /// Streets, and how each is drawn.
    pub streets: Vec<(Kind, Line)>,
    /// Rivers, harbour, sea.
    pub water: Vec<Line>,
    /// Parks.
    pub parks: Vec<Line>,
    /// Places with a name, in metres east and south of the centre.
    pub places: Vec<(String, f64, f64)>,
}

/// How a street is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A narrow one.
    Street,
    /// A wide one.
    Avenue,
}

#[derive(Deserialize)]
struct CityFile {
    name: String,
    center: [f64; 2],
    bounds: Bounds,
    water: Vec<Outline>,
    parks: Vec<Outline>,
    places: Vec<Place>,
    streets: Vec<Street>,
}

#[derive(Deserialize)]
struct Bounds {
    north: f64,
}

#[derive(Deserialize)]
struct Outline {
    outline: Vec<[f64; 2]>,
}

#[derive(Deserialize)]
struct Place {
    name: String,
    at: [f64; 2],
}

#[derive(Deserialize)]
struct Street {
    kind: String,
    line: Vec<[f64; 2]>,
}

static CITY: LazyLock<City> = LazyLock::new(|| {
    // The file is part of the program and a test reads it; were it broken, maps would show the circle on plain ground.
    serde_json::from_str(include_str!("../../../../../web/city.json")).map_or_else(|_| City::empty(), City::from_file)
});

impl City {
    /// The one city there is.
    pub fn invented() -> &'static Self {
        &CITY
    }

    fn empty() -> Self {
        Self {
            name: "Port Aster".to_owned(),
            latitude: 12.0,
            longitude: -40.0,
            extent_m: 1500.0,
            streets: Vec::new(),
            water: Vec::new(),
            parks: Vec::new(),
            places: Vec::new(),
        }
    }

    fn from_file(file: CityFile) -> Self {
        let [latitude, longitude] = file.center;
        let east_m = DEGREE_M * latitude.to_radians().cos();
        let project = |[lat, lon]: [f64; 2]| ((lon - longitude) * east_m, (latitude - lat) * DEGREE_M);
        let extent_m = (file.bounds.north - latitude) * DEGREE_M;
        let area = |part: Outline| Line {
            points: part
                .outline
                .into_iter()
                .map(|point| stretched(project(point), extent_m))
                .collect(),
            closed: true,
        };
        let street = |part: Street| {
            let kind = match part.kind.as_str() {
                "avenue" | "promenade" => Kind::Avenue,
                _ => Kind::Street,
            };
            (
                kind,
                Line {
                    points: part.line.into_iter().map(project).collect(),
                    closed: false,
                },
            )
        };
        Self {
            name: file.name,
            latitude,
            longitude,
            extent_m,
            streets: file.streets.into_iter().map(street).collect(),
            water: file.water.into_iter().map(area).collect(),
            parks: file.parks.into_iter().map(area).collect(),
            places: file
                .places
                .into_iter()
                .map(|place| {
                    let (east, south) = project(place.at);
                    (place.name, east, south)
                })
                .collect(),
        }
    }
}

/// Sea and river end just outside the drawn city; a map of a wide circle lets them run on instead of cutting them off.
fn stretched((x, y): (f64, f64), extent_m: f64) -> (f64, f64) {
    let outward = |along: f64| {
        if along.abs() > extent_m * 1.1 {
            along * 6.0
        } else {
            along
        }
    };
    (outward(x), outward(y))
}

#[cfg(test)]
mod tests {
    use super::City;

    #[test]
    fn the_embedded_city_is_read() {
        let city = City::invented();
        assert!(city.streets.len() > 20 && !city.water.is_empty() && !city.parks.is_empty() && !city.places.is_empty());
        for (_, street) in &city.streets {
            assert!(street.points.len() > 1, "a street is a line");
            assert!(
                street
                    .points
                    .iter()
                    .all(|(x, y)| x.abs() < 3.0 * city.extent_m && y.abs() < 3.0 * city.extent_m)
            );
        }
    }
}
