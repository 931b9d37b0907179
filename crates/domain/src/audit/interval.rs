//! How sure a rate is that was found in a sample, exactly (Clopper and Pearson 1934), and how large a sample must be. The
//! binomial is used also where a sample is a large part of what there is: that errs on the side of less certainty.

/// The chance that lies outside an interval: 5 per cent, half of it on each side.
pub const OUTSIDE: f64 = 0.05;
/// So many halvings of an interval: beyond what a number can tell apart.
const HALVINGS: u32 = 200;

/// The chance of at most `most` out of `n` at a rate.
fn at_most(most: u64, n: u64, rate: f64) -> f64 {
    if most >= n {
        return 1.0;
    }
    if rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return 0.0;
    }
    // Each term follows from the one before it; in logarithms, since the first may be too small for a number.
    let odds = (rate / (1.0 - rate)).ln();
    let mut term = n as f64 * (-rate).ln_1p();
    let mut terms = vec![term];
    for found in 0..most {
        term += ((n - found) as f64).ln() - ((found + 1) as f64).ln() + odds;
        terms.push(term);
    }
    let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = terms.iter().map(|term| (term - largest).exp()).sum();
    (largest + sum.ln()).exp().min(1.0)
}

/// Where a falling function crosses a level between 0 and 1.
fn crossing(falling: impl Fn(f64) -> f64, level: f64) -> f64 {
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if falling(middle) > level {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// The interval of 95 per cent for the rate of which `found` in a sample of `n` is what was seen; `None` for a sample of
/// nothing, or more found than looked at.
#[must_use]
pub fn interval(found: u64, n: u64) -> Option<(f64, f64)> {
    if n == 0 || found > n {
        return None;
    }
    let side = OUTSIDE / 2.0;
    let low = match found {
        0 => 0.0,
        found => crossing(|rate| at_most(found - 1, n, rate), 1.0 - side),
    };
    let high = if found == n {
        1.0
    } else {
        crossing(|rate| at_most(found, n, rate), side)
    };
    Some((low, high))
}

/// How many must be looked at to see at least one with a chance of 95 per cent, at a rate between 0 and 1.
#[must_use]
pub fn sample_to_see(rate: f64) -> Option<u64> {
    size(OUTSIDE, rate)
}

/// How many must be looked at, with nothing found, so that the interval of 95 per cent ends below a rate.
#[must_use]
pub fn sample_to_bound(rate: f64) -> Option<u64> {
    size(OUTSIDE / 2.0, rate)
}

fn size(chance: f64, rate: f64) -> Option<u64> {
    let is_rate = rate > 0.0 && rate < 1.0;
    is_rate.then(|| (chance.ln() / (-rate).ln_1p()).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Found, looked at, and both ends to nine places: made with 60 digits by the Python of docs/auditing/consent-audit.md.
    const TABLE: [(u64, u64, f64, f64); 13] = [
        (0, 1, 0.000000000, 0.975000000),
        (1, 1, 0.025000000, 1.000000000),
        (0, 10, 0.000000000, 0.308497108),
        (1, 10, 0.002528579, 0.445016117),
        (5, 10, 0.187086028, 0.812913972),
        (10, 10, 0.691502892, 1.000000000),
        (0, 400, 0.000000000, 0.009179805),
        (1, 400, 0.000063293, 0.013849770),
        (3, 400, 0.001549359, 0.021760669),
        (8, 400, 0.008673170, 0.039026277),
        (20, 400, 0.030805241, 0.076166973),
        (397, 400, 0.978239331, 0.998450641),
        (3, 1497, 0.000413465, 0.005845290),
    ];

    #[test]
    fn intervals_are_those_of_the_table() {
        for (found, n, low, high) in TABLE {
            let (least, most) = interval(found, n).expect("a sample");
            assert!(
                (least - low).abs() < 1e-9 && (most - high).abs() < 1e-9,
                "{found} of {n}: {least} to {most}"
            );
        }
        assert_eq!((interval(1, 0), interval(3, 2)), (None, None));
    }

    #[test]
    fn samples_are_as_large_as_they_must_be() {
        // 1 - 0.998^1496 is just below 0.95, and 0.998^1843 the first power below 0.025.
        assert_eq!(sample_to_see(0.002), Some(1_497));
        assert_eq!(sample_to_bound(0.002), Some(1_843));
        assert!(interval(0, 1_843).expect("a sample").1 < 0.002);
        assert!(interval(0, 1_842).expect("a sample").1 > 0.002);
        assert_eq!((sample_to_see(0.0), sample_to_bound(1.0)), (None, None));
    }
}
