//! Shapes of PIDF-LO (RFC 5491 §5): flat ones, in WGS 84, latitude before longitude, metres and degrees.

use domain::geo::arc::Arc;
use domain::geo::ellipse::Ellipse;
use domain::geo::{Area, CORNERS_MAX, Circle, Metres, Point, Polygon, wrap_longitude};

use crate::held::error::HeldError;
use crate::held::page::Page;
use crate::held::xml::{Element, Space, once};

const WGS_84: &str = "urn:ogc:def:crs:EPSG::4326";
const METRES: &str = "urn:ogc:def:uom:EPSG::9001";
const DEGREES: &str = "urn:ogc:def:uom:EPSG::9102";
/// No spelling of a number is longer, in bytes.
const NUMBER_LENGTH_MAX: usize = 24;

/// Where a device is.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `gml:Point`: a point, of which nobody says how far off it is.
    Point(Point),
    /// `gs:Circle`.
    Circle(Circle),
    /// `gs:Ellipse`.
    Ellipse(Ellipse),
    /// `gs:ArcBand`.
    ArcBand(Arc),
    /// `gml:Polygon`, of 3 to 15 corners.
    Polygon(Polygon),
}

impl From<&Area> for Shape {
    /// The shape of an area. What no shape of RFC 5491 can tell becomes the circle around it, which is as sure at least.
    fn from(area: &Area) -> Self {
        match area {
            Area::Circle(circle) => Self::Circle(*circle),
            Area::Polygon(polygon) => Self::Polygon(polygon.clone()),
            Area::Ellipse(ellipse) => Self::Ellipse(*ellipse),
            Area::Arc(arc) => Self::ArcBand(*arc),
            Area::Region(_) => Self::Circle(area.enclosing_circle()),
        }
    }
}

impl Shape {
    /// The area; `None` of a point, which has none.
    #[must_use]
    pub fn area(&self) -> Option<Area> {
        match self {
            Self::Point(_) => None,
            Self::Circle(circle) => Some(Area::Circle(*circle)),
            Self::Ellipse(ellipse) => Some(Area::Ellipse(*ellipse)),
            Self::ArcBand(arc) => Some(Area::Arc(*arc)),
            Self::Polygon(polygon) => Some(Area::Polygon(polygon.clone())),
        }
    }

    /// The shape as it is written: degrees of places to six digits after the point (about a decimetre), lengths to one,
    /// angles to three; a radius is never shortened, nor is an arc narrowed, and corners run anticlockwise.
    ///
    /// A circle without a width becomes the point that it is. A polygon too small for six digits becomes the circle
    /// around it.
    #[must_use]
    pub fn rounded(&self) -> Self {
        match self {
            Self::Point(point) => Self::Point(rounded(*point)),
            Self::Circle(circle) => rounded_circle(*circle),
            Self::Ellipse(ellipse) => {
                let (major, minor) = (up(ellipse.semi_major()), up(ellipse.semi_minor()));
                let angle = thousandths(ellipse.angle());
                let fresh = Ellipse::new(rounded(ellipse.centre()), major, minor, angle);
                Self::Ellipse(fresh.unwrap_or(*ellipse))
            }
            Self::ArcBand(arc) => Self::ArcBand(rounded_arc(arc).unwrap_or(*arc)),
            Self::Polygon(polygon) => {
                let mut corners: Vec<Point> = polygon.corners().iter().copied().map(rounded).collect();
                if is_clockwise(&corners) {
                    // The first one stays the first, so that the same is found of what is read back.
                    corners.reverse();
                    corners.rotate_right(1);
                }
                match Polygon::new(corners) {
                    Some(polygon) => Self::Polygon(polygon),
                    None => rounded_circle(Area::Polygon(polygon.clone()).enclosing_circle()),
                }
            }
        }
    }

    /// Writes the shape's element.
    pub(super) fn write(&self, page: &mut Page) {
        let name = match self {
            Self::Point(_) => "gml:Point",
            Self::Circle(_) => "gs:Circle",
            Self::Ellipse(_) => "gs:Ellipse",
            Self::ArcBand(_) => "gs:ArcBand",
            Self::Polygon(_) => "gml:Polygon",
        };
        page.open(name, &[("srsName", WGS_84)]);
        match self {
            Self::Point(point) => position(page, *point),
            Self::Circle(circle) => {
                position(page, circle.centre);
                measure(page, "gs:radius", circle.radius.value(), METRES);
            }
            Self::Ellipse(ellipse) => {
                position(page, ellipse.centre());
                measure(page, "gs:semiMajorAxis", ellipse.semi_major().value(), METRES);
                measure(page, "gs:semiMinorAxis", ellipse.semi_minor().value(), METRES);
                measure(page, "gs:orientation", ellipse.angle(), DEGREES);
            }
            Self::ArcBand(arc) => {
                position(page, arc.centre());
                measure(page, "gs:innerRadius", arc.inner().value(), METRES);
                measure(page, "gs:outerRadius", arc.outer().value(), METRES);
                measure(page, "gs:startAngle", arc.start(), DEGREES);
                measure(page, "gs:openingAngle", arc.included(), DEGREES);
            }
            Self::Polygon(polygon) => {
                page.open("gml:exterior", &[]);
                page.open("gml:LinearRing", &[]);
                let corners = polygon.corners();
                for corner in corners.iter().chain(corners.first()) {
                    position(page, *corner);
                }
                page.close("gml:LinearRing");
                page.close("gml:exterior");
            }
        }
        page.close(name);
    }

    /// Reads the shape's element.
    ///
    /// # Errors
    /// If it is another shape, an impossible one, in other coordinates or units, or holds more than belongs there.
    pub(super) fn read(element: &Element) -> Result<Self, HeldError> {
        let shape = match (element.space(), element.name()) {
            (Space::Gml, "Point") => {
                let mut parts = Parts::of(element, "Point", &[])?;
                Some(Self::Point(parts.position()?))
            }
            (Space::Shape, "Circle") => {
                let mut parts = Parts::of(element, "Circle", &["radius"])?;
                let (centre, radius) = (parts.position()?, parts.length("radius")?);
                Circle::new(centre, radius).map(Self::Circle)
            }
            (Space::Shape, "Ellipse") => {
                let mut parts = Parts::of(element, "Ellipse", &["semiMajorAxis", "semiMinorAxis", "orientation"])?;
                let (major, minor) = (parts.length("semiMajorAxis")?, parts.length("semiMinorAxis")?);
                let angle = parts.angle("orientation")?;
                Ellipse::new(parts.position()?, major, minor, angle).map(Self::Ellipse)
            }
            (Space::Shape, "ArcBand") => {
                let names = ["innerRadius", "outerRadius", "startAngle", "openingAngle"];
                let mut parts = Parts::of(element, "ArcBand", &names)?;
                let (inner, outer) = (parts.length("innerRadius")?, parts.length("outerRadius")?);
                let (start, opening) = (parts.angle("startAngle")?, parts.angle("openingAngle")?);
                Arc::new(parts.position()?, inner, outer, start, opening).map(Self::ArcBand)
            }
            (Space::Gml, "Polygon") => Polygon::new(corners(element)?).map(Self::Polygon),
            _ => None,
        };
        shape.ok_or(HeldError::Shape)
    }
}

/// The elements in a shape: one position, and one measure of each name.
struct Parts<'a> {
    position: Option<&'a Element>,
    measures: Vec<(&'static str, &'a Element)>,
}

impl<'a> Parts<'a> {
    fn of(shape: &'a Element, own: &'static str, names: &[&'static str]) -> Result<Self, HeldError> {
        check_system(shape.attribute("srsName"), true)?;
        let mut position = None;
        let mut measures: Vec<(&'static str, &Element)> = Vec::new();
        for child in shape.holder(own, &["srsName"])? {
            if child.is(Space::Gml, "pos") {
                once(&mut position, child, "pos")?;
                continue;
            }
            let name = names.iter().find(|name| child.is(Space::Shape, name));
            let name = *name.ok_or(HeldError::Unknown(own))?;
            if measures.iter().any(|(other, _)| *other == name) {
                return Err(HeldError::Duplicate(name));
            }
            measures.push((name, child));
        }
        Ok(Self { position, measures })
    }

    fn position(&mut self) -> Result<Point, HeldError> {
        read_position(self.position.take().ok_or(HeldError::Missing("pos"))?)
    }

    fn length(&self, name: &'static str) -> Result<Metres, HeldError> {
        Metres::new(self.measure(name, METRES)?).ok_or(HeldError::Value(name))
    }

    fn angle(&self, name: &'static str) -> Result<f64, HeldError> {
        let angle = self.measure(name, DEGREES)?;
        let fits = (0.0..=360.0).contains(&angle);
        fits.then_some(angle).ok_or(HeldError::Value(name))
    }

    fn measure(&self, name: &'static str, unit: &str) -> Result<f64, HeldError> {
        let found = self.measures.iter().find(|(own, _)| *own == name);
        let (_, element) = found.ok_or(HeldError::Missing(name))?;
        let text = element.leaf(name, &["uom"])?;
        if element.attribute("uom") != Some(unit) {
            return Err(HeldError::Unit);
        }
        number(text).ok_or(HeldError::Value(name))
    }
}

/// The corners of a polygon's one ring, closed.
fn corners(polygon: &Element) -> Result<Vec<Point>, HeldError> {
    check_system(polygon.attribute("srsName"), true)?;
    let exterior = only(polygon.holder("Polygon", &["srsName"])?, "exterior", "Polygon")?;
    let ring = only(exterior.holder("exterior", &[])?, "LinearRing", "exterior")?;
    let parts = ring.holder("LinearRing", &[])?;
    let corners = match parts {
        [list] if list.is(Space::Gml, "posList") => {
            check_system(list.attribute("srsName"), false)?;
            let text = list.leaf("posList", &["srsName"])?;
            let words: Vec<&str> = text.split_ascii_whitespace().take(2 * CORNERS_MAX + 4).collect();
            let points = words
                .chunks(2)
                .map(|pair| point(pair).ok_or(HeldError::Value("posList")));
            points.collect::<Result<Vec<_>, _>>()?
        }
        _ => {
            if !parts.iter().all(|part| part.is(Space::Gml, "pos")) {
                return Err(HeldError::Unknown("LinearRing"));
            }
            parts.iter().map(read_position).collect::<Result<_, _>>()?
        }
    };
    if corners.len() > CORNERS_MAX + 1 {
        return Err(HeldError::List("LinearRing"));
    }
    if corners.len() < 4 || corners.first() != corners.last() {
        return Err(HeldError::Shape);
    }
    Ok(corners)
}

/// The one element, which has this name.
fn only<'a>(children: &'a [Element], name: &'static str, own: &'static str) -> Result<&'a Element, HeldError> {
    match children {
        [child] if child.is(Space::Gml, name) => Ok(child),
        [] => Err(HeldError::Missing(name)),
        _ => Err(HeldError::Unknown(own)),
    }
}

fn check_system(name: Option<&str>, wanted: bool) -> Result<(), HeldError> {
    match name {
        Some(WGS_84) => Ok(()),
        None if !wanted => Ok(()),
        _ => Err(HeldError::CoordinateSystem),
    }
}

fn read_position(element: &Element) -> Result<Point, HeldError> {
    check_system(element.attribute("srsName"), false)?;
    let words: Vec<&str> = element
        .leaf("pos", &["srsName"])?
        .split_ascii_whitespace()
        .take(3)
        .collect();
    point(&words).ok_or(HeldError::Value("pos"))
}

fn point(words: &[&str]) -> Option<Point> {
    match words {
        [latitude, longitude] => Point::new(number(latitude)?, number(longitude)?),
        _ => None,
    }
}

/// Digits, and maybe a sign before, and a point and more digits after.
fn number(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let fits = text.len() <= NUMBER_LENGTH_MAX
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && unsigned.starts_with(|c: char| c.is_ascii_digit());
    text.parse().ok().filter(|_| fits)
}

fn position(page: &mut Page, point: Point) {
    let text = format!("{} {}", point.latitude(), point.longitude());
    page.text("gml:pos", &[], &text);
}

fn measure(page: &mut Page, name: &str, value: f64, unit: &str) {
    page.text(name, &[("uom", unit)], &value.to_string());
}

/// A point to six digits. Adding zero takes the sign from a zero that has one.
fn rounded(point: Point) -> Point {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6 + 0.0;
    Point::new(round(point.latitude()), round(point.longitude())).unwrap_or(point)
}

fn rounded_circle(circle: Circle) -> Shape {
    let centre = rounded(circle.centre);
    if circle.radius.value() == 0.0 {
        return Shape::Point(centre);
    }
    Shape::Circle(Circle::new(centre, up(circle.radius)).unwrap_or(circle))
}

fn rounded_arc(arc: &Arc) -> Option<Arc> {
    let inner = Metres::new((arc.inner().value() * 10.0 + 1e-6).floor() / 10.0)?;
    let start = (arc.start() * 1e3 + 1e-6).floor() / 1e3;
    // The second edge stays where it is, or goes a little further.
    let opening = arc.included() + (arc.start() - start).max(0.0);
    let opening = ((opening * 1e3 - 1e-6).ceil() / 1e3).clamp(1e-3, 360.0);
    Arc::new(rounded(arc.centre()), inner, up(arc.outer()), start, opening)
}

/// A length to a decimetre, not shortened.
fn up(length: Metres) -> Metres {
    Metres::new((length.value() * 10.0 - 1e-6).ceil().max(0.0) / 10.0).unwrap_or(length)
}

fn thousandths(angle: f64) -> f64 {
    (angle * 1e3).round() / 1e3
}

/// Whether the corners run clockwise, seen from above, by the flat surface between them.
fn is_clockwise(corners: &[Point]) -> bool {
    let Some(first) = corners.first() else {
        return false;
    };
    // Longitudes are counted from the first corner, so that the antimeridian is nowhere near.
    let flat = |point: &Point| (wrap_longitude(point.longitude() - first.longitude()), point.latitude());
    let next = corners.iter().cycle().skip(1);
    let twice: f64 = corners
        .iter()
        .zip(next)
        .map(|(one, other)| {
            let ((x1, y1), (x2, y2)) = (flat(one), flat(other));
            x1 * y2 - x2 * y1
        })
        .sum();
    twice < 0.0
}
