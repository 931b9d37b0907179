//! A disclosure: what is to be told once, such as where somebody was or is (TS 103 120 §8.3).

use domain::time::Timestamp;

use super::approval::Approval;
use super::destination::DisclosureDestination;
use super::dictionary::{DictionaryEntry, Term, words};
use super::fault::{ErrorInformation, Fault};
use super::fields::{Fields, Part, Unused};
use super::header::Endpoint;
use super::identifier::Ldid;
use super::national::{DISCLOSURE, LocationParameters};
use super::page::Page;
use super::space::Space;
use super::status::{DisclosureDesiredStatus, DisclosureStatus};
use super::target::Target;
use super::text::LongText;
use super::xml::Element;

const SPACE: Space = Space::Task;

words! {
    /// Which sort of data: TS 103 120 table 8.19.
    RequestType in "RequestType" {
        /// About a subscription.
        SubscriberData = "SubscriberData",
        /// Only to find out who uses something.
        UserIdentifyingData = "UserIdentifyingData",
        /// About communications.
        TrafficData = "TrafficData",
        /// Contents that are kept.
        StoredContentData = "StoredContentData",
        /// The first two.
        SubscriberDataAndUserIdentifyingData = "SubscriberDataAndUserIdentifyingData",
        /// The last two.
        TrafficDataAndStoredContentData = "TrafficDataAndStoredContentData",
        /// Anything else.
        Other = "Other",
    }
}

words! {
    /// What is special about a disclosure: TS 103 120 table 8.25.
    DisclosureFlag in "LDTaskFlag" {
        /// Only a test.
        IsTest = "IsTest",
        /// Asked in an emergency, by the nation's rules for that.
        IsEmergency = "IsEmergency",
        /// About somebody whom another network serves.
        IsNonLocal = "IsNonLocal",
        /// About somebody whom this network serves.
        IsLocal = "IsLocal",
    }
}

/// An `LDTaskObject`. In an update, members that are `None` stay as they are; the others are replaced whole.
///
/// A handling profile has no effect. References to what was preserved elsewhere are refused (3001).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Disclosure {
    /// What the agency calls it.
    pub reference: Option<Ldid>,
    /// In which state it is; the receiver sets this.
    pub status: Option<DisclosureStatus>,
    /// Why it is in that state; the receiver sets this.
    pub status_reason: Option<ErrorInformation>,
    /// In which state its owner wants it to be.
    pub desired_status: Option<DisclosureDesiredStatus>,
    /// What is asked.
    pub request: Option<RequestDetails>,
    /// Where the answer goes; at least one where it is given.
    pub destinations: Option<Vec<DisclosureDestination>>,
    /// Who approved it.
    pub approvals: Vec<Approval>,
    /// Which provider is asked.
    pub csp: Option<Endpoint>,
    /// What is special about it.
    pub flags: Option<Vec<Term<DisclosureFlag>>>,
    /// How precise, how often, how long sealed.
    pub location: Option<LocationParameters>,
    /// By when an answer is wanted.
    pub deadlines: Option<Vec<Deadline>>,
    /// What people should read.
    pub manual_information: Option<LongText>,
}

/// What is asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RequestDetails {
    /// Which sort of data.
    pub request_type: Option<Term<RequestType>>,
    /// From when, in whole seconds.
    pub start: Option<Timestamp>,
    /// Until when, in whole seconds.
    pub end: Option<Timestamp>,
    /// At what moment, as the schema's older element `ObservedTime` has it.
    pub observed_time: Option<Timestamp>,
    /// At what moments.
    pub observed_times: Vec<Timestamp>,
    /// About whom; at least one where it is given.
    pub targets: Option<Vec<Target>>,
    /// More about the sort of data, in words of nations and providers; at least one where it is given.
    pub subtypes: Option<Vec<DictionaryEntry>>,
}

/// By when something is wanted.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Deadline {
    /// By when, in whole seconds.
    pub at: Option<Timestamp>,
    /// What is wanted by then.
    pub nature: Option<DictionaryEntry>,
    /// What people should read.
    pub other_information: Option<LongText>,
}

impl Disclosure {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Fault> {
        let mut found = Self {
            reference: fields.optional("Reference")?,
            status: fields.word("Status")?,
            status_reason: fields.optional("StatusReason")?,
            desired_status: fields.word("DesiredStatus")?,
            request: fields.optional("RequestDetails")?,
            destinations: fields.filled_list("DeliveryDetails", "LDDeliveryDestination")?,
            approvals: fields.many("ApprovalDetails")?,
            csp: fields.optional("CSPID")?,
            ..Self::default()
        };
        fields.without_effect::<DictionaryEntry>("HandlingProfile")?;
        found.flags = fields.list("Flags", "LDTaskFlag")?;
        fields.not_supported("AlternativePreservationReferences")?;
        found.location = LocationParameters::read(fields, DISCLOSURE)?;
        found.deadlines = fields.list("Deadlines", "LDDeadline")?;
        found.manual_information = fields.optional("ManualInformation")?;
        Ok(found)
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "Reference", &self.reference);
        page.put_word(SPACE, "Status", self.status);
        page.put_all(SPACE, "StatusReason", &self.status_reason);
        page.put_word(SPACE, "DesiredStatus", self.desired_status);
        page.put_all(SPACE, "RequestDetails", &self.request);
        page.put_list(
            SPACE,
            "DeliveryDetails",
            "LDDeliveryDestination",
            self.destinations.as_ref(),
        );
        page.put_all(SPACE, "ApprovalDetails", &self.approvals);
        page.put_all(SPACE, "CSPID", &self.csp);
        page.put_list(SPACE, "Flags", "LDTaskFlag", self.flags.as_ref());
        if let Some(location) = &self.location {
            location.print(page, DISCLOSURE);
        }
        page.put_list(SPACE, "Deadlines", "LDDeadline", self.deadlines.as_ref());
        page.put_all(SPACE, "ManualInformation", &self.manual_information);
    }
}

impl Part for RequestDetails {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            request_type: fields.optional("Type")?,
            start: fields.optional("StartTime")?,
            end: fields.optional("EndTime")?,
            observed_time: fields.optional("ObservedTime")?,
            observed_times: fields.many("ObservedTimes")?,
            targets: fields.filled_list("RequestValues", "RequestValue")?,
            subtypes: fields.filled_list("Subtype", "RequestSubtype")?,
        };
        fields.without_effect::<DictionaryEntry>("TargetIdentifierSubtype")?;
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "Type", &self.request_type);
        page.put_all(SPACE, "StartTime", &self.start);
        page.put_all(SPACE, "EndTime", &self.end);
        page.put_all(SPACE, "ObservedTime", &self.observed_time);
        page.put_all(SPACE, "ObservedTimes", &self.observed_times);
        page.put_list(SPACE, "RequestValues", "RequestValue", self.targets.as_ref());
        page.put_list(SPACE, "Subtype", "RequestSubtype", self.subtypes.as_ref());
    }
}

impl Part for Deadline {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            at: fields.optional("DateTime")?,
            nature: fields.optional("NatureOfDeadline")?,
            other_information: fields.optional("OtherInformation")?,
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "DateTime", &self.at);
        page.put_all(SPACE, "NatureOfDeadline", &self.nature);
        page.put_all(SPACE, "OtherInformation", &self.other_information);
    }
}
