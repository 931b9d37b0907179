//! A small circle around many points, wherever on the Earth they lie.

use super::{Circle, HALF_ROUND, Metres, Point};

/// How often the centre moves toward the farthest point: at most, and at least.
const MOVES_MAX: usize = 600;
const MOVES_MIN: usize = 100;
/// How many distances are compared, unless the least number of moves takes more: what one circle costs stays bounded
/// however many points a source sends.
const COMPARISONS: usize = 1_000_000;

/// A direction from the Earth's middle.
type Direction = [f64; 3];

fn direction(point: Point) -> Direction {
    let (sine, cosine) = point.latitude.to_radians().sin_cos();
    let (east, toward) = point.longitude.to_radians().sin_cos();
    [cosine * toward, cosine * east, sine]
}

fn point([x, y, z]: Direction) -> Option<Point> {
    let length = x.hypot(y).hypot(z);
    let latitude = z.atan2(x.hypot(y)).to_degrees();
    (length > 1e-9).then(|| Point::new(latitude, y.atan2(x).to_degrees()))?
}

fn apart_squared(one: Direction, other: Direction) -> f64 {
    one.into_iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// A circle that holds all `points` and every geodesic between two of them; the whole Earth if there is none, or if none
/// is smaller than half of the Earth.
///
/// The centre is found among directions, where no pole and no antimeridian is special: it moves again and again toward
/// the farthest point, by ever smaller shares of the way (M. Bădoiu and K. Clarkson, *Smaller core-sets for balls*,
/// 2003). Its radius is then the longest geodesic, so that it is never too small.
pub(super) fn around(points: &[Point]) -> Circle {
    if let [centre] = points {
        let (centre, radius) = (*centre, Metres(0.0));
        return Circle { centre, radius };
    }
    let directions: Vec<Direction> = points.iter().copied().map(direction).collect();
    let count = directions.len() as f64;
    let mut centre = directions.iter().fold([0.0; 3], |[x, y, z], [dx, dy, dz]| {
        [x + dx / count, y + dy / count, z + dz / count]
    });
    let moves = (COMPARISONS / points.len().max(1)).clamp(MOVES_MIN, MOVES_MAX);
    for step in 1..=moves {
        let farthest = directions
            .iter()
            .map(|direction| (apart_squared(centre, *direction), direction))
            .fold(None, |most: Option<(f64, &Direction)>, next| match most {
                Some(most) if most.0 >= next.0 => Some(most),
                _ => Some(next),
            });
        let Some((_, farthest)) = farthest else { break };
        let share = 1.0 / (step + 1) as f64;
        for (own, far) in centre.iter_mut().zip(farthest) {
            *own += (far - *own) * share;
        }
    }
    let whole = Circle {
        centre: points.first().copied().unwrap_or(Point {
            latitude: 0.0,
            longitude: 0.0,
        }),
        radius: Metres(HALF_ROUND),
    };
    let Some(centre) = point(centre) else { return whole };
    let distance = |point: &Point| centre.distance_to(*point).0;
    let radius = points.iter().map(distance).fold(0.0, f64::max);
    // A geodesic between two points of a circle stays inside if the circle is well below half of the Earth.
    if points.is_empty() || radius > HALF_ROUND * 0.45 {
        return whole;
    }
    Circle {
        centre,
        radius: Metres(radius),
    }
}
