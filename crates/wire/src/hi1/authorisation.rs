//! An authorisation: what a court or an authority allows, and until when (TS 103 120 §7.2).

use domain::time::Timestamp;

use super::approval::Approval;
use super::dictionary::{DictionaryEntry, Term, words};
use super::fault::{ErrorInformation, Fault};
use super::fields::Fields;
use super::header::Endpoint;
use super::page::Page;
use super::space::Space;
use super::status::{AuthorisationDesiredStatus, AuthorisationStatus};
use super::text::{LongText, ShortText};
use super::timespan::Timespan;

const SPACE: Space = Space::Authorisation;

words! {
    /// On which ground of law: TS 103 120 table 7.4. Nations have words of their own.
    LegalType in "AuthorisationLegalType" {
        /// Told in words, in the manual information.
        Manual = "Manual",
    }
}

words! {
    /// How urgent it is: TS 103 120 table 7.5.
    Priority in "AuthorisationPriority" {
        /// Urgent.
        High = "High",
        /// As all others.
        Routine = "Routine",
    }
}

words! {
    /// What is special about an authorisation: TS 103 120 table 7.9.
    AuthorisationFlag in "AuthorisationFlag" {
        /// Given in an emergency, by the nation's rules for that.
        IsEmergency = "IsEmergency",
        /// The person concerned agreed.
        IsConsensual = "IsConsensual",
        /// Only a test.
        IsTest = "IsTest",
        /// Only whether there is something may be told.
        IsDataAvailable = "IsDataAvailable",
    }
}

/// An `AuthorisationObject`. In an update, members that are `None` stay as they are; the others are replaced whole.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Authorisation {
    /// What the authority calls it.
    pub reference: Option<LongText>,
    /// On which ground of law it stands.
    pub legal_type: Option<Term<LegalType>>,
    /// How urgent it is.
    pub priority: Option<Term<Priority>>,
    /// In which state it is; the receiver sets this.
    pub status: Option<AuthorisationStatus>,
    /// In which state its owner wants it to be.
    pub desired_status: Option<AuthorisationDesiredStatus>,
    /// From when until when it holds.
    pub timespan: Option<Timespan>,
    /// Which providers it binds.
    pub csps: Option<Vec<Endpoint>>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// When it was served.
    pub served: Option<Timestamp>,
    /// When it ended.
    pub terminated: Option<Timestamp>,
    /// Who approved it.
    pub approvals: Vec<Approval>,
    /// Why it is invalid; the receiver sets this.
    pub invalid_reason: Option<ErrorInformation>,
    /// What is special about it.
    pub flags: Option<Vec<Term<AuthorisationFlag>>>,
    /// What people should read.
    pub manual_information: Option<LongText>,
    /// Whose law it stands under.
    pub jurisdiction: Option<LongText>,
    /// What the case is about.
    pub type_of_case: Option<DictionaryEntry>,
    /// The authority.
    pub legal_entity: Option<ShortText>,
}

impl Authorisation {
    pub(super) fn read(fields: &mut Fields) -> Result<Self, Fault> {
        let mut found = Self {
            reference: fields.optional("AuthorisationReference")?,
            legal_type: fields.optional("AuthorisationLegalType")?,
            priority: fields.optional("AuthorisationPriority")?,
            status: fields.word("AuthorisationStatus")?,
            desired_status: fields.word("AuthorisationDesiredStatus")?,
            timespan: Timespan::read(fields, "AuthorisationTimespan", SPACE)?,
            csps: fields.filled_list("AuthorisationCSPID", "CSPID")?,
            created: fields.optional("AuthorisationCreationTimestamp")?,
            served: fields.optional("AuthorisationServedTimestamp")?,
            terminated: fields.optional("AuthorisationTerminationTimestamp")?,
            approvals: fields.many("AuthorisationApprovalDetails")?,
            invalid_reason: fields.optional("AuthorisationInvalidReason")?,
            flags: fields.list("AuthorisationFlags", "AuthorisationFlag")?,
            manual_information: fields.optional("AuthorisationManualInformation")?,
            ..Self::default()
        };
        fields.not_supported("NationalAuthorisationParameters")?;
        found.jurisdiction = fields.optional("AuthorisationJurisdiction")?;
        found.type_of_case = fields.optional("AuthorisationTypeOfCase")?;
        found.legal_entity = fields.optional("AuthorisationLegalEntity")?;
        Ok(found)
    }

    pub(super) fn print(&self, page: &mut Page) {
        page.put_all(SPACE, "AuthorisationReference", &self.reference);
        page.put_all(SPACE, "AuthorisationLegalType", &self.legal_type);
        page.put_all(SPACE, "AuthorisationPriority", &self.priority);
        page.put_word(SPACE, "AuthorisationStatus", self.status);
        page.put_word(SPACE, "AuthorisationDesiredStatus", self.desired_status);
        if let Some(span) = &self.timespan {
            page.around(SPACE, "AuthorisationTimespan", |page| span.print(page, SPACE));
        }
        page.put_list(SPACE, "AuthorisationCSPID", "CSPID", self.csps.as_ref());
        page.put_all(SPACE, "AuthorisationCreationTimestamp", &self.created);
        page.put_all(SPACE, "AuthorisationServedTimestamp", &self.served);
        page.put_all(SPACE, "AuthorisationTerminationTimestamp", &self.terminated);
        page.put_all(SPACE, "AuthorisationApprovalDetails", &self.approvals);
        page.put_all(SPACE, "AuthorisationInvalidReason", &self.invalid_reason);
        page.put_list(SPACE, "AuthorisationFlags", "AuthorisationFlag", self.flags.as_ref());
        page.put_all(SPACE, "AuthorisationManualInformation", &self.manual_information);
        page.put_all(SPACE, "AuthorisationJurisdiction", &self.jurisdiction);
        page.put_all(SPACE, "AuthorisationTypeOfCase", &self.type_of_case);
        page.put_all(SPACE, "AuthorisationLegalEntity", &self.legal_entity);
    }
}
