//! CAMARA's `Point`, `Circle`, `Polygon` and `Area`.

use domain::geo::{Area, CORNERS_MAX, Circle, Metres, Point, Polygon};
use serde_json::{Value, json};

use crate::json::{Fields, Node, ParseError};

/// The largest radius, in metres: half of the equator. A larger circle would lie over itself.
pub const RADIUS_METRES_MAX: f64 = 20_037_508.0;

fn read_point(node: Node) -> Result<Point, ParseError> {
    node.object(|fields| {
        let latitude = fields.required("latitude")?.number(-90.0..=90.0)?;
        let longitude = fields.required("longitude")?.number(-180.0..=180.0)?;
        Point::new(latitude, longitude).ok_or_else(|| ParseError::new("a point", "something else"))
    })
}

fn take_circle(fields: &mut Fields) -> Result<Circle, ParseError> {
    let centre = read_point(fields.required("center")?)?;
    let radius = fields.required("radius")?.number(1.0..=RADIUS_METRES_MAX)?;
    let radius = Metres::new(radius).ok_or_else(|| ParseError::new("a radius", "something else"))?;
    Ok(Circle { centre, radius })
}

fn take_polygon(fields: &mut Fields) -> Result<Polygon, ParseError> {
    let corners = fields.required("boundary")?.list(3..=CORNERS_MAX, read_point)?;
    Polygon::new(corners).ok_or_else(|| {
        ParseError::new("3 to 15 points whose edges do not cross", "another polygon").under_field("boundary")
    })
}

/// Reads an area that must be a circle, as verification takes it.
///
/// # Errors
/// For another `areaType`, an unknown field, or a value outside its range.
pub fn read_circle(node: Node) -> Result<Circle, ParseError> {
    node.object(|fields| {
        fields
            .required("areaType")?
            .parsed("CIRCLE", |text| (text == "CIRCLE").then_some(()))?;
        take_circle(fields)
    })
}

/// Reads a circle or a polygon.
///
/// # Errors
/// For another `areaType`, an unknown field, or a value outside its range.
pub fn read_area(node: Node) -> Result<Area, ParseError> {
    node.object(|fields| {
        let is_circle = fields
            .required("areaType")?
            .parsed("CIRCLE or POLYGON", |text| match text {
                "CIRCLE" => Some(true),
                "POLYGON" => Some(false),
                _ => None,
            })?;
        if is_circle {
            take_circle(fields).map(Area::Circle)
        } else {
            take_polygon(fields).map(Area::Polygon)
        }
    })
}

fn print_point(point: Point) -> Value {
    json!({ "latitude": point.latitude(), "longitude": point.longitude() })
}

/// A length without a needless fraction: `200` rather than `200.0`.
fn print_metres(metres: Metres) -> Value {
    let value = metres.value();
    // Both conversions are exact: the value is whole, and below the bound every whole number is an f64.
    if value.fract() == 0.0 && value < 1e9 {
        Value::from(value as u64)
    } else {
        Value::from(value)
    }
}

/// An area as CAMARA writes it. It has circles and polygons only: of another shape, the circle around it.
#[must_use]
pub fn print_area(area: &Area) -> Value {
    match area {
        Area::Circle(circle) => print_circle(circle),
        Area::Polygon(polygon) => {
            let boundary: Vec<Value> = polygon.corners().iter().copied().map(print_point).collect();
            json!({ "areaType": "POLYGON", "boundary": boundary })
        }
        Area::Ellipse(_) | Area::Arc(_) | Area::Region(_) => print_circle(&area.enclosing_circle()),
    }
}

/// A circle as CAMARA writes it.
#[must_use]
pub fn print_circle(circle: &Circle) -> Value {
    json!({ "areaType": "CIRCLE", "center": print_point(circle.centre), "radius": print_metres(circle.radius) })
}
