//! Plots drawn by the server as SVG, without script. The three parts of a bar differ by pattern, not by colour, so that
//! they stay apart in print and to whoever sees no colours. One unit is one CSS pixel of a small phone.

use std::fmt::Write as _;

const WIDTH: f64 = 340.0;
/// What one digit of the plot by day takes, at the size of a phone.
const DIGIT: f64 = 7.5;
/// Where the bars of the plot by day begin and end.
const BASE: f64 = 170.0;
const TOP: f64 = 16.0;
/// The height of one line of the plots by party.
const LINE: f64 = 76.0;
/// The height of one line of the plots of shares.
const SHARE: f64 = 56.0;
/// The classes of the parts: answered, refused, without an answer.
const PARTS: [&str; 3] = ["plot-answered", "plot-refused", "plot-unanswered"];
/// So many names of days stand under the plot at most.
const NAMES_MAX: usize = 6;

/// One day of the plot by day.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) parts: [u64; 3],
}

/// One party and purpose.
pub(super) struct Bar {
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) parts: [u64; 3],
    pub(super) value: String,
}

/// One party's share of refused asks.
pub(super) struct Share {
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) percent: Option<u64>,
    pub(super) value: String,
}

/// Bars that stand side by side, one for each day, in three parts.
pub(super) fn columns(alt: &str, columns: &[Column], number: impl Fn(u64) -> String) -> String {
    let most = columns
        .iter()
        .map(|column| column.parts.iter().sum())
        .max()
        .unwrap_or(0);
    let step = nice_step(most);
    let lines = most.div_ceil(step).max(1);
    let scale = (BASE - TOP) / float(lines * step);
    // The highest number is the longest.
    let left = 10.0 + DIGIT * float(number(lines * step).chars().count() as u64);
    let mut svg = opened(alt, BASE + 26.0, "day");
    for line in 0..=lines {
        let y = BASE - float(line * step) * scale;
        append(
            &mut svg,
            format_args!("<path class=\"plot-line\" d=\"M{left:.0} {y:.1}H{WIDTH:.0}\"/>"),
        );
        text(
            &mut svg,
            (left - 6.0, y + 4.0),
            "plot-text plot-end",
            &number(line * step),
        );
    }
    let room = (WIDTH - left) / float(columns.len() as u64).max(1.0);
    let width = (room * 0.7).min(36.0);
    let every = columns.len().div_ceil(NAMES_MAX).max(1);
    for (index, column) in columns.iter().enumerate() {
        let x = left + room * (float(index as u64) + 0.5);
        let mut y = BASE;
        for (class, part) in PARTS.into_iter().zip(column.parts) {
            let height = float(part) * scale;
            y -= height;
            rectangle(&mut svg, (class, "day"), (x - width / 2.0, y), (width, height));
        }
        // Counted from the newest, so that the last day always has its name.
        if (columns.len() - 1 - index).is_multiple_of(every) {
            text(&mut svg, (x, BASE + 18.0), "plot-text plot-middle", &column.name);
        }
    }
    append(
        &mut svg,
        format_args!("<path class=\"plot-axis\" d=\"M{left:.0} {BASE:.0}H{WIDTH:.0}\"/></svg>"),
    );
    svg
}

/// Lying bars, one for each party and purpose, in three parts.
pub(super) fn bars(alt: &str, bars: &[Bar]) -> String {
    let most = bars.iter().map(|bar| bar.parts.iter().sum()).max().unwrap_or(0);
    let scale = WIDTH / float(most.max(1));
    let mut svg = opened(alt, LINE * float(bars.len() as u64), "party");
    for (index, bar) in bars.iter().enumerate() {
        let y = LINE * float(index as u64);
        named(&mut svg, y, (&bar.name, &bar.detail));
        text(&mut svg, (0.0, y + 58.0), "plot-text", &bar.value);
        let mut x = 0.0;
        for (class, part) in PARTS.into_iter().zip(bar.parts) {
            let width = float(part) * scale;
            rectangle(&mut svg, (class, "party"), (x, y + 32.0), (width, 12.0));
            x += width;
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Lying bars of a hundred per cent each, of which the refused part is filled.
pub(super) fn shares(alt: &str, shares: &[Share]) -> String {
    let mut svg = opened(alt, SHARE * float(shares.len() as u64), "share");
    for (index, share) in shares.iter().enumerate() {
        let y = SHARE * float(index as u64);
        named(&mut svg, y, (&share.name, &share.detail));
        text(&mut svg, (WIDTH, y + 27.0), "plot-text plot-end", &share.value);
        if let Some(percent) = share.percent {
            rectangle(&mut svg, ("plot-whole", "share"), (0.5, y + 32.0), (WIDTH - 1.0, 12.0));
            let width = (WIDTH - 1.0) * float(percent) / 100.0;
            rectangle(&mut svg, ("plot-refused", "share"), (0.5, y + 32.0), (width, 12.0));
        }
    }
    svg.push_str("</svg>");
    svg
}

fn named(svg: &mut String, y: f64, (name, detail): (&str, &str)) {
    text(svg, (0.0, y + 12.0), "plot-name", name);
    text(svg, (0.0, y + 27.0), "plot-text", detail);
}

/// The patterns stand in each plot under a name of its own, so that it can be cut out and printed alone.
fn opened(alt: &str, height: f64, own: &str) -> String {
    let mut svg = String::with_capacity(4096);
    append(
        &mut svg,
        format_args!("<svg class=\"plot\" role=\"img\" viewBox=\"0 0 {WIDTH:.0} {height:.0}\" aria-label=\""),
    );
    escape(&mut svg, alt);
    append(
        &mut svg,
        format_args!(
            "\"><defs><pattern id=\"hatch-{own}\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
             patternTransform=\"rotate(45)\"><rect class=\"plot-paper\" width=\"5\" height=\"5\"/>\
             <path class=\"plot-hatch\" d=\"M0 0V5\"/></pattern></defs>"
        ),
    );
    svg
}

fn rectangle(svg: &mut String, (class, own): (&str, &str), (x, y): (f64, f64), (width, height): (f64, f64)) {
    if width <= 0.0 || height <= 0.0 {
        return;
    }
    let fill = if class == "plot-refused" {
        format!(" fill=\"url(#hatch-{own})\"")
    } else {
        String::new()
    };
    append(
        svg,
        format_args!(
            "<rect class=\"{class}\"{fill} x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>"
        ),
    );
}

fn text(svg: &mut String, (x, y): (f64, f64), class: &str, words: &str) {
    append(svg, format_args!("<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">"));
    escape(svg, words);
    svg.push_str("</text>");
}

fn escape(svg: &mut String, words: &str) {
    for character in words.chars() {
        match character {
            '&' => svg.push_str("&amp;"),
            '<' => svg.push_str("&lt;"),
            '>' => svg.push_str("&gt;"),
            '"' => svg.push_str("&quot;"),
            other => svg.push(other),
        }
    }
}

fn append(svg: &mut String, words: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = svg.write_fmt(words);
}

#[expect(clippy::cast_precision_loss, reason = "a plot shows no more digits than a float has")]
const fn float(number: u64) -> f64 {
    number as f64
}

/// A round distance between lines, of which at most five make up the height: 1, 2 or 5 times a power of ten.
fn nice_step(most: u64) -> u64 {
    let mut power = 1_u64;
    loop {
        for times in [1, 2, 5] {
            let step = power.saturating_mul(times);
            if most.div_ceil(step) <= 5 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_a_plot_are_few_and_round() {
        let steps = [0, 1, 5, 6, 12, 49, 51, 1_000_000].map(nice_step);
        assert_eq!(steps, [1, 1, 1, 2, 5, 10, 20, 200_000]);
    }

    #[test]
    fn a_part_is_as_high_as_its_number() {
        let one = |parts| {
            let column = Column {
                name: "1".to_owned(),
                parts,
            };
            columns("alt", &[column], |number| number.to_string())
        };
        let height = |svg: &str, class: &str| {
            let rect = svg
                .split("<rect ")
                .find(|rect| rect.starts_with(&format!("class=\"{class}\"")))
                .expect("a part");
            let text = rect.split("height=\"").nth(1).expect("a height");
            text.split('"')
                .next()
                .and_then(|text| text.parse::<f64>().ok())
                .expect("a number")
        };
        let svg = one([30, 10, 0]);
        let ratio = height(&svg, "plot-answered") / height(&svg, "plot-refused");
        assert!((ratio - 3.0).abs() < 0.05, "{ratio}");
        assert!(!svg.contains("plot-unanswered"), "nothing is drawn for nothing");
    }

    #[test]
    fn what_others_chose_is_escaped() {
        let bar = Bar {
            name: "<b>\"&".to_owned(),
            detail: String::new(),
            parts: [1, 0, 0],
            value: String::new(),
        };
        assert!(bars("a \"b\"", &[bar]).contains("&lt;b&gt;&quot;&amp;"));
    }
}
