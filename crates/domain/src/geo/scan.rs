//! The surface of many pieces together, wherever they overlap, have holes or cross themselves: the plane is cut into
//! narrow strips, and of each strip what is covered is added up.

use super::plane::Position;

/// How many strips there are. The width covered changes almost evenly within one, so that its middle stands for it.
const STRIPS: u32 = 2048;

/// From where to where along a strip, and of how many pieces.
type Stretch = (f64, f64);

/// The surface that at least one of the pieces covers, and that lies in the window if there is one. A piece covers what
/// its first closed line goes around, less what the others do.
pub(super) fn surface(pieces: &[Vec<Vec<Position>>], window: Option<&[Position]>) -> f64 {
    let heights = || pieces.iter().flatten().flatten().map(|(_, y)| *y);
    let (low, high) = (heights().fold(f64::MAX, f64::min), heights().fold(f64::MIN, f64::max));
    if low >= high {
        return 0.0;
    }
    let strip = (high - low) / f64::from(STRIPS);
    let lengths = (0..STRIPS).map(|step| {
        let y = low + (f64::from(step) + 0.5) * strip;
        let covered = merge(pieces.iter().flat_map(|lines| covered(lines, y)).collect());
        match window {
            None => covered.iter().map(|(from, to)| to - from).sum(),
            Some(window) => shared(&covered, &stretches(window, y)),
        }
    });
    lengths.sum::<f64>() * strip
}

/// What of the level `y` a piece covers.
fn covered(lines: &[Vec<Position>], y: f64) -> Vec<Stretch> {
    let Some((outer, holes)) = lines.split_first() else {
        return Vec::new();
    };
    let holes = merge(holes.iter().flat_map(|hole| stretches(hole, y)).collect());
    stretches(outer, y)
        .into_iter()
        .flat_map(|stretch| less(stretch, &holes))
        .collect()
}

/// What of the level `y` lies inside a closed line: between the first and second crossing, the third and fourth….
fn stretches(line: &[Position], y: f64) -> Vec<Stretch> {
    let mut crossings: Vec<f64> = crossings(line, y).collect();
    crossings.sort_by(f64::total_cmp);
    crossings
        .chunks_exact(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
        .collect()
}

/// A stretch less those of a sorted list.
fn less(stretch: Stretch, holes: &[Stretch]) -> Vec<Stretch> {
    let (mut from, end) = stretch;
    let mut left = Vec::new();
    for (hole_from, hole_to) in holes {
        if *hole_from >= end {
            break;
        }
        if *hole_from > from {
            left.push((from, *hole_from));
        }
        from = from.max(*hole_to);
        if from >= end {
            return left;
        }
    }
    left.push((from, end));
    left
}

/// Where a closed line crosses the level `y`.
fn crossings(line: &[Position], y: f64) -> impl Iterator<Item = f64> {
    line.iter()
        .zip(line.iter().cycle().skip(1))
        .filter(move |(from, to)| (from.1 > y) != (to.1 > y))
        .map(move |(from, to)| from.0 + (to.0 - from.0) * (y - from.1) / (to.1 - from.1))
}

/// The stretches in order, those that touch made into one.
fn merge(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut merged: Vec<Stretch> = Vec::with_capacity(stretches.len());
    for (from, to) in stretches {
        match merged.last_mut() {
            Some((_, end)) if from <= *end => *end = end.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// The length of what two lists of disjoint stretches share.
fn shared(some: &[Stretch], others: &[Stretch]) -> f64 {
    let pairs = some.iter().flat_map(|one| others.iter().map(move |other| (one, other)));
    pairs
        .map(|(one, other)| (one.1.min(other.1) - one.0.max(other.0)).max(0.0))
        .sum()
}
