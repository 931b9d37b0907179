//! Areas as MLP writes them: X is the latitude, Y the longitude, in the forms of the carrier's dialect or habit.

use super::dialect::Dialect;
use super::quirk::Quirk;
use super::shape::Shape;
use super::xml::Element;
use crate::area::Point;

/// In which form areas are written.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// The carrier's dialect.
    pub dialect: Dialect,
    /// Its habit.
    pub quirk: Option<Quirk>,
}

impl Form {
    /// The `shape` element.
    pub fn shape(self, shape: &Shape) -> Element {
        let mut area = self.area(shape);
        if self.dialect == Dialect::V3_2 {
            area = area.attribute("srsName", "www.epsg.org#4326");
        }
        Element::new("shape").with([area])
    }

    fn area(self, shape: &Shape) -> Element {
        match shape {
            Shape::Point(point) => self.point(point),
            Shape::Line(points) => Element::new("LineString").with(points.iter().map(|point| self.coord(point))),
            Shape::Polygon { outer, holes } => {
                let inside = holes
                    .iter()
                    .map(|hole| Element::new("innerBoundaryIs").with([self.ring(hole)]));
                let outside = Element::new("outerBoundaryIs").with([self.ring(outer)]);
                Element::new("Polygon").with([outside]).with(inside)
            }
            Shape::Box(low, high) => Element::new("Box").with([self.coord(low), self.coord(high)]),
            Shape::Circle(circle) => {
                let radius = if self.quirk == Some(Quirk::RadiusZero) {
                    0.0
                } else {
                    circle.radius
                };
                Element::new("CircularArea").with([self.coord(&circle.center), self.length("radius", radius)])
            }
            Shape::Ellipse {
                center,
                angle,
                semi_major,
                semi_minor,
            } => {
                let disguised = self.quirk == Some(Quirk::EllipseInCircle);
                let name = if disguised { "CircularArea" } else { "EllipticalArea" };
                Element::new(name).with([
                    self.coord(center),
                    Element::text("angle", angle.to_string()),
                    self.length("semiMajor", *semi_major),
                    self.length("semiMinor", *semi_minor),
                ])
            }
            Shape::Arc { .. } => self.arc(shape),
            Shape::Several(parts) => {
                let parts: Vec<Element> = parts.iter().map(|part| self.area(part)).collect();
                let name = parts.first().map_or("Point", |part| part.name.as_str());
                Element::new(&format!("Multi{name}")).with(parts)
            }
        }
    }

    fn arc(self, shape: &Shape) -> Element {
        let Shape::Arc {
            apex,
            inner,
            outer,
            start,
            included,
        } = shape
        else {
            return Element::new("CircularArcArea");
        };
        let stop = match self.quirk {
            Some(Quirk::ArcAbsoluteStop) => (start + included) % 360,
            _ => *included,
        };
        let beyond = (self.quirk != Some(Quirk::ArcWithoutOutRadius)).then(|| self.length("outRadius", *outer));
        Element::new("CircularArcArea")
            .with([self.coord(apex), self.length("inRadius", *inner)])
            .with(beyond)
            .with([
                Element::text("startAngle", start.to_string()),
                Element::text("stopAngle", stop.to_string()),
            ])
    }

    fn point(self, point: &Point) -> Element {
        Element::new("Point").with([self.coord(point)])
    }

    fn ring(self, corners: &[Point]) -> Element {
        let closed = (self.quirk != Some(Quirk::UnclosedRing))
            .then(|| corners.first())
            .flatten();
        let all = corners.iter().chain(closed).map(|corner| self.coord(corner));
        Element::new("LinearRing").with(all)
    }

    fn length(self, name: &str, metres: f64) -> Element {
        let decimals = usize::from(self.quirk == Some(Quirk::FloatRadii)) * 2;
        Element::text(name, format!("{metres:.decimals$}"))
    }

    fn coord(self, point: &Point) -> Element {
        let height = (self.quirk == Some(Quirk::ZNan)).then(|| Element::text("Z", "NaN"));
        Element::new("coord")
            .with([
                Element::text("X", self.degrees(point.latitude, ["N", "S"], 2)),
                Element::text("Y", self.degrees(point.longitude, ["E", "W"], 3)),
            ])
            .with(height)
    }

    /// Degrees in this carrier's form; `width` is the number of digits that the standard gives to whole degrees.
    fn degrees(self, degrees: f64, [positive, negative]: [&str; 2], width: usize) -> String {
        let letter = if degrees < 0.0 { negative } else { positive };
        let (padded, decimals) = match (self.quirk, self.dialect) {
            (Some(Quirk::SignedDecimals), _) => return format!("{degrees:+.7}"),
            (Some(Quirk::HemispherePrefix), _) => return format!("{letter}{:.7}", degrees.abs()),
            (Some(Quirk::ThreeDigitDegrees), _) => (3, 3),
            (Some(Quirk::NoPadding), _) => (0, 3),
            (Some(Quirk::SixDecimalSeconds), _) => (width, 6),
            (_, Dialect::V3_0) => (width, 3),
            (_, Dialect::V3_2) => (2, 3),
            (_, Dialect::V3_5) => return format!("{degrees:.7}"),
        };
        let unit = 10_i64.pow(decimals);
        let all = (degrees.abs() * 3600.0 * unit as f64).round() as i64;
        let (whole, minutes) = (all / (3600 * unit), all / (60 * unit) % 60);
        let seconds = (all % (60 * unit)) as f64 / unit as f64;
        let decimals = decimals as usize;
        if padded == 0 {
            return format!("{whole} {minutes} {seconds:.decimals$}{letter}");
        }
        let seconds_width = decimals + 3;
        format!("{whole:0padded$} {minutes:02} {seconds:0seconds_width$.decimals$}{letter}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Point = Point {
        latitude: 12.000_868_1,
        longitude: -40.0,
    };

    fn written(dialect: Dialect, quirk: Option<Quirk>) -> String {
        let coord = Form { dialect, quirk }.coord(&HERE);
        let texts: Vec<&str> = coord.children.iter().map(|child| child.text.as_str()).collect();
        texts.join(", ")
    }

    #[test]
    fn coordinates_have_the_form_of_dialect_and_habit() {
        for (dialect, quirk, expected) in [
            (Dialect::V3_0, None, "12 00 03.125N, 040 00 00.000W"),
            (Dialect::V3_2, None, "12 00 03.125N, 40 00 00.000W"),
            (Dialect::V3_5, None, "12.0008681, -40.0000000"),
            (Dialect::V3_5, Some(Quirk::NoPadding), "12 0 3.125N, 40 0 0.000W"),
            (
                Dialect::V3_5,
                Some(Quirk::ThreeDigitDegrees),
                "012 00 03.125N, 040 00 00.000W",
            ),
            (
                Dialect::V3_0,
                Some(Quirk::SixDecimalSeconds),
                "12 00 03.125160N, 040 00 00.000000W",
            ),
            (Dialect::V3_0, Some(Quirk::SignedDecimals), "+12.0008681, -40.0000000"),
            (Dialect::V3_0, Some(Quirk::HemispherePrefix), "N12.0008681, W40.0000000"),
            (Dialect::V3_5, Some(Quirk::ZNan), "12.0008681, -40.0000000, NaN"),
        ] {
            assert_eq!(written(dialect, quirk), expected);
        }
    }

    #[test]
    fn seconds_never_reach_sixty() {
        let form = Form {
            dialect: Dialect::V3_0,
            quirk: None,
        };
        assert_eq!(form.degrees(12.999_999_999, ["N", "S"], 2), "13 00 00.000N");
    }
}
