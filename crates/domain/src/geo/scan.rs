//! The surface of many pieces together, wherever they overlap, have holes or cross themselves: the plane is cut into
//! narrow strips, and of each strip what is covered is added up.

use super::plane::Position;

/// How many strips there are. The width covered changes almost evenly within one, so that its middle stands for it.
const STRIPS: u32 = 2048;

/// From where to where along a strip, and of how many pieces.
type Stretch = (f64, f64);

/// The surface that at least one of the pieces covers, and that lies in the window if there is one. A piece covers what
/// an odd number of its closed lines goes around.
pub(super) fn surface(pieces: &[Vec<Vec<Position>>], window: Option<&[Position]>) -> f64 {
    let heights = || pieces.iter().flatten().flatten().map(|(_, y)| *y);
    let (low, high) = (heights().fold(f64::MAX, f64::min), heights().fold(f64::MIN, f64::max));
    if low >= high {
        return 0.0;
    }
    let strip = (high - low) / f64::from(STRIPS);
    let lengths = (0..STRIPS).map(|step| {
        let y = low + (f64::from(step) + 0.5) * strip;
        let mut covered: Vec<Stretch> = pieces.iter().flat_map(|lines| stretches(lines, y)).collect();
        covered.sort_by(|one, other| one.0.total_cmp(&other.0));
        let covered = merge(&covered);
        match window {
            None => covered.iter().map(|(from, to)| to - from).sum(),
            Some(window) => shared(&covered, &stretches(std::slice::from_ref(&window), y)),
        }
    });
    lengths.sum::<f64>() * strip
}

/// What of the level `y` lies inside the closed lines: between the first and second crossing, the third and fourth….
fn stretches<L: AsRef<[Position]>>(lines: &[L], y: f64) -> Vec<Stretch> {
    let mut crossings: Vec<f64> = lines.iter().flat_map(|line| crossings(line.as_ref(), y)).collect();
    crossings.sort_by(f64::total_cmp);
    crossings
        .chunks_exact(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
        .collect()
}

/// Where a closed line crosses the level `y`.
fn crossings(line: &[Position], y: f64) -> impl Iterator<Item = f64> {
    line.iter()
        .zip(line.iter().cycle().skip(1))
        .filter(move |(from, to)| (from.1 > y) != (to.1 > y))
        .map(move |(from, to)| from.0 + (to.0 - from.0) * (y - from.1) / (to.1 - from.1))
}

/// Sorted stretches, those that touch made into one.
fn merge(sorted: &[Stretch]) -> Vec<Stretch> {
    let mut merged: Vec<Stretch> = Vec::with_capacity(sorted.len());
    for (from, to) in sorted {
        match merged.last_mut() {
            Some((_, end)) if *from <= *end => *end = end.max(*to),
            _ => merged.push((*from, *to)),
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
