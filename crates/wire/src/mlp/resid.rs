//! The result codes of the protocol.

/// A result code (`resid`): any number that a server gave.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Resid(pub u16);

/// What a result code means: one variant for each number of the specification's table, and three ranges.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ResidMeaning {
    /// 0.
    Ok,
    /// 1.
    SystemFailure,
    /// 2: an error without a name; it also masks a reason of privacy.
    Unspecified,
    /// 3.
    UnauthorizedApplication,
    /// 4.
    UnknownSubscriber,
    /// 5.
    AbsentSubscriber,
    /// 6.
    PositionMethodFailure,
    /// 7.
    Timeout,
    /// 101.
    CongestionInServer,
    /// 103.
    UnsupportedVersion,
    /// 104.
    TooManyPositionItems,
    /// 105.
    FormatError,
    /// 106.
    SyntaxError,
    /// 107.
    ElementNotSupported,
    /// 108.
    ServiceNotSupported,
    /// 109.
    AttributeNotSupported,
    /// 110.
    InvalidElementValue,
    /// 111.
    InvalidAttributeValue,
    /// 112.
    ElementValueNotSupported,
    /// 113.
    AttributeValueNotSupported,
    /// 114.
    TriggerCancelled,
    /// 115.
    InvalidMsidInTlrsr,
    /// 116.
    TlrsrForOneNotSupported,
    /// 117.
    NoAnalyticData,
    /// 201.
    QualityNotAttainable,
    /// 202: the subscriber's or the network's privacy settings forbid it.
    PositioningNotAllowed,
    /// 203.
    CongestionInNetwork,
    /// 204.
    DisallowedByRegulations,
    /// 207.
    Misconfiguration,
    /// 208: the phone moved to another switch (between servers only).
    TargetMoved,
    /// 500 to 599: whatever the vendor means.
    Vendor,
    /// 601 to 605: errors of an MLS client.
    MlsClient,
    /// A number that the specification does not use.
    Unassigned,
}

/// The specification's table: number, meaning, slogan.
const TABLE: [(u16, ResidMeaning, &str); 30] = [
    (0, ResidMeaning::Ok, "OK"),
    (1, ResidMeaning::SystemFailure, "SYSTEM FAILURE"),
    (2, ResidMeaning::Unspecified, "UNSPECIFIED ERROR"),
    (3, ResidMeaning::UnauthorizedApplication, "UNAUTHORIZED APPLICATION"),
    (4, ResidMeaning::UnknownSubscriber, "UNKNOWN SUBSCRIBER"),
    (5, ResidMeaning::AbsentSubscriber, "ABSENT SUBSCRIBER"),
    (6, ResidMeaning::PositionMethodFailure, "POSITION METHOD FAILURE"),
    (7, ResidMeaning::Timeout, "TIMEOUT"),
    (101, ResidMeaning::CongestionInServer, "CONGESTION IN LOCATION SERVER"),
    (103, ResidMeaning::UnsupportedVersion, "UNSUPPORTED VERSION"),
    (104, ResidMeaning::TooManyPositionItems, "TOO MANY POSITION ITEMS"),
    (105, ResidMeaning::FormatError, "FORMAT ERROR"),
    (106, ResidMeaning::SyntaxError, "SYNTAX ERROR"),
    (107, ResidMeaning::ElementNotSupported, "PROTOCOL ELEMENT NOT SUPPORTED"),
    (108, ResidMeaning::ServiceNotSupported, "SERVICE NOT SUPPORTED"),
    (
        109,
        ResidMeaning::AttributeNotSupported,
        "PROTOCOL ELEMENT ATTRIBUTE NOT SUPPORTED",
    ),
    (110, ResidMeaning::InvalidElementValue, "INVALID PROTOCOL ELEMENT VALUE"),
    (
        111,
        ResidMeaning::InvalidAttributeValue,
        "INVALID PROTOCOL ELEMENT ATTRIBUTE VALUE",
    ),
    (
        112,
        ResidMeaning::ElementValueNotSupported,
        "PROTOCOL ELEMENT VALUE NOT SUPPORTED",
    ),
    (
        113,
        ResidMeaning::AttributeValueNotSupported,
        "PROTOCOL ELEMENT ATTRIBUTE VALUE NOT SUPPORTED",
    ),
    (
        114,
        ResidMeaning::TriggerCancelled,
        "CANCELLATION OF TRIGGERED LOCATION REQUEST",
    ),
    (115, ResidMeaning::InvalidMsidInTlrsr, "INVALID MSID IN TLRSR"),
    (
        116,
        ResidMeaning::TlrsrForOneNotSupported,
        "TLRSR FOR INDIVIDUAL TARGET NOT SUPPORTED",
    ),
    (117, ResidMeaning::NoAnalyticData, "NO ANALYTIC DATA AVAILABLE"),
    (201, ResidMeaning::QualityNotAttainable, "QOP NOT ATTAINABLE"),
    (202, ResidMeaning::PositioningNotAllowed, "POSITIONING NOT ALLOWED"),
    (203, ResidMeaning::CongestionInNetwork, "CONGESTION IN MOBILE NETWORK"),
    (
        204,
        ResidMeaning::DisallowedByRegulations,
        "DISALLOWED BY LOCAL REGULATIONS",
    ),
    (
        207,
        ResidMeaning::Misconfiguration,
        "MISCONFIGURATION OF LOCATION SERVER",
    ),
    (208, ResidMeaning::TargetMoved, "TARGET MOVED TO NEW MSC/SGSN"),
];

impl Resid {
    /// What the number means.
    #[must_use]
    pub fn meaning(self) -> ResidMeaning {
        let listed = TABLE.iter().find(|(number, ..)| *number == self.0);
        match (listed, self.0) {
            (Some((_, meaning, _)), _) => *meaning,
            (None, 500..=599) => ResidMeaning::Vendor,
            (None, 601..=605) => ResidMeaning::MlsClient,
            (None, _) => ResidMeaning::Unassigned,
        }
    }

    /// The specification's text for the number.
    #[must_use]
    pub fn slogan(self) -> &'static str {
        let listed = TABLE.iter().find(|(number, ..)| *number == self.0);
        match (listed, self.meaning()) {
            (Some((_, _, slogan)), _) => slogan,
            (None, ResidMeaning::Vendor) => "VENDOR SPECIFIC",
            (None, ResidMeaning::MlsClient) => "MLS CLIENT ERROR",
            (None, _) => "UNASSIGNED",
        }
    }

    /// The number whose slogan `text` is, whatever its capitals and spaces.
    #[must_use]
    pub fn with_slogan(text: &str) -> Option<Self> {
        let same = |slogan: &str| {
            slogan
                .split(' ')
                .eq(text.split_whitespace().map(str::to_ascii_uppercase))
        };
        TABLE
            .iter()
            .find(|(.., slogan)| same(slogan))
            .map(|(number, ..)| Self(*number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_one_meaning_and_its_slogan() {
        let meanings: std::collections::HashSet<ResidMeaning> = TABLE.iter().map(|row| row.1).collect();
        assert_eq!(meanings.len(), TABLE.len());
        for (number, meaning, slogan) in TABLE {
            let resid = Resid(number);
            assert_eq!((resid.meaning(), resid.slogan()), (meaning, slogan));
            assert_eq!(Resid::with_slogan(&slogan.to_lowercase()), Some(resid));
        }
        for (number, meaning) in [
            (102, ResidMeaning::Unassigned),
            (10, ResidMeaning::Unassigned),
            (500, ResidMeaning::Vendor),
            (599, ResidMeaning::Vendor),
            (600, ResidMeaning::Unassigned),
            (601, ResidMeaning::MlsClient),
            (606, ResidMeaning::Unassigned),
        ] {
            assert_eq!(Resid(number).meaning(), meaning, "{number}");
        }
    }
}
