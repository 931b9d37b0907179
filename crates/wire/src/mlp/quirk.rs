//! What carriers do otherwise than the specification says, and this gateway copes with.

use std::collections::BTreeSet;

/// One way in which an answer differs from the specification without leaving its meaning open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Quirk {
    /// The document is declared as ISO-8859-1, or is not UTF-8 though it declares nothing.
    Latin1,
    /// The document begins with a byte order mark.
    ByteOrderMark,
    /// An attribute's value stands in single quotes.
    SingleQuotes,
    /// An element declares a default namespace.
    DefaultNamespace,
    /// There are elements that the protocol does not have, or of another namespace.
    VendorElement,
    /// `slia` or `slirep` is the root.
    RootMissing,
    /// An element that should bear `ver` does not.
    VerMissing,
    /// `ver` differs between the elements of the answer, or from the request's.
    VerMismatch,
    /// An attribute's word is not in capitals.
    LowerCaseWord,
    /// `id` and `pwd` stand in `hdr` itself, or `hdr` after the body, or outside `client`.
    MisplacedHeader,
    /// `geo_info` stands inside of `pd`.
    MisplacedGeoInfo,
    /// `lev_conf` stands after `qos_not_met`.
    MisplacedConfidence,
    /// The `msid` bears another type than it was sent with, or none where it is a national number.
    MsidType,
    /// The `msid` has a plus sign, spaces or a prefix.
    MsidSpelling,
    /// A MIN or MDN: the national number, without its country code.
    NationalMsid,
    /// Several positions that do not contradict each other; the newest counts.
    SeveralPositions,
    /// Positions and errors for one phone in one answer; the position counts.
    MixedOutcome,
    /// An asynchronous request was answered synchronously.
    AnsweredAtOnce,
    /// The text of a result is that of another number; an unknown number is read by its text.
    ResidSlogan,
    /// `utc_off` is there and empty.
    OffsetEmpty,
    /// `utc_off` has a colon, no minutes, or is `Z`.
    OffsetSpelling,
    /// A `poserr` without a `time`.
    TimeMissing,
    /// A latitude has three digits of degrees.
    ThreeDigitDegrees,
    /// Degrees, minutes or seconds have no leading zeros.
    UnpaddedDegrees,
    /// Seconds have more than three decimals.
    LongSeconds,
    /// Coordinates are signed decimals in place of degrees, minutes and seconds.
    DecimalDegrees,
    /// A decimal coordinate begins with its hemisphere.
    HemispherePrefix,
    /// The hemispheres tell that X is the longitude.
    SwappedAxes,
    /// `Z` is not a number; it is not used.
    NanAltitude,
    /// A length or an angle has decimals.
    FloatMeasure,
    /// A shape without a width; the configured one stands in.
    BarePoint,
    /// A circle of radius 0; the configured width stands in.
    ZeroRadius,
    /// A `CircularArea` with `semiMajor` and `semiMinor` and no `radius`.
    CircleAsEllipse,
    /// `semiMinor` is longer than `semiMajor`.
    SwappedHalfAxes,
    /// `stopAngle` is below `startAngle`: some vendors write a bearing.
    ArcStopBelowStart,
    /// An arc without `outRadius`: what lies within `inRadius` and the configured width.
    ArcWithoutOuter,
    /// `inRadius` is longer than `outRadius`.
    SwappedRadii,
    /// A polygon repeats a corner other than the first at the end.
    RepeatedCorner,
    /// `lev_conf` is outside of 1 to 100, which says nothing.
    ConfidenceUnknown,
}

impl Quirk {
    /// All of them.
    pub const ALL: [Self; 39] = [
        Self::Latin1,
        Self::ByteOrderMark,
        Self::SingleQuotes,
        Self::DefaultNamespace,
        Self::VendorElement,
        Self::RootMissing,
        Self::VerMissing,
        Self::VerMismatch,
        Self::LowerCaseWord,
        Self::MisplacedHeader,
        Self::MisplacedGeoInfo,
        Self::MisplacedConfidence,
        Self::MsidType,
        Self::MsidSpelling,
        Self::NationalMsid,
        Self::SeveralPositions,
        Self::MixedOutcome,
        Self::AnsweredAtOnce,
        Self::ResidSlogan,
        Self::OffsetEmpty,
        Self::OffsetSpelling,
        Self::TimeMissing,
        Self::ThreeDigitDegrees,
        Self::UnpaddedDegrees,
        Self::LongSeconds,
        Self::DecimalDegrees,
        Self::HemispherePrefix,
        Self::SwappedAxes,
        Self::NanAltitude,
        Self::FloatMeasure,
        Self::BarePoint,
        Self::ZeroRadius,
        Self::CircleAsEllipse,
        Self::SwappedHalfAxes,
        Self::ArcStopBelowStart,
        Self::ArcWithoutOuter,
        Self::SwappedRadii,
        Self::RepeatedCorner,
        Self::ConfidenceUnknown,
    ];

    /// A stable word for metrics.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.named().0
    }

    /// What an engineer reads: a sentence without its stop.
    #[must_use]
    pub const fn words(self) -> &'static str {
        self.named().1
    }

    const fn named(self) -> (&'static str, &'static str) {
        match self {
            Self::Latin1 => ("iso-8859-1", "the answer is in ISO-8859-1"),
            Self::ByteOrderMark => ("byte-order-mark", "the answer begins with a byte order mark"),
            Self::SingleQuotes => ("single-quotes", "attributes stand in single quotes"),
            Self::DefaultNamespace => (
                "default-namespace",
                "the answer declares a namespace, which the protocol has none of",
            ),
            Self::VendorElement => ("vendor-element", "the answer holds elements of the vendor's own"),
            Self::RootMissing => ("root-missing", "the answer stands without `svc_result` around it"),
            Self::VerMissing => ("ver-missing", "the answer has no `ver`"),
            Self::VerMismatch => (
                "ver-mismatch",
                "the answer bears different `ver` outside and inside, or another than the request",
            ),
            Self::LowerCaseWord => ("lower-case-word", "an attribute's word is not in capitals"),
            Self::MisplacedHeader => ("misplaced-header", "parts of the header stand where they do not belong"),
            Self::MisplacedGeoInfo => ("misplaced-geo-info", "`geo_info` stands inside of `pd`"),
            Self::MisplacedConfidence => ("misplaced-confidence", "`lev_conf` stands after `qos_not_met`"),
            Self::MsidType => ("msid-type", "the number comes back as another kind of identity"),
            Self::MsidSpelling => (
                "msid-spelling",
                "the number comes back in another spelling, such as with `+`",
            ),
            Self::NationalMsid => ("national-msid", "the number comes back without its country code"),
            Self::SeveralPositions => ("several-positions", "the answer holds several positions of one phone"),
            Self::MixedOutcome => (
                "mixed-outcome",
                "the answer holds a position and an error for one phone",
            ),
            Self::AnsweredAtOnce => ("answered-at-once", "an asynchronous request is answered at once"),
            Self::ResidSlogan => ("resid-slogan", "the result's number and text do not belong together"),
            Self::OffsetEmpty => ("offset-empty", "`utc_off` is empty"),
            Self::OffsetSpelling => ("offset-spelling", "`utc_off` is not spelled `+HHMM`"),
            Self::TimeMissing => ("time-missing", "the error bears no time"),
            Self::ThreeDigitDegrees => ("three-digit-degrees", "a latitude has three digits of degrees"),
            Self::UnpaddedDegrees => ("unpadded-degrees", "degrees, minutes and seconds have no leading zeros"),
            Self::LongSeconds => ("long-seconds", "seconds have more than three decimals"),
            Self::DecimalDegrees => ("decimal-degrees", "coordinates are signed decimal degrees"),
            Self::HemispherePrefix => ("hemisphere-prefix", "the hemisphere stands before the degrees"),
            Self::SwappedAxes => ("swapped-axes", "the longitude stands before the latitude"),
            Self::NanAltitude => ("nan-altitude", "an altitude is not a number"),
            Self::FloatMeasure => ("float-measure", "a length or an angle is no whole number"),
            Self::BarePoint => ("bare-point", "a point or a line comes without a width"),
            Self::ZeroRadius => ("zero-radius", "a radius is 0, which says that it is not known"),
            Self::CircleAsEllipse => ("circle-as-ellipse", "a circle carries the half axes of an ellipse"),
            Self::SwappedHalfAxes => ("swapped-half-axes", "an ellipse's minor half axis is the longer one"),
            Self::ArcStopBelowStart => (
                "arc-stop-below-start",
                "an arc's `stopAngle` is below its `startAngle`, so it may be a bearing",
            ),
            Self::ArcWithoutOuter => ("arc-without-outer", "an arc has no outer radius"),
            Self::SwappedRadii => ("swapped-radii", "an arc's inner radius is the longer one"),
            Self::RepeatedCorner => ("repeated-corner", "a polygon repeats a corner"),
            Self::ConfidenceUnknown => ("confidence-unknown", "`lev_conf` is 0 or more than 100"),
        }
    }
}

/// The quirks of one document, each once.
#[derive(Default)]
pub(super) struct Notes(BTreeSet<Quirk>);

impl Notes {
    /// Notes that a quirk was seen.
    pub(super) fn note(&mut self, quirk: Quirk) {
        self.0.insert(quirk);
    }

    /// Notes a quirk if it was seen.
    pub(super) fn note_if(&mut self, seen: bool, quirk: Quirk) {
        if seen {
            self.note(quirk);
        }
    }

    /// All that were noted, in the order of [`Quirk::ALL`].
    pub(super) fn finish(self) -> Vec<Quirk> {
        self.0.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_quirk_has_its_own_word_and_sentence() {
        let codes: BTreeSet<&str> = Quirk::ALL.iter().map(|quirk| quirk.code()).collect();
        let words: BTreeSet<&str> = Quirk::ALL.iter().map(|quirk| quirk.words()).collect();
        assert_eq!((codes.len(), words.len()), (Quirk::ALL.len(), Quirk::ALL.len()));
        assert!(Quirk::ALL.is_sorted(), "in the order of the variants");
        let kebab = |code: &&str| {
            code.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        assert!(codes.iter().all(kebab));
    }
}
