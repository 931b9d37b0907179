//! Habits of location servers in the field that are no lies, but not as the standard has it either.

use super::shape::Kind;
use serde::{Deserialize, Serialize};

/// A habit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quirk {
    /// Latitudes with three digits of degrees: `012 00 15.019N`.
    ThreeDigitDegrees,
    /// No leading zeros at all: `12 0 5.001N`.
    NoPadding,
    /// Seconds with six decimals.
    SixDecimalSeconds,
    /// Degrees as signed decimals.
    SignedDecimals,
    /// Degrees as decimals after the letter of the hemisphere: `S10.5`.
    HemispherePrefix,
    /// A third coordinate that is no number: `<Z>NaN</Z>`.
    ZNan,
    /// Radii with decimals.
    FloatRadii,
    /// A bare point as a circle whose radius is 0: unknown, not perfect.
    RadiusZero,
    /// A circle that carries an ellipse's angle and axes, and no radius.
    EllipseInCircle,
    /// An arc whose second angle is a bearing.
    ArcAbsoluteStop,
    /// An arc without an outer radius.
    ArcWithoutOutRadius,
    /// A polygon whose ring is not closed.
    UnclosedRing,
    /// The system of coordinates inside of `pd`.
    GeoInfoInPd,
    /// The system of coordinates without its edition.
    NoEdition,
    /// A default namespace on the whole document.
    DefaultXmlns,
    /// A vendor's own element after the answer.
    VendorSiblings,
    /// Two versions in one document.
    VerMismatch,
    /// No version at all.
    MissingVer,
    /// `res_type="sync"` on the answer, in small letters.
    LowerCaseResType,
    /// `lev_conf` after `qos_not_met`.
    LevConfLast,
    /// No `lev_conf`.
    NoLevConf,
    /// The header after the body, and its parts in another order.
    HdrMisplaced,
    /// ISO-8859-1, with a letter that needs it.
    #[serde(rename = "iso-8859-1")]
    Iso8859_1,
    /// A byte order mark.
    Bom,
    /// Attributes between single quotes.
    SingleQuotes,
    /// A DOCTYPE of the vendor's own.
    VendorDoctype,
    /// No Content-Type.
    NoContentType,
    /// The number without its type.
    UntypedMsid,
    /// The number as the nation writes it, as an MDN.
    NationalMsid,
    /// The number with another type.
    MsidOtherType,
    /// The number with `+`.
    MsidWithPlus,
    /// A failure and a position of the same phone in one answer.
    MixedPositions,
    /// An asynchronous request answered at once.
    SyncToAsync,
    /// `utc_off=""`.
    UtcOffEmpty,
    /// A time in UTC beside the offset of the local time.
    TimeIsUtc,
}

impl Quirk {
    /// The kind of area that the habit is about.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::FloatRadii | Self::RadiusZero => Some(Kind::CircularArea),
            Self::EllipseInCircle => Some(Kind::EllipticalArea),
            Self::ArcAbsoluteStop | Self::ArcWithoutOutRadius => Some(Kind::CircularArcArea),
            Self::UnclosedRing => Some(Kind::Polygon),
            _ => None,
        }
    }
}
