//! How sure a place is, as documents state it, and how it is scaled (RFC 7459 §4 and §5.4).
//!
//! What a source calls 67 per cent is written as 67 per cent, or its shape is widened to another confidence; a label is
//! never changed alone. What nobody stated is written as `unknown`, and scaled to nothing.

use domain::geo::confidence::Confidence;
use domain::geo::ellipse::Ellipse;
use domain::geo::{Circle, Metres};

/// A confidence in per cent, above 0 and at most 100; documents may write fractions.
#[derive(Clone, Copy, PartialEq, PartialOrd, Debug)]
pub struct Percent(f64);

impl Percent {
    /// What RFC 5491 §5 recommends.
    pub const RECOMMENDED: Self = Self(95.0);

    /// A confidence; `None` unless it is above 0 and at most 100.
    #[must_use]
    pub fn new(percent: f64) -> Option<Self> {
        (percent > 0.0 && percent <= 100.0).then_some(Self(percent))
    }

    /// The confidence in per cent.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

impl From<Confidence> for Percent {
    fn from(confidence: Confidence) -> Self {
        Self(f64::from(confidence.percent()))
    }
}

/// How likely the phone is at each place of a shape (`pdf`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Density {
    /// Nobody said.
    #[default]
    Unknown,
    /// Likelier toward the middle, by the normal law.
    Normal,
    /// As likely everywhere in the shape, and nowhere beyond.
    Rectangular,
}

impl Density {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Unknown, Self::Normal, Self::Rectangular];

    /// The word on the wire.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Normal => "normal",
            Self::Rectangular => "rectangular",
        }
    }
}

/// What a document states of how sure its place is.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Stated {
    /// How sure; `None` for `unknown`.
    pub percent: Option<Percent>,
    /// By which law.
    pub density: Density,
}

impl Stated {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        percent: None,
        density: Density::Unknown,
    };

    /// The circle widened or narrowed to another confidence, and what is stated of it then; `None` where
    /// [`factor`] is.
    #[must_use]
    pub fn scale_circle(self, circle: Circle, wanted: Percent) -> Option<(Circle, Self)> {
        let (factor, stated) = self.toward(wanted)?;
        let radius = Metres::new(circle.radius.value() * factor)?;
        Some((Circle::new(circle.centre, radius)?, stated))
    }

    /// The ellipse with both axes widened or narrowed to another confidence, and what is stated of it then; `None` where
    /// [`factor`] is.
    #[must_use]
    pub fn scale_ellipse(self, ellipse: Ellipse, wanted: Percent) -> Option<(Ellipse, Self)> {
        let (factor, stated) = self.toward(wanted)?;
        let scaled = |axis: Metres| Metres::new(axis.value() * factor);
        let (major, minor) = (scaled(ellipse.semi_major())?, scaled(ellipse.semi_minor())?);
        Some((Ellipse::new(ellipse.centre(), major, minor, ellipse.angle())?, stated))
    }

    fn toward(self, wanted: Percent) -> Option<(f64, Self)> {
        let factor = factor(self.percent?, wanted, self.density)?;
        let percent = Some(wanted);
        Some((factor, Self { percent, ..self }))
    }
}

/// By how much the radius of a shape on the ground grows or shrinks, if it holds the phone with `stated` and should with
/// `wanted` (RFC 7459 §5.4).
///
/// Of a normal law with two dimensions each has the square root of the confidence, so the quotient is
/// `erfinv(√wanted) ÷ erfinv(√stated)`; nothing is as large as 100 per cent of it. Of a rectangular one the surface goes
/// with the confidence, so the quotient is `√(wanted ÷ stated)`. `None` for an unknown law, whose shape only stays as it
/// is, and for 100 per cent of a normal one.
#[must_use]
pub fn factor(stated: Percent, wanted: Percent, density: Density) -> Option<f64> {
    let share = |percent: Percent| (percent.0 / 100.0).sqrt();
    match density {
        Density::Unknown => None,
        Density::Rectangular => Some(share(wanted) / share(stated)),
        Density::Normal => Some(inverse_error_function(share(wanted))? / inverse_error_function(share(stated))?),
    }
}

/// The `x` whose error function is `y`, for `y` above 0 and below 1, by halving the interval.
fn inverse_error_function(y: f64) -> Option<f64> {
    // The error function of 6 is 1 as far as the numbers of the machine can tell.
    let (mut low, mut high) = (0.0, 6.0);
    if !(y > 0.0 && y < 1.0) {
        return None;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if error_function(middle) < y {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high))
}

/// The error function of a number from 0 to 6, by the series `2 ÷ √π · e^(−x²) · Σ 2ⁿ x^(2n+1) ÷ (2n+1)!!`, whose terms are
/// all positive, so that nothing cancels (Abramowitz and Stegun 7.1.6).
fn error_function(x: f64) -> f64 {
    let mut term = x;
    let mut sum = x;
    for n in 1..400 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    std::f64::consts::FRAC_2_SQRT_PI * (-x * x).exp() * sum
}
