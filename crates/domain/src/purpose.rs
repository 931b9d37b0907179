//! Why a party asks: a purpose term of the W3C Data Privacy Vocabulary, as CAMARA carries it in a `dpv:` scope.

use std::fmt;

/// A purpose that the policy knows. An unknown term never becomes a `Purpose`; it is refused where it is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// A service that the person asked for, such as roadside help.
    RequestedServiceProvision,
    /// Card and account checks.
    FraudPreventionAndDetection,
    /// Fleets and parcels.
    DeliveryOfGoods,
    /// Family and wards; no DPV term, so the name is this project's own.
    PersonalSafety,
    /// Prison telephony; no DPV term, so the name is this project's own.
    InmateCommunication,
    /// Police and courts, with an order.
    LegalCompliance,
    /// Emergency centres; no DPV term, so the name is this project's own.
    EmergencyResponse,
    /// Always refused.
    DirectMarketing,
    /// Always refused.
    TargetedAdvertising,
    /// Always refused.
    SellDataToThirdParties,
    /// Always refused.
    SellInsightsFromData,
}

impl Purpose {
    /// Every purpose that the policy knows, in the order of the policy's table.
    pub const ALL: [Self; 11] = [
        Self::RequestedServiceProvision,
        Self::FraudPreventionAndDetection,
        Self::DeliveryOfGoods,
        Self::PersonalSafety,
        Self::InmateCommunication,
        Self::LegalCompliance,
        Self::EmergencyResponse,
        Self::DirectMarketing,
        Self::TargetedAdvertising,
        Self::SellDataToThirdParties,
        Self::SellInsightsFromData,
    ];

    /// Whether who is stopped must not notice: to them it looks like a phone that is off.
    #[must_use]
    pub const fn ends_unseen(self) -> bool {
        matches!(self, Self::PersonalSafety)
    }

    /// The term as the vocabulary spells it.
    #[must_use]
    pub const fn term(self) -> &'static str {
        match self {
            Self::RequestedServiceProvision => "RequestedServiceProvision",
            Self::FraudPreventionAndDetection => "FraudPreventionAndDetection",
            Self::DeliveryOfGoods => "DeliveryOfGoods",
            Self::PersonalSafety => "PersonalSafety",
            Self::InmateCommunication => "InmateCommunication",
            Self::LegalCompliance => "LegalCompliance",
            Self::EmergencyResponse => "EmergencyResponse",
            Self::DirectMarketing => "DirectMarketing",
            Self::TargetedAdvertising => "TargetedAdvertising",
            Self::SellDataToThirdParties => "SellDataToThirdParties",
            Self::SellInsightsFromData => "SellInsightsFromData",
        }
    }

    /// The purpose with this term; terms are compared to the letter.
    #[must_use]
    pub fn from_term(term: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.term() == term)
    }
}

impl fmt::Debug for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.term())
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.term())
    }
}
