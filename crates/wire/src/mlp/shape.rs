//! Shapes: what a location server says of where a phone is (MLP `shape`).

use domain::geo::arc::Arc;
use domain::geo::ellipse::Ellipse;
use domain::geo::region::{Bounds, Ground, Piece, Region};
use domain::geo::{Area, Circle, Metres, Point, Polygon};

use super::coordinate;
use super::error::MlpError;
use super::expect::{ArcStop, Habits};
use super::measure::{angle, length};
use super::quirk::{Notes, Quirk};
use super::xml::Element;

/// The names of all shapes.
const NAMES: [&str; 13] = [
    "Point",
    "LineString",
    "LinearRing",
    "Polygon",
    "Box",
    "CircularArea",
    "CircularArcArea",
    "EllipticalArea",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
    "MultiGeometry",
    "GeometryCollection",
];

/// What a shape tells.
pub(super) struct Shaped {
    /// The area.
    pub(super) area: Area,
    /// Whether some of its width is the configured one, of which the server's confidence says nothing.
    pub(super) assumed: bool,
}

/// Reads what `shape` holds; some servers leave that element out and put the shape into `pd` itself.
///
/// # Errors
/// If there is no shape, or an unknown or impossible one, or one in other coordinates than WGS 84.
pub(super) fn read(pd: &Element, habits: &Habits, notes: &mut Notes) -> Result<Shaped, MlpError> {
    let holder = pd.child("shape").unwrap_or(pd);
    let mut drawing = Drawing {
        habits,
        notes,
        pieces: Vec::new(),
        assumed: false,
    };
    let shapes = || holder.children().iter().filter(|child| NAMES.contains(&child.name()));
    for shape in shapes() {
        drawing.draw(shape)?;
    }
    if shapes().next().is_none() {
        // Civic or relative places are no shapes, nor is a shape that no version of the protocol has.
        return Err(if holder.children().is_empty() || pd.child("shape").is_none() {
            MlpError::Missing("shape")
        } else {
            MlpError::Shape
        });
    }
    let assumed = drawing.assumed;
    let area = area_of(drawing.pieces).ok_or(MlpError::Shape)?;
    Ok(Shaped { area, assumed })
}

/// The simplest area that the pieces make.
fn area_of(mut pieces: Vec<Piece>) -> Option<Area> {
    if pieces.len() > 1 {
        return Region::new(pieces).map(Area::Region);
    }
    match pieces.pop()? {
        Piece::Circle(circle) => Some(Area::Circle(circle)),
        Piece::Ellipse(ellipse) => Some(Area::Ellipse(ellipse)),
        Piece::Arc(arc) => Some(Area::Arc(arc)),
        Piece::Ground(ground) => match ground.simple().and_then(|corners| Polygon::new(corners.to_vec())) {
            Some(polygon) => Some(Area::Polygon(polygon)),
            None => Region::new(vec![Piece::Ground(ground)]).map(Area::Region),
        },
        bounds @ Piece::Bounds(_) => Region::new(vec![bounds]).map(Area::Region),
    }
}

/// Refuses coordinates that are not in WGS 84 (EPSG 4326).
///
/// # Errors
/// If a system is named, and it is another one.
pub(super) fn check_system(name: Option<&str>) -> Result<(), MlpError> {
    let name = name.unwrap_or_default().to_ascii_uppercase();
    if name.is_empty() || name.contains("4326") || name.replace([' ', '_', '-'], "").contains("WGS84") {
        Ok(())
    } else {
        Err(MlpError::CoordinateSystem)
    }
}

/// Pieces of an area, as they are read.
struct Drawing<'a> {
    habits: &'a Habits,
    notes: &'a mut Notes,
    pieces: Vec<Piece>,
    assumed: bool,
}

impl Drawing<'_> {
    /// Reads one shape, and those in it. How deep they may lie is bounded by the tree.
    fn draw(&mut self, shape: &Element) -> Result<(), MlpError> {
        check_system(shape.attribute("srsName"))?;
        let piece = match shape.name() {
            "Point" => {
                let point = coordinate::read_first(shape, self.notes)?;
                self.bare(&[point], Quirk::BarePoint)?
            }
            "LineString" | "LinearRing" => {
                let points = coordinate::read_all(shape, self.notes)?;
                self.bare(&points, Quirk::BarePoint)?
            }
            "Polygon" => self.polygon(shape)?,
            "Box" => self.rectangle(shape)?,
            "CircularArea" => self.circle(shape)?,
            "CircularArcArea" => self.arc(shape)?,
            "EllipticalArea" => self.ellipse(shape)?,
            _ => return self.draw_members(shape),
        };
        self.pieces.push(piece);
        Ok(())
    }

    /// Reads the members of a shape that is made of others, with or without an element around each.
    fn draw_members(&mut self, shape: &Element) -> Result<(), MlpError> {
        for child in shape.children() {
            if NAMES.contains(&child.name()) {
                self.draw(child)?;
            } else if child.name().ends_with("Member") || child.name().ends_with("Members") {
                self.draw_members(child)?;
            }
        }
        Ok(())
    }

    /// A circle around points without a width.
    fn bare(&mut self, points: &[Point], quirk: Quirk) -> Result<Piece, MlpError> {
        self.notes.note(quirk);
        self.assumed = true;
        let line = Circle::around(points).ok_or(MlpError::Shape)?;
        let radius = line.radius.value() + self.habits.bare_point_radius.value();
        let radius = Metres::new(radius).ok_or(MlpError::Shape)?;
        Ok(Piece::Circle(Circle { radius, ..line }))
    }

    fn circle(&mut self, shape: &Element) -> Result<Piece, MlpError> {
        let centre = coordinate::read_first(shape, self.notes)?;
        match length(shape, "radius", self.notes)? {
            Some(radius) if radius.value() > 0.0 => {
                Circle::new(centre, radius).map(Piece::Circle).ok_or(MlpError::Shape)
            }
            Some(_) => self.bare(&[centre], Quirk::ZeroRadius),
            None if shape.child("semiMajor").is_some() => {
                self.notes.note(Quirk::CircleAsEllipse);
                self.ellipse(shape)
            }
            None => self.bare(&[centre], Quirk::BarePoint),
        }
    }

    fn ellipse(&mut self, shape: &Element) -> Result<Piece, MlpError> {
        let centre = coordinate::read_first(shape, self.notes)?;
        let semi_major = length(shape, "semiMajor", self.notes)?.ok_or(MlpError::Missing("semiMajor"))?;
        let semi_minor = length(shape, "semiMinor", self.notes)?.ok_or(MlpError::Missing("semiMinor"))?;
        let angle = angle(shape, "angle", self.notes)?.ok_or(MlpError::Missing("angle"))?;
        if semi_major.value().max(semi_minor.value()) == 0.0 {
            return self.bare(&[centre], Quirk::ZeroRadius);
        }
        let ellipse = if semi_minor > semi_major {
            // The angle goes with the axis that is called major.
            self.notes.note(Quirk::SwappedHalfAxes);
            Ellipse::new(centre, semi_minor, semi_major, angle + 90.0)
        } else {
            Ellipse::new(centre, semi_major, semi_minor, angle)
        };
        ellipse.map(Piece::Ellipse).ok_or(MlpError::Shape)
    }

    fn arc(&mut self, shape: &Element) -> Result<Piece, MlpError> {
        let centre = coordinate::read_first(shape, self.notes)?;
        let (inner, outer) = self.radii(shape)?;
        let start = angle(shape, "startAngle", self.notes)?.ok_or(MlpError::Missing("startAngle"))?;
        let stop = angle(shape, "stopAngle", self.notes)?.ok_or(MlpError::Missing("stopAngle"))?;
        self.notes.note_if(stop < start, Quirk::ArcStopBelowStart);
        let included = match self.habits.arc {
            ArcStop::Included => stop,
            // A bearing that meets the first one again has gone once round.
            ArcStop::Absolute => match (stop - start).rem_euclid(360.0) {
                0.0 => 360.0,
                turn => turn,
            },
        };
        if outer.value() == 0.0 {
            return self.bare(&[centre], Quirk::ZeroRadius);
        }
        Arc::new(centre, inner, outer, start, included)
            .map(Piece::Arc)
            .ok_or(MlpError::Shape)
    }

    /// The radii of an arc, the shorter first. Where the outer one is missing, the inner one may be meant as the only
    /// one, up to which the phone is, or as its distance: the area holds both.
    fn radii(&mut self, shape: &Element) -> Result<(Metres, Metres), MlpError> {
        let inner = length(shape, "inRadius", self.notes)?.ok_or(MlpError::Missing("inRadius"))?;
        match length(shape, "outRadius", self.notes)? {
            Some(outer) if outer >= inner => Ok((inner, outer)),
            Some(outer) => {
                self.notes.note(Quirk::SwappedRadii);
                Ok((outer, inner))
            }
            None => {
                self.notes.note(Quirk::ArcWithoutOuter);
                self.assumed = true;
                let outer = Metres::new(inner.value() + self.habits.bare_point_radius.value());
                Ok((Metres::whole(0), outer.ok_or(MlpError::Shape)?))
            }
        }
    }

    fn polygon(&mut self, shape: &Element) -> Result<Piece, MlpError> {
        let boundary = shape.child("outerBoundaryIs").unwrap_or(shape);
        let outer = self.ring(boundary)?;
        let holes = shape.all("innerBoundaryIs").map(|hole| self.ring(hole));
        let holes = holes.collect::<Result<Vec<_>, _>>()?;
        Ground::new(outer, holes).map(Piece::Ground).ok_or(MlpError::Shape)
    }

    /// The corners of a ring, closed or not.
    fn ring(&mut self, boundary: &Element) -> Result<Vec<Point>, MlpError> {
        let ring = boundary.child("LinearRing").unwrap_or(boundary);
        let mut corners = coordinate::read_all(ring, self.notes)?;
        let count = corners.len();
        corners.dedup();
        self.notes.note_if(corners.len() < count, Quirk::RepeatedCorner);
        Ok(corners)
    }

    /// A box from two opposite corners. Which two they are is told by what is never the case: that a phone's box is
    /// wider than half of the Earth.
    fn rectangle(&mut self, shape: &Element) -> Result<Piece, MlpError> {
        let corners = coordinate::read_all(shape, self.notes)?;
        let [one, other] = corners.as_slice() else {
            return Err(MlpError::Shape);
        };
        let (south, north) = (
            one.latitude().min(other.latitude()),
            one.latitude().max(other.latitude()),
        );
        let east_of_one = (other.longitude() - one.longitude()).rem_euclid(360.0) <= 180.0;
        let (west, east) = if east_of_one { (one, other) } else { (other, one) };
        let south_west = Point::new(south, west.longitude()).ok_or(MlpError::Shape)?;
        let north_east = Point::new(north, east.longitude()).ok_or(MlpError::Shape)?;
        match Bounds::new(south_west, north_east) {
            Some(bounds) => Ok(Piece::Bounds(bounds)),
            // Without a width or a height it is a line, or a point.
            None => self.bare(&corners, Quirk::BarePoint),
        }
    }
}
