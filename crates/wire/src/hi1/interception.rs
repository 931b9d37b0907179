//! A live task: what is to be told as it happens, such as where somebody is from now on (TS 103 120 §8.2).

use domain::time::Timestamp;

use super::approval::Approval;
use super::destination::Destination;
use super::dictionary::{DictionaryEntry, Term, words};
use super::fault::{ErrorInformation, Fault};
use super::fields::{Fields, Part, Unused};
use super::header::Endpoint;
use super::identifier::Liid;
use super::national::{INTERCEPTION, LocationParameters};
use super::page::Page;
use super::space::Space;
use super::status::{TaskDesiredStatus, TaskStatus};
use super::target::Target;
use super::xml::Element;

const SPACE: Space = Space::Task;

words! {
    /// What is delivered: TS 103 120 table 8.10.
    DeliveryType in "TaskDeliveryType" {
        /// What is told about communications, to which a location belongs.
        IriOnly = "IRIOnly",
        /// Communications themselves.
        CcOnly = "CCOnly",
        /// Both.
        IriAndCc = "IRIandCC",
    }
}

words! {
    /// What is special about a live task: TS 103 120 table 8.14.
    TaskFlag in "TaskFlag" {
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

/// An `LITaskObject`. In an update, members that are `None` stay as they are; the others are replaced whole.
///
/// A handling profile, a service type and a subtype of the target have no effect. Policies of traffic and of events are
/// refused (3001): they say what must not be delivered.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Interception {
    /// What the agency calls it.
    pub reference: Option<Liid>,
    /// In which state it is; the receiver sets this.
    pub status: Option<TaskStatus>,
    /// In which state its owner wants it to be.
    pub desired_status: Option<TaskDesiredStatus>,
    /// From when until when it delivers.
    pub timespan: Option<TaskTimespan>,
    /// About whom.
    pub target: Option<TargetIdentifier>,
    /// What is delivered.
    pub delivery_type: Option<Term<DeliveryType>>,
    /// Where it goes; at least one where it is given.
    pub destinations: Option<Vec<Destination>>,
    /// Who approved it.
    pub approvals: Vec<Approval>,
    /// Which provider is asked.
    pub csp: Option<Endpoint>,
    /// Why it is invalid; the receiver sets this.
    pub invalid_reason: Option<ErrorInformation>,
    /// What is special about it.
    pub flags: Option<Vec<Term<TaskFlag>>>,
    /// How precise, how often, how long sealed.
    pub location: Option<LocationParameters>,
}

/// The times of a live task, each in whole seconds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TaskTimespan {
    /// From when it is to deliver.
    pub start: Option<Timestamp>,
    /// Until when it is to deliver.
    pub end: Option<Timestamp>,
    /// When it ended; the receiver sets this.
    pub terminated: Option<Timestamp>,
    /// When it was set up; the receiver sets this.
    pub provisioned: Option<Timestamp>,
    /// When it was taken down; the receiver sets this.
    pub deprovisioned: Option<Timestamp>,
}

/// About whom a live task is. All identifiers together narrow it down to one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TargetIdentifier {
    /// Identifiers; at least one where it is given.
    pub values: Option<Vec<Target>>,
}

impl Interception {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Fault> {
        let mut found = Self {
            reference: fields.optional("Reference")?,
            status: fields.word("Status")?,
            desired_status: fields.word("DesiredStatus")?,
            timespan: fields.optional("Timespan")?,
            target: fields.optional("TargetIdentifier")?,
            delivery_type: fields.optional("DeliveryType")?,
            destinations: fields.filled_list("DeliveryDetails", "DeliveryDestination")?,
            approvals: fields.many("ApprovalDetails")?,
            csp: fields.optional("CSPID")?,
            ..Self::default()
        };
        fields.without_effect::<DictionaryEntry>("HandlingProfile")?;
        found.invalid_reason = fields.optional("InvalidReason")?;
        found.flags = fields.list("Flags", "TaskFlag")?;
        found.location = LocationParameters::read(fields, INTERCEPTION)?;
        fields.not_supported("ListOfTrafficPolicyReferences")?;
        fields.not_supported("ListOfIRIPolicyReferences")?;
        Ok(found)
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "Reference", &self.reference);
        page.put_word(SPACE, "Status", self.status);
        page.put_word(SPACE, "DesiredStatus", self.desired_status);
        page.put_all(SPACE, "Timespan", &self.timespan);
        page.put_all(SPACE, "TargetIdentifier", &self.target);
        page.put_all(SPACE, "DeliveryType", &self.delivery_type);
        page.put_list(
            SPACE,
            "DeliveryDetails",
            "DeliveryDestination",
            self.destinations.as_ref(),
        );
        page.put_all(SPACE, "ApprovalDetails", &self.approvals);
        page.put_all(SPACE, "CSPID", &self.csp);
        page.put_all(SPACE, "InvalidReason", &self.invalid_reason);
        page.put_list(SPACE, "Flags", "TaskFlag", self.flags.as_ref());
        if let Some(location) = &self.location {
            location.print(page, INTERCEPTION);
        }
    }
}

impl Part for TaskTimespan {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let found = Self {
            start: fields.optional("StartTime")?,
            end: fields.optional("EndTime")?,
            terminated: fields.optional("TerminationTime")?,
            provisioned: fields.optional("ProvisioningTime")?,
            deprovisioned: fields.optional("DeprovisioningTime")?,
        };
        fields.finish()?;
        Ok(found)
    }

    fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "StartTime", &self.start);
        page.put_all(SPACE, "EndTime", &self.end);
        page.put_all(SPACE, "TerminationTime", &self.terminated);
        page.put_all(SPACE, "ProvisioningTime", &self.provisioned);
        page.put_all(SPACE, "DeprovisioningTime", &self.deprovisioned);
    }
}

impl Part for TargetIdentifier {
    fn read(element: &Element, name: &'static str, unused: &mut Unused) -> Result<Self, Fault> {
        let mut fields = Fields::of(element, SPACE, name, unused)?;
        let values = fields.filled_list("TargetIdentifierValues", "TargetIdentifierValue")?;
        fields.without_effect::<DictionaryEntry>("ServiceType")?;
        fields.without_effect::<DictionaryEntry>("TargetIdentifierSubtype")?;
        fields.finish()?;
        Ok(Self { values })
    }

    fn print(&self, page: &mut Page) {
        page.put_list(
            SPACE,
            "TargetIdentifierValues",
            "TargetIdentifierValue",
            self.values.as_ref(),
        );
    }
}
