//! How sure a place is.

use crate::held::confidence::{Density, Percent, Stated, factor};
use domain::geo::confidence::Confidence;
use domain::geo::ellipse::Ellipse;
use domain::geo::{Circle, Metres, Point};
use proptest::prelude::*;

fn percent(value: f64) -> Percent {
    Percent::new(value).expect("a percentage")
}

fn stated(value: f64, density: Density) -> Stated {
    Stated {
        percent: Some(percent(value)),
        density,
    }
}

/// Computed with mpmath 1.3, thirty digits: `erfinv(sqrt(b/100)) / erfinv(sqrt(a/100))` and `sqrt(b/a)`.
const FACTORS: [(f64, f64, f64, f64); 9] = [
    (67.0, 95.0, 1.673_685_346_053_556_6, 1.190_760_449_360_489),
    (50.0, 95.0, 2.126_340_984_272_810_7, 1.378_404_875_209_022),
    (90.0, 95.0, 1.147_604_451_481_615, 1.027_402_333_828_162_8),
    (95.0, 67.0, 0.597_483_871_360_848_2, 0.839_799_474_812_134_4),
    (68.0, 95.0, 1.650_388_378_326_511, 1.181_972_429_259_418_8),
    (95.0, 99.0, 1.254_752_792_306_871_8, 1.020_835_571_068_080_6),
    (39.0, 95.0, 2.523_619_779_265_773, 1.560_736_183_952_123_2),
    (1.0, 95.0, 17.797_649_798_685_78, 9.746_794_344_808_964),
    (95.0, 50.0, 0.470_291_457_201_061_7, 0.725_476_250_110_011_7),
];

#[test]
fn factors_are_those_of_another_program() {
    for (from, to, normal, rectangular) in FACTORS {
        let by = |density| factor(percent(from), percent(to), density).expect("a factor");
        assert!((by(Density::Normal) / normal - 1.0).abs() < 1e-12, "{from} to {to}");
        assert!(
            (by(Density::Rectangular) / rectangular - 1.0).abs() < 1e-12,
            "{from} to {to}"
        );
    }
}

#[test]
fn nothing_is_made_surer_by_its_label() {
    for (from, to) in [(67.0, 95.0), (95.0, 67.0), (95.0, 95.0)] {
        assert_eq!(factor(percent(from), percent(to), Density::Unknown), None);
    }
    assert_eq!(factor(percent(67.0), percent(100.0), Density::Normal), None);
    assert_eq!(factor(percent(100.0), percent(95.0), Density::Normal), None);
    let centre = Point::new(12.5, -45.25).expect("a point");
    let circle = Circle::new(centre, Metres::whole(100)).expect("a circle");
    let wanted = Percent::RECOMMENDED;
    for unknown in [Stated::UNKNOWN, Stated::default(), stated(67.0, Density::Unknown)] {
        assert_eq!(unknown.scale_circle(circle, wanted), None);
    }
    let nobody_said = Stated {
        percent: None,
        density: Density::Normal,
    };
    assert_eq!(nobody_said.scale_circle(circle, wanted), None);
    let (wider, label) = stated(67.0, Density::Normal)
        .scale_circle(circle, wanted)
        .expect("a circle");
    assert_eq!(label, stated(95.0, Density::Normal));
    assert!((wider.radius.value() - 167.368_534_605).abs() < 1e-6 && wider.centre == centre);
}

#[test]
fn both_axes_of_an_ellipse_are_scaled() {
    let centre = Point::new(12.5, -45.25).expect("a point");
    let ellipse = Ellipse::new(centre, Metres::whole(200), Metres::whole(100), 30.0).expect("an ellipse");
    let scaled = stated(67.0, Density::Rectangular).scale_ellipse(ellipse, Percent::RECOMMENDED);
    let (wider, label) = scaled.expect("an ellipse");
    assert_eq!(label, stated(95.0, Density::Rectangular));
    assert!((wider.semi_major().value() - 238.152_089_872).abs() < 1e-6);
    assert!((wider.semi_minor().value() - 119.076_044_936).abs() < 1e-6);
    assert!((wider.angle() - 30.0).abs() < f64::EPSILON);
}

#[test]
fn a_percentage_is_above_0_and_at_most_100() {
    for bad in [0.0, -1.0, 100.1, f64::NAN, f64::INFINITY] {
        assert_eq!(Percent::new(bad), None, "{bad}");
    }
    let carriers = Confidence::new(67).expect("a percentage");
    assert!((Percent::from(carriers).value() - 67.0).abs() < f64::EPSILON);
}

proptest! {
    #[test]
    fn there_and_back_is_where_one_was(from in 0.01..99.99_f64, to in 0.01..99.99_f64, normal: bool) {
        let density = if normal { Density::Normal } else { Density::Rectangular };
        let there = factor(percent(from), percent(to), density).expect("a factor");
        let back = factor(percent(to), percent(from), density).expect("a factor");
        prop_assert!((there * back - 1.0).abs() < 1e-9);
        // Surer is wider.
        prop_assert_eq!(there > 1.0, to > from);
    }
}
