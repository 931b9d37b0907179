//! Maps drawn by the server as SVG: no script, no tiles, nothing from elsewhere.
//!
//! One unit of the drawing is one metre, x to the east and y to the south of the city's centre, so a circle's radius in
//! the drawing *is* its radius on the ground and the scale bar needs no arithmetic to be true.

mod city;

use std::fmt::Write as _;

use wire::words::{Locale, distance, say};

use city::{City, Kind, Line};

/// The width at which a phone shows the map, in CSS pixels; lines are drawn at least this visible.
const PHONE_WIDTH_PX: f64 = 340.0;

/// Height of a map as a part of its width.
const HEIGHT_PART: f64 = 0.66;

/// A map with a circle of `metres` radius in its middle and a scale bar, both true to scale.
///
/// A question is put before anybody looks for the phone, so the circle lies on the centre of the invented city and shows
/// only how large an answer would be.
#[must_use]
pub fn precision_circle(locale: Locale, metres: u32) -> String {
    let radius_m = f64::from(metres.max(1));
    let height_m = radius_m * 2.9;
    let view = View {
        width_m: height_m / HEIGHT_PART,
        height_m,
    };
    let mut svg = view.opened(
        "map",
        &say(locale, "map-circle", &[("distance", spoken(locale, metres).into())]),
    );
    view.draw(&mut svg, City::invented());
    append(
        &mut svg,
        format_args!(
            "<circle class=\"map-circle\" r=\"{radius_m:.0}\"/><path class=\"map-radius\" d=\"M0 0h{radius_m:.0}\"/>\
             <circle class=\"map-middle\" r=\"{:.1}\"/>",
            view.width_m / 120.0
        ),
    );
    view.label(
        &mut svg,
        radius_m / 2.0,
        -view.width_m / 60.0,
        "map-measure",
        &distance(locale, metres),
    );
    view.scale_bar(&mut svg);
    svg.push_str("</svg>");
    svg
}

/// The whole city, for the stage: the script moves its `viewBox` and draws answers into the group `map-overlay`.
///
/// `data-latitude` and `data-longitude` are the centre; one unit is one metre.
#[must_use]
pub fn city() -> String {
    let city = City::invented();
    let view = View {
        width_m: city.extent_m * 2.0,
        height_m: city.extent_m * 2.0 * HEIGHT_PART,
    };
    let mut svg = String::new();
    append(
        &mut svg,
        format_args!(
            "<svg id=\"city\" class=\"map map-city\" role=\"img\" aria-label=\"A map of {}, an invented city\" viewBox=\"{}\" \
             preserveAspectRatio=\"xMidYMid slice\" data-latitude=\"{}\" data-longitude=\"{}\" data-extent=\"{:.0}\">",
            city.name,
            view.view_box(),
            city.latitude,
            city.longitude,
            city.extent_m
        ),
    );
    view.draw(&mut svg, city);
    svg.push_str("<g id=\"map-places\">");
    for (name, x, y) in &city.places {
        append(
            &mut svg,
            format_args!("<text class=\"map-place\" x=\"{x:.0}\" y=\"{y:.0}\">{name}</text>"),
        );
    }
    svg.push_str("</g><g id=\"map-overlay\"></g></svg>");
    svg
}

/// What part of the ground a map shows, centred on the city.
struct View {
    width_m: f64,
    height_m: f64,
}

impl View {
    fn view_box(&self) -> String {
        format!(
            "{:.0} {:.0} {:.0} {:.0}",
            -self.width_m / 2.0,
            -self.height_m / 2.0,
            self.width_m,
            self.height_m
        )
    }

    fn opened(&self, class: &str, label: &str) -> String {
        format!(
            "<svg class=\"{class}\" role=\"img\" aria-label=\"{label}\" viewBox=\"{}\">",
            self.view_box()
        )
    }

    fn draw(&self, svg: &mut String, city: &City) {
        append(
            svg,
            format_args!(
                "<rect class=\"map-ground\" x=\"{:.0}\" y=\"{:.0}\" width=\"{:.0}\" height=\"{:.0}\"/>",
                -city.extent_m * 3.0,
                -city.extent_m * 3.0,
                city.extent_m * 6.0,
                city.extent_m * 6.0
            ),
        );
        let streets = |kind| {
            city.streets
                .iter()
                .filter(move |(of, _)| *of == kind)
                .map(|(_, line)| line)
        };
        self.lines(svg, city.water.iter(), "map-water", None);
        self.lines(svg, city.parks.iter(), "map-park", None);
        self.lines(svg, streets(Kind::Street), "map-street", Some((7.0, 1.0)));
        self.lines(svg, streets(Kind::Avenue), "map-avenue", Some((13.0, 1.8)));
    }

    /// Lines of one kind as one path; `width` is in metres, and at least so many pixels on a phone.
    fn lines<'a>(
        &self,
        svg: &mut String,
        lines: impl Iterator<Item = &'a Line>,
        class: &str,
        width: Option<(f64, f64)>,
    ) {
        let mut path = String::new();
        for line in lines.filter(|line| self.touches(line)) {
            for (index, (x, y)) in line.points.iter().enumerate() {
                append(
                    &mut path,
                    format_args!("{}{x:.0} {y:.0}", if index == 0 { 'M' } else { 'L' }),
                );
            }
            if line.closed {
                path.push('Z');
            }
        }
        if path.is_empty() {
            return;
        }
        match width {
            Some((metres, pixels)) => {
                let width_m = metres.max(pixels * self.width_m / PHONE_WIDTH_PX);
                append(
                    svg,
                    format_args!("<path class=\"{class}\" stroke-width=\"{width_m:.1}\" d=\"{path}\"/>"),
                );
            }
            None => append(svg, format_args!("<path class=\"{class}\" d=\"{path}\"/>")),
        }
    }

    /// Whether a line's bounding box meets the view.
    fn touches(&self, line: &Line) -> bool {
        let (half_width, half_height) = (self.width_m / 2.0, self.height_m / 2.0);
        let [west, north, east, south] = line.bounds();
        west <= half_width && east >= -half_width && north <= half_height && south >= -half_height
    }

    /// A bar of a round length in the lower left corner, with its length written on it.
    fn scale_bar(&self, svg: &mut String) {
        let length_m = round_length(self.width_m * 0.28);
        let unit = self.width_m / PHONE_WIDTH_PX;
        let (x, y) = (-self.width_m / 2.0 + 12.0 * unit, self.height_m / 2.0 - 12.0 * unit);
        append(
            svg,
            format_args!(
                "<path class=\"map-scale\" stroke-width=\"{:.1}\" d=\"M{x:.0} {:.0}V{y:.0}H{:.0}V{:.0}\"/>",
                1.5 * unit,
                y - 5.0 * unit,
                x + f64::from(length_m),
                y - 5.0 * unit
            ),
        );
        let words = distance(Locale::English, length_m);
        self.label(
            svg,
            x + f64::from(length_m) / 2.0,
            y - 6.0 * unit,
            "map-scale-words",
            &words,
        );
    }

    fn label(&self, svg: &mut String, x: f64, y: f64, class: &str, words: &str) {
        let size = 12.0 * self.width_m / PHONE_WIDTH_PX;
        append(
            svg,
            format_args!(
                "<text class=\"{class}\" x=\"{x:.0}\" y=\"{y:.0}\" font-size=\"{size:.1}\" stroke-width=\"{:.1}\" \
                 text-anchor=\"middle\">{words}</text>",
                size / 4.0
            ),
        );
    }
}

/// The longest of 1, 2 or 5 times a power of ten metres that is not above `limit_m`.
fn round_length(limit_m: f64) -> u32 {
    let mut best = 1;
    for power in [1_u32, 10, 100, 1000, 10_000] {
        for step in [1, 2, 5] {
            if f64::from(power * step) <= limit_m {
                best = power * step;
            }
        }
    }
    best
}

/// A distance for a screen reader, which may read "m" as a letter.
fn spoken(locale: Locale, metres: u32) -> String {
    if metres >= 1000 && metres.is_multiple_of(1000) {
        say(locale, "spoken-kilometres", &[("count", (metres / 1000).into())])
    } else {
        say(locale, "spoken-metres", &[("count", metres.into())])
    }
}

/// Writing into a string cannot fail, so there is no result to look at.
fn append(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}

#[cfg(test)]
mod tests {
    use wire::words::Locale;

    use super::{precision_circle, round_length};

    fn attribute<'a>(svg: &'a str, after: &str, name: &str) -> &'a str {
        let start = svg.find(after).expect("the element is drawn");
        let from = svg[start..]
            .find(&format!("{name}=\""))
            .expect("the attribute is there")
            + start
            + name.len()
            + 2;
        &svg[from..from + svg[from..].find('"').expect("the attribute ends")]
    }

    #[test]
    fn the_circle_and_the_bar_are_drawn_in_metres() {
        for metres in [50, 200, 500, 2000, 10_000] {
            let svg = precision_circle(Locale::English, metres);
            assert_eq!(attribute(&svg, "map-circle", "r"), metres.to_string());
            let bar = attribute(&svg, "map-scale", "d");
            let (start, end) = (bar.split(['M', ' ']).nth(1), bar.split(['H', 'V']).nth(2));
            let length = end.and_then(|x| x.parse::<f64>().ok()).expect("a number")
                - start.and_then(|x| x.parse::<f64>().ok()).expect("a number");
            let width: f64 = attribute(&svg, "<svg", "viewBox")
                .split(' ')
                .nth(2)
                .expect("a width")
                .parse()
                .expect("a number");
            assert_eq!(f64::from(round_length(width * 0.28)), length.round(), "{bar}");
        }
    }

    #[test]
    fn the_whole_circle_is_inside_the_picture() {
        let svg = precision_circle(Locale::English, 200);
        let numbers: Vec<f64> = attribute(&svg, "<svg", "viewBox")
            .split(' ')
            .map(|number| number.parse().expect("a number"))
            .collect();
        assert!(numbers[1] < -200.0 && numbers[1] + numbers[3] > 200.0, "{numbers:?}");
    }

    #[test]
    fn bars_have_round_lengths() {
        assert_eq!(
            [
                round_length(83.0),
                round_length(260.0),
                round_length(2600.0),
                round_length(0.3)
            ],
            [50, 200, 2000, 1]
        );
    }
}
